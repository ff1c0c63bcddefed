"""When connecting may be tried: with the key's lock, after a delay, and never too often."""

from collections.abc import Callable

from kisopt_gui.feed.allowance import Account
from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.key_lock import KeyLock
from kisopt_gui.feed.manners import LOOPBACK, Manners


class Attempts:
    """The attempts of one connection, counted also beyond the life of the program.

    Args:
        backoff: How long to wait after a failure.
        lock: This machine's right to the app key, None where nothing is to be protected.
        clock: Monotonic seconds.
    """

    def __init__(self, backoff: Backoff, lock: KeyLock | None, clock: Callable[[], float]) -> None:
        self._backoff = backoff
        self._lock = lock
        self._clock = clock
        self._allowance = LOOPBACK.connects
        self._account = Account(self._allowance)
        self._earlier: list[float] = []

    def begin(self) -> None:
        """Take the app key's lock, if it is not held already.

        Raises:
            KeyHeldError: Another program has it.
        """
        if self._lock is not None and not self._lock.held:
            self._lock.take()
            now = self._clock()
            self._earlier = [now - age for age in self._lock.ages()]

    def behave(self, manners: Manners) -> None:
        """Keep to these manners; what an earlier program tried counts too."""
        if manners.connects != self._allowance or self._earlier:
            self._allowance = manners.connects
            self._account = Account(self._allowance)
            for then in self._earlier:
                self._account.spend(then)
            self._earlier = []

    def note(self) -> None:
        """Connecting is tried now, whomever it reaches."""
        if self._lock is not None:
            self._lock.attempt()
        self._account.spend(self._clock())

    def delay(self) -> float:
        """Return the seconds to wait after a failure; the next time it is more."""
        return self._backoff.delay()

    def owed(self) -> float:
        """Return for how many seconds nothing may be tried, not even for the user."""
        return self._account.wait(self._clock())

    def forgive(self) -> None:
        """Forget the failures, not the attempts."""
        self._backoff.reset()

    def end(self) -> None:
        """Give the app key back."""
        if self._lock is not None:
            self._lock.release()
