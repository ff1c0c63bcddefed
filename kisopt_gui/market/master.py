"""The master file: which index futures and options are listed, with their strikes.

It is the only source of strikes: the three characters behind a code are a
serial from 1000 points up. Format: docs/spec/PROTOCOL.md section 4.
"""

import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kisopt_gui.errors import KisOptError
from kisopt_gui.market.calendar import monday_expiries, monthly_expiry, thursday_expiries
from kisopt_gui.market.contract import (
    KOSPI200,
    PRODUCTS,
    Contract,
    Product,
    Side,
    parse_code,
    side_of,
)

FILE_NAME = "fo_idx_code_mts.mst"
_FIELDS = 9
_MOST_BYTES = 32 << 20
"""The real file has less than a megabyte; a small zip can hold more than the memory does."""

_WEEKS_BACK = timedelta(weeks=8)
_WEEKS = 30
_TERM = re.compile(r"(?<!\S)(?:\d{4}W\d|20\d\d(?:0[1-9]|1[0-2]))(?!\S)", re.ASCII)
"""The month or week in a name: "C 202610 1,125.0", "위클리M C 2609W4   970.0"."""

_SIDES = (Side.CALL, Side.PUT, Side.FUTURE)
_TYPES: dict[str, tuple[Product, Side]] = {
    kind: (product, side)
    for product in PRODUCTS.values()
    for kind, side in zip(product.types, _SIDES, strict=True)
    if kind
}
_AT_THE_MONEY, _IN_THE_MONEY, _OUT_OF_THE_MONEY = "123"
_UNDERLYINGS = {"2001": "KOSPI200", "3003": "KSQ150"}
_NAMES = {"K2I": "", "MKI": "미니", "WKI": "위클리", "WKM": "위클리M ", "KQI": "코스닥150"}


class MasterError(KisOptError):
    """A master file that cannot be used; without one only whole codes can be watched."""


class DamagedMasterError(MasterError):
    """A zip that ends too early, does not match its checksum or is packed in another way."""

    english = "the master file is cut short or damaged; it will be fetched again at the next start"
    korean = "종목 마스터 파일이 잘렸거나 손상되었습니다. 다음 시작 때 다시 받습니다"


class EmptyMasterError(MasterError):
    """Something else than a master file, such as the page of a server under maintenance."""

    english = (
        "the master file lists no index future or option; "
        "it will be fetched again at the next start"
    )
    korean = "종목 마스터 파일에 지수 선물·옵션이 없습니다. 다음 시작 때 다시 받습니다"


@dataclass(frozen=True)
class Master:
    """The listed contracts.

    Attributes:
        contracts: By short code, in the file's order.
        at_the_money: Strike that the file marks at the money, by product and month. It is of
            the evening before.
        unknown: Lines of types that are not known here.
        bad: Lines that could not be read.
        night: Whether its contracts are looked at as they trade by night.
        alive: The first day on which something can still be traded: what expires before it is
            listed, and known by its code, but not offered any more.
    """

    contracts: dict[str, Contract]
    at_the_money: dict[tuple[str, str], float] = field(default_factory=dict)
    unknown: int = 0
    bad: int = 0
    night: bool = False
    alive: date = date.min

    def living(self, day: date) -> "Master":
        """Return the same contracts, of which those that expire before a day are over."""
        return self if day == self.alive else replace(self, alive=day)

    def by(self, *, night: bool) -> "Master":
        """Return the same contracts as they trade by night, or by day."""
        if night == self.night:
            return self
        turned = {code: replace(each, night=night) for code, each in self.contracts.items()}
        return replace(self, contracts=turned, night=night)

    def confirmed(self, code: str, last_trading_day: date) -> "Master":
        """Return the same contracts with the last trading day that the broker tells of one.

        It holds for all of its product and month. Days worked out from rules and the calendar
        give way: a holiday may have been announced since.
        """
        told = self.contracts.get(code)
        if told is None or not told.month or told.expiry == last_trading_day:
            return self
        contracts = {
            each.code: replace(each, expiry=last_trading_day)
            if (each.product, each.month) == (told.product, told.month)
            else each
            for each in self.contracts.values()
        }
        return replace(self, contracts=contracts)

    def get(self, code: str) -> Contract | None:
        """Facts of a code: as listed, else what the code alone tells, None if it is no code."""
        listed = self.contracts.get(code)
        if listed is not None:
            return listed
        told = parse_code(code)
        return replace(told, night=self.night) if told is not None else None

    def products(self) -> list[Product]:
        """Products with listed options."""
        listed = {
            contract.product.key
            for contract in self.contracts.values()
            if contract.product is not None and contract.side in (Side.CALL, Side.PUT)
        }
        return [product for key, product in PRODUCTS.items() if key in listed]

    def expiries(self, product: Product) -> list[date]:
        """Last trading days of a product's options, ascending."""
        days = {contract.expiry for contract in self._options(product)}
        return sorted(day for day in days if day is not None and day >= self.alive)

    def chain(self, product: Product, expiry: date) -> list[tuple[float, str, str]]:
        """Strikes of one expiry with the codes of call and put, "" if unlisted, highest first."""
        rows: dict[float, dict[Side, str]] = {}
        for contract in self._options(product):
            if contract.expiry == expiry:
                rows.setdefault(contract.strike, {})[contract.side] = contract.code
        return [
            (strike, codes.get(Side.CALL, ""), codes.get(Side.PUT, ""))
            for strike, codes in sorted(rows.items(), reverse=True)
        ]

    def front_future(self) -> Contract | None:
        """The nearest KOSPI200 future, None if none is listed."""
        futures = [
            contract
            for contract in self.contracts.values()
            if contract.side is Side.FUTURE
            and contract.product is PRODUCTS["K2I"]
            and contract.expiry is not None
            and contract.expiry >= self.alive
        ]
        return min(futures, key=lambda contract: contract.expiry or date.max, default=None)

    def _options(self, product: Product) -> list[Contract]:
        return [
            contract
            for contract in self.contracts.values()
            if contract.product is product and contract.side in (Side.CALL, Side.PUT)
        ]


def parse_master(data: bytes, today: date) -> Master:
    """Read the master file, zipped or not.

    Args:
        data: The file's bytes.
        today: The trading day; weekly labels are matched to expiries around it.

    Raises:
        DamagedMasterError: It is a zip that is cut short or damaged.
        EmptyMasterError: It lists nothing that is known: it is no master file.
    """
    terms = _Terms(today)
    contracts: dict[str, Contract] = {KOSPI200.code: KOSPI200}
    money: dict[tuple[str, str], float] = {}
    unknown = bad = 0
    for line in _unpacked(data).split("\n"):
        parts = line.split("|")
        if len(parts) < _FIELDS:
            bad += bool(line.strip())
            continue
        kind = _TYPES.get(parts[0].strip())
        if kind is None or _is_other_future(parts, *kind):
            unknown += 1
            continue
        contract = _contract(parts, *kind, terms)
        if contract is None:
            bad += 1
            continue
        contracts[contract.code] = contract
        if parts[4].strip() == _AT_THE_MONEY:
            money[kind[0].key, contract.month] = contract.strike
    if len(contracts) == 1:
        raise EmptyMasterError
    return Master(contracts, money, unknown, bad)


def write_master(contracts: Iterable[Contract], index: float = math.nan) -> bytes:
    """Write a master file as the broker serves it, zipped; the same contracts give the same bytes.

    Args:
        contracts: What is listed; what a master file has no type for, and options whose strike
            is not known, are left out. One without a name gets the name that it would have.
        index: Underlying that decides what is marked at the money, NaN marks nothing.
    """
    import zipfile  # takes a while to import, and the window's first paint needs none of it

    listed = [
        (contract, contract.product, kind)
        for contract in contracts
        if contract.product is not None and (kind := _kind(contract, contract.product))
    ]
    strikes: dict[tuple[str, str], list[float]] = {}
    months: dict[str, set[str]] = {}
    for contract, product, _ in listed:
        if contract.side is Side.FUTURE:
            months.setdefault(product.key, set()).add(contract.month)
        else:
            strikes.setdefault((product.key, contract.month), []).append(contract.strike)
    nearest = {
        place: min(listed_strikes, key=lambda strike: abs(strike - index))
        for place, listed_strikes in strikes.items()
    }
    lines = []
    for contract, product, kind in listed:
        name = contract.name or _name(contract, product)
        if contract.side is Side.FUTURE:
            rank = sorted(months[product.key]).index(contract.month) + 1
            numbers = f" |00000.00|{rank}"
        else:
            money = _money(contract, nearest[product.key, contract.month], index)
            numbers = f"{money}|{contract.strike:08.2f}| "
        lines.append(
            f"{kind}|{contract.code}|{contract.standard_code}|{name}|{numbers}|"
            f"{product.underlying}|{_UNDERLYINGS[product.underlying]}\n"
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(FILE_NAME, (2026, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, "".join(lines).encode("cp949"))
    return packed.getvalue()


class _Terms:
    """Last trading days by product and by the month or week in a name."""

    def __init__(self, today: date) -> None:
        start = today - _WEEKS_BACK  # a file that is kept for some days lists what has expired
        self._known: dict[tuple[str, str], date | None] = {
            (key, label): day
            for key, expiries in (
                ("WKI", thursday_expiries(start, _WEEKS)),
                ("WKM", monday_expiries(start, _WEEKS)),
            )
            for label, day in expiries
        }

    def expiry(self, key: str, label: str) -> date | None:
        try:
            return self._known[key, label]
        except KeyError:
            monthly = label.isdigit()
            day = monthly_expiry(int(label[:4]), int(label[4:])) if monthly else None
            self._known[key, label] = day
            return day


def _unpacked(data: bytes) -> str:
    import zipfile
    import zlib

    if data[:2] != b"PK":
        return data.decode("cp949", "replace")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = archive.infolist()[0]
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile("packed in a way that the broker does not use")
            with archive.open(entry) as file:
                raw = file.read(_MOST_BYTES)
    except (
        zipfile.BadZipFile,
        zlib.error,
        IndexError,  # no file in it
        EOFError,
        ValueError,
        OSError,
        RuntimeError,  # an encrypted entry
    ):
        raise DamagedMasterError from None
    return raw.decode("cp949", "replace")


def _contract(parts: list[str], product: Product, side: Side, terms: _Terms) -> Contract | None:
    code, name = parts[1].strip(), parts[3].strip()
    if side_of(code) is not side:
        return None
    try:
        strike = float(parts[5])
    except ValueError:
        return None
    if side is Side.FUTURE:
        strike = math.nan
    elif not 0.0 < strike < math.inf:
        return None
    found = _TERM.search(name)
    label = found[0] if found is not None else ""
    expiry = terms.expiry(product.key, label) if label else None
    return Contract(code, side, product, strike, expiry, label, name, parts[2].strip())


def _is_other_future(parts: list[str], product: Product, side: Side) -> bool:
    # Type 1 is a future on any index, not only on the KOSPI200.
    return side is Side.FUTURE and parts[7].strip() != product.underlying


def _kind(contract: Contract, product: Product) -> str:
    """Return the file's type of a contract, "" for what it cannot list."""
    if contract.side not in _SIDES:
        return ""
    known = contract.side is Side.FUTURE or contract.strike == contract.strike
    return product.types[_SIDES.index(contract.side)] if known else ""


def _name(contract: Contract, product: Product) -> str:
    head = _NAMES[product.key]
    if contract.side is Side.FUTURE:
        return f"{head}F {contract.month}"
    letter = "C" if contract.side is Side.CALL else "P"
    strike = f"{contract.strike:5,.0f}" if product.key == "KQI" else f"{contract.strike:7,.1f}"
    return f"{head}{letter} {contract.month} {strike}"


def _money(contract: Contract, nearest: float, index: float) -> str:
    if index != index:
        return " "
    if contract.strike == nearest:
        return _AT_THE_MONEY
    call = contract.side is Side.CALL
    inside = contract.strike < index if call else contract.strike > index
    return _IN_THE_MONEY if inside else _OUT_OF_THE_MONEY
