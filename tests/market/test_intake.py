"""Frames to rows in batches, against the careful reader of single records."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kisopt_gui.market import intake
from kisopt_gui.market.history import COLUMNS, ROW
from kisopt_gui.market.intake import Intake
from kisopt_gui.wire.codec import FieldError, read_frame, read_number, read_record, split_records
from kisopt_gui.wire.schema import LARGEST
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import FRAMES, TRADE_STREAMS, captured, frame, named, record, thorough

RECEIVED = 12.5


def taken(*frames):
    """Return what an intake makes of frames that came together."""
    collected = Intake()
    for text in frames:
        collected.add(read_frame(text))
    assert len(collected) == len(frames)
    result = collected.flush(RECEIVED)
    assert len(collected) == 0
    return result


def numbers(row):
    """Return a row as a dictionary of Python floats."""
    return dict(zip(ROW.names, map(float, row.item()), strict=True))


def row_of(stream, text):
    """Read a record's row carefully, field by field.

    Raises:
        ValueError: A field is no number.
    """
    values = dict(zip(stream.fields, text.split("^"), strict=False))
    row = dict.fromkeys(ROW.names, math.nan)
    for column, name in stream.tick.items():
        number = read_number(values[name])
        row[column] = number if column == "volume" else float(np.float32(number))
    return row


def same(one, other):
    return one == pytest.approx(other, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("stream", TRADE_STREAMS, ids=named)
@pytest.mark.parametrize("count", [1, 3])
def test_a_row_holds_the_columns_that_its_stream_names(stream, count):
    texts = [record(stream, price=f"{number}.25", volume=1000 + number) for number in range(count)]
    [batch], errors = taken(frame(*texts, stream=stream))
    assert errors == []
    assert (batch.stream, batch.received, batch.texts) == (stream, RECEIVED, texts)
    assert batch.rows.dtype == ROW
    for row, text in zip(batch.rows, texts, strict=True):
        assert same(numbers(row), row_of(stream, text))
    assert [code.decode() for code in batch.codes] == [text.split("^")[0] for text in texts]


def test_a_row_of_the_usual_option_record():
    [batch], _ = taken(frame())
    assert numbers(batch.rows[0]) == pytest.approx(
        {
            "volume": 238,
            "time": 92202,
            "quantity": 3,
            "open_interest": 5432,
            "price": 11.70,
            "ask": 11.60,
            "bid": 11.50,
            "iv": 36.18,
            "delta": 0.46,
            "gamma": 0.01,
            "vega": 0.72,
            "theta": -3.18,
            "rho": 0.09,
        },
        rel=1e-7,
    )


def test_every_captured_frame_that_can_be_read_gives_rows():
    frames = []
    for path in sorted(FRAMES.glob("*CNT0*")):
        known = (
            "live_H0IFCNT0_messiah",
            "live_H0UP",
            "portal_H0EUCNT0",
            "portal_H0MFCNT0",
            "SYNTH",
        )
        if path.name.startswith(known):
            frames += captured(path.name)
    batches, errors = taken(*frames)
    assert errors == []
    assert sum(len(batch.codes) for batch in batches) == 6
    for batch in batches:
        for row, text in zip(batch.rows, batch.texts, strict=True):
            assert same(numbers(row), row_of(batch.stream, text))


odd_numbers = st.one_of(
    st.sampled_from(
        ["", "nan", "-nan", "+nan", "NaN", "inf", "-inf", "1_000", "0x10", "1,000", " 1", "1 ", "٣",
         "1e30", "1.00000001e30", "9.9999999e29", "1e29", "1e38", "1e39", "1e300", "-1e400",
         "1e-60", "007", "+5", ".5", "5.", "16777217", "1\n", "\r1", "1\t", "\x0b2", "1\x00",
         "x", '1"'],
    ),
    st.text("0123456789+-.eE_ nNaAiIfF\n\r\t\"", max_size=8),
    st.integers(-(10**12), 10**12).map(str),
    st.floats(allow_subnormal=True).map(repr),
)  # fmt: skip


@thorough
@given(
    st.sampled_from(TRADE_STREAMS),
    st.dictionaries(st.sampled_from([*COLUMNS, "volume"]), odd_numbers, min_size=1, max_size=3),
    st.integers(1, 3),
)
@example(INDEX_OPTION, {"price": "1.00000001e30"}, 1)
@example(STREAMS["H0UPCNT0"], {"price": "1\n2"}, 2)
def test_the_batch_reader_and_the_record_reader_agree_on_every_text(stream, odd, count):
    """What one takes the other takes, with the same value; what one refuses the other refuses."""
    values = {stream.tick[column]: text for column, text in odd.items() if column in stream.tick}
    text = record(stream, **values)
    usual = record(stream)
    batches, errors = taken(frame(*[usual] * (count - 1), text, stream=stream))
    try:
        expected = row_of(stream, text)
    except ValueError:
        [error] = errors
        assert batches == []
        assert error.facts["value"] in values.values()
        if "time" not in values:  # which is text in a record
            with pytest.raises(FieldError) as refusal:
                read_record(stream, text)
            assert refusal.value.facts["value"] in values.values()
        return
    [batch] = batches
    assert errors == []
    assert batch.texts == [usual] * (count - 1) + [text]
    assert same(numbers(batch.rows[-1]), expected)
    read = read_record(stream, text)
    for column, name in stream.tick.items():
        if column != "time":
            value, number = getattr(read, name), numbers(batch.rows[-1])[column]
            zero_is_none = number == 0 and value != value
            assert zero_is_none or same(
                number, value if column == "volume" else float(np.float32(value))
            )


def test_near_the_largest_number_32_bits_do_not_decide():
    batches, errors = taken(frame(record(price="1e30")))
    assert (len(batches), errors) == (1, [])
    batches, [error] = taken(frame(record(volume="1.0000001e30")))
    assert batches == []
    assert error.facts["value"] == "1.0000001e30"
    assert float(np.float32(LARGEST)) > LARGEST  # as 32 bits hold it


@pytest.mark.parametrize("stream", TRADE_STREAMS, ids=named)
@pytest.mark.parametrize("text", ["1e31", "-1e31", "1e38", "inf", "-inf"])
def test_a_number_that_is_too_large_is_refused_in_whichever_column_it_stands(stream, text):
    for column, name in stream.tick.items():
        batches, [error] = taken(
            frame(record(stream), record(stream, **{name: text}), stream=stream)
        )
        assert batches == [], column
        assert error.facts["wire"] == stream.fields[name].wire


def test_ordinary_frames_do_not_need_the_careful_reader(monkeypatch):
    """It is right about everything, and twenty times slower."""

    def not_this_way(*_):
        raise AssertionError

    monkeypatch.setattr(intake, "_read_each", not_this_way)
    for stream in TRADE_STREAMS:
        texts = [record(stream, extra) for extra in ((), ("new",))]
        for text in texts:
            [batch], errors = taken(frame(text, stream=stream), frame(*[text] * 3, stream=stream))
            assert (len(batch.codes), errors) == (4, [])
    [batch], errors = taken(*captured("portal_H0EUCNT0.txt"))  # its numbers that are nan too
    assert (len(batch.codes), errors) == (1, [])


@st.composite
def arrivals(draw):
    """Frames of several streams and widths, some of which hold no number where one belongs."""
    frames = []
    for number in range(draw(st.integers(1, 12))):
        stream = draw(st.sampled_from(TRADE_STREAMS[:3]))
        extra = ["new"] * draw(st.sampled_from([0, 0, 0, 1, 2]))
        texts = [
            record(
                stream,
                extra,
                price=draw(st.sampled_from(["1.05", "2.10", "", "nan"])),
                volume=draw(st.sampled_from(["7", "8", "9", "x", "10"])) if number % 3 else "1",
                code=draw(st.sampled_from(["B01", "C02", "A03", ""])),
            )
            for _ in range(draw(st.sampled_from([1, 1, 2, 5])))
        ]
        frames.append(frame(*texts, stream=stream))
    return frames


@settings(thorough, max_examples=120)
@given(arrivals())
def test_what_came_together_is_read_as_if_it_had_come_alone(frames):
    batches, errors = taken(*frames)
    expected = {stream: [] for stream in TRADE_STREAMS}
    refused = []
    for text in frames:
        read = read_frame(text)
        try:
            rows = [
                (each, row_of(read.shape.stream, each), each.split("^")[0].encode())
                for each in split_records(read)
            ]
        except ValueError:
            refused.append(text)  # whole: what shifted one record shifts the others
        else:
            expected[read.shape.stream] += rows
    assert sorted(error.frame for error in errors) == sorted(refused)
    for stream, rows in expected.items():
        mine = [batch for batch in batches if batch.stream is stream]
        assert all(batch.codes for batch in mine)
        texts = [text for batch in mine for text in batch.texts]
        codes = [code for batch in mine for code in batch.codes]
        found = [numbers(row) for batch in mine for row in batch.rows]
        assert texts == [text for text, _, _ in rows]
        assert codes == [code for _, _, code in rows]
        assert all(same(one, row) for one, (_, row, _) in zip(found, rows, strict=True))


def test_one_bad_frame_costs_no_other_its_rows():
    bad = frame(record(code="BAD0"), record(code="BAD1", price="1_0"))
    [batch], [error] = taken(frame(record(code="A")), bad, frame(record(code="B")))
    assert batch.codes == [b"A", b"B"]
    assert error.frame == bad
    assert "field 3 OPTN_PRPR of H0IOCNT0 is '1_0'" in str(error)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\n"])
@pytest.mark.parametrize("field", ["limit_code", "code", "sign"])
def test_a_line_end_inside_a_record_makes_no_other_records(end, field):
    texts = [record(**{field: f"a{end}b"}), record()]
    [batch], errors = taken(frame(*texts), frame())
    assert errors == []
    assert batch.texts == [*texts, record()]
    assert len(batch.rows) == len(batch.codes) == 3
    index = STREAMS["H0UPCNT0"]
    # A line end may stand where the second half looks like a record of its own.
    texts = [record(index, open_sign="2\n2001"), record(index)]
    [batch], errors = taken(frame(*texts, stream=index))
    assert (batch.texts, errors) == (texts, [])


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("B01610A34", b"B01610A34"),
        ("", b""),
        (" B0 ", b" B0 "),
        ("#B0", b"#B0"),
        ('"B0', b'"B0'),
        ("é", b"\xe9"),
        ("옵션", b"??"),
        ("x" * 20, b"x" * 16),
        ("x\x00", b"x"),
    ],
)
@pytest.mark.parametrize("price", ["11.70", ""])
def test_a_code_is_kept_the_same_by_the_fast_and_the_careful_way(code, kept, price):
    [batch], errors = taken(frame(record(code=code, price=price)))
    assert (batch.codes, errors) == ([kept], [])


def test_nothing_added_gives_nothing():
    assert taken() == ([], [])
