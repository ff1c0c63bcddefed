"""What the session has to say, sent as the broker wants it: settled, paced, never too often."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

from websockets.exceptions import ConnectionClosed

from kisopt_gui.feed.allowance import Account
from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.manners import LOOPBACK, Manners
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import Session

logger = logging.getLogger(__name__)

_MOST_SETTLES = 4
_RETRY_S = 2.0


class Outbox:
    """Sends the requests of a session over one connection after another.

    Args:
        session: What is to be said.
        answer: Seconds to wait for the answer to a request.
        clock: Monotonic seconds.
    """

    def __init__(self, session: Session, answer: float, clock: Callable[[], float]) -> None:
        self._session = session
        self._answer = answer
        self._clock = clock
        self._changed = asyncio.Event()
        self._manners = LOOPBACK
        self._account = Account(LOOPBACK.changes)
        self._settled_at = self._flurry_at = float("-inf")
        self._retries: dict[Key | None, Backoff] = {}
        self._timers: dict[Key | None, asyncio.TimerHandle] = {}

    def behave(self, manners: Manners) -> None:
        """Keep to these manners from now on."""
        if manners != self._manners:
            self._manners = manners
            self._account = Account(manners.changes)

    def wake(self) -> None:
        """Look again at what there is to say."""
        self._changed.set()

    def wished(self) -> None:
        """The user's wishes have changed: they are sent when they have been left alone a while."""
        now, settle = self._clock(), self._manners.settle
        if now >= self._settled_at:
            self._flurry_at = now
        self._settled_at = min(now + settle, self._flurry_at + _MOST_SETTLES * settle)
        self.wake()

    def retry_later(self, key: Key) -> None:
        """Ask for a key again that the server could not take for now, later each time."""
        self._later(key, lambda: self._session.retry(key))

    def probe_later(self) -> None:
        """Try one registration on a server that has no slot at all, later each time."""
        self._later(None, self._session.probe)

    def succeeded(self, key: Key) -> None:
        """The server has taken a key."""
        self._retries.pop(key, None)
        self._retries.pop(None, None)

    async def run(self, send: Callable[[str], Awaitable[None]]) -> NoReturn:
        """Send answers at once and requests with manners, until cancelled.

        Args:
            send: Sends a text over the connection that stands now.
        """
        session, clock = self._session, self._clock
        asked_at = clock()
        free_at = float("-inf")
        try:
            while True:
                now = clock()
                due = max(free_at, self._settled_at, now + self._account.wait(now))
                awaiting = session.awaiting
                text = session.to_send(changes=now >= due)
                if text is not None:
                    if session.awaiting > awaiting:  # no answer to a PINGPONG
                        self._account.spend(now)
                        asked_at, free_at = now, now + self._manners.gap
                    try:
                        await send(text)
                    except ConnectionClosed:
                        # What is left to read may say why.
                        await asyncio.get_running_loop().create_future()
                    continue
                self._changed.clear()
                waits = [due - now] if due > now else []
                if session.awaiting:
                    overdue = asked_at + self._answer
                    if now >= overdue:
                        logger.info("no answer to a request; it is asked for again")
                        session.unanswered()
                        asked_at = now
                        continue
                    waits.append(overdue - now)
                await wait_for(self._changed, min(waits, default=None))
        finally:
            for timer in self._timers.values():
                timer.cancel()
            self._timers.clear()

    def _later(self, key: Key | None, ask: Callable[[], None]) -> None:
        def act() -> None:
            del self._timers[key]
            ask()
            self.wake()

        if key not in self._timers:
            delay = self._retries.setdefault(key, Backoff(first=_RETRY_S)).delay()
            self._timers[key] = asyncio.get_running_loop().call_later(delay, act)


async def wait_for(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for an event at most so long.

    Not ``asyncio.wait_for``: that of Python 3.11 swallows a cancellation that
    comes together with the event.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
