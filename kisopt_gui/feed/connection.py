"""The connection: connect, ask at a pace, read, decode, and come back after every fault.

It runs on any asyncio loop and knows no thread. Liveness is any message: the
broker's PINGPONG comes when no data does, and its socket can hang half-open
without an error (docs/spec/PROTOCOL.md sections 1 and 7).
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.patience import Patience
from kisopt_gui.feed.rest import KeyRefusedError, approval_key, describe
from kisopt_gui.feed.source import Source
from kisopt_gui.feed.troubles import ConnectionLostError, RefusedError, SilenceError
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.wire.codec import Frame, FrameError, is_data
from kisopt_gui.wire.control import Effect, Key, Ping, Reply
from kisopt_gui.wire.session import Session

logger = logging.getLogger(__name__)

GAP_S = 0.004
"""Least time between two conversions: what comes meanwhile is converted together."""

_PUBLISH_S = 0.25
_ACKS_S = 0.03
_MOST_MESSAGE = 4 << 20
_QUEUE = 8192


class Connection:
    """One session with the broker, kept up until it is stopped.

    Args:
        locate: Says where the broker is; asked before every attempt, because an
            embedded one that was started again has another address.
        session: The subscriptions; they outlive every single connection.
        inbox: Where decoded records go.
        backoff: How long to wait after a failure.
        patience: How long to wait for messages and answers.
        published: Called after each new `status`.

    Attributes:
        status: The newest snapshot; replaced whole, may be read from any thread.
    """

    def __init__(
        self,
        locate: Callable[[], Awaitable[Source]],
        session: Session,
        inbox: Inbox,
        *,
        backoff: Backoff | None = None,
        patience: Patience | None = None,
        published: Callable[[], None] = lambda: None,
    ) -> None:
        self.status = LinkStatus()
        self._locate = locate
        self._source = Source("")
        self._session = session
        self._inbox = inbox
        self._backoff = backoff or Backoff()
        self._patience = patience or Patience()
        self._published = published
        self._intake = Intake()
        self._http = ""
        self._approval_key = ""
        self._renewed = False
        self._link = Link.STARTING
        self._error: KisOptError | None = None
        self._heard = self._pinged = self._retry_at = float("nan")
        self._connects = 0
        self._flush_at = self._waiting_since = self._opened = 0.0
        self._flushing: asyncio.TimerHandle | asyncio.Handle | None = None
        self._publishing: asyncio.TimerHandle | None = None
        self._verdict: Reply | None = None
        self._retries: dict[Key, Backoff] = {}
        self._changed = asyncio.Event()
        self._again = asyncio.Event()

    # what the window asks for -------------------------------------------

    def watch(self, keys: list[Key]) -> None:
        """Watch these keys and no others; who comes first gets a free slot first."""
        wished = self._session.wishes
        for key in wished:
            if key not in keys:
                self._session.release(key)
        for key in keys:
            if key not in wished:
                self._session.want(key)
        self._session.reorder(keys)
        self._changed.set()
        self._publish()

    def forget_cap(self) -> None:
        """Try the documented number of slots again."""
        self._session.forget_cap()
        self._changed.set()

    def retry(self, key: Key) -> None:
        """Ask again for a key that was refused."""
        self._session.want(key)
        self._changed.set()

    def reconnect(self) -> None:
        """Connect now, also after a refusal: the user says that its cause is gone."""
        self._backoff.reset()
        self._renewed = False
        self._again.set()

    # running -----------------------------------------------------------

    async def run(self) -> None:
        """Keep the session up until the task is cancelled."""
        publisher = asyncio.create_task(self._publish_on())
        try:
            while True:
                self._again.clear()
                error = await self._serve()
                await self._wait(error)
        finally:
            publisher.cancel()
            self._session.disconnected()
            self._show(Link.STOPPED, None)

    async def _serve(self) -> KisOptError:
        """Hold one connection as long as it lasts; return why it ended."""
        self._show(Link.CONNECTING, self._error)
        try:
            source = await self._locate()
            if source != self._source:
                self._source = source
                self._http, self._approval_key = source.http, ""
            if not self._http:
                self._http = (await describe(self._source)).http
            if not self._approval_key:
                self._approval_key = await approval_key(self._source, self._http)
            return await self._connected()
        except KisOptError as error:
            return error
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as error:
            reason = str(error) or type(error).__name__
            return ConnectionLostError(address=self._source.ws, reason=reason)
        finally:
            self._session.disconnected()

    async def _connected(self) -> KisOptError:
        proxy: Literal[True] | None = None if self._source.is_loopback else True
        async with connect(
            self._source.ws,
            compression=None,
            ping_interval=None,
            open_timeout=self._patience.opening,
            close_timeout=1,
            max_size=_MOST_MESSAGE,
            max_queue=_QUEUE,
            proxy=proxy,
        ) as socket:
            self._connects += 1
            self._verdict = None
            self._opened = self._heard = perf_counter()
            self._session.connected(self._approval_key)
            self._show(Link.LIVE, None)
            # What was read tells more of why it ended than what could not be sent.
            parts = (self._read(socket), self._listen(), self._ask(socket))
            work = [asyncio.create_task(part) for part in parts]
            try:
                await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
                self._flush()
                if perf_counter() - self._heard >= self._patience.silent:
                    socket.transport.abort()  # a half-open peer answers no closing handshake
                await socket.close()  # as usual, also when we are cancelled
            return next(task.result() for task in work if not task.cancelled())

    async def _wait(self, error: KisOptError) -> None:
        if isinstance(error, KeyRefusedError) or (
            isinstance(error, RefusedError) and error.reply.effect is not Effect.BACK_OFF
        ):
            if self._may_renew(error):
                return
            self._show(Link.REFUSED, error)
            logger.info("refused: %s", error)
            await self._again.wait()
            self._approval_key = ""
            return
        delay = self._backoff.delay()
        self._retry_at = perf_counter() + delay
        self._show(Link.WAITING, error)
        logger.info("%s; next attempt in %.1f s", error, delay)
        await _wait_for(self._again, delay)
        self._retry_at = float("nan")

    def _may_renew(self, error: KisOptError) -> bool:
        """Whether a new approval key may cure the refusal: once, until something was served."""
        if isinstance(error, RefusedError) and error.reply.effect is Effect.NEW_APPROVAL:
            self._approval_key = ""
            if not self._renewed:
                self._renewed = True
                return True
        return False

    async def _read(self, socket: ClientConnection) -> KisOptError:
        loop = asyncio.get_running_loop()
        try:
            while self._verdict is None:
                data = await socket.recv(decode=False)
                self._heard = perf_counter()
                if self._link is Link.SILENT:
                    self._show(Link.LIVE, None)
                self._take(data.decode("utf-8", "replace"), loop)
        except ConnectionClosed as closed:
            return ConnectionLostError(address=self._source.ws, reason=str(closed))
        return RefusedError(self._verdict)

    def _take(self, text: str, loop: asyncio.AbstractEventLoop) -> None:
        if not is_data(text):  # which may repeat what was sent, and be shown
            text = text.replace(self._approval_key, "***")
        try:
            message = self._session.receive(text)
        except FrameError as error:
            self._refuse(error)
            return
        if isinstance(message, Frame):
            self._intake.add(message)
            if self._flushing is None:
                self._waiting_since = self._heard
                wait = self._flush_at + GAP_S - self._heard
                # call_soon runs when all that this read brought has been taken in.
                self._flushing = (
                    loop.call_soon(self._flush) if wait <= 0 else loop.call_later(wait, self._flush)
                )
        elif isinstance(message, Ping):
            self._pinged = self._heard
            self._changed.set()
        else:
            self._act(message)

    def _refuse(self, error: FrameError) -> None:
        logger.info("bad message kept for inspection: %s", type(error).__name__)
        self._inbox.put([error])

    def _act(self, reply: Reply) -> None:
        """Do what a reply asks of the connection; the session has applied it to the slots."""
        effect = reply.effect
        if effect in (Effect.STOP, Effect.NEW_APPROVAL, Effect.BACK_OFF):
            self._verdict = reply
            return
        if effect is Effect.ACTIVE:
            self._retries.pop(Key(reply.tr_id, reply.code), None)
            self._served()
        elif effect is Effect.RETRY:
            key = Key(reply.tr_id, reply.code)
            delay = self._retries.setdefault(key, Backoff(first=2.0)).delay()
            asyncio.get_running_loop().call_later(delay, self._retry, key)
        self._changed.set()
        # Acks come in rows, and each snapshot lists every key.
        if self._publishing is None:
            loop = asyncio.get_running_loop()
            self._publishing = loop.call_later(_ACKS_S, self._publish)

    def _retry(self, key: Key) -> None:
        self._session.retry(key)
        self._changed.set()

    def _served(self) -> None:
        """The server really serves: forget earlier failures, once it has done so for a while."""
        if perf_counter() - self._opened >= self._patience.steady:
            self._backoff.reset()
            self._renewed = False

    def _flush(self) -> None:
        self._flushing = None
        if not len(self._intake):
            return
        self._flush_at = perf_counter()
        # The oldest of them counts: a delay is never said to be shorter than it was.
        batches, errors = self._intake.flush(self._waiting_since)
        if self._session.awaiting:
            self._session.heard(
                {
                    Key(batch.stream.tr_id, code.decode("ascii", "replace"))
                    for batch in batches
                    for code in set(batch.codes)
                }
            )
            self._changed.set()
        if batches:
            self._served()
        self._inbox.put([*batches, *errors])

    async def _ask(self, socket: ClientConnection) -> KisOptError:
        """Send what the session has to say: answers at once, requests at the source's pace."""
        loop = asyncio.get_running_loop()
        free_at = 0.0
        asked_at = loop.time()
        while True:
            now = loop.time()
            text = self._session.to_send(changes=now >= free_at)
            if text is not None:
                try:
                    await socket.send(text)
                except ConnectionClosed:
                    await loop.create_future()  # what is left to read may say why
                asked_at = free_at = loop.time()
                free_at += self._source.pace
                continue
            self._changed.clear()
            waits = [free_at - now] if free_at > now else []
            if self._session.awaiting:
                overdue = asked_at + self._patience.answer
                if now >= overdue:
                    logger.info("no answer to a request; it is asked for again")
                    self._session.unanswered()
                    asked_at = now
                    continue
                waits.append(overdue - now)
            await _wait_for(self._changed, min(waits, default=None))

    async def _listen(self) -> KisOptError:
        """Watch for silence."""
        while True:
            quiet = perf_counter() - self._heard
            if quiet >= self._patience.dead:
                return SilenceError(address=self._source.ws, seconds=quiet)
            limit = self._patience.silent
            if quiet >= limit:
                limit = self._patience.dead
                if self._link is not Link.SILENT:
                    self._show(Link.SILENT, None)
            await asyncio.sleep(min(max(limit - quiet, 0.01), 1.0))

    # telling -----------------------------------------------------------

    def _show(self, link: Link, error: KisOptError | None) -> None:
        self._link = link
        self._error = error
        self._publish()

    def _publish(self) -> None:
        self._publishing = None
        self.status = LinkStatus(
            link=self._link,
            slots=tuple(self._session.slots()),
            limit=self._session.limit,
            held=self._session.held,
            error=self._error,
            heard=self._heard,
            pinged=self._pinged,
            retry_at=self._retry_at,
            connects=self._connects,
            overflow=self._inbox.overflow,
            drift=tuple(self._session.drift.items()),
        )
        self._published()

    async def _publish_on(self) -> None:
        while True:
            await asyncio.sleep(_PUBLISH_S)
            self._publish()


async def _wait_for(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for an event at most so long.

    Not ``asyncio.wait_for``: that of Python 3.11 swallows a cancellation that
    comes together with the event.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
