"""Both ends of the wire: a connection that is watched, a market that keeps a tape, odd servers."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from random import Random

import pytest
from websockets.asyncio.server import serve

from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.connection import Connection, Patience
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import Source
from kisopt_gui.market.intake import Batch
from kisopt_gui.market.link import Link
from kisopt_gui.market.store import Store
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.faults import parse_fault
from kisopt_gui.simulator.market import Market
from kisopt_gui.wire.codec import read_frame, read_records
from kisopt_gui.wire.control import Key, Reply, write_reply
from kisopt_gui.wire.session import Session, State

HOST = "127.0.0.1"
INDEX = Key("H0UPCNT0", "2001")
FUTURE = Key("H0IFCNT0", "A01612")
OPTIONS = [Key("H0IOCNT0", f"{side}01612A{serial}") for serial in (33, 34, 35) for side in "BC"]
KEYS = [INDEX, FUTURE, *OPTIONS[:4]]

QUICK = Patience(silent=0.4, dead=0.8, answer=0.5, opening=0.5, steady=0.0)
"""Patience for tests: the machine is busy, so the silences are not shorter still."""


def hasty(first=0.02, most=0.2):
    """Return delays for tests."""
    return Backoff(first, most, Random(1))


class Line:
    """A connection, everything that it brought, and every status it showed.

    Args:
        locate: Says where the broker is, or its source.
        keys: What is watched.
    """

    def __init__(self, locate, *keys, patience=QUICK, backoff=None, **options):
        self.inbox = Inbox()
        self.store = Store()
        self.statuses = []
        self.errors = []
        self.volumes = {}
        self._moved = asyncio.Event()
        self.inbox.on_data(self._moved.set)
        self.connection = Connection(
            locate if callable(locate) else found_at(locate),
            Session(),
            self.inbox,
            backoff=backoff or hasty(),
            patience=patience,
            published=self._note,
            **options,
        )
        self.connection.watch(list(keys))

    @property
    def status(self):
        return self.connection.status

    @property
    def links(self):
        """The states of the link in order, each once in a row."""
        found = []
        for status in self.statuses:
            if status.link is not (found[-1] if found else None):
                found.append(status.link)
        return found

    def state(self, key):
        """Where a key stands."""
        return self.status.slot(key).state

    def is_active(self):
        """Whether everything wished for is subscribed."""
        slots = self.status.slots
        return self.status.link is Link.LIVE and all(s.state is State.ACTIVE for s in slots)

    def trades(self):
        """How many records came of each contract."""
        return {watched.key: watched.trades for watched in self.store.contracts()}

    def take(self):
        """Take what the feed left."""
        for item in self.inbox.drain():
            if not isinstance(item, Batch):
                self.store.refuse(item)
                self.errors.append(item)
                continue
            self.store.apply([item])
            for code, row in zip(item.codes, item.rows, strict=True):
                key = Key(item.stream.tr_id, code.decode())
                self.volumes.setdefault(key, []).append(float(row["volume"]))

    async def until(self, holds, seconds=4.0):
        """Wait for a condition; it is looked at whenever something came or changed."""
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    self._moved.clear()
                    await self._moved.wait()
                    self.take()
        except TimeoutError:
            pytest.fail(f"not within {seconds} s; {self.links}, {self.trades()}, {self.status}")

    async def until_trading(self):
        """Wait until all is subscribed and each contract has brought a new record."""
        await self.until(self.is_active)
        self.take()
        before = self.trades()
        wished = [slot.key for slot in self.status.slots if slot.key.tr_id != "H0UPCNT0"]
        await self.until(
            lambda: all(self.trades().get(key, 0) > before.get(key, 0) for key in wished)
        )

    def _note(self):
        self.statuses.append(self.connection.status)
        self._moved.set()


def found_at(source):
    """Return what says that the broker is at ``source``."""

    async def locate():
        return source

    return locate


@asynccontextmanager
async def running(locate, *keys, **options):
    """Run a connection; afterwards it has stopped and all it brought is taken."""
    line = Line(locate, *keys, **options)
    task = asyncio.create_task(line.connection.run())
    try:
        yield line
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        line.take()


# a broker that can be checked ---------------------------------------------------


class Tape(Market):
    """A market that remembers every frame, also those that nobody was given."""

    def __init__(self, *keys, **options):
        super().__init__(1, start="10:00:00", **options)
        self.volumes = {}
        for key in keys:
            self.subscribe(*key)  # so that they trade on while the client is away

    def flow(self, seconds):
        out = super().flow(seconds)
        for outgoing in out:
            trades = self.volumes.setdefault(outgoing.key, [])
            for record in read_records(read_frame(outgoing.text)):
                trades.append((record.volume, getattr(record, "quantity", 0.0)))
        return out

    def missing(self, line):
        """Contracts that traded between the first and the last record of a line, unknown to it."""
        lost = 0.0
        for key, got in line.volumes.items():
            if key != INDEX:
                heard = set(got)
                low, high = min(heard), max(heard)
                lost += sum(
                    quantity
                    for volume, quantity in self.volumes[key]
                    if low < volume < high and volume not in heard
                )
        return lost


class Counting(Broker):
    """A broker that counts approval keys."""

    approvals = 0

    def approve(self, app_key):
        self.approvals += 1
        return super().approve(app_key)


@asynccontextmanager
async def trading(*faults, keys=KEYS, rate=1000.0, **options):
    """Serve a market whose tape is ``broker.tape``; its address is ``broker.source``."""
    tape = Tape(*keys, rate=rate)
    options["faults"] = [parse_fault(fault) for fault in faults]
    async with Counting(tape, **options) as broker:
        broker.tape = tape
        broker.source = Source(broker.url)
        yield broker


async def inject(broker, fault):
    """Make a fault happen now."""
    await broker.inject(parse_fault(fault))


# odd servers --------------------------------------------------------------------


class Service:
    """An HTTP service that gives prepared answers, the last one again and again.

    Attributes:
        bodies: What was sent to it.
    """

    def __init__(self, answers):
        self.bodies = []
        self.writers = []
        self._answers = list(answers)

    async def answer(self, reader, writer):
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode().lower().split("\r\n")
            length = sum(int(each.split(":")[1]) for each in lines if "content-length" in each)
            self.bodies.append(await reader.readexactly(length))
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            writer.write(answer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def http(status, body, kind="application/json"):
    """Return the bytes of an HTTP answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + content


APPROVED = http(200, {"approval_key": "an approval key"})


@asynccontextmanager
async def service(*answers):
    """Serve HTTP on loopback; yields its address and the service."""
    served = Service(answers or [APPROVED])
    server = await asyncio.start_server(served.answer, HOST, 0)
    async with server:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}", served
    await hung_up(served.writers)


async def hung_up(writers):
    """Close connections before their loop does: a server does not wait for them."""
    for writer in writers:
        writer.close()
    await asyncio.gather(*(each.wait_closed() for each in writers), return_exceptions=True)


@asynccontextmanager
async def raw(handler):
    """Serve TCP on loopback with ``handler(reader, writer)``; yields host and port."""
    writers = []

    async def handle(reader, writer):
        writers.append(writer)
        with suppress(ConnectionError):
            await handler(reader, writer)

    server = await asyncio.start_server(handle, HOST, 0)
    try:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await hung_up(writers)
        await server.wait_closed()


@asynccontextmanager
async def speaking(handler, *answers):
    """Serve WebSocket with ``handler(socket)`` and approval keys; yields a source."""
    async with (
        service(*answers) as (web, _),
        serve(handler, HOST, 0, compression=None, ping_interval=None, close_timeout=0.2) as server,
    ):
        yield Source(f"ws://{HOST}:{server.sockets[0].getsockname()[1]}", web)


def asked(message):
    """Return what a request asks: "1" or "2", and the key."""
    told = json.loads(message)
    wanted = told["body"]["input"]
    return told["header"]["tr_type"], Key(wanted["tr_id"], wanted["tr_key"])


def reply(key, code="OPSP0000", *, success=True, words="SUBSCRIBE SUCCESS"):
    """Return the text of an answer."""
    return write_reply(Reply(key.tr_id, key.code, success, code, words))
