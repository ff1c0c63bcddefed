"""Opening the stream: to the address given and to no other, and never the end of the feed."""

import pytest
from websockets.asyncio.server import serve

from kisopt_gui.feed.opening import Straight, without_secrets
from kisopt_gui.feed.source import Source
from kisopt_gui.feed.troubles import ConnectionLostError, ProxyError, StreamPageError
from kisopt_gui.market.link import Link
from tests.feed.peers import HOST, INDEX, http, raw, running, service, speaking

SECRET = "canary-approval-key"
APPROVED = http(200, {"approval_key": SECRET})


def redirect(to):
    head = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n"
    return f"{head}Connection: close\r\n\r\n".encode()


def answering(answer):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    return raw(handler)


@pytest.mark.parametrize("to", ["elsewhere", "http://[bad/", "ws://127.0.0.1:99999999/"])
async def test_a_redirect_is_not_followed_and_the_feed_goes_on(to):
    heard = []

    async def stranger(socket):
        heard.extend([message async for message in socket])

    async with serve(stranger, HOST, 0) as other:
        place = f"ws://{HOST}:{other.sockets[0].getsockname()[1]}/" if to == "elsewhere" else to
        async with answering(redirect(place)) as address, service(APPROVED) as (web, _):
            source = Source(f"ws://{address}", web)
            async with running(source, INDEX) as line:
                await line.until(lambda: line.links.count(Link.WAITING) == 2)
                assert isinstance(line.status.error, StreamPageError)
                assert "HTTP 302" in str(line.status.error)
    assert heard == []


async def test_a_web_page_at_the_streams_address_is_said_as_one():
    page = http(200, b"<html>log in</html>", "text/html")
    async with (
        answering(page) as address,
        service(APPROVED) as (web, _),
        running(Source(f"ws://{address}", web), INDEX) as line,
    ):
        await line.until(lambda: line.links.count(Link.WAITING) == 2)
        assert isinstance(line.status.error, StreamPageError)
        assert "브라우저" in line.status.error.sentence("ko")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://user:word@127.0.0.1:abc"])
async def test_a_proxy_that_cannot_be_used_is_said_and_ends_nothing(proxy):
    with pytest.raises(ProxyError) as caught:
        await Straight("ws://127.0.0.1:9", proxy=proxy).__aenter__()
    assert isinstance(caught.value, ConnectionLostError)  # which is tried again
    for language in ("ko", "en"):
        assert "word" not in caught.value.sentence(language)
        assert "https_proxy" in caught.value.sentence(language)


async def test_a_close_reason_that_repeats_the_approval_key_shows_none():
    async def telltale(socket):
        await socket.recv()
        await socket.close(1008, f"no such approval {SECRET}")

    async with speaking(telltale, APPROVED) as source, running(source, INDEX) as line:
        await line.until(lambda: Link.WAITING in line.links)
        told = line.status.error or next(s.error for s in line.statuses if s.error)
        assert "no such approval ***" in str(told)
        assert SECRET not in str(told)


def test_no_user_of_a_proxy_is_repeated():
    assert without_secrets("http://user:pw@host isn't valid") == "http://***@host isn't valid"
    assert without_secrets("wss://host/path@x") == "wss://host/path@x"
