"""How long a change of the order book takes to draw: the ladder against a grid of labels.

Both show the same five steps a side with orders, quantities and prices; every book differs
from the one before. Run: ``python -m benchmarks.ladder``; the books are SYNTHETIC.
"""

import os
import random
import sys
from itertools import cycle
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QWidget

from benchmarks.rounds import header, measure, row
from kisopt_gui.market.book import STEPS, Book
from kisopt_gui.market.snapshot import Level
from kisopt_gui.ui import theme
from kisopt_gui.ui.ladder.places import ROW_PX, WIDTH_PX, height
from kisopt_gui.ui.ladder.scene import Scene
from kisopt_gui.ui.ladder.sheet import Sheet
from kisopt_gui.ui.texts import Texts
from kisopt_gui.wire.control import Key

BOOKS = 200
REPEATS = 100


def books() -> list[Book]:
    """Return books of which none is like the one before."""
    draw = random.Random(7)
    made = []
    for _ in range(BOOKS):
        bid = draw.randrange(900, 1100) / 100
        asks = [Level(bid + 0.05 * (at + 1), *_standing(draw)) for at in range(STEPS)]
        bids = [Level(bid - 0.05 * at, *_standing(draw)) for at in range(STEPS)]
        made.append(
            Book(
                key=Key("H0IOASP0", "B01612A30"),
                received=perf_counter(),
                time="100000",
                asks=tuple(asks),
                bids=tuple(bids),
                ask_quantity=sum(level.quantity for level in asks),
                bid_quantity=sum(level.quantity for level in bids),
                ask_orders=40.0,
                bid_orders=42.0,
                ask_change=3.0,
                bid_change=-2.0,
            )
        )
    return made


def _standing(draw: random.Random) -> tuple[float, float]:
    return float(draw.randrange(1, 900)), float(draw.randrange(1, 60))


class Labels(QWidget):
    """The plain way: a label for each figure."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setSpacing(0)
        self._cells = [[QLabel(self) for _ in range(3)] for _ in range(2 * STEPS)]
        for line, cells in enumerate(self._cells):
            for column, label in enumerate(cells):
                grid.addWidget(label, line, column)

    def show_book(self, book: Book) -> None:
        """Write every figure."""
        for cells, level in zip(self._cells, (*reversed(book.asks), *book.bids), strict=True):
            cells[0].setText(f"{level.orders:,.0f}")
            cells[1].setText(f"{level.quantity:,.0f}")
            cells[2].setText(f"{level.price:,.2f}")


def main() -> None:
    """Print the table."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.load_fonts()
    theme.apply(app, theme.DARK)
    sheet, labels = Sheet(Texts("ko"), theme.DARK), Labels()
    pixmap = QPixmap(WIDTH_PX, height(ROW_PX))
    for widget in (sheet, labels):
        widget.resize(pixmap.size())
        widget.show()
    app.processEvents()
    of_sheet, of_labels = cycle(books()), cycle(books())

    def draw_sheet() -> None:
        for _ in range(REPEATS):
            sheet.show_scene(Scene(book=next(of_sheet), last=10.0, previous=9.8))
            sheet.render(pixmap)

    def draw_labels() -> None:
        for _ in range(REPEATS):
            labels.show_book(next(of_labels))
            labels.render(pixmap)

    spent = measure({"labels": draw_labels, "ladder": draw_sheet})
    header("A changed order book, drawn whole")
    row("a label for each figure", spent["labels"], REPEATS, spent["labels"], "baseline")
    row("the ladder", spent["ladder"], REPEATS, spent["labels"])


if __name__ == "__main__":
    main()
