"""A line for a secret: not shown, not read out, not copied, and gone when its dialog is."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from kisopt_gui.ui.controls import TextButton, icon, styled
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

_COUNT_PX = 62

_KEYS = QKeySequence.StandardKey
_COPYING = (
    *(_KEYS.Copy, _KEYS.Cut, _KEYS.DeleteEndOfLine, _KEYS.DeleteCompleteLine, _KEYS.SelectAll),
    *(_KEYS.SelectNextChar, _KEYS.SelectPreviousChar, _KEYS.SelectNextWord),
    *(_KEYS.SelectPreviousWord, _KEYS.SelectStartOfLine, _KEYS.SelectEndOfLine),
    *(_KEYS.SelectStartOfBlock, _KEYS.SelectEndOfBlock, _KEYS.SelectStartOfDocument),
    *(_KEYS.SelectEndOfDocument, _KEYS.SelectNextLine, _KEYS.SelectPreviousLine),
)
"""Keys that copy what they cut, and those that select, which on X11 is to copy at once."""


class SecretLine(QLineEdit):
    """A line whose text an eye shows for the moment: until the focus goes elsewhere.

    While it is shown nothing of it can be selected into a clipboard; while it is not, Qt sees
    to that itself.

    Args:
        counted: Whether to say how many characters there are, by which a user sees that a key
            was pasted whole.

    Attributes:
        eye: The button that shows it.
    """

    def __init__(
        self, texts: Texts, tokens: Tokens, name: str, parent: QWidget, *, counted: bool = False
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setDragEnabled(False)
        self.setAccessibleName(name)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.eye = TextButton(picture=icon("eye", tokens.muted), parent=parent)
        self.eye.setCheckable(True)
        self.eye.setToolTip(texts("keys.show"))
        self.eye.setAccessibleName(f"{texts('keys.show')}: {name}")
        self.eye.toggled.connect(self._show)
        self.eye.installEventFilter(self)
        self._count: QLabel | None = None
        if counted:
            self._count = styled(QLabel(self), "muted")
            self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.setTextMargins(0, 0, _COUNT_PX, 0)
            self.textChanged.connect(self._tell_count)

    @property
    def shown(self) -> bool:
        """Whether it can be read."""
        return self.echoMode() is QLineEdit.EchoMode.Normal

    def conceal(self) -> None:
        """Show it no more."""
        self.eye.setChecked(False)

    def wipe(self) -> None:
        """Forget it. `clear` would keep it in the history of changes."""
        self.setText("")
        self.conceal()

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.setEchoMode(mode.Normal if shown else mode.Password)
        if shown:
            self.deselect()
            if not self.eye.hasFocus():
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_count(self, text: str) -> None:
        assert self._count is not None
        length = len(text.strip())
        self._count.setText(self._texts("keys.count", count=length) if length else "")

    def _conceal_unless(self, other: QWidget) -> None:
        if not other.hasFocus():
            self.conceal()

    # Qt overrides ------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.eye and event.type() == QEvent.Type.FocusOut:
            self._conceal_unless(self)
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._conceal_unless(self.eye)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.conceal()  # then Qt's menu offers no copy
        super().contextMenuEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.shown and any(map(event.matches, _COPYING)):
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.shown:
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.shown:
            self.deselect()  # X11 copies at once what the mouse has selected
        super().mouseReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._count is not None:
            self._count.setGeometry(self.width() - _COUNT_PX - 9, 0, _COUNT_PX, self.height())
