"""H0UPCNT0, 국내지수 실시간체결: one change of an index (2001 is KOSPI200).

Source: docs/spec/PROTOCOL.md section 2. Unlike in the option and futures
streams, the open, high and low differences stand before their signs and are
against the previous close, not against the last price.
"""

from typing import Annotated

from kisopt_gui.wire.schema import Field, Kind, Number, Record, Stream, Unit


class IndexTick(Record, frozen=True):
    """One H0UPCNT0 record. Missing numbers are NaN, missing texts ""."""

    code: Annotated[
        str, Field("BSTP_CLS_CODE", "업종 구분 코드", "종목", "Index", Unit.NONE, 0, Kind.CODE)
    ]
    time: Annotated[
        str, Field("BSOP_HOUR", "영업 시간", "체결시각", "Time", Unit.NONE, 0, Kind.TIME)
    ]
    price: Annotated[
        Number, Field("PRPR_NMIX", "현재가 지수", "현재가", "Last", Unit.POINT, 2, Kind.PRICE)
    ]
    sign: Annotated[
        str, Field("PRDY_VRSS_SIGN", "전일 대비 부호", "부호", "Sign", Unit.NONE, 0, Kind.SIGN)
    ]
    change: Annotated[
        Number,
        Field(
            "BSTP_NMIX_PRDY_VRSS",
            "업종 지수 전일 대비",
            "대비",
            "Change",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    volume: Annotated[
        Number,
        Field(
            "ACML_VOL", "누적 거래량", "거래량", "Volume", Unit.THOUSAND_SHARES, 0, Kind.QUANTITY
        ),
    ]
    value: Annotated[
        Number,
        Field(
            "ACML_TR_PBMN", "누적 거래 대금", "거래대금", "Value", Unit.MILLION_WON, 0, Kind.AMOUNT
        ),
    ]
    quantity: Annotated[
        Number,
        Field(
            "PCAS_VOL", "건별 거래량", "체결량", "Last qty", Unit.THOUSAND_SHARES, 0, Kind.QUANTITY
        ),
    ]
    tick_value: Annotated[
        Number,
        Field(
            "PCAS_TR_PBMN",
            "건별 거래 대금",
            "체결대금",
            "Last value",
            Unit.MILLION_WON,
            0,
            Kind.AMOUNT,
        ),
    ]
    change_percent: Annotated[
        Number,
        Field("PRDY_CTRT", "전일 대비율", "등락율", "Change %", Unit.PERCENT, 2, Kind.PERCENT),
    ]
    open: Annotated[
        Number, Field("OPRC_NMIX", "시가 지수", "시가", "Open", Unit.POINT, 2, Kind.PRICE)
    ]
    high: Annotated[
        Number, Field("NMIX_HGPR", "지수 최고가", "고가", "High", Unit.POINT, 2, Kind.PRICE)
    ]
    low: Annotated[
        Number, Field("NMIX_LWPR", "지수 최저가", "저가", "Low", Unit.POINT, 2, Kind.PRICE)
    ]
    open_change: Annotated[
        Number,
        Field(
            "OPRC_VRSS_NMIX_PRPR",
            "시가 대비 지수 현재가",
            "시가 전일대비",
            "Open vs prev. close",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    open_sign: Annotated[
        str,
        Field(
            "OPRC_VRSS_NMIX_SIGN",
            "시가 대비 지수 부호",
            "시가부호",
            "Open sign",
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
            "고가 전일대비",
            "High vs prev. close",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    high_sign: Annotated[
        str,
        Field(
            "HGPR_VRSS_NMIX_SIGN",
            "최고가 대비 지수 부호",
            "고가부호",
            "High sign",
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
            "저가 전일대비",
            "Low vs prev. close",
            Unit.POINT,
            2,
            Kind.CHANGE,
        ),
    ]
    low_sign: Annotated[
        str,
        Field(
            "LWPR_VRSS_NMIX_SIGN",
            "최저가 대비 지수 부호",
            "저가부호",
            "Low sign",
            Unit.NONE,
            0,
            Kind.SIGN,
        ),
    ]
    open_percent: Annotated[
        Number,
        Field(
            "PRDY_CLPR_VRSS_OPRC_RATE",
            "전일 종가 대비 시가2 비율",
            "시가등락율",
            "Open %",
            Unit.PERCENT,
            2,
            Kind.PERCENT,
        ),
    ]
    high_percent: Annotated[
        Number,
        Field(
            "PRDY_CLPR_VRSS_HGPR_RATE",
            "전일 종가 대비 최고가 비율",
            "고가등락율",
            "High %",
            Unit.PERCENT,
            2,
            Kind.PERCENT,
        ),
    ]
    low_percent: Annotated[
        Number,
        Field(
            "PRDY_CLPR_VRSS_LWPR_RATE",
            "전일 종가 대비 최저가 비율",
            "저가등락율",
            "Low %",
            Unit.PERCENT,
            2,
            Kind.PERCENT,
        ),
    ]
    upper_limit_issues: Annotated[
        Number,
        Field(
            "UPLM_ISSU_CNT",
            "상한 종목 수",
            "상한종목",
            "Upper-limit issues",
            Unit.ISSUE,
            0,
            Kind.QUANTITY,
        ),
    ]
    up_issues: Annotated[
        Number,
        Field(
            "ASCN_ISSU_CNT",
            "상승 종목 수",
            "상승종목",
            "Rising issues",
            Unit.ISSUE,
            0,
            Kind.QUANTITY,
        ),
    ]
    flat_issues: Annotated[
        Number,
        Field(
            "STNR_ISSU_CNT", "보합 종목 수", "보합종목", "Flat issues", Unit.ISSUE, 0, Kind.QUANTITY
        ),
    ]
    down_issues: Annotated[
        Number,
        Field(
            "DOWN_ISSU_CNT",
            "하락 종목 수",
            "하락종목",
            "Falling issues",
            Unit.ISSUE,
            0,
            Kind.QUANTITY,
        ),
    ]
    lower_limit_issues: Annotated[
        Number,
        Field(
            "LSLM_ISSU_CNT",
            "하한 종목 수",
            "하한종목",
            "Lower-limit issues",
            Unit.ISSUE,
            0,
            Kind.QUANTITY,
        ),
    ]
    strong_up_issues: Annotated[
        Number,
        Field(
            "QTQT_ASCN_ISSU_CNT",
            "기세 상승 종목수",
            "기세상승",
            "Quote-up issues",
            Unit.ISSUE,
            0,
            Kind.QUANTITY,
        ),
    ]
    strong_down_issues: Annotated[
        Number,
        Field(
            "QTQT_DOWN_ISSU_CNT",
            "기세 하락 종목수",
            "기세하락",
            "Quote-down issues",
            Unit.ISSUE,
            0,
            Kind.QUANTITY,
        ),
    ]
    tick_change: Annotated[
        Number,
        Field("TICK_VRSS", "TICK대비", "틱대비", "Tick change", Unit.UNVERIFIED, 0, Kind.CHANGE),
    ]


STREAM = Stream(
    tr_id="H0UPCNT0",
    korean="국내지수 실시간체결",
    english="Index prices",
    record=IndexTick,
    tick={"time": "time", "quantity": "quantity", "volume": "volume", "price": "price"},
)
