"""The three plots on one surface: where they stand, and what the hand does on them."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGesture, QGestureEvent, QGraphicsScene, QPinchGesture, QWidget

from kisopt_gui.ui.charts.marks import Crosshair
from kisopt_gui.ui.charts.plot import Plot
from kisopt_gui.ui.charts.scales import TIMES_PX, VALUES_PX, TimeScale
from kisopt_gui.ui.charts.ticks import multiples, time_label, time_step
from kisopt_gui.ui.charts.timespan import Timespan
from kisopt_gui.ui.charts.track import Grid
from kisopt_gui.ui.theme import Tokens

_WHEEL_NOTCH = 120
_ZOOM_NOTCH = 1.2
PRICE, IV, INTEREST = "price", "iv", "interest"


class Canvas(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Price, implied volatility and open interest above one axis of time.

    Signals:
        pan_requested: Move by a share of the width, later if positive.
        zoom_requested: Show so many times as much, and the share of the width
            that stays in place.
        hovered: The share of the width under the mouse and its pixel from the
            top; (-1, -1) when it left.
        resized: There is another number of pixels to draw on.

    Attributes:
        plots: The plots by name, from top to bottom.
        frames: How often it was painted with new points.
    """

    pan_requested = Signal(float)
    zoom_requested = Signal(float, float)
    hovered = Signal(float, float)
    resized = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frames = 0
        self.fresh = False
        self._blank = False
        self._rules: list[float] = []
        self._grid = QColor(tokens.grid)
        self._line = QColor(tokens.line)
        self._focus = QColor(tokens.muted)
        self._dragged: QPointF | None = None
        self.setBackground(tokens.panel)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setMinimumSize(240, 160)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.plots = {
            PRICE: Plot(tokens, decimals=2, least=0.01, narrowest=0.1),
            IV: Plot(tokens, decimals=2, least=0.01, narrowest=0.5),
            INTEREST: Plot(tokens, decimals=0, least=1, narrowest=10),
        }
        self.times = TimeScale(tokens)
        self.crosshair = Crosshair(tokens)
        self._build()

    def grid(self, timespan: Timespan) -> Grid:
        """Return the pixels of the plots on a stretch of time."""
        pixels = self.plots[PRICE].box.width() * self.devicePixelRatioF()
        return Grid(timespan.start, timespan.end, max(int(pixels), 1))

    def arrange(self, timespan: Timespan) -> None:
        """Show a stretch of time, and in each plot the values fitted last."""
        times = (timespan.start, timespan.end)
        step = time_step(timespan.length, self.width_px)
        rules = multiples(step, *times)
        for plot in self.plots.values():
            plot.arrange(times)
        share = self.width_px / timespan.length
        self._rules = [(at - timespan.start) * share for at in rules]
        labels = [time_label(at, step) for at in rules]
        self.times.set_times(list(zip(self._rules, labels, strict=True)), self.width_px)
        self.resetCachedContent()
        self._place_marks()

    def set_blank(self, blank: bool) -> None:
        """Hide words, scales and grid while there is nothing to measure."""
        for plot in self.plots.values():
            plot.scale.setVisible(not blank)
            plot.heading.setVisible(not blank)
        self.times.setVisible(not blank)
        self._blank = blank
        self.resetCachedContent()

    def point(self, x: float, y: float, time: str) -> None:
        """Put the crosshair on a pixel of the surface, whose time is given as words."""
        last = self.plots[INTEREST]
        self.crosshair.set_time(x, last.box.pos().y() + last.height, time)
        plot = self.plot_at(y)
        value = plot.text_of(plot.value_of(y - plot.box.pos().y())) if plot is not None else ""
        self.crosshair.set_value(y, self.width_px, value)
        self.times.set_covered(*self.crosshair.label_span())

    def unpoint(self) -> None:
        """Take the crosshair away."""
        self.crosshair.hide_lines()
        self.times.set_covered(*self.crosshair.label_span())

    def plot_at(self, y: float) -> Plot | None:
        """Return the plot that a pixel of the surface is in."""
        for plot in self.plots.values():
            top = plot.box.pos().y()
            if top <= y < top + plot.height:
                return plot
        return None

    @property
    def width_px(self) -> float:
        """Pixels from the left to the right edge of the plots."""
        return max(float(self.plots[PRICE].box.width()), 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.fresh:
            self.fresh = False
            self.frames += 1

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the grid. Qt keeps the result until the axes move."""
        super().drawBackground(painter, rect)
        right = round(self.width_px)
        for plot in self.plots.values():
            top, height = round(plot.box.pos().y()), round(plot.height)
            if not self._blank:
                for x in self._rules:
                    painter.fillRect(round(x), top, 1, height, self._grid)
                for y in plot.rules:
                    painter.fillRect(0, top + round(y), right, 1, self._grid)
            edge = self._focus if top == 0 and self.hasFocus() else self._line
            painter.fillRect(0, max(top - 1, 0), self.width(), 1, edge)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.resetCachedContent()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.resetCachedContent()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self.ci.layout.activate()
            self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # the panel knows the keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragged is not None:
            moved = self._dragged.x() - at.x()
            self._dragged = at
            if moved:
                self.pan_requested.emit(moved / self.width_px)
        self._hover(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = None
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, _event: QEvent) -> None:
        self.hovered.emit(-1.0, -1.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()) or event.modifiers() & (
            Qt.KeyboardModifier.ShiftModifier
        ):
            pixels = event.pixelDelta().x() or (turned.x() or turned.y()) / _WHEEL_NOTCH * 60
            self.pan_requested.emit(-pixels / self.width_px)
        else:
            factor = _ZOOM_NOTCH ** (-turned.y() / _WHEEL_NOTCH)
            self._zoom(factor, event.position().x())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and (
            event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._zoom(1 / max(1 + event.value(), 0.2), event.position().x())
            return True
        if isinstance(event, QGestureEvent):
            return self._pinch(event)
        return bool(super().viewportEvent(event))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            return self._pinch(event)
        return bool(super().event(event))

    def _pinch(self, event: QGestureEvent) -> bool:
        pinch: QGesture | None = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        if pinch.scaleFactor() > 0:
            centre = self.mapFromGlobal(pinch.centerPoint().toPoint())
            self._zoom(1 / pinch.scaleFactor(), centre.x())
        return True

    def _zoom(self, factor: float, x: float) -> None:
        self.zoom_requested.emit(factor, min(max(x / self.width_px, 0.0), 1.0))

    def _hover(self, at: QPointF) -> None:
        if 0 <= at.x() <= self.width_px:
            self.hovered.emit(at.x() / self.width_px, at.y())
        else:
            self.hovered.emit(-1.0, -1.0)

    def _build(self) -> None:
        layout = self.ci
        layout.setSpacing(0)
        stretches = {PRICE: 33, IV: 20, INTEREST: 20}
        for row, (name, plot) in enumerate(self.plots.items()):
            layout.addItem(plot.box, row, 0)
            layout.layout.setRowStretchFactor(row, stretches[name])
            self.scene().addItem(plot.heading)
            self.scene().addItem(plot.scale)
        layout.setContentsMargins(0, 0, VALUES_PX, TIMES_PX)
        self.scene().addItem(self.times)
        self.scene().addItem(self.crosshair)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def _place_marks(self) -> None:
        for plot in self.plots.values():
            at = plot.box.pos()
            plot.heading.setPos(at)
            plot.scale.setPos(at.x() + plot.box.width(), at.y())
        last = self.plots[INTEREST]
        self.times.setPos(0, last.box.pos().y() + last.height)
        self.crosshair.set_size(self.viewport().width(), self.viewport().height())
