"""What the words in the search box mean: contracts, a whole list of them, or why nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kisopt_gui.market.contract import Contract, Product, is_option_code, parse_code
from kisopt_gui.market.master import Master
from kisopt_gui.market.search import parse_query, search
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.hits import Hit
from kisopt_gui.ui.subscriptions.naming import full_name, term
from kisopt_gui.wire.control import Key

LIMIT = 60
_BAD_SHOWN = 4
_WHOLE = 5
_BEGUN = re.compile(r"(?<!\d)\d{1,3}$")
_CODE = re.compile(r"(?<![0-9A-Z])[23BC][0-9A-Z]{8}(?![0-9A-Z])", re.ASCII)
_THOUSANDS = re.compile(r"(?<!\d)(\d),(\d{3})(?!\d)")
_PARTS = re.compile(r"[,;\t]+")
_LINES = re.compile(r"[\r\n\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look.

    Attributes:
        product: Only this product, None for all.
        expiry: Only this last trading day, None for all.
        underlying: Index points, NaN if not known.
    """

    product: Product | None = None
    expiry: date | None = None
    underlying: float = float("nan")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        lines: The lines to show, best first.
        sentence: What is to be said of it, "" for nothing.
        unreadable: Words of a pasted list that could not be read.
        premature: Whether the sentence is a complaint that the next letters may settle.
    """

    lines: tuple[Hit, ...] = ()
    sentence: str = ""
    unreadable: str = ""
    premature: bool = False


def find(desk: Desk, text: str, place: Place) -> Found:
    """Find what the words mean.

    Args:
        desk: Data and manners.
        text: The words; several items parted by lines, commas or tabs are a list.
        place: Where to look.
    """
    items = list(split_items(text))
    if not items:
        return Found()
    if len(items) > 1:
        return _find_list(desk, items, place)
    return _find_one(desk, items[0], place)


def split_items(text: str) -> Iterator[str]:
    """Cut words into items that each name one contract.

    Whole codes are taken out of whatever stands around them, so that lines
    copied from a table work; words that several strikes share go to each of
    them: "목 1085c 1090p".
    """
    for line in _LINES.split(_THOUSANDS.sub(r"\1\2", text)):
        codes = _CODE.findall(line.upper())
        if codes:
            yield from codes
            continue
        for part in _PARTS.split(line):
            words = part.split()
            strikes = [word for word in words if parse_query(word).strike > 0]
            if len(strikes) > 1:
                shared = [word for word in words if word not in strikes]
                yield from (" ".join([*shared, strike]) for strike in strikes)
            elif words:
                yield " ".join(words)


def _find_one(desk: Desk, text: str, place: Place) -> Found:
    texts, master = desk.texts, desk.master()
    if master is None:
        contract = _whole_code(text)
        lines = () if contract is None else (_hit(desk, contract),)
        return Found(lines, texts("subs.no_master"))
    query = parse_query(text)
    if query.unknown or query.is_empty:
        return Found(sentence=texts("subs.unreadable", query=text), premature=_is_begun(text))
    found = search(
        master,
        query,
        product=place.product,
        expiry=place.expiry,
        underlying=place.underlying,
        limit=LIMIT,
    )
    sentence = ""
    if not found and place.product is not None:
        found = search(master, query, underlying=place.underlying, limit=LIMIT)
        sentence = texts("subs.widened") if found else ""
    if not found:
        return Found(sentence=texts("subs.no_hit", query=text), premature=_is_begun(text))
    return Found(tuple(_hit(desk, contract) for contract in found), sentence)


def _find_list(desk: Desk, items: list[str], place: Place) -> Found:
    texts, master = desk.texts, desk.master()
    found: dict[str, Contract] = {}
    bad = []
    for item in items:
        contract = _whole_code(item) if master is None else _best(master, item, place)
        if contract is None:
            bad.append(item)
        else:
            found[contract.code] = contract
    contracts = list(found.values())
    keys = tuple(Key(contract.tr_id, contract.code) for contract in contracts)
    new = [key for key in keys if key not in desk.watchlist]
    unreadable = ", ".join(bad[:_BAD_SHOWN])
    if len(bad) > _BAD_SHOWN:
        unreadable += texts("subs.and_more", n=len(bad) - _BAD_SHOWN)
    name = "subs.offer" if not bad else "subs.offer_bad" if contracts else "subs.offer_none"
    sentence = texts(name, n=len(new), bad=unreadable)
    if not contracts:
        return Found((), sentence, unreadable)
    offer = Hit(keys, sentence)
    lines = (offer, *(_hit(desk, contract) for contract in contracts[:LIMIT]))
    return Found(lines, sentence if bad else "", unreadable)


def _is_begun(text: str) -> bool:
    """Whether words look as if more of them is to come: "10" is on its way to "1085c"."""
    return len(text) < _WHOLE or _BEGUN.search(text) is not None


def _best(master: Master, text: str, place: Place) -> Contract | None:
    listed = master.contracts.get(text)
    if listed is not None:
        return listed
    query = parse_query(text)
    for product, expiry in ((place.product, place.expiry), (None, None)):
        best = search(
            master,
            query,
            product=product,
            expiry=expiry,
            underlying=place.underlying,
            limit=1,
        )
        if best:
            return best[0]
    return None


def _whole_code(text: str) -> Contract | None:
    code = text.strip().upper()
    return parse_code(code) if is_option_code(code) else None


def _hit(desk: Desk, contract: Contract) -> Hit:
    language, master = desk.texts.language, desk.master()
    key = Key(contract.tr_id, contract.code)
    note = ""
    if key in desk.watchlist:
        note = desk.texts("subs.watched")
    elif master is not None and contract.code not in master.contracts:
        note = desk.texts("subs.unlisted")
    return Hit(
        keys=(key,),
        label=contract.label(language),
        term=term(contract, language),
        code=contract.code,
        note=note,
        name=full_name(contract, contract.code, language),
    )
