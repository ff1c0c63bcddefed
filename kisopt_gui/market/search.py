"""The search box's language: `1085콜`, `1085c`, `목 1085p`, `12월 1085c`, codes, or a mix.

A query is a set of facts that a contract must have. Words may stand in any
order; what is not understood makes the query match nothing, and is named.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from kisopt_gui.market.contract import KOSPI200, Contract, Product, Side, is_valid_code, parse_code
from kisopt_gui.market.master import Master

_SIDES = {
    "콜": Side.CALL,
    "c": Side.CALL,
    "call": Side.CALL,
    "calls": Side.CALL,
    "ㅊ": Side.CALL,  # the c key under a Korean input method
    "풋": Side.PUT,
    "p": Side.PUT,
    "put": Side.PUT,
    "puts": Side.PUT,
    "ㅔ": Side.PUT,  # the p key under a Korean input method
    "선물": Side.FUTURE,
    "future": Side.FUTURE,
    "futures": Side.FUTURE,
    "지수": Side.INDEX,
    "index": Side.INDEX,
}
_PRODUCTS = {
    "목": ("WKI",),
    "thu": ("WKI",),
    "월": ("WKM",),
    "mon": ("WKM",),
    "위클리": ("WKI", "WKM"),
    "weekly": ("WKI", "WKM"),
    "미니": ("MKI",),
    "mini": ("MKI",),
    "코스닥": ("KQI",),
    "코스닥150": ("KQI",),
    "kosdaq": ("KQI",),
    "kosdaq150": ("KQI",),
    "k200": ("K2I",),
    "kospi200": ("K2I",),
}
_NUMBER = r"\d{2,4}(?:,\d{3})?(?:\.\d)?"
_SIDE = r"콜|풋|calls?|puts?|c|p|ㅊ|ㅔ"
_STRIKE_SIDE = re.compile(rf"({_NUMBER})({_SIDE})?", re.IGNORECASE)
_SIDE_STRIKE = re.compile(rf"({_SIDE})({_NUMBER})", re.IGNORECASE)
_MONTH_WORD = re.compile(r"(1[0-2]|0?[1-9])월")
_YEAR_MONTH = re.compile(r"(20\d{2})-?(0[1-9]|1[0-2])")
_WEEK = re.compile(r"\d{4}w\d", re.IGNORECASE)
_CODE = re.compile(r"[1-4A-D][0-9A-Z]{2,8}", re.ASCII)
_SPLIT = re.compile(r"[\s,;|/]+")


@dataclass(frozen=True, slots=True)
class Query:
    """What a contract must be to be found.

    Attributes:
        code: The beginning of its code, "" for any.
        strike: Its strike, NaN for any.
        side: Its side, None for any.
        products: Keys of its product, () for any.
        month: "202612", or of weeklies "2611W4", "" for any.
        month_number: 1 to 12, 0 for any.
        unknown: Words that say nothing.
    """

    code: str = ""
    strike: float = math.nan
    side: Side | None = None
    products: tuple[str, ...] = ()
    month: str = ""
    month_number: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return self == Query() or (
            replace(self, strike=0.0) == Query(strike=0.0) and self.strike != self.strike
        )


def parse_query(text: str) -> Query:
    """Read what was typed."""
    query = Query()
    for word in _SPLIT.split(text.strip()):
        if word:
            query = _add(query, word)
    return query


def search(
    master: Master,
    query: Query,
    *,
    product: Product | None = None,
    expiry: date | None = None,
    underlying: float = math.nan,
    limit: int = 40,
) -> list[Contract]:
    """Find contracts, the best first: nearest expiry, then nearest the money, calls before puts.

    Args:
        master: The listed contracts.
        query: What they must be.
        product: Only of this product, unless the query names one itself.
        expiry: Only of this last trading day, unless the query names a month or product itself.
        underlying: Index for "nearest the money", NaN if not known.
        limit: At most so many.
    """
    if query.unknown or query.is_empty:
        return []
    narrow_product = (
        product if not (query.products or query.code or query.side in _NOT_OPTIONS) else None
    )
    narrow_expiry = expiry if narrow_product is not None and not _names_month(query) else None
    found = [
        contract
        for contract in master.contracts.values()
        if _fits(contract, query)
        and (narrow_product is None or contract.product is narrow_product)
        and (narrow_expiry is None or contract.expiry == narrow_expiry)
    ]
    if not found and query.code and is_valid_code(query.code) and len(query.code) in (6, 9):
        unlisted = parse_code(query.code)
        return [unlisted] if unlisted is not None else []
    found.sort(key=lambda contract: _rank(contract, query, underlying))
    return found[:limit]


def strike_range(
    master: Master,
    product: Product,
    expiry: date,
    around: float,
    each_side: int,
    sides: Iterable[Side] = (Side.CALL, Side.PUT),
) -> list[Contract]:
    """Contracts of one expiry around the money, highest strike first, call before put.

    Args:
        master: The listed contracts.
        product: Their product.
        expiry: Their last trading day.
        around: Index points; NaN gives nothing.
        each_side: Strikes above and below the nearest.
        sides: Calls, puts or both.
    """
    chain = master.chain(product, expiry)
    if not chain or not around > 0:
        return []
    nearest = min(range(len(chain)), key=lambda at: abs(chain[at][0] - around))
    wanted = set(sides)
    return [
        master.contracts[code]
        for _, call, put in chain[max(0, nearest - each_side) : nearest + each_side + 1]
        for side, code in ((Side.CALL, call), (Side.PUT, put))
        if side in wanted and code
    ]


def parse_list(master: Master | None, text: str) -> tuple[list[Contract], list[str]]:
    """Read a pasted list of codes or queries.

    Args:
        master: The listed contracts, None before they are known: then only full codes are found.
        text: Words parted by blanks, commas, tabs or lines.

    Returns:
        What was found, and the words that were not.
    """
    found: dict[str, Contract] = {}
    unreadable = []
    for word in _SPLIT.split(text.strip()):
        if not word:
            continue
        contract = _one(master, word)
        if contract is None:
            unreadable.append(word)
        else:
            found[contract.code] = contract
    return list(found.values()), unreadable


_NOT_OPTIONS = (Side.FUTURE, Side.INDEX)


def _one(master: Master | None, word: str) -> Contract | None:
    code = word.upper()
    if master is None:
        return parse_code(code)
    if code in master.contracts:
        return master.contracts[code]
    best = search(master, parse_query(word), limit=1)
    return best[0] if best else None


def _names_month(query: Query) -> bool:
    return bool(query.month or query.month_number)


def _add(query: Query, word: str) -> Query:
    low = word.lower()
    told = _plain(query, low) or _shaped(query, low)
    if told is not None:
        return told
    if word == KOSPI200.code or _CODE.fullmatch(word.upper()):
        return replace(query, code=word.upper())
    for prefix in sorted(_PRODUCTS, key=len, reverse=True):
        if low.startswith(prefix) and len(low) > len(prefix):  # 목1085p, 위클리1085콜
            rest = _add(
                replace(query, products=query.products + _PRODUCTS[prefix]), word[len(prefix) :]
            )
            return rest if not rest.unknown else replace(query, unknown=(*query.unknown, word))
    return replace(query, unknown=(*query.unknown, word))


def _plain(query: Query, low: str) -> Query | None:
    """A word that stands in a table."""
    if low in _SIDES:
        return replace(query, side=_SIDES[low])
    if low in _PRODUCTS:
        return replace(query, products=query.products + _PRODUCTS[low])
    return None


def _shaped(query: Query, low: str) -> Query | None:
    """A word that its shape explains: a month, a week, a strike with or without its side."""
    if (match := _MONTH_WORD.fullmatch(low)) is not None:
        return replace(query, month_number=int(match[1]))
    if _WEEK.fullmatch(low):
        return replace(query, month=low.upper())
    if (match := _YEAR_MONTH.fullmatch(low)) is not None:
        return replace(query, month=match[1] + match[2])
    if low == KOSPI200.code:
        return None
    if (match := _STRIKE_SIDE.fullmatch(low)) is not None:
        number, side = match[1], match[2]
    elif (match := _SIDE_STRIKE.fullmatch(low)) is not None:
        side, number = match[1], match[2]
    else:
        return None
    strike = float(number.replace(",", ""))
    return replace(query, strike=strike, side=_SIDES[side] if side else query.side)


def _fits(contract: Contract, query: Query) -> bool:
    key = contract.product.key if contract.product is not None else ""
    return (
        contract.code.startswith(query.code)
        and (query.strike != query.strike or contract.strike == query.strike)
        and (query.side is None or contract.side is query.side)
        and (not query.products or key in query.products)
        and (not query.month or contract.month == query.month)
        and (
            not query.month_number
            or (contract.expiry is not None and contract.expiry.month == query.month_number)
        )
    )


def _rank(
    contract: Contract, query: Query, underlying: float
) -> tuple[bool, date, float, bool, str]:
    distance = abs(contract.strike - underlying)
    return (
        contract.code != query.code,
        contract.expiry or date.min,
        distance if distance == distance else 0.0,
        contract.side is Side.PUT,
        contract.code,
    )
