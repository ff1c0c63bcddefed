"""Which stretch of time the charts show, and how it follows the trades. No Qt."""

LEAST_S = 10.0
"""Shortest stretch that can be shown, seconds."""

SPANS = {"5": 300.0, "30": 1800.0, "all": float("inf")}
"""The lengths offered, by name; "all" is everything since the first trade."""

_FIRST_S = 60.0
_STEP = 0.03
_LEAD = 0.004


class Timespan:
    """The shown stretch of time, in seconds since midnight.

    While it follows, it runs ahead of the newest trade in small steps instead of
    moving with every trade: axes stay put between the steps, and what is drawn
    grows to the right into free space.

    Attributes:
        start: Left edge.
        end: Right edge.
        following: It moves with the trades.
        choice: The length chosen, a name of `SPANS`; "" after the user zoomed.
    """

    def __init__(self, choice: str = "30") -> None:
        self.start = 0.0
        self.end = _FIRST_S
        self.following = True
        self.choice = choice
        self._length = SPANS[choice]
        self._first = self._last = float("nan")
        self._placed = False

    @property
    def length(self) -> float:
        """Seconds shown."""
        return self.end - self.start

    def reach(self, first: float, last: float) -> bool:
        """Tell where the trades begin and end; return whether the stretch has moved."""
        self._first, self._last = first, last
        return self._follow()

    def choose(self, choice: str) -> None:
        """Show one of `SPANS` and follow."""
        self.choice = choice
        self._length = SPANS[choice]
        self.follow()

    def follow(self) -> None:
        """Follow the trades, at the present zoom."""
        self.following = True
        self._placed = False
        self._follow()

    def pan(self, seconds: float) -> None:
        """Move by some seconds, later if positive; a tenth of the chart keeps trades in sight."""
        self._let_go()
        if self._last == self._last:
            margin = 0.1 * self.length
            seconds = min(seconds, self._last - margin - self.start)
            seconds = max(seconds, self._first + margin - self.end)
        self.start += seconds
        self.end += seconds

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Show ``factor`` times as much; the time ``at`` stays where it is, else the right edge."""
        self._let_go()
        most = max(2 * (self._last - self._first), 3600.0) if self._last == self._last else 86400.0
        length = min(max(self.length * factor, LEAST_S), most)
        at = self.end if at is None else at
        share = (at - self.start) / self.length
        self.start = at - share * length
        self.end = self.start + length
        self.choice, self._length = "", length

    def _let_go(self) -> None:
        if self.following and self._length == float("inf"):
            self._length = self.length
        self.following = False

    def _follow(self) -> bool:
        # Restored without follow mode it has no place yet: the newest trades, once.
        if self._last != self._last or (self._placed and not self.following):
            return False
        traded = self._last - self._first
        shown = max(min(self._length, traded), _FIRST_S)
        filled = traded + _STEP * shown >= self._length
        start = self._first - _LEAD * shown
        # Minute bars that come later reach further back than the trades did.
        left = self.end - self._length if filled else start
        if (
            self._placed
            and self._last + _LEAD * shown <= self.end <= self._last + 2 * _STEP * shown
            and abs(self.start - left) <= _STEP * shown
        ):  # fmt: skip
            return False
        self._placed = True
        self.end = max(self._last + _STEP * shown, self._first + _FIRST_S)
        self.start = self.end - self._length if filled else start
        return True
