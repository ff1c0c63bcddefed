"""The exchange over days: a day's session, its night, the next trading day, without an end.

It is a `Market` to whoever serves it: registrations hold over the sessions, each stream brings
records in its own. When a session is over its market is let go with all its contracts, so memory
does not grow with the days. Hours and holidays are the calendar's (market/calendar.py).
"""

import datetime as dt
from datetime import datetime, time, timedelta

from kisopt_gui.market.calendar import (
    calendar,
    is_trading_day,
    next_trading_day,
    previous_trading_day,
)
from kisopt_gui.simulator.chain import Chain
from kisopt_gui.simulator.market import (
    DEFAULT_DATE,
    DEFAULT_RATE,
    DEFAULT_SEED,
    DEFAULT_START,
    Market,
)
from kisopt_gui.simulator.night import SHARE, NightMarket
from kisopt_gui.simulator.pace import SLICES
from kisopt_gui.simulator.past import Past
from kisopt_gui.simulator.ticker import Ticker
from kisopt_gui.simulator.traded import Outgoing, UnknownCodeError
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import NIGHT_OF

NIGHT_BEGINS_S = 17 * 3600 + 50 * 60
"""When the day's market gives way to the night's: its opening auction."""

DAY_BEGINS_S = 7 * 3600
"""When the next trading day's market is made: its contracts are listed, nothing is traded yet."""

_NIGHT_STREAMS = (*NIGHT_OF.values(),)


class Exchange:
    """Trading days of KOSPI200 derivatives, one after the other.

    Args:
        seed: Whose luck it is.
        date: The day on which it begins.
        start: Time of that day, Seoul.
        rate: Records a second of wall time by day; by night it is a share of that.
        speed: Market seconds that pass in a second of wall time.
    """

    def __init__(
        self,
        seed: int = DEFAULT_SEED,
        date: dt.date = DEFAULT_DATE,
        start: time | str = DEFAULT_START,
        rate: float = DEFAULT_RATE,
        speed: float = 1.0,
    ) -> None:
        start = time.fromisoformat(start) if isinstance(start, str) else start
        self.speed = speed
        self._seed = seed
        self._rate = rate
        self._watched: dict[Key, int] = {}
        self._owed_s = 0.0
        begins = start.hour * 3600.0 + start.minute * 60.0 + start.second
        day = date
        if begins < DAY_BEGINS_S or not is_trading_day(day):  # a night, or nothing, since then
            day = previous_trading_day(date)
            begins += 86_400.0 * (date - day).days
        self._night: NightMarket | None = None
        self._day = self._market(day, begins, None)
        if begins >= NIGHT_BEGINS_S and _has_night(day):
            self._fall(begins)

    def _market(self, day: dt.date, start: float, past: Past | None) -> Market:
        seed = self._seed if past is None else self._seed + day.toordinal()
        return Market(seed, day, start, self._rate, self.speed, past)

    # what a market is asked -------------------------------------------------

    @property
    def date(self) -> dt.date:
        """Today in Seoul, by the exchange's clock."""
        return self.clock.date()

    @property
    def trading_date(self) -> dt.date:
        """The day on which the session began; a night's is the day before it ends."""
        return self._day.date

    @property
    def clock(self) -> datetime:
        """Time of the exchange's clock, whole seconds, Seoul."""
        return self._now.clock

    @property
    def chain(self) -> Chain:
        """What is listed."""
        return self._day.chain

    @property
    def seconds(self) -> float:
        """Seconds since midnight of the day on which the session began."""
        market = self._now
        return market.seconds + market.OPTION.shift

    def streams(self, tr_id: str) -> bool:
        """Whether there is such a stream, in whichever session."""
        return self._day.streams(tr_id)

    def knows(self, tr_id: str, code: str) -> bool:
        """Whether there is such a contract in such a stream."""
        return self._day.knows(tr_id, code)

    def master(self) -> bytes:
        """Return the master file of what is listed, a zip."""
        return self._day.master()

    def subscribe(self, tr_id: str, code: str) -> None:
        """Send this contract's records from now on, whenever its stream brings some.

        Raises:
            UnknownCodeError: There is no such contract; ask `knows` first.
        """
        key = Key(tr_id, code)
        if not self.knows(tr_id, code):
            raise UnknownCodeError(tr_id=tr_id, code=code)
        self._watched[key] = self._watched.get(key, 0) + 1
        if self._watched[key] == 1:
            self._join(key)

    def unsubscribe(self, tr_id: str, code: str) -> None:
        """Take back one `subscribe`.

        Raises:
            KeyError: It is not subscribed.
        """
        key = Key(tr_id, code)
        self._watched[key] -= 1
        if not self._watched[key]:
            del self._watched[key]
            market = self._market_of(tr_id)
            if market is not None and key in market.watched:
                market.unsubscribe(*key)

    def look(self, tr_id: str, code: str) -> Ticker:
        """Return a contract as it stands now, of a session that is over as it closed.

        Raises:
            UnknownCodeError: There is no such contract in a session that was held.
        """
        market = self._market_of(tr_id)
        if market is None:
            raise UnknownCodeError(tr_id=tr_id, code=code)
        return market.look(tr_id, code)

    def underlying(self) -> dict[str, str]:
        """Return what REST tells of the index."""
        return self._day.underlying()

    # time -------------------------------------------------------------------

    def advance(self, seconds: float) -> list[str]:
        """Let wall time pass and return the frames that it brings, oldest first."""
        return [outgoing.text for outgoing in self.flow(seconds)]

    def flow(self, seconds: float) -> list[Outgoing]:
        """Let wall time pass and return the frames with whom they are for."""
        self._owed_s += seconds * SLICES
        out: list[Outgoing] = []
        while self._owed_s >= 1.0 - 1e-6:
            # Until the session ends at most: what comes after it is another one's.
            left = max(1, int(self._left() / self.speed * SLICES))
            slices = min(left, int(self._owed_s + 1e-6))
            self._owed_s -= slices
            out += self._now.flow(slices / SLICES)
            if self._left() <= 0.0:
                self._turn()
        return out

    def _left(self) -> float:
        """Seconds of market time until another session's market takes over."""
        if self._night is None and _has_night(self._day.date):
            ends = datetime.combine(self._day.date, time()) + timedelta(seconds=NIGHT_BEGINS_S)
        else:
            morning = next_trading_day(self._day.date)
            ends = datetime.combine(morning, time()) + timedelta(seconds=DAY_BEGINS_S)
        return (ends - self._exact).total_seconds()

    @property
    def _now(self) -> Market:
        return self._night or self._day

    @property
    def _exact(self) -> datetime:
        midnight = datetime.combine(self._day.date, time())
        return midnight + timedelta(seconds=self.seconds)

    def _turn(self) -> None:
        """Let the next session begin where the clock stands."""
        if self._night is None and _has_night(self._day.date):
            self._fall(self.seconds)
            return
        morning = next_trading_day(self._day.date)
        start = (self._exact - datetime.combine(morning, time())).total_seconds()
        self._day = self._market(morning, start, self._past())
        self._night = None
        for key in self._watched:
            self._join(key)

    def _fall(self, start: float) -> None:
        """Let the night begin."""
        day = self._day
        seed = self._seed + day.date.toordinal()
        rate = max(self._rate * SHARE * 4.0, 1.0)
        past = self._past()
        # Nobody knows what the night before traded.
        contracts = {code: close._replace(volume=0) for code, close in past.contracts.items()}
        past = past._replace(contracts=contracts)
        self._night = NightMarket(seed, day.date, start, rate, self.speed, past)
        for key in self._watched:
            self._join(key)

    def _past(self) -> Past:
        """What is left to the next session: prices of the day's close, positions of the night's."""
        contracts = self._day.closes()
        for code, close in self._night.closes().items() if self._night is not None else ():
            known = contracts.get(code)
            if known is not None:
                contracts[code] = known._replace(interest=close.interest)
        return Past(self._day.conditions, self._now.conditions, contracts)

    def _join(self, key: Key) -> None:
        """Have the market of a key's session send it; one that has expired it does not know."""
        market = self._market_of(key.tr_id)
        if market is not None and market is self._now and market.knows(*key):
            market.subscribe(*key)

    def _market_of(self, tr_id: str) -> Market | None:
        """The market whose streams these are, None if its session has not been held yet."""
        return self._night if tr_id in _NIGHT_STREAMS else self._day


def _has_night(day: dt.date) -> bool:
    return is_trading_day(day) and day not in calendar().no_night
