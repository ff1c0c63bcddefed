"""What is drawn inside a plot: lines, quotes, candles, volume.

The items draw what they are given and nothing else; they are as large as the
view, so that new points never make the scene look for its items again.
"""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

Numbers = NDArray[np.floating]
Rectangles = NDArray[np.float64]
"""One row a rectangle: left, low, width, height."""

_SMOOTHED = 3
"""Points a pixel up to which a line is smoothed; a denser one is a block of colour anyway."""


class Trace(pg.GraphicsObject):  # type: ignore[misc]
    """Base of the items: as large as the view, drawn in its numbers."""

    def __init__(self, layer: int) -> None:
        super().__init__()
        self.setZValue(layer)
        self._frame = QRectF()

    def set_frame(self, frame: QRectF) -> None:
        """Tell the item which numbers the view shows."""
        self.prepareGeometryChange()
        self._frame = frame

    def boundingRect(self) -> QRectF:
        return self._frame


class Line(Trace):
    """A line through points, parted where one is missing."""

    def __init__(self, colour: str, layer: int) -> None:
        super().__init__(layer)
        self._pen = hairline(QColor(colour))
        self._path = QPainterPath()
        self._smooth = False

    def set_points(self, x: Numbers, y: Numbers, *, smooth: bool = False) -> None:
        """Draw other points."""
        whole = not np.isnan(y).any()
        self._path = pg.arrayToQPath(
            x, y.astype(np.float64), connect="all" if whole else "finite", finiteCheck=False
        )
        self._smooth = smooth
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._smooth)
        painter.setPen(self._pen)
        painter.drawPath(self._path)


class Blocks(Trace):
    """Filled rectangles of one colour: quotes, candle bodies, volume."""

    def __init__(self, colour: QColor, layer: int) -> None:
        super().__init__(layer)
        self._brush = QBrush(colour)
        self._blocks = pg.Qt.internals.PrimitiveArray(pg.QtCore.QRectF, 4)

    def set_blocks(self, blocks: Rectangles) -> None:
        """Draw other rectangles."""
        self._blocks.resize(len(blocks))
        self._blocks.ndarray()[:] = blocks
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if len(self._blocks):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._brush)
            painter.drawRects(*self._blocks.drawargs())


class Stems(Trace):
    """Upright lines of one colour: the shadows of candles."""

    def __init__(self, colour: str, layer: int) -> None:
        super().__init__(layer)
        self._pen = hairline(QColor(colour))
        self._path = QPainterPath()

    def set_stems(self, x: Numbers, low: Numbers, high: Numbers) -> None:
        """Draw other lines."""
        self._path = pg.arrayToQPath(
            np.repeat(x, 2), np.stack((low, high), axis=1).ravel(), connect="pairs"
        )
        self.update()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.setPen(self._pen)
        painter.drawPath(self._path)


class Candles:
    """Open, high, low and close: rising ones in one colour, falling ones in the other."""

    def __init__(self, up: str, down: str, flat: str, layer: int) -> None:
        self._kinds = [
            (Stems(colour, layer), Blocks(QColor(colour), layer)) for colour in (up, down, flat)
        ]

    @property
    def items(self) -> list[Trace]:
        """What is to be put into the view."""
        return [item for kind in self._kinds for item in kind]

    def set_bars(
        self,
        middle: Numbers,
        prices: Sequence[Numbers],
        width: float,
        pixel: tuple[float, float],
    ) -> None:
        """Draw other candles.

        Args:
            middle: Seconds at the middle of each.
            prices: Open, high, low and close.
            width: Seconds from side to side.
            pixel: Seconds and points of one pixel: no body is flatter or narrower.
        """
        begun, high, low, ended = prices
        width = max(width, pixel[0])
        rising = np.sign(ended - begun)
        for (stems, blocks), sign in zip(self._kinds, (1, -1, 0), strict=True):
            chosen = rising == sign
            x = middle[chosen]
            bottom = np.fmin(begun, ended)[chosen]
            height = np.maximum(np.abs(ended - begun)[chosen], pixel[1])
            stems.set_stems(x, low[chosen], high[chosen])
            blocks.set_blocks(
                np.stack((x - width / 2, bottom, np.full(len(x), width), height), axis=1)
            )


def hairline(colour: QColor, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen of one pixel at any zoom: a wider one costs ten times as much."""
    pen = QPen(colour, 1.0, style)
    pen.setCosmetic(True)
    return pen


def smooth_enough(points: int, pixels: int) -> bool:
    """Say whether a line of so many points is worth smoothing."""
    return points <= _SMOOTHED * pixels


def steps(x: Numbers, low: Numbers, high: Numbers, end: float) -> Rectangles:
    """Return the rectangles between two columns, each from its time to the next, the last to end.

    Where either is missing there is none.
    """
    until = np.append(x[1:], end) if len(x) else x
    blocks = np.stack((x, low, until - x, high - low), axis=1).astype(np.float64)
    return blocks[~np.isnan(blocks).any(axis=1)]
