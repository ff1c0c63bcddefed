"""What is asked about layouts, without ever stopping the program."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from kisopt_gui.layouts.layout import file_name
from kisopt_gui.ui.layout_dialogs import (
    ask_delete,
    ask_new_name,
    ask_other_name,
    choose_export,
    choose_import,
)
from kisopt_gui.ui.texts import Texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

KO, EN = Texts("ko"), Texts("en")


@pytest.fixture
def window(qtbot, dressed):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def test_a_name_is_asked_for_and_the_program_goes_on(window, qtbot):
    dialog = ask_new_name(KO, window)
    assert dialog.isVisible()
    assert dialog.windowTitle() == "새 레이아웃"
    QApplication.processEvents()
    assert dialog.name.hasFocus()
    assert not dialog.ok.isEnabled()
    QTest.keyClicks(dialog.name, "morning")
    with qtbot.waitSignal(dialog.name_entered) as caught:
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert caught.args == ["morning"]
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.finished):
        dialog.accept()


def test_a_proposed_name_can_be_typed_over(window):
    dialog = ask_other_name(EN, window, "Expiry day (2)")
    assert dialog.windowTitle() == "Save as"
    assert dialog.name.selectedText() == "Expiry day (2)"
    QTest.keyClicks(dialog.name, "b")
    assert dialog.name.text() == "b"
    dialog.reject()


def test_a_name_that_is_refused_says_why_until_it_is_changed(window):
    dialog = ask_new_name(KO, window, "만기일")
    before = dialog.height()
    dialog.refuse("'만기일' 레이아웃이 이미 있습니다. 다른 이름을 쓰세요")
    assert dialog.error.isVisible()
    assert dialog.height() > before
    assert dialog.name.selectedText() == "만기일"
    assert dialog.name.accessibleDescription().startswith("'만기일'")
    QTest.keyClicks(dialog.name, "x")
    assert not dialog.error.isVisible()
    assert dialog.height() == before
    dialog.reject()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_careless_key_deletes_nothing(window, qtbot, key):
    dialog = ask_delete(KO, window, "만기일")
    with qtbot.assertNotEmitted(dialog.confirmed), qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog.focusWidget(), key)


def test_a_deletion_is_confirmed_by_its_button(window, qtbot):
    dialog = ask_delete(EN, window, "Expiry day")
    assert dialog.windowTitle() == "Delete layout"
    with qtbot.waitSignals([dialog.confirmed, dialog.finished]):
        QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)


def test_a_file_to_import_is_chosen(window, qtbot, tmp_path):
    (tmp_path / "a.json").write_text("{}")
    dialog = choose_import(KO, window, tmp_path)
    assert dialog.windowTitle() == "레이아웃 가져오기"
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    with qtbot.waitSignal(dialog.fileSelected) as caught:
        dialog.selectFile(str(tmp_path / "a.json"))
        dialog.accept()
    assert caught.args == [str(tmp_path / "a.json")]


def test_a_file_to_export_to_is_proposed_by_the_layouts_name(window, qtbot, tmp_path):
    dialog = choose_export(KO, window, tmp_path, "만기일 11/26")
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    with qtbot.waitSignal(dialog.fileSelected) as caught:
        dialog.accept()
    assert caught.args == [str(tmp_path / "만기일 11_26.json")]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("만기일", "만기일.json"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j.json"),
        ("con", "kisopt con.json"),
        ("COM1", "kisopt COM1.json"),
        ("..", "kisopt.json"),
        ("v1. ", "v1.json"),
    ],
)
def test_a_file_is_named_so_that_every_system_takes_it(name, file):
    assert file_name(name) == file


def test_a_closed_question_is_gone(window, qtbot):
    for dialog in (ask_new_name(KO, window), ask_delete(KO, window, "a")):
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()
    QApplication.processEvents()
