"""A desk with a market that the test writes itself. Every record here is SYNTHETIC."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from PySide6.QtWidgets import QApplication

from kisopt_gui.market.contract import PRODUCTS, Contract, Side
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.master import Master
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes.panel import QuotesPanel
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.codec import read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import Slot, State
from kisopt_gui.wire.streams import STREAMS

DATA = Path(__file__).parents[2] / "data" / "frames"
OPTION = "H0IOCNT0"
SAMPLES = {
    "H0IOCNT0": "SYNTHETIC_H0IOCNT0_58.txt",
    "H0IFCNT0": "live_H0IFCNT0_messiah_20260722.txt",
    "H0UPCNT0": "live_H0UPCNT0_2001_20261001.txt",
}


def sample(tr_id):
    """The fields of one record of a stream."""
    frame = (DATA / SAMPLES[tr_id]).read_text("utf-8").splitlines()[0]
    return frame.split("|", 3)[3].split("^")[: STREAMS[tr_id].width]


def contract(code, side, strike, month="202612", expiry=date(2026, 12, 10), product="K2I"):
    return Contract(code, side, PRODUCTS[product], strike, expiry, month)


CALL = contract("B01612A30", Side.CALL, 1085.0)
PUT = contract("C01612A30", Side.PUT, 1085.0)
FUTURE = Contract(
    "A01612", Side.FUTURE, PRODUCTS["K2I"], float("nan"), date(2026, 12, 10), "202612"
)


class Inbox:
    """Hands over what the test puts in."""

    def __init__(self):
        self.items = []

    def drain(self):
        items, self.items = self.items, []
        return items


class World:
    """A desk, and the far end of everything on it."""

    def __init__(self, language, tokens):
        self.inbox = Inbox()
        self.store = Store()
        self.clock = FrameClock(self.store, self.inbox)
        self.watchlist = Watchlist()
        self.status = LinkStatus(link=Link.LIVE)
        self.listed = Master({each.code: each for each in (CALL, PUT, FUTURE)})
        self.call, self.put = Key(OPTION, CALL.code), Key(OPTION, PUT.code)
        self.desk = Desk(
            self.store,
            self.clock,
            self.watchlist,
            lambda: self.status,
            lambda: self.listed,
            Texts(language),
            tokens,
        )

    def list_options(self, count):
        """List and return as many calls, the highest strike first."""
        listed = [
            contract(f"B01612{at:03}", Side.CALL, 1500.0 - 2.5 * at) for at in range(1, count + 1)
        ]
        self.listed = Master({each.code: each for each in listed})
        return [Key(OPTION, each.code) for each in listed]

    def watch(self, *keys, state=State.ACTIVE):
        """Watch keys that the server has confirmed."""
        slots = {slot.key: slot for slot in self.status.slots}
        slots |= {key: Slot(key, state) for key in keys}
        self.status = replace(self.status, slots=tuple(slots.values()), held=len(slots))
        self.watchlist.add(keys)

    def put_slot(self, slot):
        """Let the server say something else of a key."""
        slots = {each.key: each for each in self.status.slots} | {slot.key: slot}
        self.status = replace(self.status, slots=tuple(slots.values()))

    def set_link(self, link):
        self.status = replace(self.status, link=link)

    def text(self, key, **fields):
        """The text of one record, some of its fields replaced."""
        values = sample(key.tr_id)
        values[STREAMS[key.tr_id].position["code"]] = key.code
        for name, value in fields.items():
            values[STREAMS[key.tr_id].position[name]] = value
        return "^".join(values)

    def send(self, key, age=0.0, **fields):
        """Let one record arrive; it is shown at the next tick."""
        intake = Intake()
        intake.add(read_frame(f"0|{key.tr_id}|001|{self.text(key, **fields)}"))
        batches, errors = intake.flush(perf_counter() - age)
        self.inbox.items += [*batches, *errors]

    def trade(self, key, age=0.0, **fields):
        """Let one record arrive and be shown."""
        self.send(key, age, **fields)
        self.clock.tick()
        QApplication.processEvents()


@pytest.fixture(scope="session")
def _fonts(qapp):
    theme.load_fonts()


@pytest.fixture
def make_world(_fonts, qapp):
    def make(language="ko", tokens=theme.DARK):
        theme.apply(qapp, tokens)
        return World(language, tokens)

    yield make
    qapp.setStyleSheet("")


@pytest.fixture
def world(make_world):
    return make_world()


@pytest.fixture
def open_panel(qtbot):
    def opened(world, size=(1600, 500)):
        panel = QuotesPanel(world.desk)
        qtbot.addWidget(panel)
        panel.resize(*size)
        with qtbot.waitExposed(panel):
            panel.show()
        QApplication.processEvents()
        return panel

    return opened


@pytest.fixture
def panel(world, open_panel):
    """A panel with one call and one put, before their first records."""
    world.watch(world.call, world.put)
    return open_panel(world)
