"""One record, field by field: what was sent and what it was read as."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from kisopt_gui.market.snapshot import Snapshot
from kisopt_gui.market.watched import Watched
from kisopt_gui.ui import figures
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.texts import TABLE, Texts
from kisopt_gui.wire.codec import FieldError, read_number
from kisopt_gui.wire.schema import Field, Kind, Unit

COLUMNS = ("position", "label", "sent", "read", "unit", "wire", "name")
"""Columns of the table; their heads are the texts "inspect.<column>"."""

_NUMBERS = (COLUMNS.index("position"), COLUMNS.index("sent"), COLUMNS.index("read"))
_VALUES = (COLUMNS.index("sent"), COLUMNS.index("read"))
_Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex

Known = Watched | Snapshot
"""Whose fields are shown: what the stream sent, or REST's word before it sent anything."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One line of the table.

    Attributes:
        texts: The cells, in the order of `COLUMNS`.
        missing: Whether the server sent nothing that means anything.
        wrong: Whether text stands where a number belongs.
        extra: Whether the field is one that no table names.
    """

    texts: tuple[str, ...]
    missing: bool = False
    wrong: bool = False
    extra: bool = False


def field_rows(watched: Known, texts: Texts) -> list[FieldRow]:
    """Return every field of the newest record in wire order, with what the broker added."""
    values = watched.values
    try:
        record = watched.record
    except FieldError:
        record = None
    rows = []
    for at, (name, field) in enumerate(watched.stream.fields.items()):
        if at >= len(values):
            break  # an older server leaves out the last ones
        sent = values[at]
        wrong = False
        if record is not None:
            value = getattr(record, name)
        else:
            value, wrong = _read_alone(sent, field)
        missing = not wrong and watched.stream.is_missing(name, value)
        unit = ""
        if wrong:
            read = texts("inspect.unreadable")
        elif missing:
            read = texts("inspect.missing")
        else:
            read = _read_as(sent, value, field)
            unit = unit_words(field.unit, texts)
        label = texts.pick(field.korean, field.english)
        cells = (str(at + 1), label, sent, read, unit, field.wire, field.name)
        rows.append(FieldRow(cells, missing, wrong))
    for at in range(watched.stream.width, len(values)):
        label = texts("inspect.extra", position=at + 1)
        cells = (str(at + 1), label, values[at], texts("inspect.unread"), "", "", "")
        rows.append(FieldRow(cells, extra=True))
    return rows


def _read_alone(sent: str, field: Field) -> tuple[str | float, bool]:
    """Read one field of a record that cannot be read as a whole."""
    if field.kind.is_text:
        return sent, False
    try:
        return read_number(sent), False
    except ValueError:
        return sent, True


def _read_as(sent: str, value: str | float, field: Field) -> str:
    if isinstance(value, float):
        return figures.as_sent(sent, value, field)
    if field.kind is Kind.TIME:
        return figures.clock(value)
    if field.kind is Kind.SIGN:
        return figures.MARKS.get(value, value)
    return value


def unit_words(unit: Unit, texts: Texts) -> str:
    """Write a unit in the user's language."""
    name = f"inspect.unit.{unit.value}"
    return texts(name) if name in TABLE else unit.value


class FieldTable(QAbstractTableModel):
    """The newest record of the current contract; cells that changed with it are marked."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows: list[FieldRow] = []
        self._changed: set[int] = set()
        self._shown: tuple[Known, int] | None = None

    @property
    def rows(self) -> list[FieldRow]:
        """The lines of the table."""
        return self._rows

    def show_record(self, watched: Known | None) -> bool:
        """Show the newest record of a contract; return whether anything was redone."""
        revision = watched.revision if isinstance(watched, Watched) else 1
        if watched is None or not revision:
            changed = bool(self._rows)
            self._shown = None
            self._put([], set())
            return changed
        if self._shown is not None and self._shown[0] is watched and self._shown[1] == revision:
            return False
        before = self._rows if self._shown and self._shown[0] is watched else []
        rows = field_rows(watched, self._desk.texts)
        self._shown = (watched, revision)
        changed_rows = {
            at
            for at, (old, new) in enumerate(zip(before, rows, strict=False))
            if old.texts[_VALUES[0]] != new.texts[_VALUES[0]]
        }
        self._put(rows, changed_rows)
        return True

    def as_table(self) -> str:
        """Return heads and cells as tab-separated lines, for a spreadsheet."""
        heads = [self._head(at) for at in range(len(COLUMNS))]
        return "\n".join("\t".join(line) for line in [heads, *(row.texts for row in self._rows)])

    # Qt overrides ------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> str | Qt.AlignmentFlag | None:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return self._head(section)
        if role == _Role.TextAlignmentRole:
            return _RIGHT if section in _NUMBERS else _LEFT
        return None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == _Role.DisplayRole:
            return row.texts[column]
        if role == _Role.TextAlignmentRole:
            return _RIGHT if column in _NUMBERS else _LEFT
        if role == _Role.ForegroundRole:
            return QColor(self._color(row, column))
        if role == _Role.BackgroundRole and column in _VALUES and index.row() in self._changed:
            return QColor(self._desk.tokens.flash_flat)
        if role == _Role.ToolTipRole:
            return "\n".join(part for part in (row.texts[1], row.texts[5], row.texts[6]) if part)
        return None

    # ------------------------------------------------------------------

    def _color(self, row: FieldRow, column: int) -> str:
        tokens = self._desk.tokens
        if column == COLUMNS.index("read") and (row.missing or row.wrong or row.extra):
            return tokens.up if row.wrong else tokens.accent if row.extra else tokens.muted
        if column in (1, *_VALUES):
            return tokens.text
        return tokens.muted

    def _head(self, column: int) -> str:
        return self._desk.texts(f"inspect.{COLUMNS[column]}")

    def _put(self, rows: list[FieldRow], changed: set[int]) -> None:
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows, self._changed = rows, changed
            self.endResetModel()
            return
        redo = (
            self._changed | {at for at, row in enumerate(rows) if row != self._rows[at]} | changed
        )
        self._rows, self._changed = rows, changed
        for at in sorted(redo):
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))
