"""H0EUCNT0, KRX야간옵션 실시간체결가: the night session's option trade.

Source: docs/spec/PROTOCOL.md section 2. The first 53 fields are H0IOCNT0's;
the three dynamic-limit fields came later and stand in another order, so the
official sample of 53 fields still reads.
"""

from typing import Annotated

from kisopt_gui.wire.schema import MISSING, Field, Kind, Number, Stream, Unit
from kisopt_gui.wire.streams.h0iocnt0 import GREEKS, TICK, OptionRecord


class NightOptionTrade(OptionRecord, frozen=True):
    """One H0EUCNT0 record. Missing numbers are NaN, missing texts ""."""

    upper_limit: Annotated[
        Number,
        Field(
            "DYNM_MXPR", "실시간상한가", "실시간상한가", "Upper limit", Unit.POINT, 2, Kind.PRICE
        ),
    ] = MISSING
    limit_code: Annotated[
        str,
        Field(
            "DYNM_PRC_LIMT_YN", "실시간가격제한구분", "가격제한구분", "Limit code", Unit.NONE, 0,
            Kind.FLAG,
        ),
    ] = ""  # fmt: skip
    lower_limit: Annotated[
        Number,
        Field(
            "DYNM_LLAM", "실시간하한가", "실시간하한가", "Lower limit", Unit.POINT, 2, Kind.PRICE
        ),
    ] = MISSING


STREAM = Stream(
    tr_id="H0EUCNT0",
    korean="KRX야간옵션 실시간체결가",
    english="Night option trades",
    record=NightOptionTrade,
    tick=TICK,
    # The official sample has a volume beside an open interest and a value of 0.
    zero_is_missing=("ask", "bid", "implied_volatility", "open_interest", "value"),
    zeros_are_missing=GREEKS,
    optional=3,
)
