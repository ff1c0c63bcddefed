"""The state of the feed as others may read it: one immutable snapshot, replaced whole."""

from dataclasses import dataclass
from enum import Enum

from kisopt_gui.errors import KisOptError
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import MOST_SLOTS, Slot


class Link(Enum):
    """Where the connection stands."""

    STARTING = "starting"
    CONNECTING = "connecting"
    LIVE = "live"
    SILENT = "silent"
    WAITING = "waiting"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """What the feed says of itself.

    Attributes:
        link: Where the connection stands.
        slots: Every wished key in order and its state, then those being released.
        limit: Slots that may be held; below 41 once the server said so.
        held: Slots held.
        error: Why the link is not live, if the reason is known.
        heard: Monotonic seconds of the last message of any kind, NaN before the first.
        pinged: Monotonic seconds of the last PINGPONG, NaN before the first.
        retry_at: Monotonic seconds of the next attempt, NaN if none is due.
        connects: How many connections were opened.
        overflow: Records thrown away because the window did not keep up.
        drift: Streams that send more fields than documented, and how many.
    """

    link: Link = Link.STARTING
    slots: tuple[Slot, ...] = ()
    limit: int = MOST_SLOTS
    held: int = 0
    error: KisOptError | None = None
    heard: float = float("nan")
    pinged: float = float("nan")
    retry_at: float = float("nan")
    connects: int = 0
    overflow: int = 0
    drift: tuple[tuple[str, int], ...] = ()

    def slot(self, key: Key) -> Slot | None:
        """The slot of a key, None if it is neither wished nor held."""
        return next((slot for slot in self.slots if slot.key == key), None)
