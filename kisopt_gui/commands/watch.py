"""`kisopt watch CODE…`: the same feed in a terminal, one line a record."""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence

from kisopt_gui.app.account import Account, account_for
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.options import seconds
from kisopt_gui.commands.passphrase import ask_passphrase
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import Source, parse_source
from kisopt_gui.market.contract import tr_id_of
from kisopt_gui.market.intake import Batch
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.store import Store
from kisopt_gui.settings import Folders, spoken_language
from kisopt_gui.wire.codec import FieldError, read_record
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Record, Stream
from kisopt_gui.wire.session import Session, State

SOURCES = "demo (default), kis, kis:PROFILE (kisopt login) or ws://HOST:PORT"

_SHOWN = (
    "time",
    "price",
    "change",
    "quantity",
    "volume",
    "bid",
    "ask",
    "implied_volatility",
    "delta",
    "open_interest",
)


_WORDS = {
    "en": {
        Link.LIVE: "connected",
        Link.SILENT: "nothing was heard for a while",
        "lost": "{lost} contracts lost",
        "end": "{records} records, {lost} contracts lost in {gaps} gaps, {bad} bad frames",
    },
    "ko": {
        Link.LIVE: "연결됨",
        Link.SILENT: "한동안 아무것도 오지 않았습니다",
        "lost": "{lost}계약 유실",
        "end": "{records}건, 유실 {lost}계약({gaps}회), 읽지 못한 프레임 {bad}개",
    },
}


class CodeError(KisOptError):
    """A word that is no code."""

    english = "{code!r} is no code; write one like B01612A30, A01612 or 2001"
    korean = "{code!r}은(는) 종목코드가 아닙니다. B01612A30, A01612, 2001처럼 쓰세요"


def run(argv: Sequence[str]) -> int:
    """Watch codes until the time is over, Ctrl+C, or nothing more can come.

    Returns:
        1 if nothing came or a code was refused, else 0.

    Raises:
        KisOptError: The embedded broker did not start, a word is no code, the source is none,
            or its key cannot be had.
    """
    parser = argparse.ArgumentParser(
        prog="kisopt watch",
        description="The feed as text, one line a record. 실시간 체결을 한 줄씩 보여줍니다.",
    )
    parser.add_argument("codes", nargs="+", metavar="CODE", help="B01612A30, A01612, 2001 …")
    parser.add_argument("--source", default="demo", help=SOURCES)
    parser.add_argument("--seconds", type=seconds, default=None, help="stop after this long")
    given = parser.parse_args(argv)
    keys = [_key(code) for code in given.codes]
    if given.source != "demo":
        account = account_for(given.source, Folders.of(os.environ), ask_passphrase)
        return asyncio.run(_watch(account, keys, given.seconds))
    broker = EmbeddedBroker()
    broker.start()
    try:
        account = Account(parse_source(broker.wait_ready()))
        return asyncio.run(_watch(account, keys, given.seconds))
    finally:
        broker.stop()


def _key(code: str) -> Key:
    code = code.upper()
    tr_id = tr_id_of(code)
    if tr_id is None:
        raise CodeError(code=code)
    return Key(tr_id, code)


async def _watch(account: Account, keys: list[Key], seconds: float | None) -> int:
    came = asyncio.Event()
    inbox = Inbox()
    inbox.on_data(came.set)
    store = Store()
    told = LinkStatus()

    def say() -> None:
        nonlocal told
        told = _tell(told, connection.status)
        came.set()

    async def locate() -> Source:
        return account.source

    connection = Connection(
        locate,
        Session(),
        inbox,
        approvals=account.approvals(),
        lock=account.lock("kisopt watch"),
        published=say,
    )
    connection.watch(keys)
    running = asyncio.create_task(connection.run())
    try:
        async with asyncio.timeout(seconds):
            while not running.done() and not _is_over(connection.status):
                await came.wait()
                came.clear()
                _print(inbox, store)
    except TimeoutError:
        pass
    finally:
        status = connection.status
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        _print(inbox, store)
        end = _WORDS[spoken_language()]["end"]
        facts = {"records": store.records, "lost": store.lost, "gaps": store.gaps}
        sys.stderr.write(end.format(**facts, bad=store.bad) + "\n")
    refused = any(slot.state is State.REJECTED for slot in status.slots)
    return 1 if refused or not store.records else 0


def _is_over(status: LinkStatus) -> bool:
    """Whether nothing more can come, as nobody is there to correct what was refused."""
    refused = all(slot.state is State.REJECTED for slot in status.slots)
    return status.link is Link.REFUSED or refused


def _tell(before: LinkStatus, now: LinkStatus) -> LinkStatus:
    """Say on stderr what changed of the link and of the codes."""
    language = spoken_language()
    if now.error is not None and now.error is not before.error:
        sys.stderr.write(f"kisopt: {now.error.sentence(language)}\n")
    elif now.link is not before.link and now.link in (Link.LIVE, Link.SILENT):
        sys.stderr.write(f"kisopt: {_WORDS[language][now.link]}\n")
    refused = {slot.key for slot in before.slots if slot.state is State.REJECTED}
    for slot in now.slots:
        if slot.state is State.REJECTED and slot.key not in refused and slot.reply is not None:
            sys.stderr.write(f"kisopt: {slot.key.code}: {slot.reply.reason(language)}\n")
    return now


def _print(inbox: Inbox, store: Store) -> None:
    language = spoken_language()
    for item in inbox.drain():
        if not isinstance(item, Batch):
            store.refuse(item)
            sys.stderr.write(f"kisopt: {item.sentence(language)}\n")
            continue
        lost = store.lost
        store.apply([item])
        for text in item.texts:
            try:
                record = read_record(item.stream, text)
            except FieldError as error:
                store.refuse(error)
                sys.stderr.write(f"kisopt: {error.sentence(language)}\n")
                continue
            sys.stdout.write(_line(item.stream, record))
        if store.lost > lost:
            words = _WORDS[language]["lost"].format(lost=store.lost - lost)
            sys.stderr.write(f"kisopt: {words}\n")
    sys.stdout.flush()


def _line(stream: Stream, record: Record) -> str:
    parts = [getattr(record, "code", "")]
    for name in _SHOWN:
        field = stream.fields.get(name)
        if field is None:
            continue
        value = getattr(record, name)
        if stream.is_missing(name, value):
            parts.append(f"{field.wire}=-")
        elif isinstance(value, float):
            parts.append(f"{field.wire}={value:.{field.decimals}f}")
        else:
            parts.append(str(value))
    # A terminal obeys what cannot be printed.
    return " ".join(part if part.isprintable() else ascii(part) for part in parts) + "\n"
