"""One contract's trading day, and the text of each of its trades.

Money is whole hundredths of a point everywhere ("cents"), so the identities of
docs/spec/PROTOCOL.md section 6 hold in the text itself, not nearly.

Most of a record's 50 or 58 fields change a few times a second, a trade changes
a handful: texts are put together from pieces that are kept until something in
them moves.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import ceil, exp, floor
from typing import ClassVar, NamedTuple

from kisopt_gui.simulator.bars import Bar, Minutes, Opening
from kisopt_gui.simulator.dice import Draw, normal
from kisopt_gui.simulator.past import Close
from kisopt_gui.simulator.standing import Quotes, Standing
from kisopt_gui.simulator.underlying import Conditions

_SIZES = (
    (1,) * 104 + (2,) * 44 + (3,) * 24 + (4,) * 10 + (5,) * 26 + (6, 7, 8, 9) * 2 + (10,) * 20
    + (15,) * 5 + (20,) * 7 + (30,) * 3 + (50,) * 3 + (75, 100)
)  # fmt: skip
"""Contracts of a trade, each as often as it occurs among 256."""

_MEAN_SIZE = 4.6
_AWAY = 3  # ticks that one sweep may walk through the book

_DAY_S = 7 * 3600.0
"""The trading day, 08:45 to 15:45."""

OPENS_S = 8 * 3600 + 45 * 60

Tick = Callable[[int], int]
"""Price in cents to the tick there, in cents."""


class Pieces(NamedTuple):
    """The parts of a record that stay as long as the price does, in wire order.

    Between them stand, in this order: last quantity, volume and value; the buy
    share; the strength; sizes and counts.
    """

    price: str
    state: str
    analysis: str
    quotes: str
    limits: str


class Ticker(ABC):
    """A contract: its day so far and its next trades.

    Attributes:
        code: Short code, the ``tr_key`` of its registrations.
        volume: Contracts traded today.
        heat: How lively it is at the moment, around 1.
    """

    tr_id: ClassVar[str]
    shift: ClassVar[float] = 0.0
    """Seconds by which the exchange's clock is ahead of that of the conditions (`night`)."""

    share: ClassVar[float] = 1.0
    """How much is traded against the day's session."""

    multiplier: int

    def __init__(self, code: str, draw: Draw, tick: Tick) -> None:
        self.code = code
        self.volume = 0
        self.heat = 1.0
        self._draw = draw
        self._tick = tick
        self._conditions: Conditions | None = None
        self._cache: dict[int, Pieces] = {}
        self._previous = 0
        self._previous_volume = 1
        self._last = self._open = self._high = self._low = 0
        self._turnover = 0  # cents times contracts
        self._buys = self._sells = self._bought = 0
        self._interest = self._interest_before = self._interest_step = 0
        self._counted = 0  # volume at the last change of open interest
        self._dealt = Quotes(0, 0)  # where trades happen
        self._shown = Quotes(0, 0)  # what the record says: quotes move on while a trade is reported
        self._lean = 0.0  # of the quotes to one side, in half spreads
        self._ask_size = self._bid_size = 10
        self._asks, self._bids = (int(300 + 2400 * draw()) for _ in range(2))
        self._buy_share = 0.5
        self._minutes = Minutes(self.shift)

    # what a kind of contract knows ---------------------------------------

    @abstractmethod
    def activity(self, conditions: Conditions) -> float:
        """Return how much it trades, 1 being an option at the money of the front month."""

    @abstractmethod
    def trades(self, seconds: float) -> bool:
        """Whether it trades at this time of day; the caller knows the market's own hours."""

    @abstractmethod
    def _fair(self, conditions: Conditions) -> float:
        """Return what it is worth, cents."""

    @abstractmethod
    def _analyse(self, conditions: Conditions) -> None:
        """Work out what follows from the conditions alone."""

    @abstractmethod
    def _half_spread(self, fair: float) -> float:
        """Return half the distance of the quotes, cents; more than 0."""

    @abstractmethod
    def _pieces(self, price: int) -> Pieces:
        """Return the texts of a trade at this price."""

    # the day so far ------------------------------------------------------

    def begin(
        self,
        yesterday: float,
        path: list[Conditions],
        daily: float,
        interest: int,
        close: Close | None = None,
    ) -> None:
        """Trade from the opening until now.

        Args:
            yesterday: What it was worth at yesterday's close, cents.
            path: The conditions since the opening, oldest first.
            daily: Contracts on a usual day.
            interest: Open interest at yesterday's close.
            close: How yesterday really ended, where somebody saw it.
        """
        draw = self._draw
        daily *= self.share
        self._previous = self._near(yesterday)
        self._previous_volume = max(1, int(daily * exp(0.35 * normal(draw))))
        if close is not None:
            self._previous, interest = close.price, close.interest
            self._previous_volume = close.volume or self._previous_volume
        self._interest = self._interest_before = interest
        now = path[-1]
        elapsed = now.seconds - OPENS_S
        if elapsed < 1.0:
            return
        volume = int(daily * exp(0.2 * normal(draw)) * min(1.0, elapsed / _DAY_S) ** 0.75)
        if volume < 1:
            return
        worth = [self._fair(path[0]), self._fair(now)]
        worth += [self._fair(end(path, key=_spot)) for end in (min, max)]
        seen = [self._near(fair * (1.0 + 0.006 * normal(draw))) for fair in worth]
        self._open, self._last = seen[0], seen[1]
        self._high, self._low = max(seen), min(seen)
        self._fill(volume, (self._open + self._high + self._low + self._last) // 4)
        self._interest += int(0.12 * volume * (draw() - 0.4))
        self._interest = max(self._interest, 0)
        self._counted = self.volume
        prices = (self._open, self._high, self._low, self._last)
        self._minutes.opening = Opening(path, self.volume, prices, self.shift)

    def skip(self, since: float, until: float, missed: list[Conditions]) -> None:
        """Go on trading while nobody looks: a client that comes back finds more volume.

        Args:
            since: When it was looked at last, seconds of the conditions' clock.
            until: Now, or when trading ended.
            missed: The conditions in between, oldest first.
        """
        missed = [each for each in missed if self.trades(each.seconds)]
        if not self.trades(until):
            until = missed[-1].seconds if missed else since
        if not self._last or until <= since:
            return
        before = self.volume
        self._fill(int(self._previous_volume * (until - since) / _DAY_S), self._last)
        traded = self.volume - before
        for each in missed if traded else ():
            price = self._near(self._fair(each))
            if not self._low <= price <= self._high:
                self._low, self._high = min(self._low, price), max(self._high, price)
                self._cache.clear()
            share = min((each.seconds - since) / (until - since), 1.0)
            self._minutes.skip(each.seconds, price, before + int(traded * share))

    def _fill(self, volume: int, price: int) -> None:
        share = 0.5 + 0.03 * normal(self._draw)
        bought = int(volume * share)
        self.volume += volume
        self._turnover += volume * price
        self._bought += bought
        self._buys += int(bought / _MEAN_SIZE)
        self._sells += int((volume - bought) / _MEAN_SIZE)

    # trades --------------------------------------------------------------

    def trade(self, count: int, time: str, conditions: Conditions, out: list[str]) -> None:
        """Let one order meet ``count`` others; append the text of each trade to ``out``."""
        if conditions is not self._conditions:
            self._refresh(conditions)
        draw, cache, tick = self._draw, self._cache, self._tick
        buying = draw() < self._buy_share
        price = self._dealt.ask if buying else self._dealt.bid
        if not price:
            price = self._from_other_side(buying)
        steps = 0
        code, multiplier, before = self.code, self.multiplier, self._previous_volume
        ask_size, bid_size = self._ask_size, self._bid_size
        # An empty side shows no sizes.
        asks, offered = (self._asks, 1) if self._shown.ask else (0, 0)
        bids, wanted = (self._bids, 1) if self._shown.bid else (0, 0)
        began = price
        for at in range(count):
            dice = int(draw() * 4194304.0)
            quantity = _SIZES[dice & 255]
            if steps < _AWAY and dice & 0xF00 == 0xF00:  # one in sixteen eats a level
                steps += 1
                price = price + tick(price) if buying else max(price - tick(price - 1), tick(1))
                if not at:
                    began = price
            pieces = cache.get(price) or self._at(price)
            self.volume = volume = self.volume + quantity
            self._turnover = turnover = self._turnover + price * quantity
            if buying:
                self._buys += 1
                self._bought += quantity
                ask_size -= quantity
                if ask_size <= 0:
                    ask_size = 1 + (dice >> 12) % 89
            else:
                self._sells += 1
                bid_size -= quantity
                if bid_size <= 0:
                    bid_size = 1 + (dice >> 12) % 89
            buys, sells, bought = self._buys, self._sells, self._bought
            sold = volume - bought
            out.append(
                f"{code}^{time}^{pieces.price}^{quantity}^{volume}"
                f"^{turnover * multiplier // 100000}^{pieces.state}^{bought / volume:.2f}"
                f"^{pieces.analysis}{100.0 * bought / sold if sold else 0.0:.2f}^{pieces.quotes}"
                f"^{ask_size * offered}^{bid_size * wanted}^{sells}^{buys}^{buys - sells}"
                f"^{sold}^{bought}^{asks + ask_size * offered}^{bids + bid_size * wanted}"
                f"^{100.0 * volume / before:.2f}^{pieces.limits}"
            )
            if self._interest_step:  # told once
                self._interest_step = 0
                cache.clear()
        self._last = price
        self._ask_size, self._bid_size = ask_size, bid_size
        # One order walks one way, so its first and its last price are its extremes.
        self._minutes.mark(time[:4], began, price, self.volume)

    # what is asked for ----------------------------------------------------

    def catch_up(self, time: str, conditions: Conditions) -> None:
        """Come to the present with a trade, where nobody looked for a while."""
        if self._last and self.trades(conditions.seconds):
            self.trade(1, time, conditions, [])
        else:
            self.look(conditions)

    def look(self, conditions: Conditions) -> None:
        """Have quotes, also before the first trade that is reported."""
        if self._conditions is None:
            self._refresh(conditions)

    def standing(self) -> Standing:
        """Return where the contract stands."""
        bid, ask = self._shown
        ask_size, bid_size = self._ask_size if ask else 0, self._bid_size if bid else 0
        return Standing(
            self._last,
            self._previous,
            self._open,
            self._high,
            self._low,
            self.volume,
            self._turnover * self.multiplier // 100000,
            self._interest,
            self._interest - self._interest_before,
            ask,
            bid,
            ask_size,
            bid_size,
            self._asks + ask_size if ask else 0,
            self._bids + bid_size if bid else 0,
        )

    def as_sent(self, record: str) -> str:
        """Return a record as its stream carries it."""
        return record

    def analysis(self) -> dict[str, str]:
        """Return what the broker computes of it, by the names of REST."""
        return {}

    def step(self, price: int) -> int:
        """Return the tick at a price, both in cents."""
        return self._tick(price)

    def minutes(self) -> list[Bar]:
        """Return the minutes of today in which it traded, oldest first."""
        return self._minutes.told(self._fair, self._near)

    def _at(self, price: int) -> Pieces:
        if not self._open:
            self._open = self._high = self._low = price
        if not self._low <= price <= self._high:
            self._high, self._low = max(self._high, price), min(self._low, price)
            self._cache.clear()
        pieces = self._cache[price] = self._pieces(price)
        return pieces

    def _from_other_side(self, buying: bool) -> int:
        """Return the price of a trade against a side without orders: just inside the other."""
        if buying:
            return self._dealt.bid + self._tick(self._dealt.bid)
        return max(self._dealt.ask - self._tick(self._dealt.ask - 1), self._tick(1))

    def _refresh(self, conditions: Conditions) -> None:
        draw, old = self._draw, self._conditions
        self._conditions = conditions
        self._cache.clear()
        self._analyse(conditions)
        fair = self._fair(conditions)
        half = self._half_spread(fair) * (0.8 + 0.5 * draw())
        self._lean = 0.8 * self._lean + 0.4 * (draw() - 0.5)
        lean = half * self._lean
        bid, ask = self._down(fair + lean - half), self._up(fair + lean + half)
        # A side is empty for a moment, mostly where the tick is a large part of the price.
        if draw() < 0.03 * min(1.0, 4.0 * half / (fair + 1.0)):
            bid, ask = (0, ask) if draw() < 0.6 and ask > self._tick(1) else (bid, 0)
        if not bid and not ask:
            ask = 2 * self._tick(1)
        self._shown = Quotes(bid, ask)
        # One time in eight the trade was reported after the quotes had moved on.
        if draw() >= 0.125 or not self._dealt.bid or not self._dealt.ask:
            self._dealt = self._shown
        change = 0.0 if old is None else conditions.spot - old.spot
        rising = change > 0.0 if self._rises_with_index() else change < 0.0
        self._buy_share = 0.5 + 0.12 * normal(draw) + (0.06 if rising else -0.06)
        # What stands behind the best prices comes and goes slowly.
        self._asks += int(0.08 * (3000.0 * draw() - self._asks))
        self._bids += int(0.08 * (3000.0 * draw() - self._bids))
        self._count_interest()

    def _rises_with_index(self) -> bool:
        return True  # only puts do not

    def _count_interest(self) -> None:
        traded = self.volume - self._counted
        if traded < 20 or self._draw() > 0.15:
            return
        step = int(traded * (self._draw() - 0.46) * 0.3)
        step = max(step, -self._interest)
        self._counted = self.volume
        self._interest += step
        self._interest_step = step

    # prices --------------------------------------------------------------

    def _down(self, cents: float) -> int:
        tick = self._tick(int(cents))
        return max(floor(cents / tick) * tick, 0)

    def _up(self, cents: float) -> int:
        tick = self._tick(int(cents))
        return max(ceil(cents / tick) * tick, tick)

    def _near(self, cents: float) -> int:
        tick = self._tick(int(cents))
        return max(round(cents / tick) * tick, tick)

    # texts ---------------------------------------------------------------

    def _against_the_day(self, price: int) -> str:
        """Return the nine fields about open, high and low: last less each of them."""
        return "^".join(
            f"000000^{sign(price - past)}^{points(price - past)}"
            for past in (self._open, self._high, self._low)
        )


def points(cents: int) -> str:
    """Write a price: 112050 is "1120.50"."""
    return f"{cents / 100:.2f}"


def sign(change: int) -> str:
    """Return the broker's code of a change: 2 up, 3 none, 5 down."""
    return "2" if change > 0 else "5" if change < 0 else "3"


def _spot(conditions: Conditions) -> float:
    return conditions.spot
