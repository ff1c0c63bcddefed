"""A day and a night of the feed, on a loop whose time passes by itself.

It begins before the opening of an expiry day, a Thursday, and ends on the next trading day: day
session, last trading of the expiring contracts, close, night with its own streams, a restart of the
server in the night, the Friday morning's restart, rollover to the next listing.
"""

import asyncio
import datetime as dt
import threading
from contextlib import suppress
from random import Random
from typing import NamedTuple

import psutil

from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.manners import BROKER
from kisopt_gui.feed.source import Source
from kisopt_gui.market.book import day_key, night_key
from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.market.hours import session_at
from kisopt_gui.market.intake import Batch
from kisopt_gui.market.link import Link
from kisopt_gui.market.master import parse_master
from kisopt_gui.market.store import Store
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.exchange import Exchange
from kisopt_gui.simulator.faults import Fault
from kisopt_gui.simulator.guard import STRICT
from kisopt_gui.wire.codec import read_frame, read_records
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import MOST_SLOTS, Session, State
from tests.feed.peers import found_at

EXPIRY = dt.date(2026, 12, 10)
BEGINS = "08:20:00"
ENDS = dt.datetime(2026, 12, 11, 9, 40)
INDEX, FRONT = Key("H0UPCNT0", "2001"), Key("H0IFCNT0", "A01612")

FAULTS = (
    ("drop", dt.datetime(2026, 12, 10, 11, 0), Fault("drop", 0.0)),
    ("silence by night", dt.datetime(2026, 12, 10, 23, 0), Fault("silence", 1.0)),
    ("restart by night", dt.datetime(2026, 12, 11, 2, 30), Fault("restart", 3.0)),
    ("restart in the morning", dt.datetime(2026, 12, 11, 6, 40), Fault("restart", 3.0)),
)

_NIGHT = ("night_opening", "night", "night_closing")
_DAY = ("opening", "regular", "closing")


class Row(NamedTuple):
    """How things stood at a moment.

    Attributes:
        what: What had happened.
        clock: The exchange's clock.
        active: Registrations that were active.
        records: Records taken in so far.
        lost: Contracts that the store knows to be missing.
        missing: Contracts that the exchange knows to be missing.
        connects: Connections opened so far.
        megabytes: Resident memory of the process.
        kept: Megabytes of it that are trades kept.
    """

    what: str
    clock: dt.datetime
    active: int
    records: int
    lost: float
    missing: float
    connects: int
    megabytes: float
    kept: float


class Days(NamedTuple):
    """What became of it.

    Attributes:
        rows: How things stood after each event.
        usage: The broker's books.
        tasks: Tasks left over.
        threads: Threads left over.
    """

    rows: list
    usage: dict
    tasks: int
    threads: int


class TapedExchange(Exchange):
    """An exchange that remembers every trade of a session."""

    def __init__(self, *args, **options):
        self.volumes = {}
        self.held = []
        super().__init__(*args, **options)

    def flow(self, seconds):
        out = super().flow(seconds)
        for outgoing in out:
            if outgoing.key.tr_id.endswith("CNT0") and outgoing.key != INDEX:
                trades = self.volumes.setdefault(outgoing.key, [])
                trades += [
                    (each.volume, each.quantity) for each in read_records(read_frame(outgoing.text))
                ]
        return out

    def hold(self, keys):
        """Have these traded also while no client is connected, and no others."""
        for key in [key for key in self.held if key not in keys]:
            self.unsubscribe(*key)
        for key in [key for key in keys if key not in self.held]:
            self.subscribe(*key)
        self.held = list(keys)

    def missing(self, heard):
        """Contracts that traded between the first and the last record of a key, unheard."""
        lost = 0.0
        for key, volumes in heard.items():
            known = set(volumes)
            low, high = min(known), max(known)
            lost += sum(
                quantity
                for volume, quantity in self.volumes.get(key, ())
                if low < volume < high and volume not in known
            )
        return lost


class Client:
    """What the program does over the day, without its window."""

    def __init__(self, exchange, broker, loop):
        self.exchange = exchange
        self.broker = broker
        self.store = Store()
        self.inbox = Inbox()
        self.heard = {}
        self.changed = asyncio.Event()
        self.night = False
        self.day = EXPIRY
        self.past = (0.0, 0.0)
        self.connection = Connection(
            found_at(Source(broker.url)),
            Session(),
            self.inbox,
            backoff=Backoff(dice=Random(1)),
            manners=BROKER,
            clock=loop.time,
            published=self.changed.set,
        )
        self.inbox.on_data(self.changed.set)
        self.keys = self.chosen(EXPIRY)

    def chosen(self, today):
        """Index, near future, and options around the money: of the expiry and of the next one."""
        master = parse_master(self.exchange.master(), today)
        future = master.front_future()
        keys = [INDEX, Key(future.tr_id, future.code)]
        index = float(self.exchange.underlying()["unas_prpr"])
        for expiry in [day for day in master.expiries(PRODUCTS["K2I"]) if day >= today][:2]:
            chain = master.chain(PRODUCTS["K2I"], expiry)
            chain.sort(key=lambda strike: abs(strike[0] - index))
            codes = [code for _, call, put in chain[:10] for code in (call, put)]
            keys += [Key("H0IOCNT0", code) for code in codes]
        return keys[:MOST_SLOTS]

    def watch(self):
        turned = [(night_key(key) or key) if self.night else day_key(key) for key in self.keys]
        self.exchange.hold(turned)
        self.connection.watch(turned)

    def take(self):
        for item in self.inbox.drain():
            if not isinstance(item, Batch):
                self.store.refuse(item)
                continue
            self.store.apply([item])
            if item.stream.counts_trades:
                for code, row in zip(item.codes, item.rows, strict=True):
                    key = Key(item.stream.tr_id, code.decode())
                    self.heard.setdefault(key, []).append(float(row["volume"]))

    async def until(self, holds):
        async with asyncio.timeout(600):
            while not holds():
                self.changed.clear()
                await self.changed.wait()
                self.take()

    def is_active(self):
        status = self.connection.status
        held = [slot for slot in status.slots if slot.state is State.ACTIVE]
        return status.link is Link.LIVE and len(held) == len(self.keys) == len(status.slots)

    async def turn(self):
        """Follow the market's sessions; return what happened, "" if nothing did."""
        session = session_at(self.exchange.clock)
        if session.name in _DAY and session.business_date != self.day:
            self.take()
            self.past = (
                self.past[0] + self.store.lost,
                self.past[1] + self.exchange.missing(self.heard),
            )
            self.heard.clear()
            self.exchange.volumes.clear()
            self.store.begin_day()
            self.day, self.night = session.business_date, False
            self.keys = self.chosen(self.day)
            self.watch()
            return "next trading day"
        if session.name in (_DAY if self.night else _NIGHT):
            self.night = not self.night
            self.watch()
            return "night" if self.night else "day"
        return ""

    def row(self, what):
        self.take()
        held = [s for s in self.connection.status.slots if s.state is State.ACTIVE]
        return Row(
            what,
            self.exchange.clock,
            len(held),
            self.store.records,
            self.past[0] + self.store.lost,
            self.past[1] + self.exchange.missing(self.heard),
            self.connection.status.connects,
            psutil.Process().memory_info().rss / 1e6,
            self.store.history.nbytes / 1e6,
        )


async def whole_day(speed, rate):
    """Live through it.

    Args:
        speed: Market seconds in a second of the loop.
        rate: Trades a second of the loop by day.
    """
    threads = threading.active_count()
    loop = asyncio.get_running_loop()
    exchange = TapedExchange(1, EXPIRY, BEGINS, rate, speed)
    rows = []
    async with Broker(exchange, limits=STRICT, beat=0.4) as broker:
        client = Client(exchange, broker, loop)
        running = asyncio.create_task(client.connection.run())
        client.watch()
        await client.until(client.is_active)
        loop.hurry()  # the approval key is there: from here on no thread is at work
        rows.append(client.row("begins"))
        left = list(FAULTS)
        spoken = dt.datetime(2026, 12, 10, 15, 25)
        while exchange.clock < ENDS:
            await asyncio.sleep(20.0 / speed)
            client.take()
            what = await client.turn()
            if left and exchange.clock >= left[0][1]:
                what, _, fault = left.pop(0)
                connects = client.connection.status.connects
                await broker.inject(fault)
                await client.until(
                    lambda connects=connects: client.connection.status.connects > connects
                )
            if exchange.clock >= spoken:
                what, spoken = what or "contracts have expired", dt.datetime.max
            if what:
                await client.until(client.is_active)
                rows.append(client.row(what))
        await asyncio.sleep(30.0)
        rows.append(client.row("ends"))
        usage = broker.counters()["usage"]
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    await asyncio.sleep(0.0)
    return Days(rows, usage, len(asyncio.all_tasks()) - 1, threading.active_count() - threads)


def written(days):
    """Return the rows as text in columns."""
    lines = [
        "what                      clock        active  records      lost   missing  connects"
        "    MB  trades kept"
    ]
    for row in days.rows:
        lines.append(
            f"{row.what:24}  {row.clock:%m-%d %H:%M}  {row.active:6}  {row.records:7,}"
            f"  {row.lost:8,.0f}  {row.missing:8,.0f}  {row.connects:8}  {row.megabytes:4.0f}"
            f"  {row.kept:8.1f}"
        )
    return "\n".join(lines)
