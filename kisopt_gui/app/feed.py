"""The feed as the program runs it: where the broker is, and what of it the window may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from kisopt_gui.app.account import Account
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.feed.host import FeedHost
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import parse_source
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.overview import newest_time
from kisopt_gui.market.store import Store
from kisopt_gui.ui.ports import Subscriptions
from kisopt_gui.wire.session import Session

if TYPE_CHECKING:  # its network libraries are imported on the feed's thread
    from kisopt_gui.feed.connection import Connection
    from kisopt_gui.feed.first_picture import Piece, Wishes
    from kisopt_gui.feed.listing import Listing
    from kisopt_gui.feed.quotations import Quotations
    from kisopt_gui.feed.source import Source
    from kisopt_gui.market.master import Master

Open = Callable[[], Awaitable[Account]]
"""Opens the account of a given broker; called once, on the feed's loop. It may take as long as
the user who types a passphrase does."""


class Feed:
    """A connection on its own thread, to a given broker or to our embedded one.

    Args:
        given: Opens the account at a given broker, None for the embedded one.
        broker: The embedded broker, None for a given one.
        inbox: Where decoded records go.
        store: What is known; its newest time is where a new embedded broker takes up the day.
        kept: Folder of the listings that a real broker gave; None keeps none.
    """

    def __init__(
        self,
        given: Open | None,
        broker: EmbeddedBroker | None,
        inbox: Inbox,
        store: Store,
        kept: Path | None = None,
    ) -> None:
        self._given = given
        self._broker = broker
        self._store = store
        self._account: Account | None = None
        self._inbox = inbox
        self._locating = asyncio.Lock()
        self._quotations: tuple[str, Quotations] | None = None
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

    async def picture(
        self, master: Master, wishes: Wishes, take: Callable[[Piece], object]
    ) -> float:
        """Ask REST for what was before the first trade.

        Args:
            master: The listed contracts.
            wishes: What is to be shown.
            take: Called on the feed's thread with what comes, as it comes.

        Returns:
            Seconds that the broker's clock is ahead of ours; NaN if it told none, or makes its
            own time.

        Raises:
            KisOptError: The broker's address cannot be had. What goes wrong with a single
                question is a `Failure` among what comes.
        """
        return await self._host.submit(self._picture(master, wishes, take))

    async def _picture(
        self, master: Master, wishes: Wishes, take: Callable[[Piece], object]
    ) -> float:
        from kisopt_gui.feed.first_picture import first_picture
        from kisopt_gui.feed.rest import describe

        source = await self._locate()
        http = (await describe(source)).http
        if self._quotations is None or self._quotations[0] != http:
            assert self._account is not None
            self._quotations = (http, self._account.quotations(http))
        quotations = self._quotations[1]
        async for piece in first_picture(quotations, master, wishes):
            take(piece)
        return float("nan") if source.is_loopback else quotations.offset

    async def _market_once(self) -> Listing:
        asked = self._asked or self._ask_market()
        try:
            return await asyncio.shield(asked)
        finally:
            if asked.done():  # who asks again wants to know anew
                self._asked = None

    def _ask_market(self) -> asyncio.Task[Listing]:
        self._asked = asked = asyncio.create_task(self._market())
        # An error is for who awaits it; when the program ends first nobody does.
        asked.add_done_callback(lambda done: done.cancelled() or done.exception())
        return asked

    async def _market(self) -> Listing:
        from kisopt_gui.feed.listing import Listings
        from kisopt_gui.feed.rest import describe

        source = await self._locate()
        told, received = await describe(source), perf_counter()
        # What a broker on loopback lists is invented.
        listings = Listings(None if source.is_loopback else self._kept)
        listing = await listings.fetch(told.http, told.trading_day)
        return replace(listing, clock=told.clock, told=received, speed=told.speed)

    async def _make(self) -> Connection:
        from kisopt_gui.feed.connection import Connection

        if self._given is None:
            self._ask_market()  # while the connection is made, not after it
            return Connection(self._locate, Session(), self._inbox)
        account = await self._opened()
        self._ask_market()
        return Connection(
            self._locate,
            Session(),
            self._inbox,
            approvals=account.approvals(),
            lock=account.lock("kisopt"),
        )

    async def _opened(self) -> Account:
        """The account of a given broker, opened once."""
        assert self._given is not None
        async with self._locating:
            if self._account is None:
                self._account = await self._given()
            return self._account

    async def _locate(self) -> Source:
        """Where the broker is now; an embedded one that has died is started again."""
        if self._given is not None:
            return (await self._opened()).source
        broker = self._broker
        assert broker is not None
        async with self._locating:  # the connection and the master file ask at the same time
            if self._account is None or not broker.alive:
                if not broker.alive:
                    await asyncio.to_thread(broker.start, *self._resumed())
                source = parse_source(await asyncio.to_thread(broker.wait_ready))
                self._account = Account(source)
            return self._account.source

    def _resumed(self) -> list[str]:
        """Words that let a new broker's clock go on where the last record stood."""
        seconds = newest_time(self._store)
        if seconds != seconds:
            return []
        whole = int(seconds) % 86_400
        return ["--start", f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"]
