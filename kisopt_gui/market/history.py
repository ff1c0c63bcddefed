"""Every trade of the day in one log, and the columns of one contract read from it.

A trade costs one copy into the log (docs/decisions/0006). Columns exist only
for the contracts that somebody looks at: a `Series` picks its rows out of the
log once, and then only what came since.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kisopt_gui.market.delay import DAY_S

COLUMNS = (
    "time",
    "quantity",
    "open_interest",
    "price",
    "ask",
    "bid",
    "iv",
    "delta",
    "gamma",
    "vega",
    "theta",
    "rho",
)
"""History columns kept in 32 bits; ``volume`` is the one in 64."""

ROW = np.dtype([("volume", "<f8"), *((name, "<f4") for name in COLUMNS)])
"""One trade: time HHMMSS, prices in index points, quantities in contracts, IV in percent.

32-bit floats hold prices with two decimals exactly below 131,072 points and
counts below 16,777,216; the cumulative volume may pass that.
"""

MOST_ROWS = 5_000_000
_CHUNK = 1 << 16
_LATE_S = 3600.0
_SPREAD = 10.0

Rows = NDArray[np.void]
Floats = NDArray[np.float32]


class History:
    """A log of trades in the order of arrival, all contracts together.

    Memory is bounded: past ``most_rows`` the oldest chunk of 65,536 trades goes,
    and `dropped` says how many are gone.
    """

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self.dropped = 0
        self.total = 0
        self._most_chunks = max(1, most_rows // _CHUNK)
        self._rows: list[Rows] = []
        self._contracts: list[NDArray[np.uint16]] = []

    def append(self, contracts: NDArray[np.uint16], rows: Rows) -> None:
        """Log ``rows``, each of the contract whose number stands at the same place."""
        at = 0
        while at < len(rows):
            used = (self.total - self.dropped) % _CHUNK
            if used == 0:
                self._grow()
            taken = min(len(rows) - at, _CHUNK - used)
            self._rows[-1][used : used + taken] = rows[at : at + taken]
            self._contracts[-1][used : used + taken] = contracts[at : at + taken]
            self.total += taken
            at += taken

    def select(self, contract: int, since: int) -> Rows:
        """Return a contract's trades logged at place ``since`` and later, in order.

        Places count from 0 and never change; pass the `total` of the last call.
        """
        since = max(since, self.dropped)
        first, start = divmod(since - self.dropped, _CHUNK)
        parts = []
        for chunk in range(first, len(self._rows)):
            end = min(_CHUNK, self.total - self.dropped - chunk * _CHUNK)
            found = np.flatnonzero(self._contracts[chunk][start:end] == contract)
            if len(found):
                parts.append(self._rows[chunk][start:end][found])
            start = 0
        return np.concatenate(parts) if parts else np.empty(0, ROW)

    @property
    def nbytes(self) -> int:
        """Bytes held by the log."""
        return sum(part.nbytes for part in (*self._rows, *self._contracts))

    def _grow(self) -> None:
        if len(self._rows) == self._most_chunks:
            del self._rows[0], self._contracts[0]
            self.dropped += _CHUNK
        self._rows.append(np.empty(_CHUNK, ROW))
        self._contracts.append(np.empty(_CHUNK, np.uint16))


class Earlier(Protocol):
    """What is known of the time before the first trade (market.minutes)."""

    revision: int

    def rows(self, until: float) -> Rows:
        """Return points that stand before a time, seconds since midnight."""


class Series:
    """The columns of one contract, as long as somebody looks at it.

    Points of minute bars, which are no trades, may stand before the first trade.

    Attributes:
        length: How many trades and points are taken in.
        borrowed: How many of them, the first ones, are points of minute bars.
        restarts: How often it began again because minute bars came; what was
            read from it before is void then.
    """

    def __init__(self, history: History, contract: int, earlier: Earlier | None = None) -> None:
        self.length = 0
        self.borrowed = 0
        self.restarts = 0
        self._earlier = earlier
        self._known = 0
        self._history = history
        self._contract = contract
        self._position = 0
        self._seconds = np.empty(1024)
        self._volume = np.empty(1024)
        self._columns = {name: np.empty(1024, np.float32) for name in COLUMNS}
        self._moment = np.nan
        self._rank = 0

    def refresh(self) -> int:
        """Take in the trades logged since the last call; return how many there were."""
        if self._earlier is not None and self._earlier.revision != self._known:
            return self._begin_again(self._earlier)
        rows = self._history.select(self._contract, self._position)
        self._position = self._history.total
        return self._take(rows)

    def _begin_again(self, earlier: Earlier) -> int:
        """Take in everything, with what is known now of the time before the first trade."""
        self._known = earlier.revision
        trades = self._history.select(self._contract, 0)
        points = earlier.rows(_seconds_of(trades["time"][0]) if len(trades) else np.inf)
        self.restarts += 1
        self.length = self._rank = 0
        self._moment = np.nan
        self._position = self._history.total
        self.borrowed = self._take(points)
        return self.borrowed + self._take(trades)

    def _take(self, rows: Rows) -> int:
        start, end = self.length, self.length + len(rows)
        if not len(rows):
            return 0
        self._reserve(end)
        for name in COLUMNS:
            self._columns[name][start:end] = rows[name]
        self._volume[start:end] = rows["volume"]
        for name in ("ask", "bid", "iv"):
            column = self._columns[name][start:end]
            column[column == 0] = np.nan
        greeks = [
            self._columns[name][start:end] for name in ("delta", "gamma", "vega", "theta", "rho")
        ]
        none = np.logical_and.reduce([greek == 0 for greek in greeks])
        for greek in greeks:
            greek[none] = np.nan
        self._place(rows["time"].astype(np.float64), start, end)
        self.length = end
        return end - start

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Seconds since midnight (Seoul), rising; past 24 h after midnight and on the next day.

        The wire has whole seconds. Trades of one second follow one another
        inside it in the order they came, so the fraction is an order, no time.
        """
        return self._seconds[: self.length]

    @property
    def volume(self) -> NDArray[np.float64]:
        """Cumulative volume, contracts."""
        return self._volume[: self.length]

    def column(self, name: str) -> Floats:
        """Return one of `COLUMNS` as a view; a missing number is NaN."""
        return self._columns[name][: self.length]

    def _reserve(self, length: int) -> None:
        capacity = len(self._seconds)
        if length <= capacity:
            return
        capacity = max(length, 2 * capacity)
        self._seconds = _grown(self._seconds, capacity)
        self._volume = _grown(self._volume, capacity)
        for name, column in self._columns.items():
            self._columns[name] = _grown(column, capacity)

    def _place(self, times: NDArray[np.float64], start: int, end: int) -> None:
        hours, rest = np.divmod(np.where(times >= 0, times, 0), 10_000)
        minutes, seconds = np.divmod(rest, 100)
        told = (times >= 0) & (hours < 48) & (minutes < 60) & (seconds < 60)
        of_day = (hours * 3600 + minutes * 60 + np.floor(seconds)) % DAY_S
        if np.isnan(self._moment):
            self._moment = of_day[told][0] if told.any() else 0.0
        places = np.arange(len(times))
        # A record without a readable time stands where the one before it does.
        teller = np.maximum.accumulate(np.where(told, places, -1))
        of_day = np.where(teller >= 0, of_day[teller], self._moment % DAY_S)
        # The wire has no date. A clock that jumps back has passed midnight or begun the next
        # day; one that jumps on by a day tells of a late record from before midnight; a small
        # step back is a late record too. A late record stands where it arrived.
        steps = np.diff(of_day, prepend=self._moment % DAY_S)
        days = np.cumsum((steps < -_LATE_S) * DAY_S - (steps > DAY_S - _LATE_S) * DAY_S)
        moments = of_day + days + self._moment // DAY_S * DAY_S
        self._moment = moments[-1]
        last = np.floor(self._seconds[start - 1]) if start else moments[0]
        moments = np.maximum.accumulate(np.maximum(moments, last))
        # Trades of one second are spread over it, counted on from those that stand there already.
        fresh = np.diff(moments, prepend=last if start else last - 1) > 0
        begun = np.maximum.accumulate(np.where(fresh, places, -1))
        rank = np.where(begun >= 0, places - begun, places + self._rank + 1)
        self._rank = int(rank[-1])
        self._seconds[start:end] = moments + rank / (rank + _SPREAD)


def _seconds_of(time: float) -> float:
    """Seconds since midnight of a time HHMMSS; infinity if it is none."""
    if not 0 <= time < 480_000:
        return np.inf
    minutes, seconds = divmod(float(time), 100)
    hours, minutes = divmod(minutes, 100)
    return hours * 3600 + minutes * 60 + seconds


def _grown(column: NDArray, capacity: int) -> NDArray:  # type: ignore[type-arg]
    grown = np.empty(capacity, column.dtype)
    grown[: len(column)] = column
    return grown
