"""Contracts: products as data, what a short code tells, how a trader names a contract.

Source: docs/spec/PROTOCOL.md section 4; ticks and multipliers of the mini
options: the exchange's rule of 2016-01-15.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kisopt_gui.wire.streams import NIGHT_OF

_VALID = re.compile(r"[1-4A-D][0-9A-Z]{2}[0-9A-Z]{3,6}", re.ASCII)
_OPTION = re.compile(r"[23BC][0-9A-Z]{8}", re.ASCII)
_FUTURE = re.compile(r"[1A][0-9A-Z]{2}[0-9A-Z][0-9]{2}", re.ASCII)
_INDEX = re.compile(r"[0-9]{4}", re.ASCII)
_OLD_YEARS = "6789012345ABCDEFGHJKLMNPQRSTVW"
"""Year letters of the old scheme from 1996 on; 2026 is written as a digit again."""
_FIRST_NEW_YEAR = 2026

_WEEKDAYS = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Side(Enum):
    """What kind of contract it is."""

    CALL = "call"
    PUT = "put"
    FUTURE = "future"
    INDEX = "index"

    @property
    def korean(self) -> str:
        """콜, 풋, 선물, 지수."""
        return {"call": "콜", "put": "풋", "future": "선물", "index": "지수"}[self.value]

    @property
    def english(self) -> str:
        """Call, Put, Future, Index."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Product:
    """One family of contracts.

    Attributes:
        key: The broker's short name: "WKI"; "K2I" where the broker writes none.
        korean: Its name in Korean.
        english: Its name in English.
        code: The two characters behind the side in a short code.
        types: Master file types of its calls and puts, and of its futures, "" if none.
        multiplier: KRW a point.
        ticks: (from price, tick) of its options, ascending, points.
        future_tick: Tick of its futures, points; NaN if it has none.
        strike_step: Points between strikes around the money.
        underlying: Code of its index.
    """

    key: str
    korean: str
    english: str
    code: str
    types: tuple[str, str, str]
    multiplier: int
    ticks: tuple[tuple[float, float], ...]
    future_tick: float
    strike_step: float
    underlying: str

    def tick(self, price: float) -> float:
        """Return the tick of an option at a price, points; NaN for a price that is not known."""
        return next((tick for start, tick in reversed(self.ticks) if price >= start), math.nan)


_K200_TICKS = ((-math.inf, 0.01), (10.0, 0.05))
_MINI_TICKS = ((-math.inf, 0.01), (3.0, 0.02), (10.0, 0.05))

PRODUCTS: dict[str, Product] = {
    product.key: product
    for product in (
        Product(
            "K2I", "KOSPI200", "KOSPI200", "01", ("5", "6", "1"), 250_000, _K200_TICKS, 0.05, 2.5,
            "2001",
        ),
        Product(
            "MKI", "미니", "Mini", "05", ("D", "E", "B"), 50_000, _MINI_TICKS, 0.02, 2.5, "2001"
        ),
        Product(
            "WKM", "위클리 월", "Weekly Mon", "AF", ("N", "O", ""), 250_000, _K200_TICKS, math.nan,
            2.5, "2001",
        ),
        Product(
            "WKI", "위클리 목", "Weekly Thu", "09", ("L", "M", ""), 250_000, _K200_TICKS, math.nan,
            2.5, "2001",
        ),
        Product(
            "KQI", "코스닥150", "KOSDAQ150", "06", ("J", "K", ""), 10_000,
            ((-math.inf, 0.1), (50.0, 0.5)), math.nan, 25.0, "3003",
        ),
    )
}  # fmt: skip
"""Every product by its key."""

_BY_CODE = {product.code: product for product in PRODUCTS.values()}

_LETTERS = {
    "1": Side.FUTURE,
    "A": Side.FUTURE,
    "2": Side.CALL,
    "B": Side.CALL,
    "3": Side.PUT,
    "C": Side.PUT,
}
"""What a code begins with: digits until maturities of 2025, letters since. 4 and D are spreads."""

_STREAMS = {
    Side.CALL: "H0IOCNT0",
    Side.PUT: "H0IOCNT0",
    Side.FUTURE: "H0IFCNT0",
    Side.INDEX: "H0UPCNT0",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """One listed contract.

    Attributes:
        code: Short code, what is subscribed: "B01612A30".
        side: What kind it is.
        product: Its family, None if the code is of none that is known.
        strike: Index points; NaN for futures, indices and strikes that are not known.
        expiry: Last trading day, None if not known.
        month: "202612", of weeklies "2609W4", "" if not known.
        name: The master file's name of it.
        standard_code: ISIN-like code of the master file.
        night: Whether it is looked at as it trades by night, in other streams.
    """

    code: str
    side: Side
    product: Product | None
    strike: float
    expiry: date | None
    month: str
    name: str = ""
    standard_code: str = ""
    night: bool = False

    @property
    def tr_id(self) -> str:
        """The stream that carries its trades, of the day or of the night."""
        stream = _STREAMS[self.side]
        return NIGHT_OF.get(stream, stream) if self.night else stream

    @property
    def multiplier(self) -> int | None:
        """KRW a point, None for indices and products that are not known."""
        return self.product.multiplier if self.product is not None else None

    def label(self, language: str = "ko") -> str:
        """Name it as a trader does: "콜 1,085.0", "선물 202612", "KOSPI200"."""
        word = self.side.korean if language == "ko" else self.side.english
        if self.side is Side.INDEX:
            return self.name or self.code
        if self.side is Side.FUTURE:
            mini = self.product is not None and self.product.key == "MKI"
            prefix = ("미니 " if language == "ko" else "Mini ") if mini else ""
            return f"{prefix}{word} {self.month or self.code}"
        strike = f"{self.strike:,.1f}" if self.strike == self.strike else self.code
        return f"{word} {strike}"

    def expiry_label(self, language: str = "ko") -> str:
        """Say when it expires: "2026-12", of weeklies "11/26 목"; "" if not known."""
        if "W" in self.month and self.expiry is not None:
            days = _WEEKDAYS if language == "ko" else _WEEKDAYS_EN
            return f"{self.expiry:%m/%d} {days[self.expiry.weekday()]}"
        if len(self.month) == 6 and self.month.isdigit():
            return f"{self.month[:4]}-{self.month[4:]}"
        return self.month

    def days_left(self, today: date) -> int | None:
        """Calendar days until it expires, None if that is not known."""
        return (self.expiry - today).days if self.expiry is not None else None


KOSPI200 = Contract("2001", Side.INDEX, None, math.nan, None, "", "KOSPI200")
"""The index, which stands in no master file."""


def is_valid_code(code: str) -> bool:
    """Whether a text has the shape of a short code of a future, an option or an index.

    It is lenient: what the broker lists is right, even in a shape not seen before.
    """
    return bool(_VALID.fullmatch(code) or _INDEX.fullmatch(code))


def is_option_code(code: str) -> bool:
    """Whether a text has the shape of an option's short code."""
    return bool(_OPTION.fullmatch(code))


def side_of(code: str) -> Side | None:
    """Tell by its shape and first letter what a code is; None for spreads and what is no code."""
    if _INDEX.fullmatch(code):
        return Side.INDEX
    return _LETTERS.get(code[0]) if _VALID.fullmatch(code) else None


def tr_id_of(code: str) -> str | None:
    """Name the stream that carries a code; None if it is no whole code."""
    side = _side_of_whole(code)
    return _STREAMS[side] if side is not None else None


def parse_code(code: str) -> Contract | None:
    """Tell what a short code alone tells; None if it is no whole code.

    Side, product and the month of monthlies stand in it. A strike does only in
    options on the KOSPI200 below 1000 points: "745" is 745.0 and "747" is
    747.5. "A40" is a serial, and so is every suffix of a KOSDAQ150 option:
    B06610001 is 1,275.
    """
    side = _side_of_whole(code)
    if side is None:
        return None
    if side is Side.INDEX:
        name = KOSPI200.name if code == KOSPI200.code else code
        return Contract(code, Side.INDEX, None, math.nan, None, "", name)
    product = _BY_CODE.get(code[1:3])
    strike = math.nan
    if product is not None and product.underlying == KOSPI200.code:
        strike = _strike(code[6:])
    return Contract(code, side, product, strike, None, _month(code))


def _side_of_whole(code: str) -> Side | None:
    whole = any(shape.fullmatch(code) for shape in (_OPTION, _FUTURE, _INDEX))
    return side_of(code) if whole else None


def _strike(suffix: str) -> float:
    if not suffix.isdigit():
        return math.nan
    whole = int(suffix)
    # Strikes are multiples of 2.5 and the half is left out; anything else is no strike.
    return {0: float(whole), 2: whole + 0.5}.get(whole % 5, math.nan) if whole else math.nan


def _month(code: str) -> str:
    letter, digits = code[3], code[4:6]
    if not digits.isdigit() or not 1 <= int(digits) <= 12:
        return ""
    if code[0].isalpha():
        # One digit for the ten years from 2026: 6 is 2026 and 5 would be 2035.
        if not letter.isdigit():
            return ""
        return f"{_FIRST_NEW_YEAR + (int(letter) - _FIRST_NEW_YEAR) % 10}{digits}"
    year = 1996 + _OLD_YEARS.find(letter)
    return f"{year}{digits}" if letter in _OLD_YEARS and not letter.isdigit() else ""
