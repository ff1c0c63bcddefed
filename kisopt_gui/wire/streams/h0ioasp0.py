"""H0IOASP0, 지수옵션 실시간호가: the five best prices of each side of an index option.

Source: docs/spec/PROTOCOL.md section 2, "Book order"; the names are the
broker's own samples' (open-trading-api, index_option_realtime_quote). The
portal's H0EUASP0 sample proves the order: its totals are the sums of its steps.

The four books have this one layout; those of futures name 11 fields otherwise
(`h0ifasp0`).
"""

from typing import Annotated, NamedTuple

from kisopt_gui.wire.schema import Field, Kind, Number, Record, Stream, Unit


class Names(NamedTuple):
    """What differs in the names of fields that are alike.

    Attributes:
        wire: In the broker's name: "OPTN", "ASKP".
        korean: In Korean: "옵션", "매도".
        english: In English: "Ask".
    """

    wire: str
    korean: str
    english: str


ASK = Names("ASKP", "매도", "Ask")
BID = Names("BIDP", "매수", "Bid")
_OPTION = Names("OPTN", "옵션", "Option")

TIME = Field("BSOP_HOUR", "영업 시간", "호가시각", "Time", Unit.NONE, 0, Kind.TIME)


def code(product: Names) -> Field:
    """The field of the short code."""
    name = f"{product.korean} 단축 종목코드"
    return Field(f"{product.wire}_SHRN_ISCD", name, "종목", "Contract", Unit.NONE, 0, Kind.CODE)


def price(product: Names, side: Names, step: int) -> Field:
    """The field of the price of a step, best is 1."""
    return Field(
        f"{product.wire}_{side.wire}{step}",
        f"{product.korean} {side.korean}호가{step}",
        f"{side.korean}호가{step}",
        f"{side.english} {step}",
        Unit.POINT,
        2,
        Kind.PRICE,
    )


def _orders(side: Names, step: int) -> Field:
    return Field(
        f"{side.wire}_CSNU{step}",
        f"{side.korean}호가 건수{step}",
        f"{side.korean}건수{step}",
        f"{side.english} orders {step}",
        Unit.NONE,
        0,
        Kind.QUANTITY,
    )


def _quantity(side: Names, step: int) -> Field:
    return Field(
        f"{side.wire}_RSQN{step}",
        f"{side.korean}호가 잔량{step}",
        f"{side.korean}잔량{step}",
        f"{side.english} qty {step}",
        Unit.CONTRACT,
        0,
        Kind.QUANTITY,
    )


def _total_orders(side: Names) -> Field:
    return Field(
        f"TOTAL_{side.wire}_CSNU",
        f"총 {side.korean}호가 건수",
        f"총{side.korean}건수",
        f"Total {side.english.lower()} orders",
        Unit.NONE,
        0,
        Kind.QUANTITY,
    )


def _total_quantity(side: Names) -> Field:
    return Field(
        f"TOTAL_{side.wire}_RSQN",
        f"총 {side.korean}호가 잔량",
        f"총{side.korean}잔량",
        f"Total {side.english.lower()} qty",
        Unit.CONTRACT,
        0,
        Kind.QUANTITY,
    )


def _quantity_change(side: Names) -> Field:
    return Field(
        f"TOTAL_{side.wire}_RSQN_ICDC",
        f"총 {side.korean}호가 잔량 증감",
        f"총{side.korean}잔량증감",
        f"Total {side.english.lower()} qty change",
        Unit.CONTRACT,
        0,
        Kind.QUANTITY_CHANGE,
    )


class BookRecord(Record, frozen=True):
    """One order book, 38 fields. Missing numbers are NaN, missing texts "".

    A step without a price holds nothing: its quantity is 0 then, and means none.
    """

    code: Annotated[str, code(_OPTION)]
    time: Annotated[str, TIME]
    ask1: Annotated[Number, price(_OPTION, ASK, 1)]
    ask2: Annotated[Number, price(_OPTION, ASK, 2)]
    ask3: Annotated[Number, price(_OPTION, ASK, 3)]
    ask4: Annotated[Number, price(_OPTION, ASK, 4)]
    ask5: Annotated[Number, price(_OPTION, ASK, 5)]
    bid1: Annotated[Number, price(_OPTION, BID, 1)]
    bid2: Annotated[Number, price(_OPTION, BID, 2)]
    bid3: Annotated[Number, price(_OPTION, BID, 3)]
    bid4: Annotated[Number, price(_OPTION, BID, 4)]
    bid5: Annotated[Number, price(_OPTION, BID, 5)]
    ask_orders1: Annotated[Number, _orders(ASK, 1)]
    ask_orders2: Annotated[Number, _orders(ASK, 2)]
    ask_orders3: Annotated[Number, _orders(ASK, 3)]
    ask_orders4: Annotated[Number, _orders(ASK, 4)]
    ask_orders5: Annotated[Number, _orders(ASK, 5)]
    bid_orders1: Annotated[Number, _orders(BID, 1)]
    bid_orders2: Annotated[Number, _orders(BID, 2)]
    bid_orders3: Annotated[Number, _orders(BID, 3)]
    bid_orders4: Annotated[Number, _orders(BID, 4)]
    bid_orders5: Annotated[Number, _orders(BID, 5)]
    ask_quantity1: Annotated[Number, _quantity(ASK, 1)]
    ask_quantity2: Annotated[Number, _quantity(ASK, 2)]
    ask_quantity3: Annotated[Number, _quantity(ASK, 3)]
    ask_quantity4: Annotated[Number, _quantity(ASK, 4)]
    ask_quantity5: Annotated[Number, _quantity(ASK, 5)]
    bid_quantity1: Annotated[Number, _quantity(BID, 1)]
    bid_quantity2: Annotated[Number, _quantity(BID, 2)]
    bid_quantity3: Annotated[Number, _quantity(BID, 3)]
    bid_quantity4: Annotated[Number, _quantity(BID, 4)]
    bid_quantity5: Annotated[Number, _quantity(BID, 5)]
    total_ask_orders: Annotated[Number, _total_orders(ASK)]
    total_bid_orders: Annotated[Number, _total_orders(BID)]
    total_ask_quantity: Annotated[Number, _total_quantity(ASK)]
    total_bid_quantity: Annotated[Number, _total_quantity(BID)]
    ask_quantity_change: Annotated[Number, _quantity_change(ASK)]
    bid_quantity_change: Annotated[Number, _quantity_change(BID)]


_STEPS = range(1, 6)
PRICES = (*(f"ask{step}" for step in _STEPS), *(f"bid{step}" for step in _STEPS))
ORDERS = (
    *(f"ask_orders{step}" for step in _STEPS),
    *(f"bid_orders{step}" for step in _STEPS),
    "total_ask_orders",
    "total_bid_orders",
)
"""The night samples have 0 in all of them beside quantities: orders are not told at night [I]."""


def book_stream(tr_id: str, korean: str, english: str, record: type[BookRecord]) -> Stream:
    """Make the stream of an order book: the rules are the same for all four."""
    return Stream(
        tr_id=tr_id,
        korean=korean,
        english=english,
        record=record,
        tick={},
        zero_is_missing=PRICES,
        zeros_are_missing=ORDERS,
        zero_times=(),
        is_book=True,
    )


STREAM = book_stream("H0IOASP0", "지수옵션 실시간호가", "Index option order book", BookRecord)
