"""What stands in rows and charts before the stream has told anything: REST's word, asked in time.

A row that gets no record, because nobody trades it or because it waits for a slot, is asked for
again every minute. The stream's first record takes its place (market/snapshot.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from time import perf_counter
from typing import TYPE_CHECKING

from kisopt_gui.errors import KisOptError
from kisopt_gui.market.overview import INDEX_KEY

if TYPE_CHECKING:
    from kisopt_gui.feed.first_picture import Piece, Wishes
    from kisopt_gui.market.master import Master
    from kisopt_gui.ui.desk import Desk
    from kisopt_gui.wire.control import Key

logger = logging.getLogger(__name__)

AGAIN_S = 60.0
"""After so long a row without a record is asked for again, and so is what could not be had."""

_MOST_AT_ONCE = 400
_NAME = "picture"

_Term = tuple[str, str]
"""Product and month."""

Ask = Callable[["Master", "Wishes", Callable[["Piece"], object]], Awaitable[float]]
"""Asks REST; what comes is handed over on any thread. Returns how far the broker's clock is off."""


class FirstPicture:
    """Asks REST for what the window shows and the stream has not told.

    Args:
        ask: Asks REST.
        desk: The window's data; another one after the window was made anew.
        tell: Told by name what is wrong, None that it is not any more.
        confirm: Told the last trading day of a contract as REST has it.
    """

    def __init__(
        self,
        ask: Ask,
        desk: Callable[[], Desk],
        tell: Callable[[str, KisOptError | None], None],
        confirm: Callable[[str, date], None],
    ) -> None:
        self._ask = ask
        self._desk = desk
        self._tell = tell
        self._confirm = confirm
        self._asked: dict[Key, float] = {}
        self._charted: dict[Key, tuple[datetime, float]] = {}
        self._served: set[Key] = set()
        self._confirmed: set[_Term] = set()
        self._terms: dict[_Term, float] = {}
        self._failed: dict[str, KisOptError] = {}

    async def keep_up(self) -> None:
        """Look once a second whether something is to be asked for.

        Runs until it is cancelled, or the broker refuses the app key: asking again makes it worse.
        """
        from kisopt_gui.feed.refusals import KeyRefusedError

        loop = asyncio.get_running_loop()
        while KeyRefusedError.__name__ not in self._failed:
            due = loop.create_future()
            clock = self._desk().clock

            def beat(due: asyncio.Future[None] = due) -> None:
                if not due.done():
                    due.set_result(None)

            clock.second.connect(beat)
            try:
                await due
            finally:
                clock.second.disconnect(beat)
            wishes = self._wishes()
            if wishes is not None:
                await self._run(wishes)

    async def _run(self, wishes: Wishes) -> None:
        from kisopt_gui.feed.refusals import clock_problem

        master = self._desk().master()
        assert master is not None
        loop = asyncio.get_running_loop()
        self._failed = {}
        try:
            offset = await self._ask(
                master, wishes, lambda piece: loop.call_soon_threadsafe(self._take, piece)
            )
        except KisOptError as error:
            self._failed[type(error).__name__] = error
            offset = float("nan")
        await asyncio.sleep(0)  # what came last is taken first
        self._say()
        if offset == offset:
            self._tell("clock", clock_problem(offset))

    def _say(self) -> None:
        """Say one sentence for all that went wrong; the log has each."""
        self._tell(_NAME, next(iter(self._failed.values()), None))

    def _wishes(self) -> Wishes | None:
        """What is to be asked for now, None if nothing is."""
        from kisopt_gui.feed.first_picture import Wishes
        from kisopt_gui.market.hours import opened

        desk, now = self._desk(), perf_counter()
        moment = desk.moment()
        if desk.master() is None or moment is None:
            return None
        shown = set(desk.following.visible())
        missing = [key for key in desk.watchlist.keys if self._is_missing(key, now)]
        missing = missing[:_MOST_AT_ONCE]
        began = opened(moment, night=desk.market_clock.night)
        charted = [] if began is None else self._bare(began, now)
        unconfirmed, books = self._unconfirmed(now), self._untold_book(now)
        if not (missing or charted or unconfirmed or books):
            return None
        for key in missing:
            self._asked[key] = now
        midnight = datetime.combine((began or moment).date(), time())
        return Wishes(
            screen=tuple(key for key in missing if key in shown),
            watched=tuple(key for key in missing if key not in shown),
            day=midnight.date(),
            opens=((began or moment) - midnight).total_seconds(),
            now=(moment - midnight).total_seconds(),
            charted=tuple(charted),
            unconfirmed=tuple(unconfirmed),
            books=tuple(books),
        )

    def _is_missing(self, key: Key, now: float) -> bool:
        desk = self._desk()
        if desk.store.watched(key) is not None:
            return False
        if now - self._asked.get(key, float("-inf")) < AGAIN_S:
            return False
        session = desk.session()
        told = desk.store.snapshot(key)
        # While nothing is traded, nothing changes either.
        return told is None or session is None or not session.silence_is_normal

    def _bare(self, began: datetime, now: float) -> list[Key]:
        """Charted contracts of which the minutes since the opening are not known."""
        bare = []
        for key in self._desk().watchlist.charted:
            if key == INDEX_KEY:  # REST has no minutes of it
                continue
            session, asked = self._charted.get(key, (began, float("-inf")))
            if session != began:  # those that are known are of another session
                self._served.discard(key)
                asked = float("-inf")
            if key not in self._served and now - asked >= AGAIN_S:
                self._charted[key] = (began, now)
                bare.append(key)
        return bare

    def _unconfirmed(self, now: float) -> list[Key]:
        """One contract of each watched expiry that REST has not confirmed."""
        found: dict[_Term, Key] = {}
        for key in self._desk().watchlist.keys:
            term = self._term(key)
            if term is not None and term not in self._confirmed:
                found.setdefault(term, key)
        due = {
            term: key
            for term, key in found.items()
            if now - self._terms.get(term, float("-inf")) >= AGAIN_S
        }
        self._terms.update(dict.fromkeys(due, now))
        return list(due.values())

    def _term(self, key: Key) -> _Term | None:
        contract = self._desk().contract(key)
        if contract is None or contract.product is None or not contract.month:
            return None
        return contract.product.key, contract.month

    def _untold_book(self, now: float) -> list[Key]:
        """The contract whose order book is shown and not known."""
        from kisopt_gui.market.book import trade_key

        desk = self._desk()
        wished = desk.books.wished
        if wished is None or desk.store.book(wished) is not None:
            return []
        if now - self._asked.get(wished, float("-inf")) < AGAIN_S:
            return []
        self._asked[wished] = now
        key = trade_key(wished)
        return [key] if key is not None else []

    def _take(self, piece: Piece) -> None:
        """Take in what came; on the window's thread."""
        from kisopt_gui.feed.first_picture import Failure
        from kisopt_gui.market.book import Book
        from kisopt_gui.market.snapshot import Depth, MinuteBars, Terms

        desk = self._desk()
        if isinstance(piece, Failure):
            logger.info("%s: %s", piece.item, piece.error)
            self._failed.setdefault(type(piece.error).__name__, piece.error)
            self._say()  # a run may take minutes: a token is asked for once in one
        elif isinstance(piece, MinuteBars):
            self._served.add(piece.key)
            desk.store.backfill(piece)
            desk.clock.redraw_charts()
        elif isinstance(piece, Terms):
            desk.store.fill([piece.snapshot], part=True)
            term = self._term(piece.snapshot.key)
            if piece.last_trading_day is not None and term is not None:
                self._confirmed.add(term)
                self._confirm(piece.snapshot.key.code, piece.last_trading_day)
        elif isinstance(piece, Depth):
            desk.store.fill([piece.snapshot], part=True)
            desk.store.fill_book(Book.of_depth(piece))
        else:
            desk.store.fill(piece)
