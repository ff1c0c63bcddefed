"""How the cells of the field table are painted: text, and the tint of what is new."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.theme import TEXT_PX, font

PAD_PX = 8
_Role = Qt.ItemDataRole


class CellPainter(QStyledItemDelegate):
    """Paints one line of text a cell.

    The style sheet cannot both pad a cell and let the model tint it.
    """

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._font = font(TEXT_PX)
        self._metrics = QFontMetrics(self._font)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens, rect = self._desk.tokens, option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        elif index.row() % 2:
            painter.fillRect(rect, QColor(tokens.raised))
        tint = index.data(_Role.BackgroundRole)
        if tint is not None:
            painter.fillRect(rect, tint)
        box = rect.adjusted(PAD_PX, 0, -PAD_PX, 0)
        text = self._metrics.elidedText(
            index.data(_Role.DisplayRole), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.setFont(self._font)
        painter.setPen(index.data(_Role.ForegroundRole))
        painter.drawText(box, index.data(_Role.TextAlignmentRole), text)
