import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.contract import (
    KOSPI200,
    PRODUCTS,
    Contract,
    Side,
    is_option_code,
    is_valid_code,
    parse_code,
    side_of,
    tr_id_of,
)

K2I, MINI, MONDAY, THURSDAY, KOSDAQ = (PRODUCTS[key] for key in ("K2I", "MKI", "WKM", "WKI", "KQI"))
DAY = date(2026, 11, 26)


def contract(side=Side.CALL, product=K2I, strike=1085.0, expiry=None, month="202612", **more):
    return Contract("B01612A30", side, product, strike, expiry, month, **more)


def test_sides_are_named_in_two_languages():
    assert [side.korean for side in Side] == ["콜", "풋", "선물", "지수"]
    assert [side.english for side in Side] == ["Call", "Put", "Future", "Index"]


def test_every_product_has_the_characters_of_its_codes_and_types_of_its_own():
    assert {key: product.code for key, product in PRODUCTS.items()} == {
        "K2I": "01", "MKI": "05", "WKM": "AF", "WKI": "09", "KQI": "06",
    }  # fmt: skip
    kinds = [kind for product in PRODUCTS.values() for kind in product.types if kind]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize(
    ("product", "price", "tick"),
    [
        (K2I, 0.01, 0.01),
        (K2I, 9.99, 0.01),
        (K2I, 10.0, 0.05),
        (THURSDAY, 9.99, 0.01),
        (MONDAY, 10.0, 0.05),
        (MINI, 2.99, 0.01),
        (MINI, 3.0, 0.02),
        (MINI, 9.98, 0.02),
        (MINI, 10.0, 0.05),
        (KOSDAQ, 49.9, 0.1),
        (KOSDAQ, 50.0, 0.5),
        (K2I, 0.0, 0.01),
        (K2I, -0.05, 0.01),
    ],
)
def test_a_tick_is_that_of_the_exchanges_table(product, price, tick):
    assert product.tick(price) == tick


def test_a_price_that_is_not_known_has_no_tick():
    assert math.isnan(K2I.tick(math.nan))


def test_only_two_products_have_futures():
    assert (K2I.future_tick, MINI.future_tick) == (0.05, 0.02)
    assert all(math.isnan(product.future_tick) for product in (MONDAY, THURSDAY, KOSDAQ))


def test_the_stream_is_that_of_the_side():
    assert [contract(side).tr_id for side in Side] == [
        "H0IOCNT0", "H0IOCNT0", "H0IFCNT0", "H0UPCNT0",
    ]  # fmt: skip


def test_the_multiplier_is_that_of_the_product():
    assert contract().multiplier == 250_000
    assert contract(product=MINI).multiplier == 50_000
    assert contract(product=KOSDAQ).multiplier == 10_000
    assert KOSPI200.multiplier is None


@pytest.mark.parametrize(
    ("one", "korean", "english"),
    [
        (contract(), "콜 1,085.0", "Call 1,085.0"),
        (contract(Side.PUT, strike=987.5), "풋 987.5", "Put 987.5"),
        (contract(strike=math.nan), "콜 B01612A30", "Call B01612A30"),
        (contract(Side.FUTURE, strike=math.nan), "선물 202612", "Future 202612"),
        (contract(Side.FUTURE, MINI, math.nan), "미니 선물 202612", "Mini Future 202612"),
        (contract(Side.FUTURE, None, month=""), "선물 B01612A30", "Future B01612A30"),
        (KOSPI200, "KOSPI200", "KOSPI200"),
        (Contract("1001", Side.INDEX, None, math.nan, None, ""), "1001", "1001"),
    ],
)
def test_a_label_is_what_a_trader_says(one, korean, english):
    assert one.label() == one.label("ko") == korean
    assert one.label("en") == english


@pytest.mark.parametrize(
    ("one", "korean", "english"),
    [
        (contract(expiry=date(2026, 12, 10)), "2026-12", "2026-12"),
        (contract(product=THURSDAY, expiry=DAY, month="2611W4"), "11/26 목", "11/26 Thu"),
        (
            contract(product=MONDAY, expiry=date(2026, 10, 6), month="2610W1"),
            "10/06 화",
            "10/06 Tue",
        ),
        (contract(product=THURSDAY, month="2611W4"), "2611W4", "2611W4"),
        (KOSPI200, "", ""),
    ],
)
def test_an_expiry_is_a_month_or_the_day_of_a_week(one, korean, english):
    assert one.expiry_label() == one.expiry_label("ko") == korean
    assert one.expiry_label("en") == english


def test_days_left_are_calendar_days():
    assert contract(expiry=DAY).days_left(date(2026, 11, 23)) == 3
    assert contract(expiry=DAY).days_left(DAY) == 0
    assert contract(expiry=DAY).days_left(date(2026, 11, 27)) == -1
    assert contract().days_left(DAY) is None


@pytest.mark.parametrize(
    ("code", "side", "product", "strike", "month"),
    [
        # What is listed since 2026: letters, a digit for the year.
        ("B01610745", Side.CALL, K2I, 745.0, "202610"),
        ("C01610747", Side.PUT, K2I, 747.5, "202610"),
        ("B05610902", Side.CALL, MINI, 902.5, "202610"),
        ("BAFBZW970", Side.CALL, MONDAY, 970.0, ""),
        ("B09FEW937", Side.CALL, THURSDAY, 937.5, ""),
        ("A01612", Side.FUTURE, K2I, math.nan, "202612"),
        ("A05701", Side.FUTURE, MINI, math.nan, "202701"),
        ("B01001745", Side.CALL, K2I, 745.0, "203001"),
        ("B01512745", Side.CALL, K2I, 745.0, "203512"),
        # What was listed before: digits, a letter for the year.
        ("201S11305", Side.CALL, K2I, 305.0, "202211"),
        ("301T01302", Side.PUT, K2I, 302.5, "202301"),
        ("101W12", Side.FUTURE, K2I, math.nan, "202512"),
        ("201A01100", Side.CALL, K2I, 100.0, "200601"),
    ],
)
def test_a_code_tells_side_product_month_and_a_low_strike(code, side, product, strike, month):
    told = parse_code(code)
    assert (told.code, told.side, told.product, told.month) == (code, side, product, month)
    assert told.strike == strike or (math.isnan(told.strike) and math.isnan(strike))
    assert told.expiry is None


@pytest.mark.parametrize(
    "code",
    [
        "B01610A51",  # 1,125.0 in the master file
        "B09FEWA49",  # 1,120.0
        "C09F7WA45",
        "B06610001",  # 1,275 on the KOSDAQ150
        "B01610000",
        "B01610743",  # no multiple of 2.5
        "B11610745",  # an option on a stock
    ],
)
def test_a_suffix_that_is_no_strike_is_not_taken_for_one(code):
    assert math.isnan(parse_code(code).strike)


@pytest.mark.parametrize(
    "code",
    ["B01613745", "B01600745", "B01X10745", "201X11305", "201611305", "A01600", "BAFC0W970"],
)
def test_a_month_that_cannot_be_read_is_left_open(code):
    assert parse_code(code).month == ""


def test_a_code_of_an_unknown_product_is_still_a_code():
    told = parse_code("A04612")
    assert (told.side, told.product, told.month) == (Side.FUTURE, None, "202612")


def test_four_digits_are_an_index():
    assert parse_code("2001") == KOSPI200
    assert parse_code("1001").label() == "1001"


@pytest.mark.parametrize(
    ("code", "tr_id"),
    [
        ("B01610A51", "H0IOCNT0"),
        ("301T01302", "H0IOCNT0"),
        ("A01612", "H0IFCNT0"),
        ("101W12", "H0IFCNT0"),
        ("2001", "H0UPCNT0"),
        ("B01610A5", None),
        ("B01610", None),
        ("A0161", None),
        ("ALWAYS", None),
        ("D01612", None),
        ("b01610a51", None),
        ("", None),
    ],
)
def test_only_a_whole_code_has_a_stream(code, tr_id):
    assert tr_id_of(code) == tr_id
    assert (parse_code(code) is None) == (tr_id is None)


@pytest.mark.parametrize(
    ("code", "option", "valid", "side"),
    [
        ("B01610A51", True, True, Side.CALL),
        ("B016AA51", False, True, Side.CALL),  # as the exchange writes it
        ("C01610745", True, True, Side.PUT),
        ("201S11305", True, True, Side.CALL),
        ("A01612", False, True, Side.FUTURE),
        ("D01612703", False, True, None),  # a spread
        ("2001", False, True, Side.INDEX),
        ("E01610A51", False, False, None),
        ("B01610A512", False, False, None),
        ("B0161\u0660A51", False, False, None),
        ("콜", False, False, None),
        ("", False, False, None),
    ],
)
def test_shapes_of_codes(code, option, valid, side):
    assert (is_option_code(code), is_valid_code(code), side_of(code)) == (option, valid, side)


@given(st.text() | st.from_regex(r"[1-4A-D][0-9A-Z]{2}[0-9A-Z]{3,6}", fullmatch=True))
def test_any_text_is_a_contract_with_that_code_or_none(code):
    told = parse_code(code)
    if told is None:
        assert tr_id_of(code) is None
    else:
        assert (told.code, told.tr_id) == (code, tr_id_of(code))
        assert is_valid_code(code)
        assert math.isnan(told.strike) or told.strike % 2.5 == 0
        assert told.label()
