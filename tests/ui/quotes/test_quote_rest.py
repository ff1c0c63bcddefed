"""Rows before their first trade: what REST told, muted and marked, until the stream speaks."""

from time import perf_counter

from kisopt_gui.market.snapshot import snapshot
from kisopt_gui.ui.quotes import tips
from kisopt_gui.ui.quotes.columns import PLACES
from kisopt_gui.ui.quotes.rows import ABSENT, UP

TOLD = {"price": "11.70", "sign": "2", "change": "0.35", "volume": "812", "ask": "11.80"}


def fill(world, **fields):
    told = snapshot(world.call, TOLD | fields, "090005", perf_counter())
    world.store.fill([told])


def row(panel, key):
    return next(row for row in panel.model.rows if row.key == key)


def text(panel, key, name):
    return panel.model.text(row(panel, key), PLACES[name])


def test_what_rest_told_stands_in_the_row_with_its_time(world, panel):
    fill(world)
    assert text(panel, world.call, "price") == "11.70"
    assert text(panel, world.call, "bid") == "-"
    assert text(panel, world.call, "age") == "REST 09:00"
    shown = row(panel, world.call)
    assert shown.tones[PLACES["change"]] == UP
    assert shown.tones[PLACES["bid"]] == ABSENT


def test_it_is_never_in_full_colour_and_never_flashes(world, panel):
    fill(world)
    panel.model.refresh(row(panel, world.call), perf_counter())
    fill(world, price="11.90")
    panel.model.refresh(row(panel, world.call), perf_counter())
    assert text(panel, world.call, "price") == "11.90"
    assert panel.model.level(row(panel, world.call), perf_counter()) == 1
    assert row(panel, world.call).flashes == {}


def test_the_tool_tip_says_where_it_is_from(world, panel):
    fill(world)
    shown = row(panel, world.call)
    panel.model.refresh(shown)
    assert "REST 09:00:05" in tips.of_contract(world.desk, shown)
    assert "REST 09:00:05" in tips.of_cell(panel.model, world.desk, shown, PLACES["price"])


def test_the_first_trade_replaces_all_of_it_without_a_flash(world, panel):
    fill(world, theoretical="99.99")
    panel.model.refresh(row(panel, world.call), perf_counter())
    world.trade(world.call, price="12.00", theoretical="12.10")
    shown = row(panel, world.call)
    panel.model.refresh(shown, perf_counter())
    assert text(panel, world.call, "price") == "12.00"
    assert text(panel, world.call, "theoretical") == "12.10"
    assert "REST" not in text(panel, world.call, "age")
    assert shown.flashes == {}
    assert panel.model.level(shown, perf_counter()) == 0


def test_other_columns_and_the_other_language_are_written_from_it_too(world, panel):
    fill(world)
    text(panel, world.call, "price")
    panel.model.redo()
    assert text(panel, world.call, "price") == "11.70"


def test_it_comes_into_view_with_the_pulse_when_nothing_is_traded(world, panel):
    panel.show()
    fill(world)
    world.clock.pulse.emit()
    assert row(panel, world.call).told is not None
