"""The file into which Python writes where it stood when the process is killed by a fault."""

import faulthandler
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_KEPT_DAYS = 30


def fault_file(folder: Path, pid: int) -> Path:
    """Return where the process ``pid`` writes its last words."""
    return folder / f"crash-{pid}.txt"


class Faults:
    """The stacks of all threads go to a file of this process, should it get a fatal signal.

    The file is opened now, for a process that is about to die can open none.

    Args:
        folder: The state folder; without one that can be written, stderr has to do.
    """

    def __init__(self, folder: Path) -> None:
        self._path = fault_file(folder, os.getpid())
        self._file: IO[bytes] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb", buffering=0)
            faulthandler.enable(self._file, all_threads=True)
        except OSError:
            if sys.stderr is not None:
                with suppress(OSError, ValueError, AttributeError):  # a stderr that is no file
                    faulthandler.enable()

    def close(self) -> None:
        """End it; a file in which nothing was written goes. Safe to call twice."""
        file, self._file = self._file, None
        if file is None:
            return
        faulthandler.disable()
        file.close()
        with suppress(OSError):
            if not self._path.stat().st_size:
                self._path.unlink()


def forget_old(folder: Path) -> None:
    """Delete the files of processes that ended long ago, with nobody to look after them."""
    with suppress(OSError):
        for path in folder.glob("crash-*.txt"):
            if time.time() - path.stat().st_mtime > _KEPT_DAYS * 86_400:
                path.unlink()
