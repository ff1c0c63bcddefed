"""The broker's web server: approval keys, the master file, and control for tests.

It listens in a thread of its own, but decides nothing there: every request is
handed to the loop that serves the stream, so that one thread owns the state.
"""

import asyncio
import os
import selectors
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError, Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import isnan, nan
from typing import Any, NamedTuple

_MOST_BYTES = 1 << 20
_PATIENCE_S = 10.0


class Response(NamedTuple):
    """What to answer.

    Attributes:
        status: HTTP status.
        content_type: What the body is.
        body: What is sent.
        date: The clock of the ``Date`` header, seconds since the epoch, NaN for this machine's.
    """

    status: int
    content_type: str
    body: bytes
    date: float = nan


Answer = Callable[[str, str, bytes, Mapping[str, str]], Coroutine[Any, Any, Response]]
"""Answers a request: method, path, body and headers. Runs in the loop."""


class HttpServer:
    """Listens on 127.0.0.1 from the moment it is made.

    Args:
        port: Where to listen; 0 is any free port.
        answer: Answers the requests, in the loop that runs now.

    Raises:
        OSError: The port cannot be had.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, port: int, answer: Answer) -> None:
        loop = asyncio.get_running_loop()

        def ask(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
            asked = answer(method, path, body, headers)
            try:
                future = asyncio.run_coroutine_threadsafe(asked, loop)
            except RuntimeError:  # the loop has ended
                asked.close()
                return Response(503, "text/plain", b"")
            self._asked.add(future)
            try:
                return future.result(_PATIENCE_S)
            except (RuntimeError, TimeoutError, CancelledError):
                return Response(503, "text/plain", b"")
            finally:
                self._asked.discard(future)

        self._asked: set[Future[Response]] = set()
        self._server = _Server(("127.0.0.1", port), _handler(ask))
        self.port: int = self._server.server_address[1]
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="kisopt-http", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Requests under way are not waited for."""
        self._rope.close()
        self._thread.join()
        self._server.server_close()
        self._bell.close()
        for future in self._asked.copy():
            future.cancel()

    def _serve(self) -> None:
        """Serve until the bell rings: unlike ``serve_forever`` without waking up in between."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._server, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while all(key.fileobj is self._server for key, _ in selector.select()):
                self._server.handle_request()


class _Server(ThreadingHTTPServer):
    # On Windows this option would let two programs share a port in silence.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True
    timeout = 0.0  # who called and hung up again is not waited for
    block_on_close = False

    def server_bind(self) -> None:
        # HTTPServer asks a name server for our own name here, and may wait long for it.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that hangs up is no error of ours
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(
    ask: Callable[[str, str, bytes, Mapping[str, str]], Response],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _PATIENCE_S  # an idle client gives its thread back

        def do_GET(self) -> None:
            self._reply(ask("GET", self.path, b"", self._headers()))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > _MOST_BYTES:
                self.close_connection = True
                self._reply(Response(411, "text/plain", b""))
                return
            body = self.rfile.read(int(length))
            self._reply(ask("POST", self.path, body, self._headers()))

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the command's output is one line."""

        def _headers(self) -> dict[str, str]:
            return dict(self.headers.items())

        def _reply(self, response: Response) -> None:
            date = None if isnan(response.date) else response.date
            self.send_response_only(response.status)
            self.send_header("Server", self.version_string())
            self.send_header("Date", self.date_time_string(date))
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

    return Handler
