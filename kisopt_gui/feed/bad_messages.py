"""What cannot be read, in the log: said at once, then at most once a minute with a count."""

import logging
from collections.abc import Callable

from kisopt_gui.wire.codec import FrameError

logger = logging.getLogger(__name__)

_EVERY_S = 60.0


class BadMessages:
    """Counts messages that cannot be read. The messages themselves go to the inspector.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._unsaid = 0
        self._quiet_until = float("-inf")
        self._newest = ""

    def note(self, error: FrameError) -> None:
        """Count one more."""
        self._unsaid += 1
        self._newest = type(error).__name__  # never its text: it may hold anything
        if self._clock() >= self._quiet_until:
            self.say()
            self._quiet_until = self._clock() + _EVERY_S

    def say(self) -> None:
        """Say how many have come since the log was told last."""
        if self._unsaid:
            kept = "bad messages, newest kept for inspection"
            logger.info("%d %s: %s", self._unsaid, kept, self._newest)
            self._unsaid = 0
