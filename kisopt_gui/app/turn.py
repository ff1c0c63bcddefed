"""The turn of the market: from the day's streams to the night's, and into the next trading day.

By night the same codes trade in other streams (docs/spec/PROTOCOL.md section 4). What was known of
the day stays with the day's keys, so no price of the day ever stands in a row of the night. With
the next day's opening auction everything that was of the day before is let go: its volumes,
highs and changes would be old numbers shown calmly.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from kisopt_gui.errors import KisOptError

if TYPE_CHECKING:
    from kisopt_gui.app.contracts import Contracts
    from kisopt_gui.ui.desk import Desk
    from kisopt_gui.ui.layout_controller import LayoutController
    from kisopt_gui.wire.control import Key

_DAY_PHASES = ("opening", "regular", "closing")
_NIGHT_PHASES = ("night_opening", "night", "night_closing")
_NAMED = 5


class ExpiredError(KisOptError):
    """Watched contracts have expired; nothing more can come of them.

    Attributes:
        facts: ``count``, ``names`` of the first ones.
    """

    english = "{count} expired contracts were taken off the list: {names}"
    korean = "만기가 지난 {count}종목을 목록에서 뺐습니다: {names}"


class Turn:
    """Follows the market's sessions.

    Args:
        desk: The window's data; another one after the window was made anew.
        contracts: The listing, which is another one every trading day.
        layouts: The open layouts.
        tell: Tells the user of something.
    """

    def __init__(
        self,
        desk: Callable[[], Desk],
        contracts: Contracts,
        layouts: Callable[[], LayoutController],
        tell: Callable[[KisOptError], None],
    ) -> None:
        self._desk = desk
        self._contracts = contracts
        self._layouts = layouts
        self._tell = tell
        self._day: date | None = None

    def look(self) -> None:
        """Look what the market does now, and turn with it. Call it once a second."""
        from kisopt_gui.market.hours import newest_day, tradable_from

        desk = self._desk()
        session, moment = desk.session(), desk.moment()
        if session is None or moment is None:
            return
        alive = tradable_from(moment)
        self._contracts.live_from(alive)
        # The machine may have slept through the opening, so the phase of now says nothing.
        today = newest_day(moment)
        before, self._day = self._day, today
        if before not in (None, today):
            self._begin_day(today)
        night = desk.market_clock.night
        if session.name in (_DAY_PHASES if night else _NIGHT_PHASES):
            self._change_streams(alive, night=not night)

    def _begin_day(self, today: date) -> None:
        gone = self._expired(today)
        # The panels let go of a row's past when the row goes.
        self._rewatch(lambda key: None if key in gone else key, self._desk().store.begin_day)
        self._contracts.renew()
        self._layouts().refill()

    def _expired(self, today: date) -> set[Key]:
        """Watched contracts that expired before a day; tells of them."""
        desk = self._desk()
        gone = []
        for key in desk.watchlist.keys:
            contract = desk.contract(key)
            if contract is not None and contract.expiry is not None and contract.expiry < today:
                gone.append(key)
        if gone:
            names = ", ".join(desk.label(key) for key in gone[:_NAMED])
            names += " …" if len(gone) > _NAMED else ""
            self._tell(ExpiredError(count=len(gone), names=names))
        return set(gone)

    def _change_streams(self, alive: date, *, night: bool) -> None:
        from kisopt_gui.market.book import day_key, night_key

        gone = self._expired(alive)  # what had its last trading day has no night
        self._desk().market_clock.night = night
        turned = night_key if night else day_key
        self._contracts.turn(night=night)
        # An index stays.
        self._rewatch(lambda key: None if key in gone else turned(key) or key, lambda: None)
        if gone:
            self._layouts().refill()

    def _rewatch(self, turned: Callable[[Key], Key | None], between: Callable[[], None]) -> None:
        """Watch what each key has turned into, in the same order with the same pins."""
        watchlist, layouts = self._desk().watchlist, self._layouts()
        automatic, selected = layouts.automatic, watchlist.selected

        def of(keys: list[Key]) -> list[Key]:
            return [key for key in map(turned, keys) if key is not None]

        keys, pins = of(watchlist.keys), of(watchlist.pins)
        watchlist.replace([])
        between()
        watchlist.replace(keys, pins)
        watchlist.select(of(selected))
        if automatic:
            layouts.filled(keys)
