"""One charted contract: its trades, and what of them a chart of so many pixels shows. No Qt."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kisopt_gui.market.history import Series
from kisopt_gui.market.pyramid import Envelope, Places, Pyramid, buckets, outline
from kisopt_gui.ui.charts.bars import Bars
from kisopt_gui.wire.control import Key

DRAWN = ("price", "bid", "ask", "iv", "open_interest")
"""Columns that a chart draws."""

_DENSE = 4
"""Trades a pixel from which on drawing the extremes is cheaper than drawing every trade."""


class Grid(NamedTuple):
    """The pixels of a chart on the axis of time.

    Attributes:
        start: Seconds since midnight at the left edge.
        end: Seconds at the right edge.
        pixels: Pixels between them.
    """

    start: float
    end: float
    pixels: int


class Track:
    """One contract of a chart.

    Attributes:
        key: The contract.
        label: Its name as a trader says it.
        colour: Number of its colour in the theme's series.
        hidden: The user does not want to see it now.
        series: Its trades.
        thinned: How many trades one drawn point stands for, 1 if every trade is drawn.
    """

    def __init__(self, key: Key, label: str, colour: int, series: Series) -> None:
        self.key = key
        self.label = label
        self.colour = colour
        self.hidden = False
        self.series = series
        self.thinned = 1.0
        self._pyramids = {name: Pyramid() for name in DRAWN}
        self._bars: dict[int, Bars] = {}
        self._grid: Grid | None = None
        self._edges: Places = np.empty(0, np.intp)
        self._envelopes: dict[str, Envelope] = {}

    def __len__(self) -> int:
        return self.series.length

    @property
    def told_since(self) -> float:
        """Seconds from which on the stream tells; before it stand minute bars. NaN if none do."""
        series = self.series
        if not series.borrowed:
            return float("nan")
        first = min(series.borrowed, series.length - 1)
        return float(series.seconds[first])

    def refresh(self) -> int:
        """Take in the trades that came since the last call; return how many there were."""
        restarts = self.series.restarts
        new = self.series.refresh()
        if self.series.restarts != restarts:  # minute bars stand before what was there
            self._pyramids = {name: Pyramid() for name in DRAWN}
            self._bars, self._grid, self._envelopes = {}, None, {}
            self._edges = np.empty(0, np.intp)
        if new:
            for name, pyramid in self._pyramids.items():
                pyramid.extend(self.series.column(name))
        return new

    def bars(self, width: int) -> Bars:
        """Return the intervals of ``width`` seconds, up to date."""
        bars = self._bars.get(width)
        if bars is None:
            bars = self._bars[width] = Bars(width)
        bars.refresh(self.series)
        return bars

    def at(self, seconds: float) -> int:
        """Return the place of the last trade at or before a time, -1 if there is none.

        The time of a trade is a whole second, so every trade of that second counts.
        """
        return int(np.searchsorted(self.series.seconds, np.floor(seconds) + 1)) - 1

    def value(self, name: str, place: int = -1) -> float:
        """Return a number of one trade, the newest unless told; NaN if it is missing."""
        column = self.series.column(name)
        return float(column[place]) if -len(column) <= place < len(column) else float("nan")

    def cut(self, grid: Grid) -> None:
        """Get ready to draw on these pixels; what was found before and still holds is kept."""
        seconds = self.series.seconds
        edges = buckets(seconds, *grid)
        trades = int(edges[-1] - edges[0]) if len(edges) else 0
        if trades <= _DENSE * grid.pixels:
            self._edges, self._envelopes, self._grid = edges, {}, None
            self.thinned = 1.0
            return
        # On the same pixels only the last two buckets and new ones can differ.
        same = max(len(self._edges) - 3, 0) if grid == self._grid else 0
        if len(self._edges) > len(edges):
            same = 0
        for name, pyramid in self._pyramids.items():
            new = pyramid.envelope(edges[same:])
            if same:
                known = self._envelopes[name]
                new = Envelope(
                    *(np.append(old[:same], part) for old, part in zip(known, new, strict=True))
                )
            self._envelopes[name] = new
        self._edges, self._grid = edges, grid
        self.thinned = trades / (_DENSE * (len(edges) - 1))

    def line(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Return the points of a column's line on the pixels cut last; NaN parts it.

        Where every trade is drawn, a value holds until the next one: a line that
        slopes over a quiet minute would show prices that never were.
        """
        seconds, column = self.series.seconds, self.series.column(name)
        if self._envelopes:
            return outline(seconds, self._envelopes[name], self._edges)
        if not len(self._edges):
            return seconds[:0], column[:0]
        shown = slice(self._edges[0], self._edges[-1])
        return np.repeat(seconds[shown], 2)[1:], np.repeat(column[shown], 2)[:-1]

    def band(self) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]:
        """Return when quotes began to hold, the bids and the asks, on the pixels cut last."""
        seconds = self.series.seconds
        if self._envelopes:
            return (
                seconds[self._edges[:-1]],
                self._envelopes["bid"].low,
                self._envelopes["ask"].high,
            )
        if not len(self._edges):
            none = np.empty(0, np.float32)
            return seconds[:0], none, none
        shown = slice(self._edges[0], self._edges[-1])
        return seconds[shown], self.series.column("bid")[shown], self.series.column("ask")[shown]
