"""Trades gathered into intervals of time: open, high, low, close and volume. No Qt."""

import numpy as np
from numpy.typing import NDArray

from kisopt_gui.market.history import Series

Floats = NDArray[np.float64]


class Bars:
    """The intervals of one contract in which it traded, redone from the newest on.

    Attributes:
        width: Seconds of an interval.
        ends: Place behind the last trade of each interval.
        start: When each begins, seconds since midnight.
        open: First price, index points, as are the next three.
        high: Highest price.
        low: Lowest price.
        close: Last price.
        volume: Contracts traded, by the cumulative volume: trades that no
            record told of are in it.
        open_interest: The last one sent, contracts.
        iv: The last one sent, percent; NaN if none was.
        bid: The last one sent; NaN if none was.
        ask: The last one sent; NaN if none was.
    """

    NUMBERS = (
        "start", "open", "high", "low", "close", "volume", "open_interest", "iv", "bid", "ask",
    )  # fmt: skip

    start: Floats
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    open_interest: Floats
    iv: Floats
    bid: Floats
    ask: Floats

    def __init__(self, width: int) -> None:
        self.width = width
        self.ends = np.empty(0, np.intp)
        self._total = np.empty(0)
        self._length = 0
        for name in self.NUMBERS:
            setattr(self, name, np.empty(0))

    def __len__(self) -> int:
        return len(self.ends)

    def refresh(self, series: Series) -> None:
        """Take in the trades that came since the last call; ``series`` is always the same."""
        if series.length == self._length:
            return
        self._length = series.length
        done = max(len(self) - 1, 0)
        first = int(self.ends[done - 1]) if done else 0
        numbers = np.floor(series.seconds[first:] / self.width)
        places = np.flatnonzero(np.diff(numbers, prepend=-1.0))
        ends = np.append(places[1:], len(numbers))
        price = series.column("price")[first:].astype(np.float64)
        total = np.fmax.reduceat(series.volume[first:], places)
        new = {
            "start": numbers[places] * self.width,
            "open": price[places],
            "high": np.fmax.reduceat(price, places),
            "low": np.fmin.reduceat(price, places),
            "close": price[ends - 1],
            "volume": self._traded(series, total, done),
        }
        for name in ("open_interest", "iv", "bid", "ask"):
            new[name] = _last_sent(series.column(name)[first:], places, ends)
        self.ends = np.append(self.ends[:done], ends + first)
        self._total = np.append(self._total[:done], total)
        for name, values in new.items():
            setattr(self, name, np.append(getattr(self, name)[:done], values))

    def at(self, seconds: float) -> int:
        """Return the place of the interval that contains a time or is the last before it; or -1."""
        return int(np.searchsorted(self.start, seconds, "right")) - 1

    def _traded(self, series: Series, total: Floats, done: int) -> Floats:
        # What was traded before the first record came is not of its interval.
        quantity = float(np.nan_to_num(series.column("quantity")[0]))
        before = self._total[done - 1] if done else series.volume[0] - quantity
        return np.maximum(np.diff(total, prepend=before), 0.0)


def _last_sent(
    column: NDArray[np.float32], starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> Floats:
    sent = np.maximum.accumulate(np.where(np.isnan(column), -1, np.arange(len(column))))
    at = sent[ends - 1]
    return np.where(at >= starts, column[at], np.nan).astype(np.float64)
