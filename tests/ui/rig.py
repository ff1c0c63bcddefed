"""A desk with a real store, clock and watchlist, and a feed whose snapshot a test sets.

Every record that comes here is SYNTHETIC (tests/records.py).
"""

from datetime import date
from time import perf_counter

from PySide6.QtCore import QCoreApplication

from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.market.contract import PRODUCTS, Contract, Side
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import INDEX_KEY
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.codec import FrameError, read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import frame, record

TODAY = date(2026, 11, 23)
EXPIRY = date(2026, 12, 10)
STRIKES = [1040 + 2.5 * step for step in range(37)]
"""1040.0 to 1130.0; 1085.0 is A18."""

INDEX = INDEX_KEY
FUTURE = Key("H0IFCNT0", "A01612")
CALL, PUT = Key("H0IOCNT0", "B01612A18"), Key("H0IOCNT0", "C01612A18")
INDEX_TICK, FUTURE_TRADE = STREAMS["H0UPCNT0"], STREAMS["H0IFCNT0"]


def option(side, strike, month="01612", product="K2I", expiry=EXPIRY):
    """An option whose code is invented."""
    letter = "B" if side is Side.CALL else "C"
    code = f"{letter}{month}A{STRIKES.index(strike):02}"
    return Contract(code, side, PRODUCTS[product], strike, expiry, "202612")


def listed(money=None):
    """A master file: the near future, calls and puts of one month around 1085.0."""
    contracts = [option(side, strike) for strike in STRIKES for side in (Side.CALL, Side.PUT)]
    future = Contract(FUTURE.code, Side.FUTURE, PRODUCTS["K2I"], float("nan"), EXPIRY, "202612")
    at_the_money = {("K2I", "202612"): money} if money is not None else {}
    return Master({each.code: each for each in (future, *contracts)}, at_the_money)


class Rig:
    """A desk, and the far end of everything on it.

    Attributes:
        status: The feed's snapshot.
        master: The listed contracts, None before they came.
    """

    def __init__(self, language="en", tokens=theme.DARK):
        self.inbox = Inbox()
        self.store = Store()
        # Qt's own: else the collector may delete it later, on the thread of another test's feed.
        app = QCoreApplication.instance()
        self.clock = FrameClock(self.store, self.inbox, app)
        self.watchlist = Watchlist(app)
        self.status = LinkStatus(link=Link.LIVE)
        self.master = listed()
        self.desk = self.translated(language, tokens)

    def translated(self, language, tokens=theme.DARK):
        """Another window's desk on the same data, as after a change of the language."""
        desk = Desk(
            store=self.store,
            clock=self.clock,
            watchlist=self.watchlist,
            status=lambda: self.status,
            master=lambda: self.master,
            texts=Texts(language),
            tokens=tokens,
        )
        desk.market_clock.simulated = True  # else the hour of the test would show
        desk.market_clock.begin(TODAY, 0.0)
        return desk

    def send(self, *records, stream=INDEX_OPTION, age=0.0):
        """Let one read of the socket arrive, ``age`` seconds ago."""
        intake = Intake()
        intake.add(read_frame(frame(*records, stream=stream)))
        batches, errors = intake.flush(perf_counter() - age)
        self.inbox.put([*batches, *errors])

    def option(self, key=CALL, age=0.0, **values):
        """Let a trade of an option arrive and be shown."""
        self.send(record(code=key.code, **values), age=age)
        self.clock.tick()

    def at(self, time, **values):
        """Let it be this time of the exchange, "HHMMSS", by a trade that comes now."""
        self.option(time=time, **values)

    def index(self, age=0.0, **values):
        """Let a tick of KOSPI200 arrive and be shown."""
        self.send(record(INDEX_TICK, code=INDEX.code, **values), stream=INDEX_TICK, age=age)
        self.clock.tick()

    def future(self, age=0.0, **values):
        """Let a trade of the near future arrive and be shown."""
        self.send(record(FUTURE_TRADE, code=FUTURE.code, **values), stream=FUTURE_TRADE, age=age)
        self.clock.tick()

    def bad_frame(self, text="0|H0IOCNT0|001|cut"):
        """Let a frame arrive that cannot be read."""
        self.inbox.put([FrameError(text)])
        self.clock.tick()
