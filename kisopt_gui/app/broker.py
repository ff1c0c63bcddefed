"""The embedded broker as a child process, so that it never competes with the window.

It dies with its parent, even a killed one: its standard input is a pipe whose
other end only the parent holds.
"""

import os
import subprocess

from kisopt_gui.app import ourselves
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.environment import without_keys

_READY = "kisopt simulate ready: "
_END_S = 3.0


class BrokerStartError(KisOptError):
    """The embedded broker did not start."""

    english = "the embedded broker did not start: {reason}; start the program again"
    korean = "내장 모의 중계가 시작되지 않았습니다({reason}). 프로그램을 다시 시작하세요"


class EmbeddedBroker:
    """`kisopt simulate` as our own child; `start` starts it.

    Args:
        options: More words for its command line.
    """

    def __init__(self, *options: str) -> None:
        self._options = options
        self._ready = ""
        self._child: subprocess.Popen[str] | None = None

    def start(self, *more: str) -> None:
        """Start a child, anew if there was one; ``more`` are words for this start only.

        Raises:
            BrokerStartError: The system does not let us.
        """
        self.stop()
        self._ready = ""
        own = ourselves.command("kisopt_gui.cli")
        try:
            self._child = subprocess.Popen(
                [*own, "simulate", "--port", "0", "--parent-pipe", *self._options, *more],
                env=without_keys(os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise BrokerStartError(reason=error.strerror or str(error)) from None

    @property
    def pid(self) -> int:
        """Process number of the child."""
        return self._child.pid if self._child is not None else 0

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child is not None and self._child.poll() is None

    def wait_ready(self) -> str:
        """Wait for the ready line; return its addresses as a source, "ws://…,http://…".

        Blocks: call it in a worker.

        Raises:
            BrokerStartError: The child ended, or was ended, before it was ready.
        """
        said = ""
        while not self._ready:
            line = self._read_line()
            if not line:  # the last that it said is the reason, as of a traceback
                raise BrokerStartError(reason=said or "no answer")
            said = line.strip() or said
            if said.startswith(_READY):
                self._ready = said.removeprefix(_READY).replace(" ", ",")
        return self._ready

    def stop(self) -> None:
        """End the child and wait for it. Safe to call twice."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(_END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(_END_S)
        if child.stdout is not None:
            child.stdout.close()

    def _read_line(self) -> str:
        child = self._child
        if child is None or child.stdout is None:
            return ""
        try:
            return child.stdout.readline()
        except ValueError:  # `stop`, called by another thread, has closed it
            return ""
