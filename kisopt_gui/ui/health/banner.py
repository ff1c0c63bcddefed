"""The banner over the panels: one sentence, what to do about it, and it never blocks."""

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from kisopt_gui.ui.controls import MARGIN_PX, TextButton, icon, styled
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens


class Level(Enum):
    """How much a message matters; a smaller one never covers a greater one."""

    INFO = "info"
    WARNING = "warning"
    ALARM = "alarm"


_ORDER = [Level.INFO, Level.WARNING, Level.ALARM]


class Banner(QFrame):
    """A row that shows the most important message, and the next when that is gone.

    Signals:
        action_requested: The button of a message was used; the message's name.
    """

    action_requested = Signal(str)

    def __init__(self, texts: Texts, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: dict[str, tuple[Level, str, str]] = {}
        self._shown = ""
        styled(self, "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN_PX, 7, MARGIN_PX, 7)
        row.setSpacing(12)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)  # others' words stand in it
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(self)
        self.button.clicked.connect(lambda: self.action_requested.emit(self._shown))
        close = TextButton(picture=icon("close", tokens.muted), parent=self)
        close.setAccessibleName(texts("banner.close"))
        close.setToolTip(texts("banner.close"))
        close.clicked.connect(lambda: self.withdraw(self._shown))
        for widget in (self.label, self.button, close):
            row.addWidget(widget)
        self.hide()

    @property
    def messages(self) -> list[str]:
        """Names of the messages that hold."""
        return list(self._messages)

    def say(self, name: str, text: str, level: Level = Level.WARNING, action: str = "") -> None:
        """Show a message until it is withdrawn or closed.

        Args:
            name: What it is about; a new text of the same name replaces the old.
            text: One sentence, and what to do.
            level: How much it matters.
            action: Words of a button, "" for none.
        """
        if self._messages.get(name) != (level, text, action):
            self._messages[name] = (level, text, action)
            self._show()

    def withdraw(self, name: str) -> None:
        """Take a message away; nothing happens if it is not there."""
        if self._messages.pop(name, None) is not None:
            self._show()

    def _show(self) -> None:
        if not self._messages:
            self._shown = ""
            self.hide()
            return
        name = max(self._messages, key=lambda name: _ORDER.index(self._messages[name][0]))
        level, text, action = self._messages[name]
        if (name, text) != (self._shown, self.label.text()):
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        self._shown = name
        self.label.setText(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setProperty("level", level.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
