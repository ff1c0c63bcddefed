"""The market at a glance: index, future, basis, at-the-money volatility, days left."""

from dataclasses import dataclass
from datetime import date
from time import perf_counter

from kisopt_gui.market.contract import PRODUCTS, Contract, Side, parse_code
from kisopt_gui.market.master import Master
from kisopt_gui.market.store import Store
from kisopt_gui.market.watched import Watched
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import MISSING, Record
from kisopt_gui.wire.streams.h0ifcnt0 import FutureRecord
from kisopt_gui.wire.streams.h0iocnt0 import OptionRecord
from kisopt_gui.wire.streams.h0upcnt0 import IndexTick

INDEX_KEY = Key("H0UPCNT0", "2001")
"""KOSPI200, the underlying of the options."""

_OPTIONS = ("H0IOCNT0", "H0EUCNT0")
_FUTURES = ("H0IFCNT0", "H0MFCNT0")

FRESH_S = 60.0
_AGREE = 0.051


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its change against the previous close.

    Attributes:
        price: Index points, NaN if unknown.
        change: Index points.
        percent: Percent.
        sign: The broker's sign code.
        age: Seconds since it came.
        derived: Whether it was worked out from option records.
        rest: Seoul's time at which REST told it, "09:00:05"; "" if the stream did.
    """

    price: float = MISSING
    change: float = MISSING
    percent: float = MISSING
    sign: str = ""
    age: float = MISSING
    derived: bool = False
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands in the head of the window.

    Attributes:
        index: KOSPI200.
        future: The nearest watched future, of two the full-size one.
        future_code: Its short code, "" if none is watched.
        call_iv: Implied volatility of the at-the-money call, percent.
        put_iv: The same of the put.
        iv_age: Seconds since the older of the two came, NaN if neither is known.
        strike: The at-the-money strike they belong to.
        expiry: Its last trading day.
        days_left: Calendar days until then.
        time: Exchange time of the newest record, "HHMMSS", "" before the first.
    """

    index: Quote
    future: Quote
    future_code: str
    call_iv: float
    put_iv: float
    iv_age: float
    strike: float
    expiry: date | None
    days_left: int | None
    time: str

    @property
    def basis(self) -> float:
        """Future less index, points."""
        return self.future.price - self.index.price


def implied_index(record: OptionRecord) -> float:
    """Work out the index from an option record; NaN if its two ways to it disagree.

    Underlying = last less market basis = theoretical less theoretical basis
    (docs/spec/PROTOCOL.md section 6).
    """
    market = record.price - record.market_basis
    theory = record.theoretical - record.theoretical_basis
    return market if abs(market - theory) <= _AGREE and market > 0 else MISSING


def newest_time(store: Store) -> float:
    """Exchange time of the newest record, seconds since midnight in Seoul; NaN if unknown."""
    text = _newest_text(store)
    if len(text) != 6 or not text.isascii() or not text.isdigit():
        return MISSING
    return float(int(text[:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:]))


def underlying(store: Store) -> float:
    """The index; the near future where no index came, or only an old one; NaN if none is known.

    By night the index stands where it closed while the future moves on.
    """
    index = _index(store, _of_index(store, _OPTIONS))
    if index.age <= FRESH_S and not index.rest:
        return index.price
    future = _quote(store, _near_future(store))
    is_better = index.price != index.price or future.age <= FRESH_S
    return future.price if is_better and future.price == future.price else index.price


def overview(store: Store, master: Master | None, today: date) -> Overview:
    """Sum up what the store knows."""
    options = _of_index(store, _OPTIONS)
    index = _index(store, options)
    future = _near_future(store)
    call, put, iv_age, contract = _at_the_money(store, master, options, index.price)
    return Overview(
        index=index,
        future=_quote(store, future),
        future_code=future.key.code if future is not None else "",
        call_iv=call,
        put_iv=put,
        iv_age=iv_age,
        strike=contract.strike if contract is not None else MISSING,
        expiry=contract.expiry if contract is not None else None,
        days_left=contract.days_left(today) if contract is not None else None,
        time=_newest_text(store),
    )


def _newest_text(store: Store) -> str:
    newest = max(store.contracts(), key=lambda watched: watched.received, default=None)
    return newest.values[newest.stream.position["time"]] if newest is not None else ""


def _of_index(store: Store, streams: tuple[str, ...]) -> list[Watched]:
    """The contracts of streams whose underlying is KOSPI200; the streams have others too.

    A contract that came by day and by night counts once, as it came last.
    """
    found: dict[str, Watched] = {}
    for watched in store.contracts():
        contract = parse_code(watched.key.code) if watched.key.tr_id in streams else None
        product = contract.product if contract is not None else None
        if product is not None and product.underlying == INDEX_KEY.code:
            other = found.get(watched.key.code)
            if other is None or watched.received > other.received:
                found[watched.key.code] = watched
    return list(found.values())


def _near_future(store: Store) -> Watched | None:
    def place(watched: Watched) -> tuple[str, bool]:
        contract = parse_code(watched.key.code)
        assert contract is not None
        return contract.month or "9", contract.product is not PRODUCTS["K2I"]

    return min(_of_index(store, _FUTURES), key=place, default=None)


def _index(store: Store, options: list[Watched]) -> Quote:
    quote = _told_index(store)
    if quote.age <= FRESH_S and not quote.rest:
        return quote
    newest = max(options, key=lambda option: option.received, default=None)
    record = store.record(newest.key) if newest is not None else None
    if newest is None or not isinstance(record, OptionRecord):
        return quote
    price, age = implied_index(record), perf_counter() - newest.received
    if price != price or quote.age <= age:
        return quote
    return Quote(price=price, age=age, derived=True)


def _told_index(store: Store) -> Quote:
    """The index as the stream tells it, else as REST did."""
    watched = store.watched(INDEX_KEY)
    told = store.snapshot(INDEX_KEY) if watched is None else None
    if told is None or not isinstance(told.record, IndexTick):
        return _quote(store, watched)
    record = told.record
    return Quote(
        price=record.price,
        change=record.change,
        percent=record.change_percent,
        sign=record.sign,
        age=perf_counter() - told.received,
        rest=told.clock,
    )


def _quote(store: Store, watched: Watched | None) -> Quote:
    record: Record | None = store.record(watched.key) if watched is not None else None
    if watched is None or not isinstance(record, IndexTick | FutureRecord):
        return Quote()
    return Quote(
        price=record.price,
        change=record.change,
        percent=record.change_percent,
        sign=record.sign,
        age=perf_counter() - watched.received,
    )


def _at_the_money(
    store: Store, master: Master | None, options: list[Watched], index: float
) -> tuple[float, float, float, Contract | None]:
    """IV of call and put of the strike nearest the index, nearest expiry watched; how old it is."""
    if master is None or index != index:
        return MISSING, MISSING, MISSING, None
    known = [(option, master.get(option.key.code)) for option in options]
    pairs = [
        (option, contract)
        for option, contract in known
        if contract is not None
        and contract.expiry is not None
        and contract.expiry >= master.alive
        and contract.strike == contract.strike
    ]
    if not pairs:
        return MISSING, MISSING, MISSING, None
    expiry = min(contract.expiry for _, contract in pairs if contract.expiry is not None)
    near = [(option, contract) for option, contract in pairs if contract.expiry == expiry]
    nearest = min((contract for _, contract in near), key=lambda item: abs(item.strike - index))
    found, received = {Side.CALL: MISSING, Side.PUT: MISSING}, []
    for option, contract in near:
        same = contract.strike == nearest.strike and contract.product is nearest.product
        record = store.record(option.key) if same else None
        if isinstance(record, OptionRecord):
            found[contract.side] = record.implied_volatility
            received.append(option.received)
    age = perf_counter() - min(received, default=MISSING)
    return found[Side.CALL], found[Side.PUT], age, nearest
