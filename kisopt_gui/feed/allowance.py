"""How often something may be done: an allowance as a value, the account of what is left of it."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, then one more every so many seconds.

    Unlike a count per minute it never makes anybody wait longer than ``every``.

    Attributes:
        at_once: How many may follow each other without a pause.
        every: Seconds in which one more is earned.
    """

    at_once: int
    every: float

    def most(self, seconds: float) -> int:
        """How many it allows in any stretch of so many seconds."""
        return self.at_once + math.floor(seconds / self.every)


class Account:
    """Keeps to an allowance. The caller owns the clock.

    Args:
        allowance: What is allowed.
    """

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._full_at = -math.inf
        """When all that was spent will have been earned again."""

    def wait(self, now: float) -> float:
        """Return for how many seconds nothing may be spent."""
        ahead = (self._allowance.at_once - 1) * self._allowance.every
        return max(0.0, self._full_at - ahead - now)

    def spend(self, now: float) -> None:
        """Note that it was done now, allowed or not."""
        self._full_at = max(self._full_at, now) + self._allowance.every
