"""One line for one sentence: what was done, what could not be, and a way back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from kisopt_gui.ui.controls import TextButton, styled

KINDS = ("muted", "value", "ok", "warning", "alarm")
"""Roles of the style sheet that a sentence may have."""

SHOWN_S = 12
"""Seconds after which a sentence gives way to the hint."""


class MessageLine(QWidget):
    """A hint, until there is something to say.

    Its place is kept when there is nothing to say: what is below must not jump
    from under the mouse.

    Signals:
        action: The button beside the sentence was pressed.
    """

    action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self, "message")
        self._hint = ""
        self._left_s = 0
        self.label = styled(QLabel(), "muted")
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = TextButton()
        self.button.hide()
        self.button.clicked.connect(self.action)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(20)

    @property
    def text(self) -> str:
        """The sentence that stands there, the hint included."""
        return self.label.text()

    def set_hint(self, hint: str) -> None:
        """Set what stands there when there is nothing to say."""
        self._hint = hint
        if self._left_s == 0:
            self._put(hint, "muted", "")

    def say(self, text: str, kind: str = "value", action: str = "") -> None:
        """Say a sentence, aloud too, with a button if ``action`` names one.

        Args:
            text: The sentence; "" takes back what stands there.
            kind: One of `KINDS`.
            action: Words of the button, "" for none.
        """
        self._left_s = SHOWN_S if text else 0
        self._put(text or self._hint, kind if text else "muted", action if text else "")
        if text:
            event = QAccessibleAnnouncementEvent(self, text)
            QAccessible.updateAccessibility(event)

    def second(self) -> None:
        """Let a second pass; an old sentence gives way to the hint."""
        if self._left_s and not self.underMouse() and not self.button.hasFocus():
            self._left_s -= 1
            if self._left_s == 0:
                self.say("")

    def _put(self, text: str, kind: str, action: str) -> None:
        self.label.setText(text)
        self.label.setToolTip(text)
        if self.label.property("role") != kind:
            styled(self.label, kind)
            self.label.style().unpolish(self.label)
            self.label.style().polish(self.label)
        self.button.setText(action)
        self.button.setVisible(bool(action))
