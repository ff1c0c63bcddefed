"""The feed as the program runs it: with its own broker, or with a given one."""

import asyncio
import os
import signal
from datetime import date

import pytest

from kisopt_gui.app.account import Account
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.feed import Feed
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import Source
from kisopt_gui.market.link import Link
from kisopt_gui.market.overview import newest_time
from kisopt_gui.market.store import Store
from kisopt_gui.wire.session import State
from tests.feed.peers import KEYS, http, service, trading

pytestmark = pytest.mark.e2e


class Run:
    """A feed whose inbox is emptied into a store while it is waited for."""

    def __init__(self, given=None, broker=None):
        self.inbox, self.store = Inbox(), Store()

        async def account():
            return Account(given)

        self.feed = Feed(account if given else None, broker, self.inbox, self.store)
        self.feed.start()

    async def until(self, holds, seconds=4.5):
        for _ in range(int(seconds / 0.005)):
            self.store.apply(self.inbox.drain())
            if holds():
                return
            await asyncio.sleep(0.005)
        pytest.fail(f"not within {seconds} s: {self.feed.status}")

    def is_active(self):
        return {slot.state for slot in self.feed.status.slots} == {State.ACTIVE}


@pytest.fixture
def runs():
    """Start feeds; they and their brokers are stopped after the test."""
    made = []

    def make(given=None, broker=None):
        made.append((Run(given, broker), broker))
        return made[-1][0]

    yield make
    for run, broker in made:
        run.feed.stop()
        if broker is not None:
            broker.stop()


async def test_it_starts_its_own_broker_and_tells_the_market(runs):
    broker = EmbeddedBroker()
    run = runs(broker=broker)
    listing = await run.feed.market()
    master, today = listing.master, listing.day
    assert today == date(2026, 11, 23)
    assert KEYS[2].code in master.contracts
    assert broker.alive
    await run.feed.call(lambda connection: connection.watch(KEYS))
    await run.until(run.is_active)
    await run.until(lambda: run.store.records > 10)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
async def test_a_broker_that_was_killed_is_started_again_where_its_clock_stood(runs):
    broker = EmbeddedBroker("--rate", "500", "--speed", "60")
    run = runs(broker=broker)
    await run.feed.call(lambda connection: connection.watch(KEYS))
    await run.until(lambda: newest_time(run.store) > 9 * 3600 + 6 * 60)
    os.kill(broker.pid, signal.SIGKILL)
    await run.until(lambda: run.feed.status.connects == 2 and run.is_active())
    before = newest_time(run.store)
    records = run.store.records
    await run.until(lambda: run.store.records > records)
    assert before <= newest_time(run.store) < before + 300


async def test_a_given_broker_is_used_as_it_is(runs):
    async with trading() as broker:
        run = runs(given=broker.source)
        today = (await run.feed.market()).day
        assert today == date(2026, 11, 23)
        await run.feed.call(lambda connection: connection.watch(KEYS))
        await run.until(run.is_active)
        await asyncio.to_thread(run.feed.stop)
        assert run.feed.status.link is Link.STOPPED


async def test_a_master_file_that_is_none_is_an_error_to_show(runs):
    async with service(http(200, b"<html>", "text/html")) as (web, _):
        run = runs(given=Source(web.replace("http", "ws"), web))
        with pytest.raises(KisOptError):
            await run.feed.market()
        await asyncio.to_thread(run.feed.stop)
