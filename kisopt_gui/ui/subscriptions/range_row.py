"""One line that adds the strikes around the money."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from kisopt_gui.ui.controls import Segments, styled
from kisopt_gui.ui.desk import Desk

MOST_EACH_SIDE = 20
SIDES = ("call", "both", "put")


class RangeRow(QWidget):
    """At the money, plus and minus n strikes, calls or puts or both.

    Signals:
        add_requested: The button was pressed, or Enter in the number.
    """

    add_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self, "range")
        texts = desk.texts
        word = styled(QLabel(texts("subs.atm")), "muted")
        self.each_side = QSpinBox()
        self.each_side.setRange(0, MOST_EACH_SIDE)
        self.each_side.setValue(5)
        self.each_side.setFixedWidth(44)
        self.each_side.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.each_side.setAccessibleName(texts("subs.atm_long"))
        self.sides = Segments([(side, texts(f"subs.{side}")) for side in SIDES], "both")
        self.add = QPushButton(texts("subs.add"))
        self.add.setAccessibleName(texts("subs.add_range"))
        self.add.setAutoDefault(False)
        for widget in (word, self.each_side):
            widget.setToolTip(texts("subs.atm_long"))
        self.add.setToolTip(texts("subs.add_range"))
        self.add.clicked.connect(self.add_requested)
        self.each_side.lineEdit().returnPressed.connect(self.add_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(word)
        row.addWidget(self.each_side)
        row.addWidget(self.sides)
        row.addStretch(1)
        row.addWidget(self.add)
