"""The numbers of many contracts, a batch at a time, against one record at a time."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.history import ROW, History
from kisopt_gui.market.tally import Tally
from kisopt_gui.market.trust import Ledger, Told
from tests.records import thorough


def rows(*trades):
    """Return rows of (volume, quantity), ten seconds past ten."""
    made = np.zeros(len(trades), ROW)
    made["time"] = 100010
    made["volume"] = [volume for volume, _ in trades]
    made["quantity"] = [quantity for _, quantity in trades]
    return made


def losses(ledgers):
    return [ledger.lost for ledger in ledgers]


def test_the_newest_trade_of_each_contract_is_named_by_its_place():
    ledgers = [Ledger(), Ledger(), Ledger()]
    tally = Tally()
    batch = rows((10, 1), (50, 5), (11, 1), (12, 1))
    newest = tally.take([2, 0, 2, 2], batch, ledgers, counts_trades=True)
    assert sorted(newest) == [(0, 1, 1), (2, 3, 3)]
    assert tally.history.total == 4
    assert tally.history.select(2, 0)["volume"].tolist() == [10, 11, 12]
    assert tally.told()[2] == (100010, pytest.approx(math.nan, nan_ok=True), 12)
    assert losses(ledgers) == [0, 0, 0]


def test_losses_are_found_within_a_batch_and_across_batches():
    ledgers = [Ledger(), Ledger()]
    tally = Tally()
    tally.take([0, 1, 0], rows((10, 1), (70, 1), (13, 1)), ledgers, counts_trades=True)
    assert losses(ledgers) == [2, 0]
    tally.take([1, 0], rows((75, 2), (14, 1)), ledgers, counts_trades=True)
    assert losses(ledgers) == [2, 3]


def test_a_stream_that_counts_otherwise_is_logged_and_not_judged():
    ledgers = [Ledger()]
    tally = Tally()
    tally.take([0, 0], rows((10, 1), (90, 1)), ledgers, counts_trades=False)
    tally.take([0], rows((95, 1)), ledgers, counts_trades=False)
    assert losses(ledgers) == [0]
    assert tally.history.total == 3


def test_a_log_may_be_given():
    log = History(most_rows=1)
    assert Tally(log).history is log
    assert Tally().history.total == 0


@thorough
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 200), st.integers(1, 30), st.integers(1, 3)),
            min_size=1,
            max_size=12,
        ),
        max_size=6,
    )
)
def test_batches_judge_as_single_records_would(batches):
    """Also with more contracts than there is room for at first."""
    ledgers, plain = [], []
    newest: dict[int, Told] = {}
    tally = Tally()
    for batch in batches:
        numbers = [number for number, _, _ in batch]
        while len(ledgers) <= max(numbers):
            ledgers.append(Ledger())
            plain.append(Ledger())
        tally.take(numbers, rows(*[trade[1:] for trade in batch]), ledgers, counts_trades=True)
        for number, volume, quantity in batch:
            told = Told(100010, quantity, volume)
            before = newest.get(number)
            if before is not None and volume - quantity != before.volume:
                plain[number].judge(before, told)
            newest[number] = told
    for number, told in enumerate(tally.told()[: len(ledgers)]):
        assert (
            (told.volume == newest[number].volume) if number in newest else math.isnan(told.volume)
        )
    counted = [(one.lost, one.gaps, one.repeated, one.restarts) for one in ledgers]
    assert counted == [(one.lost, one.gaps, one.repeated, one.restarts) for one in plain]
