"""The painting of the grid: one loop over the cells of a part of the screen."""

from collections.abc import Sequence
from math import log

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter

from kisopt_gui.ui.figures import FRESH_S
from kisopt_gui.ui.quotes.columns import AGE, PLACES
from kisopt_gui.ui.quotes.header import CENTRED, PAD_PX, ROW_PX
from kisopt_gui.ui.quotes.ink import Ink, Pen
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.ui.quotes.rows import Row
from kisopt_gui.wire.control import Key

Section = tuple[int, int, int]
"""A column on the screen: its number, its left edge and its width in pixels."""

_AGE_AT = PLACES[AGE]
_PRICE_AT = PLACES["price"]
_BAR_PX = 38
_BAR_X = 14
_BAR_HEIGHT_PX = 3
_ASIDE_PX = 40


class Canvas:
    """Draws rows of quotes.

    Attributes:
        ink: Colours and fonts.
        selected: Keys of the selected rows.
        focus: Row and column with the keyboard's focus, None without.
    """

    def __init__(self, model: QuoteModel, ink: Ink) -> None:
        self.ink = ink
        self.selected: frozenset[Key] = frozenset()
        self.focus: tuple[int, int] | None = None
        self._quotes = model

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        rows: Sequence[Row],
        sections: Sequence[Section],
        offset: int,
        now: float,
    ) -> None:
        """Draw the rows that a part of the viewport shows.

        Args:
            painter: A painter on the viewport.
            rect: The part.
            rows: The rows in it, from top to bottom, up to date.
            sections: The columns that are shown.
            offset: Pixels scrolled down.
            now: Monotonic seconds.
        """
        ink = self.ink
        right = rect.right()
        columns = [
            part for part in sections if part[1] <= right and part[1] + part[2] > rect.left()
        ]
        painter.fillRect(rect, ink.panel)
        painter.setFont(ink.plain.font)
        numbers = [part for part in columns if part[0] not in _SPECIAL]
        for row in rows:
            y = row.place * ROW_PX - offset
            self._paint_ground(painter, rect, row, y, columns, now)
            self._paint_numbers(painter, row, y, numbers)
            if self.focus is not None and self.focus[0] == row.place:
                self._paint_focus(painter, y, columns)
        for part in columns:
            if part[0] == _AGE_AT:
                self._paint_ages(painter, rows, offset, part, now)
            elif part[0] in CENTRED:
                self._paint_marks(painter, rows, offset, part)
            elif part[0] == _PRICE_AT:
                self._paint_prices(painter, rows, offset, part)

    def paint_empty(self, painter: QPainter, rect: QRect, text: str) -> None:
        """Say why there is nothing."""
        painter.fillRect(rect, self.ink.panel)
        painter.setFont(self.ink.plain.font)
        painter.setPen(self.ink.muted)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(rect.adjusted(_ASIDE_PX, 0, -_ASIDE_PX, 0), int(flags), text)

    def _paint_ground(
        self,
        painter: QPainter,
        rect: QRect,
        row: Row,
        y: int,
        columns: Sequence[Section],
        now: float,
    ) -> None:
        ink, left, width = self.ink, rect.left(), rect.width()
        chosen = row.key in self.selected
        if chosen:
            painter.fillRect(left, y, width, ROW_PX - 1, ink.selection)
        painter.fillRect(left, y + ROW_PX - 1, width, 1, ink.grid)
        if row.flashes and not row.level:
            for at, x, room in columns:
                flash = row.flashes.get(at)
                if flash is not None:
                    tint = ink.tint(flash[1], now - flash[0], chosen=chosen)
                    if tint is not None:
                        painter.fillRect(x, y, room, ROW_PX - 1, tint)

    def _paint_focus(self, painter: QPainter, y: int, columns: Sequence[Section]) -> None:
        for at, x, room in columns:
            if self.focus is not None and at == self.focus[1]:
                painter.setPen(self.ink.muted)
                painter.drawRect(x, y, room - 1, ROW_PX - 2)

    def _paint_numbers(
        self, painter: QPainter, row: Row, y: int, columns: Sequence[Section]
    ) -> None:
        """Draw what is most of the screen, therefore with as few calls a cell as can be."""
        ink, pen = self.ink, self.ink.plain
        texts, tones, laid, draw = row.texts, row.tones, pen.laid, painter.drawStaticText
        colors = (ink.dim[row.level],) * 4 if row.level else ink.tones
        digit = pen.digit
        top = y + _top(pen)
        drawn = None
        for at, x, room in columns:
            text = texts[at]
            color = colors[tones[at]]
            if color is not drawn:
                drawn = color
                painter.setPen(color)
            end = x + room - PAD_PX
            if len(text) * digit > room - 2 * PAD_PX:
                text = pen.elided(text, room - PAD_PX)
            known = laid.get(text)
            if known is not None:
                draw(QPointF(end - known[1], top), known[0])
            else:
                pen.right(painter, end, top, text)

    def _paint_prices(
        self, painter: QPainter, rows: Sequence[Row], offset: int, part: Section
    ) -> None:
        at, x, room = part
        ink, pen = self.ink, self.ink.bold
        top = _top(pen) - offset
        painter.setFont(pen.font)
        for row in rows:
            painter.setPen(ink.dim[row.level] if row.level else ink.tones[row.tones[at]])
            text = pen.elided(row.texts[at], room - PAD_PX)
            pen.right(painter, x + room - PAD_PX, row.place * ROW_PX + top, text)
        painter.setFont(ink.plain.font)

    def _paint_marks(
        self, painter: QPainter, rows: Sequence[Row], offset: int, part: Section
    ) -> None:
        at, x, room = part
        ink, pen = self.ink, self.ink.plain
        top = _top(pen) - offset
        for row in rows:
            painter.setPen(ink.dim[row.level] if row.level else ink.tones[row.tones[at]])
            text = row.texts[at]
            end = x + (room + pen.advance(text)) / 2
            pen.right(painter, end, row.place * ROW_PX + top, text)

    def _paint_ages(
        self, painter: QPainter, rows: Sequence[Row], offset: int, part: Section, now: float
    ) -> None:
        _, x, room = part
        model, ink, pen = self._quotes, self.ink, self.ink.plain
        top = _top(pen)
        for row in rows:
            y = row.place * ROW_PX - offset
            color = ink.dim[row.level]
            word, age = model.word(row), row.age(now)
            if not word and age == age:
                bar = y + (ROW_PX - 1 - _BAR_HEIGHT_PX) // 2
                painter.fillRect(x + _BAR_X, bar, _BAR_PX, _BAR_HEIGHT_PX, ink.grid)
                filled = max(2, round(_freshness(age) * _BAR_PX))
                alive = color if row.level else ink.alive
                painter.fillRect(x + _BAR_X, bar, filled, _BAR_HEIGHT_PX, alive)
            painter.setPen(ink.accent if word and model.refused(row) else color)
            pen.right(painter, x + room - PAD_PX, y + top, word or model.age_text(row, now))


_SPECIAL = CENTRED | {_AGE_AT, _PRICE_AT}


def _top(pen: Pen) -> float:
    """Where a line stands in a row, pixels; the hairline is not part of the room."""
    return (ROW_PX - 1 - pen.height) / 2


def _freshness(age: float) -> float:
    """How much of the bar is left: most of it goes in the first seconds, all when the row fades."""
    return 1 - log(1 + min(max(age, 0.0), FRESH_S)) / log(1 + FRESH_S)
