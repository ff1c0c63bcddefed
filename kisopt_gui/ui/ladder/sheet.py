"""The painting of the ladder: asks above, bids below, the best of both in the middle."""

from dataclasses import dataclass
from itertools import pairwise
from math import nan

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kisopt_gui.market.book import STEPS, Book
from kisopt_gui.market.snapshot import Level
from kisopt_gui.ui import figures
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import LABEL_PX, TEXT_PX, Tokens, font

ROW_PX = 24
_HEAD_PX = 22
_FOOT_PX = 46
_PRICE_PX = 78
_ORDERS_PX = 52
_PAD_PX = 7
_GAP_PX = 3
_GROUND_ALPHA = 16
_BAR_ALPHA = 62
_NONE = Level(nan, nan, nan)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn.

    Attributes:
        book: The order book, None for an empty ladder.
        last: Last price, points, NaN if it is not known.
        previous: Close of the day before, points; prices are coloured against it.
        old: Whether it is drawn as old.
        decimals: Decimals of prices.
    """

    book: Book | None = None
    last: float = nan
    previous: float = nan
    old: bool = False
    decimals: int = 2


class Sheet(QWidget):
    """Five steps a side, their sums, and how they lean. It draws what it is given."""

    def __init__(self, texts: Texts, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._tokens = tokens
        self._scene = Scene()
        self._plain, self._bold, self._small = font(TEXT_PX), font(13, bold=True), font(LABEL_PX)
        self._metrics = QFontMetricsF(self._bold)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(texts("ladder.table"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def scene(self) -> Scene:
        """What is drawn now."""
        return self._scene

    def show_scene(self, scene: Scene) -> None:
        """Draw something else; nothing happens if it is the same."""
        if scene != self._scene:
            self._scene = scene
            self.update()

    def lines(self) -> list[list[str]]:
        """Return the table as texts, from the top: for the clipboard and for who cannot see it."""
        texts, scene = self._texts, self._scene
        heads = [texts(f"ladder.{name}") for name in ("orders", "asks", "price", "bids", "orders")]
        rows = [heads]
        for level in reversed(self._side("asks")):
            rows.append([*self._told(level)[::-1], self._price(level), "", ""])
        for level in self._side("bids"):
            rows.append(["", "", self._price(level), *self._told(level)])
        book = scene.book
        totals = [
            nan if book is None else getattr(book, name)
            for name in ("ask_orders", "ask_quantity", "bid_quantity", "bid_orders")
        ]
        told = [figures.number(total, 0) for total in totals]
        rows.append([told[0], told[1], texts("ladder.total"), told[2], told[3]])
        return rows

    def sizeHint(self) -> QSize:
        return QSize(300, _HEAD_PX + 2 * STEPS * ROW_PX + _GAP_PX + _FOOT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.sizeHint().height())

    # painting ------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._tokens.panel))
        self._paint_head(painter)
        most = self._most()
        y = float(_HEAD_PX)
        for level in reversed(self._side("asks")):
            self._paint_level(painter, y, level, most, ask=True)
            y += ROW_PX
        self._paint_middle(painter, y)
        y += _GAP_PX
        for level in self._side("bids"):
            self._paint_level(painter, y, level, most, ask=False)
            y += ROW_PX
        self._paint_foot(painter, y)
        if self.hasFocus():
            painter.setPen(QColor(self._tokens.muted))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _side(self, name: str) -> tuple[Level, ...]:
        book = self._scene.book
        return (_NONE,) * STEPS if book is None else getattr(book, name)

    def _most(self) -> float:
        levels = [*self._side("asks"), *self._side("bids")]
        return max((each.quantity for each in levels if each.quantity > 0), default=1.0)

    def _columns(self) -> tuple[QRectF, QRectF, QRectF, QRectF, QRectF]:
        """Orders, asks, price, bids, orders, without a height."""
        width = float(self.width())
        price = min(_PRICE_PX, 0.32 * width)
        side = (width - price) / 2
        orders = _ORDERS_PX if side > 2.4 * _ORDERS_PX else 0.0
        quantity = side - orders
        edges = [0.0, orders, orders + quantity, orders + quantity + price]
        edges += [edges[-1] + quantity, width]
        made = [QRectF(a, 0, b - a, 0) for a, b in pairwise(edges)]
        return made[0], made[1], made[2], made[3], made[4]

    def _paint_head(self, painter: QPainter) -> None:
        painter.setFont(self._small)
        painter.setPen(QColor(self._tokens.muted))
        names = ("orders", "asks", "price", "bids", "orders")
        aligns = (_RIGHT, _RIGHT, _CENTRE, _LEFT, _LEFT)
        for column, name, align in zip(self._columns(), names, aligns, strict=True):
            box = QRectF(column.x() + _PAD_PX, 0, column.width() - 2 * _PAD_PX, _HEAD_PX)
            if column.width():
                painter.drawText(box, align, self._texts(f"ladder.{name}"))

    def _paint_level(
        self, painter: QPainter, y: float, level: Level, most: float, *, ask: bool
    ) -> None:
        tokens, scene = self._tokens, self._scene
        orders_at, asks, price, bids, bid_orders = self._columns()
        side = asks if ask else bids
        count = orders_at if ask else bid_orders
        hue = QColor(tokens.down if ask else tokens.up)
        ground = QColor(hue)
        ground.setAlpha(_GROUND_ALPHA)
        left = 0.0 if ask else price.x()
        right = price.right() if ask else float(self.width())
        painter.fillRect(QRectF(left, y, right - left, ROW_PX - 1), ground)
        if level.quantity > 0 and not scene.old:
            bar = QColor(hue)
            bar.setAlpha(_BAR_ALPHA)
            length = max(1.0, (side.width() - 2) * level.quantity / most)
            x = side.right() - length if ask else side.x()
            painter.fillRect(QRectF(x, y + 3, length, ROW_PX - 7), bar)
        ink = QColor(tokens.muted if scene.old else tokens.text)
        quantity, orders = self._told(level)
        painter.setFont(self._plain)
        painter.setPen(ink)
        align = _RIGHT if ask else _LEFT
        pad = _PAD_PX
        painter.drawText(QRectF(side.x() + pad, y, side.width() - 2 * pad, ROW_PX), align, quantity)
        if count.width():
            painter.setFont(self._small)
            painter.setPen(QColor(tokens.muted))
            painter.drawText(
                QRectF(count.x() + pad, y, count.width() - 2 * pad, ROW_PX), align, orders
            )
        painter.setFont(self._bold)
        painter.setPen(self._price_ink(level.price))
        box = QRectF(price.x(), y, price.width(), ROW_PX)
        painter.drawText(box, _CENTRE, self._price(level))
        if level.price == scene.last:  # the last trade was here
            painter.setPen(QColor(tokens.muted))
            painter.drawRect(box.adjusted(3.5, 2.5, -3.5, -3.5))

    def _paint_middle(self, painter: QPainter, y: float) -> None:
        book, tokens = self._scene.book, self._tokens
        crossed = book is not None and book.crossed
        painter.fillRect(
            QRectF(0, y, self.width(), _GAP_PX - 1),
            QColor(tokens.accent if crossed else tokens.line),
        )

    def _paint_foot(self, painter: QPainter, y: float) -> None:
        book, tokens, texts = self._scene.book, self._tokens, self._texts
        orders_at, asks, price, bids, bid_orders = self._columns()
        ask = book.ask_quantity if book is not None else nan
        bid = book.bid_quantity if book is not None else nan
        painter.setFont(self._plain)
        painter.setPen(QColor(tokens.muted if self._scene.old else tokens.text))
        for column, align, value in ((asks, _RIGHT, ask), (bids, _LEFT, bid)):
            box = QRectF(column.x() + _PAD_PX, y, column.width() - 2 * _PAD_PX, ROW_PX)
            painter.drawText(box, align, figures.number(value, 0))
        painter.setFont(self._small)
        painter.setPen(QColor(tokens.muted))
        for column, align, value in (
            (orders_at, _RIGHT, book.ask_orders if book is not None else nan),
            (bid_orders, _LEFT, book.bid_orders if book is not None else nan),
        ):
            box = QRectF(column.x() + _PAD_PX, y, column.width() - 2 * _PAD_PX, ROW_PX)
            if column.width():
                painter.drawText(box, align, figures.number(value, 0))
        painter.drawText(
            QRectF(price.x(), y, price.width(), ROW_PX), _CENTRE, texts("ladder.total")
        )
        self._paint_lean(painter, y + ROW_PX + 5)

    def _paint_lean(self, painter: QPainter, y: float) -> None:
        """Draw how much of all that stands there is asked and how much is bid."""
        book, tokens = self._scene.book, self._tokens
        lean = book.imbalance if book is not None else nan
        width = float(self.width()) - 2 * _PAD_PX
        painter.fillRect(QRectF(_PAD_PX, y, width, 4), QColor(tokens.line))
        if lean != lean or self._scene.old:
            return
        asks = width * (1.0 - lean) / 2
        painter.fillRect(QRectF(_PAD_PX, y, asks, 4), QColor(tokens.down))
        painter.fillRect(QRectF(_PAD_PX + asks, y, width - asks, 4), QColor(tokens.up))

    # texts ---------------------------------------------------------------------

    def _price(self, level: Level) -> str:
        return figures.number(level.price, self._scene.decimals)

    def _told(self, level: Level) -> list[str]:
        return [figures.number(level.quantity, 0), figures.number(level.orders, 0)]

    def _price_ink(self, price: float) -> QColor:
        tokens, scene = self._tokens, self._scene
        if price != price:
            return QColor(tokens.faint)
        if scene.old:
            return QColor(tokens.muted)
        if price > scene.previous:
            return QColor(tokens.up)
        if price < scene.previous:
            return QColor(tokens.down)
        return QColor(tokens.text)
