"""The box that says what the program is made of."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from kisopt_gui import __version__
from kisopt_gui.licences import Component
from kisopt_gui.ui.about import AboutDialog, show_about
from kisopt_gui.ui.texts import Texts

DOWN = Qt.Key.Key_Down


def component(folder, name, version, licence, text):
    path = folder / f"{name}.txt"
    path.write_text(text, "utf-8")
    return Component(name, version, licence, f"https://{name}.example", "", lambda: [path])


@pytest.fixture
def made_of(tmp_path):
    return [
        component(tmp_path, "kisopt", "0.1.0", "MIT", "our terms"),
        component(tmp_path, "numpy", "2.4.6", "BSD-3-Clause", "terms of numpy"),
        component(tmp_path, "Qt", "6.11.3", "LGPL-3.0-only", "terms of Qt"),
        component(tmp_path, "xz", "5.4.1", "", "terms of xz"),
        Component("bare", "1", "ISC"),
    ]


@pytest.fixture
def window(qtbot):
    """The box deletes itself when it is closed, so the test holds what it stands on."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(window, made_of):
    made = AboutDialog(Texts("en"), made_of, window)
    made.open()
    return made


def names(dialog):
    model = dialog.licences.model
    return [model.component(row).name for row in range(model.rowCount())]


def choose(dialog, name):
    page = dialog.licences
    page.list.setCurrentIndex(page.model.index(names(dialog).index(name), 0))


def test_the_box_opens_without_waiting_and_lists_what_is_installed(window):
    made = show_about(window, Texts("ko"))
    assert made.isVisible()
    assert made.parent() is window
    assert made.windowModality() is Qt.WindowModality.WindowModal
    assert {"kisopt", "Python", "PySide6", "NumPy"} <= set(names(made))
    made.close()


def test_a_bundle_without_its_licences_still_says_its_versions(window, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "kisopt-gui"))
    made = show_about(window, Texts("en"))
    assert names(made) == ["kisopt"]
    assert "licences/index.json is missing" in made.licences.facts.text()
    assert dict(made.facts)["kisopt"] == __version__
    made.close()


def test_the_versions_of_a_bundle_are_those_of_its_list(dialog):
    facts = dict(dialog.facts)
    assert facts["NumPy"] == "2.4.6"
    assert facts["kisopt"] == __version__
    assert facts["Screen"] == "offscreen"
    assert all(facts.values())


def test_the_versions_go_to_the_clipboard_a_line_each(dialog, qtbot):
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == [f"{name}: {value}" for name, value in dialog.facts]
    assert dialog.copy.text() == "Copied"


def test_a_chosen_component_shows_its_licence(dialog):
    dialog.show_page("licences")
    choose(dialog, "Qt")
    assert dialog.licences.name.text() == "Qt 6.11.3"
    assert dialog.licences.facts.text() == "LGPL-3.0-only\nhttps://Qt.example"
    assert dialog.licences.text.toPlainText() == "terms of Qt"


def test_a_licence_is_read_when_it_is_chosen_and_not_before(dialog, tmp_path):
    (tmp_path / "numpy.txt").write_text("changed since", "utf-8")
    choose(dialog, "numpy")
    assert dialog.licences.text.toPlainText() == "changed since"


def test_a_licence_that_cannot_be_read_is_said_in_its_place(dialog, tmp_path):
    (tmp_path / "xz.txt").unlink()
    choose(dialog, "xz")
    assert "xz.txt is missing" in dialog.licences.text.toPlainText()


def test_a_component_without_a_licence_text_says_so(dialog):
    choose(dialog, "bare")
    assert "without the text" in dialog.licences.text.toPlainText()


def test_a_licence_that_only_the_text_can_say_is_no_empty_line(dialog):
    assert dialog.licences.model.licence(names(dialog).index("xz")) == "See the text"


def test_names_and_licences_are_found(dialog):
    search = dialog.licences.search
    search.setText("bsd")
    assert names(dialog) == ["numpy"]
    assert dialog.licences.text.toPlainText() == "terms of numpy"
    search.setText("qt lgpl")
    assert names(dialog) == ["Qt"]
    assert dialog.licences.count.text() == "Components: 1"


def test_nothing_found_shows_nothing_of_the_one_before(dialog):
    dialog.licences.search.setText("cobol")
    assert names(dialog) == []
    assert dialog.licences.count.text() == "Nothing matches 'cobol'"
    assert dialog.licences.text.toPlainText() == ""
    assert dialog.licences.name.text() == ""


def test_typing_on_the_list_looks_for_it_and_escape_takes_it_back(dialog, qtbot):
    dialog.show_page("licences")
    qtbot.keyClicks(dialog.licences.list, "n")
    qtbot.keyClicks(dialog.licences.search, "um")
    assert names(dialog) == ["numpy"]
    qtbot.keyClick(dialog.licences.search, Qt.Key.Key_Escape)
    assert len(names(dialog)) == 5
    assert dialog.isVisible()


def test_arrows_in_the_search_walk_through_the_list(dialog, qtbot):
    search = dialog.licences.search
    qtbot.keyClick(search, DOWN)
    assert dialog.licences.text.toPlainText() == "terms of numpy"
    qtbot.keyClick(search, Qt.Key.Key_Up)
    qtbot.keyClick(search, Qt.Key.Key_Up)
    assert dialog.licences.text.toPlainText() == "our terms"


def test_enter_in_the_search_leaves_the_box_open(dialog, qtbot):
    dialog.show_page("licences")
    qtbot.keyClick(dialog.licences.search, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_find_turns_to_the_licences(dialog, qtbot):
    qtbot.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert dialog.pages.current == "licences"
    assert dialog.licences.isVisible()


def test_the_pages_are_chosen_at_the_top(dialog, qtbot):
    qtbot.keyClick(dialog.pages, Qt.Key.Key_Right)
    assert dialog.licences.isVisible()
    qtbot.keyClick(dialog.pages, Qt.Key.Key_Left)
    assert not dialog.licences.isVisible()


def test_a_screen_reader_hears_name_version_and_licence_of_a_row(dialog):
    index = dialog.licences.model.index(1, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "numpy 2.4.6, BSD-3-Clause"


def test_escape_closes_the_box(dialog, qtbot):
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_every_row_is_drawn(dialog, qtbot):
    dialog.show_page("licences")
    with qtbot.waitExposed(dialog):
        pass
    assert not dialog.licences.list.grab().isNull()


def test_the_box_speaks_korean(window, made_of):
    made = AboutDialog(Texts("ko"), made_of, window)
    assert made.windowTitle() == "kisopt 정보"
    assert made.licences.count.text() == "구성 요소 5개"
