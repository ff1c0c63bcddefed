"""The tabs of the layouts: they ask, and show what they are told."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTabBar

from kisopt_gui.ui import theme
from kisopt_gui.ui.layout_strip import TAB_PX
from kisopt_gui.ui.layout_tabs import LayoutTabs
from kisopt_gui.ui.texts import Texts

# The screen in memory says so whenever a menu opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NAMES = ["등가 감시", "만기일", "야간"]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot, dressed):
    window = QMainWindow()
    window.resize(900, 200)
    tabs = LayoutTabs(Texts("ko"), theme.DARK, window)
    window.setMenuWidget(tabs)
    window.setCentralWidget(QLineEdit())
    tabs.show_layouts(NAMES, "등가 감시")
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    window.centralWidget().setFocus()
    return window


@pytest.fixture
def tabs(window):
    return window.menuWidget()


def middle(tabs, index):
    return tabs.strip.tabRect(index).center()


def key_of(tabs, index):
    return tabs.strip.tabButton(index, QTabBar.ButtonPosition.RightSide)


def open_menu(tabs, index, reason=QContextMenuEvent.Reason.Mouse):
    place = middle(tabs, index)
    event = QContextMenuEvent(reason, place, tabs.strip.mapToGlobal(place))
    QApplication.sendEvent(tabs.strip, event)
    return QApplication.activePopupWidget()


def choose(menu, text):
    [action] = [each for each in menu.actions() if each.text().split("\t")[0] == text]
    menu.hide()
    action.trigger()


def names(tabs):
    return [tabs.strip.tabText(index) for index in range(tabs.strip.count())]


# what is shown


def test_every_layout_has_a_tab_and_its_key(tabs):
    assert names(tabs) == NAMES
    assert [key_of(tabs, index).text() for index in range(3)] == ["Ctrl 1", "2", "3"]
    assert tabs.strip.currentIndex() == 0
    assert tabs.strip.tabToolTip(1) == "만기일 · Ctrl+2"
    assert tabs.strip.accessibleName() == "레이아웃"


def test_the_tenth_layout_has_no_key(tabs):
    tabs.show_layouts([f"표 {number}" for number in range(12)], "표 0")
    assert key_of(tabs, 8).text() == "9"
    assert key_of(tabs, 9).text() == ""
    assert tabs.strip.tabToolTip(9) == "표 9"


def test_layouts_come_and_go(tabs):
    tabs.show_layouts(["만기일", "새 것"], "새 것")
    assert names(tabs) == ["만기일", "새 것"]
    assert tabs.strip.currentIndex() == 1
    tabs.show_layouts(["하나"], "하나")
    assert names(tabs) == ["하나"]


def test_showing_layouts_asks_for_nothing(tabs, qtbot):
    with qtbot.assertNotEmitted(tabs.switch_requested):
        tabs.show_layouts(NAMES[::-1], "야간")
        tabs.show_layouts(NAMES, "만기일")


def test_an_ampersand_in_a_name_is_shown(tabs):
    tabs.show_layouts(["R&D"], "R&D")
    assert names(tabs) == ["R&&D"]


def test_a_long_name_is_shortened_and_told_whole(tabs):
    tabs.show_layouts(["가" * 40, "b"], "b")
    assert tabs.strip.tabRect(0).width() == TAB_PX
    assert tabs.strip.tabToolTip(0).startswith("가" * 40)


def test_many_tabs_are_scrolled_not_squeezed(tabs, window):
    wide = tabs.strip.tabRect(0).width()
    tabs.show_layouts([*NAMES, *(f"표 {number}" for number in range(30))], "등가 감시")
    window.resize(700, 200)
    QApplication.processEvents()
    assert tabs.strip.tabRect(0).width() == wide
    assert window.width() == 700
    tabs.show_layouts([*NAMES, *(f"표 {number}" for number in range(30))], "표 29")
    QApplication.processEvents()
    assert tabs.strip.rect().contains(tabs.strip.tabRect(32).center())


def test_unsaved_changes_are_a_dot_on_the_current_tab_only(tabs):
    tabs.set_unsaved(True)
    assert "●" in key_of(tabs, 0).text()
    assert "●" not in key_of(tabs, 1).text()
    assert tabs.strip.tabToolTip(0).endswith("저장하지 않은 변경이 있습니다")
    assert tabs.strip.accessibleTabName(0).endswith("저장하지 않은 변경이 있습니다")
    assert key_of(tabs, 0).isVisible()
    tabs.show_layouts(NAMES, "만기일")
    assert "●" in key_of(tabs, 1).text()
    tabs.set_unsaved(False)
    assert "●" not in key_of(tabs, 1).text()


# switching


def test_a_click_asks_for_a_layout(tabs, qtbot):
    with qtbot.waitSignal(tabs.switch_requested) as caught:
        QTest.mouseClick(tabs.strip, LEFT, pos=middle(tabs, 1))
    assert caught.args == ["만기일"]


def test_a_switch_that_was_not_made_is_taken_back(tabs):
    QTest.mouseClick(tabs.strip, LEFT, pos=middle(tabs, 1))
    tabs.show_layouts(NAMES, "등가 감시")
    assert tabs.strip.currentIndex() == 0


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_2, CTRL, "만기일"),
        (Qt.Key.Key_3, CTRL, "야간"),
        (Qt.Key.Key_Tab, CTRL, "만기일"),
        (Qt.Key.Key_Backtab, CTRL | SHIFT, "야간"),
        (Qt.Key.Key_Tab, CTRL | SHIFT, "야간"),
    ],
)
def test_a_key_asks_for_a_layout_wherever_the_keyboard_is(
    tabs, window, qtbot, key, modifiers, name
):
    with qtbot.waitSignal(tabs.switch_requested) as caught:
        QTest.keyClick(window.centralWidget(), key, modifiers)
    assert caught.args == [name]


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_4, Qt.Key.Key_9])
def test_the_key_of_the_current_layout_or_of_none_asks_for_nothing(tabs, window, qtbot, key):
    with qtbot.assertNotEmitted(tabs.switch_requested):
        QTest.keyClick(window.centralWidget(), key, CTRL)


def test_with_one_layout_there_is_no_next(tabs, window, qtbot):
    tabs.show_layouts(["하나"], "하나")
    with qtbot.assertNotEmitted(tabs.switch_requested):
        QTest.keyClick(window.centralWidget(), Qt.Key.Key_Tab, CTRL)


def test_arrows_switch_when_the_tabs_have_the_keyboard(tabs, qtbot):
    tabs.strip.setFocus()
    with qtbot.waitSignal(tabs.switch_requested) as caught:
        QTest.keyClick(tabs.strip, Qt.Key.Key_Right)
    assert caught.args == ["만기일"]


def test_the_wheel_does_not_switch(tabs, qtbot):
    place = QPointF(middle(tabs, 0))
    turn = QWheelEvent(
        place,
        tabs.strip.mapToGlobal(place),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.assertNotEmitted(tabs.switch_requested):
        QApplication.sendEvent(tabs.strip, turn)
    assert tabs.strip.currentIndex() == 0


# order


def test_a_dragged_tab_asks_once_for_its_new_place(tabs):
    tabs.switch_requested.connect(lambda name: tabs.show_layouts(NAMES, name))
    start, end = middle(tabs, 0), middle(tabs, 2) + QPoint(10, 0)
    asked = []
    tabs.move_requested.connect(lambda name, place: asked.append((name, place)))
    QTest.mousePress(tabs.strip, LEFT, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(tabs.strip, start + (end - start) * step / 10)
    QTest.mouseRelease(tabs.strip, LEFT, pos=end)
    assert asked == [("등가 감시", 2)]
    tabs.show_layouts(["만기일", "야간", "등가 감시"], "등가 감시")
    assert names(tabs) == ["만기일", "야간", "등가 감시"]
    assert [key_of(tabs, index).text() for index in range(3)] == ["Ctrl 1", "2", "3"]


@pytest.mark.parametrize(
    ("current", "key", "asked"),
    [
        ("만기일", Qt.Key.Key_PageUp, ["만기일", 0]),
        ("만기일", Qt.Key.Key_PageDown, ["만기일", 2]),
    ],
)
def test_a_key_moves_the_current_tab(tabs, window, qtbot, current, key, asked):
    tabs.show_layouts(NAMES, current)
    with qtbot.waitSignal(tabs.move_requested) as caught:
        QTest.keyClick(window.centralWidget(), key, CTRL | SHIFT)
    assert caught.args == asked


def test_the_first_tab_cannot_go_further(tabs, window, qtbot):
    with qtbot.assertNotEmitted(tabs.move_requested):
        QTest.keyClick(window.centralWidget(), Qt.Key.Key_PageUp, CTRL | SHIFT)


# new, save, menu


def test_the_plus_asks_for_a_new_layout(tabs, qtbot):
    with qtbot.waitSignal(tabs.new_requested):
        QTest.mouseClick(tabs.new, LEFT)
    assert tabs.new.accessibleName() == "새 레이아웃"


def test_a_key_saves(tabs, window, qtbot):
    with qtbot.waitSignal(tabs.save_requested):
        QTest.keyClick(window.centralWidget(), Qt.Key.Key_S, CTRL)
    keys = {shortcut for action in tabs.actions() for shortcut in action.shortcuts()}
    assert QKeySequence("Ctrl+ㄴ") in keys


@pytest.mark.parametrize(
    ("text", "signal", "args"),
    [
        ("저장", "save_requested", []),
        ("다른 이름으로 저장…", "save_as_requested", []),
        ("복제", "duplicate_requested", ["등가 감시"]),
        ("오른쪽으로 옮기기", "move_requested", ["등가 감시", 1]),
        ("가져오기…", "import_requested", []),
        ("내보내기…", "export_requested", ["등가 감시"]),
        ("삭제…", "delete_requested", ["등가 감시"]),
    ],
)
def test_the_menu_of_a_tab_asks(tabs, qtbot, text, signal, args):
    menu = open_menu(tabs, 0)
    with qtbot.waitSignal(getattr(tabs, signal)) as caught:
        choose(menu, text)
    assert caught.args == args


def test_the_menu_of_another_tab_is_about_that_one(tabs, qtbot):
    menu = open_menu(tabs, 2)
    states = {each.text().split("\t")[0]: each.isEnabled() for each in menu.actions()}
    assert not states["저장"]
    assert not states["다른 이름으로 저장…"]
    assert not states["오른쪽으로 옮기기"]
    with qtbot.waitSignal(tabs.delete_requested) as caught:
        choose(menu, "삭제…")
    assert caught.args == ["야간"]


def test_the_menu_opens_by_key_at_the_current_tab(tabs, qtbot):
    menu = open_menu(tabs, 2, QContextMenuEvent.Reason.Keyboard)
    with qtbot.waitSignal(tabs.duplicate_requested) as caught:
        choose(menu, "복제")
    assert caught.args == ["등가 감시"]


def test_beside_the_tabs_no_menu_opens(tabs):
    place = QPoint(tabs.strip.tabRect(2).right() + 30, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, place)
    QApplication.sendEvent(tabs.strip, event)
    assert QApplication.activePopupWidget() is None


def test_the_only_layout_cannot_be_deleted(tabs):
    tabs.show_layouts(["하나"], "하나")
    menu = open_menu(tabs, 0)
    [delete] = [each for each in menu.actions() if each.text() == "삭제…"]
    menu.hide()
    assert not delete.isEnabled()


def test_the_menu_of_the_window_is_about_the_current_layout(tabs, qtbot):
    tabs.show_layouts(NAMES, "만기일")
    tabs.menu.aboutToShow.emit()
    with qtbot.waitSignal(tabs.export_requested) as caught:
        choose(tabs.menu, "내보내기…")
    assert caught.args == ["만기일"]
    assert "저장\tCtrl+S" in [each.text() for each in tabs.menu.actions()]


# renaming


def begin(tabs, index=1):
    QTest.mouseDClick(tabs.strip, LEFT, pos=middle(tabs, index))
    assert tabs.edit.isVisible()


def test_a_double_click_edits_a_name_on_its_tab(tabs, qtbot):
    begin(tabs)
    assert tabs.edit.text() == "만기일"
    assert tabs.edit.hasFocus()
    assert tabs.edit.selectedText() == "만기일"
    assert tabs.edit.x() == tabs.strip.tabRect(1).x()
    QTest.keyClicks(tabs.edit, "expiry")
    with qtbot.waitSignal(tabs.rename_requested) as caught:
        QTest.keyClick(tabs.edit, Qt.Key.Key_Return)
    assert caught.args == ["만기일", "expiry"]
    assert not tabs.edit.isVisible()


def test_f2_and_the_menu_edit_a_name_too(tabs):
    tabs.strip.setFocus()
    QTest.keyClick(tabs.strip, Qt.Key.Key_F2)
    assert tabs.edit.text() == "등가 감시"
    QTest.keyClick(tabs.edit, Qt.Key.Key_Escape)
    choose(open_menu(tabs, 2), "이름 바꾸기")
    assert tabs.edit.isVisible()
    assert tabs.edit.text() == "야간"


def test_escape_and_an_unchanged_name_ask_for_nothing(tabs, qtbot):
    with qtbot.assertNotEmitted(tabs.rename_requested):
        begin(tabs)
        QTest.keyClicks(tabs.edit, "x")
        QTest.keyClick(tabs.edit, Qt.Key.Key_Escape)
        assert not tabs.edit.isVisible()
        assert tabs.strip.hasFocus()
        begin(tabs)
        QTest.keyClick(tabs.edit, Qt.Key.Key_Return)
        assert not tabs.edit.isVisible()


def test_a_name_that_is_refused_says_why_and_stays(tabs):
    tabs.rename_requested.connect(lambda old, new: tabs.refuse("이미 있습니다"))
    begin(tabs)
    tabs.edit.insert("야간")
    QTest.keyClick(tabs.edit, Qt.Key.Key_Return)
    assert tabs.edit.isVisible()
    assert tabs.note.isVisible()
    assert tabs.note.text() == "이미 있습니다"
    assert tabs.edit.accessibleDescription() == "이미 있습니다"
    QTest.keyClick(tabs.edit, Qt.Key.Key_Escape)
    assert not tabs.note.isVisible()


def test_the_note_stays_inside_the_window(tabs, window):
    tabs.show_layouts(NAMES, "야간")
    window.resize(560, 200)
    begin(tabs, 2)
    tabs.refuse(
        "아주 긴 이유를 적은 문장은 창의 오른쪽 끝을 넘어서면 읽을 수 없으니 왼쪽으로 갑니다"
    )
    assert tabs.note.geometry().right() < window.width()
    assert tabs.note.x() >= 0


def test_leaving_the_field_keeps_a_good_name_and_drops_a_bad_one(tabs, window, qtbot):
    begin(tabs)
    QTest.keyClicks(tabs.edit, "b")
    with qtbot.waitSignal(tabs.rename_requested) as caught:
        window.centralWidget().setFocus()
    assert caught.args == ["만기일", "b"]
    assert not tabs.edit.isVisible()
    tabs.rename_requested.connect(lambda old, new: tabs.refuse("이미 있습니다"))
    begin(tabs)
    tabs.edit.insert("야간")
    window.centralWidget().setFocus()
    assert not tabs.edit.isVisible()
    assert not tabs.note.isVisible()


def test_a_click_on_another_tab_first_keeps_the_name(tabs, qtbot):
    asked = []
    tabs.rename_requested.connect(lambda old, new: asked.append((old, new)))
    tabs.switch_requested.connect(asked.append)
    begin(tabs, 0)
    QTest.keyClicks(tabs.edit, "a")
    QTest.mouseClick(tabs.strip, LEFT, pos=middle(tabs, 2))
    assert asked == [("등가 감시", "a"), "야간"]


def test_a_refusal_without_a_field_shows_nothing(tabs):
    tabs.refuse("아무도 묻지 않았습니다")
    assert not tabs.note.isVisible()


def test_other_keys_and_double_clicks_beside_the_tabs_edit_nothing(tabs):
    QTest.mouseDClick(tabs.strip, LEFT, pos=QPoint(tabs.strip.tabRect(2).right() + 30, 5))
    QTest.keyClick(tabs.strip, Qt.Key.Key_F3)
    assert not tabs.edit.isVisible()


def test_the_tabs_speak_english_too(qtbot, dressed):
    tabs = LayoutTabs(Texts("en"), theme.LIGHT)
    qtbot.addWidget(tabs)
    tabs.show_layouts(["ATM watch"], "ATM watch")
    tabs.set_unsaved(True)
    assert tabs.strip.tabToolTip(0) == "ATM watch · Ctrl+1\nHas unsaved changes"
    tabs.menu.aboutToShow.emit()
    assert [each.text().split("\t")[0] for each in tabs.menu.actions() if each.text()] == [
        "Save",
        "Save as…",
        "Rename",
        "Duplicate",
        "Move left",
        "Move right",
        "Import…",
        "Export…",
        "Delete…",
    ]
