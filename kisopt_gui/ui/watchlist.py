"""What the user watches: keys in order, pins, and what is selected."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from kisopt_gui.wire.control import Key


class Watchlist(QObject):
    """The contracts of the current layout; panels read it and ask it to change.

    Signals:
        changed: Keys, their order or their pins changed.
        selection_changed: Other contracts are selected.
    """

    changed = Signal()
    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys: dict[Key, None] = {}
        self._pins: dict[Key, None] = {}
        self._selected: list[Key] = []

    @property
    def keys(self) -> list[Key]:
        """Every watched key in the user's order."""
        return list(self._keys)

    @property
    def pins(self) -> list[Key]:
        """The pinned keys in the order they were pinned."""
        return list(self._pins)

    @property
    def selected(self) -> list[Key]:
        """The selected keys, the current one first."""
        return list(self._selected)

    @property
    def charted(self) -> list[Key]:
        """What the charts show: the pins, then the selection; the first key if there is neither."""
        charted = list(dict.fromkeys([*self._pins, *self._selected]))
        return charted or list(self._keys)[:1]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Iterable[Key]) -> list[Key]:
        """Watch keys too, at the end; return those that were not watched before."""
        new = [key for key in dict.fromkeys(keys) if key not in self._keys]
        if new:
            self._keys.update(dict.fromkeys(new))
            self.changed.emit()
        return new

    def remove(self, keys: Iterable[Key]) -> None:
        """Stop watching keys."""
        gone = [key for key in dict.fromkeys(keys) if key in self._keys]
        if not gone:
            return
        for key in gone:
            del self._keys[key]
            self._pins.pop(key, None)
        self.select([key for key in self._selected if key in self._keys])
        self.changed.emit()

    def replace(self, keys: Iterable[Key], pins: Iterable[Key] = ()) -> None:
        """Watch these keys and no others."""
        self._keys = dict.fromkeys(keys)
        self._pins = dict.fromkeys(key for key in pins if key in self._keys)
        self.select([key for key in self._selected if key in self._keys])
        self.changed.emit()

    def move(self, keys: Iterable[Key], place: int) -> None:
        """Put keys, in their present order, before what stands at ``place``."""
        wanted = set(keys)
        moving = [key for key in self._keys if key in wanted]
        order = list(self._keys)
        before = [key for key in order[:place] if key not in moving]
        after = [key for key in order[place:] if key not in moving]
        if before + moving + after != order:
            self._keys = dict.fromkeys(before + moving + after)
            self.changed.emit()

    def pin(self, key: Key, *, pinned: bool) -> None:
        """Pin a watched key, or take its pin away."""
        if key not in self._keys or pinned == (key in self._pins):
            return
        if pinned:
            self._pins[key] = None
        else:
            del self._pins[key]
        self.changed.emit()

    def select(self, keys: Iterable[Key]) -> None:
        """Select these watched keys, the current one first."""
        selected = [key for key in dict.fromkeys(keys) if key in self._keys]
        if selected != self._selected:
            self._selected = selected
            self.selection_changed.emit()
