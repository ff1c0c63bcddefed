"""The states of the connection: every row of docs/SESSION.md, over loopback."""

import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from websockets.exceptions import ConnectionClosed

from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.key_lock import KeyLock
from kisopt_gui.feed.patience import Patience
from kisopt_gui.market.link import Link
from kisopt_gui.wire.control import Key, write_ping
from tests.feed.peers import OPTIONS, Line, http, reply, speaking

DOCUMENT = (Path(__file__).parents[2] / "docs" / "SESSION.md").read_text("utf-8")
REFUSED = http(403, {"error_description": "no such key", "error_code": "EGW00103"})
A = OPTIONS[0]


def table(heading):
    """Return the rows of the table under a heading of the document."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


class Place:
    """A broker that does what a test tells it, and a connection to it.

    Attributes:
        opens: Whether connecting succeeds; if None it takes for ever.
        issued: Whether approval keys are issued.
    """

    def __init__(self, source, folder):
        self.opens = None
        self.source = source
        self.served = None
        self.sockets = []
        self.lock = KeyLock(folder, "key")
        self.other = KeyLock(folder, "key", "another program")
        self.backoff = Backoff(30.0, 30.0, Random(1))
        self._gate = asyncio.Event()
        self.line = Line(
            self._locate,
            A,
            patience=Patience(silent=0.25, dead=0.6, steady=5.0),
            backoff=self.backoff,
            lock=self.lock,
        )
        self.task = None

    async def _locate(self):
        await self._gate.wait()
        self._gate.clear()
        if not self.opens:
            raise OSError("nobody there")
        return self.source

    def open(self, *, succeeds):
        self.opens = succeeds
        self._gate.set()

    async def until(self, link):
        await self.line.until(lambda: self.line.status.link is link, 3.0)

    async def say(self, text):
        await self.sockets[-1].send(text)


@asynccontextmanager
async def place(folder, *answers):
    """Serve and connect; the connection has not been started."""
    made = []

    async def serve(socket):
        made[0].sockets.append(socket)
        with suppress(ConnectionClosed):
            async for _ in socket:
                pass

    async with speaking(serve, *answers) as source:
        made.append(Place(source, folder))
        try:
            yield made[0]
        finally:
            if made[0].task is not None:
                made[0].task.cancel()
                await asyncio.gather(made[0].task, return_exceptions=True)
            made[0].other.release()


def code(number):
    """Return an event: the server says this message code."""
    return lambda place: place.say(reply(Key("", ""), f"OPSP{number}", success=False))


async def stale_again(place):
    """The server does not know the renewed approval key either."""
    await code("0011")(place)
    await place.line.until(lambda: place.line.links[-2:] == [Link.LIVE, Link.CONNECTING])
    place.open(succeeds=True)
    await place.until(Link.LIVE)
    await code("0011")(place)


async def start(place):
    place.task = asyncio.create_task(place.line.connection.run())


async def lose(place):
    place.sockets[-1].transport.abort()


async def stop(place):
    place.task.cancel()
    await asyncio.gather(place.task, return_exceptions=True)


async def opened(place):
    place.open(succeeds=True)


async def failed(place):
    place.open(succeeds=False)


async def nothing(place):
    """Let time pass."""


async def message(place):
    await place.say(write_ping("20261123090500"))


async def reconnect(place):
    place.line.connection.reconnect()


async def held(place):
    place.other.take()
    await start(place)


EVENTS = {
    "start": start,
    "opened": opened,
    "failed": failed,
    "message": message,
    "quiet": nothing,
    "lost": lose,
    "8996": code("8996"),
    "8999": code("8999"),
    "0011": code("0011"),
    "0011 again": stale_again,
    "key refused": opened,
    "key held": held,
    "due": nothing,
    "reconnect": reconnect,
    "stop": stop,
}

WAYS = {
    "starting": [],
    "connecting": ["start"],
    "live": ["start", "opened"],
    "silent": ["start", "opened", "quiet"],
    "waiting": ["start", "failed"],
    "refused": ["start", "opened", "8996"],
    "stopped": ["start", "stop"],
}
AFTER = {"opened": Link.LIVE, "quiet": Link.SILENT, "failed": Link.WAITING, "8996": Link.REFUSED}

STATES = table("States of the connection")
TRANSITIONS = table("What moves the connection")


def test_the_tables_name_the_same_states_and_events():
    assert [row[0] for row in STATES] == list(WAYS) == [link.value for link in Link]
    events = {row[0] for row in table("Events of the connection")}
    assert events == set(EVENTS)
    assert {(row[0], row[1]) for row in TRANSITIONS} <= {(s, e) for s in WAYS for e in events}
    assert {row[1] for row in TRANSITIONS} == events


async def brought(place, state):
    for event in WAYS[state]:
        await EVENTS[event](place)
        await place.until(AFTER.get(event, Link.CONNECTING if event == "start" else Link.STOPPED))


@pytest.mark.parametrize(
    ("state", "event", "becomes"),
    [row[:3] for row in TRANSITIONS],
    ids=[" + ".join(row[:2]) for row in TRANSITIONS],
)
async def test_a_transition_is_as_listed(state, event, becomes, tmp_path):
    answers = [REFUSED] if event == "key refused" else []
    async with place(tmp_path, *answers) as at:
        if event == "due":
            at.backoff.first = at.backoff.most = 0.2
        await brought(at, state)
        await EVENTS[event](at)
        await at.until(Link(becomes))
        assert at.lock.held == (becomes not in ("starting", "stopped") and event != "key held")


@pytest.mark.parametrize("state", ["live", "refused", "waiting"])
async def test_a_state_stays_until_something_happens(state, tmp_path):
    async with place(tmp_path) as at:
        await brought(at, state)
        if state == "live":
            await reconnect(at)  # a connection that stands is left alone
        await asyncio.sleep(0.1)
        assert at.line.status.link is Link(state)
        assert len(at.sockets) == (state != "waiting")
