"""What is listed: options of several expiries and futures, with codes of the scheme of 2026.

Source: docs/spec/PROTOCOL.md section 4. Below 1,000 a code ends in the strike,
from there on in a serial number that says nothing: monthly strikes are numbered
in the order in which they were listed (A48 is 1,120.0 and A49 is 1,117.5), so a
client that decodes them finds out here.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from kisopt_gui.market.calendar import monday_expiries, monthly_expiry, thursday_expiries
from kisopt_gui.market.contract import PRODUCTS, Contract, Product, Side
from kisopt_gui.market.master import write_master

_MONTHS = 6
_WEEKS = 2
_MINI_MONTHS = 2
_QUARTERS = 4

# Serials leave out what looks like a digit: BL to BZ are the 13 Mondays of 2607W1 to 2609W4.
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"
_THURSDAY = (date(2026, 7, 23), "F7")  # 2607W4
_MONDAY = (date(2026, 7, 6), "BL")  # 2607W1

_SIDES = ((Side.CALL, "B"), (Side.PUT, "C"))


class OptionFacts(NamedTuple):
    """A listed option.

    Attributes:
        code: Short code: "B01612A30".
        side: Call or put.
        product: Its family.
        strike: Index points.
        expiry: Last trading day.
        month: "202612", of weeklies "2612W1".
    """

    code: str
    side: Side
    product: Product
    strike: float
    expiry: date
    month: str


class FutureFacts(NamedTuple):
    """A listed future.

    Attributes:
        code: Short code: "A01612".
        expiry: Last trading day.
        tick: Hundredths of a point.
        multiplier: KRW a point.
    """

    code: str
    expiry: date
    tick: int
    multiplier: int


class Chain:
    """The contracts listed on a day; made when first asked for."""

    def __init__(self, today: date) -> None:
        self._today = today

    @cached_property
    def options(self) -> dict[str, OptionFacts]:
        """Every option by its short code."""
        return {facts.code: facts for facts in self._listed()}

    @cached_property
    def futures(self) -> dict[str, FutureFacts]:
        """Every future by its short code, nearest first, full size before mini."""
        quarters = [each for each in self._months(3 * _QUARTERS) if each[1] % 3 == 0]
        months = self._months(_MINI_MONTHS)
        listed = [("A01", 5, 250_000, quarters), ("A05", 2, 50_000, months)]
        return {
            code: FutureFacts(code, monthly_expiry(year, month), tick, multiplier)
            for head, tick, multiplier, expiries in listed
            for year, month in expiries
            for code in [f"{head}{year % 10}{month:02}"]
        }

    def master(self, index: float) -> bytes:
        """Return the master file, a zip.

        Args:
            index: Yesterday's close, which decides what is marked at the money.
        """
        futures = [
            Contract(
                code=each.code,
                side=Side.FUTURE,
                product=PRODUCTS["K2I" if each.code.startswith("A01") else "MKI"],
                strike=math.nan,
                expiry=each.expiry,
                month=f"{each.expiry:%Y%m}",
                name=f"{'F' if each.code.startswith('A01') else '미니F'} {each.expiry:%Y%m}",
                standard_code=standard_code(each.code),
            )
            for each in self.futures.values()
        ]
        options = [
            Contract(*facts, _name(facts), standard_code(facts.code))
            for facts in self.options.values()
        ]
        return write_master([*futures, *options], index)

    def _months(self, count: int) -> list[tuple[int, int]]:
        """Return year and month of the next monthly expiries."""
        found: list[tuple[int, int]] = []
        year, month = self._today.year, self._today.month
        while len(found) < count:
            if monthly_expiry(year, month) >= self._today:
                found.append((year, month))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return found

    def _listed(self) -> Iterator[OptionFacts]:
        for at, (year, month) in enumerate(self._months(_MONTHS)):
            middle, label = f"{year % 10}{month:02}", f"{year}{month:02}"
            numbered = _near_month() if at < 2 else _far_month()
            expiry = monthly_expiry(year, month)
            yield from _options("K2I", middle, label, expiry, numbered)
            if at < _MINI_MONTHS:
                strikes = _codes(sorted(strike for strike, _ in numbered))
                yield from _options("MKI", middle, label, expiry, strikes)
        week = _codes(_steps(960.0, 1210.0, 2.5))
        for label, expiry in thursday_expiries(self._today, _WEEKS):
            # Before a holiday it is brought forward, but it is still that Thursday's.
            thursday = expiry + timedelta(days=(3 - expiry.weekday()) % 7)
            serial = _serial(_THURSDAY, _regular_thursdays(_THURSDAY[0], thursday))
            yield from _options("WKI", f"{serial}W", label, expiry, week)
        for label, expiry in monday_expiries(self._today, _WEEKS):
            monday = expiry - timedelta(days=expiry.weekday())
            serial = _serial(_MONDAY, (monday - _MONDAY[0]).days // 7)
            yield from _options("WKM", f"{serial}W", label, expiry, week)


def standard_code(code: str) -> str:
    """Return the ISIN of a short code of the scheme of 2026.

    The month becomes one character and the "W" of a weekly is left out.
    """
    body = code[:6].rstrip("W")
    if body[4:6].isdigit():
        body = body[:4] + "0123456789ABC"[int(body[4:6])]
    text = f"KR4{body}{code[6:] or '000'}"
    digits = "".join(str(int(each, 36)) for each in text)
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if at % 2 else 2)
        total += value // 10 + value % 10
    return f"{text}{-total % 10}"


def _name(facts: OptionFacts) -> str:
    word = {"MKI": "미니", "WKI": "위클리", "WKM": "위클리M "}.get(facts.product.key, "")
    side = "C" if facts.side is Side.CALL else "P"
    return f"{word}{side} {facts.month} {facts.strike:7,.1f}"


def _options(
    key: str, middle: str, month: str, expiry: date, numbered: Iterable[tuple[float, str]]
) -> Iterator[OptionFacts]:
    product = PRODUCTS[key]
    for strike, suffix in numbered:
        for side, letter in _SIDES:
            code = f"{letter}{product.code}{middle}{suffix}"
            yield OptionFacts(code, side, product, strike, expiry, month)


def _near_month() -> list[tuple[float, str]]:
    """Strikes that were listed bit by bit as the month came near and the index rose."""
    first = [*_steps(1000.0, 1060.0, 5.0), *_steps(1002.5, 1057.5, 5.0)]
    rising = _steps(1062.5, 1180.0, 2.5)
    pairs = [strike for at in range(0, len(rising), 2) for strike in rising[at : at + 2][::-1]]
    return [
        *_codes(_steps(900.0, 997.5, 2.5)),
        *_numbered([*first, *pairs, *_steps(1185.0, 1260.0, 5.0)]),
    ]


def _far_month() -> list[tuple[float, str]]:
    """Strikes 5 points apart, every second one listed later."""
    return [
        *_codes(_steps(850.0, 995.0, 5.0)),
        *_numbered([*_steps(1000.0, 1300.0, 10.0), *_steps(1005.0, 1295.0, 10.0)]),
    ]


def _codes(strikes: Iterable[float]) -> list[tuple[float, str]]:
    """Give each strike its code: its digits below 1,000, above that its place in order."""
    listed = list(strikes)
    low = [(strike, f"{int(strike):03}") for strike in listed if strike < 1000.0]
    return [*low, *_numbered(strike for strike in listed if strike >= 1000.0)]


def _numbered(strikes: Iterable[float]) -> list[tuple[float, str]]:
    return [(strike, f"{'AB'[at // 99]}{at % 99 + 1:02}") for at, strike in enumerate(strikes)]


def _steps(first: float, last: float, step: float) -> list[float]:
    return [first + step * at for at in range(round((last - first) / step) + 1)]


def _serial(known: tuple[date, str], steps: int) -> str:
    """Return the serial so many expiries after a known one."""
    base = len(_LETTERS)
    start = _LETTERS.index(known[1][0]) * base + _LETTERS.index(known[1][1])
    high, low = divmod(start + steps, base)
    return _LETTERS[high % base] + _LETTERS[low]


def _regular_thursdays(start: date, end: date) -> int:
    """Count the weekly expiries after ``start`` until ``end``, negative backwards.

    The second Thursday of a month is the monthly options' own.
    """
    if end < start:
        return -_regular_thursdays(end, start)
    days = (start + timedelta(days=each) for each in range(7, (end - start).days + 1, 7))
    return sum(not 8 <= day.day <= 14 for day in days)
