"""The master file: which index futures and options are listed, with their strikes.

It is the only source of strikes: the three characters behind a code are a
serial from 1000 points up. Format: docs/spec/PROTOCOL.md section 4.
"""

import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kisopt_gui.errors import KisOptError
from kisopt_gui.market.calendar import monday_expiries, monthly_expiry, thursday_expiries
from kisopt_gui.market.contract import KOSPI200, PRODUCTS, Contract, Product, Side, parse_code

FILE_NAME = "fo_idx_code_mts.mst"
_FIELDS = 9
_WEEKS = 30
_MONTH = re.compile(r"\b(20\d{2})(0[1-9]|1[0-2])\b")
_WEEK = re.compile(r"\b(\d{4}W\d)\b")
_SIDES = (Side.CALL, Side.PUT, Side.FUTURE)
_TYPES: dict[str, tuple[Product, Side]] = {
    kind: (product, side)
    for product in PRODUCTS.values()
    for kind, side in zip(product.types, _SIDES, strict=True)
    if kind
}
_AT_THE_MONEY = "1"


class MasterError(KisOptError):
    """A master file that cannot be used; the one before it stays in use."""

    english = "the master file cannot be read: {reason}; it will be fetched again at the next start"
    korean = "종목 마스터 파일을 읽을 수 없습니다({reason}). 다음 시작 때 다시 받습니다"


@dataclass(frozen=True)
class Master:
    """The listed contracts.

    Attributes:
        contracts: By short code, in the file's order.
        at_the_money: Strike that the file marks at the money, by product and month. It is of
            the evening before.
        unknown: Lines of types that are not known here.
        bad: Lines that could not be read.
    """

    contracts: dict[str, Contract]
    at_the_money: dict[tuple[str, str], float] = field(default_factory=dict)
    unknown: int = 0
    bad: int = 0

    def get(self, code: str) -> Contract | None:
        """Facts of a code: as listed, else what the code alone tells, None if it is no code."""
        return self.contracts.get(code) or parse_code(code)

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
        return sorted({c.expiry for c in self._options(product) if c.expiry is not None})

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
        MasterError: It is cut short, no master file, or lists nothing that is known.
    """
    text = _unpacked(data)
    weeks = _week_expiries(today)
    contracts: dict[str, Contract] = {KOSPI200.code: KOSPI200}
    money: dict[tuple[str, str], float] = {}
    unknown = bad = 0
    for line in text.splitlines():
        parts = line.split("|")
        if len(parts) < _FIELDS:
            bad += bool(line.strip())
            continue
        kind = _TYPES.get(parts[0].strip())
        if kind is None:
            unknown += 1
            continue
        contract = _contract(parts, *kind, weeks)
        if contract is None:
            bad += 1
            continue
        contracts[contract.code] = contract
        if parts[4].strip() == _AT_THE_MONEY:
            money[kind[0].key, contract.month] = contract.strike
    if len(contracts) == 1:
        raise MasterError(reason="it lists no index future or option")
    return Master(contracts, money, unknown, bad)


def write_master(contracts: Iterable[Contract], index: float = math.nan) -> bytes:
    """Write a master file as the broker serves it, zipped; the same contracts give the same bytes.

    Args:
        contracts: What is listed; those of no product are left out.
        index: Underlying that decides what is marked at the money, NaN marks nothing.
    """
    listed = [contract for contract in contracts if contract.product is not None]
    nearest: dict[tuple[str, str], float] = {}
    for contract in listed:
        if contract.product is not None and contract.strike == contract.strike and index == index:
            place = (contract.product.key, contract.month)
            best = nearest.get(place, math.inf)
            if abs(contract.strike - index) < abs(best - index):
                nearest[place] = contract.strike
    lines = "".join(_line(contract, nearest, index) + "\n" for contract in listed)
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(FILE_NAME, (2026, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, lines.encode("cp949"))
    return packed.getvalue()


def _unpacked(data: bytes) -> str:
    import zipfile  # takes a while to import, and the window's first paint needs none of it
    import zlib

    if data[:2] != b"PK":
        raw = data
    else:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                raw = archive.read(archive.namelist()[0])
        except (
            zipfile.BadZipFile,
            zlib.error,
            IndexError,
            EOFError,
            ValueError,
            OSError,
            RuntimeError,  # an encrypted entry, or a packing that is not known
        ):
            raise MasterError(reason="it is cut short or damaged") from None
    return raw.decode("cp949", "replace")


def _week_expiries(today: date) -> dict[tuple[str, str], date]:
    """Last trading day of every weekly label around today, by product key and label."""
    thursdays = {("WKI", label): day for label, day in thursday_expiries(today, _WEEKS)}
    mondays = {("WKM", label): day for label, day in monday_expiries(today, _WEEKS)}
    return thursdays | mondays


def _contract(
    parts: list[str], product: Product, side: Side, weeks: dict[tuple[str, str], date]
) -> Contract | None:
    code, standard, name = (part.strip() for part in parts[1:4])
    if not code:
        return None
    try:
        strike = float(parts[5])
    except ValueError:
        return None
    week, month = _WEEK.search(name), _MONTH.search(name)
    if side is Side.FUTURE:
        strike = math.nan
    elif not (math.isfinite(strike) and strike > 0):
        return None
    expiry = None
    label = ""
    if week is not None:
        label = week[1]
        expiry = weeks.get((product.key, label))
    elif month is not None:
        label = month[1] + month[2]
        expiry = monthly_expiry(int(month[1]), int(month[2]))
    return Contract(code, side, product, strike, expiry, label, name, standard)


def _line(contract: Contract, nearest: dict[tuple[str, str], float], index: float) -> str:
    product, side = contract.product, contract.side
    assert product is not None
    kind = product.types[_SIDES.index(side)]
    if side is Side.FUTURE:
        return (
            f"{kind}|{contract.code}|{contract.standard_code}|{contract.name}| |00000.00|1|"
            f"{product.underlying}|KOSPI200"
        )
    at = nearest.get((product.key, contract.month))
    money = " "
    if at is not None:
        inside = contract.strike < index if side is Side.CALL else contract.strike > index
        money = _AT_THE_MONEY if contract.strike == at else "2" if inside else "3"
    return (
        f"{kind}|{contract.code}|{contract.standard_code}|{contract.name}|{money}|"
        f"{contract.strike:08.2f}| |{product.underlying}|"
        f"{'KOSDAQ150' if product.key == 'KQI' else 'KOSPI200'}"
    )
