"""What is listed today, asked for until it is known, and the fresh watchlist that waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from kisopt_gui.app import crash
from kisopt_gui.errors import KisOptError
from kisopt_gui.market.overview import INDEX_KEY

if TYPE_CHECKING:
    from kisopt_gui.feed.listing import Listing
    from kisopt_gui.market.master import Master
    from kisopt_gui.ui.layout_controller import LayoutController
    from kisopt_gui.ui.watchlist import Watchlist

logger = logging.getLogger(__name__)

_AGAIN_S = (10.0, 20.0, 30.0)
_LATER_S = 60.0

Fill = Callable[[str, "Master", date], Coroutine[Any, Any, None]]
"""Fills the watchlist around the money: kind of the layout, contracts, trading day."""


class Contracts:
    """The listing of the source, and who waits for it.

    Args:
        watchlist: What is filled.
        fill: Fills it.
        told: Called after each attempt with what was wrong, None if nothing.

    Attributes:
        master: The contracts, None before they are known.
        day: The trading day, None before it is known.
        clock: What the source said of its clock, when, monotonic seconds, and how fast it runs;
            None if nothing.
    """

    def __init__(
        self, watchlist: Watchlist, fill: Fill, told: Callable[[KisOptError | None], None]
    ) -> None:
        self.master: Master | None = None
        self.day: date | None = None
        self.clock: tuple[datetime, float, float] | None = None
        self._watchlist = watchlist
        self._fill = fill
        self._told = told
        self._layouts: LayoutController | None = None
        self._wanted = ""
        self._kind = ""
        self._filling: asyncio.Task[None] | None = None
        self._night = False
        self._alive = date.min
        self._confirmed: dict[str, date] = {}
        self._stale = False
        self._renewed = asyncio.Event()

    async def keep(self, ask: Callable[[], Awaitable[Listing]]) -> None:
        """Fetch today's listing, and the next day's when it is due. Runs until it is cancelled."""
        while True:
            await self.fetch(ask)
            await self._renewed.wait()
            self._renewed.clear()

    async def fetch(self, ask: Callable[[], Awaitable[Listing]]) -> None:
        """Ask until today's listing is there; what is kept from an earlier day serves meanwhile."""
        for wait in chain(_AGAIN_S, repeat(_LATER_S)):
            try:
                listing = await ask()
            except KisOptError as error:
                problem: KisOptError | None = error
            else:
                problem = listing.problem
                self.master, self.day = self._known(listing.master), listing.day
                if listing.clock is not None:
                    self.clock = (listing.clock, listing.told, listing.speed)
                self._stale = False
                if self._wanted:
                    self.fill(self._wanted)
            self._told(problem)
            if problem is None:
                return
            await asyncio.sleep(wait)

    def renew(self) -> None:
        """Fetch the listing anew: a trading day has begun. Nothing is filled from the last one."""
        self._stale = True
        self._renewed.set()

    def turn(self, *, night: bool) -> None:
        """Look at the contracts as they trade by night, or by day, from now on."""
        self._night = night
        if self.master is not None:
            self.master = self.master.by(night=night)
        if self._filling is not None and not self._filling.done():
            self.fill(self._kind)  # what it was about to watch are the other session's streams

    def live_from(self, day: date) -> None:
        """Offer and fill nothing any more that expires before this day."""
        if day != self._alive:
            self._alive = day
            if self.master is not None:
                self.master = self.master.living(day)

    def confirm(self, code: str, last_trading_day: date) -> None:
        """Take the broker's word for when a contract, and all of its term, is traded last."""
        if self.master is None:
            return
        self._confirmed[code] = last_trading_day
        listed = self.master.contracts.get(code)
        self.master = self.master.confirmed(code, last_trading_day)
        if listed is not None and self.master.contracts[code] is not listed:
            logger.warning(
                "%s is traded last on %s, not on %s", code, last_trading_day, listed.expiry
            )

    def _known(self, master: Master) -> Master:
        """A new listing with all that is known beside it: it has no last trading days."""
        for code, day in self._confirmed.items():
            master = master.confirmed(code, day)
        return master.living(self._alive).by(night=self._night)

    # layouts ------------------------------------------------------------

    def serve(self, layouts: LayoutController) -> None:
        """Fill what the layouts of a new window ask for."""
        self._layouts = layouts
        self._wanted = ""
        layouts.fill_requested.connect(self.fill)
        layouts.opened.connect(self._leave)

    @property
    def settled(self) -> bool:
        """Whether nothing waits to be filled, or is being filled."""
        return not self._wanted and (self._filling is None or self._filling.done())

    def fill(self, kind: str) -> None:
        """Fill the watchlist now, or as soon as the contracts are known."""
        assert self._layouts is not None
        self._wanted = kind
        self.cancel()
        if self.master is None or self.day is None or self._stale:
            self._watchlist.add([INDEX_KEY])  # its code is no matter of a master file
            self._layouts.filling(self._watchlist.keys)
            return
        self._wanted = ""
        self._kind = kind
        self._filling = asyncio.create_task(self._fill(kind, self.master, self.day))
        self._filling.add_done_callback(crash.of_task)

    def cancel(self) -> None:
        """Stop filling."""
        if self._filling is not None:
            self._filling.cancel()

    def _leave(self) -> None:
        """Fill no more: the layout that is open now is a list of the user's own."""
        if self._layouts is not None and not self._layouts.automatic:
            self._wanted = ""
            self.cancel()
