"""The column chooser: a popup list to switch, search and reorder the columns of a set."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.ui.controls import TextButton, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes import tips
from kisopt_gui.ui.quotes.columns import COLUMNS, PLACES
from kisopt_gui.ui.quotes.ink import Ink
from kisopt_gui.ui.quotes.model import QuoteModel

_WIDTH_PX = 330
_HEIGHT_PX = 440
_LINE_PX = 25
_PAD_PX = 10

_NAME = Qt.ItemDataRole.UserRole
_NOTE = Qt.ItemDataRole.UserRole + 1
_CHECK = Qt.ItemDataRole.CheckStateRole


class ColumnChooser(QFrame):
    """Every column with a check box: the shown ones first, in their order.

    Signals:
        chosen: Other columns are to be shown, or in another order; their names.
        reset_requested: The set is to be as it comes.
    """

    chosen = Signal(list)
    reset_requested = Signal()

    def __init__(
        self, desk: Desk, model: QuoteModel, ink: Ink, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        styled(self, "popup")
        self._desk = desk
        self._column_name = model.column_name
        self._filling = False
        texts = desk.texts
        self.title = styled(QLabel(texts("quotes.chooser.title", set=title), self), "title")
        self.count = styled(QLabel(self), "muted")
        self.reset = TextButton(texts("quotes.chooser.reset"), parent=self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(texts("quotes.chooser.search"))
        self.search.setAccessibleName(texts("quotes.chooser.search"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(texts("quotes.chooser.list"))
        self.list.setItemDelegate(_ColumnDelegate(ink, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.none = styled(QLabel(texts("quotes.chooser.none"), self), "muted")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.hide()
        self.hint = styled(QLabel(texts("quotes.chooser.hint"), self), "muted")
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.none, 1)
        column.addWidget(self.hint)
        self.setFixedSize(_WIDTH_PX, _HEIGHT_PX)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.itemChanged.connect(self._tell)
        self.list.model().rowsMoved.connect(self._tell)
        self.reset.clicked.connect(self.reset_requested)

    def fill(self, shown: Sequence[str]) -> None:
        """List all columns: ``shown`` first and checked, the others as the record has them."""
        self._filling = True
        self.list.clear()
        rest = [column.name for column in COLUMNS if column.name not in shown]
        for name in (*shown, *rest):
            self.list.addItem(self._item(name, checked=name in shown))
        self.list.setCurrentRow(0)
        self._filling = False
        self._filter(self.search.text())
        self._tally()

    def open_under(self, anchor: QWidget) -> None:
        """Show the popup below a button, its right edge at the button's."""
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        screen = anchor.screen().availableGeometry()
        corner.setX(min(max(corner.x(), screen.left()), screen.right() - self.width()))
        corner.setY(min(max(corner.y(), screen.top()), screen.bottom() - self.height()))
        self.move(corner)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def names(self) -> list[str]:
        """The checked columns in the order of the list."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return [item.data(_NAME) for item in items if item.checkState() is Qt.CheckState.Checked]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            if alt and key in steps:
                self._move(steps[Qt.Key(key)])
                return True
            if watched is self.search and key == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _item(self, name: str, *, checked: bool) -> QListWidgetItem:
        column = COLUMNS[PLACES[name]]
        field = column.field
        item = QListWidgetItem(self._column_name(name))
        item.setData(_NAME, name)
        item.setData(_NOTE, "" if field is None else field.wire)
        item.setToolTip(tips.of_column(self._desk, column))
        item.setSizeHint(QSize(0, _LINE_PX))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
        item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        return item

    def _move(self, step: int) -> None:
        """Move the current column by one place; while searching there is no place to move to."""
        at = self.list.currentRow()
        to = at + step
        if self.search.text().strip() or not 0 <= to < self.list.count():
            return
        self._filling = True
        self.list.insertItem(to, self.list.takeItem(at))
        self.list.setCurrentRow(to)
        self._filling = False
        self._tell()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = 0
        for at in range(self.list.count()):
            item = self.list.item(at)
            column = COLUMNS[PLACES[item.data(_NAME)]]
            field = column.field
            names = [item.text(), column.name]
            if field is not None:
                names += [field.korean, field.english, field.name, field.wire]
            all_names = " ".join(names).casefold()
            match = all(word in all_names for word in words)
            item.setHidden(not match)
            found += match
        self.list.setDragEnabled(not words)
        self.list.setVisible(found > 0)
        self.none.setVisible(found == 0)

    def _tell(self) -> None:
        if not self._filling:
            self._tally()
            self.chosen.emit(self.names)

    def _tally(self) -> None:
        count = self._desk.texts("quotes.chooser.count", shown=len(self.names), all=len(COLUMNS))
        self.count.setText(count)


class _ColumnDelegate(QStyledItemDelegate):
    """A line: check box, name, and the wire's name quietly at the right."""

    def __init__(self, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self._ink = ink

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        if index.data(_CHECK) == Qt.CheckState.Checked.value:
            self._paint_tick(painter, option)
        note = index.data(_NOTE)
        if not note:
            return
        pen, rect = self._ink.label, option.rect
        painter.setFont(pen.font)
        painter.setPen(self._ink.muted)
        top = rect.top() + (rect.height() - pen.height) / 2
        room = rect.width() / 2
        pen.right(painter, rect.right() - _PAD_PX, top, pen.elided(note, room))

    def _paint_tick(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        widget = option.widget
        part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        lined = QStyleOptionViewItem(option)
        lined.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        box = widget.style().subElementRect(part, lined, widget)
        middle = QPointF(box.center()) + QPointF(0.5, 0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink.panel, 1.6))
        painter.drawPolyline(
            [middle + QPointF(-3, 0), middle + QPointF(-1, 2.2), middle + QPointF(3.2, -2.6)]
        )
        painter.restore()
