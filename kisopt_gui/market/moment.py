"""What time it is on the market: Seoul's time, or the own time of a source that makes its day."""

from datetime import date, datetime, time, timedelta

from kisopt_gui.market.hours import seoul
from kisopt_gui.market.overview import newest_time
from kisopt_gui.market.store import Store

_HALF_A_DAY_S = 43_200.0
_LEARNING_S = 2.0
"""Monotonic seconds between two records from which the speed of a source's clock is told."""

_FASTEST = 1000.0


class MarketClock:
    """The market's clock.

    A simulated source has a day and a clock of its own: it is where its newest
    record stood, and goes on from there at the speed seen so far. Seoul's time is
    that of this machine, for a record may be hours old while the market is closed.

    Attributes:
        simulated: Whether the source makes its own time.
        today: The day that a simulated source is on, None before it said so.
        night: Whether the window shows the night session: its streams, its prices.
    """

    def __init__(self) -> None:
        self.simulated = False
        self.night = False
        self.today: date | None = None
        self._told: tuple[datetime, float, float] | None = None
        self._first: tuple[float, float] | None = None
        self._last = (float("nan"), float("nan"))
        self._midnights = 0

    def begin(self, today: date, wall: float) -> None:
        """Take the source's trading day; one that is not Seoul's means that it is simulated."""
        if today == self.today:
            return
        self.today = today
        self.simulated = self.simulated or today != seoul(wall).date()
        self._first = None
        self._midnights = 0

    def tell(self, clock: datetime, received: float, speed: float = 1.0) -> None:
        """Take what the source says of its clock; it holds until records tell more.

        Args:
            clock: Seoul's time there, without a zone.
            received: Monotonic seconds at which it said so.
            speed: Seconds that pass there in one of ours.
        """
        self._told = (clock, received, min(max(speed, 0.0), _FASTEST))

    def moment(self, store: Store, now: float, wall: float) -> datetime | None:
        """Seoul's clock without a zone, None while a simulated source has not told its own.

        Args:
            store: What is known.
            now: Monotonic seconds.
            wall: Seconds since the epoch.
        """
        if not self.simulated:
            return seoul(wall)
        self._look(store)
        if self.today is None:
            return None
        if self._first is None:
            return self._as_told(now)
        told, received = self._last
        seconds = told + max(0.0, now - received) * self._speed()
        midnight = datetime.combine(self.today + timedelta(days=self._midnights), time())
        return midnight + timedelta(seconds=int(seconds))

    def _as_told(self, now: float) -> datetime | None:
        if self._told is None:
            return None
        clock, received, speed = self._told
        return clock + timedelta(seconds=int(max(0.0, now - received) * speed))

    def _look(self, store: Store) -> None:
        told = newest_time(store)
        received = max((each.received for each in store.contracts()), default=float("nan"))
        if told != told or received == self._last[1]:
            return
        if self._first is not None and told < self._last[0] - _HALF_A_DAY_S:
            self._midnights += 1
            self._first = None
        elif self._first is not None and told < self._last[0] - 1.0:
            self._first = None  # a source that was started again
        self._last = (told, received)
        if self._first is None:
            self._first = self._last

    def _speed(self) -> float:
        assert self._first is not None
        passed = self._last[1] - self._first[1]
        if passed < _LEARNING_S:
            return self._told[2] if self._told is not None else 1.0
        speed = (self._last[0] - self._first[0]) / passed
        # Whole seconds on the wire make an honest clock look a little off.
        return min(speed, _FASTEST) if speed > 1.5 else 1.0
