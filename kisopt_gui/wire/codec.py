"""Text frames to records and back. No socket, no clock, no Qt.

A frame is ``flag|tr_id|count|body``. The body is ``count`` records joined by
"^" with no mark between them, so the width of a record is what divides the
body evenly (docs/spec/PROTOCOL.md section 2).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from kisopt_gui.errors import KisOptError
from kisopt_gui.wire.schema import LARGEST, MISSING, Record, Stream
from kisopt_gui.wire.streams import STREAMS

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NOT_SENT = frozenset(("", "nan", "-nan", "+nan"))
_HEAD = len("0|H0IOCNT0|001|")
_SHOWN = 160
_MOST_RECORDS = 999
_MOST_SHAPES = 4096


class FrameError(KisOptError):
    """A frame that cannot be read. The connection goes on.

    Attributes:
        frame: The text of the frame, whole.
    """

    english = "cannot read frame: it is not flag|tr_id|count|body: {shown}"
    korean = "프레임을 읽을 수 없습니다. flag|tr_id|count|body 꼴이 아닙니다: {shown}"

    def __init__(self, frame: str, **facts: object) -> None:
        self.frame = frame
        shown = frame if len(frame) <= _SHOWN else frame[:_SHOWN] + "…"
        super().__init__(**facts, shown=repr(shown))


class UnknownStreamError(FrameError):
    """A data frame of a stream that has no table here."""

    english = "cannot read frame: stream {tr_id!r} is not known: {shown}"
    korean = "프레임을 읽을 수 없습니다. 모르는 실시간 TR {tr_id!r}입니다: {shown}"


class WidthError(FrameError):
    """A body that does not divide into ``count`` records of enough fields, or of far too many."""

    english = (
        "cannot read frame: {tr_id} has {fields} fields for {count} record(s), "
        "a record needs {required} or more, fewer than twice that, and all the same number: {shown}"
    )
    korean = (
        "프레임을 읽을 수 없습니다. {tr_id} 레코드 {count}건에 필드가 {fields}개입니다. "
        "레코드마다 같은 수로 {required}개 이상, 그 두 배 미만이어야 합니다: {shown}"
    )


class FieldError(FrameError):
    """Text in a field where a number belongs."""

    english = (
        "cannot read frame: field {position} {wire} of {tr_id} is {value!r}, not a number: {shown}"
    )
    korean = (
        "프레임을 읽을 수 없습니다. {tr_id}의 {position}번째 필드 {wire} 값 "
        "{value!r}이(가) 수가 아닙니다: {shown}"
    )


class CipherError(FrameError):
    """An encrypted frame without a key, or one that the key does not open."""

    english = "cannot decrypt frame of {tr_id}: {reason}: {shown}"
    korean = "{tr_id} 프레임을 복호화할 수 없습니다({reason}): {shown}"


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """What frames of the same head and number of fields have in common.

    Attributes:
        stream: The stream they belong to.
        records: How many records each holds.
        width: Fields a record, at least ``stream.required``.
    """

    stream: Stream
    records: int
    width: int


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One data frame whose shape is right; its values are not read yet.

    Attributes:
        shape: Its stream, number of records and width.
        body: The records, joined by "^".
    """

    shape: Shape
    body: str

    @property
    def text(self) -> str:
        """The frame as the wire writes it."""
        return f"0|{self.shape.stream.tr_id}|{self.shape.records:03}|{self.body}"


_shapes: dict[tuple[str, int], Shape] = {}


def is_data(text: str) -> bool:
    """Whether a message is a data frame and not a control message."""
    return text[:2] in ("0|", "1|")


def read_frame(text: str) -> Frame:
    """Read the shape of a plain data frame.

    Raises:
        FrameError: See its subclasses.
    """
    head = text[:_HEAD]
    separators = text.count("^")
    shape = _shapes.get((head, separators))
    if shape is not None:
        return Frame(shape, text[_HEAD:])
    shape, body = _read_shape(text)
    # Frames of one head and as many fields are alike: their shape is worked out once, if the
    # head is the whole of what stands before the body.
    if len(text) - len(body) == _HEAD and len(_shapes) < _MOST_SHAPES:
        _shapes[head, separators] = shape
    return Frame(shape, body)


def read_records(frame: Frame) -> list[Record]:
    """Read every record of a frame in the order sent.

    Raises:
        FieldError: Text stands where a number belongs.
    """
    return [read_record(frame.shape.stream, text) for text in split_records(frame)]


def split_records(frame: Frame) -> list[str]:
    """Cut the body of a frame into the texts of its records."""
    if frame.shape.records == 1:
        return [frame.body]
    values, width = frame.body.split("^"), frame.shape.width
    return ["^".join(values[at : at + width]) for at in range(0, len(values), width)]


def read_record(stream: Stream, text: str) -> Record:
    """Read all fields of one record.

    Fields past the documented ones are ignored here; `tail` returns them.

    Args:
        stream: The table to read by.
        text: The fields, joined by "^".

    Returns:
        The typed record. Text fields are as sent. A number is a finite float
        or, when it was not sent ("", "nan", "-nan", a 0 that means none), NaN.

    Raises:
        FieldError: Text stands where a number belongs.
        WidthError: There are fewer fields than a record needs.
    """
    # A quote or a backslash would be read as JSON's own and shift the fields after it.
    if '"' in text or "\\" in text:
        return _without_zeros(stream, _read_slowly(stream, text))
    try:
        record = stream.decode_json('["' + text.replace("^", '","') + '"]')
    except (msgspec.DecodeError, UnicodeError):
        record = _read_slowly(stream, text)
    return _without_zeros(stream, record)


def tail(stream: Stream, text: str) -> list[str]:
    """Return the fields of a record that the broker added past the documented ones."""
    return text.split("^")[stream.width :]


def write_frame(stream: Stream, records: Sequence[str]) -> str:
    """Put the texts of records into one plain frame."""
    return f"0|{stream.tr_id}|{len(records):03}|{'^'.join(records)}"


def read_number(text: str) -> float:
    """Read one number as the wire writes it; NaN if it was not sent.

    Blanks around it do not matter. These are the rules of every reader: the
    faster ones (`read_record`, market.intake) take less and leave the rest to
    this one.

    Raises:
        ValueError: The text is no decimal number, or one past `LARGEST`.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if abs(number) <= LARGEST:
            return number
    elif text.lower() in _NOT_SENT:
        return MISSING
    raise ValueError(text)


def _read_shape(text: str) -> tuple[Shape, str]:
    try:
        flag, tr_id, digits, body = text.split("|", 3)
        records = _count(digits)
    except ValueError:
        raise FrameError(text) from None
    if flag != "0":
        if flag == "1":
            raise CipherError(text, tr_id=tr_id, reason="no key")
        raise FrameError(text)
    stream = STREAMS.get(tr_id)
    if stream is None:
        raise UnknownStreamError(text, tr_id=tr_id)
    fields = body.count("^") + 1
    width, rest = divmod(fields, records)
    # Two records under a count of one are not one record that grew: the second would be lost.
    if rest or not stream.required <= width < 2 * stream.required:
        raise WidthError(text, tr_id=tr_id, fields=fields, count=records, required=stream.required)
    return Shape(stream, records, width), body


def _count(digits: str) -> int:
    count = int(digits) if digits.isascii() and digits.isdigit() else 0
    if not 0 < count <= _MOST_RECORDS:
        raise ValueError(digits)
    return count


def _read_slowly(stream: Stream, text: str) -> Record:
    texts = text.split("^")
    if len(texts) < stream.required:
        raise WidthError(
            write_frame(stream, [text]),
            tr_id=stream.tr_id,
            fields=len(texts),
            count=1,
            required=stream.required,
        )
    values: list[str | float] = []
    for at, (field, value) in enumerate(zip(stream.fields.values(), texts, strict=False)):
        if at in stream.text_positions:
            values.append(value)
            continue
        try:
            values.append(read_number(value))
        except ValueError:
            raise FieldError(
                write_frame(stream, [text]),
                tr_id=stream.tr_id,
                position=at + 1,
                wire=field.wire,
                value=value,
            ) from None
    return stream.record(*values)


def _without_zeros(stream: Stream, record: Record) -> Record:
    blank: tuple[str, ...] = ()
    if 0.0 in stream.zero_values(record):
        blank += tuple(name for name in stream.zero_is_missing if getattr(record, name) == 0)
    if stream.zeros_are_missing and not any(stream.zeros_values(record)):
        blank += stream.zeros_are_missing
    return msgspec.structs.replace(record, **dict.fromkeys(blank, MISSING)) if blank else record
