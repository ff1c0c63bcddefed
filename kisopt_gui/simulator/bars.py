"""Minutes of a contract's day: those that were traded, and those before anyone looked.

Whatever is asked when, the minutes agree with the day's open, high, low, last
price and volume, as the records of the stream tell them.
"""

from collections.abc import Callable
from itertools import accumulate, groupby

from kisopt_gui.simulator.underlying import Conditions


class Bar:
    """One minute, prices in cents.

    Attributes:
        minute: "0905".
        open: First price.
        high: Highest.
        low: Lowest.
        close: Last price.
        total: Contracts of the day until its end.
    """

    __slots__ = ("close", "high", "low", "minute", "open", "total")

    def __init__(self, minute: str, price: int, total: int = 0) -> None:
        self.minute = minute
        self.open = self.high = self.low = self.close = price
        self.total = total

    def take(self, first: int, last: int, total: int) -> None:
        """Take in an order that went from one price to another."""
        self.high = max(self.high, first, last)
        self.low = min(self.low, first, last)
        self.close = last
        self.total = total


class Opening:
    """What a contract traded from the opening until it was first looked at.

    Args:
        path: The conditions from the opening on, oldest first.
        volume: Contracts.
        prices: First, highest, lowest and last price, cents.
        shift: Seconds by which the clock of the session is ahead of that of the path.
    """

    def __init__(
        self,
        path: list[Conditions],
        volume: int,
        prices: tuple[int, int, int, int],
        shift: float = 0.0,
    ) -> None:
        self._shift = int(shift) // 60
        self._path = path
        self._volume = volume
        self._prices = prices
        self._bars: list[Bar] | None = None

    def minutes(
        self,
        fair: Callable[[Conditions], float],
        near: Callable[[float], int],
        then: list[Bar],
    ) -> list[Bar]:
        """Return the minutes until now.

        Args:
            fair: What the contract is worth, cents.
            near: The nearest price that can be traded.
            then: The minutes since it is looked at; the first may go on with the last before.
        """
        if self._bars is None:
            self._bars = self._made(fair, near)
        if not then or not self._bars or then[0].minute != self._bars[-1].minute:
            return [*self._bars, *then]
        before, after = self._bars[-1], then[0]
        joined = Bar(before.minute, before.open)
        joined.take(min(before.low, after.low), max(before.high, after.high), after.total)
        joined.close = after.close
        return [*self._bars[:-1], joined, *then[1:]]

    def _made(self, fair: Callable[[Conditions], float], near: Callable[[float], int]) -> list[Bar]:
        first, highest, lowest, last = self._prices
        minutes = {
            minute: [min(max(near(fair(step)), lowest), highest) for step in steps]
            for minute, steps in groupby(self._path, _minute)
        }
        newest = next(reversed(minutes))
        bars: list[Bar] = []
        traded = 0
        for (minute, values), total in zip(minutes.items(), self._totals(minutes), strict=True):
            if total == traded and minute != newest:
                continue  # nobody traded
            traded = total
            bar = Bar(_text(minute + self._shift), values[0])
            bar.take(min(values), max(values), total)
            bar.close = values[-1]
            bars.append(bar)
        bars[0].open, bars[-1].close = first, last
        for bar in bars:
            bar.high = max(bar.high, bar.open, bar.close)
            bar.low = min(bar.low, bar.open, bar.close)
        max(bars, key=lambda bar: bar.high).high = highest
        min(bars, key=lambda bar: bar.low).low = lowest
        return bars

    def _totals(self, minutes: dict[int, list[int]]) -> list[int]:
        """Contracts until the end of each minute: more at the opening, and where prices moved."""
        opened, now = self._path[0].seconds, self._path[-1].seconds
        moves = [max(values) - min(values) for values in minutes.values()]
        usual = max(1.0, sum(moves) / len(moves))
        shares, before = [], 0.0
        for minute, move in zip(minutes, moves, strict=True):
            until = (min(60.0 * (minute + 1), now) - opened) ** 0.75
            shares.append((until - before) * (0.3 + move / usual))
            before = until
        whole = sum(shares)
        if whole <= 0.0:  # it has opened this moment
            return [0] * (len(shares) - 1) + [self._volume]
        totals = [int(self._volume * so_far / whole) for so_far in accumulate(shares)]
        totals[-1] = self._volume
        return totals


class Minutes:
    """The minutes of a contract's day.

    Args:
        shift: Seconds by which the clock of the session is ahead of that of the conditions.

    Attributes:
        opening: What it traded before it was first looked at.
    """

    def __init__(self, shift: float) -> None:
        self.opening: Opening | None = None
        self._shift = shift
        self._bars: list[Bar] = []

    def mark(self, minute: str, first: int, last: int, total: int) -> None:
        """Take in an order of a minute "0905", after which the day has so many contracts."""
        bars = self._bars
        if not bars or bars[-1].minute != minute:
            bars.append(Bar(minute, first))
        bars[-1].take(first, last, total)

    def skip(self, seconds: float, price: int, total: int) -> None:
        """Take in where it stood at a moment at which nobody looked."""
        self.mark(_text(int(seconds + self._shift) // 60), price, price, total)

    def told(self, fair: Callable[[Conditions], float], near: Callable[[float], int]) -> list[Bar]:
        """Return all of them until now; the arguments are those of `Opening.minutes`."""
        if self.opening is None:
            return self._bars
        return self.opening.minutes(fair, near, self._bars)


def _text(minute: int) -> str:
    return f"{minute // 60:02}{minute % 60:02}"


def _minute(step: Conditions) -> int:
    return int(step.seconds) // 60
