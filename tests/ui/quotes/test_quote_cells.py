"""What stands in the cells: numbers as sent, what is missing, marks, colours, age."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from kisopt_gui.market.link import Link
from kisopt_gui.ui.quotes.columns import COLUMNS, PLACES, SETS
from kisopt_gui.ui.quotes.rows import ABSENT, DOWN, TEXT, UP
from kisopt_gui.wire.control import Key, Reply
from kisopt_gui.wire.session import Slot, State
from kisopt_gui.wire.streams import INDEX_OPTION

INDEX = Key("H0UPCNT0", "2001")
FUTURE = Key("H0IFCNT0", "A01612")


def text(panel, key, name):
    return panel.model.text(row(panel, key), PLACES[name])


def row(panel, key):
    return next(row for row in panel.model.rows if row.key == key)


def tone(panel, key, name):
    panel.model.refresh(row(panel, key))
    return row(panel, key).tones[PLACES[name]]


def test_every_field_of_the_record_is_a_column_and_then_the_age():
    assert [column.name for column in COLUMNS] == [*INDEX_OPTION.fields, "age"]


def test_the_set_of_everything_shows_everything():
    assert sorted(SETS["all"]) == sorted(PLACES)


def test_numbers_keep_the_decimals_they_were_sent_with(world, panel):
    world.trade(world.call, price="3.5", delta="0.4523", volume="85432", theta="-0.0752")
    shown = [text(panel, world.call, name) for name in ("price", "delta", "volume", "theta")]
    assert shown == ["3.50", "0.4523", "85,432", "−0.0752"]


def test_before_the_first_record_everything_is_missing(world, panel):
    assert {text(panel, world.call, column.name) for column in COLUMNS} == {"-"}


@pytest.mark.parametrize(
    ("name", "raw"),
    [("bid", "0"), ("ask", "0.00"), ("implied_volatility", "0"), ("theoretical", "nan")],
)
def test_what_was_not_sent_is_a_hyphen_and_never_zero(world, panel, name, raw):
    world.trade(world.call, **{name: raw})
    assert text(panel, world.call, name) == "-"
    assert tone(panel, world.call, name) == ABSENT


def test_one_greek_of_zero_is_a_rounded_value_but_all_of_them_are_missing(world, panel):
    world.trade(world.call, gamma="0.00", delta="0.45")
    assert text(panel, world.call, "gamma") == "0.00"
    none = dict.fromkeys(("delta", "gamma", "vega", "theta", "rho"), "0.00")
    world.trade(world.call, **none)
    assert [text(panel, world.call, name) for name in none] == ["-"] * 5


def test_a_greek_that_stays_is_written_anew_when_the_others_come(world, panel):
    none = dict.fromkeys(("delta", "gamma", "vega", "theta", "rho"), "0.00")
    world.trade(world.call, **none)
    world.trade(world.call, **none | {"delta": "0.45"})
    assert text(panel, world.call, "gamma") == "0.00"


@pytest.mark.parametrize(
    ("sign", "raw", "shown", "toned"),
    [
        ("1", "1.20", "↑1.20", UP),
        ("2", "0.30", "▲0.30", UP),
        ("3", "0.00", "0.00", TEXT),
        ("5", "-0.35", "▼0.35", DOWN),
        ("4", "-1234.50", "↓1,234.50", DOWN),
    ],
)
def test_the_change_has_a_mark_and_no_sign(world, panel, sign, raw, shown, toned):
    world.trade(world.call, sign=sign, change=raw)
    assert text(panel, world.call, "change") == shown
    for name in ("price", "change", "change_percent"):
        assert tone(panel, world.call, name) == toned


def test_the_mark_follows_the_sign_even_if_the_number_stays(world, panel):
    world.trade(world.call, sign="3", change="0.00")
    world.trade(world.call, sign="2", change="0.00")
    assert text(panel, world.call, "change") == "▲0.00"
    assert tone(panel, world.call, "price") == UP


def test_other_changes_have_the_colour_of_their_own_sign(world, panel):
    panel.choose_set("all")
    world.trade(world.call, sign="2", open_interest_change="-25", net_buy_trades="9")
    assert tone(panel, world.call, "open_interest_change") == DOWN
    assert tone(panel, world.call, "net_buy_trades") == UP
    assert text(panel, world.call, "open_interest_change") == "−25"


def test_a_basis_has_a_sign_but_no_colour(world, panel):
    panel.choose_set("all")
    world.trade(world.call, market_basis="-3.25", mispricing_percent="-0.60", bid="3.45")
    for name in ("market_basis", "mispricing_percent", "bid", "delta"):
        assert tone(panel, world.call, name) == TEXT


def test_times_and_marks_are_written_as_a_trader_reads_them(world, panel):
    world.trade(world.call, time="143107", open_sign="5", high_time="000000", limit_code="N")
    shown = [text(panel, world.call, name) for name in ("time", "open_sign", "high_time")]
    assert shown == ["14:31:07", "▼", "-"]
    assert text(panel, world.call, "limit_code") == "N"


def test_a_record_that_cannot_be_read_is_missing_and_counted_once(world, panel):
    world.trade(world.call, price="3.50")
    world.trade(world.call, historical_volatility="x")
    assert {text(panel, world.call, name) for name in ("price", "delta", "volume")} == {"-"}
    panel.view.viewport().repaint()
    assert world.store.bad == 1
    world.trade(world.call, price="3.55")
    assert text(panel, world.call, "price") == "3.55"


def test_a_future_and_the_index_fill_the_columns_they_have(world, panel):
    world.watch(FUTURE, INDEX)
    for key in (FUTURE, INDEX):
        world.trade(key)
    for key in (FUTURE, INDEX):
        assert text(panel, key, "price") != "-"
        assert text(panel, key, "change") != "-"
        assert text(panel, key, "delta") == "-"
    assert text(panel, FUTURE, "open_interest") != "-"
    assert text(panel, INDEX, "bid") == "-"


def test_a_field_of_the_same_name_that_means_something_else_is_not_shown(world, panel):
    world.watch(INDEX)
    world.trade(INDEX, open_change="5.00")
    assert text(panel, INDEX, "open_change") == "-"


def test_a_row_is_fresh_for_a_minute_old_after_it_and_very_old_after_five(world, panel):
    levels = []
    for age in (0, 59, 61, 301):
        world.trade(world.call, age=age)
        levels.append(row(panel, world.call).level)
    assert levels == [0, 0, 1, 2]


def test_the_age_is_shown_shortly(world, panel):
    world.trade(world.call, age=430)
    assert text(panel, world.call, "age") == "7분"
    world.trade(world.call, age=42.2)
    assert text(panel, world.call, "age") == "42초"


def test_a_row_fades_when_nothing_comes_although_no_frame_runs(world, panel, qtbot):
    world.trade(world.call, age=59.95)
    shown = row(panel, world.call)
    assert shown.level == 0
    shown.watched.received -= 1
    world.clock.pulse.emit()
    qtbot.waitUntil(lambda: shown.level == 1)


def test_without_a_live_connection_every_row_is_old(world, panel, qtbot):
    world.trade(world.call)
    world.trade(world.put)
    assert [each.level for each in panel.model.rows] == [0, 0]
    world.set_link(Link.SILENT)
    world.clock.pulse.emit()
    qtbot.waitUntil(lambda: [each.level for each in panel.model.rows] == [1, 1])
    world.set_link(Link.LIVE)
    world.clock.pulse.emit()
    qtbot.waitUntil(lambda: [each.level for each in panel.model.rows] == [0, 0])


@pytest.mark.parametrize(
    ("state", "word"),
    [(State.PENDING, "요청 중"), (State.WANTED, "대기"), (State.REJECTED, "거부")],
)
def test_a_key_that_is_not_served_says_so_instead_of_an_age(world, panel, state, word):
    world.trade(world.call)
    world.put_slot(Slot(world.call, state))
    world.clock.pulse.emit()
    assert text(panel, world.call, "age") == word
    assert panel.model.level(row(panel, world.call), 0) == 1


def test_while_the_connection_is_lost_the_age_says_since_when(world, panel):
    world.trade(world.call, age=20)
    world.put_slot(Slot(world.call, State.WANTED))
    world.set_link(Link.WAITING)
    world.clock.pulse.emit()
    assert text(panel, world.call, "age") == "20초"


def test_the_reason_of_a_refusal_is_in_the_tool_tip(world, panel):
    reply = Reply("H0IOCNT0", world.call.code, False, "OPSP8992", "NOT FOUND")
    world.put_slot(Slot(world.call, State.REJECTED, reply))
    world.clock.pulse.emit()
    index = panel.model.index(0, PLACES["age"])
    assert "없는 종목코드 (OPSP8992)" in panel.model.data(index, Qt.ItemDataRole.ToolTipRole)


def test_a_tool_tip_says_both_names_the_unit_the_wire_and_the_raw_text(world, panel):
    world.trade(world.call, delta="+0.4500")
    index = panel.model.index(0, PLACES["delta"])
    tip = panel.model.data(index, Qt.ItemDataRole.ToolTipRole)
    for fact in ("델타", "Delta", "DELTA", "29번째", "H0IOCNT0", "+0.4500", "기초자산", "초 전"):
        assert fact in tip
    heading = panel.model.headerData(
        PLACES["open_interest"], Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )
    for fact in ("미결제", "Open interest", "HTS 미결제 약정 수량", "HTS_OTST_STPL_QTY", "계약"):
        assert fact in heading


def test_a_tool_tip_takes_the_unit_from_the_row_s_own_stream(world, panel):
    world.watch(INDEX)
    world.trade(INDEX)
    tip = panel.model.data(panel.model.index(2, PLACES["volume"]), Qt.ItemDataRole.ToolTipRole)
    assert "천 주" in tip
    tip = panel.model.data(panel.model.index(2, PLACES["delta"]), Qt.ItemDataRole.ToolTipRole)
    assert "없는 항목" in tip


def test_what_is_spoken_says_the_contract_the_column_and_the_direction(make_world, open_panel):
    world = make_world("en")
    world.watch(world.call)
    panel = open_panel(world)
    world.trade(world.call, price="3.50", sign="5")
    role = Qt.ItemDataRole.AccessibleTextRole
    index = panel.model.index(0, PLACES["price"])
    assert panel.model.data(index, role) == "Call 1,085.0 Last 3.50 down"
    world.trade(world.call, bid="0", age=100)
    index = panel.model.index(0, PLACES["bid"])
    assert panel.model.data(index, role) == "Call 1,085.0 Bid no value old"


def test_numbers_are_at_the_right_and_marks_in_the_middle(world, panel):
    role = Qt.ItemDataRole.TextAlignmentRole
    number = panel.model.data(panel.model.index(0, PLACES["price"]), role)
    mark = panel.model.data(panel.model.index(0, PLACES["sign"]), role)
    assert number & Qt.AlignmentFlag.AlignRight
    assert mark & Qt.AlignmentFlag.AlignHCenter


def colors(panel, key, name):
    """The colours in a cell as it is on the screen."""
    panel.view.viewport().repaint()
    header = panel.view.columns
    place = row(panel, key).place
    picture = panel.view.viewport().grab().toImage()
    left = header.sectionViewportPosition(PLACES[name])
    return {
        QColor(picture.pixel(x, y)).name()
        for x in range(left, left + header.sectionSize(PLACES[name]))
        for y in range(place * 23, place * 23 + 22)
    }


def test_on_the_screen_up_is_red_down_is_blue_and_old_is_neither(world, panel):
    tokens = world.desk.tokens
    world.trade(world.call, sign="2")
    world.trade(world.put, sign="5")
    assert tokens.up in colors(panel, world.call, "change")
    assert tokens.down in colors(panel, world.put, "change")
    world.trade(world.call, sign="2", age=100)
    old = colors(panel, world.call, "change")
    assert tokens.up not in old
    assert tokens.muted in old
