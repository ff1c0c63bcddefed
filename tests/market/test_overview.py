"""The head of the window, worked out of what the store knows. All records are SYNTHETIC."""

import math
from datetime import date
from time import perf_counter

import pytest

from kisopt_gui.market.contract import PRODUCTS, Contract, Side
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import (
    FRESH_S,
    INDEX_KEY,
    implied_index,
    newest_time,
    overview,
    underlying,
)
from kisopt_gui.market.snapshot import snapshot
from kisopt_gui.market.store import Store
from kisopt_gui.wire.codec import read_frame, read_record
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import frame, record

FUTURE, INDEX = STREAMS["H0IFCNT0"], STREAMS["H0UPCNT0"]
TODAY = date(2026, 11, 23)
WEEKLY, MONTHLY = date(2026, 11, 26), date(2026, 12, 10)


class Desk:
    """A store that is fed records of a given age."""

    def __init__(self):
        self.store = Store()

    def feed(self, text, stream=INDEX_OPTION, age=0.0):
        intake = Intake()
        intake.add(read_frame(frame(text, stream=stream)))
        batches, errors = intake.flush(perf_counter() - age)
        assert errors == []
        self.store.apply(batches)
        return self

    def index(self, price="1085.35", age=0.0, **values):
        return self.feed(record(INDEX, code="2001", price=price, **values), INDEX, age)

    def future(self, code="A01612", price="1086.10", age=0.0, **values):
        return self.feed(record(FUTURE, code=code, price=price, **values), FUTURE, age)

    def option(self, code, index=1085.35, age=0.0, **values):
        """An option record whose two ways to the index lead to ``index``."""
        facts = {"price": 11.70, "theoretical": 12.14} | values
        facts["market_basis"] = f"{facts['price'] - index:.2f}"
        facts["theoretical_basis"] = f"{facts['theoretical'] - index:.2f}"
        return self.feed(record(code=code, **facts), age=age)

    def look(self, master=None, today=TODAY):
        return overview(self.store, master, today)


def contract(code, strike, side=Side.CALL, product="K2I", expiry=MONTHLY):
    return Contract(code, side, PRODUCTS[product], strike, expiry, "202612")


MASTER = Master(
    {
        each.code: each
        for each in (
            contract("B01612A33", 1082.5),
            contract("C01612A33", 1082.5, Side.PUT),
            contract("B01612A34", 1085.0),
            contract("C01612A34", 1085.0, Side.PUT),
            contract("B05612A34", 1085.0, product="MKI"),
            contract("B09FXWA34", 1085.0, product="WKI", expiry=WEEKLY),
            contract("B06612001", 1085.0, product="KQI"),
            contract("B01612A99", 1085.0, expiry=None),
            contract("B01612A98", math.nan),
        )
    }
)


# nothing ------------------------------------------------------------------------


def test_of_an_empty_store_nothing_is_known():
    seen = Desk().look(MASTER)
    assert math.isnan(seen.index.price)
    assert math.isnan(seen.future.price)
    assert math.isnan(seen.basis)
    assert math.isnan(seen.call_iv)
    assert math.isnan(seen.put_iv)
    assert math.isnan(seen.strike)
    assert (seen.future_code, seen.expiry, seen.days_left, seen.time) == ("", None, None, "")
    assert math.isnan(underlying(Store()))
    assert math.isnan(newest_time(Store()))


# the index ------------------------------------------------------------------------


def test_the_index_is_the_published_one_while_it_is_fresh():
    desk = Desk().index("1085.35", change="3.53", change_percent="0.33", sign="2", age=1.0)
    desk.option("B01612A34", index=1090.0)
    seen = desk.look()
    assert (seen.index.price, seen.index.change, seen.index.percent) == (1085.35, 3.53, 0.33)
    assert (seen.index.sign, seen.index.derived) == ("2", False)
    assert 1.0 <= seen.index.age < 5.0
    assert underlying(desk.store) == 1085.35


def test_an_index_that_is_old_is_worked_out_of_the_newest_option():
    desk = Desk().index("1085.35", age=FRESH_S + 10)
    desk.option("B01612A33", index=1088.0, age=20.0).option("B01612A34", index=1090.0, age=2.0)
    seen = desk.look()
    assert seen.index.price == pytest.approx(1090.0)
    assert seen.index.derived
    assert 2.0 <= seen.index.age < 6.0
    assert math.isnan(seen.index.change)
    assert underlying(desk.store) == pytest.approx(1090.0)


def test_an_old_index_stays_when_the_options_are_older_still():
    desk = Desk().option("B01612A34", index=1090.0, age=7_200).index("1085.35", age=3_600)
    seen = desk.look()
    assert (seen.index.price, seen.index.derived) == (1085.35, False)


def test_without_an_index_the_options_tell_it():
    seen = Desk().option("C01612A34", index=1090.0).look()
    assert seen.index.price == pytest.approx(1090.0)
    assert seen.index.derived


def test_options_that_contradict_themselves_tell_nothing():
    desk = Desk()
    desk.feed(record(code="B01612A34", market_basis="-1063.74", theoretical_basis="-1000.00"))
    assert math.isnan(desk.look().index.price)
    desk.index("1085.35", age=FRESH_S + 10)
    assert desk.look().index.price == 1085.35


def test_an_option_on_another_index_tells_nothing_of_this_one():
    desk = Desk().option("B06612001", index=1_275.0).option("X01612A34", index=900.0)
    assert math.isnan(desk.look(MASTER).index.price)
    assert math.isnan(desk.look(MASTER).strike)


def test_an_option_that_cannot_be_read_tells_nothing():
    desk = Desk().feed(record(code="B01612A34", theoretical_basis="x"))
    assert math.isnan(desk.look().index.price)
    assert desk.store.bad == 1


@pytest.mark.parametrize(
    ("market_basis", "theoretical_basis", "index"),
    [
        ("-1073.65", "-1073.21", 1085.35),
        ("-1073.60", "-1073.21", 1085.30),  # a difference of rounding
        ("-1073.55", "-1073.21", math.nan),
        ("nan", "-1073.21", math.nan),
        ("-1073.65", "", math.nan),
        ("11.70", "12.14", math.nan),  # no index is 0
    ],
)
def test_the_two_ways_to_the_index_must_agree(market_basis, theoretical_basis, index):
    text = record(market_basis=market_basis, theoretical_basis=theoretical_basis)
    found = implied_index(read_record(INDEX_OPTION, text))
    assert found == pytest.approx(index, nan_ok=True)


# the future ------------------------------------------------------------------------


def test_the_basis_is_future_less_index():
    seen = Desk().index("1085.35").future("A01612", "1086.10", change="4.05", sign="2").look()
    assert (seen.future_code, seen.future.price) == ("A01612", 1086.10)
    assert (seen.future.change, seen.future.sign) == (4.05, "2")
    assert seen.basis == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("codes", "near"),
    [
        (["A01703", "A01612", "A01706"], "A01612"),
        (["A05612", "A01612"], "A01612"),  # the mini one has the same price and less depth
        (["A05612", "A01703"], "A05612"),
        (["A06612"], ""),  # of KOSDAQ150
        (["A01Z12", "A01612"], "A01612"),
    ],
)
def test_of_several_futures_the_nearest_is_shown(codes, near):
    desk = Desk()
    for code in codes:
        desk.future(code)
    assert desk.look().future_code == near


def test_the_future_stands_in_for_an_index_that_nothing_tells():
    desk = Desk().future("A01612", "1086.10")
    assert underlying(desk.store) == 1086.10
    assert math.isnan(desk.look().index.price)


# at the money ------------------------------------------------------------------------


def watched(**volatilities):
    desk = Desk().index("1085.35")
    for code, volatility in volatilities.items():
        desk.option(code, implied_volatility=volatility)
    return desk


def test_the_volatilities_are_those_of_the_strike_nearest_the_index():
    desk = watched(B01612A33="30.1", C01612A33="30.2", B01612A34="31.1", C01612A34="31.2")
    seen = desk.look(MASTER)
    assert (seen.call_iv, seen.put_iv, seen.strike) == (31.1, 31.2, 1085.0)
    assert (seen.expiry, seen.days_left) == (MONTHLY, 17)
    desk.index("1083.00")
    assert desk.look(MASTER).strike == 1082.5


def test_a_side_that_is_not_watched_is_missing():
    seen = watched(B01612A34="31.1").look(MASTER)
    assert seen.call_iv == 31.1
    assert math.isnan(seen.put_iv)


def test_a_volatility_that_was_not_sent_is_missing():
    assert math.isnan(watched(B01612A34="0.00").look(MASTER).call_iv)


def test_of_several_expiries_the_nearest_is_shown():
    seen = watched(B01612A34="31.1", C01612A34="31.2", B09FXWA34="40.0").look(MASTER)
    assert (seen.call_iv, seen.expiry, seen.days_left) == (40.0, WEEKLY, 3)
    assert math.isnan(seen.put_iv)


def test_of_two_products_with_the_same_strike_only_one_is_shown():
    seen = watched(B01612A34="31.1", B05612A34="45.0", C01612A34="31.2").look(MASTER)
    assert (seen.call_iv, seen.put_iv) == (31.1, 31.2)


@pytest.mark.parametrize("code", ["B01612A98", "B01612A99", "B01612ZZ9"])
def test_options_of_unknown_strike_or_expiry_are_not_at_the_money(code):
    seen = watched(**{code: "31.1"}).look(MASTER)
    assert math.isnan(seen.strike)
    assert seen.days_left is None


def test_before_the_contracts_are_known_there_is_no_volatility():
    seen = watched(B01612A34="31.1").look(None)
    assert math.isnan(seen.call_iv)
    assert seen.index.price == 1085.35


def test_a_record_that_cannot_be_read_has_no_volatility():
    desk = watched(C01612A34="31.2").feed(record(code="B01612A34", theoretical="x"))
    seen = desk.look(MASTER)
    assert math.isnan(seen.call_iv)
    assert seen.put_iv == 31.2


# time -------------------------------------------------------------------------------


def test_the_time_is_that_of_the_newest_record_of_any_stream():
    desk = Desk().index(time="100007", age=1.0)
    desk.option("B01612A34", time="100005", age=3.0)
    assert desk.look().time == "100007"
    assert newest_time(desk.store) == 36_007
    desk.future(time="100009", age=0.5)
    assert desk.look().time == "100009"


@pytest.mark.parametrize("text", ["", "1000", " 90500", "\uff10" * 6, "9:05:0"])
def test_a_time_that_is_none_is_not_known(text):
    desk = Desk().index(time="100007")
    watched = desk.store.contracts()[0]
    watched.update(record(INDEX, code="2001", time=text), perf_counter(), 1)
    assert math.isnan(newest_time(desk.store))


# REST and the night -----------------------------------------------------------------


def test_rests_word_on_the_index_stands_until_something_newer_tells():
    desk = Desk()
    told = {"price": "1080.00", "change": "1.00", "change_percent": "0.09", "sign": "2"}
    desk.store.fill([snapshot(INDEX_KEY, told, "090005", perf_counter() - 5.0)])
    seen = desk.look()
    assert (seen.index.price, seen.index.rest) == (1080.0, "09:00:05")
    assert underlying(desk.store) == 1080.0
    desk.option("B01612A34", index=1090.0)
    assert (desk.look().index.price, desk.look().index.rest) == (1090.0, "")
    desk.index("1091.00")
    assert (desk.look().index.price, desk.look().index.rest) == (1091.0, "")


def test_by_night_the_nights_future_is_the_one_in_the_head():
    store = Store()
    for tr_id, price, age in (("H0IFCNT0", "1084.00", 7200.0), ("H0MFCNT0", "1077.50", 1.0)):
        stream = STREAMS[tr_id]
        intake = Intake()
        intake.add(read_frame(frame(record(stream, code="A01612", price=price), stream=stream)))
        store.apply(intake.flush(perf_counter() - age)[0])
    assert overview(store, None, date(2026, 11, 24)).future.price == 1077.5


def test_the_middle_of_the_board_is_the_future_when_the_index_stands_still():
    desk = Desk().index("1085.35", age=FRESH_S + 10)
    assert underlying(desk.store) == 1085.35
    desk.future(price="1101.20", age=FRESH_S + 10)
    assert underlying(desk.store) == 1085.35
    desk.future(price="1102.40", age=1.0)
    assert underlying(desk.store) == 1102.4
    desk.index("1101.90", age=0.5)
    assert underlying(desk.store) == 1101.9


def test_an_option_that_is_over_is_at_no_money():
    desk = Desk().index("1085.35").option("B01612A34", implied_volatility="18.50")
    assert desk.look(MASTER.living(MONTHLY)).call_iv == 18.5
    seen = desk.look(MASTER.living(date(2026, 12, 11)))
    assert math.isnan(seen.call_iv)
    assert (seen.expiry, seen.days_left) == (None, None)
