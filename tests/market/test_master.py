import io
import math
import time
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kisopt_gui.market.contract import KOSPI200, PRODUCTS, Contract, Side
from kisopt_gui.market.master import (
    FILE_NAME,
    DamagedMasterError,
    EmptyMasterError,
    Master,
    MasterError,
    parse_master,
    write_master,
)

TODAY = date(2026, 9, 21)
K2I, MINI, MONDAY, THURSDAY, KOSDAQ = (PRODUCTS[key] for key in ("K2I", "MKI", "WKM", "WKI", "KQI"))

REAL = """\
1|A01612|KR4A016C0004|F 202612| |00000.00|1|2001|KOSPI200
5|B01610745|KR4B016A7454|C 202610   745.0|2|00745.00| |2001|KOSPI200
5|B01610747|KR4B016A7470|C 202610   747.5|2|00747.50| |2001|KOSPI200
5|B01610A51|KR4B016AA511|C 202610 1,125.0|1|01125.00| |2001|KOSPI200
6|C01610745|KR4C016A7452|P 202610   745.0|3|00745.00| |2001|KOSPI200
N|BAFBZW970|KR4BAFBZ9705|위클리M C 2609W4   970.0|2|00970.00| |2001|KOSPI200
L|B09FEWA49|KR4B09FEA490|위클리C 2609W4 1,120.0|3|01120.00| |2001|KOSPI200
D|B05610A48|KR4B056AA480|미니C 202610 1,120.0|3|01120.00| |2001|KOSPI200
J|B06610001|KR4B066A0011|코스닥150C 202610 1,275|2|01275.00| |3003|KSQ150
"""
"""Lines that public projects took from the broker's file in September 2026."""


def read(text, today=TODAY):
    return parse_master(text.encode("cp949"), today)


def zipped(text, name=FILE_NAME, **how):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", **how) as archive:
        archive.writestr(name, text.encode("cp949"))
    return packed.getvalue()


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [name] = archive.namelist()
        return name, archive.read(name).decode("cp949")


def line(kind="5", code="B01610A51", name="C 202610 1,125.0", strike="01125.00", tail="2001"):
    return f"{kind}|{code}|KR4|{name}|2|{strike}| |{tail}|KOSPI200\n"


@pytest.fixture(scope="module")
def master():
    return read(REAL)


def test_every_line_of_the_real_file_is_read(master):
    assert (len(master.contracts), master.unknown, master.bad) == (10, 0, 0)
    assert list(master.contracts)[:3] == ["2001", "A01612", "B01610745"]


@pytest.mark.parametrize(
    ("code", "side", "product", "strike", "expiry", "month", "name"),
    [
        ("B01610A51", Side.CALL, K2I, 1125.0, date(2026, 10, 8), "202610", "C 202610 1,125.0"),
        ("C01610745", Side.PUT, K2I, 745.0, date(2026, 10, 8), "202610", "P 202610   745.0"),
        ("B01610747", Side.CALL, K2I, 747.5, date(2026, 10, 8), "202610", "C 202610   747.5"),
        (
            "BAFBZW970", Side.CALL, MONDAY, 970.0, date(2026, 9, 28), "2609W4",
            "위클리M C 2609W4   970.0",
        ),
        (
            "B09FEWA49", Side.CALL, THURSDAY, 1120.0, date(2026, 9, 23), "2609W4",
            "위클리C 2609W4 1,120.0",
        ),
        ("B05610A48", Side.CALL, MINI, 1120.0, date(2026, 10, 8), "202610", "미니C 202610 1,120.0"),
        (
            "B06610001", Side.CALL, KOSDAQ, 1275.0, date(2026, 10, 8), "202610",
            "코스닥150C 202610 1,275",
        ),
    ],
)  # fmt: skip
def test_an_option_is_read_with_its_expiry(
    master, code, side, product, strike, expiry, month, name
):
    option = master.contracts[code]
    assert (option.side, option.product, option.strike) == (side, product, strike)
    assert (option.expiry, option.month, option.name) == (expiry, month, name)
    assert option.standard_code.startswith("KR4")


def test_a_future_has_no_strike(master):
    future = master.contracts["A01612"]
    assert (future.side, future.product, future.month) == (Side.FUTURE, K2I, "202612")
    assert future.expiry == date(2026, 12, 10)
    assert math.isnan(future.strike)


def test_the_index_is_listed_though_it_stands_in_no_file(master):
    assert master.contracts["2001"] is KOSPI200


def test_only_products_with_options_are_named_in_the_house_order(master):
    assert master.products() == [K2I, MINI, MONDAY, THURSDAY, KOSDAQ]
    assert read(REAL.splitlines()[0]).products() == []


def test_expiries_are_ascending_and_those_of_options(master):
    more = read(REAL + line(code="B01611A51", name="C 202611 1,125.0"))
    assert more.expiries(K2I) == [date(2026, 10, 8), date(2026, 11, 12)]
    assert master.expiries(THURSDAY) == [date(2026, 9, 23)]


def test_a_chain_has_the_highest_strike_first_and_gaps_where_a_side_is_not_listed(master):
    assert master.chain(K2I, date(2026, 10, 8)) == [
        (1125.0, "B01610A51", ""),
        (747.5, "B01610747", ""),
        (745.0, "B01610745", "C01610745"),
    ]
    assert master.chain(K2I, date(2026, 11, 12)) == []


def test_at_the_money_is_what_the_file_marks(master):
    assert master.at_the_money == {("K2I", "202610"): 1125.0}


def test_a_code_that_is_not_listed_is_known_as_far_as_it_tells(master):
    assert master.get("B01610A51").strike == 1125.0
    assert master.get("B01612745").strike == 745.0
    assert math.isnan(master.get("B01612A51").strike)
    assert master.get("삼성전자") is None


def test_the_front_future_is_the_nearest_of_full_size():
    text = (
        "1|A01703|KR4|F 202703| |00000.00|2|2001|KOSPI200\n"
        "1|A01000|KR4|F 연결| |00000.00|0|2001|KOSPI200\n"  # the continuous one has no month
        "B|A05610|KR4|미니F 202610| |00000.00|1|2001|KOSPI200\n"
        "1|A01612|KR4|F 202612| |00000.00|1|2001|KOSPI200\n"
    )
    master = read(text)
    assert master.front_future().code == "A01612"
    assert master.contracts["A05610"].product is MINI
    assert master.contracts["A01000"].expiry is None


def test_without_futures_there_is_no_front_one():
    assert Master({}).front_future() is None


@pytest.mark.parametrize(
    "text",
    [
        "2|D0161201|KR4|SP 2612-2703| |00000.00| |2001|KOSPI200\n",  # a spread
        "7|A04610|KR4|변동성 F 202610| |00000.00|1|2901|V-KOSPI\n",
        "1|A06612|KR4|코스닥150 F 202612| |00000.00|1|3003|KSQ150\n",  # on another index
        "Z|BAJ37W001|KR4|코스닥위클리C 2610W1 1,425|2|01425.00| |3003|KSQ150\n",
    ],
)
def test_what_is_of_no_known_kind_is_counted_and_left_out(text):
    master = read(REAL + text)
    assert (len(master.contracts), master.unknown, master.bad) == (10, 1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "5|B01610A52|KR4B016AA511|C 2026",
        line(code=""),
        line(code="B0161"),
        line(code="C01610A52"),  # a put's code under a call's type
        line(strike=""),
        line(strike="abc"),
        line(strike="00000.00"),
        line(strike="-1125.00"),
        line(strike="nan"),
        line(strike="inf"),
        line(kind="1", code="B01610A52"),
    ],
)
def test_a_bad_line_is_counted_and_the_rest_is_read(text):
    master = read(REAL + text)
    assert (len(master.contracts), master.unknown, master.bad) == (10, 0, 1)


def test_blank_lines_and_windows_line_ends_are_nothing():
    master = read(REAL.replace("\n", "\r\n") + "\r\n\r\n")
    assert master == read(REAL)


def test_fields_the_broker_adds_later_are_ignored():
    assert read(REAL.replace("KOSPI200\n", "KOSPI200|1|2\n")) == read(REAL)


def test_the_shape_of_a_code_may_be_new_if_the_broker_lists_it():
    assert read(line(kind="L", code="B09FE937")).contracts["B09FE937"].strike == 1125.0


@pytest.mark.parametrize("name", ["C 202613 1,125.0", "C", "", "C 2026101 1,125.0", "C 2609W4"])
def test_a_term_that_is_not_known_leaves_the_expiry_open(name):
    [_, option] = read(line(name=name)).contracts.values()
    assert (option.code, option.expiry) == ("B01610A51", None)


def test_a_weekly_that_has_expired_while_the_file_was_kept_still_has_its_day():
    kept = read(REAL, date(2026, 10, 12))
    assert kept.contracts["BAFBZW970"].expiry == date(2026, 9, 28)
    assert kept.contracts["B09FEWA49"].expiry == date(2026, 9, 23)


def test_zipped_and_not_zipped_are_the_same(master):
    assert parse_master(zipped(REAL), TODAY) == master
    assert parse_master(zipped(REAL, compression=zipfile.ZIP_DEFLATED), TODAY) == master


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>maintenance</html>",
        "점검 중".encode("cp949"),
        b"\xff\xfe\x00",
        zipped(""),
        zipped("", "folder/"),
        zipped("2|D0161201|KR4|SP 2612-2703| |00000.00| |2001|KOSPI200\n"),
    ],
)
def test_what_is_no_master_file_is_said_so(data):
    with pytest.raises(EmptyMasterError) as caught:
        parse_master(data, TODAY)
    assert caught.value.sentence("en").startswith("the master file lists no index future or option")
    assert caught.value.sentence("ko").startswith("종목 마스터 파일에 지수 선물·옵션이 없습니다")


def empty_zip():
    packed = io.BytesIO()
    zipfile.ZipFile(packed, "w").close()
    return packed.getvalue()


def encrypted_zip():
    data = bytearray(zipped(REAL))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"PK",
        zipped(REAL)[:-30],
        zipped(REAL)[:200],
        zipped(REAL).replace("위클리".encode("cp949"), b"......", 1),
        zipped(REAL, compression=zipfile.ZIP_BZIP2),
        encrypted_zip(),
        b"PK" + empty_zip(),
    ],
)
def test_a_damaged_zip_is_said_so(data):
    with pytest.raises(DamagedMasterError, match="cut short or damaged") as caught:
        parse_master(data, TODAY)
    assert caught.value.sentence("ko").startswith("종목 마스터 파일이 잘렸거나 손상되었습니다")


def test_a_zip_that_unpacks_to_more_than_a_master_file_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("kisopt_gui.market.master._MOST_BYTES", 1000)
    data = zipped(REAL + "\n" * 50_000, compression=zipfile.ZIP_DEFLATED)
    assert parse_master(data, TODAY) == read(REAL)


@given(st.binary() | st.binary().map(b"PK".__add__) | st.text().map(lambda text: text.encode()))
@example(b"5|B01610A51||||1|||")
def test_any_bytes_are_a_master_or_a_master_error(data):
    with suppress(MasterError):
        assert len(parse_master(data, TODAY).contracts) > 1


@given(st.data())
def test_a_zip_with_any_damage_is_a_master_or_a_master_error(data):
    packed = bytearray(zipped(REAL, compression=zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(packed) - 1))
        packed[at] = data.draw(st.integers(0, 255))
    with suppress(MasterError):
        assert len(parse_master(bytes(packed), TODAY).contracts) > 1


def test_the_real_lines_are_written_as_the_broker_wrote_them(master):
    name, text = unzipped(write_master(master.contracts.values(), 1125.0))
    assert name == "fo_idx_code_mts.mst"
    # Alone in their months, weekly and mini strikes are the nearest to the money.
    expected = REAL.replace("970.0|2|", "970.0|1|").replace("1,120.0|3|", "1,120.0|1|")
    assert text == expected.replace("1,275|2|", "1,275|1|")


def test_a_contract_without_a_name_is_named_as_the_broker_would(master):
    nameless = [
        Contract(c.code, c.side, c.product, c.strike, c.expiry, c.month, "", c.standard_code)
        for c in master.contracts.values()
    ]
    mini = Contract("A05610", Side.FUTURE, MINI, math.nan, date(2026, 10, 8), "202610")
    written = unzipped(write_master([*nameless, mini], 1125.0))[1]
    assert written.startswith(unzipped(write_master(master.contracts.values(), 1125.0))[1])
    assert "B|A05610||미니F 202610| |00000.00|1|2001|KOSPI200\n" in written


def test_money_is_marked_by_side_around_the_nearest_strike():
    options = [
        Contract(f"{letter}01612{strike:.0f}", side, K2I, strike, None, "202612")
        for strike in (980.0, 985.0, 990.0)
        for side, letter in ((Side.CALL, "B"), (Side.PUT, "C"))
    ]
    fields = [each.split("|") for each in unzipped(write_master(options, 984.0))[1].splitlines()]
    assert [(each[1], each[4]) for each in fields] == [
        ("B01612980", "2"), ("C01612980", "3"),
        ("B01612985", "1"), ("C01612985", "1"),
        ("B01612990", "3"), ("C01612990", "2"),
    ]  # fmt: skip
    unmarked = unzipped(write_master(options))[1]
    assert {each.split("|")[4] for each in unmarked.splitlines()} == {" "}


def test_futures_are_numbered_from_the_nearest_month_on():
    futures = [
        Contract(f"A01{month[3:]}", Side.FUTURE, K2I, math.nan, None, month)
        for month in ("202703", "202612", "202706")
    ]
    fields = [each.split("|") for each in unzipped(write_master(futures))[1].splitlines()]
    assert [(each[1], each[6]) for each in fields] == [
        ("A01703", "2"), ("A01612", "1"), ("A01706", "3"),
    ]  # fmt: skip


def test_what_a_master_file_has_no_line_for_is_left_out():
    unlistable = [
        KOSPI200,
        Contract("2001", Side.INDEX, K2I, math.nan, None, ""),
        Contract("A04612", Side.FUTURE, None, math.nan, None, "202612"),
        Contract("A06612", Side.FUTURE, KOSDAQ, math.nan, None, "202612"),
        Contract("B01612A51", Side.CALL, K2I, math.nan, None, "202612"),
    ]
    assert unzipped(write_master(unlistable))[1] == ""


def test_the_same_contracts_give_the_same_bytes(master):
    listed = master.contracts.values()
    assert write_master(listed) == write_master(list(listed))


MONTHS = [f"{year}{month:02}" for year in (2026, 2027) for month in range(1, 13)]
LABELS = {"WKI": ["2609W4", "2610W1", "2610W3"], "WKM": ["2609W4", "2610W1", "2610W2"]}


@st.composite
def contracts(draw):
    product = draw(st.sampled_from(list(PRODUCTS.values())))
    side = draw(st.sampled_from([Side.CALL, Side.PUT, Side.FUTURE]))
    if side is Side.FUTURE and not product.types[2]:
        side = Side.CALL
    month = draw(st.sampled_from(LABELS.get(product.key, MONTHS)))
    middle = "FEW" if product.key in LABELS else month[3:]
    if side is Side.FUTURE:
        letter, suffix, strike = "A", "", math.nan
    else:
        letter = "B" if side is Side.CALL else "C"
        suffix = draw(st.from_regex(r"[0-9A-Z][0-9]{2}", fullmatch=True))
        strike = draw(st.integers(1, 39_999)) * 2.5
    code = f"{letter}{product.code}{middle}{suffix}"
    return Contract(code, side, product, strike, None, month, "", "KR4B016AA511")


@given(st.lists(contracts(), min_size=1, max_size=40, unique_by=lambda each: each.code))
def test_what_is_written_is_read_back(listed):
    master = parse_master(write_master(listed, 1085.0), TODAY)
    assert (master.bad, master.unknown) == (0, 0)
    assert list(master.contracts) == ["2001", *(each.code for each in listed)]
    for told in listed:
        read_back = master.contracts[told.code]
        assert read_back.expiry is not None
        assert (read_back.side, read_back.product) == (told.side, told.product)
        assert read_back.strike == told.strike or told.side is Side.FUTURE
        assert (read_back.month, read_back.standard_code) == (told.month, told.standard_code)
    again = parse_master(write_master(master.contracts.values(), 1085.0), TODAY)
    assert again == master


def test_ten_thousand_lines_are_read_before_anyone_notices():
    text = "".join(
        line(code=f"B016{at // 800:02}{at % 800:03}"[:9], name=f"C 2026{at % 12 + 1:02} 1,125.0")
        for at in range(10_000)
    )
    data = zipped(text, compression=zipfile.ZIP_DEFLATED)
    times = []
    for _ in range(5):
        begin = time.process_time()
        parse_master(data, TODAY)
        times.append(time.process_time() - begin)
    # About 30 ms here; the machine of the tests is shared, so this only catches a mistake.
    assert min(times) < 0.2


def test_by_night_the_same_contracts_trade_in_other_streams():
    master = read(REAL)
    night = master.by(night=True)
    assert night.get("B01610A51").tr_id == "H0EUCNT0"
    assert night.get("A01612").tr_id == "H0MFCNT0"
    assert night.get("2001").tr_id == "H0UPCNT0"
    assert night.get("C01611900").tr_id == "H0EUCNT0"  # of which only the code tells
    assert night.front_future().tr_id == "H0MFCNT0"
    assert night.by(night=True) is night
    assert night.by(night=False) == master


def test_the_brokers_word_for_the_last_trading_day_holds_for_the_whole_term():
    master = read(REAL)
    moved = date(2026, 10, 7)
    told = master.confirmed("B01610745", moved)
    of_term = [each for each in told.contracts.values() if each.month == "202610"]
    assert {each.expiry for each in of_term if each.product is K2I} == {moved}
    assert {each.expiry for each in of_term if each.product is MINI} == {date(2026, 10, 8)}
    assert told.expiries(K2I) == [moved]
    assert told.confirmed("B01610745", moved) is told
    assert told.confirmed("2001", moved) is told
    assert told.confirmed("B01612999", moved) is told
