"""How long a chart frame takes: ours against pyqtgraph's defaults, in one process.

A frame is 50 new trades, the update and a synchronous repaint of 900 x 300
pixels, off screen. Run: ``python benchmarks/charts.py``; the trades are SYNTHETIC.
"""

import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication, QWidget

from kisopt_gui.market.history import ROW, Rows
from kisopt_gui.market.intake import Batch
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.pyramid import Pyramid, buckets, outline
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.charts.panel import ChartsPanel
from kisopt_gui.ui.charts.traces import Line
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import STREAMS

ADDED = 50
FRAMES = 40
SIZE = (900, 300)
OPEN_S, CLOSE_S = 31_500.0, 56_700.0
PANEL_SIZE = (1600, 460)


class Inbox:
    """Hands over what the benchmark puts in."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def drain(self) -> list[Batch]:
        """Return the batches and forget them."""
        batches, self.batches = self.batches, []
        return batches


def walk(length: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return invented times and prices of a day."""
    random = np.random.default_rng(7)
    seconds = np.sort(random.uniform(OPEN_S, CLOSE_S, length))
    prices = 20 + np.cumsum(random.normal(0, 0.01, length))
    return seconds, prices.astype(np.float32)


def rows(length: int) -> Rows:
    """Return invented trades of a day."""
    random = np.random.default_rng(7)
    seconds, prices = walk(length)
    whole = seconds.astype(np.int64)
    made = np.zeros(length, ROW)
    made["time"] = whole // 3600 * 10_000 + whole // 60 % 60 * 100 + whole % 60
    made["price"] = prices
    made["bid"], made["ask"] = prices - 0.05, prices + 0.05
    made["iv"] = 21 + np.cumsum(random.normal(0, 0.005, length))
    made["quantity"] = random.geometric(0.3, length)
    made["volume"] = np.cumsum(made["quantity"])
    made["open_interest"] = 11_000 + np.cumsum(random.integers(-1, 2, length))
    made["delta"] = 0.5
    return made


def timed(frame: Callable[[int], None], widget: QWidget) -> float:
    """Return the median milliseconds of a frame and its repaint."""
    times = []
    for at in range(FRAMES + 5):
        started = perf_counter()
        frame(at)
        widget.repaint()
        times.append((perf_counter() - started) * 1000)
    return statistics.median(times[5:])


def default_plot(length: int) -> float:
    """Time pyqtgraph's own plot: ``PlotWidget().plot()`` and ``setData``."""
    seconds, prices = walk(length + ADDED * (FRAMES + 5))
    prices = prices.astype(np.float64)
    widget = pg.PlotWidget()
    widget.resize(*SIZE)
    widget.show()
    curve = widget.plot()

    def frame(at: int) -> None:
        shown = length + ADDED * at
        curve.setData(seconds[:shown], prices[:shown])
        QApplication.processEvents()

    took = timed(frame, widget.viewport())
    widget.close()
    return took


def tuned_plot(length: int) -> float:
    """Time pyqtgraph's plot with its own remedies: peak down-sampling, clipped to the view."""
    seconds, prices = walk(length + ADDED * (FRAMES + 5))
    prices = prices.astype(np.float64)
    widget = pg.PlotWidget()
    widget.resize(*SIZE)
    widget.show()
    curve = widget.plot()
    widget.getPlotItem().setDownsampling(auto=True, mode="peak")
    widget.getPlotItem().setClipToView(True)

    def frame(at: int) -> None:
        shown = length + ADDED * at
        curve.setData(seconds[:shown], prices[:shown], skipFiniteCheck=True)
        QApplication.processEvents()

    took = timed(frame, widget.viewport())
    widget.close()
    return took


def our_line(length: int) -> float:
    """Time our line on the same surface: pyramid, envelope of each pixel, repaint."""
    seconds, prices = walk(length + ADDED * (FRAMES + 5))
    widget = pg.PlotWidget()
    widget.resize(*SIZE)
    widget.show()
    line = Line(theme.DARK.series[0], layer=5)
    widget.addItem(line, ignoreBounds=True)
    widget.setRange(
        xRange=(OPEN_S, CLOSE_S), yRange=(float(prices.min()), float(prices.max())), padding=0
    )
    line.set_frame(widget.getViewBox().viewRect())
    pyramid = Pyramid()
    pyramid.extend(prices[:length])
    QApplication.processEvents()

    def frame(at: int) -> None:
        shown = length + ADDED * at
        pyramid.extend(prices[:shown])
        edges = buckets(seconds[:shown], OPEN_S, CLOSE_S, SIZE[0])
        line.set_points(*outline(seconds[:shown], pyramid.envelope(edges), edges))
        QApplication.processEvents()

    took = timed(frame, widget.viewport())
    widget.close()
    return took


def panels(length: int, contracts: int, count: int, span: str) -> float:
    """Time a frame of whole panels: store, three plots, headings and tags, all repainted."""
    inbox, store = Inbox(), Store()
    clock = FrameClock(store, inbox)
    watchlist = Watchlist()
    desk = Desk(store, clock, watchlist, LinkStatus, lambda: None, Texts("ko"), theme.DARK)
    stream = STREAMS["H0IOCNT0"]
    codes = [f"B01612A{number:02}" for number in range(contracts)]
    trades = rows(length + ADDED * (FRAMES + 5))

    def put(start: int, end: int) -> None:
        for code in codes:
            size = end - start
            inbox.batches.append(
                Batch(stream, [code.encode()] * size, trades[start:end], [""] * size, 0.0)
            )
        clock.tick()

    watchlist.add([Key(stream.tr_id, code) for code in codes])
    watchlist.select([Key(stream.tr_id, code) for code in codes])
    put(0, length)
    shown = [ChartsPanel(desk) for _ in range(count)]
    for panel in shown:
        panel.restore({"span": span})
        panel.resize(*PANEL_SIZE)
        panel.show()
    QApplication.processEvents()
    times = []
    for at in range(FRAMES + 5):
        put(length + ADDED * at, length + ADDED * (at + 1))
        started = perf_counter()
        clock.chart.emit()
        if at % 4 == 0:
            clock.pulse.emit()
        for panel in shown:
            panel.canvas.viewport().repaint()
        times.append((perf_counter() - started) * 1000)
    for panel in shown:
        panel.close()
        panel.deleteLater()
    QApplication.processEvents()
    return statistics.median(times[5:])


def main() -> None:
    """Print the tables."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.load_fonts()
    theme.apply(app, theme.DARK)
    print(f"one line, {SIZE[0]} x {SIZE[1]}, {ADDED} trades added a frame, median ms of {FRAMES}")
    print(f"{'trades':>10} {'default':>9} {'tuned':>9} {'ours':>9} {'ratio':>7}")
    for length in (10_000, 100_000, 1_000_000):
        default, tuned, ours = default_plot(length), tuned_plot(length), our_line(length)
        print(f"{length:>10,} {default:>9.2f} {tuned:>9.2f} {ours:>9.2f} {default / ours:>6.0f}x")
    print(f"\nwhole panels of three plots, {PANEL_SIZE[0]} x {PANEL_SIZE[1]} each, median ms")
    print(f"{'trades each':>12} {'contracts':>10} {'panels':>7} {'span':>5} {'ms':>8}")
    for length, contracts, count, span in (
        (10_000, 1, 1, "all"),
        (100_000, 1, 1, "all"),
        (100_000, 1, 1, "30"),
        (100_000, 2, 1, "all"),
        (100_000, 1, 2, "all"),
        (100_000, 6, 1, "all"),
    ):
        took = panels(length, contracts, count, span)
        print(f"{length:>12,} {contracts:>10} {count:>7} {span:>5} {took:>8.2f}")


if __name__ == "__main__":
    main()
