"""The window: head, panels in their docks, status line. It composes and has no logic of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QStatusBar, QVBoxLayout, QWidget

from kisopt_gui.assets import resource
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.health.banner import Banner
from kisopt_gui.ui.health.status_bar import StatusBar
from kisopt_gui.ui.keys.source_button import Kind, Shown
from kisopt_gui.ui.layout_tabs import LayoutTabs
from kisopt_gui.ui.top_bar import TopBar
from kisopt_gui.ui.workspace import Workspace
from kisopt_gui.wire.control import Key

if TYPE_CHECKING:
    from kisopt_gui.ui.charts.panel import ChartsPanel
    from kisopt_gui.ui.quotes.panel import QuotesPanel
    from kisopt_gui.ui.subscriptions.panel import SubscriptionsPanel

SIZE = (1600, 960)


class MainWindow(QMainWindow):
    """Everything the trader sees.

    The first paint shows head, docks and status line; `furnish` puts the grid in
    right after it, `place_subscriptions` and `place_charts` the rest when the first
    quotes are there.

    Signals:
        closed: The window was closed.
        theme_requested: The other theme is wanted.
        language_requested: The other language is wanted.
        reconnect_requested: A connection is wanted now.
        picture_requested: A picture of the window is wanted.
        about_requested: The program should say what it is.
        forget_cap_requested: The documented number of slots should be tried again.
        retry_requested: A refused key should be asked for again.

    Attributes:
        charts: The charts, None before they came.
        desk: What the panels are given.
        banner: Messages over the panels.
        tabs: The saved layouts.
        quotes: The grid.
        subscriptions: The subscription manager, None before it came.
        workspace: The docks.
    """

    closed = Signal()
    theme_requested = Signal()
    language_requested = Signal()
    reconnect_requested = Signal()
    picture_requested = Signal()
    about_requested = Signal()
    forget_cap_requested = Signal()
    retry_requested = Signal(object)

    def __init__(self, desk: Desk, shown: Shown, *, underlying: Callable[[], float]) -> None:
        super().__init__()
        self.desk = desk
        texts = desk.texts
        self.setObjectName("kisopt")
        source = shown.text(texts)
        self.setWindowTitle(f"[{source}] {texts('app.title')}")
        self.setWindowIcon(QIcon(str(resource("icons", "kisopt-128.png"))))
        self.resize(*SIZE)
        self.setAnimated(False)
        self.tabs = LayoutTabs(texts, desk.tokens, self)
        self.banner = Banner(texts, desk.tokens)
        self._underlying = underlying
        self._top = TopBar(desk, self.tabs, shown)
        head = QWidget(self)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self.banner)
        self.setMenuWidget(head)
        name = texts("source.demo") if shown.kind is Kind.DEMO else source
        self.status = StatusBar(desk, name)
        foot = styled(QStatusBar(self), "status-line")
        foot.setSizeGripEnabled(False)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.status, 1)
        self.setStatusBar(foot)
        self.workspace = Workspace(self, desk.tokens, texts, source)
        self.quotes: QuotesPanel
        self.subscriptions: SubscriptionsPanel | None = None
        self.charts: ChartsPanel | None = None
        self._made: set[str] = set()
        self._menu = self._make_menu()
        self.workspace.visibility_changed.connect(self._make_late)
        self._top.menu_requested.connect(self.open_menu)

    @property
    def top(self) -> TopBar:
        """The head row."""
        return self._top

    def furnish(self) -> None:
        """Make the grid."""
        from kisopt_gui.ui.quotes.panel import QuotesPanel

        self.quotes = QuotesPanel(self.desk)
        self.workspace.place("quotes", self.quotes)
        self.quotes.remove_requested.connect(self.desk.watchlist.remove)
        self.quotes.inspect_requested.connect(self._inspect)

    def place_subscriptions(self) -> None:
        """Make the subscription manager."""
        from kisopt_gui.ui.subscriptions.panel import SubscriptionsPanel

        panel = SubscriptionsPanel(self.desk, underlying=self._underlying)
        panel.forget_cap_requested.connect(self.forget_cap_requested)
        panel.retry_requested.connect(self.retry_requested)
        self.workspace.place("subscriptions", panel)
        self.subscriptions = panel

    def place_charts(self, charts: ChartsPanel) -> None:
        """Put the charts into their dock."""
        self.charts = charts
        self.workspace.place("charts", charts)

    def open_menu(self) -> None:
        """Show the menu under its button."""
        button = self._top.menu_button
        corner = button.mapToGlobal(button.rect().bottomRight())
        self._menu.popup(corner - QPoint(self._menu.sizeHint().width(), -4))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit()

    def _inspect(self, key: Key) -> None:
        self.desk.watchlist.select([key])
        self.workspace.show_panel("inspector")

    def _make_late(self, name: str, shown: bool) -> None:
        """Inspector and ladder are made when they are first looked at."""
        if not shown or name in self._made:
            return
        if name == "inspector":
            from kisopt_gui.ui.inspector.panel import InspectorPanel

            self.workspace.place(name, InspectorPanel(self.desk))
        elif name == "ladder":
            from kisopt_gui.ui.ladder.panel import LadderPanel

            self.workspace.place(name, LadderPanel(self.desk))
        self._made.add(name)

    def _make_menu(self) -> QMenu:
        texts = self.desk.texts
        menu = QMenu(self)
        opener = QAction(self)
        opener.setShortcut(QKeySequence("F10"))
        opener.triggered.connect(self.open_menu)
        self.addAction(opener)
        menu.addMenu(self.tabs.menu)
        menu.addMenu(self._top.source.sources)
        menu.addSeparator()
        for action in self.workspace.actions():
            menu.addAction(action)
        menu.addSeparator()
        dark = self.desk.tokens.name == "dark"
        for name, keys, wanted in (
            ("menu.theme" if dark else "menu.theme.dark", "Ctrl+Shift+T", self.theme_requested),
            ("menu.language", "Ctrl+Shift+L", self.language_requested),
            ("", "", None),
            ("menu.reconnect", "Ctrl+R", self.reconnect_requested),
            ("menu.screenshot", "Ctrl+Shift+P", self.picture_requested),
            ("menu.about", "F1", self.about_requested),
            ("", "", None),
        ):
            if wanted is None:
                menu.addSeparator()
                continue
            self._add(menu, texts(name), keys, wanted.emit)
        self._add(menu, texts("menu.quit"), "Ctrl+Q", self.close)
        return menu

    def _add(self, menu: QMenu, text: str, keys: str, slot: Callable[[], object]) -> None:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda: slot())
        self.addAction(action)
        menu.addAction(action)
