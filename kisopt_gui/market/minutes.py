"""Minute bars of REST, and the points of a chart that stand for them.

A bar is no trade: it enters the chart of its contract before the first trade of
the stream and nothing else, so no volume is proved with it. Its four prices are
known, the seconds at which they stood are not: they are drawn at even distances,
the end that the minute moved away from first.
"""

import numpy as np

from kisopt_gui.market.delay import DAY_S
from kisopt_gui.market.history import ROW, Rows
from kisopt_gui.market.snapshot import MinuteBar

_AT_S = (0.0, 20.0, 40.0, 59.0)
"""Seconds into the minute at which a bar's four points are drawn."""

_MINUTE_S = 60.0
_HALF_A_DAY_S = DAY_S / 2


class Minutes:
    """The minute bars of one contract, oldest first.

    Attributes:
        revision: Rises when bars have come that were not known.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._bars: dict[float, MinuteBar] = {}

    def __len__(self) -> int:
        return len(self._bars)

    def add(self, bars: tuple[MinuteBar, ...]) -> None:
        """Take in bars in any order; what is known of a minute already is replaced."""
        new = [bar for bar in bars if not _told_before(self._bars.get(bar.start), bar)]
        self._bars |= {bar.start: bar for bar in new}
        self.revision += bool(new)

    def rows(self, until: float) -> Rows:
        """Return the points of the bars that ended by a time.

        Args:
            until: Seconds since midnight of the first trade of the stream, infinity if none came.
        """
        bars = sorted(self._bars.values())
        if bars and until + _HALF_A_DAY_S < bars[-1].start:
            until += DAY_S  # the stream begins after midnight, the bars before it
        bars = [bar for bar in bars if bar.start + _MINUTE_S <= until]
        rows = np.full(len(_AT_S) * len(bars), np.nan, ROW)
        for at, (bar, total) in enumerate(zip(bars, _totals(bars), strict=True)):
            rising = bar.close >= bar.open
            middle = (bar.low, bar.high) if rising else (bar.high, bar.low)
            for step, price in enumerate((bar.open, *middle, bar.close)):
                row = rows[len(_AT_S) * at + step]
                part = bar.volume / len(_AT_S)
                row["time"] = _hhmmss(bar.start + _AT_S[step])
                row["price"] = price
                row["quantity"] = part
                row["volume"] = total - bar.volume + part * (step + 1)
        return rows


def _told_before(known: MinuteBar | None, bar: MinuteBar) -> bool:
    """Whether a bar tells nothing that is not known; a total that it does not tell is missing."""
    if known is None or known[:-1] != bar[:-1]:
        return False
    return bar.total != bar.total or bar.total == known.total


def _totals(bars: list[MinuteBar]) -> list[float]:
    """The volume of the day at the end of each bar: as told, else counted on from what was."""
    anchor = next((at for at, bar in enumerate(bars) if bar.total == bar.total), None)
    volumes = [bar.volume for bar in bars]
    sums = np.cumsum(volumes).tolist()
    offset = bars[anchor].total - sums[anchor] if anchor is not None else 0.0
    return [total + offset for total in sums]


def _hhmmss(seconds: float) -> float:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return float(hours * 10_000 + minute * 100 + second)
