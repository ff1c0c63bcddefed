"""The composition root: makes the parts, joins them, runs them, takes them down in order.

The order is the order of the start: nothing that the first paint does not need
is imported before it (docs/ARCHITECTURE.md, "Start").
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from kisopt_gui.app import crash, garbage
from kisopt_gui.app.choice import DEMO, Choice
from kisopt_gui.app.contracts import Contracts
from kisopt_gui.app.incidents import Incidents
from kisopt_gui.app.moments import Moments
from kisopt_gui.app.notices import Notices
from kisopt_gui.app.sources import Sources
from kisopt_gui.app.turn import Turn
from kisopt_gui.console import say
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.layouts.book import LayoutBook
from kisopt_gui.market import calendar
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.moment import MarketClock
from kisopt_gui.market.store import Store
from kisopt_gui.settings import Folders, SettingsFile, spoken_language
from kisopt_gui.ui import qt_texts, theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.layout_controller import LayoutController
from kisopt_gui.ui.main_window import MainWindow
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import date

    from kisopt_gui.app.broker import EmbeddedBroker
    from kisopt_gui.app.ending import Ending
    from kisopt_gui.app.feed import Feed
    from kisopt_gui.app.instance import Call, Instance
    from kisopt_gui.app.options import Options
    from kisopt_gui.market.master import Master
    from kisopt_gui.ui.controller import FeedController

_REST_WAIT_S = 1.0
"""How long subscriptions and charts wait for the first quote; then the market is quiet."""


class Program:
    """One run of the window.

    Args:
        options: What the user asked for.
        broker: The embedded broker if that is the source.
        started: Monotonic seconds at which the program began.
        folders: Where its files are.
        instance: The lock that is held, None for a program that others may run beside.
        incidents: What takes its failures; by default they stay Python's.
        settings: The settings, if they have been read already.

    Attributes:
        app: Qt's application.
        store: What is known.
        inbox: What the feed left and the clock has not taken yet.
        clock: The heart beat.
        watchlist: What the user watches.
        window: The window.
    """

    def __init__(
        self,
        options: Options,
        broker: EmbeddedBroker | None,
        started: float,
        folders: Folders | None = None,
        instance: Instance | None = None,
        incidents: Incidents | None = None,
        settings: SettingsFile | None = None,
    ) -> None:
        self._options = options
        self._broker = broker
        self._moments = Moments(started)
        self._moments.note("imports")
        folders = folders or Folders.of(os.environ)
        calendar.lay_over(folders.config / calendar.FILE_NAME)
        self._incidents = incidents or Incidents(options, (), folders.state)
        crash.log_qt(self._incidents.fatal)
        self.app = QApplication(["kisopt-gui"])
        self.app.setApplicationName("kisopt")
        self.app.setDesktopFileName("kisopt-gui")
        self.app.setQuitOnLastWindowClosed(False)
        theme.load_fonts()
        self._instance = instance
        self._listings = folders.data / "contracts"
        self._settings = settings or SettingsFile(folders.settings)
        saved = self._settings.settings if settings is not None else self._settings.load()
        choice = Choice(DEMO if broker is not None else options.source)
        self._sources = Sources(choice, folders, self._settings)
        self._language = options.language or saved.language or spoken_language()
        self._theme = options.theme or saved.theme
        self._book = LayoutBook(folders.layouts, self._language)
        self._book.load(options.layout or saved.layout)
        self.store = Store()
        self.inbox = Inbox()
        self.clock = FrameClock(self.store, self.inbox)
        self.inbox.on_data(self.clock.wake)
        self.watchlist = Watchlist()
        self._market_clock = MarketClock()
        self._feed: Feed | None = None
        self._contracts = Contracts(self.watchlist, self._fill, self._listed)
        self._notices = Notices(lambda: self.window, lambda: self._language)
        self._turn = Turn(
            lambda: self.window.desk, self._contracts, lambda: self._layouts, self._notices.tell
        )
        self._controller: FeedController | None = None
        self._ending: Ending | None = None
        self._rows_painted = 0
        self._open_window(move=True)

    # running -----------------------------------------------------------

    @property
    def next_source(self) -> str:
        """The source that the user wants to see instead, "" for none."""
        return self._sources.next

    def run(self, *, summary: bool = True) -> int:
        """Show the window until it is closed; return the exit status."""
        self.window.show()
        self.app.processEvents()  # the first paint; no coroutine runs yet
        self._moments.note("paint")
        if self._broker is not None:
            self._broker.start()  # not before: two processes that load at once slow each other
        import asyncio

        from qasync import QEventLoop

        from kisopt_gui.app.feed import Feed

        self._incidents.log()
        given = self._sources.open if self._broker is None else None
        self._feed = Feed(given, self._broker, self.inbox, self.store, self._listings)
        self._feed.start()
        self.furnish()
        self._moments.note("furnished")
        with asyncio.Runner(loop_factory=lambda: QEventLoop(self.app)) as runner:
            runner.run(self._live())
        if summary and self._options.seconds is not None:
            self._print_summary()
        return 0

    async def fill_watchlist(self, kind: str, master: Master, today: date) -> None:
        """Watch the index and the near future, then options around the money they show."""
        from kisopt_gui.app.starter import PRODUCTS, fill

        filled = await fill(
            self.watchlist,
            master,
            today,
            self.clock,
            self._underlying,
            PRODUCTS[kind],
            begun=self._layouts.filling,
        )
        self._layouts.filled(filled)

    def _fill(self, kind: str, master: Master, today: date) -> Coroutine[Any, Any, None]:
        return self.fill_watchlist(kind, master, today)  # benchmarks put theirs there

    async def beside(self) -> None:
        """What else runs while the window lives; benchmarks put theirs here."""

    def place_charts(self) -> None:
        """Make the charts, which load pyqtgraph, and put them into their dock."""
        from kisopt_gui.ui.charts.panel import ChartsPanel

        self.window.place_charts(ChartsPanel(self.window.desk))

    async def _live(self) -> None:
        import asyncio
        from contextlib import suppress

        from kisopt_gui.app.ending import Ending

        self._ending = Ending(self.app)
        self.app.commitDataRequest.connect(self._remember)  # the session ends, and may not wait
        self._incidents.attend(lambda: self.window)
        self._sources.attend(lambda: self.window, self._ending.ask)
        if self._instance is not None:
            self._instance.called.connect(self._come_to_front)
            self._instance.listen()
        self._control()
        self._moments.watch(self.clock, self.store, self.watchlist)
        self.clock.second.connect(self._turn.look)
        self.clock.start()
        assert self._feed is not None
        parts = self._contracts.keep(self._feed.market), self._load(), self.beside()
        work = [asyncio.create_task(each) for each in parts]
        for task in work:
            task.add_done_callback(crash.of_task)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.seconds):
                await self._ending.wait()
        self._save_picture()
        self._contracts.cancel()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        self.clock.stop()
        await asyncio.to_thread(self._feed.stop)
        self._remember()
        if self._instance is not None:
            self._instance.release()
        self.window.close()
        self._moments.write()

    async def _load(self) -> None:
        """What may come after the first paint."""
        import asyncio

        from kisopt_gui.app.picture import FirstPicture

        await self._place_rest()
        garbage.tend(self.clock)
        assert self._feed is not None
        tell, confirm = self._notices.tell_of, self._contracts.confirm
        picture = FirstPicture(self._feed.picture, lambda: self.window.desk, tell, confirm)
        await asyncio.gather(self._incidents.watch(), picture.keep_up())

    def _listed(self, problem: KisOptError | None) -> None:
        """The contracts were asked for: say what was wrong, or that it is over."""
        self._notices.tell_of("contracts", problem)
        if self._contracts.day is not None:
            self._moments.note("contracts")
            self.window.top.set_today(self._contracts.day)
        if self._contracts.clock is not None:
            self._market_clock.tell(*self._contracts.clock)

    async def _place_rest(self) -> None:
        """Numbers first: pyqtgraph, above all, holds the interpreter for long."""
        await self._moments.quoted(_REST_WAIT_S)
        if self.window.subscriptions is None:  # else the window has been made anew meanwhile
            self._place_now()
        self._moments.note("charts")

    def _place_now(self) -> None:
        self.window.place_subscriptions()
        self.place_charts()
        self._layouts.restore_late()

    # the window --------------------------------------------------------

    def _open_window(self, *, move: bool) -> None:
        """Make a window in the language and the theme of now, and show the layout in it."""
        tokens = theme.THEMES[self._theme]
        theme.apply(self.app, tokens)
        texts = Texts(self._language)
        qt_texts.speak(self.app, self._language)
        desk = Desk(
            store=self.store,
            clock=self.clock,
            watchlist=self.watchlist,
            status=self._status,
            master=lambda: self._contracts.master,
            texts=texts,
            tokens=tokens,
            market_clock=self._market_clock,
        )
        self.window = MainWindow(desk, self._sources.shown, underlying=self._underlying)
        self._incidents.speak(self._language, self._theme)
        self._incidents.join(self.window)
        self._sources.join(self.window)
        self.window.theme_requested.connect(self._switch_theme)
        self.window.language_requested.connect(self._switch_language)
        self.window.picture_requested.connect(self._take_picture)
        self.window.about_requested.connect(self._show_about)
        self._layouts = LayoutController(self.window, self._book)
        self._contracts.serve(self._layouts)
        self._layouts.arrange(move=move)
        for problem in (*self._settings.problems, *self._book.take_problems()):
            self._notices.tell(problem)
        self._settings.problems.clear()
        self._notices.again()

    def furnish(self) -> None:
        """Put the grid into the window, and the layout into it."""
        self.window.furnish()
        self._layouts.open()

    def _control(self) -> None:
        """Join the window to the feed."""
        from kisopt_gui.ui.controller import FeedController

        assert self._feed is not None
        assert self._ending is not None
        window = self.window
        self._controller = FeedController(window.desk, self._feed, window.banner, window)
        window.closed.connect(self._ending.ask)
        window.reconnect_requested.connect(self._controller.reconnect)
        window.forget_cap_requested.connect(self._controller.forget_cap)
        window.retry_requested.connect(self._controller.retry)
        self._controller.send_wishes()

    def _come_to_front(self, call: Call) -> None:
        """Another start wants this window, perhaps with another layout."""
        from kisopt_gui.app.instance import bring_to_front

        if call.layout and call.layout != self._book.current.name:
            self._layouts.switch(call.layout)
        bring_to_front(self.window, call.token)

    def _switch_theme(self) -> None:
        self._theme = "light" if self._theme == "dark" else "dark"
        self._rebuild()

    def _switch_language(self) -> None:
        self._language = "en" if self._language == "ko" else "ko"
        self._rebuild()

    def _rebuild(self) -> None:
        """Make the window anew in another language or theme; what is known stays."""
        self._layouts.keep()
        old, keys, pins = self.window, self.watchlist.keys, self.watchlist.pins
        selected, automatic = self.watchlist.selected, self._layouts.automatic
        filled = self._contracts.settled
        self._rows_painted += old.quotes.rows_painted
        old.closed.disconnect()
        self._open_window(move=True)
        self.furnish()
        self.watchlist.replace(keys, pins)
        self.watchlist.select(selected)
        if automatic:
            self._layouts.filled(keys)
            if filled:
                self._contracts.cancel()  # begun by opening the layout; it would select anew
        self._control()
        if self._contracts.day is not None:
            self.window.top.set_today(self._contracts.day)
        self.window.show()
        self._place_now()
        old.close()
        old.deleteLater()

    def _take_picture(self) -> None:
        from kisopt_gui.ui.about import save_picture

        save_picture(self.window, self.window.desk.texts, self.window.banner)

    def _show_about(self) -> None:
        from kisopt_gui.ui.about import show_about

        show_about(self.window, self.window.desk.texts)

    def _status(self) -> LinkStatus:
        return self._feed.status if self._feed is not None else LinkStatus()

    def _underlying(self) -> float:
        from kisopt_gui.market.overview import underlying

        return underlying(self.store)

    # the end -----------------------------------------------------------

    def _remember(self, *_: object) -> None:
        """Write layouts and settings; what cannot be written is said in the log."""
        self._layouts.save()
        try:
            self._settings.change(
                language=self._language, theme=self._theme, layout=self._book.current.name
            )
        except KisOptError as error:
            say(f"kisopt-gui: {error.sentence(self._language)}\n", sys.stderr)

    def _save_picture(self) -> None:
        path = self._options.screenshot
        if path is not None and not self.window.grab().save(str(path)):
            texts = self.window.desk.texts
            say(f"kisopt-gui: {texts('banner.unsaved', path=path)}\n", sys.stderr)

    def _print_summary(self) -> None:
        from kisopt_gui.app.summary import Summary

        self._moments.note("end")
        summary = Summary.of(
            self.store,
            self.inbox,
            self.clock,
            self._moments,
            self._rows_painted + self.window.quotes.rows_painted,
            self._options.screenshot,
        )
        say(summary.text(self._language), sys.stdout)
