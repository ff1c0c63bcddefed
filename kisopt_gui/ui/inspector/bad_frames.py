"""The frames that could not be read: a list, newest first, and the raw text of one."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QLabel, QListView, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from kisopt_gui.ui.controls import MARGIN_PX, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.wire.codec import FrameError

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


def reason(error: FrameError, language: str) -> str:
    """Say why a frame could not be read, without the raw text that stands beside it."""
    sentence = error.sentence(language)
    return sentence.removesuffix(str(error.facts.get("shown", ""))).rstrip(" :")


class FrameErrors(QAbstractListModel):
    """The kept errors, newest first, numbered in the order they came."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errors: list[FrameError] = []
        self._seen = 0
        self.refresh()

    def refresh(self) -> bool:
        """Follow the store; return whether there were new ones."""
        store = self._desk.store
        new = min(store.bad - self._seen, len(store.errors))
        if new <= 0:
            return False
        self._seen = store.bad
        newest = list(store.errors)[-new:][::-1]
        self.beginInsertRows(QModelIndex(), 0, new - 1)
        self._errors[:0] = newest
        self.endInsertRows()
        kept, have = len(store.errors), len(self._errors)
        if have > kept:
            self.beginRemoveRows(QModelIndex(), kept, have - 1)
            del self._errors[kept:]
            self.endRemoveRows()
        return True

    def error(self, index: Index) -> FrameError | None:
        """The error of a row."""
        return self._errors[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._errors)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> str | None:
        error = self.error(index)
        if error is None or role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        number = self._seen - index.row()
        return f"{number:,}   {reason(error, self._desk.texts.language)}"


class BadFrames(QWidget):
    """A page of the inspector."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        texts = desk.texts
        self.errors = FrameErrors(desk, self)
        self.count = styled(QLabel(), "muted")
        self.list = styled(QListView(), "errors")
        self.list.setModel(self.errors)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAlternatingRowColors(True)
        self.list.setAccessibleName(texts("inspect.bad_list"))
        self.list.selectionModel().currentChanged.connect(self._show)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.raw = QPlainTextEdit(readOnly=True)
        self.raw.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.raw.setAccessibleName(texts("inspect.raw"))
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, MARGIN_PX)
        column.setSpacing(8)
        column.addWidget(self.sentence)
        column.addWidget(self.raw, 1)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.list)
        self._split.addWidget(below)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        self.count.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 8)
        page.addWidget(self.count)
        page.addWidget(self._split, 1)
        self.refresh()

    def refresh(self) -> None:
        """Take in what could not be read since; what is being read stays chosen."""
        self.errors.refresh()
        store, texts = self._desk.store, self._desk.texts
        if not store.bad:
            words = texts("inspect.bad_none")
        elif store.bad == len(store.errors):
            words = texts("inspect.bad_count", n=store.bad)
        else:
            words = texts("inspect.bad_kept", n=store.bad, kept=len(store.errors))
        self.count.setText(words)
        self._split.setVisible(bool(store.bad))
        if not self.list.currentIndex().isValid() and self.errors.rowCount():
            self.list.setCurrentIndex(self.errors.index(0))

    def copy(self) -> bool:
        """Copy the reason and the raw text of the chosen frame; return whether there is one."""
        error = self.errors.error(self.list.currentIndex())
        if error is None:
            return False
        sentence = reason(error, self._desk.texts.language)
        QGuiApplication.clipboard().setText(f"{sentence}\n{error.frame}")
        return True

    def _show(self, current: QModelIndex) -> None:
        error = self.errors.error(current)
        language = self._desk.texts.language
        self.sentence.setText("" if error is None else reason(error, language))
        self.raw.setPlainText("" if error is None else error.frame)
