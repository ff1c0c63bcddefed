"""The saved layouts as tabs in the head of the window."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QTabBar, QWidget

from kisopt_gui.ui.controls import TextButton, icon, styled
from kisopt_gui.ui.layout_strip import LayoutStrip, NameEdit
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

_LEAST_PX = 320
_EDIT_PX = 150
_DOT = '<span style="color:{color}; font-size:7px">●</span>'
_KEYS = 9
"""Tabs that have a key, Ctrl+1 to Ctrl+9."""


class LayoutTabs(QWidget):
    """One tab a layout: click to switch, double-click to rename, drag to order.

    It only asks; what is true is told by `show_layouts`.

    Signals:
        switch_requested: Another layout is wanted; its name.
        new_requested: What is shown is to become a new layout.
        save_requested: What is shown is to be saved into the current layout.
        save_as_requested: The same under another name.
        rename_requested: A layout is to get another name; the old and the new one.
        duplicate_requested: A layout is to be copied; its name.
        move_requested: A layout is to stand elsewhere; its name and its place from 0.
        import_requested: A layout is to be read from a file.
        export_requested: A layout is to be written to a file; its name.
        delete_requested: A layout is to be deleted; its name.

    Attributes:
        menu: What can be done with the current layout.
    """

    switch_requested = Signal(str)
    new_requested = Signal()
    save_requested = Signal()
    save_as_requested = Signal()
    rename_requested = Signal(str, str)
    duplicate_requested = Signal(str)
    move_requested = Signal(str, int)
    import_requested = Signal()
    export_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, texts: Texts, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._tokens = tokens
        self._names: list[str] = []
        self._current = ""
        self._unsaved = False
        self._filling = False
        self._refused = False
        self.strip = LayoutStrip(self)
        self.strip.setAccessibleName(texts("layouts"))
        self.new = TextButton(picture=icon("add", tokens.muted), parent=self)
        self.new.setToolTip(texts("layouts.new"))
        self.new.setAccessibleName(texts("layouts.new"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.strip)
        row.addWidget(self.new)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.edit = NameEdit(self)
        self.note = styled(QLabel(self.window()), "tab-note")
        self.note.hide()
        self.menu = QMenu(texts("layouts"), self)
        self.menu.aboutToShow.connect(lambda: self._fill_menu(self.menu, self._current))
        self._add_keys()
        self.strip.currentChanged.connect(self._ask_switch)
        self.strip.edit_requested.connect(lambda index: self.rename(self._names[index]))
        self.strip.menu_requested.connect(self._open_menu)
        self.strip.dropped.connect(
            lambda index: self.move_requested.emit(self.strip.tabData(index), index)
        )
        self.strip.pressed.connect(self._leave_edit)
        self.new.clicked.connect(self.new_requested)
        self.edit.entered.connect(self._ask_rename)
        self.edit.left.connect(self._leave_edit)
        self.edit.cancelled.connect(self._cancel_edit)

    def show_layouts(self, names: Sequence[str], current: str) -> None:
        """Show these layouts, one of which is the current one."""
        self._close_edit()
        self._filling = True
        if list(names) != self._names:
            self._names = list(names)
            while self.strip.count() > len(names):
                self.strip.removeTab(self.strip.count() - 1)
            while self.strip.count() < len(names):
                self.strip.addTab("")
        self._current = current
        self.strip.setCurrentIndex(self._names.index(current))
        self._filling = False
        self._label()

    def set_unsaved(self, unsaved: bool) -> None:
        """Say whether the current layout differs from what was saved of it."""
        if unsaved != self._unsaved:
            self._unsaved = unsaved
            self._label()

    def rename(self, name: str) -> None:
        """Let the user edit a layout's name on its tab."""
        index = self._names.index(name)
        box = self.strip.tabRect(index).translated(self.strip.pos())
        box.setWidth(max(box.width(), _EDIT_PX))
        self.edit.setProperty("layout", name)
        self.edit.setAccessibleName(self._texts("layouts.rename"))
        self.edit.setText(name)
        self.edit.setGeometry(box)
        self.edit.raise_()
        self.edit.show()
        self.edit.selectAll()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, sentence: str) -> None:
        """Say under the name being edited why it cannot be used."""
        self._refused = True
        if not self.edit.isVisible():
            return
        self.note.setParent(self.window())
        self.note.setText(sentence)
        self.note.adjustSize()
        below = self.edit.mapTo(self.window(), QPoint(0, self.edit.height() + 4))
        room = self.window().width() - self.note.width()
        self.note.move(max(0, min(below.x(), room)), below.y())
        self.note.show()
        self.note.raise_()
        self.edit.setAccessibleDescription(sentence)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint().boundedTo(QSize(_LEAST_PX, 999))

    def _label(self) -> None:
        """Write names, keys and the mark of unsaved changes on the tabs."""
        for index, name in enumerate(self._names):
            unsaved = self._unsaved and name == self._current
            key = self._key(index)
            # First the mark, then the text: it is the text that makes the strip measure anew.
            shown = key.replace("+", " ") if index == 0 else key[-1:]
            dot = _DOT.format(color=self._tokens.accent) if unsaved else ""
            mark = self._mark(index)
            mark.setText("&nbsp; ".join(filter(None, (dot, shown))))
            mark.adjustSize()
            # "&" would make the next letter a key.
            self.strip.setTabText(index, name.replace("&", "&&"))
            self.strip.setTabData(index, name)
            tip = " · ".join(filter(None, (name, key)))
            if unsaved:
                tip += "\n" + self._texts("layouts.unsaved")
            self.strip.setTabToolTip(index, tip)
            self.strip.setAccessibleTabName(index, tip.replace("\n", ", "))
        self.updateGeometry()

    def _mark(self, index: int) -> QLabel:
        """Return the label behind a tab's name; a tab keeps the first one it gets."""
        side = QTabBar.ButtonPosition.RightSide
        mark = self.strip.tabButton(index, side)
        if not isinstance(mark, QLabel):
            mark = styled(QLabel(self.strip), "tab-key")
            mark.setContentsMargins(0, 0, 7, 0)
            self.strip.setTabButton(index, side, mark)
        return mark

    def _key(self, index: int) -> str:
        if index >= _KEYS:
            return ""
        return _native(f"Ctrl+{index + 1}")

    # what is asked

    def _ask_switch(self, index: int) -> None:
        # While a tab is dragged the strip is ahead of the names.
        name = self.strip.tabData(index)
        if not self._filling and name != self._current:
            self.switch_requested.emit(name)

    def _step(self, step: int) -> None:
        self._choose((self._names.index(self._current) + step) % len(self._names))

    def _choose(self, index: int) -> None:
        if index < len(self._names) and self._names[index] != self._current:
            self.switch_requested.emit(self._names[index])

    def _shift(self, step: int, name: str) -> None:
        place = self._names.index(name) + step
        if 0 <= place < len(self._names):
            self.move_requested.emit(name, place)

    def _ask_rename(self) -> None:
        old, new = self.edit.property("layout"), self.edit.text()
        if new.strip() == old:
            self._cancel_edit()
            return
        self._refused = False
        self.rename_requested.emit(old, new)
        if not self._refused:
            self._cancel_edit()

    def _leave_edit(self) -> None:
        if self.edit.isVisible():
            self._ask_rename()
            self._close_edit()

    def _cancel_edit(self) -> None:
        had_focus = self.edit.hasFocus()
        self._close_edit()
        if had_focus:
            self.strip.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_edit(self) -> None:
        self.note.hide()
        self.edit.blockSignals(True)
        self.edit.hide()
        self.edit.blockSignals(False)

    # menu and keys

    def _fill_menu(self, menu: QMenu, name: str) -> None:
        """Put in what can be done with a layout; what is shown belongs to the current one only."""
        menu.clear()
        place = self._names.index(name)
        current = name == self._current
        items: list[tuple[str, str, bool, Callable[[], object]] | None] = [
            ("save", "Ctrl+S", current, self.save_requested.emit),
            ("save_as", "", current, self.save_as_requested.emit),
            None,
            ("rename", "", True, partial(self.rename, name)),
            ("duplicate", "", True, partial(self.duplicate_requested.emit, name)),
            ("left", "Ctrl+Shift+PgUp", place > 0, partial(self._shift, -1, name)),
            (
                "right",
                "Ctrl+Shift+PgDown",
                place < len(self._names) - 1,
                partial(self._shift, 1, name),
            ),
            None,
            ("import", "", True, self.import_requested.emit),
            ("export", "", True, partial(self.export_requested.emit, name)),
            None,
            ("delete", "", len(self._names) > 1, partial(self.delete_requested.emit, name)),
        ]
        for item in items:
            if item is None:
                menu.addSeparator()
                continue
            text, keys, enabled, do = item
            # Behind a tab the keys are only shown: they work by `_add_keys`, menu or not.
            label = "\t".join(filter(None, (self._texts(f"layouts.{text}"), _native(keys))))
            menu.addAction(label, do).setEnabled(enabled)

    def _open_menu(self, index: int, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu, self._names[index])
        menu.popup(place)

    def _add_keys(self) -> None:
        self._add_key(("Ctrl+S", "Ctrl+ㄴ"), self.save_requested.emit)
        self._add_key(("Ctrl+Shift+PgUp",), lambda: self._shift(-1, self._current))
        self._add_key(("Ctrl+Shift+PgDown",), lambda: self._shift(1, self._current))
        self._add_key(("Ctrl+Tab",), partial(self._step, 1))
        self._add_key(("Ctrl+Shift+Tab", "Ctrl+Shift+Backtab"), partial(self._step, -1))
        for index in range(_KEYS):
            self._add_key((f"Ctrl+{index + 1}",), partial(self._choose, index))

    def _add_key(self, keys: Sequence[str], do: Callable[[], object]) -> None:
        action = QAction(self)
        action.setShortcuts([QKeySequence(each) for each in keys])
        action.triggered.connect(lambda: do())
        self.addAction(action)


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
