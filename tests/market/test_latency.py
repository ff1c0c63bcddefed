"""Delays of the last ten seconds, each record counted once."""

import math
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.latency import WINDOW_S, LatencyMeter
from tests.records import thorough


def nothing(percentiles):
    return all(math.isnan(delay) for delay in percentiles)


def test_nothing_measured_is_nan():
    meter = LatencyMeter()
    assert nothing(meter.percentiles())
    meter.add(5.0, [])
    meter.add(5.0, [(4.0, 0)])
    assert nothing(meter.percentiles())


def test_one_delay_is_every_percentile_in_milliseconds():
    meter = LatencyMeter()
    meter.add(100.0125, [(100.0, 3)])
    assert meter.percentiles() == pytest.approx((12.5, 12.5, 12.5))


def test_records_weigh_not_frames():
    meter = LatencyMeter()
    meter.add(1.0, [(0.9, 1), (0.99, 99)])
    assert meter.percentiles() == pytest.approx((10, 10, 100))
    meter.add(1.0, [(0.9, 1)])
    assert meter.percentiles() == pytest.approx((10, 100, 100))


def test_what_is_older_than_ten_seconds_is_forgotten():
    meter = LatencyMeter()
    meter.add(0.0, [(-1.0, 1)])
    meter.add(WINDOW_S, [(WINDOW_S - 0.002, 1)])
    assert meter.percentiles().worst == pytest.approx(1000)
    meter.add(WINDOW_S + 0.001, [])
    assert meter.percentiles() == pytest.approx((2, 2, 2))


@thorough
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 30)), min_size=1, max_size=20))
def test_percentiles_are_those_of_the_sorted_list_of_all_records(parts):
    meter = LatencyMeter()
    meter.add(1.0, [(1.0 - delay / 1000, count) for delay, count in parts])
    every = sorted(delay for delay, count in parts for _ in range(count))
    found = meter.percentiles()
    if not every:
        assert nothing(found)
        return
    expected = [every[ceil(len(every) * part) - 1] for part in (0.5, 0.99, 1)]
    assert found == pytest.approx(expected, abs=1e-9)
