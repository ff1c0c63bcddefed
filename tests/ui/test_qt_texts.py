"""Qt's own dialogs speak the language of the window."""

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialogButtonBox

from kisopt_gui.ui import qt_texts


@pytest.fixture(autouse=True)
def _english_after(qapp):
    yield
    qt_texts.speak(qapp, "en")


def word(button):
    box = QDialogButtonBox(button)
    return box.button(button).text().replace("&", "")


def test_buttons_that_qt_names_follow_the_language(qapp):
    cancel = QDialogButtonBox.StandardButton.Cancel
    assert qt_texts.speak(qapp, "ko")
    assert word(cancel) == "취소"
    assert QCoreApplication.translate("QFileDialog", "File &name:") != "File &name:"
    assert qt_texts.speak(qapp, "en")
    assert word(cancel) == "Cancel"


def test_switching_to_and_fro_leaves_one_translator(qapp):
    for language in ("ko", "en", "ko", "ko", "en", "ko"):
        assert qt_texts.speak(qapp, language)
    assert word(QDialogButtonBox.StandardButton.Cancel) == "취소"
    assert len(qapp.findChildren(qt_texts.QTranslator, "kisopt-qtbase")) == 1


def test_a_language_that_qt_does_not_have_is_no_error(qapp):
    assert not qt_texts.speak(qapp, "tlh")
    assert word(QDialogButtonBox.StandardButton.Cancel) == "Cancel"
