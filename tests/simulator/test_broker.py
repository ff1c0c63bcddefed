"""The broker as its clients see it: over a socket, with a library that is not ours."""

import asyncio
import json
import re
import time
from contextlib import suppress
from datetime import datetime

import pytest
from websockets.exceptions import ConnectionClosed

from kisopt_gui.simulator.broker import PortInUseError
from kisopt_gui.wire.codec import read_frame, split_records
from tests.simulator.client import (
    CODES,
    approve,
    ask,
    connected,
    control,
    request,
    serving,
    until,
)

pytestmark = pytest.mark.e2e

SUCCESS = {
    "header": {"tr_id": "H0IOCNT0", "tr_key": "B01612A34", "encrypt": "N"},
    "body": {
        "rt_cd": "0",
        "msg_cd": "OPSP0000",
        "msg1": "SUBSCRIBE SUCCESS",
        "output": {"iv": "0123456789abcdef", "key": "abcdefghijklmnopabcdefghijklmnop"},
    },
}


# registration -------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/", "/tryitout", "/tryitout/H0IOCNT0"])
async def test_any_path_serves_the_stream(path):
    async with serving() as broker, connected(broker, path) as client:
        await client.send(request(await approve(broker)))
        assert await client.reply() == SUCCESS
        frame = read_frame(await client.frame())
        assert split_records(frame)[0].startswith("B01612A34^100000^")


async def test_trades_stop_when_they_are_released():
    async with serving() as broker, connected(broker) as client:
        key = await approve(broker)
        await client.answer(request(key))
        await client.frame()
        await client.send(request(key, tr_type="2"))
        reply = await client.reply()
        assert reply["body"]["msg_cd"] == "OPSP0001"
        assert reply["body"]["msg1"].startswith("UNSUB")
        assert reply["body"]["rt_cd"] == "0"
        assert await client.quiet(0.3)


@pytest.mark.parametrize(
    ("tr_id", "code"),
    [("H0IOCNT0", "B01612A34"), ("H0IFCNT0", "A01612"), ("H0UPCNT0", "2001")],
)
async def test_every_stream_brings_frames_that_can_be_read(tr_id, code):
    async with serving() as broker, connected(broker) as client:
        await client.answer(request(await approve(broker), code, tr_id))
        frame = read_frame(await client.frame())
        assert frame.shape.stream.tr_id == tr_id
        assert frame.body.startswith(f"{code}^")


async def test_the_rate_is_kept_over_the_socket():
    async with serving(rate=4_000.0) as broker, connected(broker) as client:
        key = await approve(broker)
        for code in CODES[:40]:
            assert (await client.answer(request(key, code)))[0] == "OPSP0000"
        began, before = time.monotonic(), broker.counters()["records"]
        texts = await client.drain(1.0)
        elapsed, sent = time.monotonic() - began, broker.counters()["records"] - before
        assert sent == pytest.approx(4_000 * elapsed, rel=0.15)
        got = sum(read_frame(text).shape.records for text in texts)
        assert got == pytest.approx(sent, rel=0.3)  # the rest is on its way


async def test_two_clients_get_the_same_trades():
    async with serving() as broker, connected(broker) as one, connected(broker) as other:
        for client, app_key in ((one, "one"), (other, "other")):
            await client.answer(request(await approve(broker, app_key)))
        frame = await other.frame()
        while await one.frame() != frame:
            pass
        assert (await control(broker))["connections"] == 2


async def test_a_second_that_fell_behind_is_caught_up():
    async with serving(rate=1_000.0) as broker, connected(broker) as client:
        await client.answer(request(await approve(broker)))
        began, before = time.monotonic(), broker.counters()["records"]
        time.sleep(0.6)  # noqa: ASYNC251  # nobody can do anything meanwhile
        await client.drain(0.6)
        records = broker.counters()["records"] - before
        assert records == pytest.approx(1_000 * (time.monotonic() - began), rel=0.2)
        assert broker.counters()["behind_s"] == 0


async def test_what_can_never_be_caught_up_is_let_go_and_told(monkeypatch):
    monkeypatch.setattr("kisopt_gui.simulator.broker._MOST_BEHIND_S", 0.2)
    async with serving(rate=1_000.0) as broker, connected(broker) as client:
        await client.answer(request(await approve(broker)))
        before = broker.counters()["records"]
        time.sleep(1.0)  # noqa: ASYNC251
        await client.drain(0.1)
        assert broker.counters()["records"] - before < 500
        assert broker.counters()["behind_s"] > 0.5


# refusals -----------------------------------------------------------------

BUSINESS = [
    ("OPSP8991", {"tr_id": "H0STCNT0"}),
    ("OPSP8992", {"code": "B01612Z99"}),
    ("OPSP8992", {"code": "X"}),
    ("OPSP8993", {"code": 5}),
    ("OPSP0003", {"tr_type": "2"}),
]


@pytest.mark.parametrize(("code", "change"), BUSINESS)
async def test_errors_of_a_registration_keep_its_key(code, change):
    async with serving() as broker, connected(broker) as client:
        asked = request(await approve(broker), **change)
        msg_cd, rt_cd, header = await client.answer(asked)
        assert (msg_cd, rt_cd) == (code, "1")
        wanted = asked["body"]["input"]
        assert (header["tr_id"], header["tr_key"]) == (wanted["tr_id"], str(wanted["tr_key"]))


async def test_registering_twice_is_told():
    async with serving(rate=10.0) as broker, connected(broker) as client:
        key = await approve(broker)
        assert (await client.answer(request(key)))[0] == "OPSP0000"
        assert (await client.answer(request(key)))[:2] == ("OPSP0002", "1")


SESSION = [
    ("OPSP9999", lambda key: "hello"),
    ("OPSP9999", lambda key: ""),
    ("OPSP9999", lambda key: json.dumps(request(key))[:-1]),
    ("OPSP9998", lambda key: {"body": {}}),
    ("OPSP9998", lambda key: []),
    ("OPSP0011", lambda key: request("0" * 36)),
    ("OPSP0011", lambda key: request(None)),
    ("OPSP9997", lambda key: request(key, custtype=None)),
    ("OPSP8998", lambda key: request(key, custtype="X")),
    ("OPSP8997", lambda key: request(key, tr_type="3")),
    ("OPSP8997", lambda key: request(key, tr_type=None)),
    ("OPSP9992", lambda key: {"header": request(key)["header"]}),
    ("OPSP9991", lambda key: {"header": request(key)["header"], "body": {}}),
    ("OPSP9990", lambda key: request(key, code=None)),
    ("OPSP9990", lambda key: request(key, code="")),
]


@pytest.mark.parametrize(("code", "message"), SESSION)
async def test_errors_of_the_session_name_no_key(code, message):
    async with serving() as broker, connected(broker) as client:
        msg_cd, rt_cd, header = await client.answer(message(await approve(broker)))
        assert (msg_cd, rt_cd) == (code, "9")
        assert (header["tr_id"], header["tr_key"]) == ("(null)", "")
        # The connection goes on.
        assert (await client.answer(request(await approve(broker))))[0] == "OPSP0000"


async def test_the_42nd_registration_is_refused_and_a_release_makes_room():
    async with serving(rate=10.0) as broker, connected(broker) as client:
        key = await approve(broker)
        keys = [("H0UPCNT0", "2001"), ("H0IFCNT0", "A01612")]
        keys += [("H0IOCNT0", code) for code in CODES[:39]]
        for tr_id, code in keys:
            assert (await client.answer(request(key, code, tr_id)))[0] == "OPSP0000"
        msg_cd, rt_cd, header = await client.answer(request(key, CODES[40]))
        assert (msg_cd, rt_cd, header["tr_key"]) == ("OPSP0008", "1", CODES[40])
        await client.answer(request(key, "2001", "H0UPCNT0", tr_type="2"))
        assert (await client.answer(request(key, CODES[40])))[0] == "OPSP0000"
        assert (await control(broker))["registrations"] == 41


async def test_an_app_key_may_connect_once():
    async with serving() as broker, connected(broker) as first:
        await first.answer(request(await approve(broker)))
        async with connected(broker) as second:
            key = await approve(broker)
            assert (await second.answer(request(key)))[:2] == ("OPSP8996", "9")
            await second.closed()
        await first.frame()  # the first one goes on


async def test_the_app_key_is_free_when_its_connection_has_ended():
    async with serving() as broker:
        key = await approve(broker)
        for _ in range(3):
            async with connected(broker) as client:
                assert (await client.answer(request(key)))[0] == "OPSP0000"
            counters = await until(broker, lambda now: not now["connections"])
        assert (counters["connects"], counters["registrations"]) == (3, 0)


async def test_a_connection_belongs_to_one_app_key():
    async with serving() as broker, connected(broker) as client:
        await client.answer(request(await approve(broker, "one")))
        other = await approve(broker, "other")
        assert (await client.answer(request(other, "B01612A35")))[:2] == ("OPSP0010", "9")
        again = await approve(broker, "one")
        assert (await client.answer(request(again, "B01612A35")))[0] == "OPSP0000"
        async with connected(broker) as second:
            assert (await second.answer(request(other)))[0] == "OPSP0000"


async def test_a_binary_message_is_read_as_text():
    async with serving() as broker, connected(broker) as client:
        await client.socket.send(json.dumps(request(await approve(broker))).encode())
        assert await client.reply() == SUCCESS
        await client.socket.send(b"\xff\xfe")
        assert (await client.reply())["body"]["msg_cd"] == "OPSP9999"


# PINGPONG -------------------------------------------------------------------


async def test_pingpong_comes_when_nothing_was_sent():
    async with serving(pingpong=0.2) as broker, connected(broker) as client:
        text = await client.next()
        assert re.fullmatch(r'\{"header":\{"tr_id":"PINGPONG","datetime":"\d{14}"\}\}', text)
        said = datetime.strptime(json.loads(text)["header"]["datetime"], "%Y%m%d%H%M%S")
        assert (said - datetime(2026, 11, 23, 10)).total_seconds() < 5


async def test_pingpong_stays_away_while_trades_come():
    async with serving(pingpong=0.4, rate=200.0) as broker, connected(broker) as client:
        await client.answer(request(await approve(broker)))
        for _ in range(100):
            assert "PINGPONG" not in await client.next()


@pytest.mark.parametrize("kind", ["text", "control"])
async def test_both_answers_keep_the_connection(kind):
    async with (
        serving(pingpong=0.1, pingpong_timeout=0.5) as broker,
        connected(broker) as client,
    ):
        deadline = asyncio.get_running_loop().time() + 1.2
        while asyncio.get_running_loop().time() < deadline:
            text = await client.next()
            if kind == "text":
                await client.socket.send(text)
            else:
                await client.socket.pong(text)
        [link] = (await control(broker))["links"]
        assert link["pongs"][kind] >= 5
        assert link["pongs"]["text" if kind == "control" else "control"] == 0
        assert (await control(broker))["pongs"] >= 5


@pytest.mark.parametrize("wrong", [None, '{"header":{"tr_id":"PINGPONG","datetime":"1"}}'])
async def test_no_answer_or_another_one_ends_the_connection(wrong):
    async with (
        serving(pingpong=0.1, pingpong_timeout=0.4) as broker,
        connected(broker) as client,
    ):
        with suppress(ConnectionClosed):
            while text := await client.next():
                assert "PINGPONG" in text  # a wrong answer is no request either
                if wrong is not None:
                    await client.socket.send(wrong)
        await client.closed(0.5)
        assert (await control(broker))["pongs"] == 0


async def test_pingpong_goes_on_after_the_close():
    async with (
        serving(pingpong=0.1, start="15:45:00") as broker,
        connected(broker) as client,
    ):
        await client.answer(request(await approve(broker)))
        assert "PINGPONG" in await client.next()


# the rest ---------------------------------------------------------------------


async def test_plain_http_on_the_stream_s_port_says_where_the_web_server_is_and_what_time_it_is():
    async with serving() as broker:
        address = broker.url.replace("ws", "http", 1)
        for path in ("", "/", "/anything"):
            status, told = await ask(address + path)
            assert status == 200
            assert told.pop("clock").startswith("2026-11-23T")
            assert told == {"http": broker.http_url, "date": "2026-11-23", "speed": 1.0}


async def test_it_listens_on_this_machine_only():
    async with serving() as broker:
        assert broker.url.startswith("ws://127.0.0.1:")
        assert broker.http_url.startswith("http://127.0.0.1:")


async def test_a_reader_that_stops_is_cut_off_and_others_go_on(monkeypatch):
    monkeypatch.setattr("kisopt_gui.simulator.link.MOST_PENDING", 200_000)
    async with (
        serving(rate=20_000.0) as broker,
        connected(broker) as other,
        connected(broker, max_queue=1) as slow,
    ):
        await slow.send(request(await approve(broker, "slow")))
        await other.answer(request(await approve(broker, "other")))
        for _ in range(100):
            assert await other.drain(0.05)
            counters = await control(broker)
            if counters["overruns"]:
                break
        assert counters["overruns"] == counters["connections"] == 1
        assert counters["links"][0]["pending"] < 200_000


@pytest.mark.parametrize("option", ["port", "http_port"])
async def test_a_port_in_use_is_an_error_that_says_so(option):
    async with serving() as broker:
        for port in (broker.port, int(broker.http_url.rpartition(":")[2])):
            with pytest.raises(PortInUseError) as caught:
                async with serving(**{option: port}):
                    pass
            written = "--" + option.replace("_", "-")
            assert caught.value.sentence("en") == (
                f"port {port} is in use; choose another with {written}"
            )
            assert f"포트 {port}" in caught.value.sentence("ko")
            assert written in caught.value.sentence("ko")


async def test_the_market_s_clock_is_told():
    async with serving(start="10:00:00", speed=100.0) as broker:
        await asyncio.sleep(0.3)
        counters = await control(broker)
        assert "2026-11-23T10:00:20" < counters["clock"] < "2026-11-23T10:05:00"
