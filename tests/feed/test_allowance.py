"""Allowances: nobody gets more than they allow, and nobody waits for long."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.feed.allowance import Account, Allowance
from kisopt_gui.feed.manners import BROKER, LOOPBACK, manners_of
from kisopt_gui.feed.source import Source
from kisopt_gui.simulator.guard import STRICT
from kisopt_gui.wire.session import MOST_SLOTS


def test_so_many_go_at_once_and_then_one_after_the_other():
    account = Account(Allowance(at_once=3, every=10.0))
    waits = []
    for _ in range(6):
        waits.append(account.wait(100.0))
        account.spend(100.0 + waits[-1])
    assert waits == [0.0, 0.0, 0.0, 10.0, 20.0, 30.0]
    assert account.wait(1000.0) == 0.0


def test_what_was_done_without_leave_counts_too():
    account = Account(Allowance(at_once=1, every=10.0))
    for _ in range(3):
        account.spend(0.0)
    assert account.wait(0.0) == 30.0


@given(
    st.integers(1, 8),
    st.integers(1, 50),
    st.lists(st.integers(0, 100), min_size=1, max_size=80),
)
def test_no_stretch_of_time_ever_sees_more_than_it_says(at_once, every, pauses):
    allowance = Allowance(at_once, every)
    account = Account(allowance)
    now, times = 0, []
    for pause in pauses:
        now += pause
        wait = account.wait(now)
        assert wait <= every  # nobody is sent away for longer
        now += wait
        account.spend(now)
        times.append(now)
    for first in range(len(times)):
        for last in range(first, len(times)):
            assert last - first + 1 <= allowance.most(times[last] - times[first])


def test_the_manners_for_the_real_broker_are_those_that_the_documents_tell():
    assert (BROKER.connects.most(60), BROKER.connects.most(3600)) == (7, 66)
    assert (BROKER.changes.most(60), BROKER.changes.at_once) == (120, 60)
    assert BROKER.changes.at_once > MOST_SLOTS  # all come back at once after a fault
    assert 0.05 <= BROKER.gap <= 0.5


def test_the_strict_broker_blocks_whoever_does_two_more_than_our_manners_allow():
    assert STRICT.connects_a_minute - BROKER.connects.most(60) == 1
    assert STRICT.connects_an_hour - BROKER.connects.most(3600) == 2
    assert STRICT.changes_a_minute - BROKER.changes.most(60) == 2


@pytest.mark.parametrize(
    ("address", "manners"),
    [("ws://127.0.0.1:1", LOOPBACK), ("ws://ops.koreainvestment.com:21000", BROKER)],
)
def test_a_source_is_asked_as_it_wants_to_be(address, manners):
    assert manners_of(Source(address)) is manners
    assert manners.gap == Source(address).pace


def test_gaps_are_no_longer_than_what_is_earned():
    for manners in (BROKER, LOOPBACK):
        assert manners.gap <= manners.changes.every
    assert all(a < b for a, b in pairwise([LOOPBACK.gap, BROKER.gap]))
