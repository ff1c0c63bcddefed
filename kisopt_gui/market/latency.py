"""How long it takes: percentiles over the last seconds, weighted by records."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

WINDOW_S = 10.0


class Percentiles(NamedTuple):
    """Percentiles in milliseconds; NaN when nothing was measured."""

    p50: float
    p99: float
    worst: float


class LatencyMeter:
    """Keeps the delays of the last ``window_s`` seconds."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._seen: deque[tuple[float, float, int]] = deque()

    def add(self, now: float, parts: Iterable[tuple[float, int]]) -> None:
        """Take in that records received at some times are on the screen ``now``.

        Args:
            now: Monotonic seconds.
            parts: Monotonic seconds of a read, and how many records it brought.
        """
        for received, count in parts:
            self._seen.append((now, (now - received) * 1000, count))
        while self._seen and now - self._seen[0][0] > self._window_s:
            self._seen.popleft()

    def percentiles(self, now: float = float("-inf")) -> Percentiles:
        """Return the delays of the window, each record counted once.

        Args:
            now: Monotonic seconds at which the window ends; by default with the newest delay.
        """
        since = now - self._window_s
        ordered = sorted((delay, count) for at, delay, count in self._seen if count and at >= since)
        if not ordered:
            return Percentiles(float("nan"), float("nan"), float("nan"))
        ranks = list(accumulate(count for _, count in ordered))
        p50, p99 = (ordered[bisect_left(ranks, ranks[-1] * part)][0] for part in (0.50, 0.99))
        return Percentiles(p50, p99, ordered[-1][0])
