"""The charted contracts on the canvas: which columns are drawn where, in which colour."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from kisopt_gui.ui.charts.bars import Bars
from kisopt_gui.ui.charts.canvas import INTEREST, IV, PRICE, Canvas
from kisopt_gui.ui.charts.scales import Tag
from kisopt_gui.ui.charts.ticks import time_step
from kisopt_gui.ui.charts.timespan import Timespan
from kisopt_gui.ui.charts.traces import Blocks, Candles, Line, Stems, smooth_enough, steps
from kisopt_gui.ui.charts.track import Track
from kisopt_gui.ui.theme import Tokens
from kisopt_gui.wire.control import Key

COLUMNS = {PRICE: "price", IV: "iv", INTEREST: "open_interest"}
"""What each plot shows."""

TICK = 0
"""Interval of a chart that draws every trade."""

_BAND_ALPHA = 38
_BAR_PX = 6.0
_BAR_SHARE = 0.32
_BODY = 0.7
_MINUTE_S = 60
_BODY_PX = 22.0
_NONE = np.empty((0, 4))

Extremes = tuple[float, float]
Points = tuple[NDArray[np.float64], NDArray[np.floating]]


class Picture:
    """Draws contracts on a canvas: all of them as lines, the first one in full.

    The first one has its quotes, or candles, its open interest and its volume.

    Attributes:
        thinned: How many trades one drawn point stands for, 1 if all are drawn.
        volume_s: Seconds of one bar of volume.
    """

    def __init__(self, canvas: Canvas, tokens: Tokens) -> None:
        self.thinned = 1.0
        self.volume_s = 60
        self._canvas = canvas
        self._tokens = tokens
        self._lines: dict[tuple[str, Key], Line] = {}
        self._extremes: dict[str, Extremes] = {}
        self._band: Blocks | None = None
        self._band_of: Key | None = None
        self._since = Stems(tokens.faint, layer=-4)
        canvas.plots[PRICE].add(self._since)
        self._candles = Candles(tokens.up, tokens.down, tokens.muted, layer=5)
        for item in self._candles.items:
            canvas.plots[PRICE].add(item)
        volume = QColor(tokens.muted)
        volume.setAlpha(64)
        self._volume = Blocks(volume, layer=-5)
        canvas.plots[INTEREST].add(self._volume)

    def draw(self, tracks: Sequence[Track], timespan: Timespan, interval: int) -> None:
        """Draw what the canvas's present axes show of the contracts.

        Args:
            tracks: The contracts to be seen, the first one in front.
            timespan: The stretch of time shown.
            interval: Seconds of a candle, or `TICK`.
        """
        self._keep([track.key for track in tracks])
        self._extremes = {}
        self.thinned = 1.0
        grid = self._canvas.grid(timespan)
        for track in tracks:
            if interval == TICK:
                track.cut(grid)
                self.thinned = max(self.thinned, track.thinned)
        for name in COLUMNS:
            for place, track in enumerate(tracks):
                if place == 0 or name != INTEREST:
                    self._draw_line(name, track, timespan, interval, place)
        self._draw_first(tracks, timespan, interval)
        self._tag(tracks, timespan)
        self._canvas.fresh = True

    def fit(self) -> bool:
        """Fit the values of the plots to what was drawn last; return whether any has moved."""
        moved = False
        for name, (low, high) in self._extremes.items():
            if name == INTEREST:
                low -= 0.5 * max(high - low, 10.0)  # the volume stands below
            moved |= self._canvas.plots[name].fit(low, high)
        return moved

    def _draw_line(
        self, name: str, track: Track, timespan: Timespan, interval: int, place: int
    ) -> None:
        line = self._line(name, track)
        line.setZValue(10 - place)
        if interval == TICK:
            points: Points = track.line(COLUMNS[name])
        else:
            points = _closes(track.bars(interval), name, timespan)
        x, y = points
        candles = interval != TICK and name == PRICE and place == 0
        line.setVisible(not candles)
        if not candles:
            line.set_points(x, y, smooth=smooth_enough(len(x), int(self._canvas.width_px)))
        self._extend(name, y)

    def _draw_first(self, tracks: Sequence[Track], timespan: Timespan, interval: int) -> None:
        first = tracks[0] if tracks else None
        self._draw_band(first if interval == TICK else None, timespan)
        self._draw_candles(first if interval != TICK else None, timespan, interval)
        self._draw_volume(first, timespan, interval)
        self._draw_since(first)

    def _draw_since(self, track: Track | None) -> None:
        """Draw where the stream's trades begin and minute bars end."""
        since = track.told_since if track is not None else float("nan")
        self._since.setVisible(since == since)
        if since == since:
            low, high = self._canvas.plots[PRICE].values
            self._since.set_stems(*(np.array([number]) for number in (since, low, high)))

    def _draw_band(self, track: Track | None, timespan: Timespan) -> None:
        if track is None:
            if self._band is not None:
                self._band.set_blocks(_NONE)
            return
        plot = self._canvas.plots[PRICE]
        if self._band is None or self._band_of != track.key:
            if self._band is not None:
                plot.remove(self._band)
            colour = QColor(self._colour(track))
            colour.setAlpha(_BAND_ALPHA)
            self._band, self._band_of = Blocks(colour, layer=-5), track.key
            plot.add(self._band)
        x, bid, ask = track.band()
        newest = track.series.seconds[-1] if track.series.length else timespan.end
        self._band.set_blocks(steps(x, bid, ask, max(newest, x[-1]) if len(x) else newest))

    def _draw_candles(self, track: Track | None, timespan: Timespan, interval: int) -> None:
        if track is None:
            for item in self._candles.items:
                item.hide()
            return
        bars = track.bars(interval)
        shown = _shown(bars, timespan)
        plot = self._canvas.plots[PRICE]
        low, high = plot.values
        pixel = (timespan.length / self._canvas.width_px, (high - low) / max(plot.height, 1.0))
        prices = [bars.open[shown], bars.high[shown], bars.low[shown], bars.close[shown]]
        self._extend(PRICE, bars.high[shown])
        self._extend(PRICE, bars.low[shown])
        body = min(_BODY * interval, _BODY_PX * pixel[0])
        self._candles.set_bars(bars.start[shown] + interval / 2, prices, body, pixel)
        for item in self._candles.items:
            item.show()

    def _draw_volume(self, track: Track | None, timespan: Timespan, interval: int) -> None:
        if track is None or not track.series.length:
            self._volume.set_blocks(_NONE)
            return
        step = time_step(timespan.length, self._canvas.width_px, _BAR_PX)
        if track.told_since > timespan.start:
            step = max(step, _MINUTE_S)  # minute bars tell of no shorter stretch
        self.volume_s = max(step, interval)
        bars = track.bars(self.volume_s)
        shown = _shown(bars, timespan)
        volume, start = bars.volume[shown], bars.start[shown]
        bottom, top = self._canvas.plots[INTEREST].values
        most = max(float(np.fmax.reduce(volume, initial=0.0)), 1.0)
        pixel = timespan.length / self._canvas.width_px
        width = np.full(len(start), max(self.volume_s - pixel, pixel))
        heights = volume * (_BAR_SHARE * (top - bottom) / most)
        blocks = np.stack((start, np.full(len(start), bottom), width, heights), axis=1)
        self._volume.set_blocks(blocks[heights > 0])

    def _tag(self, tracks: Sequence[Track], timespan: Timespan) -> None:
        for name, plot in self._canvas.plots.items():
            tags = []
            for track in tracks[:1] if name == INTEREST else tracks:
                value = track.value(COLUMNS[name])
                if value == value:
                    at, colour = plot.pixel_of(value), self._colour(track)
                    old = bool(track.series.seconds[-1] < timespan.start)
                    tags.append(Tag(at, plot.text_of(value), colour, old))
            plot.scale.set_tags(tags)

    def _line(self, name: str, track: Track) -> Line:
        line = self._lines.get((name, track.key))
        if line is None:
            line = self._lines[name, track.key] = Line(self._colour(track), layer=5)
            self._canvas.plots[name].add(line)
        return line

    def _keep(self, keys: Sequence[Key]) -> None:
        for name, key in list(self._lines):
            if key not in keys or (name == INTEREST and key != keys[0]):
                self._canvas.plots[name].remove(self._lines.pop((name, key)))

    def _colour(self, track: Track) -> str:
        return self._tokens.series[track.colour % len(self._tokens.series)]

    def _extend(self, name: str, values: NDArray[np.floating]) -> None:
        if not len(values):
            return
        low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
        if low == low:
            before = self._extremes.get(name, (low, high))
            self._extremes[name] = (min(low, before[0]), max(high, before[1]))


def _shown(bars: Bars, timespan: Timespan) -> slice:
    return slice(max(bars.at(timespan.start), 0), bars.at(timespan.end) + 1)


def _closes(bars: Bars, name: str, timespan: Timespan) -> Points:
    shown = slice(max(bars.at(timespan.start) - 1, 0), bars.at(timespan.end) + 2)
    column = {PRICE: bars.close, IV: bars.iv, INTEREST: bars.open_interest}[name]
    return bars.start[shown] + bars.width / 2, column[shown]
