"""The field a contract is looked for in. Safe while a Hangul syllable is being composed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.desk import Desk

_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}


class SearchBox(QLineEdit):
    """A line whose text counts while its last syllable is still open.

    Signals:
        edited: What is written, the open syllable included, has changed.
        stepped: Up, Down and their pages: by how many lines.
        accepted: Enter was pressed.
        cancelled: Escape was pressed.
        entered: The focus came.
        left: The focus went elsewhere.
    """

    edited = Signal(str)
    stepped = Signal(int)
    accepted = Signal()
    cancelled = Signal()
    entered = Signal()
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open = ""
        self._told = ""
        self.setPlaceholderText(desk.texts("subs.search"))
        self.setAccessibleName(desk.texts("subs.search_name"))
        self.setMaxLength(4096)
        self._badge = styled(QLabel("Ctrl K", self), "key-badge")
        self._badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._tell)

    @property
    def query(self) -> str:
        """What is written, the open syllable included."""
        text, at = self.text(), self.cursorPosition()
        return text[:at] + self._open + text[at:]

    # Qt overrides ------------------------------------------------------

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._open = event.preeditString()
        super().inputMethodEvent(event)
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._open:
                QGuiApplication.inputMethod().commit()
            self.accepted.emit()
        elif key is Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_badge()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_badge()
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._badge.sizeHint()
        right = self.width() - size.width() - 7
        self._badge.setGeometry(
            right, (self.height() - size.height()) // 2, size.width(), size.height()
        )

    # ------------------------------------------------------------------

    def _tell(self) -> None:
        self._show_badge()
        if self.query != self._told:
            self._told = self.query
            self.edited.emit(self._told)

    def _show_badge(self) -> None:
        self._badge.setVisible(not self.query and not self.hasFocus())
