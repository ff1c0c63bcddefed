"""REST of the embedded broker, asked with the standard library: shapes, limits, traps."""

import asyncio
import json
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from itertools import pairwise
from math import isnan
from urllib.parse import urlencode

import pytest

from kisopt_gui.simulator.bars import Bar
from kisopt_gui.simulator.market import Market
from kisopt_gui.simulator.rest import QUOTATIONS, TOKEN_PATH, Rest
from kisopt_gui.simulator.ticker import points
from kisopt_gui.wire.codec import read_frame, read_records
from tests.simulator.client import ask, control, serving

e2e = pytest.mark.e2e

PRICE = {"FID_COND_MRKT_DIV_CODE": "O", "FID_INPUT_ISCD": "B01612A34"}
BOARD = {
    "FID_COND_MRKT_DIV_CODE": "O",
    "FID_COND_SCR_DIV_CODE": "20503",
    "FID_MRKT_CLS_CODE": "CO",
    "FID_MTRT_CNT": "202612",
    "FID_MRKT_CLS_CODE1": "PO",
    "FID_COND_MRKT_CLS_CODE": "",
}
MINUTES = PRICE | {
    "FID_HOUR_CLS_CODE": "60",
    "FID_PW_DATA_INCU_YN": "N",
    "FID_FAKE_TICK_INCU_YN": "N",
    "FID_INPUT_DATE_1": "20261123",
    "FID_INPUT_HOUR_1": "154500",
}
ALL = (
    ("inquire-price", "FHMIF10000000", PRICE),
    ("inquire-asking-price", "FHMIF10010000", PRICE),
    ("inquire-time-fuopchartprice", "FHKIF03020200", MINUTES),
    ("display-board-callput", "FHPIF05030100", BOARD),
    ("display-board-option-list", "FHPIO056104C0", {"FID_COND_SCR_DIV_CODE": "509"}),
    ("display-board-futures", "FHPIF05030200", {"FID_COND_MRKT_CLS_CODE": ""}),
    ("display-board-top", "FHPIF05030000", {"FID_INPUT_ISCD": "A01612"}),
)


class Asker:
    """A market's REST as a value: no socket, a clock of our own."""

    def __init__(self, *faults, **options):
        self.now = 0.0
        self.market = Market(1, start="10:00:00", **options)
        self.rest = Rest(self.market, dict(faults), lambda: self.now)
        self.token = ""

    async def issue(self, key="k"):
        body = {"grant_type": "client_credentials", "appkey": key, "appsecret": "s"}
        answer = await self.rest.answer("POST", TOKEN_PATH, json.dumps(body).encode(), {})
        told = json.loads(answer.body)
        self.token = told.get("access_token", self.token)
        return answer.status, told

    async def get(self, path, tr_id, asked, **headers):
        told = {"appkey": "k", "appsecret": "s", "tr_id": tr_id}
        told |= {"authorization": f"Bearer {self.token}"} | headers
        query = f"{QUOTATIONS}{path}?{urlencode(asked)}"
        answer = await self.rest.answer("GET", query, b"", told)
        return answer.status, json.loads(answer.body)

    async def price(self):
        return await self.get(*ALL[0])


async def code(answer):
    status, told = await answer
    return status, told.get("msg_cd") or told.get("error_code")


@pytest.mark.parametrize(("path", "tr_id", "asked"), ALL)
async def test_every_question_is_answered_with_texts_only(path, tr_id, asked):
    asker = Asker()
    await asker.issue()
    status, told = await asker.get(path, tr_id, asked)
    assert (status, told["rt_cd"]) == (200, "0")
    for name, part in told.items():
        for row in part if isinstance(part, list) else [part]:
            if name.startswith("output"):
                assert all(isinstance(value, str) for value in row.values())


async def test_the_list_of_expiries_is_called_output():
    asker = Asker()
    await asker.issue()
    _, told = await asker.get(*ALL[4])
    assert "output1" not in told
    assert told["output"][0] == {"mtrt_yymm_code": "2612", "mtrt_yymm": "202612"}


async def test_the_board_is_cut_at_a_hundred_rows_and_begins_with_the_highest_strike():
    asker = Asker()
    await asker.issue()
    _, told = await asker.get(*ALL[3])
    for part in ("output1", "output2"):
        strikes = [float(row["acpr"]) for row in told[part]]
        assert len(strikes) == 100
        assert strikes == sorted(strikes, reverse=True)
    assert {row["optn_shrn_iscd"][0] for row in told["output1"]} == {"B"}


def passing(market, seconds):
    """Let market time pass in steps, as the broker does."""
    for _ in range(int(seconds / market.speed / 0.2)):
        market.advance(0.2)


def gapless(bars):
    """Whether each minute has a bar, none of them with many minutes' volume."""
    clock = [60 * int(bar.minute[:2]) + int(bar.minute[2:]) for bar in bars]
    volumes = [after.total - before.total for before, after in pairwise(bars)]
    usual = sorted(volumes)[len(volumes) // 2]
    return clock == [*range(clock[0], clock[-1] + 1)] and max(volumes[20:]) < 8 * usual


def test_minutes_of_a_contract_that_is_first_asked_for_at_noon_have_no_gap():
    market = Market(1, start="09:05:00", speed=60.0, rate=20)
    market.subscribe("H0IFCNT0", "A01612")
    passing(market, 3 * 3600)
    assert gapless(market.look("H0IOCNT0", "B01612A34").minutes())


def test_minutes_before_anyone_looked_have_more_trades_where_prices_moved():
    market = Market(1, start="12:00:00")
    bars = market.look("H0IOCNT0", "B01612A34").minutes()[1:-1]
    volumes = [after.total - before.total for before, after in pairwise(bars)]
    spans = [bar.high - bar.low for bar in bars[1:]]
    half = sorted(spans)[len(spans) // 2]
    moved = [many for many, span in zip(volumes, spans, strict=True) if span > half]
    quiet = [many for many, span in zip(volumes, spans, strict=True) if span <= half]
    assert sum(moved) / len(moved) > 1.3 * sum(quiet) / len(quiet)


def test_minutes_in_which_nobody_looked_are_there_when_somebody_looks_again():
    market = Market(1, start="09:05:00", speed=60.0, rate=20)
    key = ("H0IOCNT0", "B01612A34")
    market.look(*key)
    passing(market, 3600)
    volume = market.look(*key).volume
    passing(market, 3600)
    market.subscribe(*key)
    passing(market, 600)
    market.unsubscribe(*key)
    passing(market, 3600)
    ticker = market.look(*key)
    assert ticker.volume > volume
    assert ticker.minutes()[-1].minute >= "1212"
    totals = [bar.total for bar in ticker.minutes()]
    assert totals == sorted(totals)
    assert totals[-1] == ticker.volume
    assert len(totals) >= 185
    stands = ticker.standing()
    assert stands.high == max(bar.high for bar in ticker.minutes())
    assert stands.low == min(bar.low for bar in ticker.minutes())


def test_a_contract_that_was_asked_for_before_the_opening_trades_all_the_same():
    market = Market(1, start="08:30:00", speed=60.0, rate=20)
    key = ("H0IOCNT0", "B01612A34")
    before = market.look(*key).standing()
    assert (before.last, before.volume) == (0, 0)
    passing(market, 2 * 3600)
    now = market.look(*key).standing()
    assert now.previous == before.previous
    assert now.volume > 0
    assert market.look(*key).minutes()[0].minute <= "0850"
    market.subscribe(*key)  # before any trade of it has been made
    market.unsubscribe(*key)
    passing(market, 600)
    market.subscribe(*key)


async def test_minutes_come_newest_first_and_no_more_than_102():
    asker = Asker()
    asker.market = asker.rest._market = Market(1, start="14:00:00")
    await asker.issue()
    _, told = await asker.get(*ALL[2])
    hours = [row["stck_cntg_hour"] for row in told["output2"]]
    assert len(hours) == 102
    assert hours[0] == "140000"
    assert hours == sorted(hours, reverse=True)
    _, before = await asker.get("inquire-time-fuopchartprice", "FHKIF03020200",
                                MINUTES | {"FID_INPUT_HOUR_1": "090000"})  # fmt: skip
    assert before["output2"][0]["stck_cntg_hour"] == "090000"
    assert before["output2"][-1]["stck_cntg_hour"] == "084500"


@pytest.mark.parametrize("contract", [("H0IOCNT0", "B01612A34"), ("H0IFCNT0", "A01612")])
def test_minutes_agree_with_every_record_of_the_stream(contract):
    market = Market(3, start="09:00:00", rate=300.0, speed=30.0)
    market.subscribe(*contract)
    records = [
        record for frame in market.advance(12.0) for record in read_records(read_frame(frame))
    ]
    newest, bars = records[-1], market.look(*contract).minutes()
    assert bars[-1].total == newest.volume
    assert points(bars[0].open) == f"{newest.open:.2f}"
    assert points(max(bar.high for bar in bars)) == f"{newest.high:.2f}"
    assert points(min(bar.low for bar in bars)) == f"{newest.low:.2f}"
    assert points(bars[-1].close) == f"{newest.price:.2f}"
    stands = market.look(*contract).standing()
    assert points(stands.ask) == ("0.00" if isnan(newest.ask) else f"{newest.ask:.2f}")
    assert points(stands.bid) == ("0.00" if isnan(newest.bid) else f"{newest.bid:.2f}")
    assert (stands.ask_size, stands.bid_size) == (newest.ask_quantity, newest.bid_quantity)
    assert (stands.volume, stands.turnover) == (newest.volume, newest.value)
    assert stands.interest == newest.open_interest
    assert stands.asks == newest.total_ask_quantity
    totals = [bar.total for bar in bars]
    assert totals == sorted(totals)
    minutes = [bar.minute for bar in bars]
    assert minutes == sorted(set(minutes))
    for bar in bars:
        assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
        seen = [each.price for each in records if each.time[:4] == bar.minute]
        if seen and bar.minute > bars[20].minute:
            assert (points(bar.low), points(bar.high)) == (
                f"{min(seen):.2f}",
                f"{max(seen):.2f}",
            )


def test_one_order_is_one_stretch_of_a_minute():
    bar = Bar("0900", 100)
    bar.take(100, 115, 5)
    bar.take(110, 105, 9)
    assert (bar.open, bar.high, bar.low, bar.close, bar.total) == (100, 115, 100, 105, 9)


def test_a_contract_that_is_asked_about_and_then_watched_goes_on_where_it_stood():
    market = Market(1, start="10:00:00", rate=300.0)
    asked = market.look("H0IOCNT0", "B01612A34").volume
    market.advance(5.0)
    market.subscribe("H0IOCNT0", "B01612A34")
    records = [r for f in market.advance(2.0) for r in read_records(read_frame(f))]
    assert records[0].volume - records[0].quantity >= asked


async def test_a_contract_nobody_watches_moves_too():
    asker = Asker(rate=300.0)
    await asker.issue()
    prices = set()
    for _ in range(5):
        _, told = await asker.price()
        prices.add((told["output1"]["futs_prpr"], told["output1"]["acml_vol"]))
        asker.market.advance(20.0)
    assert len(prices) == 5


# tokens and limits --------------------------------------------------------------


async def test_one_token_a_minute_the_same_for_six_hours_good_for_a_day():
    asker = Asker()
    status, first = await asker.issue()
    assert (status, first["expires_in"], first["token_type"]) == (200, 86_400, "Bearer")
    assert await code(asker.issue()) == (403, "EGW00133")
    asker.now = 61.0
    assert (await asker.issue())[1]["access_token"] == first["access_token"]
    asker.now = 6 * 3600.0 + 1
    assert (await asker.issue())[1]["access_token"] != first["access_token"]
    asker.now += 86_401.0
    assert await code(asker.price()) == (500, "EGW00123")


async def test_the_nineteenth_request_of_a_second_is_refused_and_the_next_second_is_new():
    asker = Asker()
    await asker.issue()
    codes = [(await asker.price())[1]["msg_cd"] for _ in range(20)]
    assert codes == ["MCA00000"] * 18 + ["EGW00201"] * 2
    asker.now = 1.1
    assert (await asker.price())[0] == 200
    assert asker.rest.told()["refused"] == {"EGW00201": 2}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"authorization": "Bearer x"}, "EGW00121"),
        ({"authorization": ""}, "EGW00121"),
        ({"appkey": ""}, "EGW00103"),
        ({"appsecret": ""}, "EGW00105"),
        ({"tr_id": "FHMIF10010000"}, "OPSQ0002"),
    ],
)
async def test_who_may_not_ask_is_told_why(headers, expected):
    asker = Asker()
    await asker.issue()
    path, tr_id, asked = ALL[0]
    assert await code(asker.get(path, headers.pop("tr_id", tr_id), asked, **headers)) == (
        500,
        expected,
    )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("paper", "EGW00213"),
        ("no-permission", "EGW00206"),
        ("refuse-key", "EGW00103"),
        ("token-expired", "EGW00123"),
    ],
)
async def test_faults_answer_with_the_broker_s_codes(fault, expected):
    asker = Asker()
    await asker.issue()
    asker.rest._faults[fault] = 0.0
    assert await code(asker.get(*ALL[3])) == (500, expected)


async def test_a_code_that_is_not_listed_has_empty_parts():
    asker = Asker()
    await asker.issue()
    _, told = await asker.get("inquire-price", "FHMIF10000000", PRICE | {"FID_INPUT_ISCD": "X"})
    assert told["output1"] == {}


async def test_nothing_else_is_rest_s():
    asker = Asker()
    assert await asker.rest.answer("GET", "/control", b"", {}) is None
    assert await asker.rest.answer("GET", TOKEN_PATH, b"", {}) is None


@e2e
async def test_the_date_of_answers_is_the_market_s_clock_and_may_be_off():
    def date(address):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return parsedate_to_datetime(answer.headers["Date"])
        except urllib.error.HTTPError as error:
            with error:
                return parsedate_to_datetime(error.headers["Date"])

    async with serving() as broker:
        address = f"{broker.http_url}{QUOTATIONS}inquire-price"
        told = await asyncio.to_thread(date, address)
        assert f"{told:%Y%m%d %H:%M}" == "20261123 01:00"  # 10:00 in Seoul
        await control(broker, "clock-off", 5)
        told = await asyncio.to_thread(date, address)
        assert f"{told:%H:%M}" == "06:00"


@e2e
async def test_the_counters_tell_of_rest():
    async with serving() as broker:
        body = {"grant_type": "client_credentials", "appkey": "k", "appsecret": "s"}
        assert (await ask(f"{broker.http_url}{TOKEN_PATH}", body))[0] == 200
        assert (await control(broker))["rest"] == {"asked": {}, "refused": {}, "tokens": 1}


@e2e
async def test_it_can_end_while_a_slow_answer_is_waited_for():
    async with serving("rest-slow=60") as broker:
        body = {"grant_type": "client_credentials", "appkey": "k", "appsecret": "s"}
        call = asyncio.create_task(ask(f"{broker.http_url}{TOKEN_PATH}", body))
        await asyncio.sleep(0.2)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
