"""The watched contracts as rows: label, standing, age, pin. Follows the watchlist."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from kisopt_gui.market.book import book_key, trade_key
from kisopt_gui.ui import figures
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.naming import term
from kisopt_gui.ui.subscriptions.standing import Standing, Tone, rotated, standing
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State

MIME = "application/x-kisopt-keys"
"""What a drag of contracts carries: "H0IOCNT0 B01612A31", one a line."""

Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


@dataclass(slots=True)
class Row:
    """What is painted of one contract.

    Attributes:
        key: Its stream and code.
        label: Its name as a trader says it.
        expiry: Its expiry, "" if it is not known.
        standing: Where it stands.
        age: Time since its newest record, in words; "-" before the first, "" if refused.
        pinned: Whether it is pinned.
        wished: Whether the user wants it still; false while it is being released.
        book: Where the registration of its order book stands, None if it has none.
    """

    key: Key
    label: str
    expiry: str
    standing: Standing
    age: str
    pinned: bool
    wished: bool
    book: State | None


class SubscriptionRows(QAbstractListModel):
    """Rows in the user's order, then those that are only being released."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._status = desk.status()
        self._slots = {slot.key: slot for slot in self._status.slots}
        self._rows: list[Row] = []
        self._master = desk.master()
        self.refresh()

    @property
    def rows(self) -> Sequence[Row]:
        """Every row in order."""
        return self._rows

    def place(self, key: Key) -> int:
        """Row of a key, -1 if it has none."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), -1)

    def refresh(self) -> None:
        """Follow the watchlist, the feed and the master file."""
        self._status = self._desk.status()
        self._master = self._desk.master()
        self._slots = {slot.key: slot for slot in self._status.slots}
        watchlist = self._desk.watchlist
        leaving = [
            slot.key
            for slot in self._status.slots
            if slot.state is State.RELEASING
            and slot.key not in watchlist
            and trade_key(slot.key) is None  # an order book is no contract of the list
        ]
        self._arrange([*watchlist.keys, *leaving])
        pins = set(watchlist.pins)
        for at, row in enumerate(self._rows):
            now = self._row(row.key, pins)
            if now != row:
                self._rows[at] = now
                self._tell(at)

    def refresh_ages(self, places: range | None = None) -> list[int]:
        """Redo the ages, and return the rows where nothing but the age has changed.

        Only rows at ``places`` are looked at, all of them if it is None. Rows that
        came to look different announce it as a model does. A feed or a master file
        that has changed is followed first.
        """
        status = self._desk.status()
        if status is not self._status or self._desk.master() is not self._master:
            if (status.slots, status.link, status.limit) != (
                self._status.slots,
                self._status.link,
                self._status.limit,
            ) or self._desk.master() is not self._master:
                self.refresh()
            else:
                self._status = status
        aged = []
        everywhere = range(len(self._rows))
        for at in everywhere if places is None else places:
            if at >= len(self._rows):  # what was being released is gone by now
                break
            row = self._rows[at]
            age = self._desk.age(row.key)
            now = self._stands(row.key, age)
            text = self._age_words(age, now)
            if now != row.standing:
                row.standing, row.age = now, text
                self._tell(at)
            elif text != row.age:
                row.age = text
                aged.append(at)
        return aged

    # Qt overrides ------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> str | None:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == _Role.DisplayRole:
            return row.label
        if role == _Role.ToolTipRole:
            name = f"{row.label} {row.expiry}".strip()
            return "\n".join([f"{name}  {row.key.code}", row.standing.sentence, *self._heard(row)])
        if role == _Role.AccessibleTextRole:
            return self._spoken(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # between rows, not onto one
        if not self._rows[index.row()].wished:
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        keys = [self._rows[at].key for at in sorted({index.row() for index in indexes})]
        data = QMimeData()
        data.setData(MIME, "\n".join(f"{key.tr_id} {key.code}" for key in keys).encode())
        data.setText("\n".join(key.code for key in keys))
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if not data.hasFormat(MIME):
            return False
        lines = bytes(data.data(MIME).data()).decode().splitlines()
        keys = [Key(tr_id, code) for tr_id, _, code in (line.partition(" ") for line in lines)]
        self._desk.watchlist.move(keys, row if row >= 0 else len(self._desk.watchlist))
        return True

    # ------------------------------------------------------------------

    def _row(self, key: Key, pins: set[Key]) -> Row:
        desk = self._desk
        contract = desk.contract(key)
        age = desk.age(key)
        stands = self._stands(key, age)
        return Row(
            key=key,
            label=desk.label(key),
            expiry=term(contract, desk.texts.language),
            standing=stands,
            age=self._age_words(age, stands),
            pinned=key in pins,
            wished=key in desk.watchlist,
            book=self._book(key),
        )

    def _book(self, key: Key) -> State | None:
        of_book = book_key(key)
        slot = self._slots.get(of_book) if of_book is not None else None
        return slot.state if slot is not None else None

    def _stands(self, key: Key, age: float) -> Standing:
        slot, texts = self._slots.get(key), self._desk.texts
        out = self._desk.following.left_out.get(key)
        if slot is None and out is not None:
            return rotated(out, texts)
        return standing(slot, self._status, age, texts)

    def _age_words(self, age: float, stands: Standing) -> str:
        if stands.tone is Tone.REFUSED:
            return ""
        return figures.age(age, self._desk.texts.language)

    def _spoken(self, row: Row) -> str:
        texts = self._desk.texts
        parts = [f"{row.label} {row.expiry}".strip(), row.standing.sentence.rstrip(".")]
        parts += self._heard(row)
        if row.pinned:
            parts.append(texts("subs.pinned"))
        return ", ".join(parts)

    def _heard(self, row: Row) -> list[str]:
        known = row.age not in ("", figures.MISSING)
        heard = [self._desk.texts("subs.heard", age=row.age)] if known else []
        if row.book is not None:
            heard.append(self._desk.texts(f"subs.book.{row.book.value}"))
        return heard

    def _arrange(self, keys: list[Key]) -> None:
        """Make the rows those of ``keys``, so that selection and scrolling survive it."""
        wanted = set(keys)
        for at in reversed(range(len(self._rows))):
            if self._rows[at].key not in wanted:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()
        known = {row.key for row in self._rows}
        new = [key for key in keys if key not in known]
        if new:
            pins = set(self._desk.watchlist.pins)
            count = len(self._rows)
            self.beginInsertRows(QModelIndex(), count, count + len(new) - 1)
            self._rows += [self._row(key, pins) for key in new]
            self.endInsertRows()
        if [row.key for row in self._rows] != keys:
            self._sort(keys)

    def _sort(self, keys: list[Key]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = [row.key for row in self._rows]
        place = {key: at for at, key in enumerate(keys)}
        self._rows.sort(key=lambda row: place[row.key])
        old = self.persistentIndexList()
        self.changePersistentIndexList(
            old, [self.index(place[before[index.row()]]) for index in old]
        )
        self.layoutChanged.emit()

    def _tell(self, at: int) -> None:
        index = self.index(at)
        self.dataChanged.emit(index, index)


def faded(row: Row) -> bool:
    """Whether a row is painted as old."""
    return row.standing.tone in (Tone.QUIET, Tone.LEAVING)
