"""Frames to records and back: examples, and properties for any text."""

import math

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kisopt_gui.wire import codec
from kisopt_gui.wire.codec import (
    CipherError,
    FieldError,
    Frame,
    FrameError,
    UnknownStreamError,
    WidthError,
    is_data,
    read_frame,
    read_number,
    read_record,
    read_records,
    split_records,
    tail,
    write_frame,
)
from kisopt_gui.wire.schema import LARGEST
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import BOOK_STREAMS, STREAM_LIST, frame, main_field, named, record, thorough

GREEKS = ("delta", "gamma", "vega", "theta", "rho")

by_stream = pytest.mark.parametrize("stream", STREAM_LIST, ids=named)
streams = st.sampled_from(STREAM_LIST)
field_texts = st.text(st.characters(exclude_characters="^", exclude_categories=["Cs"]))
decimals = st.builds(lambda cents: f"{cents / 100:.2f}", st.integers(-10_000_000, 10_000_000))
numbers = st.one_of(decimals, st.integers(0, 10**12).map(str), st.sampled_from(["0", "0.00", "-0"]))
missing = st.sampled_from(["", "nan", "-nan", "NaN"])


@st.composite
def record_texts(draw, stream, numeric=numbers):
    """Texts of the fields of one record of a stream."""
    return [
        draw(field_texts if field.kind.is_text else numeric) for field in stream.fields.values()
    ]


@st.composite
def frames(draw):
    """A stream, its records' texts, and how many fields each has past the documented ones."""
    stream = draw(streams)
    rng = draw(st.randoms(use_true_random=False))
    extra = draw(st.integers(0, 3))
    count = draw(st.integers(1, 20))
    # One record is drawn field by field; the others are it with its numbers moved about.
    first = draw(record_texts(stream, st.one_of(numbers, missing)))
    texts = []
    for number in range(count):
        fields = list(first)
        movable = [at for at in range(stream.width) if at not in stream.text_positions]
        moved = list(movable)
        rng.shuffle(moved)
        for here, there in zip(movable, moved, strict=True):
            fields[here] = first[there]
        texts.append("^".join([*fields, *[f"new{number}"] * extra]))
    return stream, texts, extra


def expected(stream, text):
    """Read a record by the rules as they are documented, without any cleverness."""
    values = {}
    for (name, field), given_text in zip(stream.fields.items(), text.split("^"), strict=False):
        if field.kind.is_text:
            values[name] = given_text
        else:
            values[name] = (
                math.nan if given_text.lower() in ("", "nan", "-nan") else float(given_text)
            )
    for name in stream.zero_is_missing:
        if values[name] == 0:
            values[name] = math.nan
    if stream.zeros_are_missing and all(values[name] == 0 for name in stream.zeros_are_missing):
        values |= dict.fromkeys(stream.zeros_are_missing, math.nan)
    return values


def values_of(stream, read):
    return {name: getattr(read, name) for name in stream.fields}


def same(one, other):
    """Compare values of records; NaN is like NaN here."""
    return one.keys() == other.keys() and all(
        (one[name] == other[name] and type(one[name]) is type(other[name]))
        or (one[name] != one[name] and other[name] != other[name])
        for name in one
    )


@settings(thorough, max_examples=80)
@given(frames())
def test_what_is_written_reads_back_the_same(given_frame):
    stream, texts, extra = given_frame
    text = write_frame(stream, texts)
    read = read_frame(text)
    assert is_data(text)
    assert (read.shape.stream, read.shape.records) == (stream, len(texts))
    assert read.shape.width == stream.width + extra
    assert read.text == text
    assert split_records(read) == texts
    for one, original in zip(read_records(read), texts, strict=True):
        assert same(values_of(stream, one), expected(stream, original))
        assert tail(stream, original) == original.split("^")[stream.width :]


heads = st.one_of(
    st.sampled_from(["0|H0IOCNT0|001|", "0|H0IOCNT0|1|", "0|H0UPCNT0|002|", "1|H0IOCNT0|001|"]),
    st.tuples(
        st.sampled_from(["0", "1", "2", "", "00"]),
        st.sampled_from([*STREAMS, "H0ZOASP0", "", "h0iocnt0"]),
        st.sampled_from(["001", "1", "0001", "3", "000", "-1", "٣", "1_0", "", "9" * 5000, "1 "]),
    ).map(lambda parts: "|".join(parts) + "|"),
    st.text("01|^HIOCNTUP", max_size=20),
)
bodies = st.one_of(
    st.text(),
    st.integers(0, 180).map(lambda fields: "^" * fields),
    st.builds(
        lambda count, junk: "^".join([record(), junk] * count) + junk,
        st.integers(1, 3),
        st.text(max_size=5),
    ),
    st.tuples(streams, field_texts).map(
        lambda parts: record(parts[0], **{main_field(parts[0]): parts[1]}, code=parts[1])
    ),
)


@thorough
@given(st.one_of(st.text(), st.tuples(heads, bodies).map("".join)))
@example("0|H0IOCNT0|1|A|" + record())
def test_any_text_gives_a_frame_or_a_frame_error_and_does_so_twice(text):
    outcomes = []
    for _ in range(2):  # the second time the shape may be known already
        try:
            outcomes.append([repr(each) for each in read_records(read_frame(text))])
        except FrameError as error:
            outcomes.append((type(error), error.facts, str(error), error.sentence("ko")))
    assert outcomes[0] == outcomes[1]


@by_stream
def test_all_records_of_a_frame_are_read_in_the_order_sent(stream):
    name = main_field(stream)
    texts = [record(stream, **{name: f"{price}.25"}) for price in range(20)]
    read = read_records(read_frame(write_frame(stream, texts)))
    assert [getattr(one, name) for one in read] == [price + 0.25 for price in range(20)]


@pytest.mark.parametrize("count", ["3", "03", "003", "0003", "000003"])
def test_the_count_needs_no_leading_zeros(count):
    read = read_frame(f"0|H0IOCNT0|{count}|{record()}^{record()}^{record()}")
    assert read.shape.records == 3
    assert split_records(read) == [record()] * 3


@pytest.mark.parametrize(
    "count", ["", "0", "000", "-1", "+1", "٣", "1_0", "1.0", " 1", "x", "1000"]
)
def test_a_count_that_is_no_count_is_refused(count):
    with pytest.raises(FrameError, match=r"not flag\|tr_id\|count\|body") as refusal:
        read_frame(f"0|H0IOCNT0|{count}|{record()}")
    assert type(refusal.value) is FrameError


@pytest.mark.parametrize(
    "text", ["", "0", "0|H0IOCNT0|001", "2|H0IOCNT0|001|x", "|||", "{}", "00|H0IOCNT0|001|x"]
)
def test_what_is_no_data_frame_is_refused_with_its_text(text):
    with pytest.raises(FrameError) as refusal:
        read_frame(text)
    assert type(refusal.value) is FrameError
    assert refusal.value.frame == text
    assert repr(text) in str(refusal.value)
    assert is_data(text) == (text[:2] == "0|")


def test_a_long_frame_is_shown_shortened_and_kept_whole():
    text = "0|UNKNOWN0|001|" + "x" * 1000
    with pytest.raises(UnknownStreamError, match="stream 'UNKNOWN0' is not known") as refusal:
        read_frame(text)
    assert len(str(refusal.value)) < 300
    assert refusal.value.frame == text


@pytest.mark.parametrize(
    ("fields", "count"), [(57, 1), (1, 1), (115, 2), (117, 2), (174, 4), (116, 3)]
)
def test_narrow_or_indivisible_bodies_are_refused_with_the_numbers(fields, count):
    with pytest.raises(WidthError) as refusal:
        read_frame(f"0|H0IOCNT0|{count:03}|{'^'.join(['1'] * fields)}")
    for language in ("en", "ko"):
        sentence = refusal.value.sentence(language)
        assert all(fact in sentence for fact in ("H0IOCNT0", str(fields), str(count), "58"))


@by_stream
def test_fields_the_broker_adds_are_kept_in_the_tail(stream):
    first, second = record(stream, extra=["a", ""]), record(stream, extra=["b", "^c"[1:]])
    read = read_frame(write_frame(stream, [first, second]))
    assert read.shape.width == stream.width + 2
    assert [tail(stream, text) for text in split_records(read)] == [["a", ""], ["b", "c"]]
    plain = values_of(stream, read_record(stream, record(stream)))
    assert same(values_of(stream, read_records(read)[0]), plain)


def test_a_head_with_a_bar_too_early_is_no_shortcut():
    """The shape of a head is remembered only if the head ends where the body begins."""
    for _ in range(2):
        read = read_frame(f"0|H0IOCNT0|1|A|{record()}")
        assert read.body == f"A|{record()}"


def test_shapes_are_remembered_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(codec, "_shapes", {})
    monkeypatch.setattr(codec, "_MOST_SHAPES", 2)
    for extra in range(4):
        text = frame(record(extra=["new"] * extra))
        assert read_frame(text).shape.width == read_frame(text).shape.width == 58 + extra
    assert len(codec._shapes) == 2


def test_an_encrypted_frame_without_a_key_says_so():
    with pytest.raises(CipherError, match="cannot decrypt frame of H0EUCNI0: no key"):
        read_frame("1|H0EUCNI0|001|qWVvLmhf0Iax57SI6HYSTQ==")


NUMBERS = {
    "0": 0,
    "-0.35": -0.35,
    "+5": 5,
    "007": 7,
    "-000000": 0,
    ".5": 0.5,
    "5.": 5,
    "1e5": 1e5,
    "1E-3": 0.001,
    " 1": 1,
    "1 ": 1,
    "1e30": LARGEST,
    "-1e30": -LARGEST,
    "0" * 50 + "1": 1,
    "123456789012": 123456789012,
    "": math.nan,
    " ": math.nan,
    "nan": math.nan,
    "-nan": math.nan,
    "+nan": math.nan,
    "NaN": math.nan,
    " nan": math.nan,
}
NO_NUMBERS = [
    "1_000", "inf", "-inf", "Infinity", "0x10", "1,000", "1 000", "٣", "\uff11", "x", "--1",
    "1.2.3", "1e", "e5", ".", "-", "+", "1d5", "nan(1)", "null", "true", "1e31", "-1e31", "1e300",
    "1e400", "9" * 31, "9" * 400, "1\x00", "½", "-nan0", "1'000", '"1"', "\\u0031", "1;2",
]  # fmt: skip


def read_field(text):
    """Read a number as a field of a record, by the fast reader first."""
    return read_record(INDEX_OPTION, record(theoretical=text)).theoretical


@pytest.mark.parametrize("read", [read_number, read_field])
@pytest.mark.parametrize("text", NUMBERS)
def test_what_is_a_number(read, text):
    assert read(text) == pytest.approx(NUMBERS[text], rel=0, nan_ok=True)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused_with_its_place(text):
    with pytest.raises(ValueError) as wrong:  # noqa: PT011, its message is the text
        read_number(text)
    assert str(wrong.value) == text.strip()
    with pytest.raises(FieldError) as refusal:
        read_field(text)
    facts = refusal.value.facts
    assert (facts["tr_id"], facts["position"], facts["wire"]) == ("H0IOCNT0", 13, "HTS_THPR")
    assert facts["value"] == text
    assert refusal.value.frame == frame(record(theoretical=text))


@thorough
@given(st.one_of(st.text('0123456789+-.eE_ nNaAiIfFxX,\t\n"\\', max_size=8), st.text(max_size=4)))
def test_the_fast_and_the_careful_reader_agree(text):
    assume("^" not in text)
    try:
        careful = read_number(text)
    except ValueError:
        with pytest.raises(FieldError):
            read_field(text)
    else:
        assert read_field(text) == pytest.approx(careful, rel=0, abs=0, nan_ok=True)


def test_ordinary_records_do_not_need_the_careful_reader(monkeypatch):
    """It is right about everything, and eight times slower."""

    def not_this_way(*_):
        raise AssertionError

    monkeypatch.setattr(codec, "_read_slowly", not_this_way)
    for stream in STREAM_LIST:
        assert read_record(stream, record(stream, ["new"])).code == record(stream).split("^")[0]


def test_a_very_long_field_is_judged_in_no_time():
    with pytest.raises(ValueError, match="1111"):
        read_number("1" * 200_000 + "x")


@thorough
@given(field_texts)
@example('A","B')
@example("\\u0041")
@example("\ud800")
def test_text_fields_are_as_sent_whatever_they_hold(text):
    read = read_record(INDEX_OPTION, record(code=text, limit_code=text))
    assert (read.code, read.limit_code, read.price) == (text, text, 11.70)


def test_a_quote_in_one_field_does_not_shift_the_others():
    with pytest.raises(FieldError, match="field 5 OPTN_PRDY_VRSS of H0IOCNT0"):
        read_record(INDEX_OPTION, record(change='1","2'))


@pytest.mark.parametrize("text", ["", "B01610A34", record().rsplit("^", 1)[0]])
def test_a_record_alone_may_not_be_short_either(text):
    with pytest.raises(WidthError) as refusal:
        read_record(INDEX_OPTION, text)
    facts = refusal.value.facts
    assert (facts["fields"], facts["count"]) == (text.count("^") + 1, 1)


@pytest.mark.parametrize("tr_id", ["H0IOCNT0", "H0EUCNT0"])
@pytest.mark.parametrize("zero", ["0", "0.00", "-0"])
@pytest.mark.parametrize("name", ["ask", "bid", "implied_volatility"])
def test_no_quote_and_no_volatility_are_sent_as_zero(tr_id, zero, name):
    stream = STREAMS[tr_id]
    values = values_of(stream, read_record(stream, record(stream, **{name: zero})))
    assert {each for each, value in values.items() if value != value} == {name}


by_book = pytest.mark.parametrize("stream", BOOK_STREAMS, ids=named)


@by_book
@pytest.mark.parametrize("none", ["0", "0.00", "", "nan"])
@pytest.mark.parametrize("name", ["ask1", "ask5", "bid1", "bid3"])
def test_a_step_without_a_price_is_missing_and_a_quantity_of_0_is_0(stream, none, name):
    values = values_of(
        stream, read_record(stream, record(stream, **{name: none}, ask_quantity2="0"))
    )
    assert {each for each, value in values.items() if value != value} == {name}
    assert values["ask_quantity2"] == 0


@by_book
def test_orders_are_missing_only_if_none_were_counted(stream):
    counts = stream.zeros_are_missing
    assert len(counts) == 12
    none = read_record(stream, record(stream, **dict.fromkeys(counts, "0")))
    assert all(math.isnan(getattr(none, name)) for name in counts)
    assert none.total_ask_quantity == 1840
    for name in counts:
        one = read_record(stream, record(stream, **dict.fromkeys(counts, "0") | {name: "7"}))
        assert [getattr(one, each) for each in counts] == [
            7 if each == name else 0 for each in counts
        ]


@by_book
@pytest.mark.parametrize("wrong", ["x", "1_0", "1,000", "inf", "1e31", '1","2'])
def test_text_in_a_book_is_refused_with_its_place(stream, wrong):
    with pytest.raises(FieldError) as refusal:
        read_record(stream, record(stream, bid_quantity5=wrong))
    facts = refusal.value.facts
    assert (facts["tr_id"], facts["position"], facts["wire"], facts["value"]) == (
        stream.tr_id,
        32,
        "BIDP_RSQN5",
        wrong,
    )


@by_book
@pytest.mark.parametrize(("fields", "count"), [(37, 1), (1, 1), (75, 2), (77, 2), (76, 1)])
def test_a_book_of_another_width_is_refused_with_the_numbers(stream, fields, count):
    with pytest.raises(WidthError) as refusal:
        read_frame(f"0|{stream.tr_id}|{count:03}|{'^'.join(['1'] * fields)}")
    assert (refusal.value.facts["fields"], refusal.value.facts["required"]) == (fields, 38)


@thorough
@given(st.sampled_from(BOOK_STREAMS), st.lists(field_texts, min_size=1, max_size=90))
def test_any_fields_give_a_book_or_a_frame_error(stream, texts):
    try:
        [one] = read_records(read_frame(f"0|{stream.tr_id}|001|{'^'.join(texts)}"))
    except FrameError:
        return
    assert values_of(stream, one).keys() == stream.fields.keys()


@pytest.mark.parametrize("name", ["price", "quantity", "volume", "intrinsic", "change"])
def test_other_zeros_are_zeros(name):
    assert getattr(read_record(INDEX_OPTION, record(**{name: "0"})), name) == 0


def test_greeks_are_missing_only_if_all_five_are_zero():
    none = read_record(INDEX_OPTION, record(**dict.fromkeys(GREEKS, "0.00")))
    assert all(math.isnan(getattr(none, name)) for name in GREEKS)
    assert none.implied_volatility == 36.18
    for name in GREEKS:
        one = read_record(INDEX_OPTION, record(**dict.fromkeys(GREEKS, "0.00") | {name: "0.01"}))
        assert [getattr(one, each) for each in GREEKS] == [
            0.01 if each == name else 0 for each in GREEKS
        ]


def test_greeks_that_were_not_sent_leave_the_others_alone():
    one = read_record(INDEX_OPTION, record(**dict.fromkeys(GREEKS, "0.00") | {"rho": "nan"}))
    assert [getattr(one, each) for each in GREEKS[:4]] == [0, 0, 0, 0]
    assert math.isnan(one.rho)


def test_a_frame_cannot_be_changed():
    read = read_frame(frame())
    assert isinstance(read, Frame)
    with pytest.raises(AttributeError):
        read.body = ""


@by_stream
def test_two_records_that_claim_to_be_one_are_refused(stream):
    """Read as one wide record, the second would be lost without a word."""
    text = "^".join(["0"] * stream.required)
    for count, records in ((1, 2), (1, 3), (2, 4)):
        with pytest.raises(WidthError, match="fewer than twice"):
            read_frame(f"0|{stream.tr_id}|{count:03}|{'^'.join([text] * records)}")
    grown = "^".join(["0"] * (2 * stream.required - 1))
    assert read_frame(f"0|{stream.tr_id}|001|{grown}").shape.records == 1
