"""From the start of the process to the first paint, the first quote and the charts.

Warm and, where the page cache can be dropped, cold. The baseline is an empty
PySide6 window in the same state.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import msgspec

from benchmarks.rounds import header, say

ROUNDS = 7
_EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
print(time.perf_counter())
"""


def main() -> None:
    """Print the table."""
    header("Start, seconds from the start of the process")
    names = (
        f"{'empty window':>14}{'imports':>10}{'first paint':>13}{'first quote':>13}{'charts':>9}"
    )
    say(f"  {'':<8}{names}")
    _row("warm", cold=False, rounds=ROUNDS)
    if _dropped():
        _row("cold", cold=True, rounds=3)
    else:
        say("  cold: the page cache cannot be dropped here (needs root)")
    say("  target, warm: first paint 0.25, quotes and charts 0.70")


def _row(name: str, *, cold: bool, rounds: int) -> None:
    empty, phases = [], []
    for _ in range(rounds):
        if cold:
            _dropped()
        empty.append(_empty())
        if cold:
            _dropped()
        phases.append(_program())
    median = {key: statistics.median(each[key] for each in phases) for key in phases[0]}
    say(
        f"  {name:<8}{statistics.median(empty):14.3f}{median['imports']:10.3f}"
        f"{median['paint']:13.3f}{median['quote']:13.3f}{median['charts']:9.3f}"
    )


def _empty() -> float:
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _EMPTY], env=_environment(), capture_output=True, check=True
    )
    return float(done.stdout) - begun


def _program() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        told = Path(home, "timings.json")
        environment = _environment() | {"KISOPT_HOME": home, "KISOPT_TIMINGS": str(told)}
        begun = perf_counter()
        words = [sys.executable, "-m", "kisopt_gui", "--seconds", "2"]
        subprocess.run(words, env=environment, capture_output=True, check=True)
        moments = msgspec.json.decode(told.read_bytes(), type=dict[str, float])
    return {name: moment - begun for name, moment in moments.items()}


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def _dropped() -> bool:
    """Drop the page cache; whether that is allowed here."""
    with suppress(OSError):
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3", "ascii")
        return True
    return False


if __name__ == "__main__":
    main()
