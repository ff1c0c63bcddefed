"""One HTTP exchange: in a worker that holds up nobody's exit, over a checked line.

Real addresses are HTTPS with the certificate checked; plain HTTP goes to this
machine only. Nobody is followed elsewhere: the headers hold secrets, and the
broker sends nobody anywhere, only the login page of a network does.
"""

import asyncio
import contextlib
import email.utils
import errno
import http.client
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cache, partial
from ipaddress import ip_address
from time import perf_counter, time
from urllib.parse import urlsplit

from kisopt_gui.feed.refusals import (
    CertificateError,
    LateError,
    NoNetworkError,
    PageError,
    PlainAddressError,
    ServiceError,
    UnknownHostError,
    What,
)

PATIENCE_S = 10.0
_MOST_BYTES = 32 << 20
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST")
"""How OpenSSL names an answer that is not encrypted, as that of a network's login page."""

_REDIRECTS = (301, 302, 303, 307, 308)


def masked(text: str, *secrets: str) -> str:
    """Return words of others without the secrets that they may repeat."""
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return text


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    Attributes:
        address: Where.
        what: What is hoped for, for the sentences of errors.
        body: What is posted, None to get.
        headers: Headers; their values may be secrets.
        secrets: What an answer may repeat and nobody is to see.
        seconds: How long the answer may take.
    """

    address: str
    what: What
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    seconds: float = PATIENCE_S

    def hide(self, text: str) -> str:
        """Return a text without the secrets of the request."""
        return masked(text, *self.secrets)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: HTTP status.
        body: What was sent.
        is_page: Whether it is a web page.
        told: The server's clock, seconds since the epoch, NaN if it told none.
        received: Monotonic seconds.
        offset: Seconds that the server's clock is ahead of ours, NaN if it told none.
    """

    status: int
    body: bytes = field(repr=False)
    is_page: bool
    told: float
    received: float
    offset: float


async def exchange(request: Request) -> Answer:
    """Ask and wait for the answer, of whatever status.

    The worker is a thread that nobody waits for, neither a cancelled call nor
    the end of the program: a name server may hold it for half a minute.

    Raises:
        ServiceError: There is no answer; each usual cause is a class of its own.
    """
    _check(request)
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Answer] = loop.create_future()
    line = _Line()

    def settle(result: Answer | ServiceError) -> None:
        if answer.done():
            return
        if isinstance(result, Answer):
            answer.set_result(result)
        else:
            answer.set_exception(result)

    def work() -> None:
        result = _exchange(request, line)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=work, name="rest", daemon=True).start()
    try:
        async with asyncio.timeout(request.seconds):
            return await answer
    except TimeoutError:
        raise _late(request) from None
    finally:
        line.cut()


def is_loopback(address: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check(request: Request) -> None:
    try:
        scheme = urlsplit(request.address).scheme
        local = is_loopback(request.address)
    except ValueError as error:
        raise ServiceError(request.what, request.address, str(error)) from None
    if scheme != "https" and not local:
        raise PlainAddressError(request.what, request.address, "http")


class _Line:
    """The socket of an exchange, which another thread may cut."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._done = False

    def hold(self, connected: socket.socket | None) -> None:
        with self._lock:
            self._socket = connected
            if self._done and connected is not None:
                _shut(connected)

    def cut(self) -> None:
        """End whatever is still read or written."""
        with self._lock:
            self._done = True
            if self._socket is not None:
                _shut(self._socket)

    def release(self) -> None:
        """Say that the exchange is over: its socket is closed and may be another's."""
        with self._lock:
            self._socket = None


def _shut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Below the encryption: SSLSocket.shutdown would wait for nobody, but forget its state.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _Plain(http.client.HTTPConnection):
    line: _Line

    def connect(self) -> None:
        super().connect()
        self.line.hold(self.sock)


class _Checked(http.client.HTTPSConnection):
    line: _Line

    def connect(self) -> None:
        super().connect()
        self.line.hold(self.sock)


def _plain(line: _Line, host: str, **options: float) -> http.client.HTTPConnection:
    connection = _Plain(host, timeout=options.get("timeout"))
    connection.line = line
    return connection


def _checked(line: _Line, host: str, **options: float) -> http.client.HTTPConnection:
    connection = _Checked(host, timeout=options.get("timeout"), context=_trust())
    connection.line = line
    return connection


@cache
def _trust() -> ssl.SSLContext:
    """Return what certificates are checked with: the system's authorities, the host's name.

    Not OpenSSL's own: the one in a bundle looks for the authorities where the machine that it
    was built on has them.
    """
    import truststore  # only the real broker is asked by HTTPS

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Web(urllib.request.HTTPHandler):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_plain, self._line), req)


class _SecureWeb(urllib.request.HTTPSHandler):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_checked, self._line), req)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Go nowhere."""


def _exchange(request: Request, line: _Line) -> Answer | ServiceError:
    """Ask; an error is returned, because it is raised on another thread."""
    what, address = request.what, request.address
    asked = urllib.request.Request(address, request.body, dict(request.headers))
    handlers: list[urllib.request.BaseHandler] = [_Web(line), _SecureWeb(line), _Stay()]
    if is_loopback(address):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    try:
        try:
            with opener.open(asked, timeout=request.seconds) as got:
                return _answer(got.status, got.headers, got.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                if error.code in _REDIRECTS:
                    return PageError(what, address, f"HTTP {error.code}")
                return _answer(error.code, error.headers, error.read(_MOST_BYTES))
    except (OSError, ValueError, http.client.HTTPException) as error:
        return _failure(request, error)
    finally:
        line.release()


def _answer(status: int, headers: Message, body: bytes) -> Answer:
    clock, wall = headers.get("Date"), time()
    told = float("nan")
    if clock is not None:
        with contextlib.suppress(ValueError):
            told = email.utils.parsedate_to_datetime(clock).timestamp()
    page = "html" in (headers.get("Content-Type") or "") or body[:64].lstrip().startswith(b"<")
    return Answer(status, body, page, told, perf_counter(), told - wall)


def _late(request: Request) -> LateError:
    return LateError(request.what, request.address, request.seconds)


def _failure(request: Request, error: Exception) -> ServiceError:
    what, address = request.what, request.address
    cause = getattr(error, "reason", None) or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = getattr(cause, "verify_message", "") or str(cause)
        return CertificateError(what, address, reason)
    if isinstance(cause, ssl.SSLError) and cause.reason in _NOT_TLS:
        return PageError(what, address, "HTTP")
    if isinstance(cause, socket.gaierror):
        return UnknownHostError(what, urlsplit(address).hostname or address, str(cause))
    if isinstance(cause, TimeoutError):
        return _late(request)
    if isinstance(cause, OSError) and cause.errno in _NO_WAY:
        return NoNetworkError(what, address, cause.strerror or str(cause))
    return ServiceError(what, address, request.hide(str(cause)))
