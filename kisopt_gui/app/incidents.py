"""What goes wrong in a run: told on the banner, reported on request, watched from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kisopt_gui.app import crash
from kisopt_gui.app.crash import Defect, Defects
from kisopt_gui.app.faults import Faults, forget_old
from kisopt_gui.app.watcher import FORCED, Watcher
from kisopt_gui.settings import spoken_language

if TYPE_CHECKING:
    from kisopt_gui.app.aftermath import Run
    from kisopt_gui.app.options import Options
    from kisopt_gui.ui.main_window import MainWindow
    from kisopt_gui.ui.report import ReportDialog

_WATCH_AFTER_S = 3.0
_DEFECT = "defect"


class Incidents:
    """Everything about failures that a run of the program needs. Passive until `begin`.

    Args:
        options: What the user asked for.
        words: His command line.
        folder: The state folder.
    """

    def __init__(self, options: Options, words: Sequence[str], folder: Path) -> None:
        self._options = options
        self._words = tuple(words)
        self._folder = folder
        self._began = time.time()
        self._language = options.language or spoken_language()
        self._theme = options.theme or "dark"
        self._faults: Faults | None = None
        self._watcher = Watcher()
        self._defects = Defects(self.log)
        self._told: Defect | None = None
        self._window: Callable[[], MainWindow] | None = None

    # the run ------------------------------------------------------------

    def begin(self) -> None:
        """Be ready for a fault of the process, and take all uncaught exceptions."""
        self._faults = Faults(self._folder)
        self._defects.catch()

    def log(self) -> None:
        """Open the log, if it is not open."""
        crash.log_to(self._folder)

    def speak(self, language: str, theme: str) -> None:
        """Let reports have this language and this theme."""
        self._language, self._theme = language, theme
        self._watcher.note(language=language, theme=theme)

    def attend(self, window: Callable[[], MainWindow]) -> None:
        """Tell of defects on the banner of whatever is the window then. Call it inside the loop."""
        import asyncio

        loop = asyncio.get_running_loop()
        self._window = window

        def tell(defect: Defect) -> None:
            with suppress(RuntimeError):  # the loop has ended; the log has it
                loop.call_soon_threadsafe(self._tell, defect)

        self._defects.tell(tell)

    def join(self, window: MainWindow) -> None:
        """Answer the button of a new window's banner."""
        window.banner.action_requested.connect(self._act)
        if self._told is not None:
            self._say(window, self._told)

    async def watch(self) -> None:
        """Start the watcher when the start of the program is over."""
        import asyncio

        from kisopt_gui.app import screen

        await asyncio.sleep(_WATCH_AFTER_S)
        hidden = self._options.seconds is not None or screen.is_hidden()
        if self._faults is None or (hidden and not os.environ.get(FORCED)):
            return
        forget_old(self._folder)
        self._watcher.start(
            pid=os.getpid(),
            folder=str(self._folder),
            language=self._language,
            theme=self._theme,
            words=self._words,
            began=self._began,
        )

    # the end ------------------------------------------------------------

    def fatal(self, text: str) -> None:
        """Say why Qt aborts; called just before it does."""
        if not self._watcher.pid:  # otherwise the watcher says it
            from kisopt_gui.app.aftermath import after_qt

            after_qt(self._run(), text)

    def end(self, error: Exception) -> int:
        """Report the exception that ended the program; return the exit status."""
        from kisopt_gui.app.aftermath import after_error

        return after_error(self._run(), error)

    def over(self) -> None:
        """Come to a clean end. Safe to call twice."""
        self._watcher.over()
        self._defects.release()
        if self._faults is not None:
            self._faults.close()

    # telling ------------------------------------------------------------

    def show_report(self) -> ReportDialog:
        """Open the report of the defects so far."""
        from kisopt_gui.ui.report import Outcome, ReportDialog

        assert self._window is not None
        window = self._window()
        dialog = ReportDialog(
            window.desk.texts, Outcome.SURVIVED, self._report(), self._folder, parent=window
        )
        dialog.open()
        return dialog

    def _tell(self, defect: Defect) -> None:
        self._told = defect
        if self._window is not None:
            self._say(self._window(), defect)

    def _say(self, window: MainWindow, defect: Defect) -> None:
        texts = window.desk.texts
        text = texts("banner.defect", what=defect.title)
        window.banner.say(_DEFECT, text, action=texts("report.button"))

    def _act(self, name: str) -> None:
        if name == _DEFECT:
            self.show_report()

    def _report(self) -> str:
        from kisopt_gui.app.report import Report, log_tail

        defects = sorted(self._defects, key=lambda defect: -defect.last)
        traces = [f"{each.title}\n{each.trace}" for each in defects]
        if self._defects.beyond:
            traces.append(f"and {self._defects.beyond:,} more of other kinds")
        return Report(
            title="went wrong and goes on",
            what=defects[0].title if defects else "nothing",
            began=self._began,
            language=self._language,
            words=self._words,
            trace="\n\n".join(traces),
            log=log_tail(self._folder),
        ).text()

    def _run(self) -> Run:
        from kisopt_gui.app.aftermath import Run

        return Run(
            folder=self._folder,
            language=self._language,
            theme=self._theme,
            words=self._words,
            began=self._began,
            shown=self._window is not None,
        )
