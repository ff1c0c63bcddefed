"""H0IFASP0, 지수선물 실시간호가: the five best prices of each side of an index future.

Source: docs/spec/PROTOCOL.md section 2, "Book order"; the names are the
broker's own samples' (open-trading-api, index_futures_realtime_quote). Only the
names of the code and of the prices differ from an option's book.
"""

from typing import Annotated

from kisopt_gui.wire.schema import Number
from kisopt_gui.wire.streams.h0ioasp0 import (
    ASK,
    BID,
    BookRecord,
    Names,
    book_stream,
    code,
    price,
)

_FUTURE = Names("FUTS", "선물", "Future")


class FutureBookRecord(BookRecord, frozen=True):
    """One order book of a future: a field named again keeps its place."""

    code: Annotated[str, code(_FUTURE)]
    ask1: Annotated[Number, price(_FUTURE, ASK, 1)]
    ask2: Annotated[Number, price(_FUTURE, ASK, 2)]
    ask3: Annotated[Number, price(_FUTURE, ASK, 3)]
    ask4: Annotated[Number, price(_FUTURE, ASK, 4)]
    ask5: Annotated[Number, price(_FUTURE, ASK, 5)]
    bid1: Annotated[Number, price(_FUTURE, BID, 1)]
    bid2: Annotated[Number, price(_FUTURE, BID, 2)]
    bid3: Annotated[Number, price(_FUTURE, BID, 3)]
    bid4: Annotated[Number, price(_FUTURE, BID, 4)]
    bid5: Annotated[Number, price(_FUTURE, BID, 5)]


STREAM = book_stream("H0IFASP0", "지수선물 실시간호가", "Index future order book", FutureBookRecord)
