"""What the user does to the watchlist, the sentence that tells of it, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.naming import full_name
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State


@dataclass(frozen=True, slots=True)
class _Removed:
    """The watchlist before a removal, and what was removed."""

    keys: tuple[Key, ...]
    order: tuple[Key, ...]
    pins: tuple[Key, ...]
    selected: tuple[Key, ...]


class Wishes(QObject):
    """Adds, removes, orders and pins watched contracts.

    Signals:
        said: A sentence, its kind (see message.KINDS), and whether it can be undone.
    """

    said = Signal(str, str, bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._removed: list[_Removed] = []

    @property
    def can_undo(self) -> bool:
        """Whether something was removed that can be brought back."""
        return bool(self._removed)

    def add(self, keys: Sequence[Key], unreadable: str = "") -> list[Key]:
        """Watch contracts too; return those that were not watched before.

        Args:
            keys: What to watch.
            unreadable: Words that came with them and could not be read.
        """
        texts = self._desk.texts
        waiting = self._past_limit(keys)
        new = self._desk.watchlist.add(keys)
        if unreadable:
            name = "subs.offer_bad" if new else "subs.offer_none"
            self.said.emit(texts(name, n=len(new), bad=unreadable), "warning", False)
        elif not new and len(keys) == 1:
            self.said.emit(texts("subs.already", label=self._name(keys[0])), "muted", False)
        elif not new:
            self.said.emit(texts("subs.added_none"), "muted", False)
        elif waiting:
            self.said.emit(
                texts("subs.added_waiting", n=len(new), waiting=waiting), "warning", False
            )
        elif len(new) == 1:
            self.said.emit(texts("subs.added_one", label=self._name(new[0])), "value", False)
        else:
            self.said.emit(texts("subs.added", n=len(new)), "value", False)
        return new

    def remove(self, keys: Sequence[Key]) -> None:
        """Stop watching contracts; nothing is asked, it can be undone."""
        watchlist = self._desk.watchlist
        gone = tuple(key for key in keys if key in watchlist)
        if not gone:
            return
        self._removed.append(
            _Removed(gone, tuple(watchlist.keys), tuple(watchlist.pins), tuple(watchlist.selected))
        )
        texts = self._desk.texts
        words = (
            texts("subs.removed_one", label=self._name(gone[0]))
            if len(gone) == 1
            else texts("subs.removed", n=len(gone))
        )
        watchlist.remove(gone)
        self.said.emit(words, "value", True)

    def undo(self) -> None:
        """Bring back what was removed last, to its place and with its pins."""
        if not self._removed:
            return
        removed = self._removed.pop()
        watchlist = self._desk.watchlist
        back = [key for key in removed.keys if key not in watchlist]
        keys = watchlist.keys
        for key in sorted(back, key=removed.order.index):
            keys.insert(_place(key, removed.order, keys), key)
        now = watchlist.pins
        pins = [key for key in removed.pins if key in now or key in back]
        watchlist.replace(keys, [*pins, *(key for key in now if key not in pins)])
        watchlist.select([*watchlist.selected, *(key for key in removed.selected if key in back)])
        words = self._desk.texts("subs.undone", n=len(back))
        self.said.emit(words, "value", self.can_undo)

    def pin(self, keys: Sequence[Key]) -> None:
        """Pin these contracts; if all of them are pinned, unpin them."""
        watchlist = self._desk.watchlist
        pinned = not set(keys) <= set(watchlist.pins)
        for key in keys:
            watchlist.pin(key, pinned=pinned)

    def shift(self, keys: Sequence[Key], step: int) -> None:
        """Move contracts up (-1) or down (1) by one place, together."""
        order = self._desk.watchlist.keys
        moving = set(keys)
        places = [at for at, key in enumerate(order) if key in moving]
        if not places:
            return
        place = max(0, places[0] - 1) if step < 0 else min(len(order), places[-1] + 2)
        self._desk.watchlist.move(keys, place)

    def _past_limit(self, keys: Sequence[Key]) -> int:
        """How many of these will have to wait for a slot."""
        watchlist, status = self._desk.watchlist, self._desk.status()
        new = sum(key not in watchlist for key in dict.fromkeys(keys))
        claimed = sum(slot.state is not State.REJECTED for slot in status.slots)
        return max(0, min(new, claimed + new - status.limit))

    def _name(self, key: Key) -> str:
        return full_name(self._desk.contract(key), key.code, self._desk.texts.language)


def _place(key: Key, order: Sequence[Key], keys: Sequence[Key]) -> int:
    """Where a key belongs among ``keys``: behind the nearest that stood before it."""
    for before in reversed(order[: order.index(key)]):
        if before in keys:
            return keys.index(before) + 1
    return 0
