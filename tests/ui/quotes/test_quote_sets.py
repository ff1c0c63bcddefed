"""The columns: named sets, order, widths, the chooser, and what a layout keeps of them."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kisopt_gui.ui.quotes.arrangement import Arrangement
from kisopt_gui.ui.quotes.columns import PLACES, SETS
from kisopt_gui.ui.texts import TABLE
from kisopt_gui.wire.schema import Unit
from kisopt_gui.wire.session import State

# What the platform without a screen says of every popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def width(panel, name):
    return panel.view.columns.sectionSize(PLACES[name])


@pytest.mark.parametrize("name", SETS)
def test_a_set_shows_its_columns_in_its_order(panel, name):
    panel.choose_set(name)
    assert panel.view.order == SETS[name]


def test_every_set_has_a_name_and_every_unit_and_state_a_word():
    for name in SETS:
        assert f"quotes.set.{name}" in TABLE
    for unit in Unit:
        assert f"quotes.unit.{unit.name}" in TABLE
    for state in set(State) - {State.ACTIVE}:
        assert f"quotes.state.{state.value}" in TABLE


def test_the_buttons_in_the_head_choose_the_set(panel, qtbot):
    panel.sets.setFocus()
    qtbot.keyClick(panel.sets, Qt.Key.Key_Right)
    assert panel.view.order == SETS["volatility"]


def test_a_hidden_column_costs_no_text_and_has_it_when_it_is_shown(world, panel):
    world.trade(world.call, open="3.20")
    assert panel.model.rows[0].texts[PLACES["open"]] == "-"
    panel.choose_set("quotes")
    panel.view.viewport().repaint()
    assert panel.model.rows[0].texts[PLACES["open"]] == "3.20"


def test_columns_share_the_room_there_is(panel):
    panel.resize(1600, 400)
    QApplication.processEvents()
    assert sum(panel.view.widths.values()) == panel.view.viewport().width()
    panel.resize(1900, 400)
    QApplication.processEvents()
    assert sum(panel.view.widths.values()) == panel.view.viewport().width()


def test_columns_that_do_not_fit_keep_their_widths_and_scroll_beside_the_contract(panel):
    panel.resize(700, 400)
    QApplication.processEvents()
    bar = panel.view.horizontalScrollBar()
    assert bar.maximum() > 0
    before = panel.view.contracts.geometry()
    bar.setValue(bar.maximum())
    assert panel.view.contracts.geometry() == before
    assert panel.view.contracts.isVisible()


def test_a_width_the_user_gave_stays_and_belongs_to_its_set(panel):
    panel.view.columns.resizeSection(PLACES["delta"], 150)
    panel.choose_set("quotes")
    panel.choose_set("greeks")
    assert width(panel, "delta") == 150
    panel.resize(1800, 400)
    QApplication.processEvents()
    assert width(panel, "delta") == 150


def test_a_column_that_is_dragged_stays_where_it_was_put_in_this_set_only(panel):
    header = panel.view.columns
    header.moveSection(header.visualIndex(PLACES["delta"]), 0)
    assert panel.view.order[0] == "delta"
    panel.choose_set("volatility")
    assert panel.view.order == SETS["volatility"]
    panel.choose_set("greeks")
    assert panel.view.order[0] == "delta"


def test_reset_brings_a_set_back_as_it_comes(panel):
    panel.choose_columns(["vega", "price"])
    panel.view.columns.resizeSection(PLACES["vega"], 150)
    panel.reset_set()
    assert panel.view.order == SETS["greeks"]
    assert width(panel, "vega") != 150


def test_the_last_column_cannot_be_hidden(panel):
    panel.choose_columns(["price"])
    panel.hide_column("price")
    assert panel.view.order == ("price",)


def test_a_layout_brings_sets_orders_widths_and_sorting_back(world, panel, open_panel):
    panel.choose_columns(["vega", "price", "age"])
    panel.view.columns.resizeSection(PLACES["vega"], 150)
    panel.choose_set("book")
    panel.sort("bid", descending=False)
    state = json.loads(json.dumps(panel.state()))
    other = open_panel(world)
    other.restore(state)
    assert other.view.order == SETS["book"]
    assert (other.model.sorted_by, other.model.descending) == ("bid", False)
    assert other.sorting.text() == "정렬: 매수호가 ↑"
    other.choose_set("greeks")
    assert other.view.order == ("vega", "price", "age")
    assert width(other, "vega") == 150
    assert other.state() == state | {"set": "greeks"}


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"set": "nonsense", "orders": 5, "widths": [], "sort": "delta"},
        {"set": 3, "orders": {"greeks": 7, "gone": ["price"]}, "sort": {"column": "gone"}},
        {"orders": {"greeks": ["gone", 4, None]}, "widths": {"greeks": {"price": "wide"}}},
        {"widths": {"greeks": {"price": 1e9, "gone": 80}, "gone": {}}, "sort": {"column": None}},
    ],
)
def test_a_layout_that_makes_no_sense_is_as_it_comes(panel, state):
    panel.choose_set("book")
    panel.sort("bid")
    panel.restore(state)
    assert panel.view.order == SETS["greeks"]
    assert panel.model.sorted_by == ""
    assert sum(panel.view.widths.values()) == panel.view.viewport().width()


def test_a_layout_of_a_newer_program_keeps_what_is_known():
    arrangement = Arrangement()
    arrangement.restore({"orders": {"greeks": ["price", "newer", "delta", "price"]}, "newer": 1})
    assert arrangement.order == ("price", "delta")


def test_nothing_is_kept_of_sets_that_are_as_they_come(panel):
    assert panel.state() == {"set": "greeks", "orders": {}, "widths": {}, "sort": {}}


def test_the_panel_says_when_there_is_something_to_keep(panel, qtbot):
    with qtbot.waitSignal(panel.changed):
        panel.sort("delta")
    with qtbot.waitSignal(panel.changed):
        panel.choose_set("all")
    with qtbot.waitSignal(panel.changed):
        panel.view.columns.resizeSection(PLACES["delta"], 150)


@pytest.fixture
def chooser(panel, qtbot):
    qtbot.mouseClick(panel.columns, Qt.MouseButton.LeftButton)
    yield panel.chooser
    if panel.chooser is not None:
        panel.chooser.close()


def item(chooser, text):
    [found] = chooser.list.findItems(text, Qt.MatchFlag.MatchExactly)
    return found


def test_the_chooser_lists_the_shown_columns_first_and_then_all_others(panel, chooser):
    assert tuple(chooser.names) == panel.view.order
    assert chooser.list.count() == len(PLACES)
    assert chooser.count.text() == "17 / 59"


def test_a_check_box_shows_and_hides_a_column_at_once(panel, chooser):
    item(chooser, "시가").setCheckState(Qt.CheckState.Checked)
    item(chooser, "감마").setCheckState(Qt.CheckState.Unchecked)
    assert "open" in panel.view.order
    assert "gamma" not in panel.view.order


def test_the_space_bar_switches_the_column_under_the_cursor(panel, chooser, qtbot):
    chooser.list.setCurrentItem(item(chooser, "감마"))
    qtbot.keyClick(chooser.list, Qt.Key.Key_Space)
    assert "gamma" not in panel.view.order


def test_alt_and_an_arrow_move_a_column(panel, chooser, qtbot):
    chooser.list.setCurrentItem(item(chooser, "현재가"))
    qtbot.keyClick(chooser.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert panel.view.order[:3] == ("age", "change", "price")
    assert chooser.list.currentItem().text() == "현재가"
    qtbot.keyClick(chooser.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert panel.view.order == SETS["greeks"]


def test_a_dragged_line_moves_its_column(panel, chooser):
    model = chooser.list.model()
    model.moveRow(model.index(7, 0).parent(), 7, model.index(0, 0).parent(), 0)
    assert panel.view.order[0] == "delta"


@pytest.mark.parametrize("words", ["미결제", "open interest", "hts_otst_stpl_qty", "약정 수량"])
def test_columns_are_found_by_any_of_their_names(chooser, words):
    chooser.search.setText(words)
    assert not item(chooser, "미결제").isHidden()
    assert item(chooser, "델타").isHidden()


def test_a_search_without_a_result_says_so_and_moves_nothing(panel, chooser, qtbot):
    chooser.search.setText("없는 이름")
    assert chooser.none.isVisible()
    qtbot.keyClick(chooser.search, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert panel.view.order == SETS["greeks"]


def test_the_chooser_resets_the_set(panel, chooser, qtbot):
    item(chooser, "감마").setCheckState(Qt.CheckState.Unchecked)
    qtbot.mouseClick(chooser.reset, Qt.MouseButton.LeftButton)
    assert panel.view.order == SETS["greeks"]
    assert tuple(chooser.names) == SETS["greeks"]


def test_the_chooser_follows_what_is_dragged_in_the_grid(panel, chooser):
    header = panel.view.columns
    header.moveSection(header.visualIndex(PLACES["delta"]), 0)
    assert chooser.names[0] == "delta"


def test_an_arrow_leads_from_the_search_to_the_list(chooser, qtbot):
    chooser.search.setFocus()
    qtbot.keyClick(chooser.search, Qt.Key.Key_Down)
    assert chooser.list.hasFocus()
