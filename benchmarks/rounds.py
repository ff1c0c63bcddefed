"""Interleaved rounds and a table of ratios: what the measuring programs share."""

import gc
import platform
import statistics
import sys
from collections.abc import Callable
from time import perf_counter

ROUNDS = 9


def measure(work: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Time pieces of work in turn, so that a disturbance hits them all.

    Returns:
        Median seconds of each. The collector is off, as in ``timeit``.
    """
    times: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in work.items():
                begun = perf_counter()
                run()
                times[name].append(perf_counter() - begun)
    finally:
        gc.enable()
    return {name: statistics.median(taken) for name, taken in times.items()}


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def header(title: str) -> None:
    """Print what is measured and on what."""
    say(f"{title} (Python {platform.python_version()}, {platform.machine()})")


def row(name: str, seconds: float, units: int, baseline: float, target: str = "") -> None:
    """Print microseconds a unit and the ratio to the baseline's seconds."""
    ratio = seconds / baseline
    say(f"  {name:<44} {seconds / units * 1e6:8.2f} us   {ratio:6.2f} x   {target}")
