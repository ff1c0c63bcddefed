"""The pyramid against a plain list, and the pixels that its line lights."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market import pyramid as module
from kisopt_gui.market.pyramid import Pyramid, buckets, outline

NUMBERS = st.one_of(st.integers(-1000, 1000).map(lambda value: value / 4), st.just(float("nan")))
COLUMNS = st.lists(NUMBERS, min_size=1, max_size=1200)


def plain(values):
    """What is left of one bucket, by Python's own min and max."""
    known = [value for value in values if not math.isnan(value)]
    low, high = (min(known), max(known)) if known else (math.nan, math.nan)
    return values[0], low, high, values[-1]


def same(one, other):
    return one == other or (math.isnan(one) and math.isnan(other))


def grown(column, pieces):
    """A pyramid that was given the column piece by piece."""
    made = Pyramid()
    for end in [*sorted(pieces), len(column)]:
        made.extend(column[:end])
    return made


@given(st.data(), st.sampled_from([1, 20, 300, 1 << 18]))
def test_each_bucket_has_the_first_lowest_highest_and_last_of_a_plain_list(data, scanned):
    values = data.draw(COLUMNS)
    places = st.integers(0, len(values))
    edges = sorted(data.draw(st.sets(places, min_size=2)))
    column = np.array(values, np.float32)
    made = grown(column, data.draw(st.sets(places, max_size=4)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SCANNED", scanned)  # small: every level is climbed
        envelope = made.envelope(np.array(edges))
    for at, (start, end) in enumerate(pairwise(edges)):
        found = [float(part[at]) for part in envelope]
        assert all(map(same, found, plain(values[start:end])))


@given(st.data())
def test_a_long_column_is_as_exact_as_a_short_one(data):
    length = data.draw(st.integers(4096, 9000))
    seed = data.draw(st.integers(0, 99))
    random = np.random.default_rng(seed)
    column = random.normal(0, 1, length).astype(np.float32)
    column[random.random(length) < 0.3] = np.nan
    made = grown(column, [length // 3, length // 2])
    edges = np.unique(random.integers(0, length + 1, data.draw(st.integers(2, 40))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SCANNED", 1)
        envelope = made.envelope(edges)
    for at, (start, end) in enumerate(pairwise(edges)):
        part = column[start:end]
        if np.isnan(part).all():
            assert np.isnan(envelope.low[at])
            assert np.isnan(envelope.high[at])
        else:
            assert envelope.low[at] == np.nanmin(part)
            assert envelope.high[at] == np.nanmax(part)


def test_nothing_has_no_envelope():
    made = Pyramid()
    assert len(made) == 0
    made.extend(np.ones(3, np.float32))
    assert len(made) == 3
    assert [len(part) for part in made.envelope(np.array([2]))] == [0, 0, 0, 0]
    assert len(buckets(np.empty(0), 0, 10, 5)) == 0


def test_what_was_taken_in_twice_changes_nothing():
    column = np.arange(100, dtype=np.float32)
    made = Pyramid()
    made.extend(column)
    made.extend(column)
    assert made.envelope(np.array([0, 100])).high[0] == 99


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=300).map(sorted),
    st.integers(1, 50),
)
def test_buckets_hold_every_trade_in_view_and_one_at_either_side(times, count):
    seconds = np.array(times)
    edges = buckets(seconds, 20.0, 80.0, count)
    assert (np.diff(edges) > 0).all()
    shown = range(edges[0], edges[-1])
    inside = [at for at, time in enumerate(times) if 20 <= time < 80]
    assert set(inside) <= set(shown)
    assert len(shown) - len(inside) <= 2


def test_a_bucket_spans_at_most_one_pixel():
    seconds = np.sort(np.random.default_rng(1).uniform(0, 100, 5000))
    edges = buckets(seconds, 0.0, 100.0, 400)
    widths = seconds[edges[1:] - 1] - seconds[edges[:-1]]
    assert widths.max() <= 100 / 400


def test_the_outline_ends_exactly_at_the_last_trade_and_passes_through_the_extremes():
    random = np.random.default_rng(2)
    seconds = np.sort(random.uniform(0, 100, 20_000))
    column = np.cumsum(random.normal(0, 1, 20_000)).astype(np.float32)
    made = grown(column, [])
    edges = buckets(seconds, 0.0, 100.0, 300)
    x, y = outline(seconds, made.envelope(edges), edges)
    assert (x[-1], y[-1]) == (seconds[-1], column[-1])
    assert (y.min(), y.max()) == (column.min(), column.max())
    assert (np.diff(x) >= 0).all()
    assert len(x) <= 4 * 302


def test_a_trade_alone_in_its_pixel_is_one_point():
    seconds = np.array([1.0, 5.0, 9.0])
    made = grown(np.array([3, 2, 4], np.float32), [])
    edges = buckets(seconds, 0.0, 10.0, 10)
    x, y = outline(seconds, made.envelope(edges), edges)
    assert x.tolist() == [1, 5, 9]
    assert y.tolist() == [3, 2, 4]


def test_missing_numbers_part_the_line_and_are_never_zero():
    seconds = np.arange(12.0)
    column = np.array([5, 6, 5, 7, np.nan, np.nan, np.nan, np.nan, 8, 9, 8, 9], np.float32)
    made = grown(column, [])
    edges = np.array([0, 4, 8, 12])
    _, y = outline(seconds, made.envelope(edges), edges)
    assert np.isnan(y).tolist() == [False] * 4 + [True] * 4 + [False] * 4
    assert np.nanmin(y) == 5
