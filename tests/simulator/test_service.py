"""The web server, asked with the standard library."""

import asyncio
import socket

import pytest

from kisopt_gui.market.master import parse_master
from kisopt_gui.simulator.market import DEFAULT_DATE
from tests.simulator.client import approval_request, ask, connected, control, fetch, serving

pytestmark = pytest.mark.e2e


async def test_an_approval_key_is_issued():
    async with serving() as broker:
        status, kind, _ = await asyncio.to_thread(
            fetch, f"{broker.http_url}/oauth2/Approval", approval_request()
        )
        assert (status, kind) == (200, "application/json; charset=utf-8")
        status, answer = await ask(f"{broker.http_url}/oauth2/Approval", approval_request())
        assert list(answer) == ["approval_key"]
        assert len(answer["approval_key"]) == 36


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"grant_type": "client_credentials", "secretkey": "s"}, "EGW00103"),
        (approval_request(app_key=""), "EGW00103"),
        (approval_request(app_key=5), "EGW00103"),
        (approval_request(secret=""), "EGW00105"),
        # The name of REST's token service is not the one of this service.
        ({"grant_type": "client_credentials", "appkey": "k", "appsecret": "s"}, "EGW00105"),
        (approval_request() | {"grant_type": "password"}, "EGW00101"),
        (b"no json", "EGW00101"),
        (b"[]", "EGW00101"),
        (b"", "EGW00101"),
    ],
)
async def test_keys_that_are_missing_are_refused_in_the_broker_s_words(body, code):
    async with serving() as broker:
        status, answer = await ask(f"{broker.http_url}/oauth2/Approval", body)
        assert status == 403
        assert answer["error_code"] == code
        assert "유효하지 않은" in answer["error_description"]


async def test_the_master_file_lists_what_can_be_subscribed():
    async with serving() as broker:
        address = f"{broker.http_url}/common/master/fo_idx_code_mts.mst.zip"
        status, kind, data = await asyncio.to_thread(fetch, address)
        assert (status, kind) == (200, "application/zip")
        master = parse_master(data, DEFAULT_DATE)
        assert master.bad == 0
        assert "B01612A34" in master.contracts
        assert (await asyncio.to_thread(fetch, address))[2] == data


async def test_counters_are_told():
    async with serving() as broker, connected(broker):
        counters = await control(broker)
        assert (counters["connects"], counters["connections"]) == (1, 1)
        assert counters["faults"] == counters["lost"] == {}
        assert counters["behind_s"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/oauth2/Approval"), ("GET", "/oauth2/tokenP"), ("GET", "/control/x")],
)
async def test_nothing_else_is_there(method, path):
    async with serving() as broker:
        status, _ = await ask(f"{broker.http_url}{path}", {} if method == "POST" else None)
        assert status == 404


async def test_a_query_behind_the_path_does_not_matter():
    async with serving() as broker:
        assert (await ask(f"{broker.http_url}/control?now"))[0] == 200


async def raw(broker, request):
    port = int(broker.http_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize("length", ["", "Content-Length: x\r\n", "Content-Length: 99999999\r\n"])
async def test_a_body_of_unknown_or_absurd_length_is_not_read(length):
    async with serving() as broker:
        request = f"POST /control HTTP/1.1\r\nHost: x\r\n{length}\r\n".encode()
        assert b" 411 " in await raw(broker, request)


async def test_who_hangs_up_disturbs_nobody(capfd):
    async with serving() as broker:
        address = ("127.0.0.1", int(broker.http_url.rpartition(":")[2]))
        for sent in (b"", b"GET /control HTTP/1.1\r\n", b"POST /control HTTP/1.1\r\n\r\n"):
            with socket.create_connection(address) as line:
                line.send(sent)
                # Reset instead of an orderly end.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        with socket.create_connection(("127.0.0.1", broker.port)) as line:
            line.send(b"GET /")
        assert (await control(broker))["connections"] == 0
    assert capfd.readouterr() == ("", "")


async def test_many_ask_at_once():
    async with serving() as broker:
        asked = [ask(f"{broker.http_url}/oauth2/Approval", approval_request()) for _ in range(20)]
        keys = {answer["approval_key"] for _, answer in await asyncio.gather(*asked)}
        assert len(keys) == 20
