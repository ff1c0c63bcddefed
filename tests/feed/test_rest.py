"""The HTTP calls, against the embedded broker and against services that answer oddly."""

import json
from datetime import date, datetime, timedelta, timezone

import pytest

from kisopt_gui.feed import rest
from kisopt_gui.feed.refusals import PageError, ShapeError
from kisopt_gui.feed.rest import (
    KeyRefusedError,
    ServiceError,
    approval_key,
    describe,
    master_file,
)
from kisopt_gui.feed.source import Source
from kisopt_gui.market.master import parse_master
from tests.feed.peers import HOST, http, raw, service, trading

NOTHING = f"http://{HOST}:9"
PAGE = http(200, b"<html>\xbf\xff a page</html>", "text/html")
DEEP = http(200, b'{"approval_key":' + b"[" * 100_000)
BROKEN = b"no HTTP at all\r\n\r\n"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"
SHORT_REFUSAL = b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"


def of(web, **keys):
    """Return the source whose stream address is that of a web service."""
    return Source(web.replace("http", "ws", 1), **keys)


def seoul_today():
    return datetime.now(timezone(timedelta(hours=9))).date()


# discovery ----------------------------------------------------------------------


async def test_the_embedded_broker_says_its_web_address_and_its_trading_day():
    async with trading() as broker:
        told = await describe(broker.source)
        assert told.http == broker.http_url
        assert told.trading_day == date(2026, 11, 23)


async def test_an_address_that_was_given_holds_and_the_day_is_asked_for_all_the_same():
    async with trading() as broker:
        told = await describe(Source(broker.url, "http://given"))
        assert told.http == "http://given"
        assert told.trading_day == date(2026, 11, 23)


@pytest.mark.parametrize("answer", [PAGE, DEEP, BROKEN, SHORT, http(503, b""), http(200, [1])])
async def test_a_source_that_does_not_describe_itself_needs_a_given_address(answer):
    async with service(answer) as (web, _):
        with pytest.raises(ServiceError) as caught:
            await describe(of(web))
        assert web in str(caught.value)
        assert "HTTP 주소" in caught.value.sentence("ko")
        before = seoul_today()
        told = await describe(of(web, http="http://given"))
        assert told.http == "http://given"
        assert before <= told.trading_day <= seoul_today()


@pytest.mark.parametrize("named", ["", "file:///etc", "ftp://host", "http://a..b", "javascript:1"])
async def test_what_is_no_web_address_is_not_taken_for_one(named):
    async with service(http(200, {"http": named})) as (web, _):
        with pytest.raises(ServiceError):
            await describe(of(web))


@pytest.mark.parametrize("day", ["", "tomorrow", "20261123x", "2026-02-30"])
async def test_a_day_that_is_none_is_today_in_seoul(day):
    async with service(http(200, {"http": "http://host/", "date": day, "more": [1]})) as (web, _):
        told = await describe(of(web))
        assert told.http == "http://host"
        assert told.trading_day == seoul_today()


async def test_nobody_there_is_said_with_the_system_s_reason():
    with pytest.raises(ServiceError, match=r"refused; check the address") as caught:
        await describe(of(NOTHING))
    assert caught.value.facts["address"] == NOTHING


async def test_a_source_that_says_nothing_is_not_waited_for_long(monkeypatch):
    async def listen(reader, writer):
        await reader.read()

    monkeypatch.setattr(rest, "_DISCOVERY_S", 0.1)
    async with raw(listen) as address:
        with pytest.raises(ServiceError, match="timed out"):
            await describe(Source(f"ws://{address}"))


# approval keys ------------------------------------------------------------------


async def test_an_approval_key_is_issued_for_the_app_key():
    async with trading() as broker:
        key = await approval_key(broker.source, broker.http_url)
        assert len(key) == 36


async def test_the_request_is_as_documented():
    async with service() as (web, served):
        source = Source("ws://x:1", app_key="the key", app_secret="the secret")
        assert await approval_key(source, web) == "an approval key"
    assert json.loads(served.bodies[0]) == {
        "grant_type": "client_credentials",
        "appkey": "the key",
        "secretkey": "the secret",  # not appsecret, as the token service calls it
    }


async def test_what_else_an_answer_holds_does_not_matter():
    answer = http(200, {"approval_key": "key", "expires_in": 86400, "more": {"a": None}})
    async with service(answer) as (web, _):
        assert await approval_key(of(web), web) == "key"


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_refused_app_key_is_an_error_of_its_own_with_the_broker_s_words(status):
    words = {"error_description": "유효하지 않은 AppSecret입니다.", "error_code": "EGW00105"}
    async with service(http(status, words)) as (web, _):
        with pytest.raises(KeyRefusedError) as caught:
            await approval_key(of(web), web)
    assert "유효하지 않은 AppSecret입니다. (EGW00105)" in str(caught.value)
    assert "앱키" in caught.value.sentence("ko")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http(403, b"<html>blocked</html>", "text/html"), PageError),
        (http(403, b"", "application/json"), ServiceError),
    ],
)
async def test_a_no_without_the_brokers_words_is_no_word_on_the_key(answer, kind):
    # A page of maintenance or a block of some minutes: the feed must come back by itself.
    async with service(answer) as (web, _):
        with pytest.raises(kind, match="HTTP 403"):
            await approval_key(of(web), web)


async def test_an_answer_without_its_approval_key_says_what_is_missing():
    async with service(http(200, {"something": "else"})) as (web, _):
        with pytest.raises(ShapeError, match="without approval_key"):
            await approval_key(of(web), web)


@pytest.mark.parametrize("code", ["EGW00133", "EGW00201"])
async def test_too_often_is_no_refusal(code):
    words = {"error_description": "잠시 후 다시 시도하세요", "error_code": code}
    async with service(http(403, words)) as (web, _):
        with pytest.raises(ServiceError, match=code):
            await approval_key(of(web), web)


@pytest.mark.parametrize(
    "answer",
    [
        PAGE,
        DEEP,
        BROKEN,
        SHORT,
        SHORT_REFUSAL,
        http(500, {"error_description": "x", "error_code": "y"}),
        http(404, b""),
        http(200, {}),
        http(200, {"approval_key": ""}),
        http(200, {"approval_key": 5}),
        http(200, b'{"approval_key":"\xff\xfe"}'),
        http(200, b""),
        b"",
    ],
)
async def test_any_other_answer_is_an_error_of_the_service(answer):
    async with service(answer) as (web, _):
        with pytest.raises(ServiceError) as caught:
            await approval_key(of(web), web)
    assert "an approval key" in str(caught.value)
    assert "접속키" in caught.value.sentence("ko")
    assert "an approval key" in str(caught.value)  # also after it was said in Korean


@pytest.mark.parametrize("status", [403, 500])
async def test_a_service_that_repeats_what_it_was_sent_is_not_repeated(status):
    words = {"error_description": "key canary-key, secret canary-secret", "error_code": "E"}
    async with service(http(status, words)) as (web, _):
        with pytest.raises((KeyRefusedError, ServiceError)) as caught:
            await approval_key(of(web, app_key="canary-key", app_secret="canary-secret"), web)
    error = caught.value
    assert "key ***, secret *** (E)" in str(error)
    assert "canary" not in f"{error!r} {error} {error.facts} {error.args} {error.__context__!r}"


# the master file ----------------------------------------------------------------


async def test_the_master_file_is_downloaded():
    async with trading() as broker:
        master = parse_master(await master_file(broker.http_url), date(2026, 11, 23))
        assert "B01612A34" in master.contracts


@pytest.mark.parametrize("web", [NOTHING, "http://a..b"])
async def test_a_master_file_that_cannot_be_had_is_an_error(web):
    with pytest.raises(ServiceError) as caught:
        await master_file(web)
    assert "종목 마스터 파일" in caught.value.sentence("ko")


async def test_a_refused_download_is_no_refused_app_key():
    async with service(http(403, b"")) as (web, _):
        with pytest.raises(ServiceError, match="HTTP 403"):
            await master_file(web)


# proxies ------------------------------------------------------------------------


async def test_a_proxy_is_not_asked_for_what_is_on_this_machine(monkeypatch):
    monkeypatch.setenv("http_proxy", NOTHING)
    monkeypatch.delenv("no_proxy", raising=False)
    async with service() as (web, _):
        assert await approval_key(of(web), web) == "an approval key"


async def test_a_proxy_is_asked_for_what_is_elsewhere(monkeypatch):
    heard = []

    async def listen(reader, writer):
        heard.append(await reader.readline())
        writer.write(b"HTTP/1.1 502 no\r\n\r\n")
        writer.close()

    async with raw(listen) as address:
        monkeypatch.setenv("https_proxy", f"http://{address}")
        monkeypatch.delenv("no_proxy", raising=False)
        elsewhere = "https://broker.invalid:9443"
        with pytest.raises(ServiceError, match="502"):
            await approval_key(Source("ws://broker.invalid:1"), elsewhere)
    assert heard[0].startswith(b"CONNECT broker.invalid:9443 ")
