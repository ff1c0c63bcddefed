"""The approval key of a connection: issued once, kept for its day, issued anew when it is refused.

One is needed only to open a session, holds for 24 hours, and goes stale when the broker says so
(OPSP0011, docs/spec/PROTOCOL.md section 1).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import time

from kisopt_gui.feed.rest import approval_key
from kisopt_gui.feed.source import Source

LASTS_S = 24 * 3600.0

_SPARE_S = 60.0


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval key: a secret.

    Attributes:
        key: What every request of the stream carries.
        until: When it ends, seconds since the epoch by this machine's clock.
    """

    key: str = field(repr=False)
    until: float

    def is_good(self, now: float) -> bool:
        """Whether it has a minute left at a time in seconds since the epoch."""
        return bool(self.key) and now < self.until - _SPARE_S


class Approvals:
    """The approval key of one source at a time.

    Args:
        kept: One that was kept from an earlier run, None if there is none.
        keep: Called with each new one, and on the feed's loop: it must not block.
    """

    def __init__(
        self, kept: Approval | None = None, keep: Callable[[Approval], None] = lambda _: None
    ) -> None:
        self._held = kept
        self._keep = keep
        self._source: Source | None = None

    async def current(self, source: Source, http: str) -> str:
        """Return the key for a source, a new one if there is none that is good.

        Raises:
            KeyRefusedError: The broker refuses the app key.
            ServiceError: The broker cannot be reached or answers with something else.
        """
        if self._source is not None and source != self._source:
            self._held = None
        self._source = source
        if self._held is None or not self._held.is_good(time()):
            self._held = None
            key = await approval_key(source, http)
            self._held = Approval(key, time() + LASTS_S)
            self._keep(self._held)
        return self._held.key

    def forget(self) -> None:
        """Have the next one issued anew: the broker does not know this one any more."""
        self._held = None
