"""H0IFCNT0, 지수선물 실시간체결가: one trade of an index future.

Source: docs/spec/PROTOCOL.md section 2; the real frames in tests/data/frames
prove the order and the units by arithmetic.
"""

from typing import Annotated

from kisopt_gui.wire.schema import Field, Kind, Number, Record, Stream, Unit


class FutureRecord(Record, frozen=True):
    """The 46 fields that the day and the night stream of futures share, in wire order."""

    code: Annotated[
        str,
        Field("FUTS_SHRN_ISCD", "선물 단축 종목코드", "종목", "Contract", Unit.NONE, 0, Kind.CODE),
    ]
    time: Annotated[
        str, Field("BSOP_HOUR", "영업 시간", "체결시각", "Time", Unit.NONE, 0, Kind.TIME)
    ]
    change: Annotated[
        Number,
        Field("FUTS_PRDY_VRSS", "선물 전일 대비", "대비", "Change", Unit.POINT, 2, Kind.CHANGE),
    ]
    sign: Annotated[
        str, Field("PRDY_VRSS_SIGN", "전일 대비 부호", "부호", "Sign", Unit.NONE, 0, Kind.SIGN)
    ]
    change_percent: Annotated[
        Number,
        Field(
            "FUTS_PRDY_CTRT",
            "선물 전일 대비율",
            "등락율",
            "Change %",
            Unit.PERCENT,
            2,
            Kind.PERCENT,
        ),
    ]
    price: Annotated[
        Number, Field("FUTS_PRPR", "선물 현재가", "현재가", "Last", Unit.POINT, 2, Kind.PRICE)
    ]
    open: Annotated[
        Number, Field("FUTS_OPRC", "선물 시가2", "시가", "Open", Unit.POINT, 2, Kind.PRICE)
    ]
    high: Annotated[
        Number, Field("FUTS_HGPR", "선물 최고가", "고가", "High", Unit.POINT, 2, Kind.PRICE)
    ]
    low: Annotated[
        Number, Field("FUTS_LWPR", "선물 최저가", "저가", "Low", Unit.POINT, 2, Kind.PRICE)
    ]
    quantity: Annotated[
        Number,
        Field("LAST_CNQN", "최종 거래량", "체결량", "Last qty", Unit.CONTRACT, 0, Kind.QUANTITY),
    ]
    volume: Annotated[
        Number,
        Field("ACML_VOL", "누적 거래량", "거래량", "Volume", Unit.CONTRACT, 0, Kind.QUANTITY),
    ]
    value: Annotated[
        Number,
        Field(
            "ACML_TR_PBMN", "누적 거래 대금", "거래대금", "Value", Unit.THOUSAND_WON, 0, Kind.AMOUNT
        ),
    ]
    theoretical: Annotated[
        Number, Field("HTS_THPR", "HTS 이론가", "이론가", "Theoretical", Unit.POINT, 2, Kind.PRICE)
    ]
    market_basis: Annotated[
        Number,
        Field(
            "MRKT_BASIS",
            "시장 베이시스",
            "시장베이시스",
            "Market basis",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    mispricing_percent: Annotated[
        Number, Field("DPRT", "괴리율", "괴리율", "Mispricing %", Unit.PERCENT, 2, Kind.PERCENT)
    ]
    near_price: Annotated[
        Number,
        Field(
            "NMSC_FCTN_STPL_PRC",
            "근월물 약정가",
            "근월물가",
            "Near leg price",
            Unit.POINT,
            2,
            Kind.PRICE,
        ),
    ]
    far_price: Annotated[
        Number,
        Field(
            "FMSC_FCTN_STPL_PRC",
            "원월물 약정가",
            "원월물가",
            "Far leg price",
            Unit.POINT,
            2,
            Kind.PRICE,
        ),
    ]
    spread_price: Annotated[
        Number, Field("SPEAD_PRC", "스프레드1", "스프레드", "Spread", Unit.POINT, 2, Kind.PRICE)
    ]
    open_interest: Annotated[
        Number,
        Field(
            "HTS_OTST_STPL_QTY",
            "HTS 미결제 약정 수량",
            "미결제",
            "Open interest",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY,
        ),
    ]
    open_interest_change: Annotated[
        Number,
        Field(
            "OTST_STPL_QTY_ICDC",
            "미결제 약정 수량 증감",
            "미결제증감",
            "OI change",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY_CHANGE,
        ),
    ]
    open_time: Annotated[
        str, Field("OPRC_HOUR", "시가 시간", "시가시각", "Open time", Unit.NONE, 0, Kind.TIME)
    ]
    open_sign: Annotated[
        str,
        Field(
            "OPRC_VRSS_PRPR_SIGN",
            "시가2 대비 현재가 부호",
            "시가부호",
            "Vs open sign",
            Unit.NONE,
            0,
            Kind.SIGN,
        ),
    ]
    open_change: Annotated[
        Number,
        Field(
            "OPRC_VRSS_NMIX_PRPR",
            "시가 대비 지수 현재가",
            "시가대비",
            "Vs open",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    high_time: Annotated[
        str, Field("HGPR_HOUR", "최고가 시간", "고가시각", "High time", Unit.NONE, 0, Kind.TIME)
    ]
    high_sign: Annotated[
        str,
        Field(
            "HGPR_VRSS_PRPR_SIGN",
            "최고가 대비 현재가 부호",
            "고가부호",
            "Vs high sign",
            Unit.NONE,
            0,
            Kind.SIGN,
        ),
    ]
    high_change: Annotated[
        Number,
        Field(
            "HGPR_VRSS_NMIX_PRPR",
            "최고가 대비 지수 현재가",
            "고가대비",
            "Vs high",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    low_time: Annotated[
        str, Field("LWPR_HOUR", "최저가 시간", "저가시각", "Low time", Unit.NONE, 0, Kind.TIME)
    ]
    low_sign: Annotated[
        str,
        Field(
            "LWPR_VRSS_PRPR_SIGN",
            "최저가 대비 현재가 부호",
            "저가부호",
            "Vs low sign",
            Unit.NONE,
            0,
            Kind.SIGN,
        ),
    ]
    low_change: Annotated[
        Number,
        Field(
            "LWPR_VRSS_NMIX_PRPR",
            "최저가 대비 지수 현재가",
            "저가대비",
            "Vs low",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    buy_ratio: Annotated[
        Number, Field("SHNU_RATE", "매수2 비율", "매수비율", "Buy share", Unit.RATIO, 2, Kind.RATIO)
    ]
    strength: Annotated[
        Number, Field("CTTR", "체결강도", "체결강도", "Strength", Unit.PERCENT, 2, Kind.RATIO)
    ]
    mispricing: Annotated[
        Number, Field("ESDG", "괴리도", "괴리도", "Mispricing", Unit.POINT, 2, Kind.CHANGE)
    ]
    open_interest_tick_change: Annotated[
        Number,
        Field(
            "OTST_STPL_RGBF_QTY_ICDC",
            "미결제 약정 직전 수량 증감",
            "직전증감",
            "OI tick change",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY_CHANGE,
        ),
    ]
    theoretical_basis: Annotated[
        Number,
        Field(
            "THPR_BASIS", "이론 베이시스", "이론베이시스", "Theo basis", Unit.POINT, 2, Kind.CHANGE
        ),
    ]
    ask: Annotated[
        Number, Field("FUTS_ASKP1", "선물 매도호가1", "매도호가", "Ask", Unit.POINT, 2, Kind.PRICE)
    ]
    bid: Annotated[
        Number, Field("FUTS_BIDP1", "선물 매수호가1", "매수호가", "Bid", Unit.POINT, 2, Kind.PRICE)
    ]
    ask_quantity: Annotated[
        Number,
        Field(
            "ASKP_RSQN1", "매도호가 잔량1", "매도잔량", "Ask qty", Unit.CONTRACT, 0, Kind.QUANTITY
        ),
    ]
    bid_quantity: Annotated[
        Number,
        Field(
            "BIDP_RSQN1", "매수호가 잔량1", "매수잔량", "Bid qty", Unit.CONTRACT, 0, Kind.QUANTITY
        ),
    ]
    sell_trades: Annotated[
        Number,
        Field(
            "SELN_CNTG_CSNU",
            "매도 체결 건수",
            "매도건수",
            "Sell trades",
            Unit.TRADE,
            0,
            Kind.QUANTITY,
        ),
    ]
    buy_trades: Annotated[
        Number,
        Field(
            "SHNU_CNTG_CSNU",
            "매수 체결 건수",
            "매수건수",
            "Buy trades",
            Unit.TRADE,
            0,
            Kind.QUANTITY,
        ),
    ]
    net_buy_trades: Annotated[
        Number,
        Field(
            "NTBY_CNTG_CSNU",
            "순매수 체결 건수",
            "순매수건수",
            "Net buy trades",
            Unit.TRADE,
            0,
            Kind.QUANTITY_CHANGE,
        ),
    ]
    sell_volume: Annotated[
        Number,
        Field(
            "SELN_CNTG_SMTN",
            "총 매도 수량",
            "매도체결량",
            "Sell volume",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY,
        ),
    ]
    buy_volume: Annotated[
        Number,
        Field(
            "SHNU_CNTG_SMTN",
            "총 매수 수량",
            "매수체결량",
            "Buy volume",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY,
        ),
    ]
    total_ask_quantity: Annotated[
        Number,
        Field(
            "TOTAL_ASKP_RSQN",
            "총 매도호가 잔량",
            "총매도잔량",
            "Total ask qty",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY,
        ),
    ]
    total_bid_quantity: Annotated[
        Number,
        Field(
            "TOTAL_BIDP_RSQN",
            "총 매수호가 잔량",
            "총매수잔량",
            "Total bid qty",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY,
        ),
    ]
    volume_ratio: Annotated[
        Number,
        Field(
            "PRDY_VOL_VRSS_ACML_VOL_RATE",
            "전일 거래량 대비 등락율",
            "전일거래량비",
            "Vs prev. volume",
            Unit.PERCENT,
            2,
            Kind.PERCENT,
        ),
    ]


class FutureTrade(FutureRecord, frozen=True):
    """One H0IFCNT0 record. Missing numbers are NaN, missing texts ""."""

    block_volume: Annotated[
        Number,
        Field(
            "DSCS_BLTR_ACML_QTY",
            "협의 대량 거래량",
            "협의대량",
            "Block volume",
            Unit.CONTRACT,
            0,
            Kind.QUANTITY,
        ),
    ]
    upper_limit: Annotated[
        Number,
        Field(
            "DYNM_MXPR", "실시간상한가", "실시간상한가", "Upper limit", Unit.POINT, 2, Kind.PRICE
        ),
    ]
    lower_limit: Annotated[
        Number,
        Field(
            "DYNM_LLAM", "실시간하한가", "실시간하한가", "Lower limit", Unit.POINT, 2, Kind.PRICE
        ),
    ]
    limit_code: Annotated[
        str,
        Field(
            "DYNM_PRC_LIMT_YN",
            "실시간가격제한구분",
            "가격제한구분",
            "Limit code",
            Unit.NONE,
            0,
            Kind.FLAG,
        ),
    ]


TICK = {
    "time": "time",
    "quantity": "quantity",
    "volume": "volume",
    "open_interest": "open_interest",
    "price": "price",
    "ask": "ask",
    "bid": "bid",
}

STREAM = Stream(
    tr_id="H0IFCNT0",
    korean="지수선물 실시간체결가",
    english="Index future trades",
    record=FutureTrade,
    tick=TICK,
    zero_is_missing=("ask", "bid"),
)
