"""What is left to do when the program has ended against its will: keep it, say it, start again."""

import json
import logging
import os
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kisopt_gui import console
from kisopt_gui.app import crash, ourselves, screen
from kisopt_gui.app.faults import fault_file
from kisopt_gui.app.redaction import homeless, redacted
from kisopt_gui.app.report import Report, log_tail, save
from kisopt_gui.app.watcher import FORCED
from kisopt_gui.errors import KisOptError

if TYPE_CHECKING:
    from kisopt_gui.ui.report import Outcome

_SETTLE_S = 1.0
"""A session that ends takes us or the screen with it within this time."""

_SILENT = "ended without a word; signal and exit status are unknown (killed, or out of memory?)"

_SENTENCES = {
    "unstarted": (
        "시작하지 못했습니다: {what}",
        "it could not start: {what}",
    ),
    "ended": (
        "예기치 않게 종료되었습니다: {what}",
        "it ended unexpectedly: {what}",
    ),
    "log": ("로그: {path}", "log: {path}"),
    "title": ("kisopt를 실행할 수 없습니다", "kisopt cannot run"),
}
"""For a terminal, and for when Qt is what failed; the dialog's own are in ui/texts/report.py."""


@dataclass(frozen=True, slots=True)
class Run:
    """What must be known of a run to report its end.

    Attributes:
        folder: The state folder.
        language: "ko" or "en".
        theme: "dark" or "light".
        words: Its command line.
        began: When it began, seconds since 1970.
        shown: Whether its window was on the screen.
    """

    folder: Path
    language: str
    theme: str
    words: tuple[str, ...]
    began: float
    shown: bool = False


def after_death(line: bytes) -> int:
    """Report the death of the program that we watched; return 1.

    Args:
        line: Its last note on the pipe, the facts of a `Run` and its "pid" as JSON.
    """
    told = json.loads(line)
    run = Run(
        folder=Path(told["folder"]),
        language=told["language"],
        theme=told["theme"],
        words=tuple(told["words"]),
        began=told["began"],
        shown=True,
    )
    native = _last_words(fault_file(run.folder, told["pid"]))
    what = native.partition("\n")[0] or _SILENT
    report = Report(
        title="ended unexpectedly",
        what=what,
        began=run.began,
        language=run.language,
        words=run.words,
        native=native,
        log=log_tail(run.folder),
    ).text()
    saved = save(run.folder, report)
    _log_death(run.folder, what)
    time.sleep(_SETTLE_S)
    if _may_show():
        from kisopt_gui.ui.report import Outcome

        show(run, Outcome.ENDED, report, saved)
    return 1


def after_error(run: Run, error: Exception) -> int:
    """Report an exception that ended the program; return its exit status.

    On the screen if there is one and nobody reads stderr.
    """
    path = crash.log_to(run.folder)
    logging.getLogger(__name__).critical("ended by an error", exc_info=error)
    expected = isinstance(error, KisOptError)
    place = 1 if run.language == "en" else 0
    what = traceback.format_exception_only(error)[-1].strip()
    sentence = (
        error.sentence(run.language)
        if isinstance(error, KisOptError)
        else _SENTENCES["ended" if run.shown else "unstarted"][place].format(what=what)
    )
    report = Report(
        title="ended unexpectedly" if run.shown else "could not start",
        what=what,
        began=run.began,
        language=run.language,
        words=run.words,
        trace="".join(traceback.format_exception(error)),
        log=log_tail(run.folder),
    ).text()
    saved = None if expected else save(run.folder, report)
    where = f" ({_SENTENCES['log'][place].format(path=path)})" if path is not None else ""
    said = redacted(f"{sentence}{where}")
    console.say(f"kisopt-gui: {said}\n", sys.stderr)
    if _may_show():
        try:
            from kisopt_gui.ui.report import Outcome

            outcome = Outcome.ENDED if run.shown else Outcome.UNSTARTED
            show(run, outcome, report, saved, redacted(sentence) if expected else "")
        except ImportError:  # Qt itself is what is broken
            screen.plain_message(_SENTENCES["title"][place], said)
    return 2 if expected else 1


def after_qt(run: Run, text: str) -> None:
    """Say on terminal and screen why Qt is about to abort the process."""
    path = crash.log_to(run.folder)
    place = 1 if run.language == "en" else 0
    where = f" ({_SENTENCES['log'][place].format(path=path)})" if path is not None else ""
    said = redacted(f"{text.strip()}{where}")
    console.say(f"kisopt-gui: {said}\n", sys.stderr)
    if _may_show():
        screen.plain_message(_SENTENCES["title"][place], said)


def show(run: Run, outcome: "Outcome", report: str, saved: Path | None, sentence: str = "") -> None:
    """Show the dialog and wait for its end; there is nothing else that could go on.

    Raises:
        ImportError: Qt is not there.
    """
    from PySide6.QtCore import QEventLoop
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from kisopt_gui.assets import resource
    from kisopt_gui.ui import theme
    from kisopt_gui.ui.report import ReportDialog
    from kisopt_gui.ui.texts import Texts

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        os.environ.update(ourselves.fresh_environment())  # for what opens the folder
        app = QApplication(["kisopt-gui"])
    for window in app.topLevelWidgets():
        window.hide()  # numbers of a program that has ended must not stand there
    tokens = theme.THEMES[run.theme]
    with suppress(KisOptError, OSError):  # a missing font must not cost the sentence
        theme.load_fonts()
        theme.apply(app, tokens)
        app.setWindowIcon(QIcon(str(resource("icons", "kisopt-128.png"))))
    app.setApplicationName("kisopt")
    app.setDesktopFileName("kisopt-gui")
    dialog = ReportDialog(
        Texts(run.language),
        outcome,
        report,
        run.folder,
        sentence=sentence,
        saved=homeless(str(saved)) if saved is not None else "",
    )
    dialog.restart_requested.connect(lambda: _start_again(run))
    dialog.open()
    if os.environ.get(FORCED) == "picture" and saved is not None:
        app.processEvents()
        dialog.grab().save(str(saved.with_suffix(".png")))
        dialog.close()
    while dialog.isVisible():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _may_show() -> bool:
    """Whether a dialog is the way: not for who has a terminal, nor where nobody looks."""
    if os.environ.get(FORCED) == "picture":
        return True
    return screen.answers() and not console.has_terminal()


def _start_again(run: Run) -> None:
    with suppress(OSError):
        subprocess.Popen(
            [*ourselves.command(), *run.words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ourselves.fresh_environment(),
            start_new_session=os.name == "posix",
        )


def _last_words(path: Path) -> str:
    """Return what the process wrote when it fell, and take the file away: the report has it."""
    try:
        text = path.read_text("utf-8", "replace")
        path.unlink()
    except OSError:
        return ""
    return text.strip()


def _log_death(folder: Path, what: str) -> None:
    line = f"{datetime.now():%Y-%m-%d %H:%M:%S,%f}"[:-3]
    with suppress(OSError), (folder / crash.LOG).open("a", encoding="utf-8") as file:
        file.write(f"{line} CRITICAL {__name__}: the program died: {what}\n")
