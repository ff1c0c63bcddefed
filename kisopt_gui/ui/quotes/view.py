"""The table itself: Qt's headers, scrolling, selection and keys; its own painting.

One loop over the visible cells of the dirty region draws a whole screen in a
fifth of the time that a table asks for which calls ``data()`` per role
(benchmarks/grid.py), and costs the same for 41 rows as for 3,000.
"""

from collections.abc import Callable, Mapping, Sequence
from math import log
from time import perf_counter

from PySide6.QtCore import QKeyCombination, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.quotes.columns import AGE, COLUMNS, PLACES
from kisopt_gui.ui.quotes.header import (
    ARROW_PX,
    CENTRED,
    PAD_PX,
    ROW_PX,
    ColumnHeader,
    Corner,
    RowHeader,
)
from kisopt_gui.ui.quotes.ink import FADE_S, Ink
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.ui.quotes.rows import FRESH_S, Row
from kisopt_gui.wire.control import Key

STEP_S = 0.05
"""The least time between two steps of a fading tint, seconds."""

_AGE_AT = PLACES[AGE]
_PRICE_AT = PLACES["price"]
_AGE_PX = 108
_BAR_PX = 38
_BAR_X = 14
_BAR_HEIGHT = 3

TYPING_S = 1.0
"""What is typed within this time of the last key goes on with it, seconds."""

Section = tuple[int, int, int]
"""A column on the screen: its number, its left edge and its width in pixels."""


class QuoteView(QTableView):
    """Rows of quotes that repaint only where they changed.

    Signals:
        arranged: The user moved or resized a column; see `order`, `widths` and `resized`.
        menu_requested: The menu of the current row is asked for at this place of the screen.
        inspect_requested: The record of the current row is to be looked at.
        copy_requested: The selected rows are to be copied.
        copy_frames_requested: So are their records, as the wire wrote them.
        remove_requested: The selected rows are not to be watched any more.
        pin_requested: The selected rows are to be pinned to the charts, or unpinned.
        sort_requested: Sort by this column, the highest first or not; "" for not at all.

    Attributes:
        rows_painted: Rows drawn so far.
        paint_ms: Milliseconds spent drawing them.
        empty_text: What stands there when there is no row.
        resized: Whether the user has given the columns widths of his own.
    """

    arranged = Signal()
    menu_requested = Signal(QPoint)
    inspect_requested = Signal()
    copy_requested = Signal()
    copy_frames_requested = Signal()
    remove_requested = Signal()
    pin_requested = Signal()
    sort_requested = Signal(str, bool)

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
        self._names: tuple[str, ...] = ()
        self._chosen_widths: dict[str, int] = {}
        self._arranging = False
        self.resized = False
        self._unpainted = False
        self._flashing: dict[Row, None] = {}
        self._faded = 0.0
        self._typed = ""
        self._typed_at = 0.0
        self._selected: frozenset[Key] = frozenset()
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
        clock.frame.connect(self.refresh)
        clock.pulse.connect(self.pulse)

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

    def dress(self, ink: Ink) -> None:
        """Take on the colours of another theme."""
        self._ink = self.columns.ink = self.contracts.ink = self.corner.ink = ink
        self.measure()

    def measure(self) -> None:
        """Fit everything to new names: of contracts, or of columns."""
        self.contracts.measure()
        self.corner.rename()
        self.updateGeometries()
        self.fit()
        for part in (self.viewport(), self.columns.viewport(), self.contracts.viewport()):
            part.update()
        self.corner.update()

    def mark(self, selected: frozenset[Key], pinned: frozenset[Key]) -> None:
        """Show which contracts are selected and which are pinned."""
        self._selected = self.contracts.selected = selected
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
        changed = False
        for row in self._visible_rows():
            if model.refresh(row, now):
                changed = True
                self._update_row(row)
                model.tell(row.place)
                if row.flashes:
                    self._flashing[row] = None
        if changed:
            self._unpainted = True
        else:
            self._clock.painted()
        if now - self._faded >= STEP_S:
            self._fade(now)

    def pulse(self) -> None:
        """Go on with the fading, the ages and the rows that have become old."""
        if not self._on_screen():
            return
        model, now = self._quotes, perf_counter()
        model.look()
        self._fade(now)
        for row in self._visible_rows():
            if model.level(row, now) != row.level:
                self._update_row(row)
        if not self.columns.isSectionHidden(_AGE_AT):
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
            self._update_row(row)

    def _on_screen(self) -> bool:
        handle = self.window().windowHandle()
        return self.isVisible() and handle is not None and handle.isExposed()

    def _visible_rows(self) -> Sequence[Row]:
        offset = self.contracts.offset()
        first = offset // ROW_PX
        last = (offset + self.viewport().height() - 1) // ROW_PX
        return self._quotes.rows[first : last + 1]

    def _update_row(self, row: Row) -> None:
        viewport = self.viewport()
        y = row.place * ROW_PX - self.contracts.offset()
        viewport.update(0, y, viewport.width(), ROW_PX)

    # painting ----------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        began = perf_counter()
        painter = QPainter(self.viewport())
        if self._quotes.rows:
            sections = self._sections()
            painter.setFont(self._ink.plain.font)
            for rect in event.region():
                self._paint(painter, rect, sections, began)
        else:
            self._paint_empty(painter)
        painter.end()
        now = perf_counter()
        self.paint_ms += (now - began) * 1000
        if self._unpainted:
            self._unpainted = False
            self._clock.painted()

    def _sections(self) -> list[Section]:
        header = self.columns
        return [
            (place, header.sectionViewportPosition(place), header.sectionSize(place))
            for place in map(PLACES.__getitem__, self.order)
        ]

    def _paint(
        self, painter: QPainter, rect: QRect, sections: Sequence[Section], now: float
    ) -> None:
        model, ink, selected = self._quotes, self._ink, self._selected
        plain, bold, tones = ink.plain, ink.bold, ink.tones
        rows, offset = model.rows, self.contracts.offset()
        left, right, width = rect.left(), rect.right(), rect.width()
        columns = [part for part in sections if part[1] <= right and part[1] + part[2] > left]
        top = (ROW_PX - 1 - plain.height) / 2
        widest = plain.advance("0")
        painter.fillRect(rect, ink.panel)
        first = max(0, (rect.top() + offset) // ROW_PX)
        last = min(len(rows) - 1, (rect.bottom() + offset) // ROW_PX)
        for place in range(first, last + 1):
            row = rows[place]
            y = place * ROW_PX - offset
            model.refresh(row)
            level = model.level(row, now)
            if level != row.level:
                row.level = level
                self.contracts.viewport().update(0, y, self.contracts.width(), ROW_PX)
            if row.key in selected:
                painter.fillRect(left, y, width, ROW_PX - 1, ink.selection)
            painter.fillRect(left, y + ROW_PX - 1, width, 1, ink.grid)
            texts, toned = row.texts, row.tones
            drawn = ink.dim[level]
            painter.setPen(drawn)
            for at, x, room in columns:
                if at == _AGE_AT:
                    self._paint_age(painter, row, x, y, room, now)
                    drawn = None
                    continue
                flash = row.flashes.get(at)
                if flash is not None:
                    tint = ink.tint(flash[1], now - flash[0])
                    if tint is not None:
                        painter.fillRect(x, y, room, ROW_PX - 1, tint)
                text = texts[at]
                pen = bold if at == _PRICE_AT else plain
                color = ink.dim[level] if level else tones[toned[at]]
                if color is not drawn:
                    drawn = color
                    painter.setPen(color)
                if len(text) * widest > room - 2 * PAD_PX:
                    text = pen.elided(text, room - PAD_PX)
                end = x + room - PAD_PX
                if at in CENTRED:
                    end = x + (room + pen.advance(text)) / 2
                if pen is bold:
                    painter.setFont(bold.font)
                    bold.right(painter, end, y + top, text)
                    painter.setFont(plain.font)
                else:
                    plain.right(painter, end, y + top, text)
        self.rows_painted += max(0, last - first + 1)

    def _paint_age(
        self, painter: QPainter, row: Row, x: int, y: int, room: int, now: float
    ) -> None:
        model, ink, pen = self._quotes, self._ink, self._ink.plain
        word = model.word(row)
        age = row.age(now)
        if not word and age == age:
            bar = y + (ROW_PX - 1 - _BAR_HEIGHT) // 2
            painter.fillRect(x + _BAR_X, bar, _BAR_PX, _BAR_HEIGHT, ink.grid)
            # Empty when the row fades; long before that, most of it is gone.
            filled = 1 - log(1 + min(max(age, 0.0), FRESH_S)) / log(1 + FRESH_S)
            color = ink.dim[row.level] if row.level else ink.alive
            painter.fillRect(x + _BAR_X, bar, max(2, round(filled * _BAR_PX)), _BAR_HEIGHT, color)
        painter.setPen(ink.dim[row.level] if row.level else ink.text)
        top = (ROW_PX - 1 - pen.height) / 2
        pen.right(painter, x + room - PAD_PX, y + top, word or model.age_text(row, now))

    def _paint_empty(self, painter: QPainter) -> None:
        rect, ink = self.viewport().rect(), self._ink
        painter.fillRect(rect, ink.panel)
        painter.setFont(ink.plain.font)
        painter.setPen(ink.muted)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(rect.adjusted(40, 0, -40, 0), int(flags), self.empty_text)

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
        cursorAction: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Home and End go to the first and last row: a row is one thing here."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: len(self._quotes.rows) - 1,
        }
        place = ends.get(cursorAction)
        if place is None:
            return super().moveCursor(cursorAction, modifiers)
        column = self.currentIndex().column()
        return self._quotes.index(place, column if column >= 0 else PLACES[self._names[0]])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
            return
        ask = _KEYS.get(event.keyCombination())
        if ask is None:
            super().keyPressEvent(event)
        else:
            ask(self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        position = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            position = self.viewport().mapToGlobal(corner)
        self.menu_requested.emit(position)

    def keyboardSearch(self, search: str) -> None:
        """Go to the next contract whose name or code holds what was typed: "1085", "풋"."""
        now = perf_counter()
        self._typed = search if now - self._typed_at > TYPING_S else self._typed + search
        self._typed_at = now
        rows, wanted = self._quotes.rows, self._typed.casefold()
        start = self.currentIndex().row() + (len(self._typed) == 1)
        for row in rows[start:] + rows[:start]:
            if wanted in f"{row.label} {row.key.code}".replace(",", "").casefold():
                column = max(0, self.currentIndex().column())
                self.setCurrentIndex(self._quotes.index(row.place, column))
                return

    def dataChanged(
        self, topLeft: QModelIndex, bottomRight: QModelIndex, roles: Sequence[int] = ()
    ) -> None:
        """Do nothing: what changed is already marked for painting."""

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

    def _ask_menu(self, position: QPoint) -> None:
        self.menu_requested.emit(self.contracts.viewport().mapToGlobal(position))

    def _ask_sort(self, *, descending: bool) -> None:
        column = self.current_column()
        if column:
            self.sort_requested.emit(column, descending)


_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_KEYS: dict[QKeyCombination, Callable[[QuoteView], None]] = {
    QKeyCombination(_NONE, Qt.Key.Key_Delete): lambda view: view.remove_requested.emit(),
    QKeyCombination(_NONE, Qt.Key.Key_Space): lambda view: view.pin_requested.emit(),
    QKeyCombination(_NONE, Qt.Key.Key_Return): lambda view: view.inspect_requested.emit(),
    QKeyCombination(Qt.KeyboardModifier.KeypadModifier, Qt.Key.Key_Enter): (
        lambda view: view.inspect_requested.emit()
    ),
    QKeyCombination(
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C
    ): lambda view: view.copy_frames_requested.emit(),
    QKeyCombination(_ALT, Qt.Key.Key_Down): lambda view: view._ask_sort(descending=True),
    QKeyCombination(_ALT, Qt.Key.Key_Up): lambda view: view._ask_sort(descending=False),
    QKeyCombination(_ALT, Qt.Key.Key_Backspace): lambda view: view.sort_requested.emit("", True),
}
