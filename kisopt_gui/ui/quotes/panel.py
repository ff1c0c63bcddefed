"""The panel of quotes and greeks: its head, the grid, and how the user asks for things."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kisopt_gui.ui.controls import PanelHead, Segments, TextButton, icon, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes import copying
from kisopt_gui.ui.quotes.arrangement import Arrangement
from kisopt_gui.ui.quotes.chooser import ColumnChooser
from kisopt_gui.ui.quotes.columns import COLUMNS, CONTRACT, PLACES, SETS
from kisopt_gui.ui.quotes.header import arrow
from kisopt_gui.ui.quotes.ink import Ink
from kisopt_gui.ui.quotes.keys import Ask
from kisopt_gui.ui.quotes.menus import column_menu, row_menu
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.ui.quotes.rows import Row
from kisopt_gui.ui.quotes.view import QuoteView
from kisopt_gui.wire.control import Key


class QuotesPanel(QWidget):
    """One row a watched contract, one column a field of its record.

    Signals:
        remove_requested: These keys are not to be watched any more.
        inspect_requested: The record of this key is to be looked at whole.
        changed: What `state` returns is another one.

    Attributes:
        view: The grid.
        model: Its rows.
    """

    remove_requested = Signal(list)
    inspect_requested = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._arrangement = Arrangement()
        self._selecting = False
        styled(self, "panel")
        self._ink = Ink(desk.tokens)
        self.model = QuoteModel(desk, self)
        self.view = QuoteView(self.model, desk.clock, self._ink, self)
        self.chooser: ColumnChooser | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._connect()
        self._name()
        self._arrange()
        self._follow()
        desk.following.visible = self.visible_keys

    # counters ----------------------------------------------------------

    @property
    def rows_painted(self) -> int:
        """Rows drawn so far."""
        return self.view.rows_painted

    @property
    def paint_ms(self) -> float:
        """Milliseconds spent drawing them."""
        return self.view.paint_ms

    def visible_keys(self) -> list[Key]:
        """Return the contracts whose rows are on the screen."""
        view = self.view
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        if first < 0 or not view.isVisible():
            return []
        rows = self.model.rows[first:] if last < 0 else self.model.rows[first : last + 1]
        return [row.key for row in rows]

    # state -------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Return what a layout keeps of this panel: sets, orders, widths, sorting."""
        order = "descending" if self.model.descending else "ascending"
        sort = {"column": self.model.sorted_by, "order": order} if self.model.sorted_by else {}
        return {**self._arrangement.state(), "sort": sort}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over what `state` returned; unknown and missing entries are as they come."""
        self._arrangement.restore(state)
        sort = state.get("sort")
        column = sort.get("column") if isinstance(sort, Mapping) else None
        if isinstance(column, str) and (column in PLACES or column == CONTRACT):
            descending = isinstance(sort, Mapping) and sort.get("order") != "ascending"
            self.model.sort_by(column, descending=descending)
        else:
            self.model.sort_by("")
        self.sets.set_current(self._arrangement.current)
        self._arrange()
        self._tell_sort()

    @property
    def touched(self) -> bool:
        """Whether the current set is not as it comes."""
        return self._arrangement.touched

    # what the user asks for --------------------------------------------

    def choose_set(self, name: str) -> None:
        """Show another set of columns."""
        self._arrangement.choose(name)
        self.sets.set_current(self._arrangement.current)
        self._arrange()
        self.changed.emit()

    def choose_columns(self, names: list[str]) -> None:
        """Show these columns in the current set."""
        self._arrangement.set_order(names)
        self._arrange()
        self.changed.emit()

    def reset_set(self) -> None:
        """Have the current set as it comes."""
        self._arrangement.reset()
        self._arrange()
        if self.chooser is not None:
            self.chooser.fill(self._arrangement.order)
        self.changed.emit()

    def open_chooser(self) -> None:
        """Open the list of columns."""
        texts = self._desk.texts
        title = texts(f"quotes.set.{self._arrangement.current}")
        self.chooser = ColumnChooser(self._desk, self.model, self._ink, title, self)
        self.chooser.fill(self._arrangement.order)
        self.chooser.chosen.connect(self.choose_columns)
        self.chooser.reset_requested.connect(self.reset_set)
        self.chooser.destroyed.connect(self._forget_chooser)
        self.chooser.open_under(self.columns)

    def cycle_sort(self, name: str) -> None:
        """Sort by a column: first the highest on top, then the lowest, then not at all."""
        if self.model.sorted_by != name:
            self.sort(name, descending=True)
        elif self.model.descending:
            self.sort(name, descending=False)
        else:
            self.sort("")

    def sort(self, name: str, *, descending: bool = True) -> None:
        """Sort by a column, "" for the watchlist's order."""
        self.model.sort_by(name, descending=descending)
        self._tell_sort()
        self.changed.emit()

    def copy(self) -> None:
        """Put the selected rows on the clipboard as a table, or all if none is selected."""
        rows = self.selected_rows() or self.model.rows
        copying.put(copying.table(self._desk, self.model, rows, self._arrangement.order))

    def copy_frames(self) -> None:
        """Put the newest records of the selected rows on the clipboard as the wire wrote them."""
        copying.put(copying.frames(self.selected_rows() or self.model.rows))

    def remove(self) -> None:
        """Ask that the selected contracts are not watched any more."""
        keys = [row.key for row in self.selected_rows()]
        if keys:
            self.remove_requested.emit(keys)

    def inspect(self) -> None:
        """Ask for the record of the current row."""
        row = self.current_row()
        if row is not None:
            self.inspect_requested.emit(row.key)

    def pin(self) -> None:
        """Pin the selected contracts to the charts; if all are, take their pins away."""
        watchlist = self._desk.watchlist
        keys = [row.key for row in self.selected_rows()]
        pinned = not all(key in watchlist.pins for key in keys)
        for key in keys:
            watchlist.pin(key, pinned=pinned)

    def hide_column(self, name: str) -> None:
        """Take a column out of the current set."""
        self.choose_columns([each for each in self._arrangement.order if each != name])

    def selected_rows(self) -> list[Row]:
        """The selected rows from top to bottom."""
        selected = set(self._desk.watchlist.selected)
        return [row for row in self.model.rows if row.key in selected]

    def current_row(self) -> Row | None:
        """The row with the keyboard's focus."""
        index = self.view.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    # inside ------------------------------------------------------------

    def _connect(self) -> None:
        watchlist, clock, view = self._desk.watchlist, self._desk.clock, self.view
        watchlist.changed.connect(self._follow)
        watchlist.selection_changed.connect(self._show_selection)
        clock.second.connect(self._second)
        view.arranged.connect(self._rearranged)
        view.columns.sectionClicked.connect(lambda place: self.cycle_sort(COLUMNS[place].name))
        view.columns.customContextMenuRequested.connect(self._open_column_menu)
        view.corner.clicked.connect(lambda: self.cycle_sort(CONTRACT))
        view.menu_requested.connect(self._open_row_menu)
        view.doubleClicked.connect(lambda _index: self.inspect())
        view.asked.connect(self._answer)
        view.selectionModel().selectionChanged.connect(self._take_selection)
        view.selectionModel().currentRowChanged.connect(self._take_selection)

    def _make_head(self) -> PanelHead:
        texts, muted = self._desk.texts, self._desk.tokens.muted
        head = PanelHead(texts("quotes.title"), self)
        items = [(name, texts(f"quotes.set.{name}")) for name in SETS]
        self.sets = Segments(items, self._arrangement.current, head)
        self.sets.setToolTip(texts("quotes.sets"))
        self.sets.chosen.connect(self.choose_set)
        self.sorting = TextButton("", parent=head)
        self.sorting.setToolTip(texts("quotes.sort_tip"))
        self.sorting.clicked.connect(lambda: self.sort(""))
        self.columns = TextButton(texts("quotes.columns"), icon("columns", muted), head)
        self.columns.setToolTip(texts("quotes.columns_tip"))
        self.columns.clicked.connect(self.open_chooser)
        self.copy_button = TextButton(texts("quotes.copy"), icon("copy", muted), head)
        self.copy_button.setToolTip(texts("quotes.copy_tip"))
        self.copy_button.clicked.connect(self.copy)
        head.add_left(self.sets)
        for tool in (self.sorting, self.columns, self.copy_button):
            head.add_right(tool)
        self._tell_sort()
        return head

    def _name(self) -> None:
        texts = self._desk.texts
        self.setAccessibleName(texts("quotes.title"))
        self.view.setAccessibleName(texts("quotes.grid"))
        self.view.contracts.setAccessibleName(texts("quotes.contract"))
        self.view.empty_text = texts("quotes.empty")

    def _tell_sort(self) -> None:
        model, texts = self.model, self._desk.texts
        if model.sorted_by:
            name = model.column_name(model.sorted_by)
            text = texts("quotes.sorted", column=name, arrow=arrow(model.descending))
        else:
            text = texts("quotes.unsorted")
        self.sorting.setText(text)
        self.view.columns.viewport().update()
        self.view.corner.update()

    def _arrange(self) -> None:
        self.view.arrange(self._arrangement.order, self._arrangement.widths)

    def _rearranged(self) -> None:
        self._arrangement.set_order(self.view.order)
        if self.view.resized:
            self._arrangement.set_widths(self.view.widths)
        if self.chooser is not None:
            self.chooser.fill(self._arrangement.order)
        self.changed.emit()

    def _follow(self) -> None:
        """Show what is watched now."""
        self.model.look()
        if self.model.set_keys(self._desk.watchlist.keys):
            self.view.measure()
        self._show_selection()

    def _second(self) -> None:
        if self.model.renamed():
            self.view.measure()
        if self.model.sorted_by and self.view.isVisible():
            self.model.reorder()

    def _show_selection(self) -> None:
        """Select in the grid what is selected in the watchlist."""
        watchlist = self._desk.watchlist
        keys = watchlist.selected
        self.view.mark(frozenset(keys), frozenset(watchlist.pins))
        places = {row.key: row.place for row in self.model.rows}
        wanted = [places[key] for key in keys if key in places]
        chosen = self.view.selectionModel()
        if self._selecting or sorted(wanted) == sorted(
            index.row() for index in chosen.selectedRows()
        ):
            return
        selection = QItemSelection()
        for place in wanted:
            index = self.model.index(place, 0)
            selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self._selecting = True
        chosen.select(selection, flags.ClearAndSelect | flags.Rows)
        if wanted:
            current = self.model.index(wanted[0], max(0, self.view.currentIndex().column()))
            chosen.setCurrentIndex(current, flags.NoUpdate)
            self.view.scrollTo(current)
        self._selecting = False

    def _take_selection(self) -> None:
        """Select in the watchlist what the user selected in the grid, the current row first."""
        if self._selecting:
            return
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        current = self.view.currentIndex().row()
        if current in rows:
            rows.remove(current)
            rows.insert(0, current)
        self._selecting = True
        self._desk.watchlist.select([self.model.rows[place].key for place in rows])
        self._selecting = False

    def _answer(self, ask: Ask) -> None:
        column = self.view.current_column()
        answers: dict[Ask, Callable[[], None]] = {
            Ask.PIN: self.pin,
            Ask.INSPECT: self.inspect,
            Ask.COPY: self.copy,
            Ask.COPY_FRAMES: self.copy_frames,
            Ask.REMOVE: self.remove,
            Ask.UNSORT: lambda: self.sort(""),
            Ask.DESCENDING: lambda: self.sort(column),
            Ask.ASCENDING: lambda: self.sort(column, descending=False),
        }
        answers[ask]()

    def _open_row_menu(self, position: QPoint) -> None:
        if self.current_row() is not None:
            row_menu(self, self._desk).popup(position)

    def _open_column_menu(self, position: QPoint) -> None:
        header = self.view.columns
        place = header.logicalIndexAt(position)
        if place >= 0:
            menu = column_menu(self, self._desk, COLUMNS[place].name)
            menu.popup(header.viewport().mapToGlobal(position))

    def _forget_chooser(self) -> None:
        self.chooser = None
