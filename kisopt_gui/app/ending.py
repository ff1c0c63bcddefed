"""Every way in which the program is asked to end, as one event to wait for."""

from __future__ import annotations

import asyncio
import signal

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication


class Ending(QObject):
    """Set once the window was closed, the desktop said quit, or a signal came.

    A quit of Qt's own (Cmd-Q, the menu of a dock, the end of a session) would stop the
    event loop at once, below all coroutines, and nothing would be saved. So it is held
    back, and the program ends by itself as when its window is closed.

    Args:
        app: The application; made inside the running loop.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._asked = asyncio.Event()
        app.installEventFilter(self)
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the last when its terminal is closed
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue  # Windows; or started by nohup
            try:
                loop.add_signal_handler(number, self.ask)
            except NotImplementedError:  # Windows: closing the window is the way
                break

    def ask(self) -> None:
        """Ask the program to end."""
        self._asked.set()

    async def wait(self) -> None:
        """Wait until the program is asked to end."""
        await self._asked.wait()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit:
            event.ignore()
            self.ask()
            return True
        return super().eventFilter(watched, event)
