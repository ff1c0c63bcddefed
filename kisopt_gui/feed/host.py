"""The feed's thread: a plain asyncio loop beside the window's (docs/decisions/0001).

The only module of the program that starts a thread for the feed. Coroutines go
in, decoded batches come out through the inbox, and one snapshot is read.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from kisopt_gui.market.link import LinkStatus

if TYPE_CHECKING:  # the network libraries are imported on the thread, beside the first paint
    from kisopt_gui.feed.connection import Connection

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_JOIN_S = 5.0


class FeedHost:
    """Runs a connection on a thread of its own.

    Args:
        make: Makes the connection; called on the thread, inside its loop.
    """

    def __init__(self, make: "Callable[[], Awaitable[Connection]]") -> None:
        self._make = make
        self._loop = asyncio.new_event_loop()
        self._connection: Connection | None = None
        self._made: asyncio.Future[Connection] = self._loop.create_future()
        self._running: Future[None] | None = None
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    @property
    def status(self) -> LinkStatus:
        """The newest snapshot of the connection."""
        return self._connection.status if self._connection is not None else LinkStatus()

    def start(self) -> None:
        """Start the thread and the connection on it."""
        self._thread.start()
        self._running = asyncio.run_coroutine_threadsafe(self._serve(), self._loop)
        self._running.add_done_callback(_report)

    async def call(self, ask: "Callable[[Connection], _T]") -> _T:
        """Do something with the connection on its thread; await it on any loop."""

        async def on_thread() -> _T:
            return ask(await self._made)

        return await self.submit(on_thread())

    async def submit(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the feed's loop; await it on any loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def stop(self) -> None:
        """Close the connection and join the thread. Safe to call twice."""
        if self._running is not None:
            self._running.cancel()
            self._running = None
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._finish(), self._loop)
            self._thread.join(_JOIN_S)
        elif self._thread.ident is None:  # never started
            self._loop.close()

    async def _serve(self) -> None:
        try:
            self._connection = await self._make()
        except Exception as error:
            self._made.set_exception(error)  # for those who wait in `call`
            raise
        self._made.set_result(self._connection)
        await self._connection.run()

    async def _finish(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self._loop.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(_log)
        try:
            self._loop.run_forever()  # a worker that waits for a server is not waited for
        finally:
            self._loop.close()


def _report(running: Future[None]) -> None:
    """Say in the log that the feed has ended by a defect; nobody awaits its end."""
    if not running.cancelled() and (error := running.exception()) is not None:
        logger.critical("the feed has ended", exc_info=error)


def _log(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Send to our log what asyncio would send to its own, which is in no file."""
    logger.error("%s", context["message"], exc_info=context.get("exception"))
