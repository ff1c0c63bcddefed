"""The dialog that says what went wrong."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMainWindow

from kisopt_gui.ui import theme
from kisopt_gui.ui.health.banner import Banner
from kisopt_gui.ui.report import Outcome, ReportDialog
from kisopt_gui.ui.texts import LANGUAGES, Texts

REPORT = "kisopt 0.1.0 ended unexpectedly\n\nwhat      ValueError: ***\n한글\n"


@pytest.fixture
def dialog(qtbot, qapp):
    """Make an open dialog."""

    def make(outcome=Outcome.ENDED, language="en", tokens=theme.DARK, **more):
        theme.load_fonts()
        theme.apply(qapp, tokens)
        found = ReportDialog(Texts(language), outcome, REPORT, Path("/state"), **more)
        qtbot.addWidget(found)
        found.open()
        QTest.qWait(0)
        return found

    yield make
    qapp.setStyleSheet("")


def said(dialog):
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
def test_it_says_what_happened_and_fits_what_it_says(dialog, language, outcome):
    found = dialog(outcome, language, saved="~/state/report-20261123-150311.txt")
    texts = Texts(language)
    assert texts(f"report.{outcome.value}.title") in said(found)
    assert texts(f"report.{outcome.value}.text") in said(found)
    assert "~/state/report-20261123-150311.txt" in said(found)
    for label in found.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())


def test_a_sentence_of_its_own_takes_the_place_of_the_usual_one(dialog):
    found = dialog(Outcome.UNSTARTED, sentence="the program's file fonts is missing")
    assert "fonts is missing" in said(found)
    assert Texts("en")("report.unstarted.text") not in said(found)


def test_after_a_survived_defect_it_says_that_numbers_may_be_incomplete(dialog):
    assert "incomplete" in said(dialog(Outcome.SURVIVED))


def test_the_report_is_folded_away_and_unfolds(dialog):
    found = dialog()
    before = found.height()
    assert not found.box.isVisible()
    found.details.click()
    assert found.box.isVisible()
    assert found.box.toPlainText() == REPORT
    assert found.box.isReadOnly()
    assert found.height() > before + 200
    found.details.click()
    assert found.height() == before


def test_copying_puts_the_report_on_the_clipboard_and_says_so(dialog):
    found = dialog()
    QGuiApplication.clipboard().setMimeData(QMimeData())
    found.copy.click()
    assert QGuiApplication.clipboard().text() == REPORT
    assert found.copy.text() == "Copied"
    assert found.isVisible()


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_has_ended_can_be_started_again(dialog, outcome):
    assert dialog(outcome).restart.isVisible() is (outcome is Outcome.ENDED)


def test_enter_starts_again_and_escape_does_not(dialog, qtbot):
    found = dialog()
    with qtbot.waitSignal(found.restart_requested):
        QTest.keyClick(found.focusWidget(), Qt.Key.Key_Return)
    assert not found.isVisible()
    other = dialog()
    with qtbot.assertNotEmitted(other.restart_requested):
        QTest.keyClick(other, Qt.Key.Key_Escape)
    assert not other.isVisible()


def test_the_folder_of_the_log_is_opened_by_the_system(dialog, qapp):
    from PySide6.QtCore import QObject, Slot

    class System(QObject):
        @Slot(QUrl)
        def take(self, address):
            opened.append(address)

    opened, system = [], System()
    QDesktopServices.setUrlHandler("file", system, "take")
    try:
        found = dialog()
        found.folder.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opened == [QUrl.fromLocalFile("/state")]


def test_everything_is_reached_with_the_tabulator(dialog):
    found = dialog()
    found.details.click()
    reached = set()
    for _ in range(8):
        reached.add(found.focusWidget())
        QTest.keyClick(found.focusWidget(), Qt.Key.Key_Tab)
    every = {found.copy, found.folder, found.restart, found.close_button, found.details, found.box}
    assert every <= reached
    assert found.box.accessibleName() == "Text of the report"


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=lambda tokens: tokens.name)
def test_it_wears_the_theme(dialog, tokens):
    found = dialog(tokens=tokens)
    image = found.grab().toImage()
    assert image.pixelColor(4, 4).name() == tokens.panel


def test_over_a_window_it_blocks_nothing_but_that_window_and_goes_with_it(qtbot, qapp):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    found = ReportDialog(Texts("ko"), Outcome.SURVIVED, REPORT, Path("/state"), parent=window)
    found.open()
    with qtbot.waitSignal(found.destroyed):
        found.close_button.click()


def test_the_banner_offers_the_report_by_name(qtbot):
    banner = Banner(Texts("en"), theme.DARK)
    qtbot.addWidget(banner)
    banner.say("defect", "ValueError", action=Texts("en")("report.button"))
    assert banner.button.text() == "Report"
    with qtbot.waitSignal(banner.action_requested) as caught:
        banner.button.click()
    assert caught.args == ["defect"]
