"""What stands in an answer of REST: the broker's names to ours, texts to values.

Every value is a text. Zeros and blanks that mean "none" become missing in
`market.snapshot`, by the rules of the contract's stream and a few of REST's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isnan, nan

from kisopt_gui.feed.refusals import ShapeError, What
from kisopt_gui.market.contract import PRODUCTS, Product
from kisopt_gui.market.hours import seoul
from kisopt_gui.market.overview import INDEX_KEY
from kisopt_gui.market.snapshot import (
    Depth,
    Level,
    MinuteBar,
    MinuteBars,
    Snapshot,
    Terms,
    snapshot,
)
from kisopt_gui.wire.codec import FrameError, read_number
from kisopt_gui.wire.control import Key

_OPTION = "H0IOCNT0"
_FUTURE = "H0IFCNT0"
_LEVELS = 5
_MINUTE_S = 60.0

_COMMON = {
    "sign": "prdy_vrss_sign",
    "volume": "acml_vol",
    "value": "acml_tr_pbmn",
    "theoretical": "hts_thpr",
    "open_interest": "hts_otst_stpl_qty",
    "open_interest_change": "otst_stpl_qty_icdc",
    "delta": "delta_val",
    "gamma": "gama",
    "vega": "vega",
    "theta": "theta",
    "rho": "rho",
    "implied_volatility": "hts_ints_vltl",
    "historical_volatility": "hist_vltl",
    "mispricing": "esdg",
    "mispricing_percent": "dprt",
    "total_ask_quantity": "total_askp_rsqn",
    "total_bid_quantity": "total_bidp_rsqn",
}

_BOARD = _COMMON | {
    "price": "optn_prpr",
    "change": "optn_prdy_vrss",
    "change_percent": "optn_prdy_ctrt",
    "open": "optn_oprc",
    "high": "optn_hgpr",
    "low": "optn_lwpr",
    "intrinsic": "invl_val",
    "time_value": "tmvl_val",
    "ask": "optn_askp",
    "bid": "optn_bidp",
    "ask_quantity": "seln_rsqn",
    "bid_quantity": "shnu_rsqn",
}

_PRICE = _COMMON | {
    "price": "futs_prpr",
    "change": "futs_prdy_vrss",
    "change_percent": "futs_prdy_ctrt",
    "open": "futs_oprc",
    "high": "futs_hgpr",
    "low": "futs_lwpr",
    "ask": "futs_askp",
    "bid": "futs_bidp",
}
"""Of futures, and of options asked for one by one: the broker calls both "futs"."""

_UNDERLYING = {
    "price": "unas_prpr",
    "change": "unas_prdy_vrss",
    "sign": "unas_prdy_vrss_sign",
    "change_percent": "unas_prdy_ctrt",
    "volume": "unas_acml_vol",
}

_DEPTH = {
    "ask": "futs_askp1",
    "bid": "futs_bidp1",
    "ask_quantity": "askp_rsqn1",
    "bid_quantity": "bidp_rsqn1",
    "total_ask_quantity": "total_askp_rsqn",
    "total_bid_quantity": "total_bidp_rsqn",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that is no refusal.

    Attributes:
        what: What was asked for.
        address: Of whom.
        body: The answer.
        clock: The broker's clock, seconds since the epoch, NaN if it told none.
        received: Monotonic seconds.
    """

    what: What
    address: str
    body: Mapping[str, object]
    clock: float
    received: float

    @property
    def moment(self) -> datetime | None:
        """Seoul's clock when the broker answered, None if it told none."""
        return None if isnan(self.clock) else seoul(self.clock)

    @property
    def as_of(self) -> str:
        """The time of `moment`, "HHMMSS", "" if there is none."""
        moment = self.moment
        return f"{moment:%H%M%S}" if moment is not None else ""

    def lacks(self, part: str) -> ShapeError:
        """Return the error of a part that is missing."""
        return ShapeError(self.what, self.address, part)

    def one(self, part: str) -> dict[str, str]:
        """Return a part of the answer that is a table of texts.

        Raises:
            ShapeError: It is not there, or empty as the broker has it for unknown codes.
        """
        found = self.body.get(part)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if not isinstance(found, dict) or not found:
            raise self.lacks(part)
        return _texts(found)

    def rows(self, *parts: str) -> list[dict[str, str]]:
        """Return a part of the answer that is a list of tables: the first of these that is there.

        Raises:
            ShapeError: None is.
        """
        for part in parts:
            found = self.body.get(part)
            if isinstance(found, list):
                return [_texts(row) for row in found if isinstance(row, dict) and row]
        raise self.lacks(" / ".join(parts))


def market_class(product: Product) -> str:
    """Return what REST calls a product: nothing, "MKI", "WKM", "WKI", "KQI"."""
    return "" if product is PRODUCTS["K2I"] else product.key


def term(month: str) -> str:
    """Return a month as REST asks for it: "202612"; the week "2609W4" is "260904"."""
    return month.replace("W", "0")


def months(told: Told) -> list[str]:
    """Read the list of expiries; the documentation calls its part output1, the wire output."""
    found = []
    for row in told.rows("output", "output1"):
        text = row.get("mtrt_yymm", "").strip()
        if len(text) == 6 and text.isascii() and text.isdigit():
            found.append(text if text.startswith("20") else f"{text[:4]}W{text[5]}")
    if not found:
        raise told.lacks("mtrt_yymm")
    return found


def board(told: Told) -> list[Snapshot]:
    """Read calls and puts. A row that cannot be read is left out, unless none can."""
    rows = [*told.rows("output1"), *told.rows("output2")]
    return _listed(told, rows, _OPTION, "optn_shrn_iscd", _BOARD)


def futures(told: Told) -> list[Snapshot]:
    """Read the board of futures."""
    return _listed(told, told.rows("output", "output1"), _FUTURE, "futs_shrn_iscd", _PRICE)


def underlying(told: Told) -> Snapshot:
    """Read the index."""
    return _snapshot(told, INDEX_KEY, told.one("output1"), _UNDERLYING)


def price(key: Key, told: Told) -> Terms:
    """Read the quote of one contract and its terms."""
    row = told.one("output1")
    index = told.body.get("output3")
    points = _texts(index).get("bstp_nmix_prpr", "") if isinstance(index, dict) else ""
    return Terms(
        _snapshot(told, key, row, _PRICE),
        _number(row.get("acpr", "")) or nan,
        _day(row.get("futs_last_tr_date", "")),
        _number(points) or nan,
    )


def depth(key: Key, told: Told) -> Depth:
    """Read the order book of one contract."""
    row = told.one("output2")
    if "futs_askp1" not in row or "futs_bidp1" not in row:
        raise told.lacks("futs_askp1")
    return Depth(
        asks=tuple(_level(row, "askp", at) for at in range(1, _LEVELS + 1)),
        bids=tuple(_level(row, "bidp", at) for at in range(1, _LEVELS + 1)),
        accepted=row.get("aspr_acpt_hour", "").strip(),
        snapshot=_snapshot(told, key, row, _DEPTH),
    )


def minutes(key: Key, day: str, told: Told, *, newest: bool) -> MinuteBars:
    """Read a page of minute bars; the newest comes first, and may not be over yet.

    Args:
        key: The contract.
        day: Day on which the session began, "20261123".
        told: The answer.
        newest: Whether the page ends now: only then is the volume that comes with it the page's.
    """
    total = _number(told.one("output1").get("acml_vol", "")) if newest else nan
    moment = told.moment
    begun = datetime.strptime(day, "%Y%m%d")
    ends = (moment - begun).total_seconds() if moment is not None else nan
    # Without the broker's clock nothing tells that the newest minute is over.
    in_doubt = isnan(ends)
    bars: list[MinuteBar] = []
    for row in told.rows("output2"):
        bar = _bar(row, day, total)
        if bar is None:
            continue
        if total == total:
            total -= bar.volume
        if not in_doubt and not bar.start + _MINUTE_S > ends:
            bars.append(bar)
        in_doubt = False
    return MinuteBars(key, tuple(reversed(bars)), told.received)


def _bar(row: Mapping[str, str], day: str, total: float) -> MinuteBar | None:
    """Read a minute; None for one of another day or without a price."""
    time = row.get("stck_cntg_hour", "").strip()
    if row.get("stck_bsop_date", "").strip() != day or len(time) != 6 or not time.isdigit():
        return None
    names = ("futs_oprc", "futs_hgpr", "futs_lwpr", "futs_prpr")
    first, high, low, last = (_number(row.get(name, "")) or nan for name in names)
    volume = _number(row.get("cntg_vol", ""))
    if not low <= min(first, last) <= max(first, last) <= high or volume != volume:
        return None
    seconds = int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:])
    return MinuteBar(float(seconds - seconds % 60), first, high, low, last, volume, total)


def _listed(
    told: Told, rows: list[dict[str, str]], tr_id: str, code: str, names: Mapping[str, str]
) -> list[Snapshot]:
    found, problem = [], told.lacks(code)
    for row in rows:
        short = row.get(code, "").strip()
        if not short:
            continue
        try:
            found.append(_snapshot(told, Key(tr_id, short), row, names))
        except ShapeError as error:
            problem = error
    if rows and not found:
        raise problem
    return found


def _snapshot(told: Told, key: Key, row: Mapping[str, str], names: Mapping[str, str]) -> Snapshot:
    """Make a snapshot of a row.

    Raises:
        ShapeError: It has nothing of what it is asked for, or text in place of a number.
    """
    texts = {ours: row[theirs] for ours, theirs in names.items() if theirs in row}
    main = "price" if "price" in names else "ask"
    if main not in texts:
        raise told.lacks(names[main])
    try:
        return snapshot(key, texts, told.as_of, told.received)
    except FrameError:
        raise told.lacks(f"a number in {key.code}") from None


def _level(row: Mapping[str, str], side: str, at: int) -> Level:
    stands = _number(row.get(f"futs_{side}{at}", ""))
    if not stands:
        return Level(nan, nan, nan)
    quantity = _number(row.get(f"{side}_rsqn{at}", ""))
    return Level(stands, quantity, _number(row.get(f"{side}_csnu{at}", "")))


def _texts(row: Mapping[object, object]) -> dict[str, str]:
    """Return a row's texts; a number that is none, as the broker never sends, is written as one."""
    return {
        str(name).lower(): value if isinstance(value, str) else str(value)
        for name, value in row.items()
        if value is not None
    }


def _number(text: str) -> float:
    """Read a number, NaN if it is none."""
    try:
        return read_number(text)
    except ValueError:
        return nan


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%d").date()
    except ValueError:
        return None
