import math
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.contract import KOSPI200, PRODUCTS, Contract, Side, parse_code
from kisopt_gui.market.master import Master, parse_master, write_master
from kisopt_gui.market.search import Query, parse_list, parse_query, search, strike_range

TODAY = date(2026, 11, 23)
STRIKES = [970.0, 1082.5, 1085.0, 1087.5, 1090.0]
DECEMBER, THURSDAY = date(2026, 12, 10), date(2026, 11, 26)
K2I, MINI, WEEKLY = PRODUCTS["K2I"], PRODUCTS["MKI"], PRODUCTS["WKI"]

# The strikes of A01 to A05 are those above, of every product and month.
LISTED = [
    ("K2I", "202612", "01612"),
    ("K2I", "202701", "01701"),
    ("MKI", "202612", "05612"),
    ("WKI", "2611W4", "09FMW"),
    ("WKI", "2612W1", "09FNW"),
    ("WKM", "2611W5", "AFC7W"),
    ("KQI", "202612", "06612"),
]
FUTURES = [("K2I", "202612", "A01612"), ("K2I", "202703", "A01703"), ("MKI", "202612", "A05612")]


def listed():
    for key, month, code in FUTURES:
        yield Contract(code, Side.FUTURE, PRODUCTS[key], math.nan, None, month)
    for key, month, middle in LISTED:
        for serial, strike in enumerate(STRIKES, 1):
            for side, letter in ((Side.CALL, "B"), (Side.PUT, "C")):
                code = f"{letter}{middle}A{serial:02}"
                yield Contract(code, side, PRODUCTS[key], strike, None, month)


@pytest.fixture(scope="module")
def master():
    return parse_master(write_master(listed()), TODAY)


@pytest.fixture
def find(master):
    def codes(text, **where):
        return [each.code for each in search(master, parse_query(text), **where)]

    return codes


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("1085콜", Query(strike=1085.0, side=Side.CALL)),
        ("1085c", Query(strike=1085.0, side=Side.CALL)),
        ("1085C", Query(strike=1085.0, side=Side.CALL)),
        ("c1085", Query(strike=1085.0, side=Side.CALL)),
        ("콜 1085", Query(strike=1085.0, side=Side.CALL)),
        ("콜1085", Query(strike=1085.0, side=Side.CALL)),
        ("1085 call", Query(strike=1085.0, side=Side.CALL)),
        ("calls 1085", Query(strike=1085.0, side=Side.CALL)),
        ("1085ㅊ", Query(strike=1085.0, side=Side.CALL)),
        ("ㅊ1085", Query(strike=1085.0, side=Side.CALL)),
        ("콜 1,085.0", Query(strike=1085.0, side=Side.CALL)),
        ("Call 1,085.0", Query(strike=1085.0, side=Side.CALL)),
        ("p1085", Query(strike=1085.0, side=Side.PUT)),
        ("1087.5풋", Query(strike=1087.5, side=Side.PUT)),
        ("1087.50 put", Query(strike=1087.5, side=Side.PUT)),
        ("1085ㅔ", Query(strike=1085.0, side=Side.PUT)),
        ("217.5풋", Query(strike=217.5, side=Side.PUT)),
        ("1085", Query(strike=1085.0)),
        ("목 1085p", Query(strike=1085.0, side=Side.PUT, products=("WKI",))),
        ("목1085p", Query(strike=1085.0, side=Side.PUT, products=("WKI",))),
        ("thu 1085p", Query(strike=1085.0, side=Side.PUT, products=("WKI",))),
        ("월 1085c", Query(strike=1085.0, side=Side.CALL, products=("WKM",))),
        ("mon 1085c", Query(strike=1085.0, side=Side.CALL, products=("WKM",))),
        ("위클리", Query(products=("WKI", "WKM"))),
        ("Weekly", Query(products=("WKI", "WKM"))),
        ("위클리 목", Query(products=("WKI",))),
        ("위클리(월)", Query(products=("WKM",))),
        ("위클리목1085콜", Query(strike=1085.0, side=Side.CALL, products=("WKI",))),
        ("목 월", Query(products=("WKI", "WKM"))),
        ("미니 1085c", Query(strike=1085.0, side=Side.CALL, products=("MKI",))),
        ("mini put", Query(side=Side.PUT, products=("MKI",))),
        ("미니선물", Query(side=Side.FUTURE, products=("MKI",))),
        ("코스닥150 975콜", Query(strike=975.0, side=Side.CALL, products=("KQI",))),
        ("코스피200", Query(products=("K2I",))),
        ("선물", Query(side=Side.FUTURE)),
        ("futures", Query(side=Side.FUTURE)),
        ("지수", Query(side=Side.INDEX)),
        ("12월 1085c", Query(strike=1085.0, side=Side.CALL, month_number=12)),
        ("1월물", Query(month_number=1)),
        ("202612 1085c", Query(strike=1085.0, side=Side.CALL, month="202612")),
        ("2026-12", Query(month="202612")),
        ("2611w4 콜", Query(side=Side.CALL, month="2611W4")),
        ("b01612a03", Query(code="B01612A03")),
        ("b016", Query(code="B016")),
        ("C09", Query(code="C09")),
        ("c01612", Query(code="C01612")),
        ("201S11305", Query(code="201S11305")),
        ("a04612", Query(code="A04612")),
        ("2001", Query(code="2001")),
        ("  ", Query()),
        (", /", Query()),
    ],
)
def test_what_words_mean(text, query):
    assert parse_query(text) == query


def test_hangul_in_parts_as_a_mac_sends_it_is_composed():
    assert parse_query(unicodedata.normalize("NFD", "목 1085콜")) == parse_query("목 1085콜")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("삼성전자", ("삼성전자",)),
        ("1085c 삼성 목요일", ("삼성", "목요일")),
        ("삼성 목1085c 미니삼성", ("삼성", "미니삼성")),
        ("monday", ("monday",)),
        ("can", ("can",)),
        ("13월", ("13월",)),
        ("1085x", ("1085x",)),
        ("0850", ("0850",)),
        ("B01612A301", ("B01612A301",)),
    ],
)
def test_words_that_say_nothing_are_named(text, unknown):
    assert parse_query(text).unknown == unknown


@pytest.mark.parametrize("text", ["", "  ", ","])
def test_no_words_ask_for_nothing(text, find):
    assert parse_query(text).is_empty
    assert find(text) == []


@pytest.mark.parametrize("text", ["1085", "c", "목", "202612", "12월", "B01", "삼성"])
def test_one_word_asks_for_something(text):
    assert not parse_query(text).is_empty


@given(st.text())
def test_any_text_is_a_query(text):
    query = parse_query(text)
    assert query.is_empty or query != Query()


# --- search


def test_the_nearest_expiry_comes_first(find):
    assert find("1085c") == [
        "B09FMWA03", "BAFC7WA03", "B09FNWA03", "B01612A03", "B05612A03", "B06612A03", "B01701A03",
    ]  # fmt: skip


def test_a_bare_strike_is_call_and_put_of_one_product_after_the_other(find):
    assert find("1085 202612") == [
        "B01612A03", "C01612A03", "B05612A03", "C05612A03", "B06612A03", "C06612A03",
    ]  # fmt: skip


def test_then_comes_what_is_nearest_the_money(find):
    assert find("목 c", underlying=1086.5, limit=4) == [
        "B09FMWA04", "B09FMWA03", "B09FMWA05", "B09FMWA02",
    ]  # fmt: skip


def test_without_an_underlying_strikes_are_in_the_order_of_their_codes(find):
    assert find("목 c", limit=3) == ["B09FMWA01", "B09FMWA02", "B09FMWA03"]


def test_no_more_than_the_limit_is_found(find):
    assert len(find("c", limit=5)) == 5


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("목 1085p", ["C09FMWA03", "C09FNWA03"]),
        ("월 1085c", ["BAFC7WA03"]),
        ("위클리 1085c", ["B09FMWA03", "BAFC7WA03", "B09FNWA03"]),
        ("미니 1085c", ["B05612A03"]),
        ("코스닥 1085c", ["B06612A03"]),
        ("k200 1085c 202612", ["B01612A03"]),
        ("2612w1 1085p", ["C09FNWA03"]),
        ("202701 970c", ["B01701A01"]),
        ("선물", ["A01612", "A05612", "A01703"]),
        ("미니 선물", ["A05612"]),
        ("선물 3월", ["A01703"]),
        ("지수", ["2001"]),
        ("코스피200 지수", ["2001"]),
        ("1999c", []),
        ("1085c 삼성", []),
    ],
)
def test_every_fact_of_the_query_must_be_true(find, text, codes):
    assert find(text) == codes


def test_a_month_means_the_monthlies_unless_weeklies_are_asked_for(find):
    assert find("12월 1085c") == ["B01612A03", "B05612A03", "B06612A03"]
    assert find("위클리 12월 1085c") == ["B09FNWA03"]
    assert find("12월 1085c", product=WEEKLY) == ["B09FNWA03"]
    assert find("11월 1085c") == []


def test_the_index_stands_before_its_options(find):
    assert find("kospi200", limit=2) == ["2001", "A01612"]
    assert find("코스피", limit=1) == ["2001"]


def test_a_code_is_found_by_its_beginning_in_any_case(find):
    assert find("b01612a03") == ["B01612A03"]
    assert find("B05612A0", limit=2) == ["B05612A01", "B05612A02"]
    assert find("2001") == ["2001"]


def test_a_whole_code_stands_before_what_it_begins():
    odd = [Contract(code, Side.CALL, K2I, 1.0, TODAY, "") for code in ("B0161299", "B01612999")]
    both = Master({each.code: each for each in reversed(odd)})
    assert [each.code for each in search(both, parse_query("B0161299"))] == [
        "B0161299", "B01612999",
    ]  # fmt: skip


def test_what_has_no_known_expiry_comes_last():
    new = Contract("B09ZZWA03", Side.CALL, WEEKLY, 1085.0, None, "")
    old = Contract("B01612A03", Side.CALL, K2I, 1085.0, DECEMBER, "202612")
    both = Master({each.code: each for each in (new, old)})
    assert search(both, parse_query("1085c")) == [old, new]


def test_a_product_that_is_not_known_comes_after_those_that_are():
    strange = Contract("A04612", Side.FUTURE, None, math.nan, DECEMBER, "202612")
    usual = Contract("A05612", Side.FUTURE, MINI, math.nan, DECEMBER, "202612")
    both = Master({each.code: each for each in (strange, usual)})
    assert search(both, parse_query("선물")) == [usual, strange]


def test_a_whole_code_that_is_not_listed_is_found_with_what_it_tells(master):
    [found] = search(master, parse_query("b01702745"))
    assert found == parse_code("B01702745")
    assert search(master, parse_query("b0170274")) == []
    assert search(master, parse_query("B01702745 풋")) == []
    assert search(master, parse_query("미니 B01702745")) == []


def test_the_place_narrows_what_the_query_leaves_open(find):
    assert find("1085", product=K2I, expiry=DECEMBER) == ["B01612A03", "C01612A03"]
    assert find("1085c", product=K2I) == ["B01612A03", "B01701A03"]
    assert find("1085c", expiry=DECEMBER) == ["B01612A03", "B05612A03", "B06612A03"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("목 1085c", ["B09FMWA03", "B09FNWA03"]),
        ("202701 1085c", ["B01701A03"]),
        ("1월 1085c", ["B01701A03"]),
        ("b05612a03", ["B05612A03"]),
        ("선물", ["A01612", "A05612", "A01703"]),
        ("지수", ["2001"]),
    ],
)
def test_the_query_is_stronger_than_the_place(find, text, codes):
    assert find(text, product=K2I, expiry=DECEMBER) == codes


@given(st.text(alphabet="1085.,콜풋목월위미니선물지수cpㅊㅔabB0A WwT2 ", max_size=12))
def test_whatever_is_found_fits_what_was_asked(master, text):
    query = parse_query(text)
    for found in search(master, query):
        assert not query.unknown
        assert found.code.startswith(query.code)
        assert query.side in (None, found.side)
        assert math.isnan(query.strike) or found.strike == query.strike


# --- strike_range


def test_a_range_is_around_the_money_from_the_highest_strike_down(master):
    found = strike_range(master, K2I, DECEMBER, 1086.0, 1)
    assert [(each.strike, each.side) for each in found] == [
        (1087.5, Side.CALL), (1087.5, Side.PUT),
        (1085.0, Side.CALL), (1085.0, Side.PUT),
        (1082.5, Side.CALL), (1082.5, Side.PUT),
    ]  # fmt: skip


def test_a_range_may_be_of_one_side(master):
    found = strike_range(master, K2I, DECEMBER, 1086.0, 0, [Side.PUT])
    assert [each.code for each in found] == ["C01612A03"]


def test_a_range_ends_where_the_strikes_do(master):
    above = strike_range(master, K2I, DECEMBER, 5000.0, 1, [Side.CALL])
    assert [each.strike for each in above] == [1090.0, 1087.5]
    assert len(strike_range(master, K2I, DECEMBER, 1.0, 99)) == 2 * len(STRIKES)


def test_a_side_that_is_not_listed_is_left_out(master):
    some = Master({c: each for c, each in master.contracts.items() if c != "C01612A03"})
    assert [each.code for each in strike_range(some, K2I, DECEMBER, 1085.0, 0)] == ["B01612A03"]


@pytest.mark.parametrize("around", [math.nan, 0.0, -1.0])
def test_without_an_index_there_is_nothing_to_be_around(master, around):
    assert strike_range(master, K2I, DECEMBER, around, 5) == []


def test_an_expiry_that_is_not_listed_has_no_range(master):
    assert strike_range(master, K2I, THURSDAY, 1085.0, 5) == []


# --- parse_list


def codes(master, text):
    found, unreadable = parse_list(master, text)
    return [each.code for each in found], unreadable


@pytest.mark.parametrize("mark", [" ", ",", ", ", "\n", "\r\n", "\t", ";", "\n\n"])
def test_codes_may_be_parted_by_anything(master, mark):
    text = mark.join(["B01612A03", "c01612a04", "A01612", "2001"])
    assert codes(master, text) == (["B01612A03", "C01612A04", "A01612", "2001"], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("202612 1085c\n목 1085p", ["B01612A03", "C09FMWA03"]),
        ("목 1085c 1090p", ["B09FMWA03", "C09FMWA05"]),
        ("202612 k200 1085 콜, 미니 1,090.0 풋", ["B01612A03", "C05612A05"]),
        ("1085c 1090c", ["B09FMWA03", "B09FMWA05"]),
        ("목 1085", ["B09FMWA03", "C09FMWA03"]),
        ("k200 202612 1085", ["B01612A03", "C01612A03"]),
        ("선물, 지수", ["A01612", "2001"]),
        ("B01612A03 목 1085c", ["B01612A03", "B09FMWA03"]),
        ("1085c B01612A03 목", ["B01612A03", "B09FMWA03"]),
        ("B01612A03 십이월 콜", ["B01612A03"]),
        ("B01702745", ["B01702745"]),
    ],
)
def test_a_list_may_be_of_queries(master, text, expected):
    assert codes(master, text) == (expected, [])


def test_a_strike_without_a_side_is_of_one_product_only(master):
    # The mini option of the same expiry and strike is another row.
    found, _ = codes(master, "202612 1085")
    assert found == ["B01612A03", "C01612A03"]


def test_of_a_row_copied_from_a_table_only_the_code_counts(master):
    text = "B01612A03\t콜 1,085.0\t12.35\t▲0.15\nC01612A03\t풋 1,085.0\t9.80\t▼0.35\n"
    assert codes(master, text) == (["B01612A03", "C01612A03"], [])


def test_a_contract_that_stands_twice_is_found_once(master):
    assert codes(master, "목 1085c, B09FMWA03") == (["B09FMWA03"], [])


@pytest.mark.parametrize(
    ("text", "unreadable"),
    [
        ("삼성전자", ["삼성전자"]),
        ("목 1085c, 삼성, 1999c", ["삼성", "1999c"]),
        ("목, 콜, B016", ["목", "콜", "B016"]),
        ("12월\n위클리 콜", ["12월", "위클리 콜"]),
    ],
)
def test_what_names_no_contract_is_given_back(master, text, unreadable):
    assert codes(master, text)[1] == unreadable


@pytest.mark.parametrize("text", ["", " ", "\n\t,", ",,"])
def test_an_empty_list_finds_and_complains_of_nothing(master, text):
    assert parse_list(master, text) == ([], [])


def test_before_the_master_file_only_whole_codes_are_found():
    found, unreadable = parse_list(None, "b01612745, 1085c\nA01612 2001\n1085")
    assert [each.code for each in found] == ["B01612745", "A01612", "2001"]
    assert found[2] == KOSPI200
    assert unreadable == ["1085c", "1085"]


@given(st.text())
def test_any_pasted_text_is_found_or_given_back(text):
    found, unreadable = parse_list(Master({KOSPI200.code: KOSPI200}), text)
    assert len({each.code for each in found}) == len(found)
    assert all(each.strip() for each in unreadable)
