"""What is known of one contract or of its order book: the newest record, its age, its losses."""

from functools import lru_cache

import msgspec

from kisopt_gui.market.contract import parse_code
from kisopt_gui.market.trust import Ledger
from kisopt_gui.wire.codec import read_record
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import MISSING, Record, Stream
from kisopt_gui.wire.streams.h0iocnt0 import GREEKS, OptionRecord

WEEKLIES = ("WKI", "WKM")


def usable(record: Record) -> Record:
    """Return a record without what is known to be wrong in it: the greeks of weekly options.

    The broker works them out with a historical volatility that it has as 0 for weeklies: vega is
    about a hundred times, theta some hundred times that of a monthly (docs/spec/PROTOCOL.md
    section 6).
    """
    if not isinstance(record, OptionRecord) or not _is_weekly(record.code):
        return record
    return msgspec.structs.replace(record, **dict.fromkeys(GREEKS, MISSING))


@lru_cache(4096)  # asked with each record that is painted
def _is_weekly(code: str) -> bool:
    contract = parse_code(code)
    product = contract.product if contract is not None else None
    return product is not None and product.key in WEEKLIES


class Watched:
    """What is known of one contract, or of its order book.

    Attributes:
        key: Its stream and code.
        number: Its number in the history; a book is not in it.
        stream: The table of its stream.
        revision: Rises with every batch that brought a record of it.
        trades: Records received of it, books too.
        received: Monotonic seconds of the newest record, NaN before the first.
        text: The newest record as sent, "" before the first.
        ledger: What its cumulative volumes prove; nothing of a book.
    """

    __slots__ = (
        "_read",
        "_read_at",
        "_values",
        "key",
        "ledger",
        "number",
        "received",
        "revision",
        "stream",
        "text",
        "trades",
    )

    def __init__(self, key: Key, number: int, stream: Stream) -> None:
        self.key = key
        self.number = number
        self.stream = stream
        self.revision = 0
        self.trades = 0
        self.received = float("nan")
        self.ledger = Ledger()
        self.text = ""
        self._read_at = 0
        self._values: list[str] = []
        self._read: Record | None = None

    def update(self, text: str, received: float, trades: int) -> None:
        """Take ``text`` as the newest record, the last of ``trades`` that came."""
        self.text = text
        self.received = received
        self.trades += trades
        self.revision += 1

    def slept(self, seconds: float) -> None:
        """Let the newest record be older by a time that the clock of ages did not count."""
        self.received -= seconds

    @property
    def values(self) -> list[str]:
        """Every field of the newest record as sent, with what the broker added; [] before it."""
        if self._read_at != self.revision:
            self._read_at = self.revision
            self._read = None
            self._values = self.text.split("^")
        return self._values

    @property
    def record(self) -> Record | None:
        """The newest record, typed and checked; None before the first.

        Raises:
            FieldError: Text stands where a number belongs.
        """
        if self.values and self._read is None:
            self._read = usable(read_record(self.stream, self.text))
        return self._read
