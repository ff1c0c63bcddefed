"""The order book of one contract: the five best prices of each side at one moment.

A book is shown as it was told. Nothing in it is repaired: a crossed one is
marked, a step that is not there is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from kisopt_gui.market.snapshot import Depth, Level
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import BOOK_OF, NIGHT_OF
from kisopt_gui.wire.streams.h0ioasp0 import BookRecord

STEPS = 5
"""Prices a side."""

_TRADES_OF = {book: trades for trades, book in BOOK_OF.items()}
_DAY_OF = {night: day for day, night in NIGHT_OF.items()}


@dataclass(frozen=True, slots=True)
class Book:
    """The order book of one contract. What was not told is NaN, never 0.

    Attributes:
        key: Its stream, also if REST told it, and the code.
        time: Time of the newest change in it, "HHMMSS" as sent, "" if not told.
        received: Monotonic seconds of the message that brought it.
        asks: Five steps, best first; one that holds nothing is NaN.
        bids: The same.
        ask_quantity: Contracts on offer at all prices.
        bid_quantity: Contracts bid for at all prices.
        ask_orders: Orders behind `ask_quantity`; by night they are not told [I].
        bid_orders: Orders behind `bid_quantity`.
        ask_change: Change of `ask_quantity`, contracts.
        bid_change: Change of `bid_quantity`, contracts.
        from_rest: Whether REST told it, not the stream.
        as_of: Seoul's time of REST's answer, "HHMMSS", "" from the stream or if not told.
    """

    key: Key
    time: str
    received: float
    asks: tuple[Level, ...]
    bids: tuple[Level, ...]
    ask_quantity: float = nan
    bid_quantity: float = nan
    ask_orders: float = nan
    bid_orders: float = nan
    ask_change: float = nan
    bid_change: float = nan
    from_rest: bool = False
    as_of: str = ""

    @classmethod
    def of_record(cls, key: Key, record: BookRecord, received: float) -> "Book":
        """Make a book of a record of the stream.

        Args:
            key: The book's stream and the code.
            record: What the stream sent.
            received: Monotonic seconds.
        """
        asks, bids = _steps(record, "ask"), _steps(record, "bid")
        return cls(
            key=key,
            time=record.time,
            received=received,
            asks=asks,
            bids=bids,
            ask_quantity=_total(record.total_ask_quantity, asks),
            bid_quantity=_total(record.total_bid_quantity, bids),
            ask_orders=_total(record.total_ask_orders, asks),
            bid_orders=_total(record.total_bid_orders, bids),
            ask_change=record.ask_quantity_change,
            bid_change=record.bid_quantity_change,
        )

    @classmethod
    def of_depth(cls, depth: Depth) -> "Book":
        """Make a book of REST's picture.

        Raises:
            ValueError: There is no book of that contract, as of an index.
        """
        told = depth.snapshot
        key = book_key(told.key)
        if key is None:
            raise ValueError(told.key)
        asks, bids = _five(depth.asks), _five(depth.bids)
        return cls(
            key=key,
            time=depth.accepted,
            received=told.received,
            asks=asks,
            bids=bids,
            ask_quantity=_total(getattr(told.record, "total_ask_quantity", nan), asks),
            bid_quantity=_total(getattr(told.record, "total_bid_quantity", nan), bids),
            from_rest=True,
            as_of=told.as_of,
        )

    @property
    def crossed(self) -> bool:
        """Whether the best bid is not below the best ask."""
        return self.bids[0].price >= self.asks[0].price

    @property
    def spread(self) -> float:
        """Best ask less best bid, points; below 0 if crossed, NaN if a side is missing."""
        return self.asks[0].price - self.bids[0].price

    @property
    def mid(self) -> float:
        """The middle of best bid and best ask, points; NaN if a side is missing or crossed."""
        return nan if self.crossed else (self.asks[0].price + self.bids[0].price) / 2

    @property
    def imbalance(self) -> float:
        """Bids' share of all contracts in the book less asks', -1 to 1; NaN if not told or none."""
        both = self.bid_quantity + self.ask_quantity
        return (self.bid_quantity - self.ask_quantity) / both if both > 0 else nan


def book_key(key: Key) -> Key | None:
    """The key of the order book of a contract whose trades are of ``key``; None if it has none."""
    tr_id = BOOK_OF.get(key.tr_id)
    return Key(tr_id, key.code) if tr_id is not None else None


def trade_key(key: Key) -> Key | None:
    """The key of the trades of the contract whose order book is ``key``; None if it is no book."""
    tr_id = _TRADES_OF.get(key.tr_id)
    return Key(tr_id, key.code) if tr_id is not None else None


def night_key(key: Key) -> Key | None:
    """The same contract, trades or book, in the night session; None if it has none, as an index."""
    return _other(key, NIGHT_OF, _DAY_OF)


def day_key(key: Key) -> Key:
    """The same contract, trades or book, in the day session."""
    return _other(key, _DAY_OF, NIGHT_OF) or key


def _other(key: Key, wanted: dict[str, str], already: dict[str, str]) -> Key | None:
    if key.tr_id in already:
        return key
    tr_id = wanted.get(key.tr_id)
    return Key(tr_id, key.code) if tr_id is not None else None


def _steps(record: BookRecord, side: str) -> tuple[Level, ...]:
    return tuple(
        _level(
            getattr(record, f"{side}{step}"),
            getattr(record, f"{side}_quantity{step}"),
            getattr(record, f"{side}_orders{step}"),
        )
        for step in range(1, STEPS + 1)
    )


def _five(levels: Sequence[Level]) -> tuple[Level, ...]:
    told = [_level(level.price, level.quantity, level.orders) for level in levels[:STEPS]]
    return (*told, *[Level(nan, nan, nan)] * (STEPS - len(told)))


def _level(price: float, quantity: float, orders: float) -> Level:
    if price != price or price == 0:
        return Level(nan, nan, nan)
    # No contracts stand there without an order: 0 means that they were not counted.
    return Level(price, quantity, nan if orders == 0 and quantity > 0 else orders)


def _total(total: float, levels: Sequence[Level]) -> float:
    """A side's total; 0 beside steps that hold something means that it was not told."""
    return nan if total == 0 and any(level.quantity > 0 for level in levels) else total
