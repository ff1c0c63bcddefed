"""Defects are logged, without secrets, and said; they never end the program silently."""

import logging
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_SECRET = re.compile(
    r"""(?ix)
    ( (?: approval_key | app_?key | app_?secret | secret_?key | authorization | access_token )
        \\* ["']? \s* [:=] \s* )
    (?: "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*'   # in quotes
        | (?P<quote>\\+["']) .*? (?P=quote)       # in quotes that were written out themselves
        | (?: bearer | basic ) \s+ \S+
        | [^\s,;}&]+ )
    """
)
_LOG_BYTES = 1 << 20


def redacted(text: str) -> str:
    """Return the text with every value that stands behind a secret's name taken out."""
    return _SECRET.sub(r"\1***", text)


class Redaction(logging.Formatter):
    """A formatter that lets no secret through, wherever in the record it stands."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def log_to(folder: Path) -> Path | None:
    """Log to ``folder``/kisopt.log, a few megabytes at most; None if it cannot be written."""
    from logging.handlers import RotatingFileHandler

    path = folder / "kisopt.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
        )
        path.open("a").close()
    except OSError:
        return None
    handler.setFormatter(Redaction("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("kisopt_gui")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.info("started, Python %s on %s", platform.python_version(), platform.platform())
    return path


def catch(tell: Callable[[str], None]) -> None:
    """Send every uncaught exception to the log, and one line of it to ``tell``."""
    logger = logging.getLogger("kisopt_gui.crash")

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("uncaught", exc_info=(kind, error, trace))
        tell(redacted(f"{kind.__name__}: {error}"))

    sys.excepthook = hook


def log_qt() -> None:
    """Send Qt's own messages to the log, instead of to a terminal that nobody reads."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    logger = logging.getLogger("kisopt_gui.qt")

    def handler(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        bad = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
        level = logging.ERROR if bad else logging.INFO
        logger.log(level, "%s", text)

    qInstallMessageHandler(handler)
