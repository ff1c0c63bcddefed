"""The panels and where they stand: the only module that knows how docking is done.

The head of a panel is the title bar of its dock: it is dragged and
double-clicked there, and no second bar takes room (docs/decisions).
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QTabWidget,
    QWidget,
)
from shiboken6 import Shiboken

from kisopt_gui.layouts.arrangement import Arrangement, Docks, Window, fitted, placement
from kisopt_gui.ui import screens
from kisopt_gui.ui.controls import PanelHead, TextButton, icon, styled
from kisopt_gui.ui.holder import Holder
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

VERSION = 1
"""Version of the set of docks; a state of another version is not restored."""

SIDE_PX = 312
LADDER_PX = 300
INSPECTOR_PX = 400
_CHARTS_PART = 0.44
"""Of the height of the panels."""

_HIDDEN = ("ladder", "inspector")
"""Panels that are not shown at the very first start, nor where a layout does not know them."""

_ORDER = ("subscriptions", "quotes", "charts", "ladder", "inspector")
"""The panels as F6 goes through them."""

_KEYS = {
    "subscriptions": ("Ctrl+Shift+S", "Ctrl+Shift+ㄴ"),
    "charts": ("Ctrl+Shift+C", "Ctrl+Shift+ㅊ"),
    "ladder": ("Ctrl+Shift+B", "Ctrl+Shift+ㅠ"),
    "inspector": ("Ctrl+Shift+I", "Ctrl+Shift+ㅑ"),
}
"""What shows and hides a panel; with the key's Hangul, for when an input method is on."""

_AREAS = {
    "subscriptions": Qt.DockWidgetArea.LeftDockWidgetArea,
    "charts": Qt.DockWidgetArea.BottomDockWidgetArea,
    "ladder": Qt.DockWidgetArea.RightDockWidgetArea,
    "inspector": Qt.DockWidgetArea.RightDockWidgetArea,
}


class _Dock(QDockWidget):
    """A panel that can be moved, floated and closed by its head.

    Signals:
        menu_requested: The menu of the dock was asked for, at this place of the screen.
    """

    menu_requested = Signal(QPoint)

    def __init__(
        self, name: str, tokens: Tokens, texts: Texts, window: QMainWindow, mark: str
    ) -> None:
        super().__init__(texts(f"panel.{name}"), window)
        self.setObjectName(name)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._tip = texts("dock.head_tip")
        self._edge = QColor(tokens.faint)
        # Head and body are holders that stay when a panel is put in: Qt forgets the sizes of
        # docks whose widgets are exchanged. It also asks a title bar for its hint and overlooks
        # a fixed height; a layout respects it.
        self._head, self._body = Holder(self), Holder(self)
        self.setTitleBarWidget(self._head)
        self.setWidget(self._body)
        self._tools = QWidget(self)
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._mark = styled(QLabel(mark, self._tools), "badge")
        row.addWidget(self._mark)
        self.redock = self._tool("dock", texts("dock.redock"), tokens)
        self.redock.clicked.connect(lambda: self.setFloating(False))
        self._tool("close", texts("dock.close"), tokens).clicked.connect(self.close)
        self.topLevelChanged.connect(self._show_tools)

    def hold(self, panel: QWidget) -> None:
        """Take a panel in, its head as the title bar."""
        head = panel.findChild(PanelHead) or PanelHead(self.windowTitle(), panel)
        head.add_right(self._tools)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(
            lambda place: self.menu_requested.emit(head.mapToGlobal(place))
        )
        head.title.setToolTip(self._tip)
        self._head.put(head)
        self._body.put(panel)
        self._show_tools()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isFloating():
            # It has no frame of the system's, and what lies behind it may be as dark.
            painter = QPainter(self)
            painter.setPen(self._edge)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.end()

    def _tool(self, picture: str, text: str, tokens: Tokens) -> TextButton:
        button = TextButton(picture=icon(picture, tokens.muted), parent=self._tools)
        button.setToolTip(text)
        button.setAccessibleName(text)
        layout = self._tools.layout()
        assert layout is not None
        layout.addWidget(button)
        return button

    def _show_tools(self) -> None:
        self.redock.setVisible(self.isFloating())
        self._mark.setVisible(self.isFloating() and bool(self._mark.text()))
        self._tools.setVisible(self.isFloating() or self.objectName() in _HIDDEN)


class Workspace(QObject):
    """The docks of a window, the panel between them, and how to get from one to another.

    A panel that floats bears ``mark``, the source's name: it is a window of its own.

    Signals:
        visibility_changed: A panel was shown or hidden; its name, and whether it is shown.
    """

    visibility_changed = Signal(str, bool)

    def __init__(self, window: QMainWindow, tokens: Tokens, texts: Texts, mark: str = "") -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._panels = {name: styled(QWidget(window), "panel") for name in _ORDER}
        self._centre = Holder(window)
        window.setCentralWidget(self._centre)
        self._focused: dict[str, QWidget] = {}
        self._settled = False
        # No grouped dragging: groups of floating docks crash Qt (qgis/QGIS#62416).
        option = QMainWindow.DockOption
        window.setDockOptions(option.AllowNestedDocks | option.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDocumentMode(True)
        window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        for corner, area in (
            (Qt.Corner.TopLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea),
            (Qt.Corner.TopRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
            (Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea),
        ):
            window.setCorner(corner, area)
        self._docks = {name: _Dock(name, tokens, texts, window, mark) for name in _AREAS}
        self._toggles = {name: self._make_toggle(name) for name in _AREAS}
        for name, dock in self._docks.items():
            window.addDockWidget(_AREAS[name], dock)
            dock.menu_requested.connect(lambda place, name=name: self._open_menu(name, place))
            dock.toggleViewAction().toggled.connect(
                lambda shown, name=name: self._tell(name, shown)
            )
        for name in _ORDER:
            self.place(name, self._panels[name])
        self._float = self._make_action(
            "dock.toggle_float", ("Ctrl+Shift+F", "Ctrl+Shift+ㄹ"), self.toggle_floating
        )
        self._next = self._make_action("dock.next", ("F6",), lambda: self.cycle(1))
        self._previous = self._make_action("dock.previous", ("Shift+F6",), lambda: self.cycle(-1))
        self._reset = self._make_action("dock.reset", (), self.reset)
        self.reset()
        window.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._remember_focus)

    def place(self, name: str, panel: QWidget) -> None:
        """Put a panel into its place, the name of one in the order of F6.

        May be called at any time; the place is there before the panel.
        """
        self._panels[name] = panel
        if name in self._docks:
            self._docks[name].hold(panel)
        else:
            self._centre.put(panel)

    def actions(self) -> list[QAction]:
        """Return what can be done with the panels, for a menu; their shortcuts work without."""
        return [*self._toggles.values(), self._float, self._next, self._previous, self._reset]

    def show_panel(self, name: str) -> None:
        """Show a panel, bring it to the front, and give it the keyboard."""
        dock = self._docks.get(name)
        if dock is not None:
            dock.show()
            dock.raise_()
        self.focus(name)

    def is_shown(self, name: str) -> bool:
        """Whether a panel is shown, be it behind another one's tab."""
        return name not in self._docks or not self._docks[name].isHidden()

    def reset(self) -> None:
        """Put the panels where they were at the very first start."""
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        for name, dock in self._docks.items():
            self._window.addDockWidget(_AREAS[name], dock)
            dock.setVisible(name not in _HIDDEN)
        self._settle()

    # where everything stands

    def capture(self) -> Arrangement:
        """Return how everything stands now, on the screens of now."""
        frame = self._window.window()
        state = frame.windowState()
        big = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
        away = big | Qt.WindowState.WindowMinimized
        box = frame.normalGeometry() if state & away else frame.geometry()
        return Arrangement(
            screens=tuple(screens.screens()),
            window=screens.window(box, maximised=bool(state & big)),
            docks=Docks.of(bytes(self._window.saveState(VERSION).data()), VERSION),
        )

    def restore(self, arrangements: Sequence[Arrangement], *, move: bool = True) -> bool:
        """Let everything stand as it did on these screens, or as well as it fits on them.

        Args:
            arrangements: What is remembered, newest first.
            move: Whether the window may be moved and resized too.

        Returns:
            Whether the docks stand as remembered; if not, they stand as at the first start.
        """
        areas = screens.areas()
        found = placement(arrangements, screens.screens(), areas)
        if found is None:
            self.reset()
            return False
        if move:
            self._place_window(found.window)
        content = found.docks.content(VERSION) if found.docks is not None else None
        if content is None or not self._window.restoreState(QByteArray(content), VERSION):
            self.reset()
            return False
        self._settled = True
        for dock in self._docks.values():
            if dock.isFloating():
                box = fitted(screens.window(dock.geometry()), areas)
                dock.setGeometry(box.x, box.y, box.width, box.height)
        return True

    # from panel to panel

    def focus(self, name: str) -> None:
        """Give a panel the keyboard: where it was before, or at its first control."""
        panel = self._panels[name]
        target = self._focused.get(name)
        if target is None or not Shiboken.isValid(target) or not target.isVisible():
            # Where a panel has nothing to enter, its head may have.
            target = _entrance(panel) or _entrance(self._docks.get(name) or panel)
        if target is None:
            return
        target.window().activateWindow()
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def cycle(self, step: int) -> None:
        """Give the keyboard to the next visible panel, or with -1 to the one before."""
        names = [name for name in _ORDER if self._is_seen(name)]
        here = self._name_at(QApplication.focusWidget())
        if here in names:
            self.focus(names[(names.index(here) + step) % len(names)])
        else:
            self.focus(names[0 if step > 0 else -1])

    def toggle_floating(self) -> None:
        """Float the panel that has the keyboard, or dock it again."""
        dock = self._docks.get(self._name_at(QApplication.focusWidget()))
        if dock is not None:
            dock.setFloating(not dock.isFloating())
            self.focus(dock.objectName())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt forgets sizes given to docks before their window has one.
        if watched is self._window and event.type() == QEvent.Type.Show and not self._settled:
            self._settle()
        return False

    def _settle(self) -> None:
        window, docks = self._window, self._docks
        sides = [docks[name] for name in ("subscriptions", "ladder", "inspector")]
        widths = [SIDE_PX, LADDER_PX, INSPECTOR_PX]
        window.resizeDocks(sides, widths, Qt.Orientation.Horizontal)
        height = round(window.height() * _CHARTS_PART)
        window.resizeDocks([docks["charts"]], [height], Qt.Orientation.Vertical)
        self._settled = window.isVisible()

    def _place_window(self, box: Window) -> None:
        frame = self._window.window()
        maximised = Qt.WindowState.WindowMaximized
        frame.setWindowState(frame.windowState() & ~(maximised | Qt.WindowState.WindowFullScreen))
        frame.setGeometry(box.x, box.y, box.width, box.height)
        if box.maximised:
            frame.setWindowState(frame.windowState() | maximised)

    def _is_seen(self, name: str) -> bool:
        place = self._docks.get(name) or self._panels[name]
        if not place.isVisible() or place.isWindow():
            return place.isVisible()
        # Behind another one's tab, Qt keeps a dock outside of the window.
        return place.geometry().intersects(self._window.rect())

    def _name_at(self, widget: QWidget | None) -> str:
        """Return the name of the panel that a widget is in; "" if it is in none."""
        for name in _ORDER:
            place = self._docks.get(name) or self._panels[name]
            if widget is not None and (place is widget or place.isAncestorOf(widget)):
                return name
        return ""

    def _remember_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        name = self._name_at(new)
        if name and new is not None:
            self._focused[name] = new

    # menus and keys

    def _make_action(self, text: str, keys: Sequence[str], do: Callable[[], None]) -> QAction:
        action = QAction(self._texts(text), self._window)
        action.setShortcuts([QKeySequence(each) for each in keys])
        action.triggered.connect(lambda: do())
        self._window.addAction(action)
        return action

    def _make_toggle(self, name: str) -> QAction:
        action = self._make_action(f"panel.{name}", _KEYS[name], lambda: self._toggle(name))
        action.setCheckable(True)
        return action

    def _toggle(self, name: str) -> None:
        dock = self._docks[name]
        if dock.isHidden() or not self._is_seen(name):
            self.show_panel(name)
        else:
            had_focus = self._name_at(QApplication.focusWidget()) == name
            dock.close()
            if had_focus:
                self.focus("quotes")
        self._toggles[name].setChecked(not dock.isHidden())

    def _tell(self, name: str, shown: bool) -> None:
        self._toggles[name].setChecked(shown)
        self.visibility_changed.emit(name, shown)

    def _open_menu(self, name: str, place: QPoint) -> None:
        dock, texts = self._docks[name], self._texts
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = "dock.redock" if dock.isFloating() else "dock.float"
        menu.addAction(texts(text), lambda: dock.setFloating(not dock.isFloating()))
        for area in ("left", "right", "bottom"):
            menu.addAction(texts(f"dock.{area}"), partial(self._move, name, area))
        menu.addSeparator()
        menu.addAction(texts("dock.close"), dock.close)
        menu.addAction(self._reset)
        menu.popup(place)

    def _move(self, name: str, area: str) -> None:
        dock = self._docks[name]
        dock.setFloating(False)
        areas = {"left": "subscriptions", "right": "inspector", "bottom": "charts"}
        self._window.addDockWidget(_AREAS[areas[area]], dock)


def _entrance(panel: QWidget) -> QWidget | None:
    """Return what takes the keyboard when a panel is entered."""
    if panel.focusPolicy() & Qt.FocusPolicy.TabFocus or panel.focusProxy() is not None:
        return panel
    widget = panel.nextInFocusChain()
    while widget is not None and widget is not panel:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
        if takes and panel.isAncestorOf(widget) and widget.isVisibleTo(panel):
            return widget
        widget = widget.nextInFocusChain()
    return None
