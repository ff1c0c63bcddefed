"""H0MFCNT0, KRX야간선물 실시간종목체결: the night session's future trade.

Source: docs/spec/PROTOCOL.md section 2; the names are the broker's own samples'
(open-trading-api, krx_ngt_futures_ccnl). The first 46 fields are H0IFCNT0's; the
three dynamic-limit fields came later, so the official sample of 46 fields still
reads. Its numbers prove the order and the units by arithmetic.
"""

from typing import Annotated

from kisopt_gui.wire.schema import MISSING, Field, Kind, Number, Stream, Unit
from kisopt_gui.wire.streams.h0ifcnt0 import TICK, FutureRecord


class NightFutureTrade(FutureRecord, frozen=True):
    """One H0MFCNT0 record. Missing numbers are NaN, missing texts ""."""

    upper_limit: Annotated[
        Number,
        Field(
            "DYNM_MXPR", "실시간상한가", "실시간상한가", "Upper limit", Unit.POINT, 2, Kind.PRICE
        ),
    ] = MISSING
    lower_limit: Annotated[
        Number,
        Field(
            "DYNM_LLAM", "실시간하한가", "실시간하한가", "Lower limit", Unit.POINT, 2, Kind.PRICE
        ),
    ] = MISSING
    limit_code: Annotated[
        str,
        Field(
            "DYNM_PRC_LIMT_YN", "실시간가격제한구분", "가격제한구분", "Limit code", Unit.NONE, 0,
            Kind.FLAG,
        ),
    ] = ""  # fmt: skip


STREAM = Stream(
    tr_id="H0MFCNT0",
    korean="KRX야간선물 실시간종목체결",
    english="Night future trades",
    record=NightFutureTrade,
    tick=TICK,
    zero_is_missing=("ask", "bid"),
    optional=3,
)
