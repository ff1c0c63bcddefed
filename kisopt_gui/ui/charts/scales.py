"""The numbers at the right of a plot with its last values, and the times of day below."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from kisopt_gui.ui import theme
from kisopt_gui.ui.theme import Tokens

VALUES_PX = 70
TIMES_PX = 22
TAG_PX = 18
_INDENT_PX = 8
_READABLE = 4.5
_EDGE_PX = 7


class Tag(NamedTuple):
    """A number on a scale.

    Attributes:
        at: Pixels from the top of the plot.
        text: The number.
        colour: What it is filled with; "" if it only names a line of the grid.
        old: Its trade is earlier than what is shown: an outline, not filled.
    """

    at: float
    text: str
    colour: str = ""
    old: bool = False


class Scale(QGraphicsItem):
    """The numbers of a plot and, filled, its last values.

    Last values make room for each other and stay inside; a number that one of
    them would cover is left out.
    """

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setZValue(30)
        self._font = theme.font(theme.LABEL_PX)
        self._bold = theme.font(theme.LABEL_PX, bold=True)
        self._ink = QColor(tokens.muted)
        self._paper = tokens.panel
        self._height = 0.0
        self._numbers: list[Tag] = []
        self._tags: list[Tag] = []
        self._tops: list[float] = []

    @property
    def tags(self) -> list[Tag]:
        """The last values."""
        return self._tags

    @property
    def numbers(self) -> list[str]:
        """The numbers that can be read, the last values not among them."""
        return [number.text for number in self._numbers if self._free(number.at)]

    def set_numbers(self, numbers: list[Tag], height: float) -> None:
        """Show other numbers on a plot of a height in pixels."""
        self.prepareGeometryChange()
        self._numbers = numbers
        self._height = height
        self._tops = apart([tag.at for tag in self._tags], height)
        self.update()

    def set_tags(self, tags: list[Tag]) -> None:
        """Show other last values."""
        if tags != self._tags:
            self._tags = tags
            self._tops = apart([tag.at for tag in tags], self._height)
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, VALUES_PX, self._height)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.setFont(self._font)
        painter.setPen(self._ink)
        drop = QFontMetricsF(self._font).capHeight() / 2
        for number in self._numbers:
            if self._free(number.at):
                painter.drawText(QPointF(_INDENT_PX, number.at + drop), number.text)
        painter.setFont(self._bold)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for tag, top in zip(self._tags, self._tops, strict=True):
            fill = QColor(filling(tag.colour, self._paper))
            painter.setPen(fill)
            painter.setBrush(QColor(self._paper) if tag.old else fill)
            painter.drawRoundedRect(QRectF(2.5, top + 0.5, VALUES_PX - 7, TAG_PX - 1), 2, 2)
            painter.setPen(fill if tag.old else QColor(self._paper))
            painter.drawText(QPointF(_INDENT_PX, top + TAG_PX / 2 + drop), tag.text)

    def _free(self, at: float) -> bool:
        inside = _EDGE_PX <= at <= self._height - _EDGE_PX
        return inside and all(abs(top + TAG_PX / 2 - at) >= TAG_PX - 2 for top in self._tops)


class TimeScale(QGraphicsItem):
    """Times of day, each centred under its line of the grid."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.setZValue(30)
        self._font = theme.font(theme.LABEL_PX)
        self._ink = QColor(tokens.muted)
        self._width = 0.0
        self._times: list[tuple[float, str]] = []
        self._covered = (0.0, 0.0)

    @property
    def times(self) -> list[str]:
        """The times written."""
        return [text for _, text in self._times]

    def set_times(self, times: list[tuple[float, str]], width: float) -> None:
        """Show other times: pixels from the left edge, and words."""
        self.prepareGeometryChange()
        self._times = times
        self._width = width
        self.update()

    def set_covered(self, left: float, right: float) -> None:
        """Tell between which pixels something else is written."""
        self._covered = (left, right)
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._width, TIMES_PX)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.setFont(self._font)
        painter.setPen(self._ink)
        metrics = QFontMetricsF(self._font)
        baseline = (TIMES_PX + metrics.capHeight()) / 2
        for x, text in self._times:
            width = metrics.horizontalAdvance(text)
            left, right = x - width / 2, x + width / 2
            covered = left < self._covered[1] and right > self._covered[0]
            if left >= 0 and right <= self._width and not covered:
                painter.drawText(QPointF(left, baseline), text)


def apart(centres: Sequence[float], height: float) -> list[float]:
    """Return the tops of tags near their centres, none over another, all inside if they fit."""
    order = sorted(range(len(centres)), key=lambda at: centres[at])
    tops = [min(max(centre - TAG_PX / 2, 0), max(height - TAG_PX, 0)) for centre in centres]
    for above, below in pairwise(order):
        tops[below] = max(tops[below], tops[above] + TAG_PX)
    limit = height
    for at in reversed(order):
        tops[at] = max(min(tops[at], limit - TAG_PX), 0)
        limit = tops[at]
    return tops


def filling(colour: str, ink: str) -> str:
    """Return a colour, moved away from ``ink`` until words in that can be read on it."""
    fill, words = QColor(colour), QColor(ink)
    for _ in range(40):
        if contrast(fill, words) >= _READABLE:
            break
        fill = fill.darker(106) if _luminance(words) > 0.5 else fill.lighter(106)
    return fill.name()


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
