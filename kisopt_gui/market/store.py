"""The latest record, the age and the losses of every contract, and the log of its trades."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from kisopt_gui.market.history import History, Rows, Series
from kisopt_gui.market.intake import Batch
from kisopt_gui.market.trust import Ledger, Told
from kisopt_gui.wire.codec import FieldError, FrameError, read_record
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import MISSING, Record, Stream
from kisopt_gui.wire.streams import STREAMS

MOST_CONTRACTS = 1 << 16
"""Contracts that are kept: their numbers have 16 bits. An app key may watch 41."""

_KEPT_ERRORS = 200


class Watched:
    """What is known of one contract.

    Attributes:
        key: Its stream and code.
        number: Its number in the history.
        stream: The table of its stream.
        revision: Rises with every batch that brought a record of it.
        trades: Records received of it.
        received: Monotonic seconds of the newest record, NaN before the first.
        text: The newest record as sent, "" before the first.
        ledger: What its cumulative volumes prove.
    """

    __slots__ = (
        "_read",
        "_read_at",
        "_values",
        "key",
        "ledger",
        "number",
        "received",
        "revision",
        "stream",
        "text",
        "trades",
    )

    def __init__(self, key: Key, number: int, stream: Stream) -> None:
        self.key = key
        self.number = number
        self.stream = stream
        self.revision = 0
        self.trades = 0
        self.received = float("nan")
        self.ledger = Ledger()
        self.text = ""
        self._read_at = 0
        self._values: list[str] = []
        self._read: Record | None = None

    def update(self, text: str, received: float, trades: int) -> None:
        """Take ``text`` as the newest record, the last of ``trades`` that came."""
        self.text = text
        self.received = received
        self.trades += trades
        self.revision += 1

    @property
    def values(self) -> list[str]:
        """Every field of the newest record as sent, with what the broker added; [] before it."""
        if self._read_at != self.revision:
            self._read_at = self.revision
            self._read = None
            self._values = self.text.split("^")
        return self._values

    @property
    def record(self) -> Record | None:
        """The newest record, typed and checked; None before the first.

        Raises:
            FieldError: Text stands where a number belongs.
        """
        if self.values and self._read is None:
            self._read = read_record(self.stream, self.text)
        return self._read


class Store:
    """What we know. One writer, the frame clock; any number of readers on the same thread.

    Attributes:
        history: Every trade of the day.
        records: Records taken in.
        errors: The newest frames that could not be read, newest last.
        bad: How many there were.
        surplus: Records of contracts past the first `MOST_CONTRACTS`, which are not kept.
    """

    def __init__(self, history: History | None = None) -> None:
        self.history = history or History()
        self.records = 0
        self.bad = 0
        self.surplus = 0
        self.errors: deque[FrameError] = deque(maxlen=_KEPT_ERRORS)
        self._watched: list[Watched] = []
        self._numbers: dict[Key, int] = {}
        self._codes: dict[str, dict[bytes, int]] = {}
        self._volumes: NDArray[np.float64] = np.full(64, np.nan)
        self._times: NDArray[np.float32] = np.full(64, np.nan, np.float32)
        self._suspect: dict[Key, int] = {}

    def apply(self, batches: Iterable[Batch]) -> None:
        """Take in batches in the order they came."""
        for batch in batches:
            self._apply(batch)

    def refuse(self, error: FrameError) -> None:
        """Count a frame that could not be read, and keep it for inspection."""
        self.bad += 1
        self.errors.append(error)

    def watched(self, key: Key) -> Watched | None:
        """What is known of a contract; None if no record of it ever came."""
        number = self._numbers.get(key, MOST_CONTRACTS)
        watched = self._watched[number] if number < MOST_CONTRACTS else None
        return watched if watched is not None and watched.revision else None

    def contracts(self) -> list[Watched]:
        """Every contract of which a record came."""
        return [watched for watched in self._watched if watched.revision]

    def series(self, key: Key) -> Series:
        """Columns of one contract for a chart; empty until its first record comes."""
        return Series(self.history, self._number(key))

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
    def lost(self) -> int:
        """Contracts traded that no record told of, over all codes."""
        return sum(ledger.lost for ledger in self._ledgers())

    @property
    def gaps(self) -> int:
        """How many times records were missing, over all codes."""
        return sum(ledger.gaps for ledger in self._ledgers())

    def _ledgers(self) -> Iterator[Ledger]:
        for watched, volume, time in zip(
            self._watched, self._volumes.tolist(), self._times.tolist(), strict=False
        ):
            watched.ledger.settle(Told(time, MISSING, volume))
            yield watched.ledger

    def _apply(self, batch: Batch) -> None:
        table = self._codes.setdefault(batch.stream.tr_id, {})
        try:
            numbers = np.fromiter(map(table.__getitem__, batch.codes), np.uint16, len(batch.codes))
        except KeyError:
            batch = self._admitted(batch, table)
            numbers = np.fromiter(map(table.__getitem__, batch.codes), np.uint16, len(batch.codes))
        if not batch.codes:
            return
        order = numbers.argsort(kind="stable")
        ordered = numbers[order]
        ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
        starts = np.append(0, ends[:-1] + 1)
        if batch.stream.counts_trades:
            self._check(batch.rows, order, ordered, starts, ends)
        counts = ends - starts + 1
        texts, received = batch.texts, batch.received
        for number, at, count in zip(
            ordered[ends].tolist(), order[ends].tolist(), counts.tolist(), strict=True
        ):
            self._watched[number].update(texts[at], received, count)
        self.history.append(numbers, batch.rows)
        self.records += len(batch.codes)

    def _check(
        self,
        rows: Rows,
        order: NDArray[np.intp],
        numbers: NDArray[np.uint16],
        starts: NDArray[np.intp],
        ends: NDArray[np.intp],
    ) -> None:
        volumes, quantities = rows["volume"][order], rows["quantity"][order]
        before = np.empty_like(volumes)
        before[1:] = volumes[:-1]
        before[starts] = self._volumes[numbers[starts]]
        missing = volumes - quantities - before
        # A contract's first record has nothing before it: NaN, which compares as unequal to 0.
        wrong = np.flatnonzero((missing != 0) & (missing == missing))
        if len(wrong):
            times = rows["time"][order]
            earlier = np.empty_like(times)
            earlier[1:] = times[:-1]
            earlier[starts] = self._times[numbers[starts]]
            for at in wrong.tolist():
                self._watched[numbers[at]].ledger.judge(
                    Told(float(earlier[at]), MISSING, float(before[at])),
                    Told(float(times[at]), float(quantities[at]), float(volumes[at])),
                )
        newest = numbers[ends]
        self._volumes[newest] = volumes[ends]
        self._times[newest] = rows["time"][order[ends]]

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
        """The number of a contract; `MOST_CONTRACTS`, which no record has, if none is free."""
        number = self._numbers.get(key)
        if number is None:
            number = len(self._watched)
            if number == MOST_CONTRACTS:
                return number
            self._numbers[key] = number
            self._watched.append(Watched(key, number, STREAMS[key.tr_id]))
            if number >= len(self._volumes):
                self._volumes = np.append(self._volumes, np.full(number, np.nan))
                self._times = np.append(self._times, np.full(number, np.nan, np.float32))
        return number
