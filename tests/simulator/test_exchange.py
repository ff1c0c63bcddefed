"""The exchange over days: sessions in their own streams, and nothing of yesterday left."""

import datetime as dt
import gc
import weakref
from itertools import pairwise

import pytest

from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.market.master import parse_master
from kisopt_gui.simulator.exchange import Exchange
from kisopt_gui.simulator.night import SHARE
from kisopt_gui.simulator.rest_rows import callput, minutes, price
from kisopt_gui.simulator.traded import UnknownCodeError
from kisopt_gui.wire.codec import read_frame, read_records

OPTION, FUTURE = "B01612A34", "A01612"
ALL = [
    ("H0IOCNT0", OPTION),
    ("H0EUCNT0", OPTION),
    ("H0IFCNT0", FUTURE),
    ("H0MFCNT0", FUTURE),
    ("H0IOASP0", OPTION),
    ("H0EUASP0", OPTION),
    ("H0IFASP0", FUTURE),
    ("H0MFASP0", FUTURE),
    ("H0UPCNT0", "2001"),
]
NIGHT = {"H0EUCNT0", "H0MFCNT0", "H0EUASP0", "H0MFASP0"}


def opened(start, day=dt.date(2026, 11, 23), keys=ALL, speed=600.0, rate=50.0):
    exchange = Exchange(1, day, start, rate, speed)
    for tr_id, code in keys:
        exchange.subscribe(tr_id, code)
    return exchange


def until(exchange, moment):
    """Let time pass; yields (clock, stream, records) of each frame."""
    while exchange.clock < moment:
        for text in exchange.advance(0.2):
            frame = read_frame(text)
            yield exchange.clock, frame.shape.stream.tr_id, read_records(frame)


def moment(text):
    return dt.datetime.fromisoformat(text)


def test_each_stream_brings_records_in_its_own_session_only():
    exchange = opened("15:00:00")
    when = {}
    for clock, tr_id, records in until(exchange, moment("2026-11-24 15:50")):
        hours = {record.time[:2] for record in records}
        when.setdefault(tr_id, set()).update(hours)
        assert clock.weekday() < 5
    night = {f"{hour % 24:02}" for hour in range(18, 30)}
    for tr_id in NIGHT:
        assert when[tr_id] <= night
    for tr_id in ("H0IOCNT0", "H0IFCNT0", "H0IOASP0", "H0IFASP0"):
        assert when[tr_id] <= {f"{hour:02}" for hour in range(8, 16)}
    assert when["H0MFCNT0"] == night


def test_a_night_record_is_one_of_its_own_stream():
    exchange = opened("18:00:00")
    for _, tr_id, records in until(exchange, moment("2026-11-23 22:00")):
        for record in records:
            assert record.code in (OPTION, FUTURE)
            assert "180000" <= record.time < "240000"
            if tr_id == "H0EUCNT0":
                assert record.lower_limit < record.price < record.upper_limit
                assert record.limit_code == "2"
            if tr_id == "H0MFCNT0":
                assert record.lower_limit < record.price < record.upper_limit


def test_volumes_begin_anew_with_each_session_and_rise_within_it():
    exchange = opened("15:00:00")
    volumes = {}
    for _, tr_id, records in until(exchange, moment("2026-11-24 10:00")):
        if tr_id in ("H0IFCNT0", "H0MFCNT0"):
            volumes.setdefault(tr_id, []).extend(record.volume for record in records)
    night = volumes["H0MFCNT0"]
    assert night == sorted(night)
    day = volumes["H0IFCNT0"]
    falls = [at for at, (a, b) in enumerate(pairwise(day)) if b < a]
    assert len(falls) == 1  # the next morning
    assert day[falls[0] + 1] < day[falls[0]] / 5


def test_prices_go_on_from_session_to_session():
    exchange = opened("15:40:00")
    prices = [
        record.price
        for _, tr_id, records in until(exchange, moment("2026-11-24 08:50"))
        if tr_id in ("H0IFCNT0", "H0MFCNT0")
        for record in records
    ]
    steps = [abs(b / a - 1) for a, b in pairwise(prices)]
    assert max(steps) < 0.03


def test_the_previous_close_is_that_of_the_day_before_by_night_and_next_morning():
    exchange = opened("15:00:00", speed=60.0)
    told = {}
    for _, tr_id, records in until(exchange, moment("2026-11-24 09:05")):
        if tr_id.endswith("CNT0"):
            told.setdefault((exchange.trading_date.day, tr_id), []).extend(records)
    for day, night in (("H0IOCNT0", "H0EUCNT0"), ("H0IFCNT0", "H0MFCNT0")):
        closed = told[23, day][-1]
        for record in (*told[23, night], *told[24, day]):
            assert record.price - record.change == pytest.approx(closed.price)
        changes = [each.open_interest_change for each in (told[23, night][0], told[24, day][0])]
        now = [each.open_interest for each in (told[23, night][0], told[24, day][0])]
        before = [each.open_interest for each in (closed, told[23, night][-1])]
        assert [after - change for after, change in zip(now, changes, strict=True)] == before
    last, first = told[23, "H0UPCNT0"][-1], told[24, "H0UPCNT0"][0]
    # The index goes on for up to a minute of the market after its last record at this speed.
    assert first.price - first.change == pytest.approx(last.price, abs=1.0)


@pytest.mark.parametrize("start", ["15:44:00", "05:49:00"])
def test_what_is_closed_stands_still_also_for_who_asks_of_it_later(start):
    exchange = opened(start, dt.date(2026, 11, 24), keys=[("H0UPCNT0", "2001")], speed=60.0)
    list(until(exchange, exchange.clock + dt.timedelta(minutes=5)))
    division = "O" if start > "12" else "EU"
    first = price(exchange, division, OPTION), exchange.underlying()
    list(until(exchange, exchange.clock + dt.timedelta(hours=1)))
    assert (price(exchange, division, OPTION), exchange.underlying()) == first
    asked = {
        "FID_COND_MRKT_DIV_CODE": division,
        "FID_INPUT_ISCD": "C01612A34",
        "FID_INPUT_DATE_1": f"{exchange.trading_date:%Y%m%d}",
        "FID_INPUT_HOUR_1": "999999",
    }
    bars = minutes(exchange, asked)["output2"]
    assert bars[0]["stck_cntg_hour"] == ("154400" if start > "12" else "294900")
    assert len(bars) == 102


def test_options_about_to_expire_are_not_dearer_for_the_night_that_begins():
    # A straddle at the money is worth its time and little else.
    day = dt.date(2026, 12, 9)
    chain = Exchange(1, day, "15:44:00").chain.options.values()
    near = [each for each in chain if each.month == "202612" and each.product is PRODUCTS["K2I"]]
    index = float(Exchange(1, day, "15:44:00").underlying()["unas_prpr"])
    strike = min((each.strike for each in near), key=lambda each: abs(each - index))
    pair = [each.code for each in near if each.strike == strike]
    keys = [(tr_id, code) for tr_id in ("H0IOCNT0", "H0EUCNT0") for code in pair]
    exchange = opened("15:44:00", day, keys, speed=60.0)
    closed, opening = {}, {}
    for _, tr_id, records in until(exchange, moment("2026-12-09 18:02")):
        for record in records:
            if tr_id == "H0IOCNT0":
                closed[record.code] = record.price
            else:
                opening.setdefault(record.code, record.price)
    assert len(closed) == len(opening) == 2
    # With nine hours too many it would be 1.2; the index has moved a little meanwhile.
    assert 0.8 < sum(opening.values()) / sum(closed.values()) < 1.1


def test_there_is_no_night_before_the_long_holidays_but_one_on_friday():
    keys = [("H0MFCNT0", FUTURE)]
    before = opened("17:55:00", dt.date(2026, 9, 23), keys)
    assert not [None for _, tr_id, _ in until(before, moment("2026-09-24 06:00")) if tr_id in NIGHT]
    friday = opened("17:55:00", dt.date(2026, 11, 27), keys)
    assert [None for _, tr_id, _ in until(friday, moment("2026-11-27 20:00")) if tr_id in NIGHT]


def test_a_weekend_is_silent_and_monday_is_the_next_trading_day():
    exchange = opened("05:00:00", dt.date(2026, 11, 28), speed=3000.0)  # a Saturday morning
    records = list(until(exchange, moment("2026-11-30 08:00")))
    assert not [each for each in records if each[0] > moment("2026-11-28 06:00")]
    assert exchange.trading_date == dt.date(2026, 11, 30)


def test_what_has_expired_leaves_the_list_and_new_contracts_come():
    exchange = opened(
        "15:00:00", dt.date(2026, 12, 10), [("H0IOCNT0", OPTION), ("H0EUCNT0", OPTION)]
    )
    listed = parse_master(exchange.master(), exchange.date)
    assert OPTION in listed.contracts
    last = [clock for clock, _, _ in until(exchange, moment("2026-12-11 10:00"))]
    assert max(last) <= moment("2026-12-10 15:20:10")
    listed = parse_master(exchange.master(), exchange.date)
    assert OPTION not in listed.contracts
    assert exchange.trading_date == dt.date(2026, 12, 11)
    with pytest.raises(UnknownCodeError):
        exchange.subscribe("H0IOCNT0", OPTION)


def test_by_night_the_boards_stand_still_and_single_contracts_are_asked_in_their_own_market():
    exchange = opened("17:55:00")
    list(until(exchange, moment("2026-11-23 18:10")))
    first = callput(exchange, PRODUCTS["K2I"], "202612")
    quote = price(exchange, "EU", OPTION)["output1"]
    list(until(exchange, moment("2026-11-24 00:30")))
    assert callput(exchange, PRODUCTS["K2I"], "202612") == first
    assert price(exchange, "EU", OPTION)["output1"] != quote
    asked = {
        "FID_COND_MRKT_DIV_CODE": "CM",
        "FID_INPUT_ISCD": FUTURE,
        "FID_INPUT_DATE_1": "20261123",
        "FID_INPUT_HOUR_1": "253000",
    }
    bars = minutes(exchange, asked)["output2"]
    assert bars[0]["stck_cntg_hour"] >= "242500"  # past midnight they are 24 h more
    assert all(bar["stck_cntg_hour"] >= "180000" for bar in bars)


def test_by_day_there_is_nothing_to_ask_of_the_night():
    exchange = opened("10:00:00")
    assert price(exchange, "EU", OPTION)["output1"] == {}
    with pytest.raises(UnknownCodeError):
        exchange.look("H0MFCNT0", FUTURE)


def test_the_night_is_thinner_than_the_day():
    exchange = opened("18:30:00", keys=[("H0MFCNT0", FUTURE)])
    night = sum(len(records) for *_, records in until(exchange, moment("2026-11-23 19:30")))
    day = opened("10:30:00", keys=[("H0IFCNT0", FUTURE)])
    assert night < 0.5 * sum(len(records) for *_, records in until(day, moment("2026-11-23 11:30")))
    assert SHARE < 0.5


def test_a_released_contract_brings_nothing_and_may_be_watched_again_in_another_session():
    exchange = opened("15:40:00", keys=[("H0MFCNT0", FUTURE)])
    exchange.unsubscribe("H0MFCNT0", FUTURE)
    assert not list(until(exchange, moment("2026-11-23 19:00")))
    exchange.subscribe("H0MFCNT0", FUTURE)
    assert list(until(exchange, moment("2026-11-23 20:00")))


def test_the_markets_of_earlier_days_are_let_go():
    exchange = opened("15:40:00")
    day = weakref.ref(exchange._day)
    list(until(exchange, moment("2026-11-23 19:00")))
    night = weakref.ref(exchange._night)
    list(until(exchange, moment("2026-11-24 09:30")))
    gc.collect()
    assert day() is None
    assert night() is None


def test_the_same_seed_gives_the_same_days():
    first, second = (opened("15:40:00").advance(100.0) for _ in range(2))
    assert first == second


def test_a_day_alone_is_the_same_as_the_first_of_many():
    from kisopt_gui.simulator.market import Market

    keys = [("H0IOCNT0", OPTION), ("H0IFCNT0", FUTURE), ("H0UPCNT0", "2001")]
    market = Market(1, start="10:00:00", rate=100)
    exchange = Exchange(1, start="10:00:00", rate=100)
    for tr_id, code in keys:
        market.subscribe(tr_id, code)
        exchange.subscribe(tr_id, code)
    assert exchange.advance(5.0) == market.advance(5.0)
