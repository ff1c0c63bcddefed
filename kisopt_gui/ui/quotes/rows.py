"""A row: the texts and tones of one contract's record, redone only where the record changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan

from kisopt_gui.market.contract import Contract
from kisopt_gui.market.store import Watched
from kisopt_gui.ui import figures
from kisopt_gui.ui.quotes.columns import COLUMNS, Column, Flash
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Field, Kind, Record, Stream
from kisopt_gui.wire.session import Slot
from kisopt_gui.wire.streams import STREAMS

FRESH_S = 60.0
"""A row is shown in full colour up to this age, in seconds."""

FAINT_S = 300.0
"""From this age on it is as faint as what is missing."""

TEXT, UP, DOWN, ABSENT = range(4)
"""Tones: which of the theme's colours a text has."""

_TONES = {0: TEXT, 1: UP, -1: DOWN}
_GREEKS = frozenset(("delta", "gamma", "vega", "theta", "rho"))


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """How one stream fills one column.

    Attributes:
        column: The column.
        field: The field in the stream's own table.
        position: Its place in the record.
        write: Writes the field: raw text, number, record -> what is shown.
        shared: Whether what is shown depends on other fields too.
    """

    column: Column
    field: Field
    position: int
    write: Callable[[str, float, Record], str]
    shared: bool


def cell(stream: Stream, column: Column) -> Cell | None:
    """Return how a stream fills a column; None if it has no such field.

    A field of the same name that means something else does not count: the
    index sends "open against the previous close" where the option sends
    "price against the open".
    """
    field = stream.fields.get(column.name)
    if field is None or column.field is None:
        return None
    if field.korean != column.field.korean:
        return None
    return Cell(
        column,
        field,
        stream.position[column.name],
        _writer(stream, column.name, field),
        # Greeks are missing only if all are 0; the change is written with the sign's mark.
        shared=column.name in _GREEKS or column.name == "change",
    )


def _writer(stream: Stream, name: str, field: Field) -> Callable[[str, float, Record], str]:
    if field.kind is Kind.TIME:
        return lambda raw, _value, _record: (
            figures.MISSING if stream.is_missing(name, raw) else figures.clock(raw)
        )
    if field.kind is Kind.SIGN:
        return lambda raw, _value, _record: figures.MARKS.get(raw, raw or figures.MISSING)
    if field.kind.is_text:
        return lambda raw, _value, _record: raw or figures.MISSING
    if name == "change":
        return lambda raw, value, record: _marked(raw, value, record, field)
    return lambda raw, value, _record: figures.as_sent(raw, value, field)


def _marked(raw: str, value: float, record: Record, field: Field) -> str:
    number = figures.as_sent(raw, value, field).removeprefix(figures.MINUS)
    mark = "" if isnan(value) else figures.MARKS.get(getattr(record, "sign", ""), "")
    return mark + number


class Row:
    """What one contract shows.

    Attributes:
        key: The contract.
        place: Its row in the table.
        rank: Its place in the watchlist.
        label: What a trader calls it.
        contract: Facts of it, None if none are known.
        watched: What the store knows of it, None before its first record.
        slot: Where its subscription stands, None if it has none.
        revision: Revision of the record that is shown, -1 to have all redone.
        record: The record that is shown, None if there is none that can be read.
        texts: What stands in each column; "-" in those that are not shown.
        tones: The tone of each.
        flashes: Columns whose value changed just now: when (monotonic seconds), and up (1),
            down (-1) or neither (0).
        level: How faint it is: 0 fresh, 1 old, 2 very old.
    """

    __slots__ = (
        "_values",
        "contract",
        "flashes",
        "key",
        "label",
        "level",
        "place",
        "rank",
        "record",
        "revision",
        "slot",
        "texts",
        "tones",
        "watched",
    )

    def __init__(self, key: Key, place: int) -> None:
        self.key = key
        self.place = place
        self.rank = place
        self.label = key.code
        self.contract: Contract | None = None
        self.watched: Watched | None = None
        self.slot: Slot | None = None
        self.revision = -1
        self.record: Record | None = None
        self.texts = [figures.MISSING] * len(COLUMNS)
        self.tones = [ABSENT] * len(COLUMNS)
        self.flashes: dict[int, tuple[float, int]] = {}
        self.level = 0
        self._values: Sequence[str] = ()

    @property
    def stream(self) -> Stream:
        """The table of its stream."""
        return STREAMS[self.key.tr_id]

    def show(self, record: Record | None, cells: Sequence[Cell], now: float | None) -> None:
        """Take over the newest record.

        Args:
            record: The record, None if it cannot be read.
            cells: The columns that are shown, those that the stream has.
            now: Monotonic seconds at which changed cells begin to flash; None
                if the row was not on the screen, so that nothing has changed there.
        """
        watched = self.watched
        if watched is None:
            return
        before, shown, afresh = self._values, self.record, self.revision < 0
        values = self._values = watched.values
        self.revision = watched.revision
        self.record = record
        if record is None:
            self.texts = [figures.MISSING] * len(COLUMNS)
            self.tones = [ABSENT] * len(COLUMNS)
            self.flashes.clear()
            return
        sign = self.stream.position["sign"]
        whole = afresh or shown is None or before[sign] != values[sign]
        direction = _TONES[figures.direction(values[sign])]
        texts, tones = self.texts, self.tones
        for cell in cells:
            raw = values[cell.position]
            if not (whole or cell.shared) and raw == before[cell.position]:
                continue
            column = cell.column
            at = column.place
            value = getattr(record, column.name)
            texts[at] = text = cell.write(raw, value, record)
            if text == figures.MISSING:
                tones[at] = ABSENT
            elif column.against_close:
                tones[at] = direction
            elif column.signed:
                tones[at] = UP if value > 0 else DOWN if value < 0 else TEXT
            elif cell.field.kind is Kind.SIGN:
                tones[at] = _TONES[figures.direction(raw)]
            else:
                tones[at] = TEXT
            if now is not None and shown is not None and column.flash is not Flash.NONE:
                last = getattr(shown, column.name)
                if value != last and value == value and last == last:
                    turn = (value > last) - (value < last) if column.flash is Flash.TURN else 0
                    self.flashes[at] = (now, turn)

    def text(self, cell: Cell) -> str:
        """Write one column of the record that is shown, whether or not the column is."""
        if self.record is None:
            return figures.MISSING
        raw = self._values[cell.position]
        return cell.write(raw, getattr(self.record, cell.column.name), self.record)

    def raw(self, cell: Cell) -> str:
        """Return one field of the newest record as sent; "" before the first."""
        return self._values[cell.position] if self._values else ""

    def age(self, now: float) -> float:
        """Seconds since the newest record; NaN before the first."""
        return now - self.watched.received if self.watched is not None else float("nan")
