"""The feed's thread, as the window uses it: start, ask, read the status, stop."""

import asyncio
import threading
import time

import pytest

from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.host import FeedHost
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.market.link import Link
from kisopt_gui.wire.session import Session, State
from tests.feed.peers import HOST, KEYS, Source, found_at, hasty, raw, trading


class Feed(FeedHost):
    """A host of a connection to a source."""

    def __init__(self, source):
        self.inbox = Inbox()
        self.woken = threading.Event()
        self.inbox.on_data(self.woken.set)
        super().__init__(lambda: self._connection_to(source))

    async def _connection_to(self, source):
        return Connection(found_at(source), Session(), self.inbox, backoff=hasty())


@pytest.fixture
def feeds():
    """Make hosts; they are stopped after the test."""
    made = []

    def make(host):
        made.append(host)
        return host

    yield make
    for host in made:
        host.stop()


async def until(holds, seconds=4.0):
    """Wait for something on the other thread, which cannot tell this one."""
    for _ in range(int(seconds / 0.005)):
        if holds():
            return
        await asyncio.sleep(0.005)
    pytest.fail(f"not within {seconds} s")


async def test_it_brings_records_until_it_is_stopped(feeds):
    async with trading() as broker:
        feed = feeds(Feed(broker.source))
        assert feed.status.link is Link.STARTING
        feed.start()
        await feed.call(lambda connection: connection.watch(KEYS))
        await until(lambda: len(feed.status.slots) == len(KEYS))
        await until(lambda: {slot.state for slot in feed.status.slots} == {State.ACTIVE})
        await until(lambda: len(feed.inbox) > 10)
        await asyncio.to_thread(feed.stop)
        assert feed.status.link is Link.STOPPED
        await until(lambda: broker.counters()["connections"] == 0)
    assert not [each for each in threading.enumerate() if each.name == "feed"]


async def test_what_is_asked_runs_on_its_thread_and_the_answer_comes_back(feeds):
    feed = feeds(Feed(Source(f"ws://{HOST}:9")))
    feed.start()
    assert await feed.call(lambda _: threading.current_thread().name) == "feed"
    with pytest.raises(KeyError):
        await feed.call(lambda _: {}["nothing"])


async def test_work_can_be_given_to_its_loop(feeds):
    feed = feeds(Feed(Source(f"ws://{HOST}:9")))
    feed.start()

    async def work():
        await asyncio.sleep(0)
        return threading.current_thread().name

    assert await feed.submit(work()) == "feed"


async def test_the_feed_goes_on_while_the_window_is_blocked():
    async with trading() as broker:
        # The broker runs on this loop, so a second thread plays the blocked window.
        def window():
            feed = Feed(broker.source)
            feed.start()
            asyncio.run(feed.call(lambda connection: connection.watch(KEYS)))
            feed.woken.wait(4)
            before = len(feed.inbox)
            time.sleep(0.2)
            after = len(feed.inbox)
            feed.stop()
            return before, after

        before, after = await asyncio.to_thread(window)
    assert after > before + 50


def test_a_host_that_was_never_started_can_be_stopped():
    feed = Feed(Source(f"ws://{HOST}:9"))
    feed.stop()
    feed.stop()
    assert feed.status.link is Link.STARTING


def test_it_can_be_stopped_at_once_and_twice():
    for _ in range(5):
        feed = Feed(Source(f"ws://{HOST}:9"))
        feed.start()
        feed.stop()
        feed.stop()
        assert not feed._thread.is_alive()


async def test_it_stops_soon_when_a_server_says_nothing(feeds):
    async def listen(reader, writer):
        await reader.read()  # until the client gives up

    async with raw(listen) as address:
        for source in (Source(f"ws://{address}"), Source(f"ws://{address}", f"http://{address}")):
            feed = feeds(Feed(source))
            feed.start()
            await until(lambda feed=feed: feed.status.link is Link.CONNECTING)
            began = time.perf_counter()
            await asyncio.to_thread(feed.stop)
            assert time.perf_counter() - began < 1
            assert not feed._thread.is_alive()


async def test_who_waits_for_an_answer_when_it_stops_is_cancelled(feeds):
    async def never():
        await asyncio.Event().wait()

    feed = feeds(FeedHost(never))
    feed.start()
    waiting = asyncio.create_task(feed.call(lambda connection: connection))
    await asyncio.sleep(0.05)
    await asyncio.to_thread(feed.stop)
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.logs_warnings
async def test_a_defect_at_the_start_is_logged_and_told_to_who_asks(feeds, caplog):
    async def broken():
        raise ZeroDivisionError("a defect")

    feed = feeds(FeedHost(broken))
    feed.start()
    with pytest.raises(ZeroDivisionError):
        await feed.call(lambda connection: connection)
    await asyncio.to_thread(feed.stop)
    assert "the feed has ended" in caplog.text
    assert "ZeroDivisionError: a defect" in caplog.text


@pytest.mark.logs_warnings
async def test_a_defect_on_the_way_is_logged_and_leaves_the_feed_stopped(feeds, caplog):
    class Broken(Feed):
        async def _connection_to(self, source):
            async def locate():
                raise ZeroDivisionError("a defect")

            return Connection(locate, Session(), self.inbox)

    feed = feeds(Broken(None))
    feed.start()
    await until(lambda: feed.status.link is Link.STOPPED)
    await until(lambda: "ZeroDivisionError: a defect" in caplog.text)


@pytest.mark.logs_warnings
async def test_a_defect_in_a_callback_is_logged_where_our_log_goes(feeds, caplog):
    feed = feeds(Feed(Source(f"ws://{HOST}:9")))
    feed.start()
    await feed.call(lambda _: asyncio.get_running_loop().call_soon(lambda: 1 / 0))
    await until(lambda: "division by zero" in caplog.text)
    assert [each.name for each in caplog.records if each.levelname == "ERROR"] == [
        "kisopt_gui.feed.host"
    ]
    assert await feed.call(lambda _: "alive") == "alive"
