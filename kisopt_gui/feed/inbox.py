"""Where the feed leaves what it decoded until the window takes it: bounded, losses counted.

One writer, the feed's thread; one reader, the window's. Nothing else crosses
between them, and no lock is needed: each counter has one writer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from kisopt_gui.wire.codec import FrameError

if TYPE_CHECKING:
    from kisopt_gui.market.intake import Batch

MOST_RECORDS = 200_000


class Inbox:
    """A queue of batches and of frames that could not be read.

    Attributes:
        overflow: Records thrown away, oldest first, because the reader did not
            keep up. They are missing in the window and are shown as lost.
    """

    def __init__(self, most_records: int = MOST_RECORDS) -> None:
        self.overflow = 0
        self._wake: Callable[[], None] = lambda: None
        self._most = most_records
        self._items: deque[Batch | FrameError] = deque()
        self._put = 0
        self._taken = 0

    def on_data(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` on the writer's thread whenever something was left."""
        self._wake = wake

    def put(self, items: list[Batch | FrameError]) -> None:
        """Leave items for the reader and wake it."""
        for item in items:
            self._items.append(item)
            self._put += _size(item)
        while self._put - self._taken - self.overflow > self._most:
            try:
                dropped = self._items.popleft()
            except IndexError:  # the reader has just taken everything
                break
            self.overflow += _size(dropped)
        if items:
            self._wake()

    def drain(self) -> list[Batch | FrameError]:
        """Take everything that waits, oldest first."""
        items: list[Batch | FrameError] = []
        while True:
            try:
                item = self._items.popleft()
            except IndexError:
                return items
            self._taken += _size(item)
            items.append(item)

    def __len__(self) -> int:
        """Records that wait."""
        return max(0, self._put - self._taken - self.overflow)


def _size(item: Batch | FrameError) -> int:
    return 1 if isinstance(item, FrameError) else len(item.codes)
