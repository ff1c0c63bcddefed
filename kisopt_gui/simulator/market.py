"""A market that can be held in a hand: no socket, no wall clock, no global state.

The same seed and the same calls give the same bytes, on every Python version
that the program runs on.
"""

from bisect import bisect_right
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from math import exp

from kisopt_gui.market.calendar import previous_trading_day
from kisopt_gui.simulator.books import Book, book_of, write
from kisopt_gui.simulator.chain import Chain
from kisopt_gui.simulator.dice import normal, stream
from kisopt_gui.simulator.future import FutureTicker
from kisopt_gui.simulator.index import CODE as INDEX_CODE
from kisopt_gui.simulator.index import IndexTicker
from kisopt_gui.simulator.option import OptionTicker
from kisopt_gui.simulator.pace import SLICES, Pace
from kisopt_gui.simulator.past import Close, Past
from kisopt_gui.simulator.ticker import OPENS_S, Ticker
from kisopt_gui.simulator.traded import Outgoing, UnknownCodeError
from kisopt_gui.simulator.underlying import Conditions, Underlying
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import BOOK_OF

CLOSES_S = 15 * 3600 + 45 * 60
DEFAULT_SEED = 1
DEFAULT_DATE = date(2026, 11, 23)
DEFAULT_START = time(9, 5)
DEFAULT_RATE = 200.0

MOST_IN_FRAME = 20
"""Trades of one contract that share a frame."""

_STRIDE_S = 30.0  # of the path since the opening
_WEATHER = 20  # slices from one change of the conditions to the next
_FAST_WEATHER = 5  # the same when the clock runs fast
_FAST = 5.0

# Trades of one order, each as often as it occurs among 64: two in the mean, as one observer of the
# real stream counted a frame.
_BURSTS = (1,) * 38 + (2,) * 12 + (3,) * 5 + (4,) * 3 + (5, 6, 7, 9, 12, 18)

_INDEX = IndexTicker.tr_id
_OPTIONS, _FUTURES = ("H0IOCNT0", "H0EUCNT0"), ("H0IFCNT0", "H0MFCNT0")
_TRADES_OF = {book: trades for trades, book in BOOK_OF.items()}

_BOOK_EVERY = 20
"""Slices between two looks at the order books: the real ones are sampled each 0.2 s."""


class Market:
    """One trading day of KOSPI200 derivatives.

    Args:
        seed: Whose luck it is.
        date: The trading day.
        start: Time of day, Seoul; or seconds since its midnight.
        rate: Records a second of wall time over all subscribed contracts. The
            index is published once a second, whatever the rate; order books, a few
            times a second, are not counted either.
        speed: Market seconds that pass in a second of wall time.
        past: What the sessions before have left; invented if there were none.

    Attributes:
        OPTION: What an option is, and the stream of its trades.
        FUTURE: The same of a future.
        CLOSES: When nothing is traded any more, seconds by the clock of the conditions.
    """

    OPTION: type[OptionTicker] = OptionTicker
    FUTURE: type[FutureTicker] = FutureTicker
    CLOSES: float = CLOSES_S

    def __init__(
        self,
        seed: int = DEFAULT_SEED,
        date: date = DEFAULT_DATE,
        start: time | str | float = DEFAULT_START,
        rate: float = DEFAULT_RATE,
        speed: float = 1.0,
        past: Past | None = None,
    ) -> None:
        start = time.fromisoformat(start) if isinstance(start, str) else start
        if isinstance(start, time):
            start = start.hour * 3600.0 + start.minute * 60.0 + start.second
        self.date = date
        self.speed = speed
        self.chain = Chain(date)
        self._seed = seed
        self._shift = self.OPTION.shift
        self._start = start - self._shift
        self._end = self.CLOSES - 0.001  # the last moment, of the last minute still
        self._slice = 0
        self._owed_s = 0.0
        self._pace = Pace(rate, stream(seed, "pace"))
        self._balance = 0
        self._flow = stream(seed, "flow")
        self._closes = past.contracts if past is not None else {}
        self._underlying = self._opened(past)
        self._path = self._walked()
        self._tickers: dict[Key, Ticker] = {}
        self._index: IndexTicker | None = None
        self._watched: dict[Key, int] = {}
        self._books: dict[Key, str] = {}
        self._told: dict[Key, Book] = {}
        self._left: dict[Key, float] = {}
        self._lively: list[Ticker] = []
        self._weights: list[float] = []
        self._stale = False

    # registrations -----------------------------------------------------

    def knows(self, tr_id: str, code: str) -> bool:
        """Whether there is such a contract in such a stream."""
        tr_id = _TRADES_OF.get(tr_id, tr_id)
        if tr_id == _INDEX:
            return code == INDEX_CODE
        if tr_id in _FUTURES:
            return code in self.chain.futures
        return tr_id in _OPTIONS and code in self.chain.options

    def streams(self, tr_id: str) -> bool:
        """Whether there is such a stream; the other session's bring nothing."""
        return _TRADES_OF.get(tr_id, tr_id) in (*_OPTIONS, *_FUTURES, _INDEX)

    @property
    def trading_date(self) -> date:
        """The day on which the session began."""
        return self.date

    @property
    def watched(self) -> Collection[Key]:
        """What somebody watches."""
        return self._watched

    @property
    def conditions(self) -> Conditions:
        """The state of the world now."""
        return self._underlying.now

    def master(self) -> bytes:
        """Return the master file of what is listed, a zip."""
        return self.chain.master(self._underlying.yesterday.published / 100.0)

    def subscribe(self, tr_id: str, code: str) -> None:
        """Send this contract's trades from now on. Each call needs one `unsubscribe`.

        Raises:
            UnknownCodeError: There is no such contract; ask `knows` first.
        """
        key = Key(tr_id, code)
        if not self.knows(tr_id, code):
            raise UnknownCodeError(tr_id=tr_id, code=code)
        self._watched[key] = self._watched.get(key, 0) + 1
        trades = _TRADES_OF.get(tr_id)
        if trades in (self.OPTION.tr_id, self.FUTURE.tr_id):
            self._books[key] = trades
        elif self._watched[key] == 1:
            self._stale = True
            self._come_back(key)
            self._left.pop(key, None)

    def unsubscribe(self, tr_id: str, code: str) -> None:
        """Take back one `subscribe`.

        Raises:
            KeyError: It is not subscribed.
        """
        key = Key(tr_id, code)
        self._watched[key] -= 1
        if not self._watched[key]:
            del self._watched[key]
            if key.tr_id in _TRADES_OF:
                self._books.pop(key, None)
                self._told.pop(key, None)
                return
            self._stale = True
            self._left[key] = self._traded_until

    # what is asked for -------------------------------------------------

    def look(self, tr_id: str, code: str) -> Ticker:
        """Return a contract as it stands now, whether or not somebody watches it.

        Raises:
            UnknownCodeError: There is no such contract; ask `knows` first.
        """
        key = Key(tr_id, code)
        if tr_id not in (self.OPTION.tr_id, self.FUTURE.tr_id) or not self.knows(tr_id, code):
            raise UnknownCodeError(tr_id=tr_id, code=code)
        back = self._come_back(key)
        ticker = self._tickers.get(key)
        if ticker is None:
            ticker = self._tickers[key] = self._ticker(key)
            if key not in self._watched:
                self._left[key] = self._traded_until
        elif back:
            ticker.catch_up(self._text(self._traded_until), self._underlying.now)
        ticker.look(self._underlying.now)
        return ticker

    def _come_back(self, key: Key) -> bool:
        """Have a contract trade what it did while nobody looked; whether that was a while."""
        now, left, ticker = self._traded_until, self._left.get(key), self._tickers.get(key)
        if left is None or ticker is None or now - left < 1.0 or now < OPENS_S:
            return False
        if ticker.volume:
            path = self._path
            began = bisect_right(path, left, key=lambda each: each.seconds)
            ticker.skip(left, now, path[began:])
        else:  # nobody has seen it trade: its day until now is made up when it is looked at
            del self._tickers[key]
        self._left[key] = now
        return True

    @property
    def _traded_until(self) -> float:
        """Now; when the session is over, its last moment."""
        return min(self.seconds, self._end)

    def closes(self) -> dict[str, Close]:
        """Return where all that somebody has looked at stands, by code."""
        found = {}
        for key in list(self._tickers):
            stands = self.look(*key).standing()
            price = stands.last or stands.previous
            found[key.code] = Close(price, stands.volume, stands.interest)
        return found

    def underlying(self) -> dict[str, str]:
        """Return what REST tells of the index."""
        if self._index is None:
            self._index = IndexTicker(stream(self._seed, INDEX_CODE), self._so_far())
        return self._index.underlying(self._underlying.now)

    # time --------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """Time by the clock of the conditions: by day seconds since midnight, Seoul."""
        return self._start + self._slice * self.speed / SLICES

    @property
    def clock(self) -> datetime:
        """Time of the market's clock, whole seconds, Seoul."""
        seconds = int(self.seconds + self._shift)
        return datetime.combine(self.date, time()) + timedelta(seconds=seconds)

    def advance(self, seconds: float) -> list[str]:
        """Let wall time pass and return the frames that it brings, oldest first."""
        return [outgoing.text for outgoing in self.flow(seconds)]

    def flow(self, seconds: float) -> list[Outgoing]:
        """Let wall time pass and return the frames with whom they are for.

        Time passes in slices; what is less than a slice is kept for the next call.
        """
        self._owed_s += seconds * SLICES
        slices = int(self._owed_s + 1e-6)
        self._owed_s -= slices
        out: list[Outgoing] = []
        for _ in range(slices):
            self._step(out)
        return out

    # one slice -----------------------------------------------------------

    def _step(self, out: list[Outgoing]) -> None:
        now = self.seconds
        due = self._pace.next()
        weather = _WEATHER if self.speed <= _FAST else _FAST_WEATHER
        if OPENS_S <= now < self._end and self._slice % weather == 0:
            left = self._end - self._underlying.now.seconds
            conditions = self._underlying.advance(min(weather * self.speed / SLICES, left))
            if conditions.seconds - self._path[-1].seconds >= _STRIDE_S:
                self._path.append(conditions)
        second = self._slice % SLICES == 0
        self._slice += 1
        if not OPENS_S <= now < self.CLOSES:
            return
        if second or self._stale:
            self._weigh(now)
        self._balance += due.records
        if second:
            self._publish(now, due.records + due.rest, out)
        if self._lively:
            self._trade(now, due.rest, out)
        else:
            self._balance = min(self._balance, 0)  # what nobody wants is not owed
        if self._books and self._slice % _BOOK_EVERY == 0:
            self._tell_books(out)

    def _publish(self, now: float, quota: int, out: list[Outgoing]) -> None:
        key = Key(_INDEX, INDEX_CODE)
        if key not in self._watched or quota < 1:
            return
        if self._index is None:
            self._index = IndexTicker(stream(self._seed, INDEX_CODE), self._so_far())
        if self._index.moves(now):
            record = self._index.next(self._text(now), self._underlying.now)
            out.append(Outgoing(key, 1, f"0|{_INDEX}|001|{record}"))
            self._balance -= 1

    def _trade(self, now: float, rest: int, out: list[Outgoing]) -> None:
        flow, weights, lively = self._flow, self._weights, self._lively
        conditions, clock, total = self._underlying.now, self._text(now), weights[-1]
        traded: dict[Ticker, list[str]] = {}
        while self._balance > 0:
            ticker = lively[min(bisect_right(weights, flow() * total), len(lively) - 1)]
            # A burst may use what is left of the second, never the next one's.
            count = min(_BURSTS[int(flow() * 64.0)], self._balance + rest)
            records = traded.get(ticker)
            if records is None:
                records = traded[ticker] = []
            ticker.trade(count, clock, conditions, records)
            self._balance -= count
        for ticker, records in traded.items():
            key = Key(ticker.tr_id, ticker.code)
            for at in range(0, len(records), MOST_IN_FRAME):
                part = [ticker.as_sent(each) for each in records[at : at + MOST_IN_FRAME]]
                text = f"0|{key.tr_id}|{len(part):03}|{'^'.join(part)}"
                out.append(Outgoing(key, len(part), text))

    def _weigh(self, now: float) -> None:
        """Work out who trades, and how much of the flow each gets."""
        self._stale = False
        self._lively = []
        weights = []
        conditions = self._underlying.now
        for key in self._watched:
            if key.tr_id not in (self.OPTION.tr_id, self.FUTURE.tr_id):
                continue
            ticker = self._tickers.get(key)
            if ticker is None:
                ticker = self._tickers[key] = self._ticker(key)
            if ticker.trades(now):
                # Interest in a contract comes and goes within half a minute or so.
                ticker.heat *= exp(0.25 * normal(self._flow)) / ticker.heat**0.06
                ticker.heat = min(max(ticker.heat, 0.2), 6.0)
                self._lively.append(ticker)
                weights.append(ticker.activity(conditions) * ticker.heat)
        self._weights = list(accumulate(weights))

    def _ticker(self, key: Key) -> Ticker:
        draw = stream(self._seed, key.code)
        close, path = self._closes.get(key.code), self._so_far()
        if key.tr_id == self.OPTION.tr_id:
            return self.OPTION(self.chain.options[key.code], self.date, draw, path, close)
        return self.FUTURE(self.chain.futures[key.code], self.date, draw, path, close)

    def _so_far(self) -> list[Conditions]:
        return [*self._path, self._underlying.now]

    def _walked(self) -> list[Conditions]:
        """Walk from yesterday's close through the opening to the start."""
        underlying = self._underlying
        path = [underlying.yesterday, underlying.now]
        until = min(self._start, self._end)
        while underlying.now.seconds < until:
            path.append(underlying.advance(min(_STRIDE_S, until - underlying.now.seconds)))
        return path

    def _opened(self, past: Past | None) -> Underlying:
        """Open the session where the one before has left the world."""
        closed = CLOSES_S - 86400.0 * (self.date - previous_trading_day(self.date)).days
        draw = stream(self._seed, "underlying")
        if past is None:
            return Underlying(draw, OPENS_S, closed)
        return Underlying(draw, OPENS_S, closed, past.closed, past.reached)

    def _text(self, seconds: float) -> str:
        """Write a time of the conditions' clock as the exchange's; past 24 h after midnight."""
        minutes, second = divmod(int(seconds + self._shift), 60)
        return f"{minutes // 60:02}{minutes % 60:02}{second:02}"

    # order books ---------------------------------------------------------

    def _tell_books(self, out: list[Outgoing]) -> None:
        time = f"{self.clock:%H%M%S}"
        for key, trades in self._books.items():
            ticker = self.look(trades, key.code)
            if not ticker.trades(self.seconds):
                continue
            book, before = book_of(ticker), self._told.get(key)
            if book != before:
                self._told[key] = book
                record = write(key.code, time, book, before)
                out.append(Outgoing(key, 1, f"0|{key.tr_id}|001|{record}"))
