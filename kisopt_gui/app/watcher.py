"""A small process beside the program that sees it die without a word, and says so for it.

It holds the reading end of a pipe. The program writes on it what a report needs, and at a clean
end "done"; an end of the pipe without that word means that the program was killed, or fell.
Secrets are not written on it, and nothing at all stands on its command line.

Until then it waits in one system call, with hardly more than Python in its memory: import
nothing here that is not needed for that.
"""

import os
import sys

WORD = "watch-crash"
DONE = b"done"

FORCED = "KISOPT_WATCH"
"""Environment variable for tests: watch although nobody looks; "picture" draws the dialog, too."""

_STDIN = 0
_END_S = 2.0

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess


class Watcher:
    """The watcher, seen from the program that it watches."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._notes: dict[str, object] = {}

    @property
    def pid(self) -> int:
        """Its process number, 0 if it does not run."""
        return self._child.pid if self._child is not None and self._child.poll() is None else 0

    def start(self, **facts: object) -> None:
        """Start it. A system that does not let us costs the dialog, not the program.

        Args:
            facts: Of an `aftermath.Run`, and the "pid" of this process.
        """
        import logging
        import subprocess

        from kisopt_gui.app import ourselves

        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        try:
            self._child = subprocess.Popen(
                [*ourselves.command(), WORD],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                creationflags=flags,
                start_new_session=os.name == "posix",  # a Ctrl+C for the program is not for it
            )
        except OSError as error:
            logging.getLogger(__name__).warning("no watcher: %s", error)
            return
        self.note(**facts)

    def note(self, **facts: object) -> None:
        """Let facts of a report be these from now on."""
        import json

        if self._child is not None:
            self._notes |= facts
            self._write(json.dumps(self._notes).encode())

    def over(self) -> None:
        """Say that this is a clean end, and wait for it to go. Safe to call twice."""
        import subprocess

        child = self._child
        if child is None or child.stdin is None:
            return
        self._write(DONE)
        self._child = None
        try:
            child.stdin.close()
            child.wait(_END_S)
        except (OSError, subprocess.TimeoutExpired):
            child.kill()
            child.wait(_END_S)

    def _write(self, line: bytes) -> None:
        if self._child is not None and self._child.stdin is not None:
            try:
                self._child.stdin.write(line + b"\n")
                self._child.stdin.flush()
            except OSError:  # it was killed; then nobody watches
                return


def run() -> int:
    """Be the watcher; return 0 if the program came to a clean end."""
    said = b""
    try:
        while more := os.read(_STDIN, 4096):
            said = (said + more)[-65_536:]
    except OSError:  # there is no standard input, so there is nobody to watch
        return 0
    lines = said.splitlines()
    if not lines or lines[-1] == DONE:
        return 0
    from kisopt_gui.app.aftermath import after_death

    return after_death(lines[-1])
