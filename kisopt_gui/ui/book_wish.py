"""Which order book is wished for: that of the contract the open ladder shows, once it has rested.

Going through rows with the arrow keys must not cause a loop of subscribing and letting go: the
broker blocks who does that (docs/spec/PROTOCOL.md section 1).
"""

from collections import deque
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from kisopt_gui.wire.control import Key

REST_S = 1.0
"""Seconds for which a contract must be shown before its book is asked for, or let go."""

MOST_A_MINUTE = 20
_MINUTE_S = 60.0


class BookWish(QObject):
    """What the ladder wants a slot for.

    Signals:
        changed: Another book is wished for, or none any more.

    Attributes:
        wished: Key of the book's stream, None if no book is shown.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wished: Key | None = None
        self._shown: Key | None = None
        self._since = 0.0
        self._changes: deque[float] = deque()

    def show_book(self, key: Key | None, now: float | None = None) -> None:
        """Say which book is shown now, None for none. Call it a few times a second.

        Args:
            key: Key of the book's stream.
            now: Monotonic seconds.
        """
        now = perf_counter() if now is None else now
        if key != self._shown:
            self._shown, self._since = key, now
        if key == self.wished or now - self._since < REST_S:
            return
        while self._changes and now - self._changes[0] >= _MINUTE_S:
            self._changes.popleft()
        if len(self._changes) >= MOST_A_MINUTE:
            return
        self._changes.append(now)
        self.wished = key
        self.changed.emit()
