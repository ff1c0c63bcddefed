"""A desk whose store a test fills with SYNTHETIC records and frames that cannot be read."""

from time import perf_counter

import pytest

from kisopt_gui.market.intake import Intake
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.codec import FrameError, read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import INDEX_OPTION
from tests.records import frame


class Market:
    """What came over the wire."""

    def __init__(self, *, language="ko", tokens=theme.DARK):
        self.items = []
        self.watchlist = Watchlist()
        self.store = Store()
        self.clock = FrameClock(self.store, self)
        self.desk = Desk(
            store=self.store,
            clock=self.clock,
            watchlist=self.watchlist,
            status=LinkStatus,
            master=lambda: None,
            texts=Texts(language),
            tokens=tokens,
        )

    def drain(self):
        items, self.items = self.items, []
        return items

    def receive(self, *texts, stream=INDEX_OPTION, seconds_ago=0.0):
        """Let records arrive, one frame each."""
        for text in texts:
            self.receive_frame(frame(text, stream=stream), seconds_ago=seconds_ago)

    def receive_frame(self, text, seconds_ago=0.0):
        """Let a frame arrive, readable or not."""
        intake = Intake()
        try:
            intake.add(read_frame(text))
        except FrameError as error:
            self.items.append(error)
        batches, errors = intake.flush(perf_counter() - seconds_ago)
        self.items += [*batches, *errors]
        self.clock.tick()

    def watch(self, code, tr_id="H0IOCNT0"):
        """Watch a contract and make it the current one."""
        key = Key(tr_id, code)
        self.watchlist.add([key])
        self.watchlist.select([key])
        return key


@pytest.fixture(autouse=True)
def _dressed(qapp):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)


@pytest.fixture
def market(qapp):
    return Market()


@pytest.fixture
def make_market(qapp):
    return Market
