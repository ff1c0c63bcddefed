"""A day and a night second by second: memory stays flat, nothing is left over.

Run with ``make soak``. Time passes by itself (tests/feed/recoveries.py): 25 hours take some
minutes. KISOPT_SOAK_SPEED says how many market seconds a second has, 1 if not set.
"""

import asyncio
import os

import pytest

from kisopt_gui.wire.session import MOST_SLOTS
from tests.feed.days import whole_day, written
from tests.feed.recoveries import TimelessLoop
from tests.feed.test_fault_matrix import kept_within

SPEED = float(os.environ.get("KISOPT_SOAK_SPEED", "1"))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_day_and_a_night_second_by_second(capsys):
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        days = runner.run(whole_day(SPEED, rate=4.0))
    told = written(days)
    with capsys.disabled():
        print(f"\n{told}")  # noqa: T201
    assert {row.active for row in days.rows} == {MOST_SLOTS}, told
    assert all(row.lost == row.missing for row in days.rows), told
    kept_within(days.usage)
    assert (days.tasks, days.threads) == (0, 0)
    # The test's own tape of every trade is in it, twice.
    first, last = days.rows[2], days.rows[-1]
    grown = (last.megabytes - last.kept) - (first.megabytes - first.kept)
    assert grown < 25 + 0.0004 * (last.records - first.records), told
