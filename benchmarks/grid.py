"""How long the grid takes to draw: ours against a plain QTableView, in one process.

The same texts and colours, the same 41 visible rows of 23 pixels: the whole
screen, then 8 rows apart from one another; with 41 and with 3,000 contracts.
Run: ``python -m benchmarks.grid``; the records are SYNTHETIC.
"""

import os
import random
import statistics
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QBrush, QRegion
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from kisopt_gui.market.contract import PRODUCTS, Contract, Side
from kisopt_gui.market.intake import Batch, Intake
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.master import Master
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes.columns import PLACES, SETS
from kisopt_gui.ui.quotes.ink import FADE_S, Ink
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.ui.quotes.panel import QuotesPanel
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.codec import read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import Slot, State
from kisopt_gui.wire.streams import INDEX_OPTION

VISIBLE = 41
ROW_PX = 23
DIRTY = range(0, VISIBLE - 1, 5)
REPEATS = 60
SIZE = (1606, 38 + 26 + VISIBLE * ROW_PX)
FOURTEEN = (*SETS["greeks"][:13], "age")
TWENTY = (*SETS["greeks"][:-1], "open", "high", "low", "age")
RECORD = (
    "B01612A30^090130^3.50^2^0.30^9.38^3.20^3.65^3.15^200^85432^298763200^3.48^5432^25^090000^2^0.30"
    "^090128^2^0.45^090010^5^-0.15^55.20^3.50^0.85^2.65^0.4523^0.0182^0.8234^-0.0752^0.0091^18.50"
    "^-0.02^-10^0.15^16.30^112.80^0.06^-3.25^3.55^3.45^450^680^1200^1850^650^18500^28000^62000^89000"
    "^3.85^15.20^0^5.00^1.50^N"
)

Index = QModelIndex | QPersistentModelIndex


class Inbox:
    """Hands over what the benchmark puts in."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def drain(self) -> list[Batch]:
        """Return the batches and forget them."""
        batches, self.batches = self.batches, []
        return batches


class Market:
    """A desk with a number of contracts, and records for them."""

    def __init__(self, count: int) -> None:
        self.keys = [Key(INDEX_OPTION.tr_id, f"B01612{at:03X}") for at in range(count)]
        listed = {
            key.code: Contract(
                key.code, Side.CALL, PRODUCTS["K2I"], 900.0 + at, date(2026, 12, 10), "202612"
            )
            for at, key in enumerate(self.keys)
        }
        status = LinkStatus(
            link=Link.LIVE, slots=tuple(Slot(key, State.ACTIVE) for key in self.keys)
        )
        master = Master(listed)
        self.store, self.inbox, self.watchlist = Store(), Inbox(), Watchlist()
        self.clock = FrameClock(self.store, self.inbox)
        self.desk = Desk(
            self.store,
            self.clock,
            self.watchlist,
            lambda: status,
            lambda: master,
            Texts("ko"),
            theme.DARK,
        )
        self.watchlist.add(self.keys)
        self._draw = random.Random(7)
        self._volume = 100_000

    def batches(self, keys: list[Key]) -> list[Batch]:
        """Return one new record of each key, read and ready to be taken in."""
        intake = Intake()
        for key in keys:
            values = RECORD.split("^")
            self._volume += 3
            for name, low, high, decimals in (
                ("price", 1, 40, 2), ("bid", 1, 40, 2), ("ask", 1, 40, 2),
                ("implied_volatility", 18, 26, 2), ("delta", -1, 1, 2), ("theta", -2, 0, 2),
                ("open_interest", 1_000, 20_000, 0), ("theoretical", 1, 40, 2),
            ):  # fmt: skip
                number = self._draw.uniform(low, high)
                values[INDEX_OPTION.position[name]] = f"{number:.{decimals}f}"
            values[INDEX_OPTION.position["volume"]] = str(self._volume)
            values[0] = key.code
            intake.add(read_frame(f"0|{key.tr_id}|001|{'^'.join(values)}"))
        batches, _ = intake.flush(perf_counter())
        return batches


class PlainModel(QAbstractTableModel):
    """The same rows for a table that asks for everything role by role."""

    def __init__(self, quotes: QuoteModel, names: tuple[str, ...]) -> None:
        super().__init__()
        ink = Ink(theme.DARK)
        self._brushes = [QBrush(color) for color in ink.tones]
        self._texts = [[quotes.text(row, PLACES[name]) for name in names] for row in quotes.rows]
        self._tones = [[row.tones[PLACES[name]] for name in names] for row in quotes.rows]
        self._columns = len(names)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many contracts there are."""
        return len(self._texts)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns are shown."""
        return self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Look a cell up."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._brushes[self._tones[index.row()][index.column()]]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def median(work: Callable[[], object]) -> float:
    """Return the median milliseconds of some work."""
    times = []
    for _ in range(REPEATS):
        began = perf_counter()
        work()
        times.append((perf_counter() - began) * 1000)
    return statistics.median(times)


def drawing(viewport: QWidget) -> tuple[float, float]:
    """Time the whole viewport and 8 rows of it."""
    region = QRegion()
    for row in DIRTY:
        region += QRect(0, row * ROW_PX, viewport.width(), ROW_PX)
    return median(viewport.repaint), median(lambda: viewport.repaint(region))


def ours(count: int, names: tuple[str, ...]) -> tuple[QuotesPanel, Market]:
    """Return our panel, shown, with a record of every contract."""
    market = Market(count)
    panel = QuotesPanel(market.desk)
    panel.choose_columns(list(names))
    panel.resize(*SIZE)
    panel.show()
    market.inbox.batches += market.batches(market.keys)
    market.clock.tick()
    QApplication.processEvents()
    return panel, market


def plain(panel: QuotesPanel, names: tuple[str, ...]) -> QTableView:
    """Return a plain table of the same rows, shown."""
    table = QTableView()
    table.setModel(PlainModel(panel.model, names))
    table.model().setParent(table)
    table.setShowGrid(False)
    table.verticalHeader().setDefaultSectionSize(ROW_PX)
    table.verticalHeader().setFixedWidth(panel.view.contracts.width())
    table.horizontalHeader().setFixedHeight(26)
    for at in range(len(names)):
        table.setColumnWidth(at, panel.view.viewport().width() // len(names))
    table.resize(SIZE[0], 26 + VISIBLE * ROW_PX)
    table.show()
    QApplication.processEvents()
    return table


def live(panel: QuotesPanel, market: Market, changed: int) -> float:
    """Time a frame in which some visible contracts traded: texts, tints and drawing."""
    keys = market.keys[:VISIBLE] if changed >= VISIBLE else [market.keys[at] for at in DIRTY]
    times = []
    for _ in range(REPEATS):
        market.store.apply(market.batches(keys))
        began = perf_counter()
        panel.view.refresh()
        QApplication.processEvents()
        times.append((perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.load_fonts()
    theme.apply(app, theme.DARK)
    app.setStyleSheet("")  # it doubles the time of a plain table, and costs ours nothing
    print(f"{VISIBLE} visible rows, median ms of {REPEATS}")
    print(
        f"{'contracts x columns':>20} {'plain':>8} {'ours':>8} {'ratio':>7}"
        f" {'8 plain':>9} {'8 ours':>8} {'ratio':>7} {'8 traded':>9} {'all traded':>11}"
    )
    full: dict[tuple[int, int], tuple[float, float]] = {}
    for count, names in ((VISIBLE, FOURTEEN), (VISIBLE, TWENTY), (3_000, TWENTY)):
        panel, market = ours(count, names)
        table = plain(panel, names)
        whole_plain, few_plain = drawing(table.viewport())
        table.close()
        while perf_counter() - market.store.contracts()[0].received < 2 * FADE_S:
            app.processEvents()
        whole, few = drawing(panel.view.viewport())
        full[count, len(names)] = (whole, few)
        some, every = live(panel, market, len(DIRTY)), live(panel, market, VISIBLE)
        print(
            f"{count:>12,} x {len(names):<5} {whole_plain:>8.2f} {whole:>8.2f}"
            f" {whole_plain / whole:>6.1f}x {few_plain:>9.2f} {few:>8.2f}"
            f" {few_plain / few:>6.1f}x {some:>9.2f} {every:>11.2f}"
        )
        panel.close()
        for widget in (table, panel):
            widget.deleteLater()
        app.processEvents()
    grown = [full[3_000, 20][at] / full[VISIBLE, 20][at] for at in (0, 1)]
    print(f"3,000 contracts against {VISIBLE}: x{grown[0]:.2f} whole, x{grown[1]:.2f} for 8 rows")


if __name__ == "__main__":
    main()
