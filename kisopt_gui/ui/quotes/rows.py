"""A row: the texts and tones of one contract's record, redone only where the record changed."""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from kisopt_gui.market.contract import Contract
from kisopt_gui.market.snapshot import Snapshot
from kisopt_gui.market.watched import Watched
from kisopt_gui.ui import figures
from kisopt_gui.ui.quotes.columns import COLUMNS, Column, Flash
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Field, Kind, Record, Stream
from kisopt_gui.wire.session import Slot
from kisopt_gui.wire.streams import STREAMS

FAINT_S = 300.0
"""From this age on it is as faint as what is missing."""

TEXT, UP, DOWN, ABSENT = range(4)
"""Tones: which of the theme's colours a text has."""

_TONES = {0: TEXT, 1: UP, -1: DOWN}
_COUNTS = frozenset((Kind.QUANTITY, Kind.QUANTITY_CHANGE, Kind.AMOUNT))
_MOST_TEXTS = 512
_TOLD = 0
"""Revision of a row that shows what REST told; those of records begin with 1."""

_GREEKS = frozenset(("delta", "gamma", "vega", "theta", "rho"))


class Paint(Enum):
    """Where a cell's tone comes from."""

    PLAIN = "it has none"
    CLOSE = "the change against the previous close"
    SIGNED = "its own sign"
    CODE = "its own sign code"


class Cell(NamedTuple):
    """How one stream fills one column.

    Attributes:
        place: The column's number.
        position: The field's place in the record.
        name: The field's name.
        write: Writes the field: raw text, number, record -> what is shown.
        shared: Whether what is shown depends on other fields too.
        paint: Where its tone comes from.
        flash: How it says that its value has changed.
        field: The field in the stream's own table.
    """

    place: int
    position: int
    name: str
    write: Callable[[str, float, Record], str]
    shared: bool
    paint: Paint
    flash: Flash
    field: Field


def cell(stream: Stream, column: Column) -> Cell | None:
    """Return how a stream fills a column; None if it has no such field.

    A field of the same name that means something else does not count: the
    index sends "open against the previous close" where the option sends
    "price against the open".
    """
    field = stream.fields.get(column.name)
    if field is None or column.field is None or field.korean != column.field.korean:
        return None
    return Cell(
        place=column.place,
        position=stream.position[column.name],
        name=column.name,
        write=_writer(stream, column.name, field),
        # Greeks are missing only if all are 0; the change is written with the sign's mark.
        shared=column.name in _GREEKS or column.name == "change",
        paint=_paint(column, field),
        flash=column.flash,
        field=field,
    )


def _paint(column: Column, field: Field) -> Paint:
    if column.against_close:
        return Paint.CLOSE
    if field.kind is Kind.SIGN:
        return Paint.CODE
    return Paint.SIGNED if column.signed else Paint.PLAIN


def _writer(stream: Stream, name: str, field: Field) -> Callable[[str, float, Record], str]:
    if field.kind is Kind.TIME:
        return lambda raw, _value, _record: (
            figures.MISSING if stream.is_missing(name, raw) else figures.clock(raw)
        )
    if field.kind is Kind.SIGN:
        return lambda raw, _value, _record: figures.MARKS.get(raw, raw or figures.MISSING)
    if field.kind.is_text:
        return lambda raw, _value, _record: raw or figures.MISSING
    number = _number_writer(field)
    if name == "change":
        return lambda raw, value, record: _marked(number(raw, value), record)
    return lambda raw, value, _record: number(raw, value)


def _number_writer(field: Field) -> Callable[[str, float], str]:
    def write(raw: str, value: float) -> str:
        return figures.as_sent(raw, value, field)

    def write_count(raw: str, value: float) -> str:
        return f"{value:,.0f}" if raw.isdigit() and value == value else write(raw, value)

    # Prices and greeks come again and again, counts do not.
    return write_count if field.kind in _COUNTS else lru_cache(_MOST_TEXTS)(write)


def _marked(number: str, record: Record) -> str:
    if number == figures.MISSING:
        return number
    mark = figures.MARKS.get(getattr(record, "sign", ""), "")
    return mark + number.removeprefix(figures.MINUS)


class Row:
    """What one contract shows.

    Attributes:
        key: The contract.
        place: Its row in the table.
        rank: Its place in the watchlist.
        label: What a trader calls it.
        contract: Facts of it, None if none are known.
        watched: What the store knows of it, None before its first record.
        told: What REST told of it, which is shown until then.
        slot: Where its subscription stands, None if it has none.
        revision: Revision of the record that is shown, -1 to have all redone.
        record: The record that is shown, None if there is none that can be read.
        texts: What stands in each column; "-" in those that are not shown.
        tones: The tone of each.
        flashes: Columns whose value changed just now: when (monotonic seconds), and up (1),
            down (-1) or neither (0).
        level: How faint it is drawn: 0 fresh, 1 old, 2 very old.
        inside: Whether it is drawn as in the money.
    """

    __slots__ = (
        "_values",
        "contract",
        "flashes",
        "inside",
        "key",
        "label",
        "level",
        "place",
        "rank",
        "record",
        "revision",
        "slot",
        "texts",
        "told",
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
        self.told: Snapshot | None = None
        self.slot: Slot | None = None
        self.revision = -1
        self.record: Record | None = None
        self.texts = [figures.MISSING] * len(COLUMNS)
        self.tones = [ABSENT] * len(COLUMNS)
        self.flashes: dict[int, tuple[float, int]] = {}
        self.level = 0
        self.inside = False
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
        if self.told is not None:  # what the stream says instead is no change of it
            self.told = self.record = None
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
        flashing = now is not None and shown is not None
        for at, position, name, write, shared, paint, flash, _field in cells:
            raw = values[position]
            if not (whole or shared) and raw == before[position]:
                continue
            value = getattr(record, name)
            texts[at] = text = write(raw, value, record)
            if text == figures.MISSING:
                tones[at] = ABSENT
            elif paint is Paint.CLOSE:
                tones[at] = direction
            else:
                tones[at] = TEXT if paint is Paint.PLAIN else _tone(paint, raw, value)
            if flashing and flash is not Flash.NONE:
                self._flash(at, flash, value, getattr(shown, name), now)

    def show_told(self, told: Snapshot, cells: Sequence[Cell]) -> None:
        """Take over what REST told; nothing of it flashes."""
        self.told, self.record, self.revision = told, told.record, _TOLD
        values = self._values = told.values
        direction = _TONES[figures.direction(values[self.stream.position["sign"]])]
        for cell in cells:
            text = self.texts[cell.place] = self.text(cell)
            if text == figures.MISSING:
                self.tones[cell.place] = ABSENT
            elif cell.paint is Paint.CLOSE:
                self.tones[cell.place] = direction
            else:
                raw, value = values[cell.position], getattr(told.record, cell.name)
                plain = cell.paint is Paint.PLAIN
                self.tones[cell.place] = TEXT if plain else _tone(cell.paint, raw, value)

    def is_shown(self, told: Snapshot) -> bool:
        """Whether the texts are those of what REST told."""
        return told is self.told and self.revision == _TOLD

    def is_in_the_money(self) -> bool:
        """Whether the broker says that exercising would pay; False if it says nothing."""
        return bool(getattr(self.record, "intrinsic", 0.0) > 0)

    def text(self, cell: Cell) -> str:
        """Write one column of the record that is shown, whether or not the column is."""
        if self.record is None:
            return figures.MISSING
        raw = self._values[cell.position]
        return cell.write(raw, getattr(self.record, cell.name), self.record)

    def raw(self, cell: Cell) -> str:
        """Return one field of the newest record as sent; "" before the first."""
        return self._values[cell.position] if self._values else ""

    def age(self, now: float) -> float:
        """Seconds since the newest record, or since REST told; NaN before either."""
        known = self.watched or self.told
        return now - known.received if known is not None else float("nan")

    def _flash(self, at: int, flash: Flash, value: float, last: float, now: float | None) -> None:
        # Neither is missing: what was not there before has not gone up or down.
        if now is not None and value != last and value == value and last == last:
            turn = (value > last) - (value < last) if flash is Flash.TURN else 0
            self.flashes[at] = (now, turn)


def _tone(paint: Paint, raw: str, value: float) -> int:
    if paint is Paint.CODE:
        return _TONES[figures.direction(raw)]
    return UP if value > 0 else DOWN if value < 0 else TEXT
