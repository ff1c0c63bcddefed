"""The headers of the grid: names of the columns above, the frozen contract column at the left."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHeaderView, QWidget

from kisopt_gui.market.contract import Side
from kisopt_gui.ui.controls import MARGIN_PX
from kisopt_gui.ui.quotes.columns import COLUMNS, CONTRACT
from kisopt_gui.ui.quotes.ink import Ink
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.wire.schema import Kind

HEADER_PX = 26
ROW_PX = 23
PAD_PX = 12
ARROW_PX = 12
CODE_GAP_PX = 9
PIN_PX = 2

CENTRED = frozenset(
    column.place
    for column in COLUMNS
    if column.field is not None and column.field.kind in (Kind.SIGN, Kind.FLAG)
)
"""Columns whose texts stand in the middle: marks and flags. All others end at the right."""

_MOST_LABEL_PX = 320


def arrow(descending: bool) -> str:
    """Return the arrow that says which way is sorted."""
    return "↓" if descending else "↑"


class ColumnHeader(QHeaderView):
    """Names of the columns, flush right like their numbers; the sorted one carries an arrow."""

    def __init__(self, model: QuoteModel, ink: Ink, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.ink = ink
        self._quotes = model
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEADER_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        rect = event.rect()
        _frame(painter, rect, self.height(), self.ink)
        first = max(0, self.visualIndexAt(rect.left()))
        for visual in range(first, self.count()):
            place = self.logicalIndex(visual)
            if self.isSectionHidden(place):
                continue
            x = self.sectionViewportPosition(place)
            if x > rect.right():
                break
            self._name(painter, QRect(x, 0, self.sectionSize(place), self.height()), place)

    def paintSection(self, painter: QPainter, rect: QRect, place: int) -> None:
        """Paint the picture of a section that is dragged."""
        painter.fillRect(rect, self.ink.raised)
        self._name(painter, rect, place)

    def _name(self, painter: QPainter, rect: QRect, place: int) -> None:
        model, pen = self._quotes, self.ink.label
        name = model.column_name(COLUMNS[place].name)
        if model.sorted_by == COLUMNS[place].name:
            name = f"{name} {arrow(model.descending)}"
            painter.setPen(self.ink.text)
        else:
            painter.setPen(self.ink.muted)
        painter.setFont(pen.font)
        name = pen.elided(name, rect.width() - PAD_PX)
        right: float = rect.right() + 1 - PAD_PX
        if place in CENTRED:
            right = rect.left() + (rect.width() + pen.advance(name)) / 2
        elif pen.advance(name) > rect.width() - 2 * PAD_PX:
            right = rect.right() + 1 - PAD_PX / 2
        pen.right(painter, right, (rect.height() - pen.height) / 2, name)


class RowHeader(QHeaderView):
    """The contracts: Qt keeps a table's vertical header in place while the columns scroll.

    Attributes:
        ink: Colours and fonts.
        selected: Keys of the selected rows.
        pinned: Keys of the rows pinned to the charts.
        edged: Whether columns have scrolled away under the right edge.
    """

    def __init__(self, model: QuoteModel, ink: Ink, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.ink = ink
        self.selected: frozenset[object] = frozenset()
        self.pinned: frozenset[object] = frozenset()
        self.edged = False
        self._quotes = model
        self._products = self._expiries = False
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(ROW_PX)
        self.setDefaultSectionSize(ROW_PX)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def measure(self) -> None:
        """Make the column as wide as its contents; name expiries if there are several."""
        rows = self._quotes.rows
        contracts = [row.contract for row in rows if row.contract is not None]
        options = [each for each in contracts if each.side in (Side.CALL, Side.PUT)]
        self._products = len({each.product.key for each in options if each.product}) > 1
        self._expiries = len({(each.month, each.expiry) for each in options}) > 1
        ink, widest = self.ink, 0.0
        for row in rows:
            width = ink.bold.advance(row.label)
            for part in self._parts(row.place):
                width += CODE_GAP_PX + ink.label.advance(part)
            widest = max(widest, width)
        least = ink.bold.advance("콜 1,085.0") + CODE_GAP_PX + ink.label.advance("B01612A31")
        width = min(max(widest, least), _MOST_LABEL_PX)
        self.setFixedWidth(round(MARGIN_PX + width + PAD_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        ink, rows, width = self.ink, self._quotes.rows, self.width()
        rect = event.rect()
        painter.fillRect(rect, ink.panel)
        offset = self.offset()
        first = max(0, (rect.top() + offset) // ROW_PX)
        last = min(len(rows) - 1, (rect.bottom() + offset) // ROW_PX)
        bold, label = ink.bold, ink.label
        bold_top = (ROW_PX - 1 - bold.height) / 2
        # Both fonts on one baseline.
        label_top = bold_top + bold.ascent - label.ascent
        for place in range(first, last + 1):
            row = rows[place]
            y = place * ROW_PX - offset
            if row.key in self.selected:
                painter.fillRect(0, y, width, ROW_PX - 1, ink.selection)
            elif row.inside:
                painter.fillRect(0, y, width, ROW_PX - 1, ink.raised)
            painter.fillRect(0, y + ROW_PX - 1, width, 1, ink.grid)
            if row.key in self.pinned:
                painter.fillRect(0, y, PIN_PX, ROW_PX - 1, ink.accent)
            painter.setFont(bold.font)
            painter.setPen(ink.dim[row.level])
            end = bold.left(painter, MARGIN_PX, y + bold_top, row.label)
            painter.setFont(label.font)
            painter.setPen(ink.faint if row.level > 1 else ink.muted)
            for part in self._parts(place):
                end = label.left(painter, end + CODE_GAP_PX, y + label_top, part)
        if self.edged:
            painter.fillRect(width - 1, rect.top(), 1, rect.height(), ink.line)

    def _parts(self, place: int) -> list[str]:
        """What follows the label: what tells it from others of the same strike, then the code."""
        row, language = self._quotes.rows[place], self._quotes.language
        contract = row.contract
        parts = []
        if contract is not None and contract.side in (Side.CALL, Side.PUT):
            if self._products and contract.product is not None:
                product = contract.product
                parts.append(product.korean if language == "ko" else product.english)
            if self._expiries and (expiry := contract.expiry_label(language)):
                parts.append(expiry)
        if row.label != row.key.code:
            parts.append(row.key.code)
        return parts


class Corner(QAbstractButton):
    """The heading of the contract column; a click sorts by it."""

    def __init__(self, model: QuoteModel, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self.ink = ink
        self._quotes = model
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setText(self._quotes.column_name(CONTRACT))
        self.setAccessibleName(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink, model, pen = self.ink, self._quotes, self.ink.label
        _frame(painter, event.rect(), self.height(), ink)
        chosen = model.sorted_by == CONTRACT
        painter.setFont(pen.font)
        painter.setPen(ink.text if chosen else ink.muted)
        text = f"{self.text()} {arrow(model.descending)}" if chosen else self.text()
        pen.left(painter, MARGIN_PX, (self.height() - pen.height) / 2, text)


def _frame(painter: QPainter, rect: QRect, height: int, ink: Ink) -> None:
    painter.fillRect(rect, ink.panel)
    painter.fillRect(rect.left(), 0, rect.width(), 1, ink.line)
    painter.fillRect(rect.left(), height - 1, rect.width(), 1, ink.line)
