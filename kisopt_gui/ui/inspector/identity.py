"""Whose record it is, how old, and what its cumulative volumes prove."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kisopt_gui.market.watched import Watched
from kisopt_gui.ui import figures
from kisopt_gui.ui.controls import MARGIN_PX, styled
from kisopt_gui.ui.desk import Desk

FACTS = (
    ("stream", "code"),
    ("age", "trades", "revision"),
    ("lost", "gaps", "repeated", "restarts", "disordered"),
)
"""Lines of facts; their names are the texts "inspect.<fact>"."""

LEDGER = FACTS[2]
_ALARMING = ("lost", "gaps", "disordered")


class Identity(QWidget):
    """The facts of a record that are not in it, as a small grid."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.values: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(MARGIN_PX, 2, MARGIN_PX, 10)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        places = [("stream", 0, 0, 3), ("code", 0, 4, 1)]
        places += [(name, 1, 2 * at, 1) for at, name in enumerate(FACTS[1])]
        places += [(name, 2 + at // 3, 2 * (at % 3), 1) for at, name in enumerate(LEDGER)]
        for name, line, column, span in places:
            label = styled(QLabel(desk.texts(f"inspect.{name}")), "muted")
            value = styled(QLabel(figures.MISSING), "value")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(label.text())
            if name in LEDGER:
                for widget in (label, value):
                    widget.setToolTip(desk.texts(f"inspect.{name}_long"))
            grid.addWidget(label, line, column)
            grid.addWidget(value, line, column + 1, 1, span)
            self.values[name] = value
        for column in (1, 3, 5):
            grid.setColumnStretch(column, 1)

    def show_record(self, watched: Watched, age: float) -> None:
        """Show the facts of a contract.

        Args:
            watched: The contract.
            age: Seconds since its newest record.
        """
        texts, stream = self._desk.texts, watched.stream
        self._put("stream", f"{stream.tr_id} {texts.pick(stream.korean, stream.english)}")
        self._put("code", watched.key.code)
        self._put("age", figures.age(age, texts.language))
        self._put("trades", figures.number(watched.trades, 0))
        self._put("revision", figures.number(watched.revision, 0))
        for name in LEDGER:
            count = getattr(watched.ledger, name)
            self._put(name, figures.number(count, 0))
            self._dress(name, "alarm" if count and name in _ALARMING else "value")

    def _put(self, name: str, text: str) -> None:
        if self.values[name].text() != text:
            self.values[name].setText(text)

    def _dress(self, name: str, role: str) -> None:
        value = self.values[name]
        if value.property("role") != role:
            styled(value, role)
            value.style().unpolish(value)
            value.style().polish(value)
