"""From the broker's process to the painted row: rates, delays, losses, CPU, growth.

Every scene runs in a fresh process against a fresh broker. The delay is from
the read of the socket to the end of the paint that shows the record.
"""

import argparse
import subprocess
import sys

import msgspec

from benchmarks.rounds import header, say
from benchmarks.window_run import Result, Scene

LADDER = (60_000, 70_000, 80_000, 90_000, 100_000, 120_000, 140_000)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.end_to_end", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 s a scene, no search")
    quick = parser.parse_args().quick
    long, short = (10.0, 5.0) if quick else (60.0, 20.0)
    header("End to end, 1920 x 1080 offscreen, broker in its own process")
    say(f"  {'scene':<34}{'rec/s':>9}{'lost':>6}{'p50':>8}{'p99':>8}{'worst':>8}{'CPU':>7}  target")
    _show("50/s, 41 contracts", Scene(50, short), "p50 3 ms, CPU 10 %")
    light = _show("10,000/s, 41 contracts", Scene(10_000, short), "")
    many = _show("10,000/s, 3,000 contracts", Scene(10_000, short, 3_000), "1.2 x of 41")
    if light and many:
        say(f"    growth: p99 {many.p99 / light.p99:.2f} x, CPU {many.cpu / light.cpu:.2f} x")
    _show("50,000/s, 41 contracts", Scene(50_000, long), "none lost, p99 25 ms")
    _show("10,000/s, six charts", Scene(10_000, short, charts=6), "p99 30 ms")
    _show("50,000/s, six charts", Scene(50_000, short, charts=6), "none lost, p99 70 ms")
    if not quick:
        _climb()


def _climb() -> None:
    held = 0.0
    for rate in LADDER:
        result = _run(Scene(rate, 10.0))
        if result is None or result.lost or result.records < 0.97 * rate or result.p99 > 100:
            break
        held = result.records
    say(f"  highest rate held, nothing lost, p99 below 100 ms: {held:,.0f} records/s")


def _show(name: str, scene: Scene, target: str) -> Result | None:
    result = _run(scene)
    if result is None:
        say(f"  {name:<34} failed")
        return None
    say(
        f"  {name:<34}{result.records:9,.0f}{result.lost:6,}{result.p50:8.1f}{result.p99:8.1f}"
        f"{result.worst:8.1f}{result.cpu:6.0f}%  {target}"
    )
    return result


def _run(scene: Scene) -> Result | None:
    words = [sys.executable, "-m", "benchmarks.window_run", msgspec.json.encode(scene).decode()]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        sys.stderr.write(done.stderr)
        return None
    return msgspec.json.decode(lines[-1], type=Result)


if __name__ == "__main__":
    main()
