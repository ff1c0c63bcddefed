"""The table itself: Qt's headers, scrolling, selection and keys; its own painting.

One loop over the visible cells of the dirty region draws a whole screen in less
than a fifth of the time of a table that asks ``data()`` role by role
(benchmarks/grid.py), and costs the same for 41 rows as for 3,000.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.quotes.canvas import Canvas, Section
from kisopt_gui.ui.quotes.columns import AGE, COLUMNS, PLACES
from kisopt_gui.ui.quotes.header import (
    ARROW_PX,
    PAD_PX,
    ROW_PX,
    ColumnHeader,
    Corner,
    RowHeader,
)
from kisopt_gui.ui.quotes.ink import FADE_S, Ink
from kisopt_gui.ui.quotes.keys import KEYS
from kisopt_gui.ui.quotes.model import Index, QuoteModel
from kisopt_gui.ui.quotes.rows import Row
from kisopt_gui.wire.control import Key

STEP_S = 0.08
"""The least time between two steps of a fading tint, seconds."""

_AGE_AT = PLACES[AGE]
_AGE_PX = 108

TYPING_S = 1.0
"""What is typed within this time of the last key goes on with it, seconds."""


class QuoteView(QTableView):
    """Rows of quotes that repaint only where they changed.

    Signals:
        arranged: The user moved or resized a column; see `order`, `widths` and `resized`.
        menu_requested: The menu of the current row is asked for at this place of the screen.
        asked: A key asks for something, see `keys.Ask`.

    Attributes:
        rows_painted: Rows drawn so far.
        paint_ms: Milliseconds spent drawing them.
        empty_text: What stands there when there is no row.
        resized: Whether the user has given the columns widths of his own.
    """

    arranged = Signal()
    menu_requested = Signal(QPoint)
    asked = Signal(object)

    def __init__(
        self, model: QuoteModel, clock: FrameClock, ink: Ink, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows_painted = 0
        self.paint_ms = 0.0
        self.empty_text = ""
        self._quotes = model
        self._clock = clock
        self._ink = ink
        self._canvas = Canvas(model, ink)
        self._names: tuple[str, ...] = ()
        self._chosen_widths: dict[str, int] = {}
        self._arranging = False
        self.resized = False
        self._unpainted = False
        self._flashing: dict[Row, None] = {}
        self._faded = 0.0
        self._typed = ""
        self._typed_at = 0.0
        self.columns = ColumnHeader(model, ink, self)
        self.contracts = RowHeader(model, ink, self)
        self.setHorizontalHeader(self.columns)
        self.setVerticalHeader(self.contracts)
        self.corner = Corner(model, ink, self)
        self.setCornerButtonEnabled(False)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.columns.sectionMoved.connect(self._moved)
        self.columns.sectionResized.connect(self._resized)
        self.contracts.customContextMenuRequested.connect(self._ask_menu)
        self.horizontalScrollBar().valueChanged.connect(self._edge)
        clock.frame.connect(self.refresh)
        clock.pulse.connect(self.pulse)
        clock.ages.connect(self.repaint_ages)

    # what is shown -----------------------------------------------------

    def arrange(self, names: Sequence[str], widths: Mapping[str, int]) -> None:
        """Show these columns in this order.

        Args:
            names: The columns.
            widths: Widths in pixels the user gave them; without any, the
                columns share the room there is.
        """
        self._names = tuple(names)
        self._chosen_widths = dict(widths)
        self.resized = bool(widths)
        places = [PLACES[name] for name in names]
        header = self.columns
        self._arranging = True
        shown = set(places)
        for column in COLUMNS:
            header.setSectionHidden(column.place, column.place not in shown)
        for visual, place in enumerate(places):
            header.moveSection(header.visualIndex(place), visual)
        self._arranging = False
        self._quotes.show_columns(places)
        self.fit()
        self.viewport().update()

    def fit(self) -> None:
        """Give the columns their widths; room to spare is shared among all but the age."""
        names = self._names
        widths = {name: self._chosen_widths.get(name) or self._natural(name) for name in names}
        spare = self.viewport().width() - sum(widths.values())
        sharing = [name for name in names if name != AGE]
        if spare > 0 and sharing and not self._chosen_widths:
            each, rest = divmod(spare, len(sharing))
            for at, name in enumerate(sharing):
                widths[name] += each + (at < rest)
        self._arranging = True
        for name in names:
            self.columns.resizeSection(PLACES[name], widths[name])
        self._arranging = False

    def current_column(self) -> str:
        """Name of the column with the keyboard's focus, "" if none has."""
        index = self.currentIndex()
        return COLUMNS[index.column()].name if index.isValid() else ""

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that are shown, from left to right."""
        header = self.columns
        places = (header.logicalIndex(visual) for visual in range(header.count()))
        return tuple(COLUMNS[at].name for at in places if not header.isSectionHidden(at))

    @property
    def widths(self) -> dict[str, int]:
        """Widths of the columns that are shown, pixels."""
        return {name: self.columns.sectionSize(PLACES[name]) for name in self.order}

    def measure(self) -> None:
        """Fit everything to new contracts, or to new names of them."""
        self.contracts.measure()
        self.updateGeometries()
        self.fit()
        for part in (self.viewport(), self.contracts.viewport()):
            part.update()

    def mark(self, selected: frozenset[Key], pinned: frozenset[Key]) -> None:
        """Show which contracts are selected and which are pinned."""
        self._canvas.selected = self.contracts.selected = selected
        self.contracts.pinned = pinned
        self.viewport().update()
        self.contracts.viewport().update()

    # the clock ---------------------------------------------------------

    def refresh(self) -> None:
        """Redo the visible rows that changed since the last frame."""
        if not self._on_screen():
            self._clock.painted()
            return
        model, now = self._quotes, perf_counter()
        changed = [row for row in self._visible_rows() if model.refresh(row, now)]
        self._flashing.update((row, None) for row in changed if row.flashes)
        for first, last in _runs(changed):
            self._update_rows(first, last)
            model.tell(first, last)
        if changed:
            self._unpainted = True
        else:
            self._clock.painted()
        if now - self._faded >= STEP_S:
            self._fade(now)

    def pulse(self) -> None:
        """Go on with the fading and the rows that have become old."""
        if not self._on_screen():
            return
        model, now = self._quotes, perf_counter()
        model.look()
        self._fade(now)
        for row in self._visible_rows():
            told = row.watched is None and model.refresh(row)
            if told or model.level(row, now) != row.level:
                self._update_rows(row.place, row.place)

    def repaint_ages(self) -> None:
        """Let the ages go on."""
        if self._on_screen() and not self.columns.isSectionHidden(_AGE_AT):
            x, width = (
                self.columns.sectionViewportPosition(_AGE_AT),
                self.columns.sectionSize(_AGE_AT),
            )
            self.viewport().update(x, 0, width, self.viewport().height())

    def _fade(self, now: float) -> None:
        self._faded = now
        for row in list(self._flashing):
            row.flashes = {
                at: flash for at, flash in row.flashes.items() if now - flash[0] < FADE_S
            }
            if not row.flashes:
                del self._flashing[row]
            self._update_rows(row.place, row.place)

    def _on_screen(self) -> bool:
        handle = self.window().windowHandle()
        return self.isVisible() and handle is not None and handle.isExposed()

    def _visible_rows(self) -> Sequence[Row]:
        offset = self.contracts.offset()
        first = offset // ROW_PX
        last = (offset + self.viewport().height() - 1) // ROW_PX
        return self._quotes.rows[first : last + 1]

    def _update_rows(self, first: int, last: int) -> None:
        viewport = self.viewport()
        y = first * ROW_PX - self.contracts.offset()
        viewport.update(0, y, viewport.width(), (last - first + 1) * ROW_PX)

    # painting ----------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        began = perf_counter()
        painter = QPainter(self.viewport())
        if self._quotes.rows:
            sections, offset = self._sections(), self.contracts.offset()
            current = self.currentIndex()
            focused = self.hasFocus() and current.isValid()
            self._canvas.focus = (current.row(), current.column()) if focused else None
            for rect in event.region():  # type: ignore[attr-defined]  # the stub lacks __iter__
                rows = self._settled(rect, offset, began)
                self._canvas.paint(painter, rect, rows, sections, offset, began)
                self.rows_painted += len(rows)
        else:
            self._canvas.paint_empty(painter, self.viewport().rect(), self.empty_text)
        painter.end()
        self.paint_ms += (perf_counter() - began) * 1000
        if self._unpainted:
            self._unpainted = False
            self._clock.drawn()

    def _settled(self, rect: QRect, offset: int, now: float) -> Sequence[Row]:
        """Return the rows in a part of the viewport, brought up to date."""
        model, contracts = self._quotes, self.contracts
        first = max(0, (rect.top() + offset) // ROW_PX)
        rows = model.rows[first : (rect.bottom() + offset) // ROW_PX + 1]
        for row in rows:
            model.refresh(row)  # it may just have come into view
            level, inside = model.level(row, now), row.is_in_the_money()
            if level != row.level or inside is not row.inside:
                row.level, row.inside = level, inside
                y = row.place * ROW_PX - offset
                contracts.viewport().update(0, y, contracts.width(), ROW_PX)
        return rows

    def _sections(self) -> list[Section]:
        header = self.columns
        return [
            (place, header.sectionViewportPosition(place), header.sectionSize(place))
            for place in map(PLACES.__getitem__, self._names)
        ]

    # Qt ----------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        across, down = self.columns.geometry(), self.contracts.geometry()
        self.corner.setGeometry(down.x(), across.y(), down.width(), across.height())
        self.corner.raise_()

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Home and End go to the first and last row: a row is one thing here."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: len(self._quotes.rows) - 1,
        }
        place = ends.get(action)
        if place is None:
            return super().moveCursor(action, modifiers)
        column = self.currentIndex().column()
        return self._quotes.index(place, column if column >= 0 else PLACES[self._names[0]])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ask = KEYS.get(event.keyCombination())
        if ask is None:
            super().keyPressEvent(event)
        else:
            self.asked.emit(ask)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_requested.emit(self.viewport().mapToGlobal(corner))
        elif self.indexAt(event.pos()).isValid():
            self.menu_requested.emit(event.globalPos())

    def keyboardSearch(self, search: str) -> None:
        """Go to the next contract whose name or code holds what was typed: "1085", "풋"."""
        now = perf_counter()
        self._typed = search if now - self._typed_at > TYPING_S else self._typed + search
        self._typed_at = now
        rows, wanted = self._quotes.rows, self._typed.casefold()
        start = max(0, self.currentIndex().row() + (len(self._typed) == 1))
        for row in rows[start:] + rows[:start]:
            if wanted in f"{row.label} {row.key.code}".replace(",", "").casefold():
                column = max(0, self.currentIndex().column())
                self.setCurrentIndex(self._quotes.index(row.place, column))
                return

    def dataChanged(
        self, top_left: Index, bottom_right: Index, roles: Sequence[int] | None = None
    ) -> None:
        """Let screen readers know; what changed is marked for painting already."""
        if QAccessible.isActive():
            super().dataChanged(top_left, bottom_right, roles or [])

    def _natural(self, name: str) -> int:
        if name == AGE:
            return _AGE_PX
        ink = self._ink
        sample = COLUMNS[PLACES[name]].sample
        pen = ink.bold if name == "price" else ink.plain
        heading = ink.label.advance(self._quotes.column_name(name)) + ARROW_PX
        return round(max(pen.advance(sample), heading) + 2 * PAD_PX)

    def _moved(self) -> None:
        if not self._arranging:
            self._names = self.order
            self.arranged.emit()

    def _resized(self) -> None:
        """From now on all columns keep their widths: sharing would move the edge just dragged."""
        if not self._arranging:
            self.resized = True
            self._chosen_widths = self.widths
            self.arranged.emit()

    def _edge(self, scrolled: int) -> None:
        if self.contracts.edged is not (scrolled > 0):
            self.contracts.edged = scrolled > 0
            self.contracts.viewport().update()

    def _ask_menu(self, position: QPoint) -> None:
        place = self.contracts.logicalIndexAt(position)
        if place < 0:
            return
        if not self.selectionModel().isRowSelected(place):  # a header selects by the left button
            self.selectRow(place)
        self.menu_requested.emit(self.contracts.viewport().mapToGlobal(position))


def _runs(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """Join rows that stand one below the other: (first place, last place)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row.place - 1:
            runs[-1] = (runs[-1][0], row.place)
        else:
            runs.append((row.place, row.place))
    return runs
