import re
from datetime import date

import pytest

from kisopt_gui.market.contract import Side, parse_code
from kisopt_gui.market.master import parse_master
from kisopt_gui.simulator.chain import Chain, standard_code

TODAY = date(2026, 11, 23)
SHAPE = re.compile(
    r"[BC](?:01|05)[0-9]{3}[A-B0-9][0-9]{2}|[BC](?:09|AF)[0-9A-Z]{2}W[A-B0-9][0-9]{2}"
)


@pytest.fixture(scope="module")
def chain():
    return Chain(TODAY)


def of(chain, product, month=None):
    return [
        facts
        for facts in chain.options.values()
        if facts.product.key == product and month in (None, facts.month)
    ]


def test_monthly_thursday_and_monday_expiries_are_listed(chain):
    assert sorted({facts.month for facts in of(chain, "K2I")}) == [
        "202612", "202701", "202702", "202703", "202704", "202705",
    ]  # fmt: skip
    assert {facts.month: facts.expiry for facts in of(chain, "WKI")} == {
        "2611W4": date(2026, 11, 26),
        "2612W1": date(2026, 12, 3),
    }
    assert {facts.month: facts.expiry for facts in of(chain, "WKM")} == {
        "2611W4": date(2026, 11, 23),
        "2611W5": date(2026, 11, 30),
    }
    assert {facts.month for facts in of(chain, "MKI")} == {"202612", "202701"}


def test_codes_have_the_shape_of_the_scheme_of_2026(chain):
    for code, facts in chain.options.items():
        assert SHAPE.fullmatch(code), code
        told = parse_code(code)
        assert (told.side, told.product) == (facts.side, facts.product)
        assert "W" in facts.month or told.month == facts.month


def test_every_strike_has_a_call_and_a_put_and_no_two_share_a_code(chain):
    listed = [(f.product.key, f.month, f.strike, f.side) for f in chain.options.values()]
    assert len(set(listed)) == len(listed) == len(chain.options)
    calls = {each[:3] for each in listed if each[3] is Side.CALL}
    assert calls == {each[:3] for each in listed if each[3] is Side.PUT}


def test_below_1000_a_code_ends_in_its_strike(chain):
    for code, facts in chain.options.items():
        if facts.strike < 1000:
            assert parse_code(code).strike == facts.strike
    assert chain.options["B01612902"].strike == 902.5


def test_from_1000_on_monthly_serials_tell_no_strike(chain):
    assert chain.options["B01612A03"].strike == 1010.0
    assert chain.options["B01612A48"].strike == 1120.0
    assert chain.options["B01612A49"].strike == 1117.5
    serials = [facts.strike for facts in of(chain, "K2I", "202612") if facts.strike >= 1000]
    assert serials != sorted(serials)


def test_serials_of_weeklies_and_minis_are_in_order(chain):
    assert chain.options["B09FMWA01"].strike == 1000.0
    assert chain.options["B09FMWA49"].strike == 1120.0
    assert chain.options["C09FMW962"].strike == 962.5
    assert chain.options["B05612A48"].strike == 1117.5


def test_strikes_are_two_and_a_half_points_apart_around_the_money(chain):
    for product, month in (("K2I", "202612"), ("WKI", "2611W4"), ("WKM", "2611W4")):
        strikes = {facts.strike for facts in of(chain, product, month)}
        assert {1035 + 2.5 * at for at in range(41)} <= strikes


@pytest.mark.parametrize(
    ("day", "thursday", "monday"),
    [
        # F7, FC, FE, FF, BL and BZ were really listed (docs/spec/PROTOCOL.md section 4).
        (date(2026, 7, 20), {"2607W4": "F7", "2607W5": "F8"}, {"2607W3": "BN", "2607W4": "BP"}),
        (date(2026, 7, 1), {"2607W1": "F5", "2607W3": "F6"}, {"2607W1": "BL", "2607W2": "BM"}),
        (date(2026, 8, 31), {"2609W1": "FC", "2609W3": "FD"}, {"2608W5": "BV", "2609W1": "BW"}),
        (date(2026, 9, 22), {"2609W4": "FE", "2610W1": "FF"}, {"2609W4": "BZ", "2610W1": "C0"}),
        (date(2026, 5, 4), {"2605W1": "EZ", "2605W3": "F0"}, {"2605W1": "BB", "2605W2": "BC"}),
    ],
)
def test_serials_of_weeklies_are_those_that_were_listed(day, thursday, monday):
    chain = Chain(day)
    for product, expected in (("WKI", thursday), ("WKM", monday)):
        assert {facts.month: facts.code[3:5] for facts in of(chain, product)} == expected


def test_futures_are_quarters_and_minis(chain):
    assert {code: facts.expiry for code, facts in chain.futures.items()} == {
        "A01612": date(2026, 12, 10),
        "A01703": date(2027, 3, 11),
        "A01706": date(2027, 6, 10),
        "A01709": date(2027, 9, 9),
        "A05612": date(2026, 12, 10),
        "A05701": date(2027, 1, 14),
    }
    assert (chain.futures["A01612"].tick, chain.futures["A01612"].multiplier) == (5, 250_000)
    assert (chain.futures["A05612"].tick, chain.futures["A05612"].multiplier) == (2, 50_000)


def test_after_an_expiry_the_next_month_leads():
    assert next(iter(Chain(date(2026, 12, 11)).futures)) == "A01703"
    assert {facts.month for facts in of(Chain(date(2026, 12, 10)), "K2I")} >= {"202612"}
    assert "202612" not in {facts.month for facts in of(Chain(date(2026, 12, 11)), "K2I")}


@pytest.mark.parametrize(
    ("code", "isin"),
    [
        ("B01610A51", "KR4B016AA511"),
        ("BAFBZW970", "KR4BAFBZ9705"),
        ("B09FEWA49", "KR4B09FEA490"),
        ("A01612", "KR4A016C0004"),
    ],
)
def test_standard_codes_are_those_of_the_real_list(code, isin):
    assert standard_code(code) == isin


def test_the_master_file_reads_back_as_what_is_listed(chain):
    master = parse_master(chain.master(1085.0), TODAY)
    assert master.bad == master.unknown == 0
    for code, facts in chain.options.items():
        read = master.contracts[code]
        assert (read.side, read.product, read.strike, read.expiry, read.month) == facts[1:]
    for code, future in chain.futures.items():
        assert master.contracts[code].expiry == future.expiry
    assert master.front_future().code == "A01612"
    assert master.at_the_money["K2I", "202612"] == 1085.0
    assert chain.master(1085.0) == Chain(TODAY).master(1085.0)
