"""The broker's services beside quotations: discovery, approval key, access token, master file."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from time import time
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from kisopt_gui.feed.refusals import (
    KeyRefusedError,
    PageError,
    ServiceError,
    ShapeError,
    What,
    refusal,
)
from kisopt_gui.feed.source import Source, is_address
from kisopt_gui.feed.web import PATIENCE_S, Answer, Request, exchange, is_loopback

__all__ = [
    "MASTER_PATH",
    "Description",
    "KeyRefusedError",
    "ServiceError",
    "Token",
    "approval_key",
    "describe",
    "master_file",
    "token",
]

MASTER_PATH = "/common/master/fo_idx_code_mts.mst.zip"
MASTER_HOST = "https://new.real.download.dws.co.kr"
"""Where the real broker keeps its master files (docs/spec/PROTOCOL.md section 4)."""

_BROKER = ".koreainvestment.com"
_DISCOVERY_S = 3.0
_DAY_S = 86_400.0
_JSON = {"content-type": "application/json; charset=utf-8"}
_LATER = ("EGW00133", "EGW00201")
"""Refusals that only say "not so often" (docs/spec/PROTOCOL.md section 1)."""

_ADDRESS = ("its HTTP address", "HTTP 주소")
_KEY = ("an approval key", "접속키")
_TOKEN = ("an access token", "접근토큰")
_MASTER = ("the master file", "종목 마스터 파일")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Description:
    """What a source says of itself.

    Attributes:
        http: Address of its HTTP service.
        trading_day: The day its clock is on.
        clock: What time it is there, Seoul, without a zone; None if it does not tell, and then
            it is Seoul's.
        speed: Seconds that pass there in one of ours.
    """

    http: str
    trading_day: date
    clock: datetime | None = None
    speed: float = 1.0


class _Discovery(msgspec.Struct):
    http: str = ""
    date: str = ""
    clock: str = ""
    speed: float = 1.0


class _Approval(msgspec.Struct):
    approval_key: str


class _Refusal(msgspec.Struct):
    error_description: str
    error_code: str


class _Issued(msgspec.Struct):
    access_token: str
    expires_in: float | str = _DAY_S


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: a secret.

    Attributes:
        value: What is sent with each request.
        expires: When it ends, seconds since the epoch by this machine's clock.
    """

    value: str = field(repr=False)
    expires: float

    def is_good(self, now: float) -> bool:
        """Whether it has a minute left at a time in seconds since the epoch."""
        return bool(self.value) and now < self.expires - 60.0


async def describe(source: Source) -> Description:
    """Ask a source for its HTTP address and its trading day.

    Our own broker names both when its stream address is asked over plain HTTP.
    A source that was given with its HTTP address and answers nothing is on
    today's date in Seoul.

    Raises:
        ServiceError: It names no HTTP address and none was given.
    """
    address = "http" + source.ws.removeprefix("ws")
    reason = "no answer that tells it"
    told = None
    try:
        if address.startswith("https") or is_loopback(address):  # nobody else is ours
            told = _read(await _call(address, _ADDRESS, seconds=_DISCOVERY_S), _Discovery)
    except ServiceError as error:
        reason = str(error.facts["reason"])
    told = told or _Discovery()
    web = source.http or told.http.rstrip("/")
    if not is_address(web, "http"):
        raise ServiceError(_ADDRESS, address, reason)
    try:
        day = date.fromisoformat(told.date)
    except ValueError:
        day = datetime.now(timezone(timedelta(hours=9))).date()
    try:
        clock = datetime.fromisoformat(told.clock).replace(tzinfo=None)
    except ValueError:
        clock = None
    return Description(web, day, clock, told.speed)


async def approval_key(source: Source, http: str) -> str:
    """Have an approval key issued. The key is a secret: it goes to the session only.

    Raises:
        KeyRefusedError: The broker refuses the app key.
        ServiceError: It cannot be reached or answers with something else.
    """
    body = msgspec.json.encode(
        {
            "grant_type": "client_credentials",
            "appkey": source.app_key,
            "secretkey": source.app_secret,
        }
    )
    address = f"{http}/oauth2/Approval"
    secrets = (source.app_key, source.app_secret)
    answer = _read(await _call(address, _KEY, body, secrets=secrets), _Approval)
    if answer is None or not answer.approval_key:
        raise ShapeError(_KEY, address, "approval_key")
    return answer.approval_key


async def token(http: str, app_key: str, app_secret: str) -> Token:
    """Have an access token issued; it holds for 24 h, and there is one a minute.

    The broker tells the customer of each by a message to the phone: keep it.

    Raises:
        KeyRefusedError: The broker refuses the app key or the secret.
        TokenTooSoonError: There was one less than a minute ago.
        ServiceError: The broker cannot be reached or answers with something else.
    """
    body = msgspec.json.encode(
        {"grant_type": "client_credentials", "appkey": app_key, "appsecret": app_secret}
    )
    request = Request(f"{http}/oauth2/tokenP", _TOKEN, body, _JSON, (app_key, app_secret))
    answer = await exchange(request)
    told = _read(answer.body, _Issued)
    if told is not None and told.access_token and answer.status == 200:
        return Token(told.access_token, time() + _lasting(told.expires_in))
    refused = _read(answer.body, _Refusal)
    if refused is not None:
        words = request.hide(refused.error_description)
        raise refusal(_TOKEN, request.address, refused.error_code, words)
    if answer.is_page:
        raise PageError(_TOKEN, request.address, f"HTTP {answer.status}")
    if answer.status != 200:
        raise ServiceError(_TOKEN, request.address, f"HTTP {answer.status}")
    raise ShapeError(_TOKEN, request.address, "access_token")


def _lasting(seconds: float | str) -> float:
    try:
        return min(max(float(seconds), 0.0), _DAY_S)
    except ValueError:
        return _DAY_S


async def master_file(http: str) -> bytes:
    """Download the master file of index futures and options, a zip.

    Raises:
        ServiceError: It cannot be had.
    """
    host = urlsplit(http).hostname or ""
    return await _call((MASTER_HOST if host.endswith(_BROKER) else http) + MASTER_PATH, _MASTER)


async def _call(
    address: str,
    what: What,
    body: bytes | None = None,
    *,
    secrets: tuple[str, ...] = (),
    seconds: float = PATIENCE_S,
) -> bytes:
    headers = _JSON if body is not None else {}
    request = Request(address, what, body, headers, secrets, seconds)
    answer = await exchange(request)
    if answer.status == 200:
        if answer.is_page:
            raise PageError(what, address, "HTML")
        return answer.body
    raise _refused(request, answer)


def _refused(request: Request, answer: Answer) -> KeyRefusedError | ServiceError:
    told = _read(answer.body, _Refusal)
    if told is None:
        # Not the broker's own word on the key: a page of maintenance, a block that will end.
        reason = f"HTTP {answer.status}"
        kind = PageError if answer.is_page else ServiceError
        return kind(request.what, request.address, reason)
    # A service may repeat what it was sent.
    reason = request.hide(f"{told.error_description} ({told.error_code})")
    for_good = answer.status in (400, 401, 403) and told.error_code not in _LATER
    if request.body is not None and for_good:
        return KeyRefusedError(reason=reason)
    return ServiceError(request.what, request.address, reason)


def _read(answer: bytes, form: type[_T]) -> _T | None:
    """Read an answer; None if it is nothing of the kind, as a web page."""
    try:
        return msgspec.json.decode(answer, type=form)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
