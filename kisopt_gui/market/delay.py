"""How old the newest trade is by the exchange's clock.

The wire has whole seconds, so a delay is known to a second at best. A broker
whose clock is not the time of day, as the embedded one's, is measured against
the smallest difference of the last minute instead.
"""

DAY_S = 86_400.0
SEOUL_OFFSET_S = 9 * 3600
_SAME_CLOCK_S = 120.0
_EARLY_S = 5.0
_HALF_WINDOW_S = 30.0


class ExchangeDelay:
    """Seconds between a trade at the exchange and its arrival here.

    Attributes:
        seconds: The newest delay, NaN before the first.
        absolute: Whether the clocks agree; else the delay is against the
            smallest of the last minute.
    """

    def __init__(self) -> None:
        self.seconds = float("nan")
        self.absolute = True
        self._since = float("-inf")
        self._least = [float("inf"), float("inf")]

    def update(self, wall: float, exchange: float) -> None:
        """Take in a trade.

        Args:
            wall: Seconds since the epoch when it arrived.
            exchange: Its time, seconds since midnight in Seoul; NaN is passed over.
        """
        if exchange != exchange:
            return
        if wall - self._since > _HALF_WINDOW_S:
            self._since = wall
            self._least = [float("inf"), self._least[0]]
        of_day = (wall + SEOUL_OFFSET_S) % DAY_S
        offset = (of_day - exchange + DAY_S / 2) % DAY_S - DAY_S / 2
        self._least[0] = min(self._least[0], offset)
        self.absolute = -_EARLY_S <= offset <= _SAME_CLOCK_S
        self.seconds = max(0.0, offset if self.absolute else offset - min(self._least))
