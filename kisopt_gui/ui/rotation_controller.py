"""Lets the slots follow the money: plans once a second, keeps the watchlist and the grid told."""

import time
from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.market.hours import seoul
from kisopt_gui.market.overview import INDEX_KEY, underlying
from kisopt_gui.market.rotation import Reason, Rotation, Strike, Turn, Wishes
from kisopt_gui.ui.desk import Desk
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State

MOST_LEFT = 40
"""Rows that rotation brought and took the slot of again, and that stay in the watchlist."""


class RotationController(QObject):
    """Says which watched contracts hold the slots while the money is followed.

    Strikes that rotate in join the watchlist at its end. Those that rotate out
    stay there with their last values; of those that the user did not add
    himself the oldest leave when there are many. What the user removes does not
    come back by itself.

    Signals:
        changed: Others hold the slots than before; see `wished`.
    """

    changed = Signal()

    def __init__(
        self, desk: Desk, rotation: Rotation | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rotation = rotation or Rotation()
        self._held: list[Key] = []
        self._brought: dict[Key, None] = {}
        self._known: set[Key] = set()
        self._dismissed: set[Key] = set()
        self._seen: Sequence[Key] = ()
        self._settled: list[Key] = []
        self._strikes: tuple[object, tuple[Strike, ...]] = (None, ())
        self._adding = False
        desk.following.what_if = self.what_if
        desk.following.changed.connect(self._restart)
        desk.books.changed.connect(self.changed)
        desk.clock.second.connect(self.look)

    def wished(self) -> list[Key]:
        """Who should hold a slot or wait for one, the most important first."""
        watchlist = self._desk.watchlist
        if not self._desk.following.on:
            ours = [*watchlist.pins, *(key for key in self._anchors() if key in watchlist)]
            return self._with_book(ours, [*watchlist.pins, *watchlist.keys])
        if not self._adding:
            self._plan()
        ours = [
            key
            for key in self._held
            if self._desk.following.reasons.get(key) in (Reason.PINNED, Reason.ANCHOR)
        ]
        return self._with_book(ours, self._held)

    def _with_book(self, first: list[Key], keys: list[Key]) -> list[Key]:
        """Put the ladder's order book behind what comes first: the user has opened it."""
        book = self._desk.books.wished
        return list(dict.fromkeys([*first, book, *keys] if book is not None else keys))

    def look(self) -> None:
        """Look where the money and the screen are now."""
        if not self._desk.following.on:
            return
        seen = self._desk.following.visible()
        # Rows that only pass by while the user scrolls are not worth a slot.
        before, self._seen = set(self._seen), seen
        self._settled = [key for key in seen if key in before]
        held = self._held
        self._plan()
        if self._held != held:
            self.changed.emit()

    def what_if(self, percent: float) -> Turn:
        """Say who would rotate if the index moved by so many percent."""
        return self._rotation.what_if(self._wishes(), percent)

    def _restart(self) -> None:
        following = self._desk.following
        self._dismissed.clear()
        if following.on:
            if not self._held:  # who holds a slot already has had its time
                taken = (State.ACTIVE, State.PENDING)
                slots, watchlist = self._desk.status().slots, self._desk.watchlist
                held = [slot.key for slot in slots if slot.state in taken]
                self._rotation.adopt(key for key in held if key in watchlist)
                self._known = set(watchlist.keys)
            self.look()
        else:
            self._rotation = self._rotation.anew()
            self._held = []
            following.reasons = {}
            following.left_out = {}
            following.planned.emit()
        self.changed.emit()

    def _plan(self) -> None:
        desk = self._desk
        watchlist, following = desk.watchlist, desk.following
        self._take_removals()
        plan = self._rotation.plan(self._wishes(), perf_counter())
        moment = desk.moment() or seoul(time.time())
        left = {key: f"{moment:%H:%M:%S}" for key in self._held if key not in plan}
        for key in left:  # who left last stays longest
            if key in self._brought:
                del self._brought[key]
                self._brought[key] = None
        changed = set(plan) != set(self._held)
        self._held = list(plan)
        new = [
            key for key, why in plan.items() if key not in watchlist and why is not Reason.ANCHOR
        ]
        following.reasons = plan
        old = following.left_out
        following.left_out = {
            key: left.get(key) or old.get(key, "") for key in [*watchlist.keys] if key not in plan
        }
        self._adding = True
        self._brought.update(dict.fromkeys(new))
        watchlist.add(new)
        self._forget()
        self._adding = False
        self._known = set(watchlist.keys)
        if changed:
            following.planned.emit()

    def _take_removals(self) -> None:
        """What is not watched any more holds nothing, and does not come back by itself."""
        gone = [key for key in self._known if key not in self._desk.watchlist]
        self._rotation.forget(gone)
        if len(gone) == 1 or 2 * len(gone) <= len(self._known):  # else another layout was opened
            self._dismissed.update(gone)
        for key in gone:
            self._brought.pop(key, None)

    def _forget(self) -> None:
        """Let go of the rows that rotation brought and left, the oldest first."""
        out = self._desk.following.left_out
        ours = [key for key in self._brought if key in out]
        pins, selected = self._desk.watchlist.pins, self._desk.watchlist.selected
        spare = [key for key in ours if key not in pins and key not in selected]
        for key in spare[: max(0, len(ours) - MOST_LEFT)]:
            del self._brought[key]
            del out[key]
            self._rotation.forget([key])
            self._desk.watchlist.remove([key])

    def _wishes(self) -> Wishes:
        desk = self._desk
        watchlist, following = desk.watchlist, desk.following
        product = PRODUCTS.get(following.product)
        ours = product is not None and product.underlying == INDEX_KEY.code
        listed = watchlist.keys
        return Wishes(
            limit=desk.status().limit - (desk.books.wished is not None),
            pins=watchlist.pins,
            anchors=self._anchors(),
            # What rotation brought is on the screen by the money's leave only.
            visible=[k for k in self._settled if k in watchlist and k not in self._brought],
            listed=listed,
            strikes=self._chain(),
            money=underlying(desk.store) if ours else float("nan"),
            each_side=following.each_side,
        )

    def _anchors(self) -> list[Key]:
        master = self._desk.master()
        future = master.front_future() if master is not None else None
        return [INDEX_KEY, *([Key(future.tr_id, future.code)] if future is not None else [])]

    def _chain(self) -> tuple[Strike, ...]:
        """Strikes of what is followed, lowest first, without what the user has removed."""
        master, following = self._desk.master(), self._desk.following
        product, expiry = PRODUCTS.get(following.product), following.expiry
        if master is None or product is None or expiry is None:
            return ()
        state = (master, product, expiry, frozenset(self._dismissed))
        if state != self._strikes[0]:
            rows = [
                Strike(
                    price, tuple(Key(master.contracts[code].tr_id, code) for code in codes if code)
                )
                for price, *codes in reversed(master.chain(product, expiry))
            ]
            kept = [
                strike._replace(keys=tuple(k for k in strike.keys if k not in self._dismissed))
                for strike in rows
            ]
            self._strikes = (state, tuple(kept))
        return self._strikes[1]
