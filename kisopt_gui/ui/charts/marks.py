"""What stands over the plots in pixels: their headings and the crosshair."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from kisopt_gui.ui import theme
from kisopt_gui.ui.charts.scales import TAG_PX
from kisopt_gui.ui.charts.traces import hairline
from kisopt_gui.ui.theme import Tokens

HEADING_PX = 26
_GAP_PX = 5
_LEFT_PX = 14


class Run(NamedTuple):
    """A stretch of a heading in one colour.

    Attributes:
        text: The words.
        colour: A token's colour.
        apart: It begins something new: space before it.
    """

    text: str
    colour: str
    apart: bool = False


class Heading(QGraphicsItem):
    """The line of words at the top left of a plot."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setZValue(50)
        self._font = theme.font(theme.LABEL_PX)
        self._metrics = QFontMetricsF(self._font)
        self._backdrop = QColor(tokens.panel)
        self._backdrop.setAlpha(200)
        self._runs: list[Run] = []
        self._places: list[tuple[float, Run]] = []
        self._room = 0.0
        self._width = 0.0

    @property
    def text(self) -> str:
        """The words, for those who cannot see them."""
        return " ".join(run.text for run in self._runs)

    def set_runs(self, runs: list[Run]) -> None:
        """Say something else."""
        if runs != self._runs:
            self._runs = runs
            self._arrange()

    def set_room(self, pixels: float) -> None:
        """Tell how wide the plot is; what has no room is left out from the end."""
        if pixels != self._room:
            self._room = pixels
            self._arrange()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._width, HEADING_PX)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.fillRect(
            QRectF(_LEFT_PX - 4, 4, self._width - _LEFT_PX, HEADING_PX - 8), self._backdrop
        )
        painter.setFont(self._font)
        baseline = (HEADING_PX + self._metrics.capHeight()) / 2
        for x, run in self._places:
            painter.setPen(QColor(run.colour))
            painter.drawText(QPointF(x, baseline), run.text)

    def _arrange(self) -> None:
        self.prepareGeometryChange()
        self._places = []
        x = float(_LEFT_PX)
        for run in self._runs:
            if self._places:
                x += 3 * _GAP_PX if run.apart else _GAP_PX
            right = x + self._metrics.horizontalAdvance(run.text)
            if right > self._room:
                break
            self._places.append((x, run))
            x = right
        self._width = x + 4
        self.update()


class Crosshair(QGraphicsItem):
    """The upright line through all plots, and its time and value on the axes."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setZValue(40)
        self._pen = hairline(QColor(tokens.muted), Qt.PenStyle.DashLine)
        self._font = theme.font(theme.LABEL_PX)
        self._fill = QColor(tokens.raised)
        self._edge = hairline(QColor(tokens.muted))
        self._ink = QColor(tokens.text)
        self._size = (0.0, 0.0)
        self._upright: tuple[float, float, str] | None = None
        self._level: tuple[float, float, str] | None = None

    def set_size(self, width: float, height: float) -> None:
        """Tell how large the view is."""
        self.prepareGeometryChange()
        self._size = (width, height)

    def set_time(self, x: float, bottom: float, text: str) -> None:
        """Put the upright line at ``x``, down to ``bottom``, its time below it."""
        self._upright = (x, bottom, text)
        self.update()

    def label_span(self) -> tuple[float, float]:
        """Return between which pixels the time is written; (0, 0) if it is not."""
        if self._upright is None:
            return 0.0, 0.0
        x, _, text = self._upright
        width = QFontMetricsF(self._font).horizontalAdvance(text) + 12
        left = min(max(x - width / 2, 0), self._size[0] - width)
        return left, left + width

    def set_value(self, y: float, right: float, text: str) -> None:
        """Put the level line at ``y``, to ``right``, its value beside it; none if "" ."""
        self._level = (y, right, text) if text else None
        self.update()

    def hide_lines(self) -> None:
        """Show nothing."""
        if self._upright is not None:
            self._upright = self._level = None
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._upright is None:
            return
        painter.setFont(self._font)
        x, bottom, text = self._upright
        painter.setPen(self._pen)
        painter.drawLine(QPointF(round(x), 0), QPointF(round(x), bottom))
        left, right = self.label_span()
        self._label(painter, QRectF(left, bottom + 1, right - left, TAG_PX), text)
        if self._level is not None:
            y, right, text = self._level
            painter.setPen(self._pen)
            painter.drawLine(QPointF(0, round(y)), QPointF(right, round(y)))
            top = y - TAG_PX / 2
            self._label(painter, QRectF(right + 2, top, self._size[0] - right - 6, TAG_PX), text)

    def _label(self, painter: QPainter, box: QRectF, text: str) -> None:
        painter.setPen(self._edge)
        painter.setBrush(self._fill)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.setPen(self._ink)
        painter.drawText(
            box.adjusted(6, 0, -2, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            text,
        )
