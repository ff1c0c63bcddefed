"""One window a user: a second start brings the first one's window to the front and ends.

Two programs would write the same layouts and, live, fight over one key. The lock
is a file beside the settings, so another KISOPT_HOME is another program.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import msgspec
from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from kisopt_gui.errors import KisOptError

LOCK = "kisopt.lock"
_PATIENCE_S = 8.0
"""How long a second start waits for an answer: the first may be in the middle of its start."""

_STEP_MS = 500
_MOST_BYTES = 4096
_RAISED = b"raised\n"


class AlreadyRunningError(KisOptError):
    """Another kisopt of this user runs, but does not answer.

    Attributes:
        facts: ``pid`` of the other one.
    """

    english = "kisopt runs already (process {pid}) but does not answer; end it, then start again"
    korean = (
        "kisopt가 이미 실행 중이지만(프로세스 {pid}) 응답하지 않습니다. "
        "그 프로그램을 끝낸 뒤 다시 시작하세요"
    )


class OccupiedError(KisOptError):
    """What a second start was given cannot be done beside the first."""

    english = (
        "kisopt runs already and its window is in front now; close it to start with other options"
    )
    korean = (
        "kisopt가 이미 실행 중이어서 그 창을 앞으로 가져왔습니다. "
        "다른 옵션으로 시작하려면 먼저 그 창을 닫으세요"
    )


class Call(msgspec.Struct, frozen=True):
    """What a second start asks of the first.

    Attributes:
        layout: Name of a layout to open, "" for none.
        token: What a Wayland screen wants to see before another window comes to the front.
    """

    layout: str = ""
    token: str = ""


class Instance(QObject):
    """The lock of this user's one program, and the ear for later starts.

    Args:
        folder: The folder of settings and layouts.

    Signals:
        called: Another start wants this window in front; a `Call`.
    """

    called = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._name = _socket_name(folder)
        with suppress(OSError):  # a home that cannot be written: said where it matters
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(folder / LOCK))
        self._lock.setStaleLockTime(0)  # it is held for days; one of a dead process does not count
        self._server: QLocalServer | None = None

    def take(self) -> bool:
        """Become the one program; False if there is one already."""
        if self._lock.tryLock(0):
            return True
        # A folder that cannot be written holds no lock, and nothing to protect either.
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    def call(self, call: Call, *, patience: float = _PATIENCE_S) -> None:
        """Ask the one that runs to come to the front; blocks until it has.

        Raises:
            AlreadyRunningError: It does not answer in time.
        """
        deadline = monotonic() + patience
        while monotonic() < deadline:
            if _answered(self._name, msgspec.json.encode(call) + b"\n", deadline):
                return
            sleep(_STEP_MS / 5000)
        raise AlreadyRunningError(pid=self._holder() or "?")

    def listen(self) -> None:
        """Hear later starts from now on; not being able to hear stops nothing."""
        server = QLocalServer(self)
        server.setSocketOptions(_access())
        QLocalServer.removeServer(self._name)  # left by a program that was killed
        if server.listen(self._name):
            server.newConnection.connect(self._accept)
            self._server = server

    def release(self) -> None:
        """Let the next start be the one program. Safe to call twice."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _accept(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(_reader(socket, self.called.emit))
            socket.disconnected.connect(socket.deleteLater)

    def _holder(self) -> int:
        told: tuple[int, str, str] = self._lock.getLockInfo()
        return told[0]


def bring_to_front(window: QObject, token: str = "") -> None:
    """Show a window over the others, as far as the screen lets us; else its task bar entry asks."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QWidget

    assert isinstance(window, QWidget)
    if token:  # Qt reads it when it asks a Wayland screen
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)


def _reader(socket: QLocalSocket, called: Callable[[Call], None]) -> Callable[[], None]:
    """Return a slot that reads one call from a socket and answers it."""

    def read() -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
            return
        line = bytes(socket.readLine(_MOST_BYTES).data())
        try:
            call = msgspec.json.decode(line, type=Call)
        except msgspec.DecodeError:
            socket.abort()
            return
        called(call)
        socket.write(_RAISED)
        socket.flush()
        socket.disconnectFromServer()

    return read


def _answered(name: str, line: bytes, deadline: float) -> bool:
    """Send a line to the one that listens; whether it answered."""
    socket = QLocalSocket()
    if _abstract():
        socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
    socket.connectToServer(name)
    if not socket.waitForConnected(_STEP_MS):
        return False
    socket.write(line)
    socket.flush()
    while not socket.canReadLine():
        left = int((deadline - monotonic()) * 1000)
        if left <= 0 or not socket.waitForReadyRead(left):
            break
    answer = bytes(socket.readAll().data())
    socket.abort()
    return answer == _RAISED


def _socket_name(folder: Path) -> str:
    """A name for this user and this folder: below the user's own runtime folder if there is one."""
    mark = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform == "linux" and runtime and os.path.isdir(runtime):
        return os.path.join(runtime, f"kisopt-{mark}")
    return f"kisopt-{user}-{mark}"


def _abstract() -> bool:
    """Whether the name is one without a file: nothing of ours lies in the shared /tmp."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return sys.platform == "linux" and not (runtime and os.path.isdir(runtime))


def _access() -> QLocalServer.SocketOption:
    if _abstract():
        return QLocalServer.SocketOption.AbstractNamespaceOption
    return QLocalServer.SocketOption.UserAccessOption
