"""A desk with a master file of invented contracts and a feed whose snapshot a test sets."""

from datetime import date
from time import perf_counter

import pytest

from kisopt_gui.market.contract import PRODUCTS, Contract, Side
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.master import parse_master, write_master
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.codec import read_frame
from kisopt_gui.wire.control import Reply
from kisopt_gui.wire.session import Slot, State
from tests.records import frame, record

TODAY = date(2026, 11, 23)
STRIKES = [1040 + 2.5 * step for step in range(37)]
"""1040.0 to 1130.0; 1085.0 is A18."""

LISTED = (
    ("K2I", "202612", "01612"),
    ("K2I", "202701", "01701"),
    ("K2I", "202702", "01702"),
    ("K2I", "202703", "01703"),
    ("K2I", "202706", "01706"),
    ("MKI", "202612", "05612"),
    ("WKI", "2611W4", "09F4W"),
    ("WKM", "2611W5", "AFB5W"),
)


def listed():
    """Contracts of four products; codes and strikes are invented."""
    for product, month, middle in LISTED:
        weekly = {"WKI": "위클리", "WKM": "위클리M "}.get(product, "")
        for serial, strike in enumerate(STRIKES):
            for side, letter, word in ((Side.CALL, "B", "C"), (Side.PUT, "C", "P")):
                yield Contract(
                    code=f"{letter}{middle}A{serial:02}",
                    side=side,
                    product=PRODUCTS[product],
                    strike=strike,
                    expiry=None,
                    month=month,
                    name=f"{weekly}{word} {month} {strike:,.1f}",
                )


class Broker:
    """What the outside knows: the master file, the feed's snapshot, the trades that come."""

    def __init__(self, *, language="ko", tokens=theme.DARK, listed_too=True):
        self.status = LinkStatus(link=Link.LIVE)
        self.master = parse_master(write_master(listed()), TODAY) if listed_too else None
        self.batches = []
        self.watchlist = Watchlist()
        store = Store()
        self.clock = FrameClock(store, self)
        self.desk = Desk(
            store=store,
            clock=self.clock,
            watchlist=self.watchlist,
            status=lambda: self.status,
            master=lambda: self.master,
            texts=Texts(language),
            tokens=tokens,
        )

    def drain(self):
        batches, self.batches = self.batches, []
        return batches

    def say(self, *slots, limit=41, link=Link.LIVE):
        """Publish a snapshot: of each key its state, or its state and the broker's code."""
        made = []
        for key, state, *code in slots:
            reply = Reply(key.tr_id, key.code, False, code[0], "") if code else None
            made.append(Slot(key, state, reply))
        held = sum(slot.state in (State.PENDING, State.ACTIVE, State.RELEASING) for slot in made)
        self.status = LinkStatus(link=link, slots=tuple(made), limit=limit, held=held)

    def serve(self, limit=41):
        """Publish that every wish is active, or waits if it is past the limit."""
        keys = self.watchlist.keys
        self.say(
            *((key, State.ACTIVE if at < limit else State.WANTED) for at, key in enumerate(keys)),
            limit=limit,
        )

    def trade(self, key, seconds_ago=0.0):
        """Let a SYNTHETIC record of a contract arrive."""
        intake = Intake()
        intake.add(read_frame(frame(record(code=key.code))))
        batches, errors = intake.flush(perf_counter() - seconds_ago)
        assert not errors
        self.batches += batches
        self.clock.tick()


@pytest.fixture(autouse=True)
def _dressed(qapp):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)


@pytest.fixture
def broker(qapp):
    return Broker()


@pytest.fixture
def make_broker(qapp):
    return Broker
