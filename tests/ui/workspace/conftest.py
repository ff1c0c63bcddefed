"""A window with panels that have the heads of the real ones."""

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.ui import theme
from kisopt_gui.ui.controls import PanelHead, TextButton
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.workspace import Workspace


class Panel(QWidget):
    """A head with a tool, a field and a table."""

    def __init__(self, title):
        super().__init__()
        self.head = PanelHead(title)
        self.tool = TextButton("열 선택")
        self.head.add_right(self.tool)
        self.field = QLineEdit()
        self.table = QTableWidget(3, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.head, self.field, self.table):
            column.addWidget(widget)


class Bench:
    """A window, its workspace, and the panels that were placed."""

    def __init__(self, tokens=theme.DARK, language="ko"):
        self.window = QMainWindow()
        self.window.setGeometry(0, 0, 780, 760)
        self.workspace = Workspace(self.window, tokens, Texts(language))
        self.panels = {}

    def place(self, *names):
        for name in names:
            self.panels[name] = Panel(name)
            self.workspace.place(name, self.panels[name])

    def show(self):
        self.window.show()
        self.window.activateWindow()
        QApplication.processEvents()

    def dock(self, name):
        """Return the widget that holds a panel, by what the user sees of it."""
        widget = self.panels[name].parentWidget()
        while not isinstance(widget, QDockWidget):
            widget = widget.parentWidget()
        return widget


@pytest.fixture(scope="session")
def _fonts(qapp):
    theme.load_fonts()


@pytest.fixture
def dressed(qapp, _fonts):
    """The application as the user sees it."""
    before = qapp.style().name(), qapp.font(), qapp.palette()
    theme.apply(qapp, theme.DARK)
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(before[0])
    qapp.setFont(before[1])
    qapp.setPalette(before[2])


@pytest.fixture
def bench(qtbot, dressed):
    bench = Bench()
    qtbot.addWidget(bench.window)
    bench.place("quotes", "subscriptions", "charts", "inspector")
    bench.show()
    return bench
