"""The composition root: makes the parts, joins them, runs them, takes them down in order."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

from PySide6.QtWidgets import QApplication

from kisopt_gui.app import crash
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.feed import Feed
from kisopt_gui.app.options import Options
from kisopt_gui.app.starter import anchors, around_the_money
from kisopt_gui.app.summary import Summary
from kisopt_gui.cli import spoken_language
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import parse_source
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import newest_time, overview
from kisopt_gui.market.store import Store
from kisopt_gui.ui import figures, theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.controller import FeedController
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.health.banner import Level
from kisopt_gui.ui.main_window import MainWindow
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist

logger = logging.getLogger(__name__)

_INDEX_WAIT_S = 3.0


class Program:
    """One run of the window.

    Args:
        options: What the user asked for.
        broker: The embedded broker if that is the source.
        started: Monotonic seconds at which the program began.

    Raises:
        KisOptError: It cannot start.
    """

    def __init__(self, options: Options, broker: EmbeddedBroker | None, started: float) -> None:
        given = parse_source(options.source) if broker is None else None
        self._options = options
        self._started = started
        self._demo = broker is not None
        self._app = QApplication(["kisopt-gui"])
        self._app.setApplicationName("kisopt")
        self._app.setDesktopFileName("kisopt-gui")
        self._app.setQuitOnLastWindowClosed(False)
        theme.load_fonts()
        self._language = options.language or spoken_language()
        self._theme = options.theme or "dark"
        self._store = Store()
        self._inbox = Inbox()
        self._clock = FrameClock(self._store, self._inbox)
        self._inbox.on_data(self._clock.wake)
        self._watchlist = Watchlist()
        self._master: Master | None = None
        self._today: date | None = None
        self._feed = Feed(given, broker, self._inbox, self._resume_time)
        self._first_paint = self._first_quote = float("nan")
        self._window = self._make_window()
        self._controller = FeedController(self._window.desk, self._feed, self._window.banner)

    def run(self) -> int:
        """Show the window until it is closed; return the exit status."""
        self._feed.start()
        self._window.show()
        self._app.processEvents()  # the first paint; no coroutine runs yet
        self._first_paint = perf_counter() - self._started
        # What lives now lives on: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        from qasync import QEventLoop

        with asyncio.Runner(loop_factory=lambda: QEventLoop(self._app)) as runner:
            return runner.run(self._live())

    async def _live(self) -> int:
        closed = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._window.closed.connect(closed.set)
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, closed.set)
        crash.catch(self._tell_defect)
        self._clock.frame.connect(self._note_quote)
        self._clock.start()
        opening = asyncio.create_task(self._open())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._options.seconds):
                await closed.wait()
        picture = self._save_picture()
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        self._clock.stop()
        await asyncio.to_thread(self._feed.stop)
        if self._options.seconds is not None:
            self._print_summary(picture)
        self._window.close()
        return 0

    async def _open(self) -> None:
        """What may come after the first paint: contracts, watchlist, charts."""
        try:
            self._master, self._today = await self._feed.market()
        except KisOptError as error:
            self._window.banner.say("master", error.sentence(self._language))
        else:
            self._window.top.set_today(self._today)
            await self._fill_watchlist(self._master, self._today)
        self._place_charts()

    async def _fill_watchlist(self, master: Master, today: date) -> None:
        """Watch the index and the near future, then options around the money they show."""
        self._watchlist.add(anchors(master))
        told = asyncio.Event()

        def look() -> None:
            if self._underlying() > 0:
                told.set()

        self._clock.frame.connect(look)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _INDEX_WAIT_S)
        self._clock.frame.disconnect(look)
        index = self._underlying()
        self._watchlist.add(around_the_money(master, "K2I", index, today))

    def _place_charts(self) -> None:
        from kisopt_gui.ui.charts.panel import ChartsPanel

        charts = ChartsPanel(self._window.desk)
        self._window.workspace.place("charts", charts)

    def _make_window(self) -> MainWindow:
        tokens = theme.THEMES[self._theme]
        theme.apply(self._app, tokens)
        texts = Texts(self._language)
        desk = Desk(
            store=self._store,
            clock=self._clock,
            watchlist=self._watchlist,
            status=lambda: self._feed.status,
            master=lambda: self._master,
            texts=texts,
            tokens=tokens,
        )
        name = texts("source.demo") if self._demo else self._options.source
        return MainWindow(desk, name, demo=self._demo, underlying=self._underlying)

    def _underlying(self) -> float:
        return overview(self._store, None, date.min).index.price

    def _resume_time(self) -> str:
        """Where a new embedded broker takes up the day."""
        seconds = newest_time(self._store)
        return "09:05:00" if seconds != seconds else figures.seconds(seconds)

    def _note_quote(self) -> None:
        self._first_quote = perf_counter() - self._started
        self._clock.frame.disconnect(self._note_quote)

    def _tell_defect(self, what: str) -> None:
        texts = self._window.desk.texts
        self._window.banner.say("defect", texts("banner.defect", what=what), Level.WARNING)

    def _save_picture(self) -> Path | None:
        path = self._options.screenshot
        if path is None:
            return None
        saved = self._window.grab().save(str(path))
        if not saved:
            texts = self._window.desk.texts
            sys.stderr.write(f"kisopt-gui: {texts('banner.unsaved', path=path)}\n")
        return path.absolute() if saved else None

    def _print_summary(self, picture: Path | None) -> None:
        summary = Summary(
            seconds=perf_counter() - self._started,
            records=self._store.records,
            lost=self._store.lost + self._feed.status.overflow,
            bad=self._store.bad,
            rows=self._window.quotes.rows_painted,
            frames=self._clock.frames,
            delay=self._clock.latency.percentiles(),
            first_paint=self._first_paint,
            first_quote=self._first_quote,
            picture=picture,
        )
        sys.stdout.write(summary.text(self._language))
        sys.stdout.flush()
