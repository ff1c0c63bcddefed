"""The rows of the grid as Qt's model: order, sorting, and what tables and readers ask for."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from time import perf_counter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kisopt_gui.market.contract import Side
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import figures
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes import tips
from kisopt_gui.ui.quotes.columns import AGE, COLUMNS, CONTRACT, PLACES
from kisopt_gui.ui.quotes.rows import ABSENT, DOWN, FAINT_S, UP, Cell, Row, cell
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Kind, Stream
from kisopt_gui.wire.session import Slot, State
from kisopt_gui.wire.streams import STREAMS

Index = QModelIndex | QPersistentModelIndex

_ROLE = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_AGE_AT = PLACES[AGE]
_MOST_STEPS = 64
_SIGNS = {"1": 2.0, "2": 1.0, "3": 0.0, "5": -1.0, "4": -2.0}
"""The broker's sign codes from limit up to limit down, for sorting."""


class QuoteModel(QAbstractTableModel):
    """One row a watched contract, one column a field of the option's record, then the age.

    The columns are always all of them; which are shown, and in what order, is
    the header's business. `show_columns` tells which texts to keep ready.

    Attributes:
        rows: The rows from top to bottom.
        cells: How each stream fills the columns that are shown.
        sorted_by: The name of the column sorted by, "" for the watchlist's order.
        descending: Whether the highest comes first.
        live: Whether the connection brings data now.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.cells: dict[str, list[Cell]] = {}
        self.sorted_by = ""
        self.descending = True
        self.live = False
        self._desk = desk
        self._store = desk.store
        self._named_by: object = None
        self._status: LinkStatus | None = None
        self._slots: dict[Key, Slot] = {}
        self._all: dict[str, dict[int, Cell]] = {
            tr_id: _cells(stream) for tr_id, stream in STREAMS.items()
        }
        self.show_columns(range(len(COLUMNS)))

    @property
    def language(self) -> str:
        """The user's language: "ko" or "en"."""
        return self._desk.texts.language

    # what is shown -----------------------------------------------------

    def show_columns(self, places: Iterable[int]) -> None:
        """Keep the texts of these columns ready, and of no others."""
        wanted = sorted(places)
        self.cells = {
            tr_id: [cells[at] for at in wanted if at in cells] for tr_id, cells in self._all.items()
        }
        self.redo()

    def redo(self) -> None:
        """Have every text written anew when it is next looked at: columns or language changed."""
        for row in self.rows:
            row.revision = -1

    def rename(self) -> None:
        """Name every contract anew: the master file came, or the language changed."""
        self._named_by = self._desk.master()
        for row in self.rows:
            self._name(row)
        if self.rows:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self.rows) - 1)

    def renamed(self) -> bool:
        """Name the contracts anew if another master file has come; return whether it has."""
        if self._desk.master() is self._named_by:
            return False
        self.rename()
        return True

    def refresh(self, row: Row, now: float | None = None) -> bool:
        """Bring one row up to date; return whether anything has changed.

        Args:
            row: The row.
            now: Monotonic seconds at which changed cells begin to flash, None for no flash.
        """
        watched = row.watched
        if watched is None:
            watched = row.watched = self._store.watched(row.key)
            if watched is None:
                return self._refresh_told(row)
        if watched.revision == row.revision:
            return False
        row.show(self._store.record(row.key), self.cells[row.key.tr_id], now)
        return True

    def _refresh_told(self, row: Row) -> bool:
        told = self._store.snapshot(row.key)
        if told is None or row.is_shown(told):
            return False
        row.show_told(told, self.cells[row.key.tr_id])
        return True

    def tell(self, first: int, last: int) -> None:
        """Say that visible rows have changed: screen readers listen, the view need not."""
        self.dataChanged.emit(
            self.index(first, 0), self.index(last, len(COLUMNS) - 1), [_ROLE.DisplayRole]
        )

    def look(self) -> bool:
        """Read the feed's newest snapshot; return whether it is another one."""
        status = self._desk.status()
        if status is self._status:
            return False
        self._status = status
        self.live = status.link is Link.LIVE
        self._slots = {slot.key: slot for slot in status.slots}
        for row in self.rows:
            row.slot = self._slots.get(row.key)
        return True

    def level(self, row: Row, now: float) -> int:
        """Say how faint a row is: 0 fresh, 1 old or not live, 2 very old."""
        age = row.age(now)
        if age >= FAINT_S:
            return 2
        if row.watched is None and row.told is not None:
            return 1  # no trade of the stream, however new it is
        active = row.slot is None or row.slot.state is State.ACTIVE
        active = active and row.key not in self._desk.following.left_out
        return 0 if self.live and active and not age >= figures.FRESH_S else 1

    def word(self, row: Row) -> str:
        """Return the word that stands instead of an age, "" if the age does."""
        out = self._desk.following.left_out.get(row.key)
        if row.slot is None and out is not None:
            texts = self._desk.texts
            return texts("quotes.rotated", time=out) if out else texts("quotes.state.wanted")
        if row.slot is None or row.slot.state is State.ACTIVE:
            if row.watched is None and row.told is not None:
                return self._desk.texts("quotes.rest", time=row.told.clock[:5])
            return ""
        if not self.live and row.watched is not None:
            return ""  # the connection is what is wrong, not the key; the age says since when
        return self._desk.texts(f"quotes.state.{row.slot.state.value}")

    def refused(self, row: Row) -> bool:
        """Whether the server will not serve a key, which the user has to do something about."""
        return row.slot is not None and row.slot.state is State.REJECTED

    def age_text(self, row: Row, now: float) -> str:
        """Return what stands in the age column."""
        return self.word(row) or figures.age(row.age(now), self._desk.texts.language)

    def cell(self, row: Row, place: int) -> Cell | None:
        """Return how a row's stream fills a column; None if it does not."""
        return self._all[row.key.tr_id].get(place)

    def text(self, row: Row, place: int) -> str:
        """Return the text of any cell, shown or not, up to date."""
        self.refresh(row)
        if place == _AGE_AT:
            return self.age_text(row, perf_counter())
        cell = self.cell(row, place)
        return row.text(cell) if cell is not None else figures.MISSING

    def column_name(self, name: str) -> str:
        """Return what a column is called in the user's language."""
        texts = self._desk.texts
        if name in (AGE, CONTRACT, "code"):  # the record's own name for its code is "contract"
            return texts(f"quotes.{name}")
        field = COLUMNS[PLACES[name]].field
        return texts.pick(field.korean, field.english) if field is not None else name

    # order -------------------------------------------------------------

    def set_keys(self, keys: Sequence[Key]) -> bool:
        """Show these contracts, in this order unless sorted; return whether others than before."""
        known = {row.key: row for row in self.rows}
        wanted = dict.fromkeys(keys)
        gone = [row.place for row in self.rows if row.key not in wanted]
        new = [key for key in wanted if key not in known]
        if len(gone) + len(new) > _MOST_STEPS:
            self.beginResetModel()
            self.rows = [known.get(key) or self._row(key) for key in wanted]
            self._number(keys)
            self.endResetModel()
        else:
            for place in reversed(gone):
                self.beginRemoveRows(QModelIndex(), place, place)
                del self.rows[place]
                self.endRemoveRows()
            if new:
                first = len(self.rows)
                self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
                self.rows += [self._row(key) for key in new]
                self.endInsertRows()
            self._number(keys)
        self.reorder()
        return bool(gone or new)

    def sort_by(self, name: str, *, descending: bool = True) -> None:
        """Sort by a column, "" for the watchlist's order."""
        self.sorted_by = name
        self.descending = descending
        self.reorder()

    def reorder(self) -> bool:
        """Put the rows in order; return whether any has moved."""
        rows = sorted(self.rows, key=lambda row: row.rank)
        if self.sorted_by:
            valued = [(self._value(row), row) for row in rows]
            present = [pair for pair in valued if pair[0] is not None]
            present.sort(key=itemgetter(0), reverse=self.descending)
            rows = [row for _, row in present] + [row for value, row in valued if value is None]
        if rows == self.rows:
            return False
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [self.rows[index.row()] for index in before]
        self.rows = rows
        for place, row in enumerate(rows):
            row.place = place
        after = [
            self.index(row.place, index.column()) for row, index in zip(held, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        return True

    def _value(self, row: Row) -> tuple[object, ...] | None:
        """What a row is sorted by; None if it has no value, which comes last either way."""
        if self.sorted_by == CONTRACT:
            return _rank(row)
        if self.sorted_by == AGE:
            row.watched = row.watched or self._store.watched(row.key)
            return (-row.watched.received,) if row.watched is not None else None
        self.refresh(row)
        cell = self.cell(row, PLACES[self.sorted_by])
        if cell is None or row.record is None:
            return None
        value = getattr(row.record, cell.name)
        if cell.field.kind is Kind.SIGN:
            value = _SIGNS.get(value, "")
        if row.stream.is_missing(cell.name, value):
            return None
        return (value,)

    def _row(self, key: Key) -> Row:
        row = Row(key, 0)
        row.slot = self._slots.get(key)
        self._name(row)
        return row

    def _name(self, row: Row) -> None:
        row.contract = self._desk.contract(row.key)
        row.label = self._desk.label(row.key)

    def _number(self, keys: Iterable[Key]) -> None:
        ranks = {key: rank for rank, key in enumerate(dict.fromkeys(keys))}
        for place, row in enumerate(self.rows):
            row.place = place
            row.rank = ranks[row.key]

    # Qt ----------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, place = self.rows[index.row()], index.column()
        if role == _ROLE.DisplayRole:
            return self.text(row, place)
        if role == _ROLE.ToolTipRole:
            self.refresh(row)
            return tips.of_cell(self, self._desk, row, place)
        if role == _ROLE.AccessibleTextRole:
            return self._spoken(row, place)
        if role == _ROLE.TextAlignmentRole:
            return _alignment(place)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            return self._row_header(section, role)
        column = COLUMNS[section]
        if role == _ROLE.DisplayRole:
            return self.column_name(column.name)
        if role == _ROLE.ToolTipRole:
            return tips.of_column(self._desk, column)
        if role == _ROLE.TextAlignmentRole:
            return _alignment(section)
        return None

    def _row_header(self, section: int, role: int) -> object:
        row = self.rows[section]
        if role in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole):
            return f"{row.label} {row.key.code}" if row.label != row.key.code else row.label
        if role == _ROLE.ToolTipRole:
            return tips.of_contract(self._desk, row)
        return None

    def _spoken(self, row: Row, place: int) -> str:
        texts = self._desk.texts
        text = self.text(row, place)
        words = [row.label, self.column_name(COLUMNS[place].name)]
        words.append(texts("quotes.spoken.missing") if text == figures.MISSING else text)
        tone = row.tones[place] if place != _AGE_AT else ABSENT
        if tone in (UP, DOWN):
            words.append(texts("quotes.spoken.up" if tone == UP else "quotes.spoken.down"))
        if row.watched is not None and self.level(row, perf_counter()):
            words.append(texts("quotes.spoken.old"))
        return " ".join(words)


def _rank(row: Row) -> tuple[object, ...]:
    """Kind, product, expiry, strike; from the top the call stands before the put."""
    contract = row.contract
    if contract is None:
        return (row.key.tr_id, "", "", 0.0, False, row.key.code)
    product = contract.product.key if contract.product is not None else ""
    expiry = f"{contract.expiry or ''} {contract.month}"
    strike = contract.strike if contract.strike == contract.strike else 0.0
    return (row.key.tr_id, product, expiry, strike, contract.side is Side.CALL, row.key.code)


def _cells(stream: Stream) -> dict[int, Cell]:
    found = ((column.place, cell(stream, column)) for column in COLUMNS)
    return {place: cell for place, cell in found if cell is not None}


def _alignment(place: int) -> Qt.AlignmentFlag:
    field = COLUMNS[place].field
    return _CENTRE if field is not None and field.kind in (Kind.SIGN, Kind.FLAG) else _RIGHT
