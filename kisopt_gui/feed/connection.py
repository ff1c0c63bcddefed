"""The connection: connect, read, decode, and come back after every fault with manners.

It runs on any asyncio loop and knows no thread. Liveness is any message: the
broker's PINGPONG comes when no data does, and its socket can hang half-open
without an error (docs/spec/PROTOCOL.md sections 1 and 7). docs/SESSION.md has
its states as a table, which the tests read.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Literal

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.approvals import Approvals
from kisopt_gui.feed.attempts import Attempts
from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.bad_messages import BadMessages
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.key_lock import KeyHeldError, KeyLock
from kisopt_gui.feed.manners import Manners, manners_of
from kisopt_gui.feed.opening import Straight, not_connected
from kisopt_gui.feed.outbox import Outbox, wait_for
from kisopt_gui.feed.patience import Patience
from kisopt_gui.feed.rest import KeyRefusedError, describe
from kisopt_gui.feed.source import Source
from kisopt_gui.feed.troubles import RefusedError, SilenceError, TooOftenError
from kisopt_gui.feed.web import masked
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
        manners: How often the broker may be asked; those that suit the source if not given.
        approvals: The approval key; by default none is kept from earlier.
        lock: This machine's right to the app key, held from the first attempt until the end;
            None where there is nothing to protect, as on loopback.
        clock: Monotonic seconds, the window's: ages are told by it.
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
        manners: Manners | None = None,
        approvals: Approvals | None = None,
        lock: KeyLock | None = None,
        clock: Callable[[], float] = perf_counter,
        published: Callable[[], None] = lambda: None,
    ) -> None:
        self.status = LinkStatus()
        self._locate = locate
        self._source = Source("")
        self._session = session
        self._inbox = inbox
        self._patience = patience or Patience()
        self._given_manners = manners
        self._clock = clock
        self._published = published
        self._outbox = Outbox(session, self._patience.answer, clock)
        self._attempts = Attempts(backoff or Backoff(), lock, clock)
        self._bad = BadMessages(clock)
        self._intake = Intake()
        self._approvals = approvals or Approvals()
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
        self._outbox.wished()
        self._publish()

    def forget_cap(self) -> None:
        """Try the documented number of slots again."""
        self._session.forget_cap()
        self._outbox.wake()

    def retry(self, key: Key) -> None:
        """Ask again for a key that was refused."""
        self._session.want(key)
        self._outbox.wished()

    def reconnect(self) -> None:
        """Connect as soon as it is allowed, also after a refusal: its cause is gone, says the user.

        Nothing happens to a connection that stands.
        """
        self._attempts.forgive()
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
            self._bad.say()
            self._attempts.end()
            self._show(Link.STOPPED, None)

    async def _serve(self) -> KisOptError:
        """Hold one connection as long as it lasts; return why it ended."""
        self._show(Link.CONNECTING, self._error)
        try:
            self._attempts.begin()
            source = await self._locate()
            if source != self._source:
                self._source = source
                self._http = source.http
            manners = self._given_manners or manners_of(source)
            self._outbox.behave(manners)
            self._attempts.behave(manners)
            if self._attempts.owed():  # by an earlier program
                await self._pause(TooOftenError(), self._attempts.owed(), asyncio.Event())
                self._show(Link.CONNECTING, self._error)
            self._attempts.note()
            if not self._http:
                self._http = (await describe(self._source)).http
            self._approval_key = await self._approvals.current(self._source, self._http)
            return await self._connected()
        except KisOptError as error:
            return error
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as error:
            return not_connected(self._source.ws, error, self._approval_key)
        finally:
            self._session.disconnected()

    async def _connected(self) -> KisOptError:
        proxy: Literal[True] | None = None if self._source.is_loopback else True
        async with Straight(
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
            self._opened = self._heard = self._clock()
            self._session.connected(self._approval_key, self._source.custtype)
            self._show(Link.LIVE, None)
            # What was read tells more of why it ended than what could not be sent.
            parts = (self._read(socket), self._listen(), self._outbox.run(socket.send))
            work = [asyncio.create_task(part) for part in parts]
            try:
                await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
                self._flush()
                if self._clock() - self._heard >= self._patience.silent:
                    socket.transport.abort()  # a half-open peer answers no closing handshake
                await socket.close()  # as usual, also when we are cancelled
            return next(task.result() for task in work if not task.cancelled())

    async def _wait(self, error: KisOptError) -> None:
        """Wait as long as the failure asks for, and as long as manners do."""
        delay = 0.0
        if not _is_final(error):
            delay = self._attempts.delay()
        elif not self._may_renew(error):
            self._show(Link.REFUSED, error)
            logger.info("refused: %s", error)
            await self._again.wait()
            if not _is_taken(error):
                self._approvals.forget()
        await self._pause(error, max(delay, self._attempts.owed()), self._again)
        # The user may cut a delay short, but not what keeps the broker from blocking the key.
        await self._pause(error, self._attempts.owed(), asyncio.Event())

    async def _pause(self, error: KisOptError, seconds: float, until: asyncio.Event) -> None:
        if seconds <= 0.0 or until.is_set():
            return
        self._retry_at = self._clock() + seconds
        self._show(Link.WAITING, error)
        logger.info("%s; next attempt in %.1f s", error, seconds)
        await wait_for(until, seconds)
        self._retry_at = float("nan")

    def _may_renew(self, error: KisOptError) -> bool:
        """Whether a new approval key may cure the refusal: once, until something was served."""
        if isinstance(error, RefusedError) and error.reply.effect is Effect.NEW_APPROVAL:
            self._approvals.forget()
            if not self._renewed:
                self._renewed = True
                return True
        return False

    async def _read(self, socket: ClientConnection) -> KisOptError:
        loop = asyncio.get_running_loop()
        try:
            while self._verdict is None:
                data = await socket.recv(decode=False)
                self._heard = self._clock()
                if self._link is Link.SILENT:
                    self._show(Link.LIVE, None)
                self._take(data.decode("utf-8", "replace"), loop)
        except ConnectionClosed as closed:
            return not_connected(self._source.ws, closed, self._approval_key)
        return RefusedError(self._verdict)

    def _take(self, text: str, loop: asyncio.AbstractEventLoop) -> None:
        if not is_data(text):  # which may repeat what was sent, and be shown
            text = masked(text, self._approval_key)
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
            self._served()
            self._outbox.wake()
        else:
            self._act(message)

    def _refuse(self, error: FrameError) -> None:
        self._bad.note(error)
        self._inbox.put([error])

    def _act(self, reply: Reply) -> None:
        """Do what a reply asks of the connection; the session has applied it to the slots."""
        effect = reply.effect
        if effect in (Effect.STOP, Effect.NEW_APPROVAL, Effect.BACK_OFF):
            self._verdict = reply
            return
        key = Key(reply.tr_id, reply.code)
        if effect is Effect.ACTIVE:
            self._outbox.succeeded(key)
            self._served()
        elif effect is Effect.RETRY:
            self._outbox.retry_later(key)
        elif self._session.full:
            self._outbox.probe_later()
        self._outbox.wake()
        # Acks come in rows, and each snapshot lists every key.
        if self._publishing is None:
            loop = asyncio.get_running_loop()
            self._publishing = loop.call_later(_ACKS_S, self._publish)

    def _served(self) -> None:
        """The server really serves: forget earlier failures, once it has done so for a while."""
        if self._clock() - self._opened >= self._patience.steady:
            self._attempts.forgive()
            self._renewed = False

    def _flush(self) -> None:
        self._flushing = None
        if not len(self._intake):
            return
        self._flush_at = self._clock()
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
            self._outbox.wake()
        if batches:
            self._served()
        for error in errors:
            self._bad.note(error)
        self._inbox.put([*batches, *errors])

    async def _listen(self) -> KisOptError:
        """Watch for silence."""
        while True:
            quiet = self._clock() - self._heard
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
            limit=0 if self._session.full else self._session.limit,
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


def _is_final(error: KisOptError) -> bool:
    """Whether trying again makes it worse."""
    if isinstance(error, RefusedError):
        return error.reply.effect is not Effect.BACK_OFF
    return isinstance(error, KeyRefusedError | KeyHeldError)


def _is_taken(error: KisOptError) -> bool:
    """Whether the key is good and somebody else uses it: then its approval key is good too."""
    if isinstance(error, RefusedError):
        return error.reply.msg_cd == "OPSP8996"
    return isinstance(error, KeyHeldError)
