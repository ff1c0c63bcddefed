"""Defects that the program survives: counted, logged without secrets, and told.

All ways on which Python loses an exception end here: uncaught ones, those of other threads, of
destructors, of Qt's slots, and of event loops.
"""

import logging
import os
import platform
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kisopt_gui.app.redaction import Redaction, hide, redacted

if TYPE_CHECKING:
    import asyncio

__all__ = ["Defect", "Defects", "Redaction", "hide", "log_qt", "log_to", "redacted"]

LOG = "kisopt.log"

_LOG_BYTES = 1 << 20
_DISTINCT = 100
_SHOWN = 300
_LOOPS = ("asyncio", "qasync")
"""Loggers into which event loops throw the exceptions that nobody awaited."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Defect:
    """An exception that nobody caught, and how often it came.

    Attributes:
        what: Its type and message, one line.
        trace: The traceback of the first time.
        first: When it came first, seconds since 1970.
        last: When it came last.
        count: How often.
    """

    what: str
    trace: str
    first: float = field(default_factory=time.time)
    last: float = field(default_factory=time.time)
    count: int = 1

    @property
    def title(self) -> str:
        """What, and how often."""
        return self.what if self.count == 1 else f"{self.what} (×{self.count:,})"


class Defects:
    """Every distinct defect of this run.

    One that repeats with every frame is logged and told the 1st, the 10th, the 100th time.

    Args:
        before_log: Called before anything is logged; opens the log if it is not open.

    Attributes:
        beyond: How many came when too many distinct ones were kept already.
    """

    def __init__(self, before_log: Callable[[], object] = lambda: None) -> None:
        self.beyond = 0
        self._before_log = before_log
        self._known: dict[object, Defect] = {}
        self._tell: Callable[[Defect], None] | None = None
        self._release: list[Callable[[], None]] = []

    def __iter__(self) -> Iterator[Defect]:
        return iter(list(self._known.values()))

    def tell(self, whom: Callable[[Defect], None]) -> None:
        """Tell of each new defect, and now of those that came before anybody listened.

        ``whom`` is called in the thread of the defect.
        """
        self._tell = whom
        for defect in self:
            whom(defect)

    def add(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
        where: str = "",
    ) -> None:
        """Count an exception; log and tell it if that is due."""
        key = (kind, *_place(trace))
        defect = self._known.get(key)
        if defect is not None:
            defect.count += 1
            defect.last = time.time()
            if str(defect.count).strip("0") != "1":
                return
            logger.error("again, %s times by now: %s", defect.count, defect.what)
        elif len(self._known) >= _DISTINCT:
            self.beyond += 1
            return
        else:
            self._before_log()
            said = "".join(traceback.format_exception(kind, error, trace)).rstrip()
            logger.critical("uncaught%s\n%s", where, said)
            defect = Defect(_line(kind, error), redacted(said))
            self._known[key] = defect
        if self._tell is not None:
            self._tell(defect)

    def catch(self) -> None:
        """Take what Python's hooks get, until `release`."""
        before = (sys.excepthook, sys.unraisablehook, threading.excepthook)

        def hook(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            if issubclass(kind, KeyboardInterrupt):
                sys.__excepthook__(kind, error, trace)
            else:
                self.add(kind, error, trace)

        def of_thread(told: threading.ExceptHookArgs) -> None:
            if not issubclass(told.exc_type, SystemExit):
                name = told.thread.name if told.thread is not None else "?"
                self.add(told.exc_type, told.exc_value, told.exc_traceback, f" in thread {name}")

        def unraisable(told: "sys.UnraisableHookArgs") -> None:
            # Not the object itself: its repr may fail, too.
            self.add(told.exc_type, told.exc_value, told.exc_traceback, " in a destructor")

        def put_back() -> None:
            sys.excepthook, sys.unraisablehook, threading.excepthook = before

        sys.excepthook, sys.unraisablehook, threading.excepthook = hook, unraisable, of_thread
        self._release.append(put_back)
        of_loops = _FromLog(self)
        for name in _LOOPS:
            loops = logging.getLogger(name)
            loops.addHandler(of_loops)
            self._release.append(partial(loops.removeHandler, of_loops))

    def release(self) -> None:
        """Give the hooks back. Safe to call twice."""
        self._tell = None
        while self._release:
            self._release.pop()()


class _FromLog(logging.Handler):
    """Takes the exceptions that event loops log, of every thread's loop."""

    def __init__(self, defects: Defects) -> None:
        super().__init__(logging.ERROR)
        self._defects = defects

    def emit(self, record: logging.LogRecord) -> None:
        kind, error, trace = record.exc_info or (None, None, None)
        if kind is not None:
            self._defects.add(kind, error, trace, f" in a loop: {record.getMessage()[:_SHOWN]}")
        else:
            logger.error("%s: %s", record.name, record.getMessage())


def log_to(folder: Path) -> Path | None:
    """Log to ``folder``/kisopt.log, a few megabytes at most; None if it cannot be written.

    Nothing happens if we log there already.
    """
    from logging.handlers import RotatingFileHandler

    path = folder / LOG
    root = logging.getLogger("kisopt_gui")
    opened = (each for each in root.handlers if isinstance(each, RotatingFileHandler))
    if os.path.abspath(path) in {each.baseFilename for each in opened}:
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
        )
        path.open("a").close()
    except OSError:
        return None
    handler.setFormatter(Redaction("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # platform.platform() would start a process, and this is before the first quote.
    system, release, machine = platform.system(), platform.release(), platform.machine()
    root.info("started, Python %s on %s %s %s", platform.python_version(), system, release, machine)
    return path


def of_task(task: "asyncio.Task[Any]") -> None:
    """Take the defect of a task, at once; for `add_done_callback`."""
    if not task.cancelled() and (error := task.exception()) is not None:
        sys.excepthook(type(error), error, error.__traceback__)


def log_qt(fatal: Callable[[str], None] = lambda _: None) -> None:
    """Send Qt's own messages to the log, instead of to a terminal that nobody reads.

    Args:
        fatal: Called with the message after which Qt aborts the process, and those before it,
            which name the cause: a missing library of the system.
    """
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    qt = logging.getLogger("kisopt_gui.qt")
    said: deque[str] = deque(maxlen=3)

    def handler(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        bad = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
        said.append(text.strip())
        if kind is QtMsgType.QtFatalMsg:
            fatal("\n".join(said))
        qt.log(logging.ERROR if bad else logging.INFO, "%s", text)

    qInstallMessageHandler(handler)


def _place(trace: TracebackType | None) -> tuple[str, int]:
    """Return file and line where an exception was raised."""
    if trace is None:
        return "", 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _line(kind: type[BaseException], error: BaseException | None) -> str:
    said = "".join(traceback.format_exception_only(kind, error)).splitlines()
    line = next((line for line in said if not line.startswith(" ")), kind.__name__)
    return redacted(line)[:_SHOWN]
