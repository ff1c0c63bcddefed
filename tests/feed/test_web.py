"""One HTTP exchange: every cause of no answer is its own sentence, and nobody waits at the end."""

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kisopt_gui.feed import web
from kisopt_gui.feed.refusals import (
    CertificateError,
    LateError,
    NoNetworkError,
    PageError,
    PlainAddressError,
    ServiceError,
    UnknownHostError,
    clock_problem,
)
from kisopt_gui.feed.web import Request, exchange
from tests.feed.peers import HOST, http, raw, service

WHAT = ("a test", "시험")
DATED = b"HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 01:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"


def certificate(folder, name="localhost"):
    """Write a certificate that nobody has signed but itself, SYNTHETIC; return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


@asynccontextmanager
async def secure(path):
    """Serve HTTPS on loopback; yields its port and what was heard."""
    heard = []

    async def answer(reader, writer):
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(DATED)
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = await asyncio.start_server(answer, HOST, 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.fixture
def fresh_trust():
    web._trust.cache_clear()
    yield
    web._trust.cache_clear()


async def test_a_certificate_that_nobody_signed_is_refused_and_nothing_is_sent(
    tmp_path, fresh_trust
):
    async with secure(certificate(tmp_path)) as (port, heard):
        with pytest.raises(CertificateError, match="nothing was sent") as caught:
            await exchange(Request(f"https://localhost:{port}/", WHAT, headers={"appkey": "x"}))
    assert heard == []
    assert "인증서" in caught.value.sentence("ko")


async def test_a_network_that_answers_in_the_open_is_said_as_one_that_wants_a_login(fresh_trust):
    async def page(reader, writer):
        await reader.read(1)
        writer.write(http(400, b"<html>log in</html>", "text/html"))
        await writer.drain()

    async with raw(page) as address:
        with pytest.raises(PageError) as caught:
            await exchange(Request(f"https://{address}/", WHAT))
    assert "브라우저" in caught.value.sentence("ko")
    assert "in a browser" in caught.value.sentence("en")


async def test_a_certificate_that_is_trusted_is_taken_for_its_own_name_only(
    tmp_path, monkeypatch, fresh_trust
):
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    async with secure(path) as (port, _):
        assert (await exchange(Request(f"https://localhost:{port}/", WHAT))).status == 200
        with pytest.raises(CertificateError):
            await exchange(Request(f"https://127.0.0.1:{port}/", WHAT))


@pytest.mark.parametrize("address", ["http://broker.invalid:9443/", "http://192.0.2.1/"])
async def test_no_plain_address_elsewhere_is_asked(address):
    with pytest.raises(PlainAddressError, match="https://") as caught:
        await exchange(Request(address, WHAT))
    assert "https://" in caught.value.sentence("ko")


async def test_a_name_that_nobody_knows_is_said_as_such():
    with pytest.raises(UnknownHostError, match=r"nowhere\.invalid cannot be found"):
        await exchange(Request("https://nowhere.invalid/", WHAT))


async def test_no_network_is_said_as_such(monkeypatch):
    def connect(*_args, **_options):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NoNetworkError, match="there is no network"):
        await exchange(Request("https://192.0.2.1/", WHAT))


@pytest.mark.parametrize("status", [301, 302, 307])
async def test_nobody_is_followed_elsewhere_with_the_secrets(status):
    heard = []

    async def listen(reader, _writer):
        heard.append(await reader.read())

    async with raw(listen) as elsewhere:
        moved = f"HTTP/1.1 {status} x\r\nLocation: http://{elsewhere}/\r\n\r\n".encode()
        async with service(moved) as (address, _):
            with pytest.raises(PageError, match="log in to the network"):
                await exchange(Request(address, WHAT, headers={"appsecret": "canary"}))
    assert heard == []


@pytest.mark.parametrize(
    ("body", "kind", "page"),
    [
        (b"<html>", "text/html", True),
        (b"\n <!DOCTYPE html>", "application/json", True),
        (b"{}", "application/json", False),
        (b"", "text/plain", False),
    ],
)
async def test_a_page_is_told_from_an_answer(body, kind, page):
    async with service(http(200, body, kind)) as (address, _):
        assert (await exchange(Request(address, WHAT))).is_page is page


async def test_who_never_answers_is_late():
    async def listen(reader, _writer):
        await reader.read()

    async with raw(listen) as address:
        with pytest.raises(LateError, match=r"within 0\.1 s;"):
            await exchange(Request(f"http://{address}/", WHAT, seconds=0.1))


async def test_who_answers_a_byte_at_a_time_is_late_too():
    async def drip(_reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"{")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with raw(drip) as address:
        begun = time.monotonic()
        with pytest.raises(LateError):
            await exchange(Request(f"http://{address}/", WHAT, seconds=0.3))
        assert time.monotonic() - begun < 2.0


async def test_a_call_that_is_cancelled_ends_its_worker():
    held = asyncio.Event()

    async def listen(reader, _writer):
        held.set()
        await reader.read()

    async with raw(listen) as address:
        call = asyncio.create_task(exchange(Request(f"http://{address}/", WHAT, seconds=60.0)))
        await held.wait()
        workers = [each for each in threading.enumerate() if each.name == "rest"]
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        for worker in workers:
            await asyncio.to_thread(worker.join, 2.0)
            assert not worker.is_alive()


def test_a_program_ends_at_once_while_a_call_hangs():
    program = """
import asyncio, socket, threading
from kisopt_gui.feed.web import Request, exchange
server = socket.create_server(("127.0.0.1", 0))
async def main():
    address = f"http://127.0.0.1:{server.getsockname()[1]}/"
    call = asyncio.create_task(exchange(Request(address, ("a", "b"), seconds=60.0)))
    await asyncio.sleep(0.3)
asyncio.run(main())
"""
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert time.monotonic() - begun < 5.0


async def test_the_broker_s_clock_is_told():
    async with service(DATED) as (address, _):
        answer = await exchange(Request(address, WHAT))
    assert answer.told == datetime(2026, 11, 23, 1, tzinfo=UTC).timestamp()
    assert answer.offset == pytest.approx(answer.told - time.time(), abs=5)


async def test_an_answer_without_a_clock_or_with_nonsense_has_none():
    for date in (b"", b"Date: soon\r\n"):
        text = b"HTTP/1.1 200 OK\r\n" + date + b"Content-Length: 0\r\n\r\n"
        async with service(text) as (address, _):
            answer = await exchange(Request(address, WHAT))
        assert answer.offset != answer.offset


@pytest.mark.parametrize("seconds", [0.0, 12.0, -299.0, float("nan")])
def test_a_clock_that_is_seconds_off_is_right(seconds):
    assert clock_problem(seconds) is None


def test_a_clock_that_is_hours_off_is_said_with_the_direction():
    assert "clock is -180 minutes off the broker's" in str(clock_problem(3 * 3600.0))
    assert "-180분" in clock_problem(3 * 3600.0).sentence("ko")
    assert "+60 minutes" in str(clock_problem(-3600.0))


def test_what_is_asked_shows_no_secret():
    request = Request("https://x/", WHAT, b"canary", {"appsecret": "canary"}, ("canary",))
    assert "canary" not in repr(request)


async def test_an_error_of_the_line_repeats_no_secret():
    request = Request("http://127.0.0.1:9/", WHAT, secrets=("refused",))
    with pytest.raises(ServiceError) as caught:
        await exchange(request)
    assert "***" in str(caught.value)
