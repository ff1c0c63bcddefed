"""What cumulative volumes prove: every lost contract is counted, and nothing else."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.trust import Ledger, Told
from tests.records import hhmmss, thorough


def told(volume, quantity=1, seconds=36_000):
    return Told(float(hhmmss(seconds)), quantity, volume)


def followed(*records):
    """Return the ledger of records that came in this order, judged as the store does."""
    ledger = Ledger()
    for before, record in pairwise(records):
        if record.volume - record.quantity != before.volume:
            ledger.judge(before, record)
    ledger.settle(records[-1])
    return ledger


def counts(ledger):
    return {
        name: getattr(ledger, name)
        for name in ("lost", "gaps", "repeated", "restarts", "disordered")
        if getattr(ledger, name)
    }


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([told(10), told(11), told(14, 3)], {}),
        ([told(500, 2)], {}),  # what was traded before the first record is nobody's loss
        ([told(10), told(14, 1)], {"lost": 3, "gaps": 1}),
        ([told(10), told(14, 1), told(15), told(20, 2)], {"lost": 6, "gaps": 2}),
        ([told(10), told(10)], {"repeated": 1}),
        ([told(10), told(11), told(12), told(11), told(13)], {"repeated": 1}),
        # A minute later with the same volume: sent again without a trade.
        ([told(10), told(10, 1, 36_060 + 60)], {"repeated": 1}),
        # A late record fills the gap that it left.
        ([told(10), told(12), told(11), told(13)], {"disordered": 1}),
        ([told(10), told(13), told(12), told(11), told(14)], {"disordered": 2}),
        ([told(10), told(20), told(15), told(21)], {"lost": 8, "gaps": 2, "disordered": 1}),
        # Late records that follow from one another come as one run, and may outrun the rest.
        (
            [told(10), told(13), told(11), told(12), told(13), told(14)],
            {"disordered": 1},
        ),
        # A quantity that overlaps what was told before.
        ([told(10), told(12, 5), told(13)], {"disordered": 1}),
        ([told(10), told(20), told(21, 9)], {"lost": 2, "gaps": 1, "disordered": 1}),
        # The next morning the count begins again.
        ([told(900, 1, 56_700), told(5, 5, 31_500), told(6, 1, 31_501)], {"restarts": 1}),
        (
            [told(10), told(20), told(2, 1, 31_500), told(5, 1, 31_501)],
            {"lost": 11, "gaps": 2, "restarts": 1},
        ),
        # Half past midnight the day before is thirty seconds ago.
        (
            [told(10, 1, 15), told(12, 1, 20), told(11, 1, 86_395), told(13, 1, 21)],
            {"disordered": 1},
        ),
        # Yesterday's gaps are not filled by today's trades.
        (
            [told(10), told(20), told(2, 1, 31_500), told(15, 13, 31_501), told(17, 1, 31_502)],
            {"lost": 10, "gaps": 2, "restarts": 1},
        ),
        # A minute is late, more is another day.
        ([told(10), told(11), told(10, 1, 35_940), told(12)], {"repeated": 1}),
        ([told(10), told(11), told(10, 1, 35_939), told(11)], {"restarts": 1}),
        # Without a time a smaller volume is taken for a late record.
        ([told(10), Told(math.nan, 1, 9), told(11)], {"repeated": 1}),
    ],
)
def test_what_records_in_a_row_prove(records, expected):
    assert counts(followed(*records)) == {name: n for name, n in expected.items() if n}


@st.composite
def journeys(draw):
    """Trades of a day as they arrived: some lost, some repeated, some late by seconds."""
    at, volume, trades = 36_000, draw(st.integers(0, 1000)), []
    for _ in range(draw(st.integers(1, 40))):
        at += draw(st.integers(0, 3))
        quantity = draw(st.integers(1, 5))
        volume += quantity
        trades.append(told(volume, quantity, at))
    fates = draw(st.lists(st.sampled_from("kkkkdrl"), min_size=len(trades), max_size=len(trades)))
    arrivals = []
    for place, (fate, trade) in enumerate(zip(fates, trades, strict=True)):
        if fate != "d":
            delay = draw(st.integers(1, 8)) + 0.5 if fate == "l" else 0
            arrivals.append((place + delay, trade))
        if fate == "r":
            arrivals.append((place + draw(st.sampled_from([0.1, 1.5, 6.5])), trade))
    return [trade for _, trade in sorted(arrivals, key=lambda arrival: arrival[0])]


def missing(records):
    """Count contracts, and stretches of them, of which no record told, one by one."""
    heard = set()
    for record in records:
        heard |= set(range(int(record.volume - record.quantity), int(record.volume)))
    first = int(records[0].volume - records[0].quantity)
    lost = [unit for unit in range(first, int(max(r.volume for r in records))) if unit not in heard]
    return len(lost), sum(unit - 1 not in lost for unit in lost)


@thorough
@given(journeys().filter(bool))
def test_losses_are_exact_however_records_were_dropped_repeated_or_delayed(records):
    ledger = followed(*records)
    assert (ledger.lost, ledger.gaps) == missing(records)
    assert ledger.restarts == 0


@thorough
@given(journeys().filter(bool), journeys().filter(bool))
def test_losses_of_two_days_add_up(first, second):
    """The second day begins hours earlier by the clock, and its count below the first's end."""
    first = [record._replace(volume=record.volume + 2000) for record in first]
    second = [record._replace(time=record.time - 20_000) for record in second]
    ledger = followed(*first, *second)
    days = missing(first), missing(second)
    assert (ledger.lost, ledger.gaps) == tuple(map(sum, zip(*days, strict=True)))
    assert ledger.restarts == 1


def test_a_ledger_forgets_old_gaps_and_keeps_their_count():
    records = [told(10 * number) for number in range(1, 1001)]
    ledger = followed(*records)
    assert (ledger.lost, ledger.gaps) == (999 * 9, 999)
    ledger.judge(records[-1], told(15))  # so old a gap is not filled any more
    assert (ledger.lost, ledger.gaps, ledger.repeated) == (999 * 9, 999, 1)
    ledger.judge(told(15), told(9995))
    assert (ledger.lost, ledger.gaps, ledger.disordered) == (999 * 9 - 1, 1000, 1)


@pytest.mark.parametrize(
    ("time", "seconds"), [(84501.0, 31_501), (0.0, 0), (235959.0, 86_399), (math.nan, math.nan)]
)
def test_a_time_is_read_as_seconds_of_the_day(time, seconds):
    assert Told(time, 1, 1).seconds == pytest.approx(seconds, nan_ok=True)
