"""The panels: where they stand, how they get there, and that it can be remembered."""

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QTabBar, QToolButton, QWidget

from kisopt_gui.layouts import Arrangement, Docks, Screen, Window
from kisopt_gui.ui import screens, theme
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.workspace import SIDE_PX, VERSION, Workspace

from .conftest import Bench

# The screen in memory says so whenever a window floats.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

HEAD = QPoint(250, 19)
"""A place on a head where nothing stands."""

NAMES = {"subscriptions": "구독 관리", "charts": "차트", "inspector": "검사"}

ELSEWHERE = (Screen("DP-9", 0, 0, 3840, 2160),)


def press(window, key, *modifiers):
    modifier = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        modifier |= each
    QTest.keyClick(window, key, modifier)
    QApplication.processEvents()


CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def stand(bench):
    """Where everything stands; no place for what is hidden or behind another tab."""
    found = {}
    for name in ("subscriptions", "charts", "inspector"):
        dock = bench.dock(name)
        seen = not bench.panels[name].visibleRegion().isEmpty()
        found[name] = (dock.isFloating(), dock.isHidden(), seen and dock.geometry().getRect())
    return found


# the first start


def test_at_first_subscriptions_are_left_charts_below_and_the_inspector_hidden(bench):
    left, charts = bench.dock("subscriptions"), bench.dock("charts")
    quotes = bench.panels["quotes"]
    assert left.width() == SIDE_PX
    assert left.height() == bench.window.height()
    assert charts.x() > left.geometry().right()
    assert charts.y() > quotes.geometry().bottom()
    assert charts.height() == round(bench.window.height() * 0.44)
    assert not bench.workspace.is_shown("inspector")
    assert bench.workspace.is_shown("quotes")


def test_the_head_of_a_panel_is_the_title_bar_of_its_dock(bench):
    for name in ("subscriptions", "charts"):
        head, dock = bench.panels[name].head, bench.dock(name)
        assert head.mapTo(dock, QPoint(0, 0)) == QPoint(0, 0)
        assert head.size().toTuple() == (dock.width(), 38)
        assert bench.panels[name].mapTo(dock, QPoint(0, 0)).y() == 38


def test_a_panel_that_comes_late_finds_its_place(qtbot, dressed):
    bench = Bench()
    qtbot.addWidget(bench.window)
    bench.place("quotes", "subscriptions")
    bench.show()
    bench.panels["charts"] = bench.workspace._panels["charts"]
    rooms = [bench.dock(name).geometry() for name in ("subscriptions", "charts")]
    bench.place("quotes", "subscriptions", "charts")
    QApplication.processEvents()
    assert [bench.dock(name).geometry() for name in ("subscriptions", "charts")] == rooms
    assert bench.workspace._panels["charts"] is bench.panels["charts"]
    assert bench.panels["charts"].isVisible()


def test_a_panel_can_be_replaced(bench, qtbot):
    old = bench.panels["charts"]
    with qtbot.waitSignal(old.destroyed):
        bench.place("charts")
    assert bench.panels["charts"].isVisible()


def test_a_panel_without_a_head_is_given_one(bench):
    bench.workspace.place("inspector", QMenu())
    bench.workspace.show_panel("inspector")
    QApplication.processEvents()
    panel = bench.workspace._panels["inspector"]
    bench.panels["inspector"] = panel
    assert panel.mapTo(bench.dock("inspector"), QPoint(0, 0)).y() == 38


# moving


def test_a_double_click_on_the_head_floats_a_panel_and_docks_it_again(bench):
    head, dock = bench.panels["charts"].head, bench.dock("charts")
    before = dock.geometry()
    QTest.mouseDClick(head, Qt.MouseButton.LeftButton, pos=HEAD)
    assert dock.isFloating()
    QTest.mouseDClick(head, Qt.MouseButton.LeftButton, pos=HEAD)
    QApplication.processEvents()
    assert not dock.isFloating()
    assert dock.geometry() == before


def test_a_panel_is_dragged_by_its_head(bench):
    head, dock = bench.panels["charts"].head, bench.dock("charts")
    QTest.mousePress(head, Qt.MouseButton.LeftButton, pos=HEAD)
    QTest.mouseMove(head, HEAD + QPoint(0, -30))
    QTest.mouseMove(head, HEAD + QPoint(-60, -200))
    QTest.mouseRelease(head, Qt.MouseButton.LeftButton, pos=HEAD + QPoint(-60, -200))
    assert dock.isFloating()


def test_a_floating_panel_has_buttons_to_dock_and_to_close_it(bench):
    dock, head = bench.dock("charts"), bench.panels["charts"].head
    shown = {button.accessibleName() for button in tools(head)}
    assert shown == {""}
    QTest.mouseDClick(head, Qt.MouseButton.LeftButton, pos=HEAD)
    redock, close = (button for button in tools(head) if button.accessibleName())
    assert (redock.accessibleName(), close.accessibleName()) == ("제자리에 붙이기", "닫기")
    redock.click()
    assert not dock.isFloating()
    QTest.mouseDClick(head, Qt.MouseButton.LeftButton, pos=HEAD)
    close.click()
    assert not bench.workspace.is_shown("charts")


def tools(head):
    return [button for button in head.findChildren(QToolButton) if button.isVisible()]


def test_a_floating_panel_has_an_edge_to_be_seen_by(bench):
    dock = bench.dock("charts")
    QTest.mouseDClick(bench.panels["charts"].head, Qt.MouseButton.LeftButton, pos=HEAD)
    QApplication.processEvents()
    picture = dock.grab().toImage()
    for x, y in ((0, 50), (dock.width() - 1, 50), (50, 0), (50, dock.height() - 1)):
        assert picture.pixelColor(x, y).name() == theme.DARK.faint
    QTest.mouseDClick(bench.panels["charts"].head, Qt.MouseButton.LeftButton, pos=HEAD)
    QApplication.processEvents()
    assert dock.grab().toImage().pixelColor(0, 19).name() == theme.DARK.panel


def test_one_pixel_is_seen_between_two_panels_and_five_can_be_taken_hold_of(bench):
    left = bench.dock("subscriptions").geometry().right()
    picture = bench.window.grab().toImage()
    line = [picture.pixelColor(left + at, 19).name() for at in range(1, 6)]
    panel = theme.DARK.panel
    assert line == [panel, panel, theme.DARK.line, panel, panel]
    assert bench.panels["quotes"].mapTo(bench.window, QPoint(0, 0)).x() == left + 6
    hold = QPoint(left + 2, 300)
    QTest.mousePress(bench.window, Qt.MouseButton.LeftButton, pos=hold)
    QTest.mouseMove(bench.window, hold + QPoint(40, 0))
    QApplication.processEvents()
    QTest.mouseRelease(bench.window, Qt.MouseButton.LeftButton, pos=hold + QPoint(40, 0))
    QApplication.processEvents()
    assert bench.dock("subscriptions").width() == SIDE_PX + 40


def test_the_inspector_can_always_be_closed_at_its_head(bench):
    bench.workspace.show_panel("inspector")
    [close] = [each for each in tools(bench.panels["inspector"].head) if each.accessibleName()]
    assert close.accessibleName() == "닫기"


def test_the_menu_of_a_head_moves_floats_and_closes_its_panel(bench):
    head, dock = bench.panels["charts"].head, bench.dock("charts")

    def choose(text):
        head.customContextMenuRequested.emit(HEAD)
        menu = QApplication.activePopupWidget()
        [action] = [each for each in menu.actions() if each.text() == text]
        menu.hide()
        action.trigger()
        QApplication.processEvents()

    choose("왼쪽으로")
    assert dock.x() == 0
    choose("오른쪽으로")
    assert dock.geometry().right() == bench.window.width() - 1
    choose("창으로 띄우기")
    assert dock.isFloating()
    choose("제자리에 붙이기")
    assert not dock.isFloating()
    choose("아래로")
    assert dock.geometry().bottom() == bench.window.height() - 1
    choose("닫기")
    assert dock.isHidden()


def test_panels_can_stand_behind_tabs(bench):
    bench.workspace.show_panel("inspector")
    bench.window.tabifyDockWidget(bench.dock("charts"), bench.dock("inspector"))
    QApplication.processEvents()
    [bar] = [bar for bar in bench.window.findChildren(QTabBar) if bar.isVisible()]
    assert [bar.tabText(index) for index in range(bar.count())] == ["차트", "검사"]


def test_a_reset_puts_everything_where_it_was_at_first(bench):
    before = stand(bench)
    bench.workspace.show_panel("inspector")
    bench.window.tabifyDockWidget(bench.dock("charts"), bench.dock("inspector"))
    bench.dock("subscriptions").setFloating(True)
    bench.dock("charts").close()
    action(bench, "패널 배치 초기화").trigger()
    QApplication.processEvents()
    assert stand(bench) == before


def action(bench, text) -> QAction:
    return next(each for each in bench.workspace.actions() if each.text() == text)


# keys


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Qt.Key.Key_S, "subscriptions"),
        (Qt.Key.Key_C, "charts"),
        (Qt.Key.Key_I, "inspector"),
    ],
)
def test_a_key_shows_and_hides_a_panel(bench, qtbot, key, name):
    shown = bench.workspace.is_shown(name)
    for expected in (not shown, shown):
        with qtbot.waitSignal(bench.workspace.visibility_changed) as caught:
            press(bench.window, key, CTRL, SHIFT)
        assert caught.args == [name, expected]
        assert bench.workspace.is_shown(name) is expected
        assert action(bench, NAMES[name]).isChecked() is expected


def test_the_key_brings_a_panel_to_the_front_that_is_behind_a_tab(bench):
    bench.workspace.show_panel("inspector")
    bench.window.tabifyDockWidget(bench.dock("charts"), bench.dock("inspector"))
    bench.dock("inspector").raise_()
    QApplication.processEvents()
    press(bench.window, Qt.Key.Key_C, CTRL, SHIFT)
    assert not bench.panels["charts"].visibleRegion().isEmpty()
    assert bench.panels["inspector"].visibleRegion().isEmpty()
    assert action(bench, "차트").isChecked()


def test_the_keys_work_with_an_input_method_on(bench):
    keys = {
        shortcut.toString() for each in bench.workspace.actions() for shortcut in each.shortcuts()
    }
    assert {"Ctrl+Shift+ㄴ", "Ctrl+Shift+ㅊ", "Ctrl+Shift+ㅑ", "Ctrl+Shift+ㄹ"} <= keys


def test_f6_goes_through_the_panels_and_remembers_where_it_was(bench):
    panels = bench.panels
    panels["quotes"].table.setFocus()
    order = []
    for _ in range(3):
        press(bench.window, Qt.Key.Key_F6)
        order.append(QApplication.focusWidget())
    assert order[0] in (panels["charts"].field, panels["charts"].tool)
    assert order[2] is panels["quotes"].table
    bench.workspace.show_panel("inspector")
    panels["inspector"].table.setFocus()
    press(bench.window, Qt.Key.Key_F6, SHIFT)
    press(bench.window, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is panels["inspector"].table
    press(bench.window, Qt.Key.Key_F6)
    assert panels["subscriptions"].isAncestorOf(QApplication.focusWidget())


def test_f6_begins_with_the_first_panel_and_skips_hidden_ones(bench):
    bench.dock("subscriptions").close()
    QApplication.focusWidget().clearFocus()
    press(bench.window, Qt.Key.Key_F6)
    assert bench.panels["quotes"].isAncestorOf(QApplication.focusWidget())
    QApplication.focusWidget().clearFocus()
    press(bench.window, Qt.Key.Key_F6, SHIFT)
    assert bench.panels["charts"].isAncestorOf(QApplication.focusWidget())


def test_f6_finds_a_panel_that_is_all_covered_by_its_canvas(bench):
    panel = bench.panels["charts"]
    cover = QWidget(panel)
    cover.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    cover.setGeometry(panel.rect())
    cover.show()
    QApplication.processEvents()
    assert panel.visibleRegion().isEmpty()
    bench.panels["quotes"].table.setFocus()
    press(bench.window, Qt.Key.Key_F6)
    assert panel.isAncestorOf(QApplication.focusWidget())


def test_a_panel_says_itself_where_the_keyboard_goes(bench):
    bench.panels["charts"].setFocusProxy(bench.panels["charts"].table)
    bench.workspace.focus("charts")
    assert QApplication.focusWidget() is bench.panels["charts"].table


def test_a_panel_in_which_nothing_takes_the_keyboard_is_left_alone(bench):
    bench.workspace.place("charts", QMenu())
    bench.panels["quotes"].table.setFocus()
    bench.workspace.focus("charts")
    assert QApplication.focusWidget() is bench.panels["quotes"].table


def test_hiding_the_panel_with_the_keyboard_gives_it_to_the_quotes(bench):
    bench.panels["charts"].table.setFocus()
    press(bench.window, Qt.Key.Key_C, CTRL, SHIFT)
    assert bench.panels["quotes"].isAncestorOf(QApplication.focusWidget())


def test_a_key_floats_the_panel_that_has_the_keyboard(bench):
    bench.panels["charts"].table.setFocus()
    press(bench.window, Qt.Key.Key_F, CTRL, SHIFT)
    assert bench.dock("charts").isFloating()
    assert QApplication.focusWidget() is bench.panels["charts"].table
    press(bench.dock("charts"), Qt.Key.Key_F, CTRL, SHIFT)
    assert not bench.dock("charts").isFloating()
    bench.panels["quotes"].table.setFocus()
    press(bench.window, Qt.Key.Key_F, CTRL, SHIFT)
    assert not any(floating for floating, *_ in stand(bench).values())


# remembering


def test_everything_returns_to_where_it_was(bench, qtbot):
    bench.window.setGeometry(10, 20, 700, 640)
    bench.workspace.show_panel("inspector")
    bench.window.tabifyDockWidget(bench.dock("charts"), bench.dock("inspector"))
    bench.dock("subscriptions").setFloating(True)
    bench.dock("subscriptions").setGeometry(60, 70, 333, 444)
    QApplication.processEvents()
    before = stand(bench)
    kept = msgspec.json.decode(msgspec.json.encode(bench.workspace.capture()), type=Arrangement)
    bench.workspace.reset()
    bench.window.setGeometry(0, 0, 500, 500)
    assert bench.workspace.restore([kept])
    QApplication.processEvents()
    assert bench.window.geometry().getRect() == (10, 20, 700, 640)
    assert stand(bench) == before


def test_a_new_window_takes_over_what_an_old_one_remembered_before_it_is_shown(bench, qtbot):
    bench.dock("charts").setMinimumHeight(500)
    bench.dock("charts").setMinimumHeight(0)
    bench.workspace.show_panel("inspector")
    bench.dock("subscriptions").close()
    QApplication.processEvents()
    before = stand(bench)
    late = Bench(theme.LIGHT, "en")
    qtbot.addWidget(late.window)
    late.place("quotes", "subscriptions")
    assert late.workspace.restore([bench.workspace.capture()])
    late.show()
    late.place("charts", "inspector")
    QApplication.processEvents()
    after = stand(late)
    assert after["charts"] == before["charts"]
    assert after["inspector"] == before["inspector"]
    assert after["subscriptions"][1]


def test_a_layout_may_be_restored_without_moving_the_window(bench):
    kept = bench.workspace.capture()
    bench.window.setGeometry(5, 6, 600, 500)
    assert bench.workspace.restore([kept], move=False)
    assert bench.window.geometry().getRect() == (5, 6, 600, 500)


def test_a_maximised_window_is_maximised_again_and_knows_where_to_return(bench):
    bench.window.setGeometry(40, 50, 600, 500)
    bench.window.showMaximized()
    QApplication.processEvents()
    kept = bench.workspace.capture()
    assert kept.window == Window(40, 50, 600, 500, maximised=True)
    bench.window.showNormal()
    bench.workspace.restore([kept])
    assert bench.window.isMaximized()
    bench.window.showNormal()
    QApplication.processEvents()
    assert bench.window.geometry().getRect() == (40, 50, 600, 500)


def test_on_other_screens_the_window_fits_and_the_docks_stand_as_remembered(bench):
    bench.workspace.show_panel("inspector")
    kept = bench.workspace.capture()
    far = msgspec.structs.replace(kept, screens=ELSEWHERE, window=Window(2000, 900, 1900, 1200))
    bench.workspace.reset()
    assert bench.workspace.restore([far])
    [area] = screens.areas()
    box = bench.window.geometry()
    assert box.x() >= area.x
    assert box.y() >= area.y
    assert box.right() < area.x + area.width
    assert box.bottom() < area.y + area.height
    assert bench.workspace.is_shown("inspector")


def test_a_floating_panel_beyond_the_screens_is_brought_back(bench):
    dock = bench.dock("charts")
    dock.setFloating(True)
    dock.setGeometry(5000, 5000, 400, 300)
    kept = bench.workspace.capture()
    bench.workspace.reset()
    bench.workspace.restore([kept])
    QApplication.processEvents()
    assert bench.window.screen().availableGeometry().contains(dock.geometry())


@pytest.mark.parametrize(
    "docks",
    [
        None,
        Docks(VERSION, "bm9uc2Vuc2U=", 1),
        Docks.of(b"", VERSION),
        Docks.of(b"no state of Qt's, but with a good check", VERSION),
        Docks.of(b"another version", VERSION + 1),
    ],
)
def test_where_the_docks_are_not_known_they_stand_as_at_first(bench, docks):
    before = stand(bench)
    bench.dock("subscriptions").setFloating(True)
    here = tuple(screens.screens())
    assert not bench.workspace.restore([Arrangement(here, Window(0, 0, 780, 760), docks)])
    QApplication.processEvents()
    assert stand(bench) == before


def test_with_nothing_remembered_everything_stands_as_at_first(bench):
    before = stand(bench)
    bench.dock("subscriptions").setFloating(True)
    assert not bench.workspace.restore([])
    QApplication.processEvents()
    assert stand(bench) == before


def test_one_flipped_byte_never_reaches_qt(bench):
    kept = bench.workspace.capture()
    for at in range(0, len(kept.docks.state), 7):
        letter = "B" if kept.docks.state[at] == "A" else "A"
        state = kept.docks.state[:at] + letter + kept.docks.state[at + 1 :]
        damaged = msgspec.structs.replace(kept.docks, state=state)
        assert damaged.content(VERSION) is None


def test_a_minimised_window_remembers_where_it_was(bench):
    bench.window.setGeometry(40, 50, 600, 500)
    bench.window.showMinimized()
    QApplication.processEvents()
    assert bench.workspace.capture().window == Window(40, 50, 600, 500)


def test_the_screens_of_now_are_remembered(bench):
    screen = QApplication.primaryScreen()
    assert bench.workspace.capture().screens == (
        Screen(screen.name(), *screen.geometry().getRect()),
    )


def test_every_action_has_a_text_in_both_languages(qtbot, dressed):
    korean, english = Bench(), Bench(theme.LIGHT, "en")
    for each in (korean, english):
        qtbot.addWidget(each.window)
    texts = [[action.text() for action in each.workspace.actions()] for each in (korean, english)]
    assert texts[1] == [
        "Subscriptions",
        "Charts",
        "Order book",
        "Inspector",
        "Float or dock this panel",
        "Next panel",
        "Previous panel",
        "Reset the panels",
    ]
    assert all(ours != theirs for ours, theirs in zip(*texts, strict=True))
    assert isinstance(korean.workspace, Workspace)


def test_a_panel_that_floats_bears_the_name_of_the_source(qtbot, dressed):
    window = QMainWindow()
    qtbot.addWidget(window)
    workspace = Workspace(window, theme.DARK, Texts("en"), "DEMO")
    window.show()
    dock = workspace._docks["charts"]
    assert not dock._mark.isVisible()
    dock.setFloating(True)
    assert dock._mark.isVisible()
    assert dock._mark.text() == "DEMO"
    dock.setFloating(False)
    assert not dock._mark.isVisible()


def test_a_layout_from_before_the_ladder_leaves_it_hidden_and_the_others_as_they_stood(
    qtbot, dressed
):
    before, now = Bench(), Bench()
    for each in (before, now):
        qtbot.addWidget(each.window)
        each.window.show()
    ladder = before.workspace._docks["ladder"]
    before.window.removeDockWidget(ladder)
    ladder.setParent(None)
    before.workspace._docks["charts"].hide()
    saved = before.workspace.capture()
    now.workspace.show_panel("ladder")
    assert now.workspace.restore([saved])
    assert not now.workspace.is_shown("ladder")
    assert not now.workspace.is_shown("charts")
    assert now.workspace.is_shown("subscriptions")
    ladder.deleteLater()
