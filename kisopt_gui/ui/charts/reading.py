"""The words in the heading of each plot: the trade under the cursor, or the newest."""

from collections.abc import Callable, Sequence

from kisopt_gui.ui import figures
from kisopt_gui.ui.charts.canvas import INTEREST, IV, PRICE
from kisopt_gui.ui.charts.marks import Run
from kisopt_gui.ui.charts.picture import TICK
from kisopt_gui.ui.charts.track import Track
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

_MINUTE = 60


class Reading:
    """Says what the plots show at a time."""

    def __init__(self, texts: Texts, tokens: Tokens) -> None:
        self._texts = texts
        self._tokens = tokens

    def runs(
        self, tracks: Sequence[Track], at: float | None, interval: int, volume_s: int
    ) -> dict[str, list[Run]]:
        """Return the heading of each plot.

        Args:
            tracks: The contracts to be seen, the first one in front.
            at: Seconds since midnight under the cursor; None for the newest.
            interval: Seconds of a candle, or `TICK`.
            volume_s: Seconds of one bar of volume.
        """
        texts = self._texts
        price, iv, interest = (
            [Run(texts(name), self._tokens.muted)]
            for name in ("charts.price", "charts.iv", "charts.open_interest")
        )
        read = _bar_reader(interval, at) if interval != TICK else _trade_reader(at)
        if tracks:
            price.append(Run(read(tracks[0], "time"), self._tokens.text, apart=True))
            price += self._borrowed(tracks[0])
        for place, track in enumerate(tracks):
            several = len(tracks) > 1
            if place == 0 and interval != TICK:
                price += self._candle(track, read, several=several)
            else:
                price += self._value(track, read(track, "price"), several=several)
            iv += self._value(track, read(track, "iv"), several=several)
            interest += self._value(track, read(track, "open_interest"), several=several)
        if tracks:
            if interval == TICK:
                for name in ("bid", "ask"):
                    price += self._named(texts(f"charts.{name}"), read(tracks[0], name))
            volume = _bar_reader(volume_s, at)(tracks[0], "volume")
            interest += self._named(texts("charts.volume", width=self._width(volume_s)), volume)
        return {PRICE: price, IV: iv, INTEREST: interest}

    def _value(self, track: Track, value: str, *, several: bool) -> list[Run]:
        if not several:
            return [Run(value, self._tokens.text, apart=True)]
        colour = self._tokens.series[track.colour % len(self._tokens.series)]
        return [Run(track.label, colour, apart=True), Run(value, self._tokens.text)]

    def _candle(
        self, track: Track, read: Callable[[Track, str], str], *, several: bool
    ) -> list[Run]:
        runs = self._value(track, "", several=True)[:1] if several else []
        for name in ("open", "high", "low", "close"):
            runs += self._named(self._texts(f"charts.{name}"), read(track, name))
        return runs

    def _borrowed(self, track: Track) -> list[Run]:
        since = track.told_since
        if since != since:
            return []
        words = self._texts("charts.borrowed", time=figures.seconds(since)[:5])
        return [Run(words, self._tokens.muted, apart=True)]

    def _named(self, name: str, value: str) -> list[Run]:
        return [Run(name, self._tokens.muted, apart=True), Run(value, self._tokens.text)]

    def _width(self, seconds: int) -> str:
        if seconds < _MINUTE:
            return self._texts("charts.seconds", count=seconds)
        return self._texts("charts.minutes", count=seconds // _MINUTE)


def _trade_reader(at: float | None) -> Callable[[Track, str], str]:
    def read(track: Track, name: str) -> str:
        place = track.series.length - 1 if at is None else track.at(at)
        if place < 0:
            return figures.MISSING
        if name == "time":
            return figures.seconds(float(track.series.seconds[place]))
        return figures.number(track.value(name, place), 0 if name == "open_interest" else 2)

    return read


def _bar_reader(width: int, at: float | None) -> Callable[[Track, str], str]:
    def read(track: Track, name: str) -> str:
        bars = track.bars(width)
        place = len(bars) - 1 if at is None else bars.at(at)
        if place < 0:
            return figures.MISSING
        if name == "time":
            return figures.seconds(float(bars.start[place]))[:5]
        if name == "volume" and at is not None and bars.start[place] + width <= at:
            return "0"  # nothing was traded in the interval under the cursor
        column = bars.close if name == "price" else getattr(bars, name)
        whole = name in ("open_interest", "volume")
        return figures.number(float(column[place]), 0 if whole else 2)

    return read
