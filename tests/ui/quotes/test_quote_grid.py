"""The rows: order, sorting, selection, keys, menus, copying."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.ui.quotes.columns import PLACES
from kisopt_gui.wire.control import Key

# What the platform without a screen says of every popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

FUTURE = Key("H0IFCNT0", "A01612")


def codes(panel):
    return [row.key.code for row in panel.model.rows]


def labels(panel):
    return [
        panel.model.headerData(at, Qt.Orientation.Vertical) for at in range(panel.model.rowCount())
    ]


@pytest.fixture
def three(world, open_panel):
    """Three calls A, B and C with the prices 9.50, 10.00 and none yet."""
    keys = world.list_options(3)
    world.watch(*keys)
    panel = open_panel(world)
    world.trade(keys[0], price="9.50", volume="100")
    world.trade(keys[1], price="10.00", volume="99")
    panel.keys = keys
    return panel


def heading(panel, name):
    header = panel.view.columns
    x = header.sectionViewportPosition(PLACES[name]) + header.sectionSize(PLACES[name]) // 2
    return QPoint(x, header.height() // 2)


def click_heading(qtbot, panel, name):
    qtbot.mouseClick(
        panel.view.columns.viewport(), Qt.MouseButton.LeftButton, pos=heading(panel, name)
    )


def click_row(qtbot, panel, place, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(
        panel.view.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(200, place * 23 + 10)
    )


def press(qtbot, panel, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(panel.view, key, modifier)


def test_rows_stand_in_the_watchlist_s_order_and_follow_it(world, panel):
    assert codes(panel) == [world.call.code, world.put.code]
    world.watchlist.move([world.put], 0)
    assert codes(panel) == [world.put.code, world.call.code]
    world.watch(FUTURE)
    assert codes(panel) == [world.put.code, world.call.code, FUTURE.code]
    world.watchlist.remove([world.call])
    assert codes(panel) == [world.put.code, FUTURE.code]


def test_a_long_list_is_taken_over_at_once(world, panel):
    keys = world.list_options(200)
    world.watchlist.replace(keys)
    assert codes(panel) == [key.code for key in keys]
    assert [row.place for row in panel.model.rows] == list(range(200))


def test_a_contract_is_named_as_a_trader_does_with_its_code(world, panel):
    assert labels(panel) == ["콜 1,085.0 B01612A30", "풋 1,085.0 C01612A30"]


def test_names_come_with_the_master_file_even_if_it_comes_later(world, open_panel):
    listed, world.listed = world.listed, None
    world.watch(world.call)
    panel = open_panel(world)
    assert "1,085.0" not in labels(panel)[0]
    world.listed = listed
    world.clock.second.emit()
    assert labels(panel) == ["콜 1,085.0 B01612A30"]


def test_the_contract_column_is_as_wide_as_what_stands_in_it(world, panel):
    narrow = panel.view.contracts.width()
    later, _ = world.list_options(2)
    world.listed.contracts[later.code] = replace(
        world.listed.contracts[later.code], month="202701", strike=11085.0
    )
    world.watch(later)
    assert panel.view.contracts.width() > narrow


def test_a_click_sorts_by_number_and_puts_what_is_missing_last(three, qtbot):
    a, b, c = codes(three)
    click_heading(qtbot, three, "price")
    assert codes(three) == [b, a, c]
    assert three.sorting.text() == "정렬: 현재가 ↓"
    click_heading(qtbot, three, "price")
    assert codes(three) == [a, b, c]
    assert three.sorting.text() == "정렬: 현재가 ↑"


def test_the_third_click_returns_to_the_watchlist_s_order(three, qtbot):
    before = codes(three)
    for _ in range(3):
        click_heading(qtbot, three, "volume")
    assert codes(three) == before
    assert three.sorting.text() == "정렬: 구독 순"


def test_sorted_rows_move_once_a_second_and_never_with_a_tick(world, three):
    a, b, c = codes(three)
    three.sort("price")
    world.trade(three.keys[0], price="10.50")
    assert codes(three) == [b, a, c]
    world.clock.second.emit()
    assert codes(three) == [a, b, c]


def test_a_click_on_the_corner_sorts_by_strike_with_the_call_above_the_put(world, panel, qtbot):
    keys = [world.put, world.call]
    world.watchlist.replace(keys)
    qtbot.mouseClick(panel.view.corner, Qt.MouseButton.LeftButton)
    assert codes(panel) == [world.call.code, world.put.code]
    assert panel.sorting.text() == "정렬: 종목 ↓"


def test_the_oldest_row_comes_first_when_sorted_by_age(world, panel):
    world.trade(world.call, age=1)
    world.trade(world.put, age=50)
    panel.sort("age")
    assert codes(panel) == [world.put.code, world.call.code]


def test_marks_sort_from_limit_up_to_limit_down(world, panel):
    world.trade(world.call, sign="4")
    world.trade(world.put, sign="5")
    panel.sort("sign")
    assert codes(panel) == [world.put.code, world.call.code]


def test_the_selection_stays_with_the_contract_when_rows_move(world, three, qtbot):
    click_row(qtbot, three, 0)
    assert world.watchlist.selected == [three.keys[0]]
    three.sort("price")
    assert world.watchlist.selected == [three.keys[0]]
    selected = [index.row() for index in three.view.selectionModel().selectedRows()]
    assert [three.model.rows[at].key for at in selected] == [three.keys[0]]


def test_what_is_clicked_is_selected_in_the_watchlist_the_current_one_first(world, three, qtbot):
    click_row(qtbot, three, 0)
    click_row(qtbot, three, 1, Qt.KeyboardModifier.ControlModifier)
    assert world.watchlist.selected == [three.keys[1], three.keys[0]]


def test_a_click_on_the_contract_selects_its_row(world, three, qtbot):
    qtbot.mouseClick(
        three.view.contracts.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 23 + 10)
    )
    assert world.watchlist.selected == [three.keys[1]]


def test_what_is_selected_elsewhere_is_selected_here(world, three):
    world.watchlist.select([three.keys[2], three.keys[0]])
    rows = sorted(index.row() for index in three.view.selectionModel().selectedRows())
    assert rows == [0, 2]
    assert three.current_row().key == three.keys[2]
    world.watchlist.select([])
    assert three.view.selectionModel().selectedRows() == []


def test_a_removed_row_leaves_no_selection_of_a_contract_that_is_gone(world, three):
    world.watchlist.select([three.keys[0]])
    world.watchlist.remove([three.keys[0]])
    assert three.keys[0] not in world.watchlist.selected
    assert {row.key for row in three.selected_rows()} == set(world.watchlist.selected)


def test_home_and_end_go_to_the_first_and_last_row(world, three, qtbot):
    click_row(qtbot, three, 1)
    press(qtbot, three, Qt.Key.Key_End)
    assert world.watchlist.selected == [three.keys[2]]
    press(qtbot, three, Qt.Key.Key_Home)
    assert world.watchlist.selected == [three.keys[0]]
    press(qtbot, three, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert world.watchlist.selected == [three.keys[1], three.keys[0]]


def test_delete_asks_to_remove_what_is_selected_and_removes_nothing_itself(world, three, qtbot):
    world.watchlist.select([three.keys[0], three.keys[2]])
    with qtbot.waitSignal(three.remove_requested) as asked:
        press(qtbot, three, Qt.Key.Key_Delete)
    assert asked.args == [[three.keys[0], three.keys[2]]]
    assert len(world.watchlist) == 3


def test_return_and_a_double_click_ask_for_the_record(world, three, qtbot):
    world.watchlist.select([three.keys[1]])
    with qtbot.waitSignal(three.inspect_requested) as asked:
        press(qtbot, three, Qt.Key.Key_Return)
    assert asked.args == [three.keys[1]]
    with qtbot.waitSignal(three.inspect_requested) as asked:
        click_row(qtbot, three, 0)
        qtbot.mouseDClick(three.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 10))
    assert asked.args == [three.keys[0]]


def test_space_pins_and_unpins(world, three, qtbot):
    world.watchlist.select([three.keys[1]])
    press(qtbot, three, Qt.Key.Key_Space)
    assert world.watchlist.pins == [three.keys[1]]
    press(qtbot, three, Qt.Key.Key_Space)
    assert world.watchlist.pins == []


def test_alt_and_an_arrow_sort_by_the_current_column(world, three, qtbot):
    a, b, c = codes(three)
    three.view.setCurrentIndex(three.model.index(0, PLACES["volume"]))
    press(qtbot, three, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert codes(three) == [a, b, c]
    press(qtbot, three, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert codes(three) == [b, a, c]
    press(qtbot, three, Qt.Key.Key_Backspace, Qt.KeyboardModifier.AltModifier)
    assert three.model.sorted_by == ""


def test_typing_goes_to_the_contract_of_that_strike(world, three, qtbot):
    qtbot.keyClicks(three.view, "1495")
    assert three.current_row().label == "콜 1,495.0"


def test_tab_leaves_the_grid(world, three, qtbot):
    three.view.setFocus()
    press(qtbot, three, Qt.Key.Key_Tab)
    assert not three.view.hasFocus()


def menu_of(panel):
    QApplication.processEvents()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def texts_of(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def trigger(menu, text):
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_the_row_menu_offers_what_the_keys_do(world, three, qtbot):
    world.watchlist.select([three.keys[0]])
    press(qtbot, three, Qt.Key.Key_Menu)
    three.view.menu_requested.emit(three.view.mapToGlobal(QPoint(50, 50)))
    menu = menu_of(three)
    offered = texts_of(menu)
    for text in ("차트에 고정", "전문 검사", "복사", "전문 원문 복사", "구독 해제"):
        assert text in offered
    with qtbot.waitSignal(three.remove_requested):
        trigger(menu, "구독 해제")


def test_the_heading_s_menu_sorts_hides_and_resets(world, three, qtbot):
    three.view.columns.customContextMenuRequested.emit(heading(three, "delta"))
    menu = menu_of(three)
    assert "델타 큰 값부터" in texts_of(menu)
    trigger(menu, "델타 열 숨기기")
    assert "delta" not in three.view.order
    three.view.columns.customContextMenuRequested.emit(heading(three, "price"))
    trigger(menu_of(three), "이 묶음을 기본값으로")
    assert "delta" in three.view.order


def clipboard():
    return QGuiApplication.clipboard().text()


def test_a_copied_table_has_plain_numbers_and_nothing_where_nothing_was_sent(world, panel, qtbot):
    panel.choose_columns(["price", "change", "bid", "theta", "volume", "time"])
    world.trade(
        world.call, sign="5", change="-0.35", price="1234.50", bid="0", theta="-0.0752",
        volume="85432", time="143107",
    )  # fmt: skip
    world.watchlist.select([world.call])
    press(qtbot, panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard().splitlines() == [
        "종목\t코드\t현재가\t대비\t매수호가\t세타\t거래량\t체결시각",
        "콜 1085.0\tB01612A30\t1234.50\t-0.35\t\t-0.0752\t85432\t14:31:07",
    ]


def test_without_a_selection_all_rows_are_copied_in_the_order_shown(three, qtbot):
    three.choose_columns(["price"])
    three.sort("price")
    qtbot.mouseClick(three.copy_button, Qt.MouseButton.LeftButton)
    assert [line.split("\t")[2] for line in clipboard().splitlines()] == [
        "현재가",
        "10.00",
        "9.50",
        "",
    ]


def test_the_raw_frame_is_copied_as_the_wire_wrote_it(world, panel, qtbot):
    world.trade(world.call, price="3.5")
    world.watchlist.select([world.call])
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(qtbot, panel, Qt.Key.Key_C, modifiers)
    assert clipboard() == f"0|H0IOCNT0|001|{world.text(world.call, price='3.5')}"


def test_an_empty_watchlist_says_what_to_do(world, open_panel):
    panel = open_panel(world)
    assert panel.model.rowCount() == 0
    assert "구독한 종목이 없습니다" in panel.view.empty_text
    assert panel.grab().size() == QSize(1600, 500)


def test_the_wheel_over_the_contracts_scrolls_the_rows(world, open_panel):
    world.watch(*world.list_options(100))
    panel = open_panel(world)
    target = panel.view.contracts.viewport()
    position = QPointF(20, 50)
    QApplication.sendEvent(
        target,
        QWheelEvent(
            position,
            target.mapToGlobal(position),
            QPoint(),
            QPoint(0, -240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
    assert panel.view.verticalScrollBar().value() > 0
    assert panel.view.contracts.offset() == panel.view.verticalScrollBar().value()


def test_a_heading_can_be_dragged_with_the_mouse(panel, qtbot):
    header = panel.view.columns.viewport()
    start, end = heading(panel, "delta"), heading(panel, "bid")
    qtbot.mousePress(header, Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), end.x() - 30, -5):
        qtbot.mouseMove(header, QPoint(x, start.y()))
    qtbot.mouseRelease(header, Qt.MouseButton.LeftButton, pos=QPoint(end.x() - 30, start.y()))
    order = panel.view.order
    assert order.index("delta") < order.index("ask")
    assert panel.model.sorted_by == ""


def test_the_contract_of_an_option_in_the_money_says_so(world, panel):
    world.trade(world.call, intrinsic="1.20")
    world.trade(world.put, intrinsic="0.00")
    assert [row.inside for row in panel.model.rows] == [True, False]
    role = Qt.ItemDataRole.ToolTipRole
    assert "내가격" in panel.model.headerData(0, Qt.Orientation.Vertical, role)
    assert "내가격" not in panel.model.headerData(1, Qt.Orientation.Vertical, role)


def test_a_screen_reader_finds_the_cells(world, panel):
    world.trade(world.call, price="3.50", sign="2")
    table = QAccessible.queryAccessibleInterface(panel.view)
    assert table.role() is QAccessible.Role.Table
    cells = (table.child(at) for at in range(table.childCount()))
    names = [cell.text(QAccessible.Text.Name) for cell in cells if cell is not None]
    assert "콜 1,085.0 현재가 3.50 상승" in names
    assert "콜 1,085.0 B01612A30" in names


def test_the_menu_key_opens_the_menu_at_the_current_row(world, three, qtbot):
    click_row(qtbot, three, 1)
    reason = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(reason, QPoint(), QPoint(), Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(three.view.menu_requested) as asked:
        QApplication.sendEvent(three.view.viewport(), event)
    assert three.view.viewport().mapFromGlobal(asked.args[0]).y() in range(23, 47)
    menu_of(three).close()


def test_beside_the_rows_there_is_no_menu(world, three, qtbot):
    reason = QContextMenuEvent.Reason.Mouse
    below = QPoint(200, 300)
    event = QContextMenuEvent(reason, below, QPoint(), Qt.KeyboardModifier.NoModifier)
    with qtbot.assertNotEmitted(three.view.menu_requested):
        QApplication.sendEvent(three.view.viewport(), event)
        three.view.contracts.customContextMenuRequested.emit(QPoint(20, 300))


def test_the_menu_of_a_contract_is_about_the_row_it_was_opened_on(world, three):
    world.watchlist.select([three.keys[0]])
    three.view.contracts.customContextMenuRequested.emit(QPoint(20, 2 * 23 + 10))
    menu = menu_of(three)
    assert world.watchlist.selected == [three.keys[2]]
    menu.close()


def test_the_menu_of_a_contract_keeps_the_rows_that_are_selected_with_it(world, three):
    world.watchlist.select([three.keys[0], three.keys[2]])
    three.view.contracts.customContextMenuRequested.emit(QPoint(20, 2 * 23 + 10))
    menu_of(three).close()
    assert set(world.watchlist.selected) == {three.keys[0], three.keys[2]}


def test_what_tells_contracts_of_one_strike_apart_stands_beside_them(world, open_panel):
    near, far, mini = world.list_options(3)
    facts = world.listed.contracts
    facts[far.code] = replace(facts[near.code], code=far.code, month="202701")
    facts[mini.code] = replace(facts[near.code], code=mini.code, product=PRODUCTS["MKI"])
    world.watch(near)
    panel = open_panel(world)
    assert panel.view.contracts._parts(0) == [near.code]
    world.watch(far, mini)
    assert [panel.view.contracts._parts(at) for at in range(3)] == [
        ["KOSPI200", "2026-12", near.code],
        ["KOSPI200", "2027-01", far.code],
        ["미니", "2026-12", mini.code],
    ]


def test_pinned_rows_carry_the_user_s_colour(world, three):
    def edge(place):
        picture = three.view.contracts.viewport().grab().toImage()
        return QColor(picture.pixel(0, place * 23 + 5)).name()

    world.watchlist.pin(three.keys[1], pinned=True)
    assert edge(1) == world.desk.tokens.accent
    assert edge(0) != world.desk.tokens.accent


def test_contracts_of_which_nothing_is_known_sort_by_their_code(world, open_panel):
    world.listed = None
    keys = [Key("H0IOCNT0", code) for code in ("B01612B02", "B01612B01")]
    world.watch(*keys)
    panel = open_panel(world)
    panel.sort("contract", descending=False)
    assert codes(panel) == ["B01612B01", "B01612B02"]
