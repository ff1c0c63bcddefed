"""10,000 drops in a row: nobody is asked more than manners allow, and every lost trade is known.

Run with ``make soak``. The time of the connection and the broker is not that of the
wall (tests/feed/recoveries.py): 150 hours and more pass in some minutes.
KISOPT_SOAK_DROPS says how many drops, 10,000 if not set.
"""

import asyncio
import gc
import os

import psutil
import pytest

from tests.feed.drops import many_drops
from tests.feed.recoveries import TimelessLoop, row, table
from tests.feed.test_fault_matrix import kept_within

DROPS = int(os.environ.get("KISOPT_SOAK_DROPS", "10000"))
BYTES_A_DROP = 40_000  # a few records, kept twice: in the history and on the market's tape


@pytest.mark.soak
@pytest.mark.timeout(120 + DROPS * 0.2)
def test_ten_thousand_drops_in_a_row(capsys):
    process = psutil.Process()
    before = process.memory_info().rss
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        told = runner.run(many_drops(DROPS))
    gc.collect()
    grown = process.memory_info().rss - before
    name, worst = f"{DROPS:,} drops, {told.hours:.1f} h", f"{told.worst:.0f} at worst"
    with capsys.disabled():
        print(f"\n{table([row(name, worst, told.attempts, told.usage, told.lost)])}")  # noqa: T201
        print(f"memory grew by {grown / 1e6:.1f} MB")  # noqa: T201
    kept_within(told.usage)
    assert told.attempts == DROPS + 1
    assert told.lost == told.missing > 0
    assert grown < DROPS * BYTES_A_DROP + 30e6
