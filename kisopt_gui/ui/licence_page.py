"""The page of the About box that lists what the program is made of, and shows its licences."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.assets import ResourceError
from kisopt_gui.licences import Component
from kisopt_gui.ui import theme
from kisopt_gui.ui.controls import MARGIN_PX, styled
from kisopt_gui.ui.texts import Texts

LIST_PX = 264
_ROW_PX = 42
_LINE_PX = 17
_GAP_PX = 8

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class ComponentModel(QAbstractListModel):
    """Components by name, as far as they have the words looked for."""

    def __init__(self, components: Sequence[Component], texts: Texts) -> None:
        super().__init__()
        self._all = list(components)
        self._shown = self._all
        self._see_text = texts("about.see_text")

    def find(self, words: str) -> None:
        """Show the components whose name or licence has all of the words."""
        wanted = words.lower().split()
        self.beginResetModel()
        self._shown = [
            each
            for each in self._all
            if all(word in f"{each.name} {each.licence}".lower() for word in wanted)
        ]
        self.endResetModel()

    def component(self, row: int) -> Component:
        """Return the component of a row."""
        return self._shown[row]

    def licence(self, row: int) -> str:
        """Return what the second line of a row says."""
        return self._shown[row].licence or self._see_text

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> str | None:
        each = self._shown[index.row()]
        if role == _Role.DisplayRole:
            return each.name
        if role == _Role.AccessibleTextRole:
            return f"{each.name} {each.version}, {self.licence(index.row())}"
        if role == _Role.ToolTipRole:
            return "\n".join(filter(None, (each.purpose, self.licence(index.row()))))
        return None


class _Row(QStyledItemDelegate):
    """Draws a component on two lines: name and version, licence."""

    def __init__(self, model: ComponentModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(LIST_PX, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        component = self._model.component(index.row())
        # The style sheet sets colours for all that is text; the theme's palette has both.
        palette = QGuiApplication.palette()
        text = palette.color(QPalette.ColorRole.Text)
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        frame: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(frame, palette.color(QPalette.ColorRole.Highlight))
        inner = frame.adjusted(MARGIN_PX, 4, -MARGIN_PX, -4)
        upper = QRect(inner.left(), inner.top(), inner.width(), _LINE_PX)
        lower = QRect(inner.left(), inner.bottom() - _LINE_PX + 1, inner.width(), _LINE_PX)
        small = theme.font(theme.LABEL_PX)
        metrics = QFontMetrics(small)
        version = metrics.elidedText(
            component.version, Qt.TextElideMode.ElideRight, upper.width() // 2
        )
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(small)
        painter.setPen(muted)
        painter.drawText(upper, align | Qt.AlignmentFlag.AlignRight, version)
        licence = self._model.licence(index.row())
        painter.drawText(
            lower,
            align | Qt.AlignmentFlag.AlignLeft,
            metrics.elidedText(licence, Qt.TextElideMode.ElideRight, lower.width()),
        )
        bold = theme.font(bold=True)
        room = upper.width() - metrics.horizontalAdvance(version) - _GAP_PX
        painter.setFont(bold)
        painter.setPen(text)
        painter.drawText(
            upper,
            align | Qt.AlignmentFlag.AlignLeft,
            QFontMetrics(bold).elidedText(component.name, Qt.TextElideMode.ElideRight, room),
        )
        painter.restore()


class _Search(QLineEdit):
    """The words looked for; the arrow keys go on to the list below."""

    def __init__(self, rows: QListView, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            model, row = self._rows.model(), self._rows.currentIndex().row()
            row += 1 if event.key() == Qt.Key.Key_Down else -1
            if 0 <= row < model.rowCount():
                self._rows.setCurrentIndex(model.index(row, 0))
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _Rows(QListView):
    """The list; what is typed on it is looked for."""

    search: QLineEdit

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text().strip():
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.setText(self.search.text() + event.text())
        else:
            super().keyPressEvent(event)


class LicencePage(QWidget):
    """Components at the left, the licence of the chosen one at the right.

    A text is read when it is chosen, not before.

    Attributes:
        search: The words looked for.
        list: The components found.
        text: The licence of the chosen one.
    """

    def __init__(
        self, components: Sequence[Component], texts: Texts, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self.model = ComponentModel(components, texts)
        self.list = styled(_Rows(self), "components")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Row(self.model, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(texts("about.components"))
        self.search = _Search(self.list, self)
        self.search.setPlaceholderText(texts("about.search"))
        self.search.setAccessibleName(texts("about.search"))
        self.search.setClearButtonEnabled(False)
        self.list.search = self.search
        self.count = styled(QLabel(self), "muted")
        self.name = styled(QLabel(self), "title")
        self.facts = styled(QLabel(self), "muted")
        for label in (self.name, self.facts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = styled(QPlainTextEdit(self), "licence")
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName(texts("about.text"))
        # Tab leaves the text: nothing is written in it.
        self.text.setTabChangesFocus(True)
        self._arrange()
        self.search.textChanged.connect(self._find)
        self.list.selectionModel().currentChanged.connect(self._show)
        self._find("")

    def _arrange(self) -> None:
        above = QVBoxLayout()
        above.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 8)
        above.setSpacing(6)
        above.addWidget(self.search)
        above.addWidget(self.count)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(above)
        left.addWidget(self.list, 1)
        side = QWidget(self)
        side.setFixedWidth(LIST_PX)
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        line = styled(QFrame(self), "hairline")
        line.setFixedWidth(1)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN_PX + 4, 12, MARGIN_PX, 8)
        head.setSpacing(3)
        head.addWidget(self.name)
        head.addWidget(self.facts)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(head)
        right.addWidget(self.text, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(line)
        row.addLayout(right, 1)

    def _find(self, words: str) -> None:
        self.model.find(words)
        count = self.model.rowCount()
        self.count.setText(
            self._texts("about.found", count=count)
            if count
            else self._texts("about.none_found", words=words)
        )
        if count:
            self.list.setCurrentIndex(self.model.index(0, 0))
        else:
            self._clear()

    def _show(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        component = self.model.component(index.row())
        self.name.setText(f"{component.name} {component.version}".strip())
        facts = (component.purpose, self.model.licence(index.row()), component.homepage)
        self.facts.setText("\n".join(filter(None, facts)))
        try:
            text = component.text() or self._texts("about.no_text")
        except ResourceError as error:
            text = error.sentence(self._texts.language)
        self.text.setPlainText(text)

    def _clear(self) -> None:
        self.name.clear()
        self.facts.clear()
        self.text.clear()
