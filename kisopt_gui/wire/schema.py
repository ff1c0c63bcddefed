"""The shape of a stream: its annotated fields, and what every reader derives from them.

A stream is one table: a ``Record`` class whose annotations carry a `Field`
each, and a `Stream` that names the few columns every tick needs. Nothing else
in the program knows a field's position.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from operator import attrgetter
from typing import Annotated, get_type_hints

import msgspec

MISSING = math.nan
"""What a number that was not sent reads as: it can never be taken for 0."""

LARGEST = 1e30
"""No number of the wire is larger, up or down: it would not fit into the history's 32 bits."""

Number = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
"""Type of a numeric field. The bounds are the decoder's; NaN, which is not within, is made here."""


class Kind(Enum):
    """What a field is, which decides how it is read, coloured and aligned."""

    CODE = "code"
    TIME = "time"
    SIGN = "sign"
    FLAG = "flag"
    PRICE = "price"
    CHANGE = "change"
    PERCENT = "percent"
    RATIO = "ratio"
    QUANTITY = "quantity"
    QUANTITY_CHANGE = "quantity change"
    AMOUNT = "amount"
    GREEK = "greek"
    VOLATILITY = "volatility"

    @property
    def is_text(self) -> bool:
        """Whether values of this kind stay text."""
        return self in (Kind.CODE, Kind.TIME, Kind.SIGN, Kind.FLAG)


class Unit(Enum):
    """The unit of a field, as the broker sends it (docs/decisions/0004)."""

    NONE = ""
    POINT = "pt"
    POINT_PER_DAY = "pt/day"
    POINT_PER_VOL = "pt/vol"
    POINT_PER_RATE = "pt/rate"
    DELTA = "pt/pt"
    GAMMA = "1/pt"
    PERCENT = "%"
    RATIO = "ratio"
    CONTRACT = "contract"
    TRADE = "trade"
    ISSUE = "issue"
    THOUSAND_SHARES = "1000 shares"
    MILLION_WON = "million won"
    THOUSAND_WON = "thousand won"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    Attributes:
        wire: The broker's name: "OPTN_PRPR".
        name: The broker's Korean name: "옵션 현재가".
        korean: The name a trader reads: "현재가".
        english: The same in English: "Last".
        unit: Unit of the number, `Unit.NONE` for text.
        decimals: The decimals it is shown with at least.
        kind: What it is.
    """

    wire: str
    name: str
    korean: str
    english: str
    unit: Unit
    decimals: int
    kind: Kind


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of the typed records: immutable, text where the wire means text, else floats."""


@dataclass(frozen=True, eq=False)
class Stream:
    """One stream: its record class and the rules that are not in the annotations.

    Attributes:
        tr_id: The broker's name of the stream: "H0IOCNT0".
        korean: What it carries, in Korean.
        english: The same in English.
        record: The typed record; its annotations are the schema.
        tick: Field names of what every tick pays for, by history column
            ("time", "price", …, see market.history).
        zero_is_missing: Fields whose 0 means that there is none.
        zeros_are_missing: Fields that are missing only if all are 0 at once; a
            single 0.00 among them is a rounded value.
        optional: How many trailing fields older servers do not send.
        zero_times: Times that the server fills with "000000" when it has none;
            the time of the trade is not among them, midnight is one.
        is_book: Whether a record is an order book: a state, of which only the
            newest counts. It is no trade and proves no loss.
    """

    tr_id: str
    korean: str
    english: str
    record: type[Record]
    tick: Mapping[str, str]
    zero_is_missing: tuple[str, ...] = ()
    zeros_are_missing: tuple[str, ...] = ()
    optional: int = 0
    zero_times: tuple[str, ...] = ("open_time", "high_time", "low_time")
    is_book: bool = False

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields in wire order, by attribute name."""
        hints = get_type_hints(self.record, include_extras=True)
        return {name: hints[name].__metadata__[-1] for name in self.record.__struct_fields__}

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of each field in a record, from 0, by attribute name."""
        return {name: at for at, name in enumerate(self.fields)}

    @cached_property
    def width(self) -> int:
        """How many fields the stream is documented with."""
        return len(self.fields)

    @cached_property
    def required(self) -> int:
        """How many fields a record must have."""
        return self.width - self.optional

    @cached_property
    def counts_trades(self) -> bool:
        """Whether the cumulative volume grows by each record's quantity; an index's are rounded."""
        return not self.is_book and self.fields[self.tick["quantity"]].unit is Unit.CONTRACT

    @cached_property
    def text_positions(self) -> frozenset[int]:
        """Places of the fields that stay text."""
        return frozenset(at for at, f in enumerate(self.fields.values()) if f.kind.is_text)

    @cached_property
    def zero_values(self) -> Callable[[Record], tuple[float, ...]]:
        """Getter of the fields whose 0 means missing."""
        return _getter(self.zero_is_missing)

    @cached_property
    def zeros_values(self) -> Callable[[Record], tuple[float, ...]]:
        """Getter of the fields whose zeros mean missing only all at once."""
        return _getter(self.zeros_are_missing)

    @cached_property
    def decode_json(self) -> Callable[[str], Record]:
        """Decoder of one record written as a JSON array of strings (see codec)."""
        return msgspec.json.Decoder(self.record, strict=False).decode

    def is_missing(self, name: str, value: object) -> bool:
        """Whether the server sent nothing in this field of a record that was read."""
        if isinstance(value, float):
            return value != value
        return value == "" or (value == "000000" and name in self.zero_times)


def _getter(names: tuple[str, ...]) -> Callable[[Record], tuple[float, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)
