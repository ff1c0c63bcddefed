"""Frames to rows: the numbers that every tick pays for, read for many records at once.

What one read of the socket brought is converted by one call of
``numpy.loadtxt``, whose C parser cuts and reads only the columns that are
wanted: 1.1 us a record in batches against 1.3 us for a bare ``split`` of all 58
fields (docs/decisions/0006). The rest of a record is read from its text when
somebody looks.

An order book is a state: of what one read brought of a contract only the newest
is kept, and none of its numbers is read before somebody looks.
"""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from kisopt_gui.market.history import COLUMNS, ROW, Rows
from kisopt_gui.wire.codec import FieldError, Frame, FrameError, read_number, split_records
from kisopt_gui.wire.schema import LARGEST, MISSING, Stream

_CODE_BYTES = 16
_SURELY_ALLOWED = LARGEST / 10
_CARET, _NEWLINE = ord("^"), ord("\n")


class Batch(NamedTuple):
    """Records of one stream in the order they came.

    Attributes:
        stream: Their stream.
        codes: Short code of each record, ASCII; at most 16 bytes are kept.
        rows: The numbers of each record, see `market.history.ROW`; all missing in a book.
        texts: Each record as sent.
        received: Monotonic seconds of the read that brought them.
        counts: How many books came of each contract, of which the record is the
            newest; empty where every record is here.
    """

    stream: Stream
    codes: list[bytes]
    rows: Rows
    texts: list[str]
    received: float
    counts: Sequence[int] = ()


class Intake:
    """Collects the frames of one read of the socket and converts them together."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, frame: Frame) -> None:
        """Take in one frame."""
        self._frames.append(frame)

    def flush(self, received: float) -> tuple[list[Batch], list[FrameError]]:
        """Convert what was added.

        Args:
            received: Monotonic seconds of the read.

        Returns:
            Batches, the records of a stream in the order they came or the newest
            books, and the frames that hold text where a number belongs.
        """
        frames, self._frames = self._frames, []
        streams: dict[Stream, list[Frame]] = {}
        for frame in frames:
            streams.setdefault(frame.shape.stream, []).append(frame)
        errors: list[FrameError] = []
        batches = []
        for stream, of_stream in streams.items():
            if stream.is_book:
                batches.append(_newest(stream, of_stream, received))
                continue
            # Records of one width are read together; a second width is the broker adding a field.
            for width, run in groupby(of_stream, _width):
                batch = _read(stream, width, list(run), received, errors)
                if batch.codes:
                    batches.append(batch)
        return batches, errors


def _width(frame: Frame) -> int:
    return frame.shape.width


def _newest(stream: Stream, frames: list[Frame], received: float) -> Batch:
    """Keep the newest book of each contract, in the order in which these came."""
    texts: dict[bytes, str] = {}
    counts: dict[bytes, int] = {}
    for frame in frames:
        for text in split_records(frame):
            code = _encoded(text.split("^", 1)[0])
            texts.pop(code, None)
            texts[code] = text
            counts[code] = counts.get(code, 0) + 1
    rows = np.full(len(texts), MISSING, ROW)
    return Batch(stream, [*texts], rows, [*texts.values()], received, [counts[c] for c in texts])


def _read(
    stream: Stream, width: int, frames: list[Frame], received: float, errors: list[FrameError]
) -> Batch:
    try:
        texts = _cut(frames, width)
        codes, rows = _reader(stream).read(texts)
    except ValueError:
        # An empty field, text in a number or a line end: told apart record by record.
        codes, rows, texts = _read_each(stream, frames, errors)
    return Batch(stream, codes, rows, texts, received)


def _cut(frames: list[Frame], width: int) -> list[str]:
    """Cut bodies into records: the mark after every ``width`` fields becomes a line end.

    Raises:
        ValueError: A record has a line end of its own.
    """
    bodies = [frame.body for frame in frames]
    if all(frame.shape.records == 1 for frame in frames):
        return bodies
    joined = np.frombuffer(bytearray("^".join(bodies), "utf-8"), np.uint8)
    marks = np.flatnonzero(joined == _CARET)
    joined[marks[width - 1 :: width]] = _NEWLINE
    texts = joined.tobytes().decode("utf-8").split("\n")
    if len(texts) != (len(marks) + 1) // width:
        raise ValueError("a line end inside a record")
    return texts


def _encoded(code: str) -> bytes:
    """Encode a code as the C parser does."""
    return code.encode("latin-1", "replace")[:_CODE_BYTES].rstrip(b"\0")


class _Reader:
    """Reads the columns of one stream that every tick pays for."""

    def __init__(self, stream: Stream) -> None:
        self._names = tuple(name for name in ROW.names or () if name in stream.tick)
        self._whole = self._names == ROW.names
        numbers = [(name, ROW[name]) for name in self._names]
        self._layout = np.dtype([("code", f"S{_CODE_BYTES}"), *numbers])
        fields = ("code", *(stream.tick[name] for name in self._names))
        self._columns = tuple(stream.position[field] for field in fields)

    def read(self, texts: list[str]) -> tuple[list[bytes], Rows]:
        """Read codes and rows of records.

        Raises:
            ValueError: A field is empty, not surely a number that the wire may
                hold, or breaks the line.
        """
        table = np.loadtxt(
            texts,
            dtype=self._layout,
            delimiter="^",
            usecols=self._columns,
            comments=None,
            ndmin=1,
        )
        if self._whole:  # a row stands in the table as it is, behind the code
            rows = np.ndarray(table.shape, ROW, table, table["code"].itemsize, table.strides)
        else:
            rows = np.full(table.shape, MISSING, ROW)
            for name in self._names:
                rows[name] = table[name]
        # The C parser reads "inf" and numbers past `LARGEST`; near it 32 bits do not tell.
        start = ROW["volume"].itemsize
        floats = np.ndarray(
            (len(rows), len(COLUMNS)), "<f4", rows.base if self._whole else rows,
            start + (table["code"].itemsize if self._whole else 0), (rows.strides[0], 4),
        )  # fmt: skip
        for numbers in (floats, rows["volume"]):
            if (np.abs(numbers) > _SURELY_ALLOWED).any():
                raise ValueError("not surely a number")
        return table["code"].tolist(), rows


@cache
def _reader(stream: Stream) -> _Reader:
    return _Reader(stream)


def _read_each(
    stream: Stream, frames: list[Frame], errors: list[FrameError]
) -> tuple[list[bytes], Rows, list[str]]:
    codes: list[bytes] = []
    lines: list[tuple[float, ...]] = []
    texts: list[str] = []
    for frame in frames:
        records = split_records(frame)
        try:
            numbers = [_read_line(stream, frame, text.split("^")) for text in records]
        except FieldError as error:
            errors.append(error)  # the whole frame: what shifted one record shifts the others
            continue
        lines += numbers
        texts += records
        codes += [_encoded(text.split("^", 1)[0]) for text in records]
    return codes, np.array(lines, ROW), texts


def _read_line(stream: Stream, frame: Frame, values: list[str]) -> tuple[float, ...]:
    numbers = []
    for name in ROW.names or ():
        if name not in stream.tick:
            numbers.append(MISSING)
            continue
        field = stream.tick[name]
        at = stream.position[field]
        try:
            numbers.append(read_number(values[at]))
        except ValueError:
            raise FieldError(
                frame.text,
                tr_id=stream.tr_id,
                position=at + 1,
                wire=stream.fields[field].wire,
                value=values[at],
            ) from None
    return tuple(numbers)
