"""The subscription manager, with a real window, keyboard and mouse."""

import math

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QMenu

from kisopt_gui.market.link import Link
from kisopt_gui.ui import theme
from kisopt_gui.ui.subscriptions.message import SHOWN_S
from kisopt_gui.ui.subscriptions.panel import WIDTH_PX, SubscriptionsPanel
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State

INDEX = 1084.52


def key(code):
    return Key("H0IOCNT0", code)


def calls(count, first=0):
    return [key(f"B01612A{serial:02}") for serial in range(first, first + count)]


class Paints(QObject):
    """Remembers what was painted again."""

    def __init__(self):
        super().__init__()
        self.painted = []

    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.painted.append(event.region().boundingRect())
        return False


@pytest.fixture
def open_panel(qtbot):
    def opened(broker, underlying=lambda: INDEX, width=312):
        panel = SubscriptionsPanel(broker.desk, underlying=underlying)
        qtbot.addWidget(panel)
        panel.resize(width, 900)
        panel.show()
        panel.activateWindow()
        qtbot.waitActive(panel)
        return panel

    return opened


@pytest.fixture
def panel(broker, open_panel):
    return open_panel(broker)


def typed(qtbot, panel, text):
    panel.search.box.setFocus()
    qtbot.keyClicks(panel.search.box, text)


def codes(panel):
    return [hit.code for hit in panel.search.list.hits.lines]


def alike(one, other):
    """Whether two colours differ by no more than smooth edges make them."""
    return all(abs(a - b) < 48 for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


def centre(panel, place):
    return panel.list.visualRect(panel.rows.index(place)).center()


def pin_of(panel, place):
    rect = panel.list.visualRect(panel.rows.index(place))
    return QPoint(rect.right() - 20, rect.center().y())


# search ----------------------------------------------------------------


def test_typing_searches_and_enter_adds_the_first(qtbot, broker, panel):
    typed(qtbot, panel, "1085")
    assert codes(panel) == ["B01612A18", "C01612A18"]
    assert panel.search.list.isVisible()
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Return)
    assert broker.watchlist.keys == [key("B01612A18")]
    assert broker.watchlist.selected == [key("B01612A18")]
    assert panel.message.text == "콜 1,085.0 2026-12 추가"
    assert panel.search.box.text() == ""
    assert not panel.search.list.isVisible()


def test_up_and_down_choose_and_hold_at_the_ends(qtbot, broker, panel):
    typed(qtbot, panel, "1085")
    for press in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(panel.search.box, press)
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Enter)
    assert broker.watchlist.keys == [key("C01612A18")]


def test_a_click_on_a_line_adds_it_and_the_box_keeps_the_focus(qtbot, broker, panel):
    typed(qtbot, panel, "1085")
    hits = panel.search.list
    at = hits.visualRect(hits.hits.index(1)).center()
    qtbot.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert broker.watchlist.keys == [key("C01612A18")]
    assert panel.search.box.hasFocus()


def test_escape_closes_the_list_then_empties_the_box_then_goes_to_the_rows(qtbot, broker, panel):
    broker.watchlist.add(calls(1))
    typed(qtbot, panel, "1085")
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Escape)
    assert (panel.search.list.isVisible(), panel.search.box.text()) == (False, "1085")
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Down)
    assert panel.search.list.isVisible()
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Escape)
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Escape)
    assert panel.search.box.text() == ""
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Escape)
    assert panel.list.hasFocus()


def test_the_list_closes_when_the_focus_goes(qtbot, panel):
    typed(qtbot, panel, "1085")
    panel.list.setFocus()
    assert not panel.search.list.isVisible()


@pytest.mark.qt_log_ignore("keyToAscii Unhandled key code")
@pytest.mark.parametrize("press", [Qt.Key.Key_K, Qt.Key(ord("ㅏ"))])
def test_control_k_focuses_the_search_also_under_a_hangul_layout(qtbot, panel, press):
    panel.list.setFocus()
    qtbot.keyClick(panel.list, press, Qt.KeyboardModifier.ControlModifier)
    assert panel.search.box.hasFocus()


def test_a_syllable_that_is_still_open_is_searched_for(qtbot, panel):
    typed(qtbot, panel, "1085")
    QApplication.sendEvent(panel.search.box, QInputMethodEvent("풋", []))
    assert codes(panel) == ["C01612A18"]
    done = QInputMethodEvent("", [])
    done.setCommitString("콜")
    QApplication.sendEvent(panel.search.box, done)
    assert codes(panel) == ["B01612A18"]


def test_nothing_that_matches_is_told_in_the_message_line(qtbot, panel):
    typed(qtbot, panel, "1999c")
    assert panel.message.text == "'1999c'에 맞는 종목이 없습니다."
    assert not panel.search.list.isVisible()
    panel.search.box.clear()
    assert "없습니다" not in panel.message.text


def test_words_that_are_only_begun_are_complained_of_when_enter_says_that_is_all(qtbot, panel):
    typed(qtbot, panel, "745")
    assert "745" not in panel.message.text
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Return)
    assert panel.message.text == "'745'에 맞는 종목이 없습니다."


def test_the_list_of_results_leaves_the_message_to_be_read(qtbot, panel):
    typed(qtbot, panel, "1085")
    message = panel.message.geometry()
    assert panel.search.list.geometry().top() > message.bottom()


def test_a_pasted_list_is_offered_whole_and_added_in_one_go(qtbot, broker, panel):
    QGuiApplication.clipboard().setText("1085콜\n목 1085p\n삼성\nC01612A20\n")
    panel.search.box.setFocus()
    panel.search.box.paste()
    assert panel.search.list.hits.lines[0].label == "3종목 추가, 읽을 수 없음: 삼성"
    assert panel.message.text == "3종목 추가, 읽을 수 없음: 삼성"
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Return)
    assert [each.code for each in broker.watchlist.keys] == [
        "B01612A18",
        "C09F4WA18",
        "C01612A20",
    ]
    assert panel.message.text == "3종목 추가, 읽을 수 없음: 삼성"


def test_the_chips_narrow_the_search(qtbot, broker, panel):
    january = list(panel.filters._expiry_chips.values())[1]
    assert january.text() == "2027-01"
    january.click()
    typed(qtbot, panel, "1085")
    assert codes(panel) == ["B01701A18", "C01701A18"]
    january.click()
    assert panel.filters.expiry is None
    assert codes(panel)[:2] == ["B01612A18", "C01612A18"]


def test_before_the_master_file_a_whole_code_can_be_added(qtbot, make_broker, open_panel):
    broker = make_broker(listed_too=False)
    panel = open_panel(broker)
    assert panel.message.text.startswith("종목 목록을 기다리는 중")
    typed(qtbot, panel, "b01612a18")
    qtbot.keyClick(panel.search.box, Qt.Key.Key_Return)
    assert broker.watchlist.keys == [key("B01612A18")]


def test_when_the_master_file_comes_chips_and_names_come_with_it(make_broker, open_panel):
    broker = make_broker()
    master, broker.master = broker.master, None
    panel = open_panel(broker)
    broker.watchlist.add([key("B01612A18")])
    broker.master = master
    broker.clock.second.emit()
    broker.clock.ages.emit()
    assert panel.filters.product.key == "K2I"
    assert panel.filters.expiry.isoformat() == "2026-12-10"
    assert panel.rows.rows[0].label == "콜 1,085.0"
    assert not panel.message.text.startswith("종목 목록을 기다리는 중")


# range -----------------------------------------------------------------


def test_the_range_adds_strikes_around_the_money_on_both_sides(broker, panel):
    panel.range.each_side.setValue(1)
    panel.range.add.click()
    labels = [broker.desk.label(each) for each in broker.watchlist.keys]
    assert labels == [
        "콜 1,087.5", "풋 1,087.5", "콜 1,085.0", "풋 1,085.0", "콜 1,082.5", "풋 1,082.5",
    ]  # fmt: skip
    assert panel.message.text == "6종목 추가"


def test_the_range_adds_one_side_of_the_chosen_product_and_expiry(broker, panel):
    panel.restore({"product": "WKI", "expiry": "2026-11-26", "each_side": 2, "sides": "put"})
    panel.range.add.click()
    assert len(broker.watchlist) == 5
    assert all(each.code.startswith("C09F4W") for each in broker.watchlist.keys)


@pytest.mark.parametrize("index", [math.nan, 0.0])
def test_without_an_underlying_nothing_is_added_and_it_is_said_why(broker, open_panel, index):
    panel = open_panel(broker, underlying=lambda: index)
    panel.range.add.click()
    assert len(broker.watchlist) == 0
    assert panel.message.text.startswith("기초자산 값을 아직 몰라")


def test_without_a_master_file_no_range_is_added(make_broker, open_panel):
    broker = make_broker(listed_too=False)
    panel = open_panel(broker)
    panel.range.add.click()
    assert len(broker.watchlist) == 0
    assert panel.message.text == "종목 목록이 와야 등가 둘레를 추가할 수 있습니다."


def test_a_chip_that_was_pressed_keeps_the_focus(panel):
    chip = list(panel.filters._expiry_chips.values())[1]
    chip.setFocus()
    chip.click()
    assert chip.hasFocus()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_far_expiries_are_in_a_menu_and_a_chosen_one_gets_a_chip(panel):
    assert [chip.text() for chip in panel.filters._expiry_chips.values()] == [
        "2026-12",
        "2027-01",
        "2027-02",
    ]
    panel.filters._open_menu(panel)
    menu = panel.filters.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["2027-03", "2027-06"]
    menu.actions()[1].trigger()
    menu.close()
    assert [chip.text() for chip in panel.filters._expiry_chips.values()] == [
        "2026-12",
        "2027-01",
        "2027-06",
    ]


# budget ----------------------------------------------------------------


def test_the_budget_counts_what_is_held_pinned_and_waiting(broker, panel):
    keys = calls(5)
    broker.watchlist.add(keys)
    broker.watchlist.pin(keys[0], pinned=True)
    broker.say(
        (keys[0], State.ACTIVE),
        (keys[1], State.ACTIVE),
        (keys[2], State.PENDING),
        (keys[3], State.WANTED),
        (keys[4], State.REJECTED, "OPSP8992"),
        (Key("H0UPCNT0", "2001"), State.ACTIVE),
        (key("C01612A30"), State.RELEASING),
        limit=5,
    )
    broker.clock.ages.emit()
    shown = panel.budget.bar._budget
    assert (shown.held, shown.limit, shown.pinned, shown.active) == (5, 5, 1, 2)
    assert (shown.pending, shown.leaving, shown.waiting, shown.refused) == (1, 1, 1, 1)
    assert shown.others == 1
    assert "대기 1" in panel.budget.count.text()
    assert "호가, 지수, 선물" in panel.budget.toolTip()


def test_past_the_full_limit_the_budget_says_what_happens_without_a_button(broker, panel):
    broker.watchlist.add(calls(37))
    broker.watchlist.add([key(f"C01612A{serial:02}") for serial in range(6)])
    broker.serve()
    broker.clock.ages.emit()
    assert panel.budget.sentence.text() == (
        "한도 41을 넘은 2종목은 자리가 나면 순서대로 구독합니다."
    )
    assert not panel.budget.forget.isVisible()
    assert [row.standing.note for row in panel.rows.rows[-2:]] == ["슬롯 대기", "슬롯 대기"]


def test_a_learned_limit_is_explained_and_can_be_forgotten(qtbot, broker, panel):
    broker.watchlist.add(calls(4))
    broker.serve(limit=3)
    broker.clock.ages.emit()
    assert panel.budget.sentence.text().startswith("서버가 3종목까지만 받았습니다.")
    with qtbot.waitSignal(panel.forget_cap_requested, timeout=100):
        panel.budget.forget.click()
    broker.serve(limit=41)
    broker.clock.ages.emit()
    assert not panel.budget.sentence.isVisible()
    assert not panel.budget.forget.isVisible()


# rows ------------------------------------------------------------------


def test_delete_removes_what_is_chosen_and_offers_the_way_back(qtbot, broker, panel):
    keys = calls(5)
    broker.watchlist.add(keys)
    panel.list.setFocus()
    broker.watchlist.select(keys[1:3])
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert broker.watchlist.keys == [keys[0], keys[3], keys[4]]
    assert panel.message.text == "2종목 해제"
    assert broker.watchlist.selected == [keys[3]]
    panel.message.button.click()
    assert broker.watchlist.keys == keys
    assert not panel.message.button.isVisible()


def test_delete_can_be_pressed_again_and_again(qtbot, broker, panel):
    broker.watchlist.add(calls(3))
    panel.list.setFocus()
    broker.watchlist.select(calls(1, first=1))
    for _ in range(4):
        qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert len(broker.watchlist) == 0
    qtbot.keyClick(panel.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(broker.watchlist) == 1


@pytest.mark.qt_log_ignore("keyToAscii Unhandled key code")
@pytest.mark.parametrize("press", [Qt.Key.Key_P, Qt.Key(ord("ㅔ"))])
def test_p_pins_also_under_a_hangul_layout(qtbot, broker, panel, press):
    keys = calls(3)
    broker.watchlist.add(keys)
    panel.list.setFocus()
    broker.watchlist.select(keys[:2])
    qtbot.keyClick(panel.list, press)
    assert broker.watchlist.pins == keys[:2]
    assert [row.pinned for row in panel.rows.rows] == [True, True, False]


def test_alt_and_arrows_move_the_chosen_rows_and_keep_them_chosen(qtbot, broker, panel):
    keys = calls(4)
    broker.watchlist.add(keys)
    panel.list.setFocus()
    broker.watchlist.select([keys[2]])
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, alt)
    assert broker.watchlist.keys == [keys[0], keys[2], keys[1], keys[3]]
    assert panel.list.chosen() == [1]
    qtbot.keyClick(panel.list, Qt.Key.Key_Down, alt)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down, alt)
    assert broker.watchlist.keys == [keys[0], keys[1], keys[3], keys[2]]
    qtbot.keyClick(panel.list, Qt.Key.Key_Home, alt)
    assert broker.watchlist.keys[0] == keys[2]
    assert broker.watchlist.selected == [keys[2]]


def test_enter_asks_for_the_chart_of_the_current_row(qtbot, broker, panel):
    keys = calls(3)
    broker.watchlist.add(keys)
    panel.list.setFocus()
    panel.list.choose([0, 1], 1)
    asked = QSignalSpy(panel.chart_requested)
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert asked.at(0) == [keys[1]]
    assert broker.watchlist.selected == [keys[1]]


def test_a_click_selects_for_every_panel_with_the_current_one_first(qtbot, broker, panel):
    keys = calls(4)
    broker.watchlist.add(keys)
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(panel, 1))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, shift, centre(panel, 3))
    assert broker.watchlist.selected == [keys[3], keys[1], keys[2]]


def test_what_another_panel_selects_is_selected_here(broker, panel):
    keys = calls(4)
    broker.watchlist.add(keys)
    broker.watchlist.select([keys[2], keys[0]])
    assert panel.list.chosen() == [0, 2]
    assert panel.list.currentIndex().row() == 2


def test_the_diamond_pins_without_selecting(qtbot, broker, panel):
    keys = calls(2)
    broker.watchlist.add(keys)
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=pin_of(panel, 1))
    assert broker.watchlist.pins == [keys[1]]
    assert broker.watchlist.selected == []
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=pin_of(panel, 1))
    assert broker.watchlist.pins == []


def test_the_mouse_that_slips_from_a_diamond_selects_nothing(qtbot, broker, panel):
    keys = calls(4)
    broker.watchlist.add(keys)
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(panel, 0))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=pin_of(panel, 1))
    held = Qt.MouseButton.LeftButton
    at = QPointF(centre(panel, 3))
    slip = QMouseEvent(
        QEvent.Type.MouseMove, at, view.mapToGlobal(at), held, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view, slip)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=centre(panel, 3))
    assert broker.watchlist.selected == [keys[0]]


def test_a_double_click_pins(qtbot, broker, panel):
    keys = calls(2)
    broker.watchlist.add(keys)
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(panel, 0))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=centre(panel, 0))
    assert broker.watchlist.pins == [keys[0]]


def test_a_drop_between_rows_moves_what_is_dragged(broker, panel):
    keys = calls(4)
    broker.watchlist.add(keys)
    data = panel.rows.mimeData([panel.rows.index(3)])
    under = QPointF(40, panel.list.visualRect(panel.rows.index(1)).top() + 2)
    move, copy = Qt.DropAction.MoveAction, Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    over = QDragMoveEvent(under.toPoint(), move | copy, data, left, none)
    panel.list.dragMoveEvent(over)
    assert over.isAccepted()
    panel.grab()
    panel.list.dragLeaveEvent(QDragLeaveEvent())
    drop = QDropEvent(under, move | copy, data, left, none)
    panel.list.dropEvent(drop)
    assert broker.watchlist.keys == [keys[0], keys[3], keys[1], keys[2]]


def test_a_drop_of_something_else_changes_nothing(broker, panel):
    broker.watchlist.add(calls(2))
    data = QMimeData()
    data.setText("hello")
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.list.dropEvent(QDropEvent(QPointF(40, 5), Qt.DropAction.CopyAction, data, left, none))
    assert broker.watchlist.keys == calls(2)


def test_copy_puts_the_codes_on_the_clipboard(qtbot, broker, panel):
    broker.watchlist.add(calls(3))
    panel.list.setFocus()
    broker.watchlist.select(calls(2))
    qtbot.keyClick(panel.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "B01612A00\nB01612A01"


def test_the_menu_asks_again_only_for_what_was_refused(broker, panel):
    keys = calls(2)
    broker.watchlist.add(keys)
    broker.say((keys[0], State.ACTIVE), (keys[1], State.REJECTED, "OPSP8992"))
    broker.clock.ages.emit()
    actions = panel.actions_of_rows
    broker.watchlist.select([keys[0]])
    menu = actions.menu()
    assert not actions.actions["ask_again"].isVisible()
    menu.close()
    broker.watchlist.select(keys)
    menu = actions.menu()
    asked = QSignalSpy(panel.retry_requested)
    actions.actions["ask_again"].trigger()
    assert [asked.at(at)[0] for at in range(asked.count())] == [keys[1]]
    menu.close()


def test_the_menu_says_whether_it_pins_or_unpins(broker, panel):
    keys = calls(1)
    broker.watchlist.add(keys)
    broker.watchlist.select(keys)
    panel.actions_of_rows.menu().close()
    assert panel.actions_of_rows.actions["pin"].text() == "차트에 고정"
    broker.watchlist.pin(keys[0], pinned=True)
    panel.actions_of_rows.menu().close()
    assert panel.actions_of_rows.actions["pin"].text() == "고정 풀기"


# pulse -----------------------------------------------------------------


def test_a_pulse_repaints_nothing_left_of_the_ages(qtbot, broker, panel):
    keys = calls(3)
    broker.watchlist.add(keys)
    for each in keys:
        broker.trade(each, seconds_ago=2)
    broker.serve()
    broker.clock.ages.emit()
    panel.grab()
    watch = Paints()
    panel.list.viewport().installEventFilter(watch)
    QApplication.processEvents()
    watch.painted.clear()
    for row in panel.rows.rows:
        row.age = "1.9초"
    panel.list.repaint_ages(panel.rows.refresh_ages())
    QApplication.processEvents()
    age = panel.list._age_rect(panel.list.visualRect(panel.rows.index(0)))
    assert watch.painted
    for rect in watch.painted:
        assert age.left() <= rect.left()
        assert rect.right() <= age.right()


def test_a_hidden_panel_does_nothing_on_a_pulse(broker, panel):
    broker.watchlist.add(calls(1))
    broker.serve()
    panel.hide()
    broker.clock.ages.emit()
    assert panel.rows.rows[0].standing.note == "요청 차례"
    panel.show()
    broker.clock.ages.emit()
    assert panel.rows.rows[0].standing.note == "체결 대기"


# message ---------------------------------------------------------------


def test_a_sentence_gives_way_after_some_seconds(broker, panel):
    panel.list.setFocus()
    panel.show_message("이미 있습니다.", "warning")
    for _ in range(SHOWN_S - 1):
        broker.clock.second.emit()
    assert panel.message.text == "이미 있습니다."
    broker.clock.second.emit()
    assert panel.message.text == ""


def test_what_is_below_the_message_stays_where_it_is(broker, panel):
    panel.list.setFocus()
    before = panel.list.mapTo(panel, QPoint(0, 0))
    panel.wishes.add(calls(2))
    panel.wishes.remove(calls(2))
    QApplication.processEvents()
    assert panel.message.button.isVisible()
    assert panel.list.mapTo(panel, QPoint(0, 0)) == before


def test_typing_does_not_take_the_way_back_away(qtbot, broker, panel):
    broker.watchlist.add(calls(2))
    panel.wishes.remove(calls(1))
    typed(qtbot, panel, "1085")
    assert panel.message.button.isVisible()


# layouts ---------------------------------------------------------------


def test_the_state_of_a_panel_is_taken_up_by_another(make_broker, open_panel):
    first = open_panel(make_broker())
    first.restore({"product": "WKM", "expiry": "2026-11-30", "each_side": 7, "sides": "call"})
    state = first.state()
    assert state == {"product": "WKM", "expiry": "2026-11-30", "each_side": 7, "sides": "call"}
    broker = make_broker()
    master, broker.master = broker.master, None
    second = open_panel(broker)
    second.restore(state)
    assert second.state() == state
    broker.master = master
    broker.clock.second.emit()
    assert second.state() == state


def test_an_expiry_that_has_passed_becomes_the_one_after_it(panel):
    panel.restore({"product": "K2I", "expiry": "2026-11-12"})
    assert panel.filters.expiry.isoformat() == "2026-12-10"


@pytest.mark.parametrize(
    "state",
    [{}, {"product": 5, "expiry": None, "each_side": "x", "sides": 3},
     {"product": "???", "expiry": "soon", "sides": "left", "each_side": 999}],
)  # fmt: skip
def test_a_state_that_makes_no_sense_does_no_harm(panel, state):
    panel.restore(state)
    assert panel.range.sides.current == "both"
    assert 0 <= panel.range.each_side.value() <= 20


# looks -----------------------------------------------------------------


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_state_is_painted_in_both_themes_and_languages(
    qapp, make_broker, open_panel, tokens, language
):
    theme.apply(qapp, tokens)
    broker = make_broker(language=language, tokens=tokens)
    keys = calls(8)
    broker.watchlist.add(keys)
    broker.watchlist.pin(keys[0], pinned=True)
    broker.trade(keys[0])
    broker.trade(keys[1], seconds_ago=400)
    broker.say(
        *((each, State.ACTIVE) for each in keys[:3]),
        (keys[3], State.PENDING),
        (keys[4], State.REJECTED, "OPSP8992"),
        (keys[5], State.WANTED),
        (keys[6], State.WANTED, "OPSP0007"),
        (key("C01612A30"), State.RELEASING),
        limit=5,
    )
    panel = open_panel(broker, width=440)
    broker.clock.ages.emit()
    picture = panel.grab().toImage()
    assert picture.pixelColor(2, 2).name() == tokens.panel
    seen = [
        picture.pixelColor(x, y)
        for x in range(10, 30)
        for y in range(panel.list.y(), picture.height())
    ]
    for token in (tokens.ok, tokens.faint, tokens.up, tokens.accent, tokens.muted):
        assert any(alike(color, QColor(token)) for color in seen)


def test_an_empty_list_says_how_to_begin(make_broker, open_panel):
    panel = open_panel(make_broker())
    assert len({panel.grab().toImage().pixel(x, y) for x in range(40, 270, 2)
                for y in range(panel.list.y() + 20, panel.list.y() + 60)}) > 2  # fmt: skip


def test_a_dead_link_turns_every_row_to_waiting(broker, panel):
    keys = calls(2)
    broker.watchlist.add(keys)
    broker.say(*((each, State.WANTED) for each in keys), link=Link.WAITING)
    broker.clock.ages.emit()
    assert {row.standing.note for row in panel.rows.rows} == {"연결 대기"}


def test_what_cannot_be_read_off_the_picture_has_an_accessible_name(panel):
    for widget in (panel.search.box, panel.search.list, panel.list, panel.range.add):
        assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    assert panel.budget.bar.accessibleDescription()


def test_a_key_that_means_nothing_here_goes_on_to_the_list(panel):
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(panel.list, press)
    assert not press.isAccepted()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_cannot_be_made_so_narrow_that_its_controls_cover_one_another(
    make_broker, qtbot, language
):
    panel = SubscriptionsPanel(make_broker(language=language).desk, lambda: 1085.0)
    qtbot.addWidget(panel)
    panel.resize(100, 700)
    panel.show()
    assert panel.width() == panel.minimumSizeHint().width()
    assert panel.width() < WIDTH_PX
    filters = panel.filters
    assert filters.height() >= filters.heightForWidth(filters.width())
    for row in (panel.range, panel.follow):
        assert row.width() >= row.minimumSizeHint().width()
