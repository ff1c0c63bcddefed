"""The context menus of the grid: of a row, and of a column's heading."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from kisopt_gui.ui.controls import icon
from kisopt_gui.ui.desk import Desk

if TYPE_CHECKING:
    from kisopt_gui.ui.quotes.panel import QuotesPanel


def row_menu(panel: "QuotesPanel", desk: Desk) -> QMenu:
    """Return the menu of the selected rows."""
    texts, menu = desk.texts, _menu(panel)
    keys = [row.key for row in panel.selected_rows()]
    pinned = bool(keys) and all(key in desk.watchlist.pins for key in keys)
    add = _Adder(menu, desk)
    add("unpin" if pinned else "pin", panel.pin, "Space", "pin")
    add("inspect", panel.inspect, "Return", "inspector")
    menu.addSeparator()
    add("copy", panel.copy, "Ctrl+C", "copy")
    add("copy_raw", panel.copy_frames, "Ctrl+Shift+C")
    menu.addSeparator()
    column = panel.view.current_column()
    if column:
        _add_sorting(add, panel, column)
        menu.addSeparator()
    add("remove", panel.remove, "Del", "remove")
    menu.setAccessibleName(texts("quotes.grid"))
    return menu


def column_menu(panel: "QuotesPanel", desk: Desk, column: str) -> QMenu:
    """Return the menu of a column's heading."""
    menu = _menu(panel)
    add = _Adder(menu, desk)
    _add_sorting(add, panel, column)
    menu.addSeparator()
    name = panel.model.column_name(column)
    add("hide", lambda: panel.hide_column(column), column=name)
    add("columns", panel.open_chooser, "", "columns")
    add("reset", panel.reset_set).setEnabled(panel.touched)
    return menu


def _add_sorting(add: "_Adder", panel: "QuotesPanel", column: str) -> None:
    model = panel.model
    name = model.column_name(column)
    for way, descending, keys in (("descending", True, "Alt+Down"), ("ascending", False, "Alt+Up")):
        sort = partial(panel.sort, column, descending=descending)
        action = add(way, sort, keys, column=name)
        action.setCheckable(True)
        action.setChecked(model.sorted_by == column and model.descending is descending)
    add("unsort", lambda: panel.sort(""), "Alt+Backspace").setEnabled(bool(model.sorted_by))


def _menu(panel: "QuotesPanel") -> QMenu:
    menu = QMenu(panel)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


class _Adder:
    """Adds entries to a menu: their texts, what they do, the keys that do the same."""

    def __init__(self, menu: QMenu, desk: Desk) -> None:
        self._menu = menu
        self._desk = desk

    def __call__(
        self,
        name: str,
        do: Callable[[], object],
        keys: str = "",
        picture: str = "",
        **facts: object,
    ) -> QAction:
        desk = self._desk
        action = self._menu.addAction(desk.texts(f"quotes.menu.{name}", **facts))
        action.triggered.connect(lambda _checked=False: do())
        if keys:
            # Shown only: the view takes the keys itself while it has the focus.
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        if picture:
            action.setIcon(icon(picture, desk.tokens.muted))
        return action
