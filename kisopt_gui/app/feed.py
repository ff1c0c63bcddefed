"""The feed as the program runs it: where the broker is, and what of it the window may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.feed.host import FeedHost
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import Source, parse_source
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.overview import newest_time
from kisopt_gui.market.store import Store
from kisopt_gui.ui.ports import Subscriptions
from kisopt_gui.wire.session import Session

if TYPE_CHECKING:  # its network libraries are imported on the feed's thread
    from kisopt_gui.feed.connection import Connection
    from kisopt_gui.feed.listing import Listing


class Feed:
    """A connection on its own thread, to a given broker or to our embedded one.

    Args:
        given: Where the broker is, None for the embedded one.
        broker: The embedded broker, None for a given one.
        inbox: Where decoded records go.
        store: What is known; its newest time is where a new embedded broker takes up the day.
        kept: Folder of the listings that a real broker gave; None keeps none.
    """

    def __init__(
        self,
        given: Source | None,
        broker: EmbeddedBroker | None,
        inbox: Inbox,
        store: Store,
        kept: Path | None = None,
    ) -> None:
        self._given = given
        self._broker = broker
        self._store = store
        self._source: Source | None = given
        self._inbox = inbox
        self._locating = asyncio.Lock()
        self._asked: asyncio.Task[Listing] | None = None
        self._kept = kept
        self._host = FeedHost(self._make)

    @property
    def status(self) -> LinkStatus:
        """The newest snapshot of the connection."""
        return self._host.status

    def start(self) -> None:
        """Start the thread; it connects on its own."""
        self._host.start()

    def stop(self) -> None:
        """Close the connection, join the thread."""
        self._host.stop()

    async def call(self, ask: Callable[[Subscriptions], None]) -> None:
        """Do something with the connection on its thread."""
        await self._host.call(ask)

    async def market(self) -> Listing:
        """Return what is listed, and the trading day of the source.

        Raises:
            KisOptError: It cannot be had, and none is kept.
        """
        return await self._host.submit(self._market_once())

    async def _market_once(self) -> Listing:
        asked = self._asked
        if asked is None or (asked.done() and not _is_fresh(asked)):
            asked = self._ask_market()
        return await asyncio.shield(asked)

    def _ask_market(self) -> asyncio.Task[Listing]:
        self._asked = asked = asyncio.create_task(self._market())
        # An error is for who awaits it; when the program ends first nobody does.
        asked.add_done_callback(lambda done: done.cancelled() or done.exception())
        return asked

    async def _market(self) -> Listing:
        from kisopt_gui.feed.listing import Listings
        from kisopt_gui.feed.rest import describe

        source = await self._locate()
        told = await describe(source)
        # What a broker on loopback lists is invented.
        listings = Listings(None if source.is_loopback else self._kept)
        return await listings.fetch(told.http, told.trading_day)

    async def _make(self) -> Connection:
        from kisopt_gui.feed.connection import Connection
        from kisopt_gui.feed.key_lock import KeyLock, lock_folder

        self._ask_market()  # while the connection is made, not after it
        given = self._given
        lock = None
        if given is not None and not given.is_loopback:
            lock = KeyLock(lock_folder(), given.app_key, "kisopt")
        return Connection(self._locate, Session(), self._inbox, lock=lock)

    async def _locate(self) -> Source:
        """Where the broker is now; an embedded one that has died is started again."""
        if self._given is not None:
            return self._given
        broker = self._broker
        assert broker is not None
        async with self._locating:  # the connection and the master file ask at the same time
            if self._source is None or not broker.alive:
                if not broker.alive:
                    await asyncio.to_thread(broker.start, *self._resumed())
                self._source = parse_source(await asyncio.to_thread(broker.wait_ready))
            return self._source

    def _resumed(self) -> list[str]:
        """Words that let a new broker's clock go on where the last record stood."""
        seconds = newest_time(self._store)
        if seconds != seconds:
            return []
        whole = int(seconds) % 86_400
        return ["--start", f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"]


def _is_fresh(asked: asyncio.Task[Listing]) -> bool:
    """Whether it need not be asked again."""
    if asked.cancelled() or asked.exception() is not None:
        return False
    return asked.result().problem is None
