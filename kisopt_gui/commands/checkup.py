"""The single checks of `kisopt doctor`; each is one finding, and none stops the others."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from time import perf_counter

from kisopt_gui.app import screen
from kisopt_gui.app.account import Account, account_for, profiles_of, vault_of
from kisopt_gui.app.aside import aside
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.choice import Choice
from kisopt_gui.assets import resource
from kisopt_gui.commands.passphrase import ask_passphrase
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.approvals import Approvals
from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.refusals import clock_problem
from kisopt_gui.feed.rest import describe, master_file
from kisopt_gui.feed.source import Source, parse_source
from kisopt_gui.keys.profile import Place, Profile
from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.market.link import Link
from kisopt_gui.market.master import Master, parse_master
from kisopt_gui.settings import Folders
from kisopt_gui.wire import session
from kisopt_gui.wire.control import Key

_LITTLE_BYTES = 200 << 20
_ANSWER_S = 10.0
_INDEX = Key("H0UPCNT0", "2001")

Words = tuple[str, str]
"""A sentence in Korean and in English."""


class State(Enum):
    """How a check came out."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        state: How it came out.
        words: What was found, in Korean and English.
        advice: What to do, in Korean and English; () if nothing.
        facts: What stands in the braces of both.
    """

    state: State
    words: Words
    advice: Words | tuple[()] = ()
    facts: dict[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Return what was found."""
        return self.words[language != "ko"].format(**self.facts)

    def advice_text(self, language: str) -> str:
        """Return what to do, "" if nothing."""
        return self.advice[language != "ko"].format(**self.facts) if self.advice else ""


async def everything(
    given: str, ask: Callable[[Profile], str] = ask_passphrase
) -> AsyncIterator[Finding]:
    """Run all checks, those of this machine first.

    Args:
        given: The source: "demo", "kis", "kis:PROFILE" or an address.
        ask: Asks for the passphrase of a profile that is kept in an encrypted file.

    Raises:
        SourceError: The source is none of these.
    """
    choice = Choice(given)
    if not (choice.is_demo or choice.is_kis):
        parse_source(given)
    places = Folders.of(os.environ)
    for finding in (*folders(places), fonts(), display()):
        yield finding
    yield await keyring(places, needed=choice.is_kis and _is_in_keyring(choice, places))
    broker = EmbeddedBroker() if choice.is_demo else None
    try:
        try:
            if broker is not None:
                broker.start()
                account = Account(parse_source(await asyncio.to_thread(broker.wait_ready)))
            else:
                account = await aside(lambda: account_for(given, places, ask))
        except KisOptError as error:
            what = ("내장 모의 중계", "the embedded broker") if broker else ("앱키", "the app key")
            yield _failed(what, error)
            return
        async for finding in connection(account):
            yield finding
    finally:
        if broker is not None:
            broker.stop()


# this machine ---------------------------------------------------------------


def folders(places: Folders) -> Iterator[Finding]:
    """Whether settings, data and logs can be written, and whether there is room for them."""
    for path, words in (
        (places.config, ("설정 폴더", "folder of settings")),
        (places.data, ("데이터 폴더", "folder of data")),
        (places.state, ("로그 폴더", "folder of logs")),
    ):
        facts: dict[str, object] = {"path": path}
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path) as file:
                file.write(b"kisopt")
            room = shutil.disk_usage(path).free
        except OSError as error:
            facts["reason"] = error.strerror or str(error)
            yield Finding(
                State.BAD,
                (
                    f"{words[0]} {{path}}에 쓸 수 없습니다({{reason}})",
                    f"{words[1]} {{path}} cannot be written ({{reason}})",
                ),
                (
                    "권한을 고치거나 KISOPT_HOME에 다른 폴더를 지정하세요",
                    "correct its permissions, or set KISOPT_HOME to another folder",
                ),
                facts,
            )
            continue
        facts["room"] = f"{room / 1e9:,.1f} GB"
        little = room < _LITTLE_BYTES
        yield Finding(
            State.DOUBTFUL if little else State.GOOD,
            (f"{words[0]} {{path}}, 여유 {{room}}", f"{words[1]} {{path}}, {{room}} free"),
            (
                "디스크를 비우세요. 가득 차면 레이아웃을 저장할 수 없습니다",
                "make room: on a full disk no layout can be saved",
            )
            if little
            else (),
            facts,
        )


def fonts() -> Finding:
    """Whether the font that travels with the program is there and can draw Korean."""
    try:
        from PySide6.QtCore import qInstallMessageHandler
        from PySide6.QtGui import QGuiApplication, QRawFont

        path = resource("fonts", "NotoSansKR-Regular-ksx1001.ttf")
    except KisOptError as error:
        return _failed(("글꼴", "the font"), error)
    except ImportError as error:
        return Finding(
            State.BAD,
            ("Qt를 불러올 수 없습니다({reason})", "Qt cannot be loaded ({reason})"),
            (
                "빠진 시스템 라이브러리를 설치하세요(Debian: libegl1 libgl1)",
                "install the library that is missing (Debian: libegl1 libgl1)",
            ),
            {"reason": error},
        )
    before = qInstallMessageHandler(lambda *_: None)  # it speaks of locales, not of fonts
    _app = QGuiApplication.instance() or QGuiApplication(["kisopt", "-platform", "offscreen"])
    loaded = QRawFont(str(path), 13.0)
    qInstallMessageHandler(before)
    if loaded.isValid() and all(loaded.supportsCharacter(ord(each)) for each in "콜풋옵션"):
        return Finding(State.GOOD, ("글꼴 Noto Sans KR", "font Noto Sans KR"))
    return Finding(
        State.BAD,
        ("글꼴 파일 {path}이(가) 손상되었습니다", "the font file {path} is damaged"),
        ("프로그램을 다시 설치하세요", "install the program again"),
        {"path": path},
    )


def display() -> Finding:
    """Whether a window could be shown."""
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or sys.platform
    if screen.answers():
        return Finding(State.GOOD, ("화면 {name}", "screen {name}"), facts={"name": name})
    if screen.is_hidden():
        return Finding(
            State.SKIPPED,
            (
                "화면 없이 실행하도록 되어 있습니다(QT_QPA_PLATFORM)",
                "it is set to run without a screen (QT_QPA_PLATFORM)",
            ),
        )
    return Finding(
        State.BAD,
        ("화면이 응답하지 않습니다", "no screen answers"),
        (
            "그래픽 세션에서 실행하거나 DISPLAY 또는 WAYLAND_DISPLAY를 확인하세요",
            "start it in a graphical session, or look at DISPLAY and WAYLAND_DISPLAY",
        ),
    )


async def keyring(places: Folders, *, needed: bool) -> Finding:
    """Whether the system keeps secrets.

    Args:
        places: The program's folders.
        needed: Whether the app key of the source that is checked is there.
    """
    state = await aside(vault_of(places).keyring_state)
    if state.usable:
        return Finding(State.GOOD, ("키링 {name}", "keyring {name}"), facts={"name": state.name})
    return Finding(
        State.DOUBTFUL if needed else State.SKIPPED,
        (
            "앱키를 보관할 키링이 없습니다",
            "no keyring of the system can keep an app key",
        ),
        (
            "키링(GNOME Keyring, KWallet 등)을 설치하거나, kisopt login --keep file 또는 "
            "--keep environment를 쓰세요",
            "install one (GNOME Keyring, KWallet, …), or use kisopt login --keep file or "
            "--keep environment",
        )
        if needed
        else (),
    )


def _is_in_keyring(choice: Choice, places: Folders) -> bool:
    try:
        profile = profiles_of(places).get(choice.profile) if choice.profile else None
        profile = profile or profiles_of(places).default()
    except KisOptError:
        return False
    return profile is None or profile.place is Place.KEYRING


# the connection -------------------------------------------------------------


async def connection(account: Account) -> AsyncIterator[Finding]:
    """Address, key, token, clock, master file and stream, in the order they are needed."""
    source = account.source
    try:
        begun = perf_counter()
        told = await describe(source)
        took = f"{(perf_counter() - begun) * 1000:.0f} ms"
        yield Finding(
            State.GOOD,
            ("주소 {ws}, 거래일 {day}, {took}", "address {ws}, trading day {day}, {took}"),
            facts={"ws": source.ws, "day": told.trading_day, "took": took},
        )
    except KisOptError as error:
        yield _failed(("주소", "the address"), error)
        return
    approvals = account.approvals()
    try:
        await approvals.current(source, told.http)
        yield Finding(State.GOOD, ("접속키", "approval key"))
    except KisOptError as error:
        yield _failed(("접속키", "the approval key"), error)
        return
    async for finding in _quotation(account, told.http):
        yield finding
    yield await _master(told.http, told.trading_day)
    yield await _stream(account, approvals)


async def _quotation(account: Account, http: str) -> AsyncIterator[Finding]:
    """Ask REST one question: it needs an access token, and its answer tells the time."""
    quotations = account.quotations(http)
    begun = perf_counter()
    try:
        months = await quotations.months(PRODUCTS["K2I"])
    except KisOptError as error:
        yield _failed(("REST 조회", "a quotation by REST"), error)
    else:
        yield Finding(
            State.GOOD,
            ("접근토큰과 REST 조회, 월물 {count}개, {took}", "access token and a quotation by "
             "REST, {count} expiries, {took}"),
            facts={
                "count": len(months),
                "took": f"{(perf_counter() - begun) * 1000:.0f} ms",
            },
        )  # fmt: skip
    if account.source.is_loopback or quotations.offset != quotations.offset:
        return  # a simulated market makes its own time
    off = clock_problem(quotations.offset)
    if off is not None:
        yield Finding(
            State.BAD, ("{ko}", "{en}"), facts={"ko": off.sentence("ko"), "en": off.sentence("en")}
        )
        return
    yield Finding(
        State.GOOD,
        ("시계 차이 {offset}초", "clock {offset} s off the broker's"),
        facts={"offset": f"{-quotations.offset:+.1f}"},
    )


async def _master(http: str, day: date) -> Finding:
    try:
        listed: Master = parse_master(await master_file(http), day)
    except KisOptError as error:
        return _failed(("종목 마스터", "the master file"), error)
    facts: dict[str, object] = {"count": f"{len(listed.contracts):,}", "bad": listed.bad}
    if listed.bad:
        return Finding(
            State.DOUBTFUL,
            ("종목 {count}개, 읽지 못한 줄 {bad}개", "{count} contracts, {bad} lines not read"),
            (
                "프로그램을 새 버전으로 바꾸세요. 증권사가 형식을 바꿨을 수 있습니다",
                "get a newer version: the broker may have changed the form",
            ),
            facts,
        )
    return Finding(State.GOOD, ("종목 {count}개", "{count} contracts listed"), facts=facts)


async def _stream(account: Account, approvals: Approvals) -> Finding:
    """Connect, register the index, and wait for the server's word on it."""

    async def locate() -> Source:
        return account.source

    lock = account.lock("kisopt doctor")
    link = Connection(locate, session.Session(), Inbox(), approvals=approvals, lock=lock)
    running = asyncio.create_task(link.run())
    begun = perf_counter()
    try:
        link.watch([_INDEX])
        while perf_counter() - begun < _ANSWER_S:
            await asyncio.sleep(0.02)
            status = link.status
            if status.link is Link.REFUSED:
                break
            slot = status.slot(_INDEX)
            if slot is not None and slot.state is session.State.ACTIVE:
                return Finding(
                    State.GOOD,
                    ("실시간 연결과 등록, {took}", "connected and registered, {took}"),
                    facts={"took": f"{(perf_counter() - begun) * 1000:.0f} ms"},
                )
        if link.status.error is not None:
            return _failed(("실시간 연결", "the stream"), link.status.error)
        return Finding(
            State.BAD,
            ("실시간 서버가 응답하지 않습니다", "the server of the stream does not answer"),
            (
                "네트워크와 방화벽(21000번 포트)을 확인하세요",
                "look at the network and the firewall (port 21000)",
            ),
        )
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _failed(what: Words, error: KisOptError) -> Finding:
    """A finding of an error, whose sentence says what to do already."""
    return Finding(
        State.BAD,
        (f"{what[0]}: {{ko}}", f"{what[1]}: {{en}}"),
        facts={"ko": error.sentence("ko"), "en": error.sentence("en")},
    )
