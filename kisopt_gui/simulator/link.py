"""One client's connection: what is sent to it, how it answers PINGPONG, how far it is behind."""

from collections import deque
from collections.abc import Iterable
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State

from kisopt_gui.simulator.desk import Client

MOST_PENDING = 8 << 20
"""Bytes that may wait for a slow reader: some ten seconds of a busy stream."""

_MOST_PINGS = 100


class Link(ServerConnection):
    """A connection of the broker.

    Attributes:
        client: Its place at the registration desk.
        sent: When something was last sent, by the loop's clock.
        pongs: How many PINGPONGs it answered with a text, and with a control frame.
        silent: Whether it is half-open: nothing is sent, read or answered.
        overrun: Whether it was cut because it read too slowly.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # passed on
        super().__init__(*args, **options)
        self.client = Client()
        self.sent = self.loop.time()
        self.pongs = {"text": 0, "control": 0}
        self.silent = False
        self.overrun = False
        self._pings: deque[tuple[float, str]] = deque(maxlen=_MOST_PINGS)

    @property
    def pending(self) -> int:
        """Bytes that wait until the client reads."""
        return self.transport.get_write_buffer_size()

    @property
    def address(self) -> str:
        """Where the client is."""
        peer = self.remote_address
        return str(peer[0]) if peer else ""

    def told(self) -> dict[str, object]:
        """Return what there is to know of it."""
        return {
            "keys": list(self.client.keys),
            "pending": self.pending,
            "silent": self.silent,
            "pongs": self.pongs,
        }

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        closing = self.transport.is_closing()
        return self.protocol.state is State.OPEN and not self.silent and not closing

    def push(self, texts: Iterable[str]) -> None:
        """Send messages at once, in one write; nothing happens when it is not open.

        The client is not waited for. One that lets more than `MOST_PENDING`
        bytes wait is cut.
        """
        if not self.is_open:
            return
        send = self.protocol.send_text
        for text in texts:
            send(text.encode())
        self.transport.write(b"".join(self.protocol.data_to_send()))
        self.sent = self.loop.time()
        if self.pending > MOST_PENDING:
            self.overrun = True
            self.cut()

    def ask(self, text: str) -> None:
        """Send a PINGPONG and expect its text back."""
        self._pings.append((self.loop.time(), text))
        self.push([text])

    def answered(self, text: str, kind: str = "text") -> bool:
        """Take a text as the answer to a PINGPONG; whether it is one."""
        texts = [ping for _, ping in self._pings]
        if text not in texts:
            return False
        for _ in range(texts.index(text) + 1):
            self._pings.popleft()
        self.pongs[kind] += 1
        return True

    def unanswered(self) -> float:
        """Return for how many seconds the oldest PINGPONG has been without an answer."""
        return self.loop.time() - self._pings[0][0] if self._pings else 0.0

    def cut(self) -> None:
        """End the connection without a word."""
        self.transport.abort()

    def silence(self) -> None:
        """Go half-open: TCP stays, nothing moves on it any more."""
        self.silent = True

    def data_received(self, data: bytes) -> None:
        """Read; a half-open connection reads nothing."""
        if not self.silent:
            super().data_received(data)

    def process_event(self, event: Event) -> None:
        """See also the pong frames that answer no ping of the WebSocket protocol.

        The broker's own samples answer PINGPONG so: ``ws.pong(raw)``.
        """
        if isinstance(event, Frame) and event.opcode is Opcode.PONG:
            self.answered(bytes(event.data).decode("utf-8", "replace"), "control")
        super().process_event(event)
