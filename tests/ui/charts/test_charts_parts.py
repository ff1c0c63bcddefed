"""The parts of the charts that need no widget: time, bars, ticks, tags, one contract."""

import math
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor

from kisopt_gui.ui import theme
from kisopt_gui.ui.charts.scales import TAG_PX, apart, contrast, filling
from kisopt_gui.ui.charts.ticks import multiples, time_label, time_step, value_step
from kisopt_gui.ui.charts.timespan import LEAST_S, Timespan
from kisopt_gui.ui.charts.traces import steps
from kisopt_gui.ui.charts.track import Grid, Track

NINE = 9 * 3600.0


def following(choice="30", seconds=7200.0):
    timespan = Timespan(choice)
    timespan.reach(NINE, NINE + seconds)
    return timespan


# time ------------------------------------------------------------------


def test_following_keeps_the_newest_trade_in_sight_with_a_few_moves():
    timespan = following("5", 600.0)
    moves = 0
    for at in range(6000):
        moves += timespan.reach(NINE, NINE + 600 + at / 10)
        assert timespan.start < NINE + 600 + at / 10 < timespan.end
        assert timespan.length == pytest.approx(300)
    assert moves <= 600 / (0.02 * 300)


def test_the_newest_trade_never_stands_far_from_the_right_edge():
    timespan = following("30")
    for at in range(1000):
        timespan.reach(NINE, NINE + 7200 + at)
        assert timespan.end - (NINE + 7200 + at) <= 0.06 * 1800


def test_all_begins_at_the_first_trade():
    timespan = following("all")
    assert NINE - 60 < timespan.start <= NINE
    assert timespan.end > NINE + 7200


def test_a_morning_shorter_than_the_span_fills_the_chart():
    timespan = following("30", 300.0)
    assert timespan.start == pytest.approx(NINE, abs=10)
    assert timespan.length < 330


def test_the_first_minute_is_a_minute_wide():
    timespan = following("30", 0.0)
    assert timespan.length == pytest.approx(60, rel=0.01)


def test_panning_lets_go_and_following_comes_back_at_the_same_zoom():
    timespan = following()
    timespan.pan(-900)
    assert not timespan.following
    assert not timespan.reach(NINE, NINE + 7300)
    timespan.follow()
    assert timespan.following
    assert timespan.length == pytest.approx(1800)
    assert timespan.end > NINE + 7300


def test_no_pan_loses_sight_of_the_trades():
    timespan = following()
    timespan.pan(1e6)
    assert timespan.start < NINE + 7200
    timespan.pan(-1e6)
    assert timespan.end > NINE


def test_zooming_keeps_the_time_under_the_cursor():
    timespan = following()
    at = timespan.start + 450
    share = 450 / timespan.length
    timespan.zoom(0.5, at)
    assert timespan.start + share * timespan.length == pytest.approx(at)
    assert timespan.choice == ""
    assert not timespan.following
    for _ in range(50):
        timespan.zoom(0.5)
    assert timespan.length == pytest.approx(LEAST_S)


def test_what_was_restored_without_following_is_placed_once():
    timespan = Timespan("5")
    timespan.following = False
    assert timespan.reach(NINE, NINE + 1000)
    assert timespan.end > NINE + 1000
    assert not timespan.reach(NINE, NINE + 2000)


def test_nothing_traded_moves_nothing():
    timespan = Timespan()
    timespan.pan(100)
    timespan.zoom(2)
    timespan.follow()
    assert math.isfinite(timespan.start)
    assert math.isfinite(timespan.end)


# ticks -----------------------------------------------------------------


def test_times_stand_at_round_distances():
    assert time_step(1800, 1500) == 120
    assert time_step(300, 1500) == 30
    assert time_step(1e9, 10) == 86_400
    assert multiples(120, NINE + 1, NINE + 400) == [NINE + 120, NINE + 240, NINE + 360]


def test_a_time_after_midnight_is_written_as_of_the_next_day():
    assert time_label(25 * 3600 + 61, 1) == "01:01:01"
    assert time_label(14 * 3600, 600) == "14:00"


@pytest.mark.parametrize(
    ("values", "step"),
    [(4.2, 1.0), (0.3, 0.1), (0.01, 0.01), (700, 200.0), (0.1, 0.02), (0.9, 0.2)],
)
def test_values_stand_at_one_two_or_five(values, step):
    assert value_step(values, 200, 0.01) == pytest.approx(step)


# tags ------------------------------------------------------------------


def test_tags_make_room_for_each_other_and_stay_inside():
    tops = apart([50, 52, 51, -20, 400], 200)
    ordered = sorted(tops)
    assert all(after - before >= TAG_PX for before, after in pairwise(ordered))
    assert min(tops) >= 0
    assert max(tops) + TAG_PX <= 200
    assert tops[0] < tops[2] < tops[1]


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT])
def test_words_on_a_tag_can_be_read(tokens):
    for colour in tokens.series:
        fill = filling(colour, tokens.panel)
        assert contrast(QColor(fill), QColor(tokens.panel)) >= 4.5


# one contract ----------------------------------------------------------


def track(market, code="B01612A01"):
    made = Track(market.key(code), code, 0, market.store.series(market.key(code)))
    made.refresh()
    return made


def test_bars_have_the_prices_and_the_volume_of_their_minute(market):
    market.trade(*market.minutes("B01612A01", 3))
    bars = track(market).bars(60)
    assert bars.start.tolist() == [NINE, NINE + 60, NINE + 120]
    assert bars.open.tolist() == pytest.approx([10.0, 10.3, 10.6], abs=1e-5)
    assert bars.close.tolist() == pytest.approx([10.25, 10.55, 10.85], abs=1e-5)
    assert bars.high.tolist() == bars.close.tolist()
    assert bars.low.tolist() == bars.open.tolist()
    assert bars.volume.tolist() == [60, 60, 60]


def test_bars_grow_as_if_they_were_made_at_once(market):
    records = market.minutes("B01612A01", 5, per_minute=7)
    growing = track(market)
    for start in range(0, len(records), 4):
        market.trade(*records[start : start + 4])
        growing.refresh()
        growing.bars(60)
    whole = track(market).bars(60)
    for name in whole.NUMBERS:
        assert np.array_equal(getattr(growing.bars(60), name), getattr(whole, name), equal_nan=True)


def test_volume_counts_trades_that_no_record_told_of(market):
    market.trade(
        market.record("B01612A01", "090000", 10, volume=100, quantity=5),
        market.record("B01612A01", "090010", 10, volume=180, quantity=5),
        market.record("B01612A01", "090105", 10, volume=200, quantity=5),
    )
    assert track(market).bars(60).volume.tolist() == [85, 20]


def test_a_minute_without_volatility_is_a_gap_and_one_with_a_part_is_not(market):
    market.trade(
        market.record("B01612A01", "090000", 10, implied_volatility=21),
        market.record("B01612A01", "090010", 10, implied_volatility=0),
        market.record("B01612A01", "090105", 10, implied_volatility=0),
    )
    iv = track(market).bars(60).iv
    assert iv[0] == 21
    assert math.isnan(iv[1])


def test_a_value_holds_until_the_next_trade(market):
    market.trade(market.record("B01612A01", "090000", 10), market.record("B01612A01", "090030", 11))
    one = track(market)
    one.cut(Grid(NINE, NINE + 60, 600))
    x, y = one.line("price")
    assert y.tolist() == [10, 10, 11]
    assert x[1] == x[2]
    assert one.thinned == 1


def test_a_dense_chart_is_thinned_and_keeps_the_extremes(market):
    market.trade(*market.minutes("B01612A01", 60, per_minute=60))
    one = track(market)
    grid = Grid(NINE, NINE + 3600, 100)
    one.cut(grid)
    x, y = one.line("price")
    assert one.thinned == pytest.approx(3600 / len(x), rel=0.2)
    assert y.min() == 10
    assert y.max() == pytest.approx(one.value("price"))


def test_cutting_again_after_new_trades_is_as_good_as_cutting_once(market):
    records = market.minutes("B01612A01", 60, per_minute=60)
    grid = Grid(NINE, NINE + 3600, 50)
    growing = track(market)
    for start in range(0, len(records), 500):
        market.trade(*records[start : start + 500])
        growing.refresh()
        growing.cut(grid)
    whole = track(market)
    whole.cut(grid)
    for name in ("price", "bid", "ask", "iv", "open_interest"):
        for one, other in zip(growing.line(name), whole.line(name), strict=True):
            assert np.array_equal(one, other, equal_nan=True)


def test_the_trade_at_a_time_is_the_last_of_its_second(market):
    market.trade(*[market.record("B01612A01", "090000", 10 + at) for at in range(3)])
    one = track(market)
    assert one.at(NINE) == 2
    assert one.at(NINE - 1) == -1
    assert math.isnan(one.value("price", 3))


def test_quotes_are_blocks_until_the_next_and_none_where_one_is_missing():
    x = np.array([1.0, 2.0, 4.0])
    blocks = steps(x, np.array([10, np.nan, 11]), np.array([12, 12, 12]), end=5.0)
    assert blocks.tolist() == [[1, 10, 1, 2], [4, 11, 1, 1]]


def test_minute_bars_that_reach_further_back_are_shown_as_soon_as_they_come():
    timespan = following("30", 0.0)
    first = NINE + 5400
    timespan.reach(first, first + 20)
    assert timespan.start == pytest.approx(first, abs=30)
    assert timespan.reach(NINE, first + 20)
    assert timespan.start == pytest.approx(first + 20 - 1800, abs=90)
    assert not timespan.reach(NINE, first + 21)
