"""One connection for an app key on this machine: a lock between processes.

The broker allows one connection for each app key and answers a second with
OPSP8996, or cuts both (docs/spec/PROTOCOL.md section 1). Two programs of ours
find that out here, before either disturbs the other. The operating system holds
the lock and frees it when its process dies, however it dies. Its file also tells
when connecting was tried: who starts the program again and again connects again
and again, which the broker punishes.
"""

import hashlib
import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from time import sleep, time
from typing import BinaryIO

import msgspec
from platformdirs import PlatformDirs

from kisopt_gui.errors import KisOptError

logger = logging.getLogger(__name__)

_MOST_BYTES = 4096
_SHOWN = 40
_READS, _READ_S = 5, 0.01
_HOUR_S = 3600.0
_MOST_ATTEMPTS = 100


class KeyHeldError(KisOptError):
    """Another program on this machine uses the app key.

    Attributes:
        facts: ``program``, ``pid``, ``since`` of the other one, "?" what it did not tell.
    """

    english = (
        "the app key is in use by {program} (process {pid}) since {since}; "
        "close that program, then reconnect"
    )
    korean = (
        "{program}(프로세스 {pid})이(가) {since}부터 이 앱키를 쓰고 있습니다. "
        "그 프로그램을 닫은 뒤 다시 연결하세요"
    )


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock, as its file tells.

    Attributes:
        pid: Number of the process.
        program: Its name.
        since: When it took the lock, local time, "2026-11-23 09:05:12".
        attempts: When connecting was tried, by this one and those before, Unix seconds.
    """

    pid: int = 0
    program: str = "?"
    since: str = "?"
    attempts: tuple[float, ...] = ()


class KeyLock:
    """The right of this process to connect with an app key.

    Args:
        folder: Where locks are, see `lock_folder`; made if need be.
        app_key: The key. Its file is named by a hash of it, and nothing else is kept of it.
        program: What others are told holds the lock.
    """

    def __init__(self, folder: Path, app_key: str, program: str = "kisopt") -> None:
        mark = hashlib.sha256(b"kisopt app key " + app_key.encode()).hexdigest()[:24]
        self._path = folder / f"{mark}.lock"
        self._program = program
        self._since = ""
        self._attempts: list[float] = []
        self._file: BinaryIO | None = None

    def __repr__(self) -> str:
        """Return the name of the file; never the key."""
        return f"KeyLock({self._path.name!r})"

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def take(self) -> None:
        """Take the lock; nothing happens if it is held already.

        A folder that cannot be written is logged and stops nobody: the broker's
        own refusal is left.

        Raises:
            KeyHeldError: Another process holds it, or another object of this one.
        """
        if self._file is not None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = _opened(self._path)
        except OSError as error:
            logger.warning("no lock for the app key: %s", error.strerror or error)
            return
        try:
            if not _locked(file):
                holder = _holder(file)
                file.close()
                raise KeyHeldError(
                    pid=holder.pid or "?", program=holder.program, since=holder.since
                )
            self._attempts = list(_holder(file, reads=1).attempts)
            self._since = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
            self._write(file, Holder(os.getpid(), self._program, self._since))
        except OSError as error:  # a file system without locks, or a full one
            file.close()
            logger.warning("no lock for the app key: %s", error.strerror or error)
            return
        self._file = file

    def attempt(self) -> None:
        """Note that connecting is tried now, for this process and the next."""
        self._attempts = [*self._attempts[1 - _MOST_ATTEMPTS :], time()]
        if self._file is not None:
            try:
                self._write(self._file, Holder(os.getpid(), self._program, self._since))
            except OSError as error:
                logger.info("attempts to connect are not kept: %s", error.strerror or error)

    def ages(self) -> list[float]:
        """How many seconds ago connecting was tried in the last hour, longest ago first."""
        now = time()
        return [now - each for each in self._attempts if 0.0 <= now - each < _HOUR_S]

    def release(self) -> None:
        """Give the lock back. Safe to call twice.

        The file stays: who removes the file of a lock may remove that of another.
        """
        file, self._file = self._file, None
        if file is not None:
            try:
                self._write(file, Holder())
            except OSError:  # what it tells of us is not read by anybody who gets the lock
                logger.debug("the lock's file cannot be cleared")
            file.close()

    def _write(self, file: BinaryIO, holder: Holder) -> None:
        told = msgspec.structs.replace(holder, attempts=tuple(self._attempts))
        file.seek(0)
        file.truncate()
        file.write(msgspec.json.encode(told))


def lock_folder() -> Path:
    """Return the user's folder of locks: the same for every program and every KISOPT_HOME."""
    return PlatformDirs("kisopt", appauthor=False).user_state_path / "keys"


def _opened(path: Path) -> BinaryIO:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return open(os.open(path, flags, 0o600), "r+b", buffering=0)  # not inherited by children


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """Where the locked byte is: Windows lets nobody else read what is locked."""

    def _locked(file: BinaryIO) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _locked(file: BinaryIO) -> bool:
        # Not lockf: that lock would go when anything in this process closes the file.
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _holder(file: BinaryIO, reads: int = _READS) -> Holder:
    """Read who holds a lock; one that has taken it this moment is given time to write."""
    for read in range(reads):
        try:
            file.seek(0)
            told = msgspec.json.decode(file.read(_MOST_BYTES), type=Holder)
            return Holder(told.pid, told.program[:_SHOWN], told.since[:_SHOWN], told.attempts)
        except (OSError, msgspec.DecodeError, UnicodeError):
            if read + 1 < reads:
                sleep(_READ_S)
    return Holder()
