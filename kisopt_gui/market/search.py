"""The search box's language: `1085콜`, `1085c`, `목 1085p`, `12월 1085c`, codes, or a mix.

A query is a set of facts that a contract must have. Words may stand in any
order; what is not understood makes the query match nothing, and is named.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from kisopt_gui.market.contract import KOSPI200, PRODUCTS, Contract, Product, Side, parse_code
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
    "코스피": ("K2I",),
    "코스피200": ("K2I",),
    "코스닥": ("KQI",),
    "코스닥150": ("KQI",),
    "kosdaq": ("KQI",),
    "kosdaq150": ("KQI",),
    "k200": ("K2I",),
    "kospi200": ("K2I",),
}
_WEEKLIES = ("WKI", "WKM")
_NUMBER = r"[1-9]\d{1,3}(?:\.\d{1,2})?"  # C09 begins a code: no strike begins with 0
_SIDE = r"콜|풋|calls?|puts?|c|p|ㅊ|ㅔ"
_STRIKE_SIDE = re.compile(rf"({_NUMBER})({_SIDE})?", re.IGNORECASE)
_SIDE_STRIKE = re.compile(rf"({_SIDE})({_NUMBER})", re.IGNORECASE)
_MONTH_WORD = re.compile(r"(1[0-2]|0?[1-9])월물?")
_YEAR_MONTH = re.compile(r"(20\d{2})-?(0[1-9]|1[0-2])")
_WEEK = re.compile(r"\d{4}w\d", re.IGNORECASE)
_CODE = re.compile(
    rf"[1-4A-D](?:{'|'.join(product.code for product in PRODUCTS.values())})[0-9A-Z]{{0,6}}",
    re.ASCII,
)
"""The beginning of a code of a known product: without it "day" would be one."""

_SPLIT = re.compile(r"[\s,;|/()]+")
_THOUSANDS = re.compile(r"(?<!\d)(\d),(\d{3})(?!\d)")
_LINES = re.compile(r"[\r\n]+")
_ITEMS = re.compile(r"[,;\t]+")
_NOT_OPTIONS = (Side.FUTURE, Side.INDEX)
_ORDER = {key: place for place, key in enumerate(PRODUCTS)}


@dataclass(frozen=True, slots=True)
class Query:
    """What a contract must be to be found.

    Attributes:
        code: The beginning of its code, "" for any.
        strike: Its strike, NaN for any.
        side: Its side, None for any.
        products: Keys of the products it may be of, () for any.
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
        words = (self.code, self.side, self.products, self.month, self.month_number, self.unknown)
        return not any(words) and self.strike != self.strike


def parse_query(text: str) -> Query:
    """Read what was typed."""
    query = Query()
    for word in _SPLIT.split(_plain_text(text)):
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

    Returns:
        Listed contracts; of a whole code that is not listed what the code alone tells.
    """
    if query.unknown or query.is_empty:
        return []
    if query.products or query.code or query.side in _NOT_OPTIONS:
        product = expiry = None
    elif query.month or query.month_number:
        expiry = None
    weeklies = {*query.products, product.key if product is not None else ""}.intersection(_WEEKLIES)
    found = [
        contract
        for contract in master.contracts.values()
        if _fits(contract, query, weeklies)
        and (product is None or contract.product is product)
        and (expiry is None or contract.expiry == expiry)
    ]
    if not found:
        unlisted = parse_code(query.code)
        return [unlisted] if unlisted is not None and _fits(unlisted, query, weeklies) else []
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

    Items are parted by lines, commas, semicolons or tabs, and codes and strikes
    by blanks too: "목 1085c 1090p" are two items, both of Thursday. Other words
    beside a code are its name, and of a line that has tabs and a code, a row
    copied from a table, only codes count.

    Args:
        master: The listed contracts, None before they are known: then only whole codes are found.
        text: What was pasted.

    Returns:
        What was found, each once and in order, of a strike without a side the
        call and the put; and the items that name no contract.
    """
    found: dict[str, Contract] = {}
    unreadable = []
    for item in _items(_plain_text(text)):
        contracts = _of_item(master, item)
        if not contracts:
            unreadable.append(item)
        found.update((contract.code, contract) for contract in contracts)
    return list(found.values()), unreadable


def _plain_text(text: str) -> str:
    """Compose Hangul that came in parts, as it does from a Mac, and write 1,085.0 as 1085.0."""
    return _THOUSANDS.sub(r"\1\2", unicodedata.normalize("NFC", text))


def _items(text: str) -> Iterator[str]:
    for line in _LINES.split(text):
        codes = [word for word in _SPLIT.split(line) if _is_whole_code(word)]
        if codes and "\t" in line:
            yield from codes
            continue
        for part in _ITEMS.split(line):
            yield from _items_of_part(part.split())


def _items_of_part(words: list[str]) -> Iterator[str]:
    codes = [word for word in words if _is_whole_code(word)]
    strikes = [word for word in words if word not in codes and parse_query(word).strike > 0]
    yield from codes
    if len(strikes) > 1 or (strikes and codes):
        shared = [word for word in words if word not in codes and word not in strikes]
        yield from (" ".join([*shared, strike]) for strike in strikes)
    elif words and not codes:
        yield " ".join(words)


def _of_item(master: Master | None, item: str) -> list[Contract]:
    if master is None:
        whole = parse_code(item.upper()) if _is_whole_code(item) else None
        return [whole] if whole is not None else []
    query = parse_query(item)
    if not (query.strike > 0 or query.side in _NOT_OPTIONS or _is_whole_code(query.code)):
        return []  # 목, 콜, B016: a list must say which
    found = search(master, query)
    if query.side is not None or query.code:
        return found[:1]
    return [contract for contract in found if _row(contract) == _row(found[0])]


def _row(contract: Contract) -> tuple[Product | None, date | None, float]:
    return contract.product, contract.expiry, contract.strike


def _is_whole_code(word: str) -> bool:
    # Four digits are a strike before they are an index.
    return parse_code(word.upper()) is not None and (len(word) > 4 or word == KOSPI200.code)


def _add(query: Query, word: str) -> Query:
    low = word.lower()
    told = _listed_word(query, low) or _shaped_word(query, low)
    if told is not None:
        return told
    if _CODE.fullmatch(word.upper()) or _is_whole_code(word):
        return replace(query, code=word.upper())
    for prefix in sorted(_PRODUCTS, key=len, reverse=True):
        if low.startswith(prefix):  # 목1085p, 위클리1085콜
            rest = _add(_narrowed(query, prefix), word[len(prefix) :])
            if rest.unknown == query.unknown:
                return rest
    return replace(query, unknown=(*query.unknown, word))


def _listed_word(query: Query, low: str) -> Query | None:
    if low in _SIDES:
        return replace(query, side=_SIDES[low])
    return _narrowed(query, low) if low in _PRODUCTS else None


def _narrowed(query: Query, low: str) -> Query:
    """Add a product: "위클리 목" is only Thursday's, "목 월" is either."""
    both = tuple(key for key in query.products if key in _PRODUCTS[low])
    return replace(query, products=both or query.products + _PRODUCTS[low])


def _shaped_word(query: Query, low: str) -> Query | None:
    """A word that its shape explains: a month, a week, a strike with or without its side."""
    if (match := _MONTH_WORD.fullmatch(low)) is not None:
        return replace(query, month_number=int(match[1]))
    if _WEEK.fullmatch(low):
        return replace(query, month=low.upper())
    if (match := _YEAR_MONTH.fullmatch(low)) is not None:
        return replace(query, month=match[1] + match[2])
    if low == KOSPI200.code:
        return replace(query, code=low)
    if (match := _STRIKE_SIDE.fullmatch(low)) is not None:
        number, side = match[1], match[2]
    elif (match := _SIDE_STRIKE.fullmatch(low)) is not None:
        side, number = match[1], match[2]
    else:
        return None
    return replace(query, strike=float(number), side=_SIDES[side] if side else query.side)


def _fits(contract: Contract, query: Query, weeklies: Collection[str]) -> bool:
    return (
        (query.strike != query.strike or contract.strike == query.strike)
        and (query.side is None or contract.side is query.side)
        and contract.code.startswith(query.code)
        and (not query.products or _family(contract) in query.products)
        and (not query.month or contract.month == query.month)
        and (not query.month_number or _is_of_month(contract, query.month_number, weeklies))
    )


def _family(contract: Contract) -> str:
    if contract.product is not None:
        return contract.product.key
    return "K2I" if contract.code == KOSPI200.code else ""


def _is_of_month(contract: Contract, number: int, weeklies: Collection[str]) -> bool:
    """Whether a month means this contract: a weekly only if weeklies are asked for."""
    month = contract.month
    if "W" in month:
        return _family(contract) in weeklies and month[2:4] == f"{number:02}"
    return month[4:] == f"{number:02}"


def _rank(
    contract: Contract, query: Query, underlying: float
) -> tuple[bool, bool, date, float, int, bool, str]:
    distance = abs(contract.strike - underlying)
    return (
        contract.code != query.code,
        contract.side is not Side.INDEX,
        contract.expiry or date.max,
        distance if distance == distance else 0.0,
        _ORDER.get(_family(contract), len(_ORDER)),
        contract.side is Side.PUT,
        contract.code,
    )
