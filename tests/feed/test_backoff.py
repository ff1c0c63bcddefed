"""Delays before the next attempt."""

from random import Random

import pytest

from kisopt_gui.feed.backoff import Backoff


def test_delays_double_up_to_the_most_and_are_cut_by_at_most_half():
    backoff = Backoff(1.0, 60.0, Random(7))
    bare = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    delays = [backoff.delay() for _ in bare]
    for delay, most in zip(delays, bare, strict=True):
        assert most / 2 <= delay <= most


def test_many_clients_do_not_come_back_at_the_same_moment():
    delays = {round(Backoff(dice=Random(seed)).delay(), 3) for seed in range(50)}
    assert len(delays) > 40


def test_after_a_success_it_begins_again():
    backoff = Backoff(1.0, 60.0, Random(7))
    for _ in range(5):
        backoff.delay()
    backoff.reset()
    assert backoff.delay() <= 1.0
    assert 1.0 <= backoff.delay() <= 2.0


@pytest.mark.parametrize("attempts", [1, 100, 2_000])
def test_it_never_waits_longer_than_the_most(attempts):
    backoff = Backoff(0.5, 3.0, Random(1))
    assert max(backoff.delay() for _ in range(attempts)) <= 3.0


def test_two_of_them_share_nothing():
    first, second = Backoff(), Backoff()
    first.delay()
    assert second._next == 0.0
    assert first.dice is not second.dice
