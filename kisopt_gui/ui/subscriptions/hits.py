"""What was found: a list that hangs under the search box and never takes the focus."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.theme import LABEL_PX, TEXT_PX, font
from kisopt_gui.wire.control import Key

ROW_PX = 26
MOST_SHOWN = 9
_EDGES_PX = 8
"""Border and padding of the list above and below, as in the style sheet."""
_PAD = 10
_GAP = 8

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the list.

    Attributes:
        keys: What Enter adds; several for the line that offers a whole list.
        label: Its name, or the offer.
        term: When it expires.
        code: Its code.
        note: Words at the right: that it is watched already.
        name: Its whole name for those who hear the window, "" if the label is it.
    """

    keys: tuple[Key, ...]
    label: str
    term: str = ""
    code: str = ""
    note: str = ""
    name: str = ""


class Hits(QAbstractListModel):
    """The lines found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[Hit, ...] = ()

    def put(self, lines: tuple[Hit, ...]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> str | None:
        if not index.isValid():
            return None
        hit = self.lines[index.row()]
        if role == _Role.DisplayRole:
            return hit.label
        if role in (_Role.AccessibleTextRole, _Role.ToolTipRole):
            return ", ".join(part for part in (hit.name or hit.label, hit.code, hit.note) if part)
        return None


class _HitPainter(QStyledItemDelegate):
    """Label, detail and note in one line."""

    def __init__(self, desk: Desk, hits: Hits, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._hits = hits
        self._fonts = (font(TEXT_PX), font(LABEL_PX))
        self._wide, self._narrow = (QFontMetrics(each) for each in self._fonts)
        self._code_width = self._narrow.horizontalAdvance("B01612A00")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = self._desk.tokens
        hit = self._hits.lines[index.row()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        box = rect.adjusted(_PAD, 0, -_PAD, 0)
        wide, narrow = self._fonts
        painter.setFont(narrow)
        painter.setPen(QColor(tokens.ok))
        painter.drawText(box, _RIGHT, hit.note)
        painter.setPen(QColor(tokens.muted))
        # Codes stand under each other, whichever line has a note.
        for text, width in ((None, self._note_width()), (hit.code, self._code_width)):
            if text is not None and hit.code:
                painter.drawText(box, _RIGHT, text)
            if width and hit.code:
                box.setRight(box.right() - width - _GAP)
        painter.setFont(wide)
        painter.setPen(QColor(tokens.muted if hit.note else tokens.text))
        label = self._wide.elidedText(hit.label, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, label)
        box.setLeft(box.left() + self._wide.horizontalAdvance(label) + _GAP)
        painter.setFont(narrow)
        painter.setPen(QColor(tokens.muted))
        term = self._narrow.elidedText(hit.term, Qt.TextElideMode.ElideRight, max(0, box.width()))
        painter.drawText(box, _LEFT, term)

    def _note_width(self) -> int:
        return max(
            (self._narrow.horizontalAdvance(hit.note) for hit in self._hits.lines), default=0
        )


class HitList(QListView):
    """The list under the box."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.hits = Hits(self)
        styled(self, "hits")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setModel(self.hits)
        self.setItemDelegate(_HitPainter(desk, self.hits, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(desk.texts("subs.hits_name"))
        self.entered.connect(self.setCurrentIndex)
        self.hide()

    @property
    def current(self) -> Hit | None:
        """The highlighted line."""
        index = self.currentIndex()
        return self.hits.lines[index.row()] if index.isValid() else None

    def put(self, lines: tuple[Hit, ...]) -> None:
        """Show lines with the first highlighted; nothing to show hides the list."""
        self.hits.put(lines)
        if lines:
            self.setCurrentIndex(self.hits.index(0))
            self.setFixedHeight(min(len(lines), MOST_SHOWN) * ROW_PX + _EDGES_PX)
            self.raise_()
        self.setVisible(bool(lines))

    def step(self, by: int) -> None:
        """Highlight another line; the ends hold."""
        last = len(self.hits.lines) - 1
        if last >= 0:
            at = min(last, max(0, self.currentIndex().row() + by))
            self.setCurrentIndex(self.hits.index(at))
