"""A place that stays while what stands in it is exchanged."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Holder(QWidget):
    """A widget that is filled by one other."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def put(self, widget: QWidget) -> None:
        """Hold a widget; what was held before is deleted."""
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old is not widget:
                old.hide()
                old.deleteLater()
        self._column.addWidget(widget)
