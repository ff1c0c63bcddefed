"""The broker's guard against abuse: it counts connects and changes, and blocks who overdoes them.

The broker blocks an IP address or app key for a time when it connects and closes
in a loop, or subscribes and unsubscribes without end (docs/spec/PROTOCOL.md
section 1). It publishes no thresholds: ours are assumed.
"""

import hashlib
from collections import deque
from dataclasses import dataclass, field

MINUTE_S = 60.0
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """From how much on a party is blocked.

    Attributes:
        connects_a_minute: Connects in any 60 seconds.
        connects_an_hour: Connects in any 3,600 seconds.
        changes_a_minute: Registrations and releases in any 60 seconds.
        block_s: For how long it is blocked then, in seconds.
    """

    connects_a_minute: int
    connects_an_hour: int
    changes_a_minute: int
    block_s: float = 60.0


GENEROUS = Limits(300, 6000, 12_000)
"""For demonstrations, where nobody is to be blocked for a restart too many."""

STRICT = Limits(8, 68, 122)
"""As strict as our client must expect of the real one: one or two more than it allows itself
(kisopt_gui.feed.manners), because on the way two that keep their distance may come together."""


class Count:
    """How often something happened in the last seconds, and the most there ever was of it."""

    def __init__(self, seconds: float) -> None:
        self.most = 0
        self._seconds = seconds
        self._times: deque[float] = deque()

    def note(self, now: float) -> int:
        """Count one more; return how many the last seconds had, with this one."""
        times = self._times
        times.append(now)
        while times[0] <= now - self._seconds:
            times.popleft()
        self.most = max(self.most, len(times))
        return len(times)


@dataclass
class Party:
    """An address or an app key, and what it did.

    Attributes:
        connects: Connects that were let in, ever.
        refused: Connects refused because it was blocked.
        changes: Registrations and releases, ever.
        blocks: How often it was blocked.
        blocked_until: Until when it is, seconds of the loop's clock.
    """

    connects: int = 0
    refused: int = 0
    changes: int = 0
    blocks: int = 0
    blocked_until: float = 0.0
    connects_a_minute: Count = field(default_factory=lambda: Count(MINUTE_S))
    connects_an_hour: Count = field(default_factory=lambda: Count(HOUR_S))
    changes_a_minute: Count = field(default_factory=lambda: Count(MINUTE_S))


class Guard:
    """Keeps the books of addresses and app keys. It knows no socket and no clock.

    Args:
        limits: From how much on a party is blocked.
    """

    def __init__(self, limits: Limits = GENEROUS) -> None:
        self._limits = limits
        self._parties: dict[str, Party] = {}

    def connect(self, who: str, now: float) -> bool:
        """Count a connect; whether it is let in."""
        party = self._party(who)
        if now < party.blocked_until:
            party.refused += 1
            return False
        party.connects += 1
        limits = self._limits
        a_minute = party.connects_a_minute.note(now) > limits.connects_a_minute
        an_hour = party.connects_an_hour.note(now) > limits.connects_an_hour
        if a_minute or an_hour:
            self._block(party, now)
        return not (a_minute or an_hour)

    def request(self, app_key: str, address: str, now: float, *, first: bool) -> bool:
        """Count a registration or release; whether its connection may go on.

        One too many blocks the app key and the address that it came from.

        Args:
            app_key: Whose it is.
            address: Where it came from.
            now: Seconds of the loop's clock.
            first: Whether it is the first of its connection, which counts as the app
                key's connect: only now the broker knows whose connection it is.
        """
        who = _mark(app_key)
        if first and not self.connect(who, now):
            return False
        party = self._party(who)
        party.changes += 1
        if party.changes_a_minute.note(now) <= self._limits.changes_a_minute:
            return True
        self._block(party, now)
        self._block(self._party(address), now)
        return False

    def told(self, now: float) -> dict[str, dict[str, float]]:
        """Return what each party did, by address or by a hash of its app key."""
        return {
            who: {
                "connects": party.connects,
                "refused": party.refused,
                "changes": party.changes,
                "most_connects_a_minute": party.connects_a_minute.most,
                "most_connects_an_hour": party.connects_an_hour.most,
                "most_changes_a_minute": party.changes_a_minute.most,
                "blocks": party.blocks,
                "blocked_s": round(max(0.0, party.blocked_until - now), 1),
            }
            for who, party in self._parties.items()
        }

    def _party(self, who: str) -> Party:
        return self._parties.setdefault(who, Party())

    def _block(self, party: Party, now: float) -> None:
        party.blocks += 1
        party.blocked_until = now + self._limits.block_s


def _mark(app_key: str) -> str:
    """Return what an app key is called in the books: it might be a real one."""
    return "key " + hashlib.sha256(app_key.encode()).hexdigest()[:8]
