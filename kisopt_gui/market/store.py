"""The latest record, the age and the losses of every contract, and the log of its trades.

Order books are kept aside: a book is a state, no trade. It has no place in the
log, no volume that could prove a loss, and is in no list of contracts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kisopt_gui.market.book import Book
from kisopt_gui.market.snapshot import MinuteBars, Snapshot
from kisopt_gui.market.trust import Ledger
from kisopt_gui.market.watched import Watched
from kisopt_gui.wire.codec import FieldError, FrameError
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Record
from kisopt_gui.wire.streams import STREAMS
from kisopt_gui.wire.streams.h0ioasp0 import BookRecord

if TYPE_CHECKING:  # numpy comes with the first records, not before the first paint
    from kisopt_gui.market.history import History, Series
    from kisopt_gui.market.intake import Batch
    from kisopt_gui.market.minutes import Minutes
    from kisopt_gui.market.tally import Tally

MOST_CONTRACTS = 1 << 16
"""Contracts that are kept: their numbers have 16 bits. An app key may watch 41."""

_KEPT_ERRORS = 200

_SAME_SESSION_S = 3600.0
"""Minute bars that come so long after a contract's newest trade may be of another day than it."""


class Store:
    """What we know. One writer, the frame clock; any number of readers on the same thread.

    Attributes:
        records: Records taken in, with the books that a newer one replaced.
        errors: The newest frames that could not be read, newest last.
        bad: How many there were.
        surplus: Records of contracts past the first `MOST_CONTRACTS`, which are not kept.
        filled: Rises when a snapshot has come.
    """

    def __init__(self, history: History | None = None) -> None:
        self._given = history
        self._tally: Tally | None = None
        self.records = 0
        self.bad = 0
        self.surplus = 0
        self.filled = 0
        self.errors: deque[FrameError] = deque(maxlen=_KEPT_ERRORS)
        self._watched: list[Watched] = []
        self._numbers: dict[Key, int] = {}
        self._codes: dict[str, dict[bytes, int]] = {}
        self._accounts: list[Ledger] = []
        self._suspect: dict[Key, int] = {}
        self._snapshots: dict[Key, Snapshot] = {}
        self._minutes: dict[Key, Minutes] = {}
        self._states: dict[Key, Watched] = {}
        self._books: dict[Key, tuple[int, Book | None]] = {}
        self._told_books: dict[Key, Book] = {}

    def apply(self, batches: Iterable[Batch]) -> None:
        """Take in batches in the order they came."""
        for batch in batches:
            self._apply(batch)

    def begin_day(self) -> None:
        """Forget every number, its history and its losses: they are of an earlier trading day.

        Counters of what came stay. Series taken before are void; whoever shows a contract
        takes a new one.
        """
        self._given = None
        self._tally = None
        self.filled += 1
        for known in (
            self._watched,
            self._numbers,
            self._codes,
            self._accounts,
            self._suspect,
            self._snapshots,
            self._minutes,
            self._states,
            self._books,
            self._told_books,
        ):
            known.clear()

    def slept(self, seconds: float) -> None:
        """Let everything be older by a time for which the machine was asleep."""
        for watched in (*self._watched, *self._states.values()):
            watched.slept(seconds)
        self._books.clear()
        self.filled += 1

    def refuse(self, error: FrameError) -> None:
        """Count a frame that could not be read, and keep it for inspection."""
        self.bad += 1
        self.errors.append(error)

    def fill(self, snapshots: Iterable[Snapshot], *, part: bool = False) -> None:
        """Take in what REST told of contracts; where the stream has told something it stands.

        Args:
            snapshots: What was told.
            part: Whether it is a part of a quote only, which never takes a fuller one's place.
        """
        for told in snapshots:
            if self.watched(told.key) is None:
                older = self._snapshots.get(told.key)
                if part and older is not None and not told.is_with(older):
                    continue
                self._snapshots[told.key] = told.over(older) if older is not None else told
                self.filled += 1

    def backfill(self, told: MinuteBars) -> None:
        """Take in minute bars of the time before a contract's first trade."""
        watched = self.watched(told.key)
        if watched is None or told.received - watched.received <= _SAME_SESSION_S:
            self._earlier(told.key).add(told.bars)

    def fill_book(self, told: Book) -> None:
        """Take in the order book that REST told; where the stream has told one it stands."""
        if self.watched(told.key) is None:
            self._told_books[told.key] = told
            self.filled += 1

    def snapshot(self, key: Key) -> Snapshot | None:
        """What REST told of a contract; None once the stream has told something of it."""
        told = self._snapshots.get(key)
        if told is not None and self.watched(key) is not None:
            del self._snapshots[key]
            return None
        return told

    def watched(self, key: Key) -> Watched | None:
        """What is known of a contract or of its order book; None if no record of it ever came."""
        number = self._numbers.get(key, MOST_CONTRACTS)
        watched = self._watched[number] if number < MOST_CONTRACTS else self._states.get(key)
        return watched if watched is not None and watched.revision else None

    def contracts(self) -> list[Watched]:
        """Every contract of which a trade came, or a change of an index."""
        return [watched for watched in self._watched if watched.revision]

    def book(self, key: Key) -> Book | None:
        """The order book of a contract: the stream's newest, until it sends one REST's.

        Args:
            key: Of a stream of books, see `market.book.book_key`.

        Returns:
            None if none came, or if the newest cannot be read.
        """
        watched = self.watched(key)
        if watched is None:
            return self._told_books.get(key)
        made = self._books.get(key)
        if made is None or made[0] != watched.revision:
            record, book = self.record(key), None
            if isinstance(record, BookRecord):
                book = Book.of_record(key, record, watched.received)
            made = self._books[key] = (watched.revision, book)
            self._told_books.pop(key, None)
        return made[1]

    def series(self, key: Key) -> Series:
        """Columns of one contract for a chart; minute bars of REST stand before its trades."""
        from kisopt_gui.market.history import Series

        return Series(self.history, self._number(key), self._earlier(key))

    def record(self, key: Key) -> Record | None:
        """The newest record of a contract; None if none came or it cannot be read.

        One that cannot be read is counted and kept like a bad frame, once.
        """
        watched = self.watched(key)
        if watched is None:
            return None
        try:
            return watched.record
        except FieldError as error:
            if self._suspect.get(key) != watched.revision:
                self._suspect[key] = watched.revision
                self.refuse(error)
            return None

    @property
    def history(self) -> History:
        """Every trade of the day."""
        return self._numbers_side().history

    @property
    def lost(self) -> int:
        """Contracts traded that no record told of, over all codes."""
        return sum(ledger.lost for ledger in self._ledgers())

    @property
    def gaps(self) -> int:
        """How many times records were missing, over all codes."""
        return sum(ledger.gaps for ledger in self._ledgers())

    def _earlier(self, key: Key) -> Minutes:
        minutes = self._minutes.get(key)
        if minutes is None:
            from kisopt_gui.market.minutes import Minutes

            minutes = self._minutes[key] = Minutes()
        return minutes

    def _ledgers(self) -> list[Ledger]:
        if self._tally is not None:
            for ledger, told in zip(self._accounts, self._tally.told(), strict=False):
                ledger.settle(told)
        return self._accounts

    def _numbers_side(self) -> Tally:
        if self._tally is None:
            from kisopt_gui.market.tally import Tally

            self._tally = Tally(self._given)
        return self._tally

    def _apply(self, batch: Batch) -> None:
        if batch.stream.is_book:
            self._keep(batch)
            return
        table = self._codes.setdefault(batch.stream.tr_id, {})
        try:
            numbers = [table[code] for code in batch.codes]
        except KeyError:
            batch = self._admitted(batch, table)
            numbers = [table[code] for code in batch.codes]
        if not numbers:
            return
        newest = self._numbers_side().take(
            numbers, batch.rows, self._accounts, counts_trades=batch.stream.counts_trades
        )
        texts, received = batch.texts, batch.received
        for number, place, trades in newest:
            self._watched[number].update(texts[place], received, trades)
        self.records += len(numbers)

    def _keep(self, batch: Batch) -> None:
        """Keep the newest book of each contract."""
        for code, text, count in zip(batch.codes, batch.texts, batch.counts, strict=True):
            key = Key(batch.stream.tr_id, code.decode("latin-1"))
            watched = self._states.get(key)
            if watched is None:
                if len(self._states) == MOST_CONTRACTS:
                    self.surplus += count
                    continue
                watched = self._states[key] = Watched(key, MOST_CONTRACTS, batch.stream)
            watched.update(text, batch.received, count)
            self.records += count

    def _admitted(self, batch: Batch, table: dict[bytes, int]) -> Batch:
        """Number the contracts that are new; return the records of those that are kept."""
        for code in dict.fromkeys(batch.codes):
            number = self._number(Key(batch.stream.tr_id, code.decode("latin-1")))
            if number < MOST_CONTRACTS:
                table[code] = number
        kept = [at for at, code in enumerate(batch.codes) if code in table]
        self.surplus += len(batch.codes) - len(kept)
        return batch._replace(
            codes=[batch.codes[at] for at in kept],
            rows=batch.rows[kept],
            texts=[batch.texts[at] for at in kept],
        )

    def _number(self, key: Key) -> int:
        """The number of a contract; `MOST_CONTRACTS`, which no trade has, if none is free.

        An order book gets none.
        """
        number = self._numbers.get(key)
        if number is None:
            number = len(self._watched)
            if number == MOST_CONTRACTS or STREAMS[key.tr_id].is_book:
                return MOST_CONTRACTS
            self._numbers[key] = number
            watched = Watched(key, number, STREAMS[key.tr_id])
            self._watched.append(watched)
            self._accounts.append(watched.ledger)
        return number
