"""The one clock: drains the inbox, updates the store, says so once a frame.

It fires on the leading edge: at once when data comes after a pause, and at
most every `GAP_MS` while it keeps coming (docs/decisions/0003).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kisopt_gui.market.latency import LatencyMeter
from kisopt_gui.market.store import Store
from kisopt_gui.wire.codec import FrameError

if TYPE_CHECKING:
    from kisopt_gui.market.intake import Batch

GAP_MS = 8
CHART_MS = 50
PULSE_MS = 200
AGES_MS = 500
SECOND_MS = 1000

_NAP_S = 2.0
"""Two clocks read one after the other differ by less; a machine sleeps longer."""

# Ages are told by a clock that stands still while the machine sleeps, but on Windows.
# The first of each pair goes on: those of Linux, those of macOS.
_PAIRS = (("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"), ("CLOCK_MONOTONIC", "CLOCK_UPTIME_RAW"))
_CLOCKS = next((each for each in _PAIRS if all(hasattr(time, name) for name in each)), ())


def asleep() -> float:
    """Seconds for which this machine has slept since it was started; 0 where ages count them."""
    if not _CLOCKS:
        return 0.0
    counting, standing = (time.clock_gettime(getattr(time, name)) for name in _CLOCKS)
    return counting - standing


class Inbox(Protocol):
    """Where the feed leaves what it decoded."""

    def drain(self) -> Iterable[Batch | FrameError]:
        """Return what came since the last call, oldest first."""


class FrameClock(QObject):
    """The heart beat of the window.

    Signals:
        frame: The store has new records.
        chart: Charts may redraw; at most every `CHART_MS`, only after records or by request.
        pulse: Five times a second: what fades, states.
        ages: Twice a second: how old the numbers are.
        second: Once a second: status, figures that need no hurry.
        shown: New numbers have been drawn.

    Attributes:
        frames: Frames so far.
        latency: Times from the read of the socket to the end of the paint.
    """

    frame = Signal()
    chart = Signal()
    pulse = Signal()
    ages = Signal()
    second = Signal()
    shown = Signal()
    _woken = Signal()

    def __init__(self, store: Store, inbox: Inbox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames = 0
        self.latency = LatencyMeter()
        self._store = store
        self._inbox = inbox
        self._last = 0.0
        self._stopped = False
        self._chart_due = False
        self._unpainted: list[tuple[float, int]] = []
        self._gap = self._timer(0, self.tick, single=True)
        self._gap.setTimerType(Qt.TimerType.PreciseTimer)
        self._chart = self._timer(CHART_MS, self._draw_charts)
        self._pulse = self._timer(PULSE_MS, self.pulse.emit)
        self._ages = self._timer(AGES_MS, self.ages.emit)
        self._second = self._timer(SECOND_MS, self._beat)
        self._asleep = asleep()
        self._woken.connect(self._schedule, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to beat."""
        for timer in (self._chart, self._pulse, self._ages, self._second):
            timer.start()

    def stop(self) -> None:
        """Stop for good; what waits in the inbox stays there."""
        self._stopped = True  # the feed may still wake us
        for timer in (self._gap, self._chart, self._pulse, self._ages, self._second):
            timer.stop()

    def wake(self) -> None:
        """Say that data waits. May be called from any thread."""
        self._woken.emit()

    def redraw_charts(self) -> None:
        """Have the charts redrawn although no record came: what stands before them has changed."""
        self._chart_due = True

    def tick(self) -> None:
        """Run one frame now. Tests call this instead of waiting."""
        self._last = perf_counter()
        batches: list[Batch] = []
        for item in self._inbox.drain():
            if isinstance(item, FrameError):
                self._store.refuse(item)
            else:
                batches.append(item)
        if not batches:
            return
        self._store.apply(batches)
        self._unpainted += [(batch.received, len(batch.codes)) for batch in batches]
        self.frames += 1
        self._chart_due = True
        self.frame.emit()

    def drawn(self) -> None:
        """Say that a view has drawn the newest numbers."""
        self.painted()
        self.shown.emit()

    def painted(self) -> None:
        """Say that the screen is as new as the store: drawn, or nothing of it can be seen."""
        if self._unpainted:
            self.latency.add(perf_counter(), self._unpainted)
            self._unpainted = []

    def _beat(self) -> None:
        before, self._asleep = self._asleep, asleep()
        if self._asleep - before > _NAP_S:
            self._store.slept(self._asleep - before)
        self.second.emit()

    def _schedule(self) -> None:
        if self._stopped or self._gap.isActive():
            return
        wait = GAP_MS - (perf_counter() - self._last) * 1000
        if wait <= 0:
            self.tick()
        else:
            self._gap.start(max(1, round(wait)))

    def _draw_charts(self) -> None:
        if self._chart_due:
            self._chart_due = False
            self.chart.emit()

    def _timer(self, interval: int, slot: Callable[[], object], *, single: bool = False) -> QTimer:
        timer = QTimer(self, interval=interval, singleShot=single)
        timer.timeout.connect(slot)
        return timer
