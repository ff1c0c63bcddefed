"""The few HTTP calls: discovery, approval key, master file. Blocking calls run in a worker."""

import asyncio
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

import msgspec

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.source import Source

MASTER_PATH = "/common/master/fo_idx_code_mts.mst.zip"
_TIMEOUT = 10.0
_MOST_BYTES = 32 << 20


class ServiceError(KisOptError):
    """An HTTP service that cannot be reached or answers with something else."""

    english = "cannot get {what} from {address}: {reason}; check the address and the network"
    korean = "{address}에서 {what}을(를) 받지 못했습니다({reason}). 주소와 네트워크를 확인하세요"


class KeyRefusedError(KisOptError):
    """The broker will not issue an approval key: trying again makes it worse."""

    english = "the broker refused the app key: {reason}; check the app key and secret"
    korean = "증권사가 앱키를 거부했습니다({reason}). 앱키와 시크릿을 확인하세요"


@dataclass(frozen=True, slots=True)
class Description:
    """What a source says of itself.

    Attributes:
        http: Address of its HTTP service.
        trading_day: The day its clock is on.
    """

    http: str
    trading_day: date


async def describe(source: Source) -> Description:
    """Ask a source for its HTTP address and its trading day.

    Our own broker names both when its stream address is asked over plain HTTP.
    A source that was given with its HTTP address and answers nothing is on
    today's date in Seoul.

    Raises:
        ServiceError: It names no HTTP address and none was given.
    """
    address = source.ws.replace("ws", "http", 1)
    today = datetime.now(timezone(timedelta(hours=9))).date()
    try:
        told = msgspec.json.decode(await _call(address, "its HTTP address"), type=dict[str, str])
        day = date.fromisoformat(told["date"]) if "date" in told else today
        return Description((source.http or told["http"]).rstrip("/"), day)
    except (ServiceError, msgspec.DecodeError, KeyError, ValueError):
        if not source.http:
            raise ServiceError(
                what="its HTTP address", address=address, reason="no answer"
            ) from None
        return Description(source.http, today)


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
    answer = await _call(address, "an approval key", body)
    try:
        key = msgspec.json.decode(answer, type=dict[str, str])["approval_key"]
    except (msgspec.DecodeError, KeyError):
        raise ServiceError(what="an approval key", address=address, reason="no key") from None
    return key


async def master_file(http: str) -> bytes:
    """Download the master file of index futures and options, a zip.

    Raises:
        ServiceError: It cannot be had.
    """
    return await _call(http + MASTER_PATH, "the master file")


async def _call(address: str, what: str, body: bytes | None = None) -> bytes:
    return await asyncio.to_thread(_fetch, address, what, body)


def _fetch(address: str, what: str, body: bytes | None) -> bytes:
    headers = {"content-type": "application/json; charset=utf-8"} if body else {}
    request = urllib.request.Request(address, body, headers)
    local = urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
    handlers = [urllib.request.ProxyHandler({})] if local else []
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            return bytes(answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            reason = _reason(error.read(_MOST_BYTES), error.code)
        if body is not None and error.code in (400, 401, 403):
            raise KeyRefusedError(reason=reason) from None
        raise ServiceError(what=what, address=address, reason=reason) from None
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "reason", None) or error)
        raise ServiceError(what=what, address=address, reason=reason) from None


def _reason(answer: bytes, status: int) -> str:
    """Return what the broker says went wrong; its words never hold our secrets."""
    try:
        parts = msgspec.json.decode(answer, type=dict[str, str])
        return f"{parts['error_description']} ({parts['error_code']})"
    except (msgspec.DecodeError, KeyError):
        return f"HTTP {status}"
