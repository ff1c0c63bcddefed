"""Contracts: products as data, what a short code tells, how a trader names a contract.

Source: docs/spec/PROTOCOL.md section 4; ticks and multipliers of the mini
options: the exchange's rule of 2016-01-15.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

_VALID = re.compile(r"[1-4A-D][0-9A-Z]{2}[0-9A-Z]{3,6}", re.ASCII)
_OPTION = re.compile(r"[23BC][0-9A-Z]{8}", re.ASCII)
_FUTURE = re.compile(r"[1A][0-9A-Z]{2}[0-9A-Z]{2,3}", re.ASCII)
_INDEX = re.compile(r"[0-9]{4}", re.ASCII)
_OLD_YEARS = "6789012345ABCDEFGHJKLMNPQRSTVW"
"""Year letters of the old scheme from 1996 on; 2026 is written as a digit again."""

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
        """Return the tick of an option at a price, points."""
        return next(tick for start, tick in reversed(self.ticks) if price >= start)


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
    """

    code: str
    side: Side
    product: Product | None
    strike: float
    expiry: date | None
    month: str
    name: str = ""
    standard_code: str = ""

    @property
    def tr_id(self) -> str:
        """The stream that carries its trades."""
        return {Side.FUTURE: "H0IFCNT0", Side.INDEX: "H0UPCNT0"}.get(self.side, "H0IOCNT0")

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
    """Whether a text has the shape of a short code of a future, an option or an index."""
    return bool(_VALID.fullmatch(code) or _INDEX.fullmatch(code))


def is_option_code(code: str) -> bool:
    """Whether a text has the shape of an option's short code."""
    return bool(_OPTION.fullmatch(code))


def tr_id_of(code: str) -> str | None:
    """Name the stream that carries a code; None if it is no code."""
    if _INDEX.fullmatch(code):
        return "H0UPCNT0"
    if _OPTION.fullmatch(code):
        return "H0IOCNT0"
    if _FUTURE.fullmatch(code):
        return "H0IFCNT0"
    return None


def parse_code(code: str) -> Contract | None:
    """Tell what a short code alone tells; None if it is no code.

    Side, product and the month of monthlies stand in it. A strike does only
    below 1000: "745" is 745.0 and "747" is 747.5; "A40" is a serial.
    """
    if _INDEX.fullmatch(code):
        return KOSPI200 if code == KOSPI200.code else Contract(
            code, Side.INDEX, None, math.nan, None, "", code
        )  # fmt: skip
    if tr_id_of(code) is None:
        return None
    side = {"1": Side.FUTURE, "A": Side.FUTURE, "2": Side.CALL, "B": Side.CALL}.get(
        code[0], Side.PUT
    )
    product = next((p for p in PRODUCTS.values() if p.code == code[1:3]), None)
    strike = math.nan
    if side in (Side.CALL, Side.PUT) and code[6:].isdigit():
        whole = int(code[6:])
        strike = whole + 0.5 if whole % 5 == 2 else float(whole)
    return Contract(code, side, product, strike, None, _month(code))


def _month(code: str) -> str:
    letter, digits = code[3], code[4:6]
    if not digits.isdigit() or not 1 <= int(digits) <= 12:
        return ""
    if code[0] in "ABCD":
        return f"202{letter}{digits}" if letter.isdigit() else ""
    year = 1996 + _OLD_YEARS.find(letter)
    return f"{year}{digits}" if letter in _OLD_YEARS and not letter.isdigit() else ""
