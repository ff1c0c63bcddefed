"""A plain PySide6 + pyqtgraph window: what the bundled program is compared with.

It shows a table with a few numbers and a curve, writes the moment of its first
paint (monotonic seconds) and its memory to standard output, and ends after the
seconds that it is given.
"""

import sys
from time import perf_counter

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QTableWidget, QTableWidgetItem


class FirstPaint(QObject):
    """Notes when a widget has been painted for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the paint happen, then note the time."""
        if event.type() == QEvent.Type.Paint and not self.moment:
            watched.removeEventFilter(self)
            QApplication.sendEvent(watched, event)
            self.moment = perf_counter()
            return True
        return False


def main() -> int:
    """Show the window for a while."""
    app = QApplication(sys.argv[:1])
    table = QTableWidget(20, 8)
    for row in range(20):
        for column in range(8):
            table.setItem(row, column, QTableWidgetItem(f"{row * 8 + column:.2f}"))
    plot = pg.PlotWidget()
    plot.plot(np.cumsum(np.random.default_rng(1).normal(size=1000)))
    window = QMainWindow()
    splitter = QSplitter()
    splitter.addWidget(table)
    splitter.addWidget(plot)
    window.setCentralWidget(splitter)
    window.resize(1600, 960)
    seen = FirstPaint()
    table.viewport().installEventFilter(seen)
    window.show()
    QTimer.singleShot(int(1000 * float(sys.argv[1])), app.quit)
    status = app.exec()
    sys.stdout.write(f"{seen.moment}\n")
    return status


sys.exit(main())
