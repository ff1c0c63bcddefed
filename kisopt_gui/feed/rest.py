"""The few HTTP calls: discovery, approval key, master file. Blocking calls run in a worker."""

import asyncio
import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.source import Source, is_address

MASTER_PATH = "/common/master/fo_idx_code_mts.mst.zip"
_DISCOVERY_S = 3.0
_PATIENCE_S = 10.0
_MOST_BYTES = 32 << 20
_LATER = ("EGW00133", "EGW00201")
"""Refusals that only say "not so often" (docs/spec/PROTOCOL.md section 1)."""

_ADDRESS = ("its HTTP address", "HTTP 주소")
_KEY = ("an approval key", "접속키")
_MASTER = ("the master file", "종목 마스터 파일")

_T = TypeVar("_T")


class ServiceError(KisOptError):
    """An HTTP service that cannot be reached or answers with something else."""

    english = "cannot get {what} from {address}: {reason}; check the address and the network"
    korean = "{address}에서 {what}을(를) 받지 못했습니다({reason}). 주소와 네트워크를 확인하세요"

    def __init__(self, what: tuple[str, str], address: str, reason: str) -> None:
        self._what = what
        super().__init__(what=what[0], address=address, reason=reason)

    def sentence(self, language: str = "en") -> str:
        self.facts["what"] = self._what[language == "ko"]
        return super().sentence(language)


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


class _Discovery(msgspec.Struct):
    http: str = ""
    date: str = ""


class _Approval(msgspec.Struct):
    approval_key: str


class _Refusal(msgspec.Struct):
    error_description: str
    error_code: str


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
    try:
        told = _read(await _call(address, _ADDRESS, seconds=_DISCOVERY_S), _Discovery)
    except ServiceError as error:
        told, reason = None, str(error.facts["reason"])
    told = told or _Discovery()
    web = source.http or told.http.rstrip("/")
    if not is_address(web, "http"):
        raise ServiceError(_ADDRESS, address, reason)
    try:
        day = date.fromisoformat(told.date)
    except ValueError:
        day = datetime.now(timezone(timedelta(hours=9))).date()
    return Description(web, day)


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
        raise ServiceError(_KEY, address, "no key")
    return answer.approval_key


async def master_file(http: str) -> bytes:
    """Download the master file of index futures and options, a zip.

    Raises:
        ServiceError: It cannot be had.
    """
    return await _call(http + MASTER_PATH, _MASTER)


async def _call(
    address: str,
    what: tuple[str, str],
    body: bytes | None = None,
    *,
    secrets: tuple[str, ...] = (),
    seconds: float = _PATIENCE_S,
) -> bytes:
    return await asyncio.to_thread(_fetch, address, what, body, secrets, seconds)


def _fetch(
    address: str,
    what: tuple[str, str],
    body: bytes | None,
    secrets: tuple[str, ...],
    seconds: float,
) -> bytes:
    headers = {"content-type": "application/json; charset=utf-8"} if body else {}
    request = urllib.request.Request(address, body, headers)
    local = urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
    handlers = [urllib.request.ProxyHandler({})] if local else []
    opener = urllib.request.build_opener(*handlers)
    try:
        try:
            with opener.open(request, timeout=seconds) as answer:
                return bytes(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                told = _read(error.read(_MOST_BYTES), _Refusal)
            reason, for_good = f"HTTP {error.code}", error.code in (400, 401, 403)
            if told is not None:
                reason = f"{told.error_description} ({told.error_code})"
                for_good = for_good and told.error_code not in _LATER
            for secret in secrets:  # a service may repeat what it was sent
                reason = reason.replace(secret, "***")
            if body is not None and for_good:
                raise KeyRefusedError(reason=reason) from None
            raise ServiceError(what, address, reason) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = str(getattr(error, "reason", None) or error)
        raise ServiceError(what, address, reason) from None


def _read(answer: bytes, form: type[_T]) -> _T | None:
    """Read an answer; None if it is nothing of the kind, as a web page."""
    try:
        return msgspec.json.decode(answer, type=form)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
