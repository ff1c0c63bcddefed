"""What the window needs of the outside, as it sees it."""

from collections.abc import Callable
from typing import Protocol

from kisopt_gui.market.link import LinkStatus
from kisopt_gui.wire.control import Key


class Subscriptions(Protocol):
    """What may be asked of a connection, on its own thread."""

    def watch(self, keys: list[Key]) -> None:
        """Watch these keys and no others; who comes first gets a free slot first."""

    def forget_cap(self) -> None:
        """Try the documented number of slots again."""

    def retry(self, key: Key) -> None:
        """Ask again for a key that was refused."""

    def reconnect(self) -> None:
        """Connect now, also after a refusal."""


class FeedPort(Protocol):
    """The feed as the window sees it."""

    @property
    def status(self) -> LinkStatus:
        """The newest snapshot."""

    async def call(self, ask: Callable[[Subscriptions], None]) -> None:
        """Do something with the connection on its thread."""
