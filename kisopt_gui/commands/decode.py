"""`kisopt decode`: frames, one a line, to one JSON object a record."""

import argparse
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

import msgspec

from kisopt_gui.errors import KisOptError
from kisopt_gui.settings import spoken_language
from kisopt_gui.wire.codec import Frame, FrameError, read_record, split_records
from kisopt_gui.wire.schema import Record, Stream
from kisopt_gui.wire.session import Session


class InputError(KisOptError):
    """The file to decode cannot be read."""

    english = "cannot read {path}: {reason}; give a file of frames, or - for standard input"
    korean = "{path}을(를) 읽을 수 없습니다({reason}). 프레임 파일이나 표준 입력 -을 주세요"


_WIDER = {
    "en": "{tr_id} has {width} fields, more than documented; the first ones are read",
    "ko": "{tr_id}의 필드가 {width}개로 문서보다 많습니다. 앞의 필드만 읽습니다",
}
_EXACT = 1 << 53
"""Up to here a float holds every whole number; JSON readers take no larger one for whole either."""


def run(argv: Sequence[str]) -> int:
    """Decode a file or standard input; 1 if any line was bad.

    Raises:
        InputError: The file cannot be read.
    """
    parser = argparse.ArgumentParser(
        prog="kisopt decode",
        description="Frames, one a line, to one JSON object a record. "
        "프레임을 한 줄씩 읽어 레코드마다 JSON 한 줄로 씁니다.",
    )
    parser.add_argument("file", nargs="?", default="-", help="a file, - is standard input")
    path = parser.parse_args(argv).file
    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8, whatever the terminal is; what is piped in may come little by little.
        sys.stdout.reconfigure(encoding="utf-8", line_buffering=path == "-")
    if path == "-":
        return decode(sys.stdin.buffer, sys.stdout, sys.stderr)
    with _opened(path) as lines:
        return decode(lines, sys.stdout, sys.stderr)


def decode(lines: BinaryIO | Iterable[bytes], out: TextIO, problems: TextIO) -> int:
    """Write each record of the lines as JSON, each bad line's number and reason as text.

    Acks in between are read, because they carry the key of encrypted frames;
    they and empty lines give no output.

    Returns:
        1 if any line could not be read, else 0.
    """
    session = Session()
    language = spoken_language()
    bad = 0
    told: set[str] = set()
    for number, raw in enumerate(lines, 1):
        text = raw.decode("utf-8", "replace").lstrip("\ufeff").strip("\r\n")
        if not text.strip():
            continue
        try:
            message = session.receive(text)
            written = _written(message) if isinstance(message, Frame) else []
        except FrameError as error:
            bad += 1
            problems.write(f"line {number}: {error.sentence(language)}\n")
            continue
        out.writelines(written)
        for tr_id, width in session.drift.items():
            if tr_id not in told:
                told.add(tr_id)
                wider = _WIDER[language].format(tr_id=tr_id, width=width)
                problems.write(f"line {number}: {wider}\n")
    return 1 if bad else 0


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(path=path, reason=reason) from None


def _written(frame: Frame) -> list[str]:
    stream = frame.shape.stream
    return [_json(stream, read_record(stream, text)) for text in split_records(frame)]


def _json(stream: Stream, record: Record) -> str:
    row: dict[str, object] = {"tr_id": stream.tr_id}
    for name, field in stream.fields.items():
        value = getattr(record, name)
        if stream.is_missing(name, value):
            value = None
        elif isinstance(value, float) and field.decimals == 0 and abs(value) < _EXACT:
            value = int(value) if value.is_integer() else value
        row[field.wire] = value
    return msgspec.json.encode(row).decode() + "\n"
