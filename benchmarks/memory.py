"""A full day in memory: 41 contracts x 100,000 trades over an empty window."""

import os
import tempfile

import numpy as np
import psutil

from benchmarks.rounds import header, say

CONTRACTS = 41
TRADES = 100_000
BATCH = 4_100
CHARTED = 3


def main() -> None:
    """Print the growth and the bytes a trade."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["KISOPT_HOME"] = tempfile.mkdtemp(prefix="kisopt-bench-")
    from time import perf_counter

    from kisopt_gui.app.options import Options
    from kisopt_gui.app.program import Program
    from kisopt_gui.market.history import ROW
    from kisopt_gui.market.intake import Batch
    from kisopt_gui.wire.control import Key
    from kisopt_gui.wire.streams import INDEX_OPTION

    program = Program(Options(source="ws://127.0.0.1:1"), None, perf_counter())
    program.window.show()
    program.furnish()
    program.window.place_subscriptions()
    program.place_charts()
    program.app.processEvents()
    process = psutil.Process()
    empty = process.memory_info().rss
    text = "^".join(["B01612A30", "090500", *["1"] * 56])
    codes = [f"B01612A{at:02}".encode() for at in range(CONTRACTS)]
    random = np.random.default_rng(3)
    batches = CONTRACTS * TRADES // BATCH
    for at in range(batches):
        rows = np.zeros(BATCH, ROW)
        moment = 31_500 + int(at / batches * 24_900)
        rows["time"] = moment // 3600 * 10000 + moment // 60 % 60 * 100 + moment % 60
        rows["quantity"] = 1
        rows["volume"] = at * (BATCH // CONTRACTS) + np.repeat(np.arange(1, 101), CONTRACTS)
        rows["price"] = 20 + random.normal(0, 0.1, BATCH)
        rows["iv"] = 21 + random.normal(0, 0.1, BATCH)
        rows["open_interest"] = 5000
        batch = Batch(INDEX_OPTION, codes * (BATCH // CONTRACTS), rows, [text] * BATCH, 0.0)
        program.store.apply([batch])
    logged = process.memory_info().rss
    series = [program.store.series(Key("H0IOCNT0", code.decode())) for code in codes[:CHARTED]]
    for each in series:
        each.refresh()
    charted = process.memory_info().rss
    trades = program.store.records
    header("A full day in memory")
    say(f"  {trades:,} trades of {CONTRACTS} contracts, {program.store.lost} lost")
    grown = logged - empty
    say(f"  over the empty window: {grown / 1e6:.0f} MB, {grown / trades:.1f} bytes a trade")
    say(f"  with {CHARTED} contracts charted: {(charted - empty) / 1e6:.0f} MB (target 300 MB)")
    say(f"  the window itself: {empty / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
