"""Whether the slots follow the money, around which strikes, and who is left out just now."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QObject, Signal

from kisopt_gui.market.rotation import Reason, Turn
from kisopt_gui.wire.control import Key

MOST_EACH_SIDE = 9


class Following(QObject):
    """What the panels and the planner of the slots tell one another.

    Signals:
        changed: The user wants something else.
        planned: The slots are given to others than before.

    Attributes:
        on: Whether the slots follow the money.
        each_side: Strikes above and below it.
        product: Key of the product that is followed, "" before one was chosen.
        expiry: Last trading day of its options that are followed.
        reasons: Who holds a slot, and why; empty while nothing is followed.
        left_out: Watched contracts without a slot: when they rotated out, "HH:MM:SS" in
            Seoul, "" if they never had one.
        visible: Returns the watched contracts on the screen.
        what_if: Says who would rotate if the index moved by so many percent.
    """

    changed = Signal()
    planned = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self.each_side = 5
        self.product = ""
        self.expiry: date | None = None
        self.reasons: dict[Key, Reason] = {}
        self.left_out: dict[Key, str] = {}
        self.visible: Callable[[], Sequence[Key]] = tuple
        self.what_if: Callable[[float], Turn] = lambda _percent: Turn((), ())

    def follow(self, product: str, expiry: date | None, each_side: int, *, on: bool) -> None:
        """Follow the money of an expiry, or stop."""
        wanted = (product, expiry, max(0, min(each_side, MOST_EACH_SIDE)), on)
        if wanted != (self.product, self.expiry, self.each_side, self.on):
            self.product, self.expiry, self.each_side, self.on = wanted
            self.changed.emit()
