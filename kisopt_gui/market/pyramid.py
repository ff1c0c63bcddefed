"""The extremes of a column at every scale, so that drawing costs pixels, not trades.

A chart of a million trades is a thousand pixels wide. What a pixel's width of
trades leaves on the screen is where the line comes in, how far it goes down and
up, and where it leaves: four numbers, however many trades. The pyramid finds
them for any cut of the column in a time that hardly grows with its length.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FACTOR = 16
"""Values of one level that are one value of the next."""

_SCANNED = 1 << 18
"""So many values are scanned faster than the next level is climbed to."""

_REACH = np.arange(FACTOR)

Floats = NDArray[np.float32]
Seconds = NDArray[np.float64]
Places = NDArray[np.intp]


class Envelope(NamedTuple):
    """What is left of each bucket of a column, one value a bucket.

    Attributes:
        first: Its first value, NaN if that is missing.
        low: Its lowest, NaN if all are missing.
        high: Its highest, NaN if all are missing.
        last: Its last value, NaN if that is missing.
    """

    first: Floats
    low: Floats
    high: Floats
    last: Floats


class Pyramid:
    """Lowest and highest of every 16, 256, 4,096 … values of a column that only grows.

    NaN is a missing value. Holds no copy of the column; an eighth more beside it.
    """

    def __init__(self) -> None:
        self._levels = [_Level(np.empty(0, np.float32))]

    def __len__(self) -> int:
        return len(self._levels[0].low)

    def extend(self, column: Floats) -> None:
        """Take in what was added to the column since the last call.

        Args:
            column: The whole column; what stood in it before has not changed.
        """
        self._levels[0] = level = _Level(column)
        at = 1
        while len(level.low) >= FACTOR:
            if at == len(self._levels):
                self._levels.append(_Level(np.empty(FACTOR, np.float32), length=0))
            self._levels[at].condense(level)
            level = self._levels[at]
            at += 1

    def envelope(self, edges: Places) -> Envelope:
        """Return what is left of each bucket of the column.

        Args:
            edges: Rising places in the column without repeats. Bucket ``i`` goes
                from ``edges[i]`` up to, not including, ``edges[i + 1]``.
        """
        if len(edges) < 2:
            return Envelope(*[np.empty(0, np.float32)] * 4)
        starts, ends = edges[:-1], edges[1:]
        column = self._levels[0].low
        low, high = self._extremes(0, starts, ends)
        return Envelope(column[starts], low, high, column[ends - 1])

    def _extremes(self, at: int, starts: Places, ends: Places) -> tuple[Floats, Floats]:
        level = self._levels[at]
        if at + 1 == len(self._levels) or ends[-1] - starts[0] <= _SCANNED:
            return level.scan(starts, ends)
        low, high = level.fringes(starts, ends)
        starts, ends = -(-starts // FACTOR), ends // FACTOR
        whole = np.flatnonzero(starts < ends)
        if len(whole):
            above = self._extremes(at + 1, starts[whole], ends[whole])
            low[whole] = np.fmin(low[whole], above[0])
            high[whole] = np.fmax(high[whole], above[1])
        return low, high


class _Level:
    """One level: the lowest and the highest of each of its blocks."""

    def __init__(self, values: Floats, length: int | None = None) -> None:
        self._length = len(values) if length is None else length
        self._low = self._high = values
        if length is not None:
            self._high = values.copy()

    @property
    def low(self) -> Floats:
        return self._low[: self._length]

    @property
    def high(self) -> Floats:
        return self._high[: self._length]

    def condense(self, below: "_Level") -> None:
        start, end = self._length, len(below.low) // FACTOR
        if start == end:
            return
        if end > len(self._low):
            capacity = max(end, 2 * len(self._low))
            self._low = np.resize(self._low, capacity)
            self._high = np.resize(self._high, capacity)
        new = slice(start * FACTOR, end * FACTOR)
        self._low[start:end] = np.fmin.reduce(below.low[new].reshape(-1, FACTOR), axis=1)
        self._high[start:end] = np.fmax.reduce(below.high[new].reshape(-1, FACTOR), axis=1)
        self._length = end

    def scan(self, starts: Places, ends: Places) -> tuple[Floats, Floats]:
        """Return the extremes of parts, none of them empty, reading every value."""
        first = starts[0]
        # Every second stretch is a part, those between them belong to none; the last runs out.
        stretches = np.stack((starts, ends), axis=1).ravel()[:-1] - first
        low = np.fmin.reduceat(self._low[first : ends[-1]], stretches)[::2]
        high = np.fmax.reduceat(self._high[first : ends[-1]], stretches)[::2]
        return low, high

    def fringes(self, starts: Places, ends: Places) -> tuple[Floats, Floats]:
        """Return the extremes of the 16 values at either end of parts, none of them empty.

        All that a part has beside whole blocks is among them. That they may reach
        into the blocks changes no extreme.
        """
        last = ends[:, None] - 1
        head = np.minimum(starts[:, None] + _REACH, last)
        tail = np.maximum(last - _REACH, starts[:, None])
        places = np.concatenate((head, tail), axis=1)
        low = np.fmin.reduce(self._low[places], axis=1)
        high = np.fmax.reduce(self._high[places], axis=1)
        return low, high


def buckets(seconds: Seconds, start: float, end: float, count: int) -> Places:
    """Cut a rising column into what falls on each of ``count`` pixels, without empty ones.

    The value before ``start`` and the one after ``end`` are buckets of their own:
    the line comes from there and goes there.

    Returns:
        Edges for `Pyramid.envelope`.
    """
    if not len(seconds):
        return np.empty(0, np.intp)
    edges = np.searchsorted(seconds, np.linspace(start, end, count + 1))
    first, last = int(edges[0]), int(edges[-1])
    edges = np.concatenate(([max(first - 1, 0)], edges, [min(last + 1, len(seconds))]))
    return edges[np.concatenate(([True], edges[1:] > edges[:-1]))]


def outline(seconds: Seconds, envelope: Envelope, edges: Places) -> tuple[Seconds, Floats]:
    """Return the points of a line that looks like the line through every value.

    A bucket is entered at its first value, swept from end to end and left at its
    last; one of a single value is one point. NaN parts the line.
    """
    starts, lasts = edges[:-1], edges[1:] - 1
    entered, left = seconds[starts], seconds[lasts]
    middle = (entered + left) / 2
    x = np.stack((entered, middle, middle, left), axis=1)
    first, low, high, last = envelope
    # The shorter way round: most of what a line costs is its length.
    falling = last < first
    y = np.stack((first, np.where(falling, high, low), np.where(falling, low, high), last), axis=1)
    several = lasts > starts
    kept = np.stack((np.ones_like(several), several, several, several), axis=1)
    return x[kept], y[kept]
