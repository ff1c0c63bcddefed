"""What every panel is given: the data it may read, and how to say it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING

from kisopt_gui.errors import KisOptError
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.moment import MarketClock
from kisopt_gui.market.store import Store
from kisopt_gui.ui.book_wish import BookWish
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.following import Following
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.control import Key

if TYPE_CHECKING:
    from kisopt_gui.market.contract import Contract
    from kisopt_gui.market.hours import Session
    from kisopt_gui.market.master import Master


@dataclass
class Desk:
    """The data and the manners of one window.

    Attributes:
        store: Latest records, history, losses.
        clock: The heart beat; views redraw on its signals only.
        watchlist: What the user watches, in order, with pins and selection.
        status: Returns the feed's newest snapshot.
        master: Returns the contracts of the master file, None before it came.
        texts: Texts in the user's language.
        tokens: Colours of the user's theme.
        market_clock: Knows what time it is on the market.
        following: Whether the slots follow the money.
        books: Which order book is wished for.
    """

    store: Store
    clock: FrameClock
    watchlist: Watchlist
    status: Callable[[], LinkStatus]
    master: Callable[[], Master | None]
    texts: Texts
    tokens: Tokens
    market_clock: MarketClock = field(default_factory=MarketClock)
    following: Following = field(default_factory=Following)
    books: BookWish = field(default_factory=BookWish)

    def contract(self, key: Key) -> Contract | None:
        """Facts of a contract; None if neither the master file nor its code tells any."""
        master = self.master()
        return master.get(key.code) if master is not None else None

    def label(self, key: Key) -> str:
        """Name a contract as a trader does, "콜 1,085.0"; its code if nothing is known of it."""
        contract = self.contract(key)
        return contract.label(self.texts.language) if contract is not None else key.code

    def age(self, key: Key) -> float:
        """Seconds since the newest record of a contract; NaN if none came."""
        watched = self.store.watched(key)
        return perf_counter() - watched.received if watched is not None else float("nan")

    def moment(self) -> datetime | None:
        """Seoul's clock on the market that is shown, None while a simulated one is not known."""
        return self.market_clock.moment(self.store, perf_counter(), time.time())

    def session(self) -> Session | None:
        """What the market does now, None if its clock or its calendar is not known."""
        from kisopt_gui.market.calendar import CalendarError
        from kisopt_gui.market.hours import session_at

        moment = self.moment()
        if moment is None:
            return None
        try:
            return session_at(moment)
        except CalendarError:  # `calendar_problem` says it
            return None

    def calendar_problem(self) -> KisOptError | None:
        """Why the user's own calendar, or the one that ships with us, does not hold."""
        from kisopt_gui.market.calendar import CalendarError, calendar

        try:
            return calendar().problem
        except CalendarError as error:
            return error
