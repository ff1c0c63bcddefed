"""The pipe that ties a child process to its parent, even to one that is killed.

The parent keeps the writing end of our standard input. When it ends, however it
ends, the system closes that end and we read the end of the file.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress

_STDIN = 0


def hold(ended: Callable[[], None]) -> None:
    """Call ``ended`` in the running loop when standard input comes to its end.

    A thread, because on Windows a pipe cannot be waited for by the loop.
    """
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            # Not sys.stdin: its lock, held here, would abort the interpreter at exit.
            while os.read(_STDIN, 4096):
                pass
        except OSError:  # there is no standard input, so there is no parent
            pass
        with suppress(RuntimeError):  # the loop was faster to end
            loop.call_soon_threadsafe(ended)

    threading.Thread(target=read, name="kisopt-lifeline", daemon=True).start()
