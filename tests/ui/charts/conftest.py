"""A desk with invented trades: every record here is SYNTHETIC."""

from pathlib import Path

import pytest

from kisopt_gui.market.intake import Intake
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.codec import read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import STREAMS

STREAM = STREAMS["H0IOCNT0"]
FRAME = Path(__file__).parents[2] / "data" / "frames" / "SYNTHETIC_H0IOCNT0_58.txt"


class Inbox:
    """Where the tests leave what the feed would."""

    def __init__(self):
        self.batches = []

    def drain(self):
        batches, self.batches = self.batches, []
        return batches


class Market:
    """Trades of invented contracts, as frames of 58 fields through the real intake."""

    def __init__(self, language="ko", tokens=theme.DARK):
        self.inbox = Inbox()
        self.store = Store()
        self.clock = FrameClock(self.store, self.inbox)
        self.watchlist = Watchlist()
        self.desk = Desk(
            self.store,
            self.clock,
            self.watchlist,
            LinkStatus,
            lambda: None,
            Texts(language),
            tokens,
        )
        self._record = FRAME.read_text("utf-8").strip().split("|", 3)[3].split("^")

    @staticmethod
    def key(code):
        return Key("H0IOCNT0", code)

    def watch(self, *codes, selected=()):
        self.watchlist.add([self.key(code) for code in codes])
        self.watchlist.select([self.key(code) for code in selected or codes])

    def record(self, code, time, price, **fields):
        """One record; the ledger's sums are not looked at here."""
        values = list(self._record)
        said = {"code": code, "time": time, "price": price, **fields}
        for name, value in said.items():
            values[STREAM.position[name]] = str(value)
        return "^".join(values)

    def trade(self, *records):
        """Let records arrive: one frame of the clock, one of the charts, one pulse."""
        intake = Intake()
        for record in records:
            intake.add(read_frame(f"0|H0IOCNT0|001|{record}"))
        batches, errors = intake.flush(0.0)
        assert not errors
        self.inbox.batches += batches
        self.clock.tick()
        self.clock.chart.emit()
        self.clock.pulse.emit()

    def minutes(self, code, count, *, start=9 * 3600, per_minute=6, price=10.0):
        """Records of some minutes that rise a tick a trade, each of ten contracts."""
        records = []
        for at in range(count * per_minute):
            second = start + at * 60 // per_minute
            time = f"{second // 3600:02}{second // 60 % 60:02}{second % 60:02}"
            records.append(
                self.record(
                    code,
                    time,
                    f"{price + at * 0.05:.2f}",
                    volume=1000 + 10 * at,
                    quantity=10,
                    ask=f"{price + at * 0.05 + 0.1:.2f}",
                    bid=f"{price + at * 0.05 - 0.1:.2f}",
                )
            )
        return records


@pytest.fixture
def market(qapp):
    return Market()


@pytest.fixture
def make_market(qapp):
    return Market
