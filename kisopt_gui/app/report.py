"""What happened, as a text that may be sent to others: no secret, no name of the user."""

import platform
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kisopt_gui import __version__
from kisopt_gui.app.crash import LOG
from kisopt_gui.app.redaction import homeless, redacted

LINES = 200
KEPT = 10
"""How many reports stay in the state folder."""

_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a run that went wrong.

    Attributes:
        title: "ended unexpectedly", "went wrong and goes on", "could not start".
        what: What it was, one line.
        began: When the program was started, seconds since 1970.
        language: "ko" or "en".
        words: Its command line.
        trace: Traceback of Python, "" for none.
        native: What was left in the file of `faults`, "" for nothing.
        log: The last lines of the log.
    """

    title: str
    what: str
    began: float
    language: str
    words: tuple[str, ...] = ()
    trace: str = ""
    native: str = ""
    log: str = ""

    def text(self) -> str:
        """Write it all out."""
        now = time.time()
        moment = datetime.fromtimestamp(now).astimezone()
        kind = "bundle" if getattr(sys, "frozen", False) else "package"
        parts = [
            f"kisopt {__version__} {self.title}",
            "",
            f"what      {self.what}",
            f"when      {moment:%Y-%m-%d %H:%M:%S %z}, {_span(now - self.began)} after the start",
            f"program   kisopt {__version__} ({kind}), words: {' '.join(self.words) or 'none'}",
            f"runs on   Python {platform.python_version()}, {_qt()}",
            f"system    {platform.platform()}, {platform.machine()}",
            f"language  {self.language}",
        ]
        for name, content in (
            ("traceback", self.trace),
            ("native traceback", self.native),
            ("end of the log", self.log),
        ):
            if content.strip():
                parts += ["", f"--- {name} ---", content.strip("\n")]
        return homeless(redacted("\n".join(parts))) + "\n"


def log_tail(folder: Path, lines: int = LINES) -> str:
    """Return the last lines of the log in ``folder``, "" if there is none."""
    found: list[str] = []
    for name in (LOG, f"{LOG}.1"):  # the log may just have begun a new file
        if len(found) < lines:
            with suppress(OSError), (folder / name).open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - _TAIL_BYTES))
                read = file.read().decode("utf-8", "replace").splitlines()
                found = (read[1:] if size > _TAIL_BYTES else read) + found
    return "\n".join(found[-lines:])


def save(folder: Path, text: str) -> Path | None:
    """Write a report into the state folder, drop the oldest; None if that cannot be."""
    path = folder / f"report-{datetime.now():%Y%m%d-%H%M%S}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        for old in sorted(folder.glob("report-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def _span(seconds: float) -> str:
    minutes, left = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"


def _qt() -> str:
    try:
        import PySide6
        from PySide6.QtCore import qVersion
    except ImportError as error:  # that may be what happened
        return f"Qt not loaded ({error})"
    return f"Qt {qVersion()}, PySide6 {PySide6.__version__}"
