"""The list of watched contracts: paints its rows in one loop, drags, and knows the keys."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QWidget

from kisopt_gui.ui.controls import MARGIN_PX
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.rows import MIME, Row, SubscriptionRows, faded
from kisopt_gui.ui.subscriptions.standing import Tone
from kisopt_gui.ui.theme import LABEL_PX, TEXT_PX, font
from kisopt_gui.wire.session import State

ROW_PX = 26
_GAP = 8
_DOT = 14
_AGE = 44
_PIN = 16
_CODE_FROM = 400
"""Width in pixels from which a row has room for the code."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Height(QStyledItemDelegate):
    """Tells the view how high a row is; the view paints."""

    def sizeHint(self, option: object, index: object) -> QSize:
        return QSize(0, ROW_PX)


class RowList(QListView):
    """Watched contracts as in the watchlist.

    Signals:
        pin_toggled: A diamond was clicked; its row.
    """

    pin_toggled = Signal(int)

    def __init__(self, desk: Desk, rows: SubscriptionRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = rows
        self._drop_at = -1
        self._on_diamond = False
        self._fonts = (font(TEXT_PX), font(LABEL_PX))
        self._metrics = tuple(QFontMetrics(each) for each in self._fonts)
        self.setItemDelegate(_Height(self))
        self.setModel(rows)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(desk.texts("subs.list"))

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.verticalScrollBar().setSingleStep(ROW_PX)

    def chosen(self) -> list[int]:
        """Selected rows from the top."""
        return sorted(index.row() for index in self.selectedIndexes())

    def choose(self, places: list[int], current: int) -> None:
        """Select these rows and no others."""
        model = self.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        model.clearSelection()
        for place in places:
            model.select(self._rows.index(place), flags.Select)
        if current >= 0:
            model.setCurrentIndex(self._rows.index(current), flags.NoUpdate)
            self.scrollTo(self._rows.index(current))
            bar = self.verticalScrollBar()
            bar.setValue(-(-bar.value() // ROW_PX) * ROW_PX)  # no half a row at the top

    def shown(self) -> range:
        """Places of the rows that can be seen."""
        box = self.viewport().rect()
        first = max(0, self.indexAt(box.topLeft()).row())
        last = self.indexAt(box.bottomLeft()).row()
        return range(first, (last if last >= 0 else len(self._rows.rows) - 1) + 1)

    def repaint_ages(self, places: list[int]) -> None:
        """Paint the ages of these rows again, and nothing else of them."""
        viewport = self.viewport()
        for place in places:
            rect = self.visualRect(self._rows.index(place))
            if rect.intersects(viewport.rect()):
                viewport.update(self._age_rect(rect))

    # painting ----------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows.rows:
            self._paint_empty(painter)
        region = event.region()
        for place, row in enumerate(self._rows.rows):
            rect = self.visualRect(self._rows.index(place))
            if rect.top() > event.rect().bottom():
                break
            if region.intersects(rect):
                aged = region.intersected(rect).boundingRect().left() >= self._age_rect(rect).left()
                self._paint_row(painter, rect, place, row, only_age=aged)
        if self._drop_at >= 0:
            self._paint_drop(painter)
        painter.end()

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setFont(self._fonts[1])
        painter.setPen(QColor(self._desk.tokens.muted))
        box = self.viewport().rect().adjusted(MARGIN_PX, 2 * MARGIN_PX, -MARGIN_PX, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(box, flags | Qt.TextFlag.TextWordWrap, self._desk.texts("subs.empty"))

    def _paint_row(
        self, painter: QPainter, rect: QRect, place: int, row: Row, *, only_age: bool
    ) -> None:
        tokens = self._desk.tokens
        selected = self.selectionModel().isSelected(self._rows.index(place))
        ground = tokens.selection if selected else tokens.raised if place % 2 else tokens.panel
        painter.fillRect(rect, QColor(ground))
        old = faded(row)
        quiet = QColor(tokens.faint if old else tokens.muted)
        _, small = self._fonts
        age = self._age_rect(rect)
        painter.setFont(small)
        painter.setPen(quiet)
        painter.drawText(age, _RIGHT, row.age)
        if only_age:
            return
        if row.wished:
            self._paint_pin(painter, self._pin_rect(rect), pinned=row.pinned)
        self._paint_dot(painter, rect, row.standing.tone)
        # Who is refused has no age, and a reason that needs the room.
        right = age.left() - _GAP if row.age else age.right() + 1
        self._paint_words(painter, rect, right, row, old=old)
        if self.hasFocus() and self.currentIndex().row() == place:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), quiet)

    def _paint_words(
        self, painter: QPainter, rect: QRect, right: int, row: Row, *, old: bool
    ) -> None:
        tokens = self._desk.tokens
        normal, small = self._fonts
        wide, narrow = self._metrics
        left = rect.left() + MARGIN_PX + _DOT + _GAP
        label = wide.elidedText(row.label, Qt.TextElideMode.ElideRight, right - left)
        painter.setFont(normal)
        painter.setPen(QColor(tokens.faint if old else tokens.text))
        painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _LEFT, label)
        left += wide.horizontalAdvance(label) + _GAP
        painter.setFont(small)
        painter.setPen(QColor(tokens.faint if old else tokens.muted))
        if rect.width() >= _CODE_FROM and row.label != row.key.code:
            painter.drawText(QRect(left, rect.top(), 90, rect.height()), _LEFT, row.key.code)
            left += narrow.horizontalAdvance(row.key.code) + _GAP
        if row.book is not None:
            mark, alive = self._desk.texts("subs.book"), row.book is State.ACTIVE
            painter.setPen(QColor(tokens.ok if alive else tokens.muted))
            painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _LEFT, mark)
            left += narrow.horizontalAdvance(mark) + _GAP
            painter.setPen(QColor(tokens.faint if old else tokens.muted))
        if row.standing.tone is Tone.REFUSED:
            painter.setPen(QColor(tokens.up))
        note = row.standing.note or row.expiry
        note = narrow.elidedText(note, Qt.TextElideMode.ElideRight, max(0, right - left))
        painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _RIGHT, note)

    def _paint_dot(self, painter: QPainter, rect: QRect, tone: Tone) -> None:
        """A filled dot lives, a ring waits, a cross is refused, a dash leaves."""
        tokens = self._desk.tokens
        middle = QPointF(rect.left() + MARGIN_PX + 3.5, rect.top() + rect.height() / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if tone in (Tone.ALIVE, Tone.QUIET):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.ok if tone is Tone.ALIVE else tokens.faint))
            painter.drawEllipse(middle, 3.0, 3.0)
        elif tone in (Tone.ASKED, Tone.WAITING):
            painter.setPen(QPen(QColor(tokens.accent if tone is Tone.ASKED else tokens.muted), 1.5))
            painter.drawEllipse(middle, 3.0, 3.0)
        elif tone is Tone.REFUSED:
            painter.setPen(QPen(QColor(tokens.up), 1.6))
            for dy in (-2.8, 2.8):
                painter.drawLine(middle + QPointF(-2.8, dy), middle + QPointF(2.8, -dy))
        else:
            painter.setPen(QPen(QColor(tokens.faint), 1.6))
            painter.drawLine(middle - QPointF(3.0, 0), middle + QPointF(3.0, 0))

    def _paint_pin(self, painter: QPainter, rect: QRect, *, pinned: bool) -> None:
        tokens = self._desk.tokens
        middle = QRectF(rect).center()
        diamond = QPolygonF(
            [middle + QPointF(x, y) for x, y in ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0))]
        )
        painter.setPen(QPen(QColor(tokens.accent if pinned else tokens.faint), 1))
        painter.setBrush(QColor(tokens.accent) if pinned else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(diamond)

    def _paint_drop(self, painter: QPainter) -> None:
        last = len(self._rows.rows) - 1
        rect = self.visualRect(self._rows.index(min(self._drop_at, last)))
        y = rect.top() if self._drop_at <= last else rect.bottom() + 1
        painter.fillRect(
            QRect(rect.left(), max(0, y - 1), rect.width(), 2), QColor(self._desk.tokens.accent)
        )

    @staticmethod
    def _pin_rect(rect: QRect) -> QRect:
        return QRect(rect.right() + 1 - MARGIN_PX - _PIN, rect.top(), _PIN, rect.height())

    def _age_rect(self, rect: QRect) -> QRect:
        return QRect(self._pin_rect(rect).left() - _GAP - _AGE, rect.top(), _AGE, rect.height())

    # mouse -------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._on_pin(event)
        self._on_diamond = place >= 0
        if self._on_diamond:
            self.pin_toggled.emit(place)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._on_pin(event)
        if place >= 0:
            self.pin_toggled.emit(place)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        shape = Qt.CursorShape.PointingHandCursor
        if self._pin_under(event) >= 0:
            self.viewport().setCursor(shape)
        else:
            self.viewport().unsetCursor()
        # A press on a diamond begins neither a selection nor a drag.
        if not (self._on_diamond and event.buttons()):
            super().mouseMoveEvent(event)

    def _on_pin(self, event: QMouseEvent) -> int:
        return self._pin_under(event) if event.button() == Qt.MouseButton.LeftButton else -1

    def _pin_under(self, event: QMouseEvent) -> int:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or not self._rows.rows[index.row()].wished:
            return -1
        hit = self._pin_rect(self.visualRect(index)).adjusted(-_GAP // 2, 0, MARGIN_PX, 0)
        return index.row() if hit.contains(at) else -1

    # drag --------------------------------------------------------------

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        event.acceptProposedAction()
        self._drop_at = self._place_at(event.position().toPoint().y())
        self.viewport().update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._drop_at = -1
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:
        place = self._place_at(event.position().toPoint().y())
        self._drop_at = -1
        self.viewport().update()
        if self._rows.dropMimeData(event.mimeData(), event.dropAction(), place, 0, QModelIndex()):
            event.acceptProposedAction()

    def _place_at(self, y: int) -> int:
        """The place between rows that is nearest, among those the user can order."""
        wished = len(self._desk.watchlist)
        for place in range(wished):
            if y < self.visualRect(self._rows.index(place)).center().y():
                return place
        return wished
