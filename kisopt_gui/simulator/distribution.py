"""Who gets what: frames of the market to the connections that registered for them."""

from collections.abc import Iterable

from kisopt_gui.simulator.faults import Losses, Tamper
from kisopt_gui.simulator.link import Link
from kisopt_gui.simulator.traded import Outgoing, Traded
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import STREAMS


class Distribution:
    """The registrations of all connections, and the way of a frame to them.

    Args:
        market: Is told which contracts somebody watches.
        faults: Value of each active fault by name; shared, read at every frame.

    Attributes:
        losses: Records that are not sent.
        records: How many records were sent, once for each connection.
        frames: How many frames.
    """

    def __init__(self, market: Traded, faults: dict[str, float]) -> None:
        self.losses = Losses()
        self.records = 0
        self.frames = 0
        self._market = market
        self._faults = faults
        self._tamper = Tamper(faults)
        self._watchers: dict[Key, list[Link]] = {}
        self._seen: set[Key] = set()  # keys of which somebody was sent a record

    @property
    def is_idle(self) -> bool:
        """Whether nobody watches anything."""
        return not self._watchers

    def add(self, link: Link, key: Key) -> None:
        """Send this key's records to a connection from now on."""
        self._watchers.setdefault(key, []).append(link)
        self._market.subscribe(*key)

    def remove(self, link: Link, key: Key) -> None:
        """Undo `add`."""
        self._market.unsubscribe(*key)
        watchers = self._watchers[key]
        watchers.remove(link)
        if not watchers:
            del self._watchers[key]
            self._seen.discard(key)

    def send(self, outgoing: Iterable[Outgoing]) -> None:
        """Send frames, each connection's in one write."""
        boxes: dict[Link, list[str]] = {}
        plain = not self._faults and not self.losses.pending
        for key, records, text in outgoing:
            texts = [text] if plain else self._spoiled(key, text)
            self._seen.add(key)
            for link in self._watchers.get(key, ()):
                if link.is_open and texts:
                    boxes.setdefault(link, []).extend(texts)
                    self.records += records if plain else _count(texts[0])
                    self.frames += 1
        for link, waiting in boxes.items():
            link.push(waiting)

    def _spoiled(self, key: Key, text: str) -> list[str]:
        # A gap shows only between two trades, so the first one is never lost.
        if self.losses.pending and key in self._seen and STREAMS[key.tr_id].counts_trades:
            text = self.losses.take(text)
        return self._tamper(text) if text else []


def _count(frame: str) -> int:
    return int(frame.split("|", 3)[2])
