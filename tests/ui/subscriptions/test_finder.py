"""What the words in the search box mean."""

import math
from datetime import date

import pytest

from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.ui.subscriptions.finder import Place, find, split_items

DECEMBER = Place(PRODUCTS["K2I"], date(2026, 12, 10), 1084.52)
ALL = Place(underlying=1084.52)


def codes(found):
    return [hit.code for hit in found.lines]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("  \n ", []),
        ("1085콜", ["1085콜"]),
        ("목 1085p", ["목 1085p"]),
        ("12월 1085c", ["12월 1085c"]),
        ("1,085콜", ["1085콜"]),
        ("1,085콜, 1,090풋", ["1085콜", "1090풋"]),
        ("1085c 1090p", ["1085c", "1090p"]),
        ("목 1085c 1090p", ["목 1085c", "목 1090p"]),
        ("1085c\n1090p\r\n\n1095c", ["1085c", "1090p", "1095c"]),
        ("1085c;1090p\t1095c", ["1085c", "1090p", "1095c"]),
        ("B01612A18 C01612A18", ["B01612A18", "C01612A18"]),
        ("b01612a18", ["B01612A18"]),
        ("콜 1,085.0\tB01612A18\t2026-12\n풋 1,085.0\tC01612A18\t2026-12",
         ["B01612A18", "C01612A18"]),
    ],
)  # fmt: skip
def test_words_are_cut_into_items_that_each_name_a_contract(text, items):
    assert list(split_items(text)) == items


def test_a_strike_finds_call_and_put_of_the_chosen_expiry(broker):
    found = find(broker.desk, "1085", DECEMBER)
    assert codes(found) == ["B01612A18", "C01612A18"]
    assert [(hit.label, hit.term) for hit in found.lines] == [
        ("콜 1,085.0", "2026-12"),
        ("풋 1,085.0", "2026-12"),
    ]


@pytest.mark.parametrize("text", ["1085콜", "1085c", "c1085", "콜 1085", "1,085콜", "1085ㅊ"])
def test_every_way_to_write_a_call_finds_it(broker, text):
    assert codes(find(broker.desk, text, DECEMBER)) == ["B01612A18"]


def test_a_product_in_the_words_is_stronger_than_the_chips(broker):
    found = find(broker.desk, "목 1085p", DECEMBER)
    assert codes(found) == ["C09F4WA18"]
    assert found.lines[0].term == "11/26 목"


def test_without_chips_the_product_that_a_label_does_not_tell_stands_beside_it(broker):
    found = find(broker.desk, "1085c", ALL)
    terms = {hit.code: hit.term for hit in found.lines}
    assert terms["B01612A18"] == "2026-12"
    assert terms["B05612A18"] == "미니 2026-12"
    assert terms["B09F4WA18"] == "11/26 목"


def test_what_the_chips_exclude_is_found_in_all_and_said_so(broker):
    broker.master.contracts.pop("B01612A18")
    found = find(broker.desk, "1085c", DECEMBER)
    assert "B01701A18" in codes(found)
    assert found.sentence == "고른 상품과 만기에는 없어 전체에서 찾았습니다."


def test_what_is_watched_is_marked(broker):
    [call, _] = find(broker.desk, "1085", DECEMBER).lines
    broker.watchlist.add(call.keys)
    assert [hit.note for hit in find(broker.desk, "1085", DECEMBER).lines] == ["구독 중", ""]


def test_nothing_found_is_said_in_one_sentence(broker):
    found = find(broker.desk, "1999콜", DECEMBER)
    assert found.lines == ()
    assert found.sentence == "'1999콜'에 맞는 종목이 없습니다."


def test_what_is_no_query_is_said_in_one_sentence(broker):
    found = find(broker.desk, "삼성전자", DECEMBER)
    assert found.lines == ()
    assert found.sentence == "'삼성전자'은(는) 종목 코드나 행사가가 아닙니다."


@pytest.mark.parametrize(
    ("text", "premature"),
    [("1", True), ("10", True), ("목 108", True), ("삼", True), ("1999콜", False), ("1999", True),
     ("삼성전자", True), ("삼성전자우", False), ("목 1999", False)],
)  # fmt: skip
def test_words_that_are_only_begun_are_not_complained_of(broker, text, premature):
    assert find(broker.desk, text, DECEMBER).premature is premature


def test_a_whole_code_that_is_not_listed_can_be_added_and_is_marked(broker):
    [hit] = find(broker.desk, "B01612B99", DECEMBER).lines
    assert (hit.keys[0].code, hit.note) == ("B01612B99", "목록에 없음")


def test_a_pasted_list_is_offered_in_one_line_with_its_contracts_below(broker):
    found = find(broker.desk, "1085콜\n목 1085p\nC01612A20", DECEMBER)
    offer, *contracts = found.lines
    assert offer.label == "3종목 추가"
    assert [key.code for key in offer.keys] == ["B01612A18", "C09F4WA18", "C01612A20"]
    assert [hit.code for hit in contracts] == [key.code for key in offer.keys]
    assert (found.sentence, found.unreadable) == ("", "")


def test_what_could_not_be_read_of_a_list_is_named(broker):
    found = find(broker.desk, "1085콜, 삼성, 1090풋", DECEMBER)
    assert found.lines[0].label == "2종목 추가, 읽을 수 없음: 삼성"
    assert found.sentence == "2종목 추가, 읽을 수 없음: 삼성"


def test_a_long_list_of_nonsense_is_named_by_its_beginning(broker):
    found = find(broker.desk, "가,나,다,라,마,바", DECEMBER)
    assert found.lines == ()
    assert found.sentence == "읽을 수 없음: 가, 나, 다, 라 외 2개"


def test_the_offer_counts_only_what_is_new(broker):
    broker.watchlist.add(find(broker.desk, "1085c", DECEMBER).lines[0].keys)
    assert find(broker.desk, "1085c\n1090c", DECEMBER).lines[0].label == "1종목 추가"


def test_before_the_master_file_only_a_whole_code_is_found(make_broker):
    desk = make_broker(listed_too=False).desk
    [hit] = find(desk, "b01612a18", Place()).lines
    assert hit.keys[0] == ("H0IOCNT0", "B01612A18")
    for text in ("1085콜", "B01612", "A01612"):
        found = find(desk, text, Place())
        assert found.lines == ()
        assert found.sentence.startswith("종목 목록을 기다리는 중")


def test_before_the_master_file_a_list_of_codes_can_be_added(make_broker):
    found = find(make_broker(listed_too=False).desk, "B01612A18\n1085콜 1090콜", Place())
    assert [key.code for key in found.lines[0].keys] == ["B01612A18"]
    assert found.unreadable == "1085콜, 1090콜"


def test_an_unknown_underlying_harms_no_search(broker):
    assert codes(find(broker.desk, "1085", Place(underlying=math.nan)))


def test_it_speaks_english_too(make_broker):
    desk = make_broker(language="en").desk
    [call, _] = find(desk, "1085", DECEMBER).lines
    assert (call.label, call.term) == ("Call 1,085.0", "2026-12")
    assert find(desk, "thu 1085p", DECEMBER).lines[0].term == "11/26 Thu"
    assert find(desk, "zzz", DECEMBER).sentence == '"zzz" is neither a code nor a strike.'
