"""Records for tests. All of them are SYNTHETIC: invented, but shaped and valued like the real ones.

Values differ from field to field, so that two swapped fields are seen, and
agree with one another where the broker's do: underlying = last less market
basis, ESDG = last less theoretical, and so on (docs/spec/PROTOCOL.md section 6).
"""

from pathlib import Path

from hypothesis import settings

from kisopt_gui.wire.codec import write_frame
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS

thorough = settings(max_examples=300, deadline=None)
"""For properties: the machine is shared, so no example has a deadline."""

FRAMES = Path(__file__).parent / "data" / "frames"


def captured(name):
    """Return the messages of a file of tests/data/frames."""
    return (FRAMES / name).read_text("utf-8").splitlines()


# The price, volume, greeks, volatility, ask and bid are those known of one real trade
# (tests/data/PROVENANCE.md); the rest is made to fit them.
OPTION = {
    "code": "B01610A34",
    "time": "092202",
    "price": "11.70",
    "sign": "5",
    "change": "-1.05",
    "change_percent": "-8.24",
    "open": "12.80",
    "high": "13.45",
    "low": "10.95",
    "quantity": "3",
    "volume": "238",
    "value": "704125",
    "theoretical": "12.14",
    "open_interest": "5432",
    "open_interest_change": "-27",
    "open_time": "084501",
    "open_sign": "5",
    "open_change": "-1.10",
    "high_time": "085917",
    "high_sign": "5",
    "high_change": "-1.75",
    "low_time": "091144",
    "low_sign": "2",
    "low_change": "0.75",
    "buy_ratio": "0.47",
    "premium": "11.69",
    "intrinsic": "0.00",
    "time_value": "11.71",
    "delta": "0.46",
    "gamma": "0.01",
    "vega": "0.72",
    "theta": "-3.18",
    "rho": "0.09",
    "implied_volatility": "36.18",
    "mispricing": "-0.44",
    "open_interest_tick_change": "2",
    "theoretical_basis": "-1063.30",
    "historical_volatility": "33.05",
    "strength": "88.10",
    "mispricing_percent": "-3.62",
    "market_basis": "-1063.74",
    "ask": "11.60",
    "bid": "11.50",
    "ask_quantity": "14",
    "bid_quantity": "9",
    "sell_trades": "61",
    "buy_trades": "56",
    "net_buy_trades": "-5",
    "sell_volume": "126",
    "buy_volume": "111",
    "total_ask_quantity": "1840",
    "total_bid_quantity": "1627",
    "volume_ratio": "12.33",
    "average_volatility": "34.90",
    "block_volume": "20",
    "upper_limit": "25.05",
    "lower_limit": "0.02",
    "limit_code": "2",
}

# Totals are more than the five steps hold, as in a deep book; no two values are alike.
BOOK = {
    "code": "B01610A34",
    "time": "092203",
    **{f"ask{step}": f"{11.55 + 0.05 * step:.2f}" for step in range(1, 6)},
    **{f"bid{step}": f"{11.55 - 0.05 * step:.2f}" for step in range(1, 6)},
    **{f"ask_orders{step}": str(2 + step) for step in range(1, 6)},
    **{f"bid_orders{step}": str(12 + step) for step in range(1, 6)},
    **{f"ask_quantity{step}": str(20 + 13 * step) for step in range(1, 6)},
    **{f"bid_quantity{step}": str(25 + 17 * step) for step in range(1, 6)},
    "total_ask_orders": "181",
    "total_bid_orders": "173",
    "total_ask_quantity": "1840",
    "total_bid_quantity": "1627",
    "ask_quantity_change": "-6",
    "bid_quantity_change": "9",
}

_FUTURE = captured("live_H0IFCNT0_messiah_20260722.txt")[0]
_INDEX = captured("live_H0UPCNT0_2001_20261001.txt")[0]


def base(stream):
    """Return the texts of a record's fields by name."""
    if stream.is_book:
        return dict(BOOK)
    if stream.tr_id in ("H0IFCNT0", "H0MFCNT0"):
        future = dict(zip(STREAMS["H0IFCNT0"].fields, _body(_FUTURE), strict=True))
        return {name: future[name] for name in stream.fields}
    if stream.tr_id == "H0UPCNT0":
        return dict(zip(stream.fields, _body(_INDEX), strict=True))
    return {name: OPTION[name] for name in stream.fields}


def record(stream=INDEX_OPTION, extra=(), **values):
    """Return the text of one record; ``values`` by field name replace the usual ones.

    Args:
        stream: Its table.
        extra: Texts of fields past the documented ones.
        values: What differs, as text or number.
    """
    assert values.keys() <= stream.fields.keys()
    texts = {**base(stream), **{name: str(value) for name, value in values.items()}}
    return "^".join([*texts.values(), *extra])


def frame(*records, stream=INDEX_OPTION):
    """Return the text of one frame of these records, or of the usual one."""
    return write_frame(stream, records or [record(stream)])


def trades(*volumes, code="B01610A34", quantity=1, start="100000"):
    """Return records of one contract, a second apart, with these cumulative volumes."""
    at = int(start[:2]) * 3600 + int(start[2:4]) * 60 + int(start[4:])
    return [
        record(code=code, volume=volume, quantity=quantity, time=hhmmss(at + step))
        for step, volume in enumerate(volumes)
    ]


def hhmmss(seconds):
    """Write seconds since midnight as the wire does."""
    seconds = int(seconds) % 86_400
    return f"{seconds // 3600:02}{seconds // 60 % 60:02}{seconds % 60:02}"


def _body(text):
    return text.split("|", 3)[3].split("^")


STREAM_LIST = list(STREAMS.values())
TRADE_STREAMS = [stream for stream in STREAM_LIST if not stream.is_book]
BOOK_STREAMS = [stream for stream in STREAM_LIST if stream.is_book]


def main_field(stream):
    """Name the price that a record of the stream is about."""
    return "ask1" if stream.is_book else "price"


def named(stream):
    """Name a stream in the name of a test."""
    return stream.tr_id
