"""The embedded broker: a market behind a WebSocket server on this machine.

It speaks as the real one does (docs/spec/PROTOCOL.md): any path, registrations
with acks, PINGPONG when nothing else was sent, one connection per app key. It
listens on 127.0.0.1 only.
"""

import asyncio
import errno
import json
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.server import Server, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from kisopt_gui.errors import KisOptError
from kisopt_gui.simulator import service
from kisopt_gui.simulator.desk import Answer, Desk, Rules
from kisopt_gui.simulator.distribution import Distribution
from kisopt_gui.simulator.faults import Fault
from kisopt_gui.simulator.guard import GENEROUS, Guard, Limits
from kisopt_gui.simulator.http import HttpServer
from kisopt_gui.simulator.link import Link
from kisopt_gui.simulator.rest import Rest
from kisopt_gui.simulator.traded import Traded
from kisopt_gui.wire.control import write_ping
from kisopt_gui.wire.session import MOST_SLOTS

HOST = "127.0.0.1"
PINGPONG_S = 10.0
PINGPONG_TIMEOUT_S = 100.0

_BEAT_S = 0.01
_IDLE_BEATS = 5
_CHUNK_S = 0.05  # worked out at once while catching up: others must get their turn
_MOST_BEHIND_S = 2.0  # a rate that this machine cannot reach is not owed for ever
_CLOSE_S = 1.0
_MOST_BYTES = 1 << 16  # of a request


class PortError(KisOptError):
    """A port that cannot be listened on."""

    english = "cannot listen on port {port} ({reason}); choose another with {option}"
    korean = "포트 {port}을(를) 열 수 없습니다({reason}). {option}로 다른 포트를 고르세요"


class PortInUseError(PortError):
    """A port that another program listens on."""

    english = "port {port} is in use; choose another with {option}"
    korean = "포트 {port}을(를) 이미 쓰고 있습니다. {option}로 다른 포트를 고르세요"


class Broker:
    """Serves a market.

    Use it as ``async with Broker(market) as broker``: inside, it listens.

    Args:
        market: What is traded; the broker advances it.
        port: Port of the stream, 0 is any free one.
        http_port: Port of the web server, 0 is any free one.
        pingpong: Seconds without a message after which a PINGPONG is sent.
        pingpong_timeout: Seconds after which an unanswered one ends a connection.
        faults: What is to go wrong, and when.
        limits: From how many connects and changes on a client is blocked.
        beat: Seconds between two rounds of trades, up to 0.4.

    Attributes:
        port: Port of the stream while it listens.
    """

    def __init__(
        self,
        market: Traded,
        *,
        port: int = 0,
        http_port: int = 0,
        pingpong: float = PINGPONG_S,
        pingpong_timeout: float = PINGPONG_TIMEOUT_S,
        faults: Sequence[Fault] = (),
        limits: Limits = GENEROUS,
        beat: float = _BEAT_S,
    ) -> None:
        self.port = port
        self._market = market
        self._http_port = http_port
        self._pingpong = pingpong
        self._pingpong_timeout = pingpong_timeout
        self._faults = faults
        self._active: dict[str, float] = {}
        self._desk = Desk(market.streams, market.knows)
        self._distribution = Distribution(market, self._active)
        self._guard = Guard(limits)
        self._beat_s = beat
        self.rest = Rest(market, self._active)
        self._links: dict[Link, None] = {}
        self._connects = 0
        self._pongs = self._overruns = 0  # of connections that have ended
        self._behind_s = 0.0
        self._master: tuple[date, bytes] | None = None
        self._server: Server | None = None
        self._http: HttpServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # life ----------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            PortError: A port cannot be had.
        """
        try:
            self._http = HttpServer(self._http_port, partial(service.answer, self))
        except OSError as error:
            raise _port_error(self._http_port, "--http-port", error) from None
        try:
            await self._listen()
        except OSError as error:
            self._http.close()
            raise _port_error(self.port, "--port", error) from None
        self._begin(self._beat())
        self._begin(self._watch())
        for fault in self._faults:
            if fault.at:
                self._begin(self._inject_later(fault))
            else:
                await self.inject(fault)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            self._http.close()
        await self._deafen()

    @property
    def url(self) -> str:
        """Address of the stream."""
        return f"ws://{HOST}:{self.port}"

    @property
    def http_url(self) -> str:
        """Address of the web server."""
        return f"http://{HOST}:{self._http.port if self._http is not None else self._http_port}"

    async def _listen(self) -> None:
        self._server = await serve(
            self._serve,  # type: ignore[arg-type]  # create_connection makes a Link
            HOST,
            self.port,
            process_request=self._discover,  # type: ignore[arg-type]
            create_connection=Link,
            compression=None,
            ping_interval=None,
            close_timeout=_CLOSE_S,
            max_size=_MOST_BYTES,
            logger=_quiet_logger(),
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _deafen(self) -> None:
        """Stop listening and end every connection."""
        server, self._server = self._server, None
        if server is None:
            return
        for link in self._links:
            if link.silent:
                link.cut()
        server.close()
        await server.wait_closed()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # web -----------------------------------------------------------------

    def _discover(self, link: Link, request: Request) -> Response | None:
        """Answer who asks the stream's port over plain HTTP: web server and trading day."""
        if "Upgrade" in request.headers:
            if self._guard.connect(link.address, _now()):
                return None
            return link.respond(HTTPStatus.TOO_MANY_REQUESTS, "blocked for a time\n")
        market = self._market
        told = {
            "http": self.http_url,
            "date": market.date.isoformat(),
            "clock": market.clock.isoformat(),
            "speed": market.speed,
        }
        response = link.respond(HTTPStatus.OK, json.dumps(told))
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = "application/json"
        return response

    def approve(self, app_key: str) -> str | None:
        """Issue an approval key; None if the app key is refused."""
        return None if "refuse-key" in self._active else self._desk.approve(app_key)

    def master(self) -> bytes:
        """Return the master file, a zip."""
        day = self._market.trading_date
        if self._master is None or self._master[0] != day:
            self._master = (day, self._market.master())
        data = self._master[1]
        return data[: len(data) // (2 if "master-cut" in self._active else 1)]

    def counters(self) -> dict[str, object]:
        """Return what has happened so far, for tests."""
        losses = self._distribution.losses
        return {
            "connects": self._connects,
            "connections": len(self._links),
            "registrations": sum(len(link.client.keys) for link in self._links),
            "records": self._distribution.records,
            "frames": self._distribution.frames,
            "pongs": self._pongs + sum(sum(link.pongs.values()) for link in self._links),
            "overruns": self._overruns,
            "links": [link.told() for link in self._links],
            "lost": losses.lost,
            "to_lose": losses.pending,
            "usage": self._guard.told(_now()),
            "rest": self.rest.told(),
            "faults": self._active,
            "clock": self._market.clock.isoformat(),
            "behind_s": round(self._behind_s, 3),
        }

    # connections ---------------------------------------------------------

    async def _serve(self, link: Link) -> None:
        self._links[link] = None
        self._connects += 1
        if "silence" in self._active:
            link.silence()
        try:
            async for message in link:
                text = message if isinstance(message, str) else message.decode("utf-8", "replace")
                if not link.silent and not link.answered(text) and '"PINGPONG"' not in text:
                    self._take(link, text)
        except ConnectionClosed:
            pass
        finally:
            del self._links[link]
            self._pongs += sum(link.pongs.values())
            self._overruns += link.overrun
            self._leave(link)

    def _take(self, link: Link, text: str) -> None:
        first = not link.client.app_key
        self._reply(link, self._desk.answer(link.client, text))
        app_key = link.client.app_key
        if app_key and not self._guard.request(app_key, link.address, _now(), first=first):
            link.cut()

    def _reply(self, link: Link, answer: Answer) -> None:
        texts = [answer.text] * (2 if "duplicate-acks" in self._active else 1)
        late = self._active.get("late-acks")
        if late is None:
            link.push(texts)
        else:
            asyncio.get_running_loop().call_later(late, link.push, texts)
        if answer.taken is not None:
            self._distribution.add(link, answer.taken)
        if answer.freed is not None:
            self._distribution.remove(link, answer.freed)
        if answer.close:
            self._begin(link.close())

    def _leave(self, link: Link) -> None:
        for key in self._desk.leave(link.client):
            self._distribution.remove(link, key)

    # time ----------------------------------------------------------------

    async def _beat(self) -> None:
        """Advance the market with the wall clock and send what it brings."""
        loop = asyncio.get_running_loop()
        done = loop.time()
        while True:
            beats = _IDLE_BEATS if self._distribution.is_idle else 1
            await asyncio.sleep(beats * self._beat_s)
            behind = loop.time() - done
            if behind > _MOST_BEHIND_S:  # too fast a rate, or the machine has slept
                self._behind_s += behind - _CHUNK_S
                done = loop.time() - _CHUNK_S
            left = loop.time() - done
            while left > 0.0:
                step = min(left, _CHUNK_S)
                done += step
                self._distribution.send(self._market.flow(step))
                left -= step
                if left > 0.0:
                    await asyncio.sleep(0)

    async def _watch(self) -> None:
        """Send PINGPONG where nothing was sent, and end connections that do not answer."""
        while True:
            await asyncio.sleep(min(self._pingpong, 1.0) / 4)
            now = _now()
            text = write_ping(self._market.clock.strftime("%Y%m%d%H%M%S"))
            for link in list(self._links):
                if not link.is_open:
                    continue
                if link.unanswered() > self._pingpong_timeout:
                    link.cut()
                elif now - link.sent >= self._pingpong and "no-pingpong" not in self._active:
                    link.ask(text)

    # faults --------------------------------------------------------------

    async def inject(self, fault: Fault) -> None:
        """Make a fault happen now."""
        name, value, _ = fault
        losses = self._distribution.losses
        if name == "none":
            self._active.clear()
            losses.pending = 0
        elif name == "drop":
            self._drop()
        elif name == "lose":
            losses.pending += int(value)
        elif name == "restart":
            self._begin(self._restart(value))
        else:
            self._active[name] = value
        if name == "silence":
            self._silence(value)
        elif name == "stale-key":
            self._desk.forget_approvals()
        self._desk.rules = Rules(
            cap=int(self._active.get("cap", MOST_SLOTS)),
            in_use="in-use" in self._active,
            no_approval=self._active.get("stale-key", 0.0) > 0.0,
        )

    async def _inject_later(self, fault: Fault) -> None:
        await asyncio.sleep(fault.at)
        await self.inject(fault)

    def _drop(self) -> None:
        for link in self._links:
            link.cut()

    def _silence(self, seconds: float) -> None:
        for link in self._links:
            link.silence()
            self._leave(link)
        if seconds:
            self._begin(self._speak_after(seconds))

    async def _speak_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._active.pop("silence", None)

    async def _restart(self, seconds: float) -> None:
        self._drop()
        await self._deafen()
        while self._server is None:
            await asyncio.sleep(seconds)
            with suppress(OSError):  # somebody else has the port at the moment
                await self._listen()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _quiet_logger() -> logging.Logger:
    """Return a logger for the server that leaves out clients that hang up while connecting."""
    logger = logging.getLogger("kisopt_gui.simulator.server")
    if not logger.filters:
        logger.addFilter(lambda record: "handshake" not in str(record.msg))
    return logger


def _port_error(port: int, option: str, error: OSError) -> PortError:
    kind = PortInUseError if error.errno == errno.EADDRINUSE else PortError
    return kind(port=port, option=option, reason=error.strerror or str(error))
