"""The painting of the ladder: asks above, bids below, the day beside them."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kisopt_gui.market.book import STEPS
from kisopt_gui.market.snapshot import Level
from kisopt_gui.ui import figures
from kisopt_gui.ui.ladder import places
from kisopt_gui.ui.ladder.places import GAP_PX, HEAD_PX, LEFT, PAD_PX, RIGHT, ROW_PX, Column, Places
from kisopt_gui.ui.ladder.scene import Scene
from kisopt_gui.ui.quotes.ink import Pen, mixed
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import LABEL_PX, TEXT_PX, Tokens, font

_PRICE_TEXT_PX = 13
_LEAN_PX = 4
_TINTS = (0.06, 0.29, 0.15)
"""How much of its side's colour is in the ground, in a bar, and in an old one."""

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Sheet(QWidget):
    """Five steps a side, their sums, and how they lean. It draws what it is given.

    In the empty quarters stand figures of the day (beside the asks) and the
    last trades (beside the bids), where a Korean trader looks for them.
    """

    def __init__(self, texts: Texts, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._scene = Scene()
        self._framed = False
        self._places = Places(places.WIDTH_PX, places.height(ROW_PX))
        self._plain, self._bold, self._small = (
            Pen(each) for each in (font(TEXT_PX), font(_PRICE_TEXT_PX, bold=True), font(LABEL_PX))
        )
        self._panel, self._line = QColor(tokens.panel), QColor(tokens.line)
        self._text, self._muted = QColor(tokens.text), QColor(tokens.muted)
        self._faint, self._accent = QColor(tokens.faint), QColor(tokens.accent)
        up, down = QColor(tokens.up), QColor(tokens.down)
        self._inks = {1: up, -1: down, 0: self._text}
        self._sides = {"ask": down, "bid": up}
        self._tints = {
            side: [mixed(self._panel, ink, share) for share in _TINTS]
            for side, ink in self._sides.items()
        }
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setVerticalStretch(1)
        self.setSizePolicy(policy)
        self.setMaximumHeight(places.height(places.MOST_ROW_PX))
        self.setAccessibleName(texts("ladder.table"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def scene(self) -> Scene:
        """What is drawn now."""
        return self._scene

    def show_scene(self, scene: Scene) -> None:
        """Draw something else; nothing happens if it is the same."""
        before, self._scene = self._scene, scene
        if scene == before:
            return
        if scene.beside == before.beside:  # only the book has changed, as five times a second
            quarters = QRegion(self._places.facts).united(self._places.prints)
            self.update(QRegion(self.rect()).subtracted(quarters))
        else:
            self.update()

    def lines(self) -> list[list[str]]:
        """Return the table as texts, from the top."""
        return self._scene.lines(self._texts)

    def words_at(self, y: float) -> str:
        """Say what stands at a height, pixels; "" where nothing does."""
        step = self._places.step(y)
        if step is not None:
            return self._scene.step(self._texts, *step)
        return self._scene.sums(self._texts) if y >= self._places.foot else ""

    def sizeHint(self) -> QSize:
        return QSize(places.WIDTH_PX, places.height(ROW_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(places.LEAST_WIDTH_PX, places.height(places.LEAST_ROW_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._places = Places(self.width(), self.height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().y()), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._framed = event.reason() in _BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._framed = False
        self.update()

    # painting ------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._panel)
        scene, at = self._scene, self._places
        self._paint_head(painter)
        self._paint_side(painter, "ask", at.asks, tuple(reversed(scene.asks)))
        crossed = scene.book is not None and scene.book.crossed
        ink = self._accent if crossed else self._line
        painter.fillRect(0, at.middle, self.width(), GAP_PX - 1, ink)
        self._paint_side(painter, "bid", at.bids, scene.bids)
        if event.region().intersects(at.facts):
            self._paint_facts(painter, at.facts)
        if event.region().intersects(at.prints):
            self._paint_prints(painter, at.prints)
        self._paint_foot(painter, at.foot)
        self._paint_lean(painter, at.foot + ROW_PX + 5)
        if self._framed:
            painter.setPen(self._muted)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        self._take(painter, self._small, self._muted)
        top = (HEAD_PX - self._small.height) / 2
        names = ("orders", "asks", "price", "bids", "orders")
        for column, name in zip(self._places.columns, names, strict=True):
            if column.width:
                _write(painter, self._small, column, top, self._texts(f"ladder.{name}"))

    def _paint_side(
        self, painter: QPainter, name: str, top: int, levels: tuple[Level, ...]
    ) -> None:
        """Paint the five steps of a side, from the top."""
        scene, row, columns = self._scene, self._places.row, self._places.columns
        price, ask = columns[2], name == "ask"
        side, count = (columns[1], columns[0]) if ask else (columns[3], columns[4])
        left, right = (0, round(price.right)) if ask else (round(price.left), self.width())
        ground, fresh, old = self._tints[name]
        most = scene.most
        for rank, level in enumerate(levels):
            line = top + rank * row
            painter.fillRect(left, line, right - left, row - 1, ground)
            if level.quantity > 0:
                length = max(1, round((side.width - 2) * level.quantity / most))
                x = round(side.right - length if ask else side.left)
                painter.fillRect(x, line + 3, length, row - 7, old if scene.old else fresh)
        self._take(painter, self._plain, self._muted if scene.old else self._text)
        y = top + (row - self._plain.height) / 2
        for rank, level in enumerate(levels):
            text = figures.number(level.quantity, 0)
            _write(painter, self._plain, side, y + rank * row, text)
        if count.width:
            self._take(painter, self._small, self._muted)
            y = top + (row - self._small.height) / 2
            for rank, level in enumerate(levels):
                text = figures.number(level.orders, 0)
                _write(painter, self._small, count, y + rank * row, text)
        painter.setFont(self._bold.font)
        y = top + (row - self._bold.height) / 2
        for rank, level in enumerate(levels):
            painter.setPen(self._price_ink(level.price, old=scene.old))
            _write(painter, self._bold, price, y + rank * row, scene.price(level.price))
            if level.price == scene.last:  # the last trade was here
                box = QRectF(price.left, top + rank * row, price.width, row)
                painter.setPen(self._muted)
                painter.drawRect(box.adjusted(3.5, 2.5, -3.5, -3.5))

    def _paint_facts(self, painter: QPainter, box: QRect) -> None:
        """Paint the figures of the day into the quarter beside the asks."""
        pen, cut = self._small, self._scene.cut
        names, values = _halves(box)
        painter.setFont(pen.font)
        y = box.top() + (self._places.row - pen.height) / 2
        for fact in self._scene.facts[:STEPS]:
            needed = pen.advance(fact.label) + pen.advance(fact.text) + 2 * PAD_PX
            if needed <= box.width():  # else the figure tells more than its name
                painter.setPen(self._muted)
                _write(painter, pen, names, y, fact.label)
            painter.setPen(self._price_ink(fact.price, old=cut, none=self._text))
            _write(painter, pen, values, y, fact.text)
            y += self._places.row

    def _paint_prints(self, painter: QPainter, box: QRect) -> None:
        """Paint the last trades into the quarter beside the bids."""
        scene, pen = self._scene, self._small
        prices, quantities = _halves(box)
        painter.setFont(pen.font)
        y = box.top() + (self._places.row - pen.height) / 2
        for trade in scene.prints[:STEPS]:
            painter.setPen(self._price_ink(trade.price, old=scene.cut))
            _write(painter, pen, prices, y, scene.price(trade.price))
            painter.setPen(self._muted if scene.cut else self._text)
            _write(painter, pen, quantities, y, figures.number(trade.quantity, 0))
            y += self._places.row

    def _paint_foot(self, painter: QPainter, top: int) -> None:
        scene, columns = self._scene, self._places.columns
        painter.fillRect(0, top, self.width(), 1, self._line)
        self._take(painter, self._plain, self._muted if scene.old else self._text)
        y = top + (ROW_PX - self._plain.height) / 2
        for column, side in ((columns[1], "ask"), (columns[3], "bid")):
            text = figures.number(scene.total(side, "quantity"), 0)
            _write(painter, self._plain, column, y, text)
        self._take(painter, self._small, self._muted)
        y = top + (ROW_PX - self._small.height) / 2
        for column, side in ((columns[0], "ask"), (columns[4], "bid")):
            if column.width:
                text = figures.number(scene.total(side, "orders"), 0)
                _write(painter, self._small, column, y, text)
        _write(painter, self._small, columns[2], y, self._texts("ladder.total"))

    def _paint_lean(self, painter: QPainter, top: int) -> None:
        """Draw how much of all that stands there is asked and how much is bid."""
        book = self._scene.book
        lean = book.imbalance if book is not None else float("nan")
        width = self.width() - 2 * PAD_PX
        painter.fillRect(PAD_PX, top, width, _LEAN_PX, self._line)
        if lean != lean or self._scene.old:
            return
        asks = round(width * (1.0 - lean) / 2)
        painter.fillRect(PAD_PX, top, asks, _LEAN_PX, self._sides["ask"])
        painter.fillRect(PAD_PX + asks, top, width - asks, _LEAN_PX, self._sides["bid"])

    @staticmethod
    def _take(painter: QPainter, pen: Pen, ink: QColor) -> None:
        painter.setFont(pen.font)
        painter.setPen(ink)

    def _price_ink(self, price: float, *, old: bool, none: QColor | None = None) -> QColor:
        """The colour of a price; ``none`` is that of what is no price."""
        if price != price and none is None:
            return self._faint
        if old:
            return self._muted
        return self._inks[self._scene.trend(price)] if price == price else none or self._text


def _write(painter: QPainter, pen: Pen, column: Column, top: float, text: str) -> None:
    """Write into a column; the painter has the pen's font already."""
    laid = pen.laid.get(text)
    width = laid[1] if laid is not None else pen.advance(text)
    pen.right(painter, column.end(width), top, text)


def _halves(box: QRect) -> tuple[Column, Column]:
    """What stands at the left of a quarter, and what at the right."""
    left, right = float(box.left()), float(box.left() + box.width())
    return Column(left, right, LEFT), Column(left, right, RIGHT)
