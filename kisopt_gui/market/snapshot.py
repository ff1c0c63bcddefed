"""What REST told of a contract at one moment, in the shape of a record of its stream.

A snapshot is no trade: it counts in no volume and proves no loss. It stands in
a contract's place until the stream's first record comes (`store.Store.snapshot`),
and everyone who shows it says since when it holds and that it is from REST.

Its units are the stream's. Greeks have four decimals here and two there
(docs/spec/PROTOCOL.md sections 5 and 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from kisopt_gui.market.watched import usable
from kisopt_gui.wire.codec import read_number, read_record
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Record, Stream
from kisopt_gui.wire.streams import STREAMS

_ONE_PICTURE_S = 10.0
"""Answers that are no further apart tell of one moment."""

_NEVER_ZERO = ("price", "open", "high", "low", "theoretical", "historical_volatility")

_OF_TODAYS_TRADES = (
    "price",
    "sign",
    "change",
    "change_percent",
    "open",
    "high",
    "low",
    "time_value",
    "implied_volatility",
    "mispricing",
    "mispricing_percent",
)
"""What is of the previous session while nothing was traded in this one (PROTOCOL.md section 6)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A contract as REST told it.

    Attributes:
        key: The stream that will replace it, and the code.
        text: A record of that stream as the wire would write it, "" where REST tells nothing.
        record: The same, typed; what REST does not tell is missing, never 0.
        as_of: Seoul's time at which the broker answered, "090005".
        received: Monotonic seconds of the answer.
    """

    key: Key
    text: str
    record: Record
    as_of: str
    received: float

    @property
    def stream(self) -> Stream:
        """The table of the stream whose record it stands for."""
        return STREAMS[self.key.tr_id]

    @property
    def values(self) -> list[str]:
        """Every field as the wire would write it."""
        return self.text.split("^")

    @property
    def clock(self) -> str:
        """The time of the answer as it is shown: "09:00:05"; "" if the broker gave none."""
        return f"{self.as_of[:2]}:{self.as_of[2:4]}:{self.as_of[4:]}" if self.as_of else ""

    def is_with(self, older: "Snapshot") -> bool:
        """Whether this answer and an earlier one tell of one moment of one contract."""
        return older.key == self.key and self.received - older.received <= _ONE_PICTURE_S

    def over(self, older: "Snapshot") -> "Snapshot":
        """Lay this answer over an earlier one of the same contract.

        REST spreads a contract over several answers. Of one moment they are one
        picture, as old as its oldest part; else the newer one stands alone.
        """
        if not self.is_with(older):
            return self
        pairs = zip(self.values, older.values, strict=True)
        text = "^".join(new or old for new, old in pairs)
        record = usable(read_record(STREAMS[self.key.tr_id], text))
        return replace(older, text=text, record=record)


@dataclass(frozen=True, slots=True)
class Level:
    """One step of an order book.

    Attributes:
        price: Index points, NaN if nothing stands there.
        quantity: Contracts, NaN if nothing stands there.
        orders: Orders, NaN if nothing stands there or it is not told.
    """

    price: float
    quantity: float
    orders: float


@dataclass(frozen=True, slots=True)
class Depth:
    """The five best prices of each side as REST told them.

    Attributes:
        asks: Best first.
        bids: Best first.
        accepted: Time of the newest order in it, "HHMMSS", "" if not told.
        snapshot: The best of both sides and the totals, for the row of the contract.
    """

    asks: tuple[Level, ...]
    bids: tuple[Level, ...]
    accepted: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Terms:
    """What REST tells of a contract beside its quote.

    Attributes:
        snapshot: The quote, without bid and ask.
        strike: Index points, NaN of futures.
        last_trading_day: None if not told.
        index: KOSPI200, points, NaN if not told.
    """

    snapshot: Snapshot
    strike: float
    last_trading_day: date | None
    index: float


class MinuteBar(NamedTuple):
    """What was traded in a minute.

    Attributes:
        start: Seconds since midnight in Seoul of the day on which the session began; past
            24 h after midnight.
        open: Index points, as are the next three.
        high: Highest price.
        low: Lowest price.
        close: Last price.
        volume: Contracts.
        total: Contracts of the session until the end of the minute, NaN if not known.
    """

    start: float
    open: float
    high: float
    low: float
    close: float
    volume: float
    total: float


@dataclass(frozen=True, slots=True)
class MinuteBars:
    """One page of minute bars.

    Attributes:
        key: The contract.
        bars: Minutes that were over when the broker answered, oldest first.
        received: Monotonic seconds of the answer.
    """

    key: Key
    bars: tuple[MinuteBar, ...]
    received: float


def snapshot(key: Key, told: Mapping[str, str], as_of: str, received: float) -> Snapshot:
    """Make a snapshot of what was told.

    Args:
        key: The contract.
        told: Texts by field name of the stream's record; others are passed over.
        as_of: Seoul's time of the answer, "HHMMSS".
        received: Monotonic seconds of the answer.

    Raises:
        FieldError: Text stands where a number belongs.
    """
    stream = STREAMS[key.tr_id]
    texts = {name: value.strip() for name, value in told.items() if name in stream.position}
    for name in _NEVER_ZERO:
        if _is_zero(texts.get(name, "")):
            texts[name] = ""
    if _is_zero(texts.get("volume", "")):
        texts.update(dict.fromkeys(texts.keys() & set(_OF_TODAYS_TRADES), ""))
    texts["code"] = key.code
    # A mark inside a text would shift every field behind it.
    text = "^".join(texts.get(name, "").replace("^", " ") for name in stream.position)
    return Snapshot(key, text, usable(read_record(stream, text)), as_of, received)


def _is_zero(text: str) -> bool:
    try:
        return read_number(text) == 0
    except ValueError:
        return False  # told by whoever reads the record
