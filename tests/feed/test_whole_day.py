"""A whole day of the feed at accelerated time: day, expiry, night, restarts, rollover."""

import asyncio

import pytest

from kisopt_gui.wire.session import MOST_SLOTS
from tests.feed.days import whole_day, written
from tests.feed.recoveries import TimelessLoop
from tests.feed.test_fault_matrix import kept_within

pytestmark = pytest.mark.e2e

SPEED = 60.0


def test_a_day_and_a_night_end_with_every_loss_known_and_nothing_left_over():
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        days = runner.run(whole_day(SPEED, rate=20.0))
    told = written(days)
    assert [row.what for row in days.rows] == [
        "begins",
        "drop",
        "contracts have expired",
        "night",
        "silence by night",
        "restart by night",
        "restart in the morning",
        "next trading day",
        "ends",
    ], told
    assert {row.active for row in days.rows} == {MOST_SLOTS}, told
    assert all(row.lost == row.missing for row in days.rows), told
    assert days.rows[-1].lost > 0, told
    assert days.rows[-1].connects == 5, told
    records = [row.records for row in days.rows]
    assert records == sorted(records)
    assert records[-1] > 5_000, told
    kept_within(days.usage)
    assert (days.tasks, days.threads) == (0, 0)
