"""Thousands of drops in a row, on a loop whose time passes by itself."""

import asyncio
from collections import deque
from contextlib import suppress
from random import Random
from typing import NamedTuple

from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.manners import BROKER
from kisopt_gui.feed.source import Source
from kisopt_gui.market.intake import Batch
from kisopt_gui.market.link import Link
from kisopt_gui.market.store import Store
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.faults import Fault
from kisopt_gui.simulator.guard import STRICT
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import Session, State
from tests.feed.peers import FUTURE, OPTIONS, Tape, found_at

KEYS = [FUTURE, *OPTIONS[:5]]
STEADY_EVERY = 10
STEADY_S = 15.0


class Told(NamedTuple):
    """What became of it.

    Attributes:
        usage: The broker's books.
        lost: Contracts that the store knows to be missing.
        missing: Contracts that the market's tape knows to be missing.
        attempts: Connections opened.
        worst: The longest time from a drop until all was subscribed again, in seconds.
        hours: How long it took by the loop's clock.
    """

    usage: dict
    lost: float
    missing: float
    attempts: int
    worst: float
    hours: float


class Heard:
    """What a line's tape is compared with: the volumes of each contract."""

    def __init__(self):
        self.volumes = {}


async def many_drops(drops, rate=2.0):
    """Cut a connection as soon as all is subscribed, again and again.

    Every tenth one is left to live for a while, so that earlier failures are forgotten.
    """
    loop = asyncio.get_running_loop()
    tape = Tape(*KEYS, rate=rate, speed=0.01)
    inbox, store, heard = Inbox(), Store(), Heard()
    changed = asyncio.Event()

    def take():
        for item in inbox.drain():
            if isinstance(item, Batch):
                store.apply([item])
                for code, line in zip(item.codes, item.rows, strict=True):
                    key = Key(item.stream.tr_id, code.decode())
                    heard.volumes.setdefault(key, []).append(float(line["volume"]))

    async def until(holds):
        async with asyncio.timeout(600):
            while not holds():
                changed.clear()
                await changed.wait()
                take()

    def all_active():
        status = connection.status
        return status.link is Link.LIVE and all(s.state is State.ACTIVE for s in status.slots)

    async with Broker(tape, limits=STRICT, beat=0.4) as broker:
        connection = Connection(
            found_at(Source(broker.url)),
            Session(),
            inbox,
            backoff=Backoff(dice=Random(1)),
            manners=BROKER,
            clock=loop.time,
            published=changed.set,
        )
        inbox.on_data(changed.set)
        connection.watch(KEYS)
        running = asyncio.create_task(connection.run())
        await until(all_active)
        loop.hurry()  # the approval key is there: from here on no thread is at work
        await until(lambda: set(heard_keys(store)) >= set(KEYS))
        took = deque(maxlen=drops)
        began = loop.time()
        for number in range(drops):
            connects = connection.status.connects
            dropped = loop.time()
            await broker.inject(Fault("drop", 0.0))
            await until(
                lambda connects=connects: connection.status.connects > connects and all_active()
            )
            took.append(loop.time() - dropped)
            if number % STEADY_EVERY == 0:
                await asyncio.sleep(STEADY_S)
        hours = (loop.time() - began) / 3600
        await asyncio.sleep(60)
        take()
        usage = broker.counters()["usage"]
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        take()
    lost = store.lost
    return Told(usage, lost, tape.missing(heard), connection.status.connects, max(took), hours)


def heard_keys(store):
    """The contracts that brought a record."""
    return [watched.key for watched in store.contracts() if watched.trades]
