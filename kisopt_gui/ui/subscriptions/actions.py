"""What can be done with chosen rows: one action each, with its key, in the menu of the list."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.row_list import RowList
from kisopt_gui.ui.subscriptions.rows import Row, SubscriptionRows
from kisopt_gui.ui.subscriptions.standing import Tone
from kisopt_gui.ui.subscriptions.wishes import Wishes
from kisopt_gui.wire.control import Key

_KEYS: dict[str, tuple[str, ...]] = {
    "chart": ("Return", "Enter"),
    # The jamo are the same key while a Hangul layout is on.
    "pin": ("P", "ㅔ"),
    "up": ("Alt+Up",),
    "down": ("Alt+Down",),
    "top": ("Alt+Home",),
    "copy": ("Ctrl+C", "Ctrl+ㅊ"),
    "ask_again": (),
    "remove": ("Del", "Backspace"),
    "undo": ("Ctrl+Z", "Ctrl+ㅋ"),
}
_GROUPS = (("chart", "pin"), ("up", "down", "top"), ("copy", "ask_again"), ("remove", "undo"))


class RowActions(QObject):
    """The actions of the list.

    Signals:
        chart_requested: A contract should be looked at; its key.
        retry_requested: A refused contract should be asked for again; its key.
    """

    chart_requested = Signal(object)
    retry_requested = Signal(object)

    def __init__(self, desk: Desk, view: RowList, rows: SubscriptionRows, wishes: Wishes) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._rows = rows
        self._wishes = wishes
        slots: dict[str, Callable[[], None]] = {
            "chart": self._chart,
            "pin": lambda: wishes.pin(self._chosen()),
            "up": lambda: wishes.shift(self._chosen(), -1),
            "down": lambda: wishes.shift(self._chosen(), 1),
            "top": lambda: desk.watchlist.move(self._chosen(), 0),
            "copy": self._copy,
            "ask_again": self._ask_again,
            "remove": self._remove,
            "undo": wishes.undo,
        }
        self.actions = {name: self._action(name, slot) for name, slot in slots.items()}
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)

    def menu(self) -> QMenu:
        """Build the menu for what is chosen now."""
        texts = self._desk.texts
        chosen = self._chosen_rows()
        pinned = bool(chosen) and all(row.pinned for row in chosen)
        self.actions["pin"].setText(texts("subs.unpin" if pinned else "subs.pin"))
        for name, action in self.actions.items():
            action.setEnabled(bool(chosen) if name != "undo" else self._wishes.can_undo)
        refused = any(row.standing.tone is Tone.REFUSED for row in chosen)
        self.actions["ask_again"].setVisible(refused)
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for at, names in enumerate(_GROUPS):
            if at:
                menu.addSeparator()
            for name in names:
                menu.addAction(self.actions[name])
        # The keys work without the menu too, whatever was chosen when it was opened.
        menu.aboutToHide.connect(self._enable)
        return menu

    # ------------------------------------------------------------------

    def _action(self, name: str, slot: Callable[[], None]) -> QAction:
        action = QAction(self._desk.texts(f"subs.{name}"), self)
        action.setShortcuts([QKeySequence(keys) for keys in _KEYS[name]])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(lambda _checked=False: slot())
        self._view.addAction(action)
        return action

    def _open_menu(self, at: QPoint) -> None:
        self.menu().popup(self._view.viewport().mapToGlobal(at))

    def _enable(self) -> None:
        for action in self.actions.values():
            action.setEnabled(True)

    def _chosen_rows(self) -> list[Row]:
        return [self._rows.rows[place] for place in self._view.chosen()]

    def _chosen(self) -> list[Key]:
        return [row.key for row in self._chosen_rows()]

    def _chart(self) -> None:
        current = self._view.currentIndex().row()
        if current >= 0:
            self.chart_requested.emit(self._rows.rows[current].key)

    def _copy(self) -> None:
        codes = [key.code for key in self._chosen()]
        if codes:
            QGuiApplication.clipboard().setText("\n".join(codes))
            words = self._desk.texts("subs.copied", n=len(codes))
            self._wishes.said.emit(words, "muted", False)

    def _ask_again(self) -> None:
        for row in self._chosen_rows():
            if row.standing.tone is Tone.REFUSED:
                self.retry_requested.emit(row.key)

    def _remove(self) -> None:
        places = self._view.chosen()
        self._wishes.remove(self._chosen())
        # The row that moved up is the next one to go: Delete can be pressed again.
        if places and self._rows.rowCount():
            at = min(places[0], len(self._desk.watchlist) - 1)
            if at >= 0:
                self._view.choose([at], at)
