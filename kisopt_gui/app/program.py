"""The composition root: makes the parts, joins them, runs them, takes them down in order."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from kisopt_gui.app import crash
from kisopt_gui.app.arrangement import Arrangement
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.feed import Feed
from kisopt_gui.app.options import Options
from kisopt_gui.app.starter import anchors, around_the_money
from kisopt_gui.app.summary import Summary
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.feed.source import parse_source
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import overview
from kisopt_gui.market.store import Store
from kisopt_gui.settings import Folders, Settings
from kisopt_gui.ui import theme
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

    Raises:
        KisOptError: It cannot start.
    """

    def __init__(self, options: Options, broker: EmbeddedBroker | None) -> None:
        self._options = options
        self._started = perf_counter() - process_time()
        given = parse_source(options.source) if broker is None else None
        self._demo = broker is not None
        self._app = QApplication.instance() or QApplication(["kisopt-gui"])
        self._app.setApplicationName("kisopt")
        self._app.setDesktopFileName("kisopt-gui")
        self._app.setQuitOnLastWindowClosed(False)
        theme.load_fonts()
        self._arrangement = Arrangement(options)
        self._store = Store()
        self._inbox = Inbox()
        self._clock = FrameClock(self._store, self._inbox)
        self._inbox.on_data(self._clock.wake)
        self._watchlist = Watchlist()
        self._master: Master | None = None
        self._today: date | None = None
        self._feed = Feed(given, broker, self._inbox, self._resume_time)
        self._first_quote = float("nan")
        self._closed = asyncio.Event()
        self._window = self._make_window()
        self._controller = self._make_controller()
