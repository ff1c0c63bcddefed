"""What happens to layouts: switching, saving, and everything their tabs ask for.

Nothing is ever lost: what was changed in a layout stays with it when another
one is opened, and everything is written when the window closes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from kisopt_gui.errors import KisOptError
from kisopt_gui.layouts.book import LayoutBook
from kisopt_gui.layouts.layout import Entry, Layout, free_name
from kisopt_gui.market.book import day_key, night_key
from kisopt_gui.ui import layout_dialogs as dialogs
from kisopt_gui.ui.main_window import MainWindow
from kisopt_gui.wire.control import Key

Fill = Literal["month", "nearest"]


class LayoutController(QObject):
    """Carries layouts between the book and the panels.

    Signals:
        fill_requested: The open layout wants strikes around the money; whose,
            "month" or "nearest". Answer with `filled`.
        opened: Another layout is open; its name.
    """

    fill_requested = Signal(str)
    opened = Signal(str)

    def __init__(self, window: MainWindow, book: LayoutBook) -> None:
        super().__init__(window)
        self._window = window
        self._book = book
        self._filled: list[Key] | None = None
        self._shown: dict[str, Layout] = {}
        self._folder = Path.home()
        tabs = window.tabs
        tabs.switch_requested.connect(self.switch)
        tabs.new_requested.connect(lambda: self._ask_name(dialogs.ask_new_name, ""))
        tabs.save_requested.connect(self.save)
        tabs.save_as_requested.connect(
            lambda: self._ask_name(dialogs.ask_other_name, self._proposal())
        )
        tabs.rename_requested.connect(self._rename)
        tabs.duplicate_requested.connect(lambda name: self._change(lambda: book.duplicate(name)))
        tabs.move_requested.connect(lambda name, at: self._change(lambda: book.move(name, at)))
        tabs.import_requested.connect(self._ask_import)
        tabs.export_requested.connect(self._ask_export)
        tabs.delete_requested.connect(self._ask_delete)
        window.desk.clock.second.connect(self._mark_unsaved)

    def arrange(self, *, move: bool) -> None:
        """Let window and docks stand as the current layout says.

        Args:
            move: Whether the window may be moved and resized too: at the start
                it may, under the user's hands it may not.
        """
        self._window.workspace.restore(self._book.current.arrangements, move=move)
        self._show_tabs()

    def open(self) -> None:
        """Show the book's current layout in the panels."""
        layout = self._book.current
        window = self._window
        window.quotes.restore(layout.quotes)
        self._restore_late()
        self._watch(layout)
        if layout.name not in self._shown:  # with all that it leaves to the panels
            self._shown[layout.name] = self._captured()
        self._show_tabs()
        self.opened.emit(layout.name)

    def restore_late(self) -> None:
        """Show the layout in subscriptions and charts: they came after it was opened."""
        self._restore_late()
        self._shown[self._book.current.name] = self._captured()

    def filling(self, keys: list[Key]) -> None:
        """Say how far the watchlist has been filled; closed now, it is filled anew next time."""
        if self._filled is not None:  # else a list of the user's own has been opened meanwhile
            self._filled = keys

    def filled(self, keys: list[Key]) -> None:
        """Say what the watchlist was filled with; it stays "around the money" while it is that."""
        if self._filled is not None:
            self._filled = keys
            self._shown[self._book.current.name] = self._captured()

    def refill(self) -> None:
        """Fill the open layout anew, if it is one that is filled around the money."""
        if self.automatic:
            self._window.desk.watchlist.replace([])
            self._filled = []
            self.fill_requested.emit(self._book.current.fill)

    @property
    def automatic(self) -> bool:
        """Whether the watchlist is what it was filled with around the money."""
        watchlist = self._window.desk.watchlist
        return self._filled is not None and not watchlist.pins and watchlist.keys == self._filled

    def switch(self, name: str) -> None:
        """Open another layout; what was changed in this one stays with it."""
        self.keep()
        if self._try(lambda: self._book.switch(name)):
            self.arrange(move=False)
            self.open()

    def keep(self) -> None:
        """Take what is shown into the book, without writing it."""
        self._book.put(self._captured())

    def save(self) -> bool:
        """Write everything; whether that worked."""
        self.keep()
        if not self._try(self._book.save):
            return False
        self._shown[self._book.current.name] = self._book.current
        self._mark_unsaved()
        return True

    # what is shown -----------------------------------------------------

    def _restore_late(self) -> None:
        layout, window = self._book.current, self._window
        if window.subscriptions is not None:
            window.subscriptions.restore(layout.subscriptions)
        if window.charts is not None:
            window.charts.restore(layout.charts)

    def _watch(self, layout: Layout) -> None:
        watchlist = self._window.desk.watchlist
        self._filled = None
        if layout.watchlist is None:
            watchlist.replace([])
            self._filled = []
            self.fill_requested.emit(layout.fill)
        else:
            keys = [self._key(entry) for entry in layout.watchlist]
            pins = [self._key(entry) for entry in layout.watchlist if entry.pinned]
            watchlist.replace(keys, pins)

    def _key(self, entry: Entry) -> Key:
        """What a layout's contract is watched as now: layouts name the streams of the day."""
        key = Key(entry.tr_id, entry.code)
        return (night_key(key) or key) if self._window.desk.market_clock.night else key

    def _captured(self) -> Layout:
        """The current layout as it stands in the window."""
        window, layout = self._window, self._book.current
        desk = window.desk
        watchlist = desk.watchlist
        pins = set(watchlist.pins)
        watched: tuple[Entry, ...] | None = tuple(
            Entry(day_key(key).tr_id, key.code, key in pins, desk.label(key))
            for key in watchlist.keys
        )
        if self.automatic:
            watched = None
        charts: dict[str, Any] = layout.charts
        if window.charts is not None:
            charts = window.charts.state()
        subscriptions: dict[str, Any] = layout.subscriptions
        if window.subscriptions is not None:
            subscriptions = window.subscriptions.state()
        captured = Layout(
            name=layout.name,
            watchlist=watched,
            fill=layout.fill,
            quotes=window.quotes.state(),
            charts=charts,
            subscriptions=subscriptions,
            arrangements=layout.arrangements,
        )
        return captured.arranged(window.workspace.capture())

    def _mark_unsaved(self) -> None:
        saved = self._shown.get(self._book.current.name)
        if saved is None:  # nothing is open yet
            return
        # What the search is narrowed to is kept, but is no work that could be lost.
        now = msgspec.structs.replace(self._captured(), subscriptions=saved.subscriptions)
        differs = not now.same_work(saved)
        self._window.tabs.set_unsaved(differs)

    def _show_tabs(self) -> None:
        self._window.tabs.show_layouts(self._book.names, self._book.current.name)

    # what is asked -----------------------------------------------------

    def _ask_name(self, ask: Callable[..., dialogs.NameDialog], proposal: str) -> None:
        dialog = ask(self._window.desk.texts, self._window, proposal)

        def enter(name: str) -> None:
            layout = self._captured()
            try:
                self._book.save_as(name, layout)
            except KisOptError as error:
                dialog.refuse(self._sentence(error))
                return
            dialog.accept()
            self.save()
            self._show_tabs()
            self.opened.emit(self._book.current.name)

        dialog.name_entered.connect(enter)

    def _rename(self, old: str, new: str) -> None:
        try:
            name = self._book.rename(old, new)
        except KisOptError as error:
            self._window.tabs.refuse(self._sentence(error))
            return
        if old in self._shown:
            self._shown[name] = self._shown.pop(old).named(name)
        self._written()
        self.opened.emit(self._book.current.name)

    def _change(self, change: Callable[[], object]) -> None:
        self.keep()
        if self._try(change):
            self._written()

    def _ask_delete(self, name: str) -> None:
        dialog = dialogs.ask_delete(self._window.desk.texts, self._window, name)

        def delete() -> None:
            current = self._book.current.name
            self.keep()
            if self._try(lambda: self._book.delete(name)):
                self._shown.pop(name, None)
                self._written()
                if name == current:
                    self.arrange(move=False)
                    self.open()

        dialog.confirmed.connect(delete)

    def _ask_import(self) -> None:
        dialog = dialogs.choose_import(self._window.desk.texts, self._window, self._folder)

        def read(path: str) -> None:
            self._folder = Path(path).parent
            self._change(lambda: self._book.import_layouts(Path(path)))

        dialog.fileSelected.connect(read)

    def _ask_export(self, name: str) -> None:
        self.keep()
        dialog = dialogs.choose_export(self._window.desk.texts, self._window, self._folder, name)

        def write(path: str) -> None:
            self._folder = Path(path).parent
            self._try(lambda: self._book.export_layout(name, Path(path)))

        dialog.fileSelected.connect(write)

    def _proposal(self) -> str:
        return free_name(self._book.current.name, self._book.names)

    def _written(self) -> None:
        self._try(self._book.save)
        self._show_tabs()

    def _try(self, do: Callable[[], object]) -> bool:
        try:
            do()
        except KisOptError as error:
            self._window.banner.say("layouts", self._sentence(error))
            return False
        self._window.banner.withdraw("layouts")
        return True

    def _sentence(self, error: KisOptError) -> str:
        return error.sentence(self._window.desk.texts.language)
