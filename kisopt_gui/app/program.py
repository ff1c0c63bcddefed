"""The composition root: makes the parts, joins them, runs them, takes them down in order.

The order is the order of the start: nothing that the first paint does not need
is imported before it (docs/ARCHITECTURE.md, "Start").
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from kisopt_gui.app import crash
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.store import Store
from kisopt_gui.settings import spoken_language
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.health.banner import Level
from kisopt_gui.ui.main_window import MainWindow
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist

if TYPE_CHECKING:
    import asyncio
    from datetime import date

    from kisopt_gui.app.broker import EmbeddedBroker
    from kisopt_gui.app.feed import Feed
    from kisopt_gui.app.options import Options
    from kisopt_gui.market.master import Master

_TIMINGS = "KISOPT_TIMINGS"
"""Environment variable: a file for the moments of the start (benchmarks/start.py)."""


class Program:
    """One run of the window.

    Args:
        options: What the user asked for.
        broker: The embedded broker if that is the source.
        started: Monotonic seconds at which the program began.

    Attributes:
        app: Qt's application.
        store: What is known.
        inbox: What the feed left and the clock has not taken yet.
        clock: The heart beat.
        watchlist: What the user watches.
        window: The window.
    """

    def __init__(self, options: Options, broker: EmbeddedBroker | None, started: float) -> None:
        self._options = options
        self._broker = broker
        self._started = started
        self._moments = {"imports": perf_counter()}
        self.app = QApplication(["kisopt-gui"])
        self.app.setApplicationName("kisopt")
        self.app.setDesktopFileName("kisopt-gui")
        self.app.setQuitOnLastWindowClosed(False)
        theme.load_fonts()
        self._language = options.language or spoken_language()
        self._theme = options.theme or "dark"
        self.store = Store()
        self.inbox = Inbox()
        self.clock = FrameClock(self.store, self.inbox)
        self.inbox.on_data(self.clock.wake)
        self.watchlist = Watchlist()
        self._feed: Feed | None = None
        self._master: Master | None = None
        self._today: date | None = None
        self.window = self._make_window()

    # running -----------------------------------------------------------

    def run(self, *, summary: bool = True) -> int:
        """Show the window until it is closed; return the exit status."""
        self.window.show()
        self.app.processEvents()  # the first paint; no coroutine runs yet
        self._moments["paint"] = perf_counter()
        import asyncio

        from qasync import QEventLoop

        from kisopt_gui.app.feed import Feed
        from kisopt_gui.feed.source import parse_source

        given = parse_source(self._options.source) if self._broker is None else None
        self._feed = Feed(given, self._broker, self.inbox, self.store)
        self._feed.start()
        with asyncio.Runner(loop_factory=lambda: QEventLoop(self.app)) as runner:
            runner.run(self._live())
        if summary and self._options.seconds is not None:
            self._print_summary()
        return 0

    async def fill_watchlist(self, master: Master, today: date) -> None:
        """Watch the index and the near future, then options around the money they show."""
        from kisopt_gui.app.starter import fill

        await fill(self.watchlist, master, today, self.clock, self._underlying)

    async def beside(self) -> None:
        """What else runs while the window lives; benchmarks put theirs here."""

    def place_charts(self) -> None:
        """Make the charts, which load pyqtgraph, and put them into their dock."""
        from kisopt_gui.ui.charts.panel import ChartsPanel

        self.window.workspace.place("charts", ChartsPanel(self.window.desk))

    async def _live(self) -> None:
        import asyncio
        from contextlib import suppress

        from kisopt_gui.ui.controller import FeedController

        assert self._feed is not None
        controller = FeedController(self.window.desk, self._feed, self.window.banner)
        closed = asyncio.Event()
        self.window.closed.connect(closed.set)
        self._stop_on_signals(closed)
        crash.catch(self._tell_defect)
        self.clock.frame.connect(self._note_quote)
        self.clock.start()
        work = [asyncio.create_task(each) for each in (self._open(), self.beside())]
        for task in work:
            task.add_done_callback(_report)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.seconds):
                await closed.wait()
        self._save_picture()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        self.clock.stop()
        await asyncio.to_thread(self._feed.stop)
        controller.deleteLater()
        self.window.close()
        self._write_timings()

    async def _open(self) -> None:
        """What may come after the first paint: contracts, watchlist, charts."""
        import asyncio

        assert self._feed is not None
        try:
            self._master, self._today = await self._feed.market()
        except KisOptError as error:
            self.window.banner.say("master", error.sentence(self._language))
        else:
            self.window.top.set_today(self._today)
            filling = asyncio.create_task(self.fill_watchlist(self._master, self._today))
            await asyncio.sleep(0)
            self.place_charts()
            await filling
        self._moments["charts"] = perf_counter()
        # What lives now lives on: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)

    def _stop_on_signals(self, closed: asyncio.Event) -> None:
        import asyncio
        import signal

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, closed.set)
            except NotImplementedError:  # Windows: closing the window is the way
                return

    # the window --------------------------------------------------------

    def _make_window(self) -> MainWindow:
        tokens = theme.THEMES[self._theme]
        theme.apply(self.app, tokens)
        texts = Texts(self._language)
        desk = Desk(
            store=self.store,
            clock=self.clock,
            watchlist=self.watchlist,
            status=self._status,
            master=lambda: self._master,
            texts=texts,
            tokens=tokens,
        )
        demo = self._broker is not None
        name = texts("source.demo") if demo else self._options.source
        return MainWindow(desk, name, demo=demo, underlying=self._underlying)

    def _status(self) -> LinkStatus:
        return self._feed.status if self._feed is not None else LinkStatus()

    def _underlying(self) -> float:
        from kisopt_gui.market.overview import underlying

        return underlying(self.store)

    def _note_quote(self) -> None:
        self._moments["quote"] = perf_counter()
        self.clock.frame.disconnect(self._note_quote)

    def _tell_defect(self, what: str) -> None:
        texts = self.window.desk.texts
        self.window.banner.say("defect", texts("banner.defect", what=what), Level.WARNING)

    # the end -----------------------------------------------------------

    def _save_picture(self) -> None:
        path = self._options.screenshot
        if path is not None and not self.window.grab().save(str(path)):
            texts = self.window.desk.texts
            sys.stderr.write(f"kisopt-gui: {texts('banner.unsaved', path=path)}\n")

    def _print_summary(self) -> None:
        from kisopt_gui.app.summary import Summary

        path = self._options.screenshot
        never = float("nan")
        summary = Summary(
            seconds=perf_counter() - self._started,
            records=self.store.records,
            lost=self.store.lost + self.inbox.overflow,
            bad=self.store.bad,
            rows=self.window.quotes.rows_painted,
            frames=self.clock.frames,
            delay=self.clock.latency.percentiles(),
            first_paint=self._moments["paint"] - self._started,
            first_quote=self._moments.get("quote", never) - self._started,
            picture=path.absolute() if path is not None and path.exists() else None,
        )
        sys.stdout.write(summary.text(self._language))
        sys.stdout.flush()

    def _write_timings(self) -> None:
        path = os.environ.get(_TIMINGS)
        if path:
            import msgspec

            Path(path).write_bytes(msgspec.json.encode(self._moments))


def _report(task: asyncio.Task[None]) -> None:
    """A defect in a task goes where all defects go, at once."""
    if not task.cancelled() and (error := task.exception()) is not None:
        sys.excepthook(type(error), error, error.__traceback__)
