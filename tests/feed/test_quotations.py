"""REST's questions, against the embedded broker and against services that answer oddly."""

import json
from contextlib import asynccontextmanager
from datetime import date
from math import isnan
from time import time

import pytest

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.pace import Limits, Pacer
from kisopt_gui.feed.quotations import Quotations
from kisopt_gui.feed.refusals import (
    KeyRefusedError,
    NoPermissionError,
    NotInPaperError,
    PageError,
    RefusalError,
    ServiceError,
    ShapeError,
    TokenDeadError,
    TokenExpiredError,
    TokenTooSoonError,
    TooFastError,
    clock_problem,
)
from kisopt_gui.feed.rest import Token, master_file, token
from kisopt_gui.feed.tokens import AppKey, Tokens
from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.market.master import DamagedMasterError, parse_master
from kisopt_gui.wire.control import Key
from tests.feed.peers import FUTURE, OPTIONS, http, inject, service, trading

pytestmark = pytest.mark.e2e

APP = AppKey("canary-key", "canary-secret")
HELD = Token("canary-token", time() + 86_400.0)
FAST = Limits(requests=1000.0, boards=1000.0, tokens=1000.0)
KEY = OPTIONS[0]
K2I = PRODUCTS["K2I"]


def quotations(address, kept=None, keep=lambda _: None):
    pacer = Pacer(FAST)
    return Quotations(address, APP, Tokens(address, APP, pacer, kept, keep), pacer, 5.0)


@asynccontextmanager
async def market(*faults, **options):
    """Serve a market; yields the broker and who asks it."""
    async with trading(*faults, **options) as broker:
        yield broker, quotations(broker.http_url)


def good(**parts):
    return http(200, {"rt_cd": "0", "msg_cd": "MCA00000", "msg1": "ok"} | parts)


# tokens -------------------------------------------------------------------------


async def test_a_token_is_issued_once_a_minute_and_is_a_secret():
    async with trading() as broker:
        issued = await token(broker.http_url, APP.key, APP.secret)
        assert issued.is_good(time())
        assert not issued.is_good(time() + 86_400)
        assert issued.value not in repr(issued)
        with pytest.raises(TokenTooSoonError, match="EGW00133"):
            await token(broker.http_url, APP.key, APP.secret)


async def test_one_token_serves_all_questions_and_is_kept():
    kept = []
    async with trading() as broker:
        asker = quotations(broker.http_url, keep=kept.append)
        for _ in range(3):
            await asker.price(KEY)
        assert broker.counters()["rest"]["tokens"] == 1
        again = quotations(broker.http_url, kept[0])
        await again.price(KEY)
        assert broker.counters()["rest"]["tokens"] == len(kept) == 1


async def test_an_expired_token_is_renewed_once():
    async with market() as (broker, asker):
        await asker.price(KEY)
        await inject(broker, "token-expired")
        assert (await asker.price(KEY)).snapshot.record.price > 0
        told = broker.counters()["rest"]
        assert told["tokens"] == 2
        assert told["refused"] == {"EGW00123": 1}


async def test_a_token_that_is_refused_again_and_again_is_given_up():
    refused = http(500, {"rt_cd": "1", "msg_cd": "EGW00123", "msg1": "기간이 만료된 token"})
    fresh = http(200, {"access_token": "new", "expires_in": 86400})
    async with service(refused, fresh, refused) as (address, served):
        with pytest.raises(TokenExpiredError, match="EGW00123"):
            await quotations(address, HELD).price(KEY)
        assert len(served.bodies) == 3


async def test_a_token_that_stays_dead_is_asked_for_no_more():
    refused = http(500, {"rt_cd": "1", "msg_cd": "EGW00121", "msg1": "유효하지 않은 token"})
    same = http(200, {"access_token": "same", "expires_in": 86400})
    async with service(refused, same, refused) as (address, served):
        asker = quotations(address, HELD)
        with pytest.raises(TokenExpiredError):
            await asker.price(KEY)
        for _ in range(20):
            with pytest.raises(TokenDeadError):
                await asker.price(KEY)
        assert len(served.bodies) == 3


async def test_a_late_no_to_an_old_token_does_not_touch_the_new_one():
    same = http(200, {"access_token": HELD.value, "expires_in": 86400})
    async with service(same) as (address, served):
        tokens = Tokens(address, APP, Pacer(FAST), HELD)
        old = await tokens.current()
        tokens.forget(old)
        new = await tokens.current()
        tokens.forget(old)
        tokens.forget(old)
        assert await tokens.current() is new
        assert len(served.bodies) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(403, {"error_code": "EGW00103", "error_description": "AppKey"}), KeyRefusedError),
        (http(403, {"error_code": "EGW00105", "error_description": "Secret"}), KeyRefusedError),
        (http(200, b"<html>", "text/html"), PageError),
        (http(200, {"token": "x"}), ShapeError),
        (http(200, {"access_token": ""}), ShapeError),
        (http(500, b""), ServiceError),
    ],
)
async def test_no_token_is_one_clear_error(answer, error):
    async with service(answer) as (address, _):
        with pytest.raises(error) as caught:
            await token(address, APP.key, APP.secret)
    assert type(caught.value) is error
    assert "canary" not in f"{caught.value!r} {caught.value} {caught.value.__context__!r}"


async def test_the_request_for_a_token_is_as_documented():
    async with service(http(200, {"access_token": "t", "expires_in": "x"})) as (address, served):
        assert (await token(address, "k", "s")).is_good(time())
    assert json.loads(served.bodies[0]) == {
        "grant_type": "client_credentials",
        "appkey": "k",
        "appsecret": "s",
    }


# answers ------------------------------------------------------------------------


async def test_the_board_has_a_hundred_rows_a_side_from_the_highest_strike_down():
    async with market() as (broker, asker):
        found = await asker.callput(K2I, "202612")
        master = parse_master(broker.tape.master(), date(2026, 11, 23))
        strikes = [master.get(told.key.code).strike for told in found]
        assert len(found) == 200
        assert strikes[:100] == sorted(strikes[:100], reverse=True)
        listed = {strike for strike, *_ in master.chain(K2I, date(2026, 12, 10))}
        assert strikes[0] == max(listed)
        assert min(strikes) > min(listed)


@pytest.mark.parametrize(
    ("key", "month"), [("MKI", "202612"), ("WKI", "2611W4"), ("WKM", "2611W5")]
)
async def test_the_boards_of_other_products_are_found_by_month_or_week(key, month):
    async with market() as (_, asker):
        assert month in await asker.months(PRODUCTS[key])
        assert len(await asker.callput(PRODUCTS[key], month)) > 50


async def test_weeklies_have_no_historical_volatility():
    async with market() as (_, asker):
        found = await asker.callput(PRODUCTS["WKI"], "2611W4")
        assert all(isnan(told.record.historical_volatility) for told in found)


async def test_what_rest_tells_is_what_the_stream_tells():
    async with market(keys=[KEY, FUTURE], rate=200.0) as (broker, asker):
        tape, seen = broker.tape, {}
        for key in (KEY, FUTURE):
            before = tape.look(*key).volume
            seen[key] = await asker.price(key)
            assert before <= seen[key].snapshot.record.volume <= tape.look(*key).volume
        assert seen[KEY].strike % 2.5 == 0
        assert seen[KEY].last_trading_day == date(2026, 12, 10)
        assert isnan(seen[FUTURE].strike)
        assert seen[KEY].index == pytest.approx(1085, abs=60)
        depth = await asker.asking_price(FUTURE)
        assert depth.asks[0].price > depth.bids[0].price
        assert [each.price for each in depth.asks] == sorted(each.price for each in depth.asks)
        assert depth.accepted.startswith("1000")
        index = await asker.underlying(FUTURE.code)
        assert index.record.price == pytest.approx(seen[KEY].index, abs=5)
        futures = await asker.futures(K2I)
        assert futures[0].key == FUTURE
        assert futures[0].record.bid > 0


async def test_minutes_agree_with_the_day():
    async with market(keys=[KEY], rate=200.0) as (_, asker):
        page = await asker.minutes(KEY, "20261123", "100000")
        assert len(page.bars) == 75
        record = (await asker.price(KEY)).snapshot.record
        assert page.bars[0].open == pytest.approx(record.open)
        assert max(bar.high for bar in page.bars) <= record.high + 1e-9
        assert min(bar.low for bar in page.bars) >= record.low - 1e-9
        assert page.bars[-1].total <= record.volume
        for before, bar in zip(page.bars, page.bars[1:], strict=False):
            assert bar.total - bar.volume == before.total
        older = await asker.minutes(KEY, "20261123", "091000", newest=False)
        assert [bar.start for bar in older.bars] == [bar.start for bar in page.bars[:26]]
        assert isnan(older.bars[-1].total)
        assert (await asker.minutes(KEY, "20261120", "154500")).bars == ()


async def test_a_code_that_is_not_listed_is_an_answer_without_what_was_asked():
    async with market() as (_, asker):
        with pytest.raises(ShapeError, match="output1"):
            await asker.price(Key("H0IOCNT0", "B01612Z99"))


async def test_haste_is_told_and_cured_by_waiting():
    async with market("rest-limit=2") as (broker, asker):
        for _ in range(4):
            await asker.price(KEY)
        assert broker.counters()["rest"]["refused"] == {"EGW00201": 1}


async def test_haste_that_waiting_does_not_cure_is_an_error():
    async with market("rest-limit=0") as (_, asker):
        with pytest.raises(TooFastError, match="EGW00201"):
            await asker.price(KEY)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(500, {"rt_cd": "1", "msg_cd": "EGW00206", "msg1": "권한"}), NoPermissionError),
        (http(500, {"rt_cd": "1", "msg_cd": "EGW00213", "msg1": "모의"}), NotInPaperError),
        (http(200, {"rt_cd": "1", "msg_cd": "OPSQ0002", "msg1": "없는 서비스"}), RefusalError),
        (http(403, {"error_code": "EGW00105", "error_description": "x"}), KeyRefusedError),
        (http(200, {"rt_cd": "7", "msg1": "x"}), ShapeError),
        (http(200, b"<html>login</html>", "text/html"), PageError),
        (http(200, b"[1]"), ServiceError),
        (http(200, b"{" * 100_000), ServiceError),
        (http(502, b"bad gateway", "text/plain"), ServiceError),
        (http(404, {"a": 1}), ServiceError),
        (http(200, {}), ShapeError),
        (good(), ShapeError),
        (good(output1=[]), ShapeError),
        (good(output1=5), ShapeError),
        (good(output1={"acml_vol": "5"}), ShapeError),
        (good(output1={"futs_prpr": "eleven"}), ShapeError),
    ],
)
async def test_every_bad_answer_is_one_clear_sentence(answer, error):
    async with service(answer) as (address, _):
        with pytest.raises(KisOptError) as caught:
            await quotations(address, HELD).price(KEY)
    assert type(caught.value) is error
    for language in ("en", "ko"):
        assert "{" not in caught.value.sentence(language)


async def test_a_code_that_is_no_text_is_shown_all_the_same():
    async with service(http(200, {"rt_cd": "1", "msg_cd": 7, "msg1": None})) as (address, _):
        with pytest.raises(RefusalError, match=r"no \(7\)"):
            await quotations(address, HELD).price(KEY)


async def test_a_service_that_repeats_the_secrets_is_not_repeated():
    words = f"{APP.key} {APP.secret} {HELD.value}"
    answer = http(500, {"rt_cd": "1", "msg_cd": words, "msg1": words})
    async with service(answer) as (address, _):
        with pytest.raises(RefusalError) as caught:
            await quotations(address, HELD).price(KEY)
    error = caught.value
    told = f"{error!r} {error} {error.facts} {error.args} {error.code} {error.__context__!r}"
    assert "canary" not in told
    assert "canary" not in repr(APP)


async def test_a_bad_row_of_a_board_costs_that_row_only():
    rows = [
        {"optn_shrn_iscd": "B01612A34", "optn_prpr": "1.5", "acml_vol": "3", "optn_askp": None},
        {"optn_shrn_iscd": "B01612A35", "optn_prpr": "x", "acml_vol": "3"},
        {"optn_prpr": "1.5"},
        7,
    ]
    async with service(good(output1=rows, output2=[])) as (address, _):
        found = await quotations(address, HELD).callput(K2I, "202612")
    assert [told.key.code for told in found] == ["B01612A34"]
    assert found[0].record.price == 1.5
    assert isnan(found[0].record.ask)


async def test_a_board_of_bad_rows_only_is_an_error():
    rows = [{"optn_shrn_iscd": "B01612A35", "optn_prpr": "x"}]
    async with service(good(output1=rows, output2=[])) as (address, _):
        with pytest.raises(ShapeError):
            await quotations(address, HELD).callput(K2I, "202612")


async def test_minutes_past_midnight_are_past_24_hours():
    def bar(hour, volume="2"):
        prices = dict.fromkeys(("futs_oprc", "futs_hgpr", "futs_lwpr", "futs_prpr"), "5.0")
        return prices | {"stck_bsop_date": "20261123", "stck_cntg_hour": hour, "cntg_vol": volume}

    rows = [bar("253000"), bar("235900"), bar("180000"), bar("24000x"), bar("180100", "")]
    answer = good(output1={"acml_vol": "6"}, output2=rows)
    # Without a clock in the answer the newest minute may not be over.
    async with service(answer) as (address, _):
        page = await quotations(address, HELD).minutes(
            Key("H0IOCNT0", "B01612A34"), "20261123", "253000"
        )
    assert [bar.start for bar in page.bars] == [64_800.0, 86_340.0]
    assert [bar.total for bar in page.bars] == [2.0, 4.0]


async def test_a_clock_that_is_off_is_noticed():
    async with market() as (broker, asker):
        await asker.price(KEY)
        before = asker.offset
        await inject(broker, "clock-off=3")
        await asker.price(KEY)
        assert asker.offset - before == pytest.approx(3 * 3600, abs=30)
        assert clock_problem(asker.offset - before) is not None


async def test_a_master_file_that_is_cut_is_refused_as_damaged():
    async with trading("master-cut") as broker:
        data = await master_file(broker.http_url)
        with pytest.raises(DamagedMasterError):
            parse_master(data, date(2026, 11, 23))
