"""The tables against the broker's own."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kisopt_gui.wire.schema import LARGEST, MISSING, Kind, Unit
from kisopt_gui.wire.streams import BOOK_OF, INDEX_OPTION, NIGHT_OF, STREAMS
from tests.records import BOOK_STREAMS, STREAM_LIST, named, record

SPEC = Path(__file__).parents[2] / "docs" / "spec"
by_tr_id = pytest.mark.parametrize("stream", STREAM_LIST, ids=named)


def rows(text):
    """Return the cells of each row of the Markdown tables in a text."""
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not set(line) <= set("|- ")
    ]


def broker_fields():
    """Return (wire name, Korean name) of the broker's table of the answer's body."""
    answer = (SPEC / "H0IOCNT0.md").read_text("utf-8").split("## 응답")[1]
    return [(row[0], row[1]) for row in rows(answer) if row[0] != "Element"]


def documented_widths():
    """Return the number of fields that PROTOCOL.md names for each stream."""
    neighbours = (SPEC / "PROTOCOL.md").read_text("utf-8").split("**Neighbour TRs")[1]
    table = neighbours.split("Book order")[0]
    widths = {}
    for name, _, width, _ in rows(table)[1:]:
        widths |= dict(zip(re.split(r" / |, ", name), map(int, width.split(" / ")), strict=False))
    return widths


def test_the_58_fields_are_the_brokers_in_name_and_order():
    ours = [(field.wire, field.name) for field in INDEX_OPTION.fields.values()]
    assert len(ours) == 58
    assert ours == broker_fields()


@by_tr_id
def test_a_stream_is_as_wide_as_documented(stream):
    assert stream.width == documented_widths()[stream.tr_id]


def test_the_night_stream_is_the_day_stream_with_another_end():
    night, day = STREAMS["H0EUCNT0"], INDEX_OPTION
    assert list(night.fields.values())[:53] == list(day.fields.values())[:53]
    assert [field.wire for field in night.fields.values()][53:] == [
        "DYNM_MXPR",
        "DYNM_PRC_LIMT_YN",
        "DYNM_LLAM",
    ]
    assert (night.required, night.width, day.required) == (53, 56, 58)


@by_tr_id
def test_fields_are_complete_and_no_two_of_a_stream_are_alike(stream):
    fields = list(stream.fields.values())
    for names in ("wire", "korean", "english"):
        values = [getattr(field, names) for field in fields]
        assert all(values)
        assert len(set(values)) == len(values)
    assert stream.korean
    assert stream.english


@by_tr_id
def test_text_stays_text_and_numbers_are_floats(stream):
    texts = {name for name, field in stream.fields.items() if field.kind.is_text}
    assert {stream.position[name] for name in texts} == stream.text_positions
    read = stream.record(*(["x"] * stream.width))
    for name, hint in stream.record.__annotations__.items():
        assert hasattr(read, name)
        assert (hint.__origin__ is str) == (name in texts)
    for field in stream.fields.values():
        if field.kind.is_text:
            assert (field.unit, field.decimals) == (Unit.NONE, 0)


@by_tr_id
def test_the_rules_of_a_stream_name_fields_that_it_has(stream):
    named = {*stream.tick.values(), *stream.zero_is_missing, *stream.zeros_are_missing}
    assert named <= stream.fields.keys()
    assert set(stream.zero_times) <= stream.fields.keys() or stream.tr_id == "H0UPCNT0"
    assert bool(stream.tick) != stream.is_book
    assert stream.position["code"] == 0
    assert stream.position["time"] == 1


@by_tr_id
def test_the_fields_whose_zeros_mean_something_are_picked_in_order(stream):
    read = stream.record(*range(stream.width))
    for values, names in (
        (stream.zero_values, stream.zero_is_missing),
        (stream.zeros_values, stream.zeros_are_missing),
        (replace(stream, zero_is_missing=("bid",)).zero_values, ("bid",)),
    ):
        if set(names) <= stream.fields.keys():
            assert values(read) == tuple(stream.position[name] for name in names)


def test_only_contracts_are_counted_one_by_one():
    assert {tr_id for tr_id, stream in STREAMS.items() if stream.counts_trades} == {
        "H0IOCNT0",
        "H0EUCNT0",
        "H0IFCNT0",
        "H0MFCNT0",
    }


def test_the_night_stream_of_futures_is_the_day_stream_with_another_end():
    night, day = STREAMS["H0MFCNT0"], STREAMS["H0IFCNT0"]
    assert list(night.fields.values())[:46] == list(day.fields.values())[:46]
    assert [field.wire for field in night.fields.values()][46:] == [
        "DYNM_MXPR",
        "DYNM_LLAM",
        "DYNM_PRC_LIMT_YN",
    ]
    assert (night.required, night.width, day.required) == (46, 49, 50)


def test_the_four_books_have_one_layout_in_the_documented_order():
    """ "code, hour, ask price 1-5, bid price 1-5, ask orders 1-5, ..." (PROTOCOL.md section 2)."""
    sides = ("ask", "bid")
    steps = [
        f"{side}{part}{step}"
        for part in ("", "_orders", "_quantity")
        for side in sides
        for step in range(1, 6)
    ]
    totals = [f"total_{side}_{part}" for part in ("orders", "quantity") for side in sides]
    changes = [f"{side}_quantity_change" for side in sides]
    assert len(BOOK_STREAMS) == 4
    for stream in BOOK_STREAMS:
        assert list(stream.fields) == ["code", "time", *steps, *totals, *changes]


def test_a_future_is_named_in_its_book_where_an_option_is():
    option, future = STREAMS["H0IOASP0"], STREAMS["H0IFASP0"]
    renamed = 0
    for ours, theirs in zip(option.fields.values(), future.fields.values(), strict=True):
        assert theirs.wire == ours.wire.replace("OPTN_", "FUTS_")
        assert theirs.name == ours.name.replace("옵션", "선물")
        assert (theirs.korean, theirs.unit, theirs.kind) == (ours.korean, ours.unit, ours.kind)
        renamed += theirs != ours
    assert renamed == 11
    assert STREAMS["H0EUASP0"].fields == option.fields
    assert STREAMS["H0MFASP0"].fields == future.fields


def test_a_book_names_what_it_shares_with_a_trade_as_the_trade_does():
    for trades, book in BOOK_OF.items():
        found = {field.wire: field.name for field in STREAMS[trades].fields.values()}
        shared = [field for field in STREAMS[book].fields.values() if field.wire in found]
        assert len(shared) == 8  # code, time, the best prices and their quantities, both totals
        assert all(field.name == found[field.wire] for field in shared)


def test_streams_that_belong_together_are_of_one_sort_of_contract():
    assert {*BOOK_OF, *BOOK_OF.values()} == STREAMS.keys() - {"H0UPCNT0"}
    assert {*NIGHT_OF, *NIGHT_OF.values()} == STREAMS.keys() - {"H0UPCNT0"}
    for trades, book in BOOK_OF.items():
        assert (STREAMS[trades].is_book, STREAMS[book].is_book) == (False, True)
    for day, night in NIGHT_OF.items():
        assert STREAMS[day].is_book == STREAMS[night].is_book
        if day in BOOK_OF:  # the night's book is the book of the night
            assert BOOK_OF[night] == NIGHT_OF[BOOK_OF[day]]


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        ("price", MISSING, True),
        ("price", 0.0, False),
        ("limit_code", "", True),
        ("limit_code", "0", False),
        ("open_time", "000000", True),
        ("open_time", "084500", False),
        ("time", "000000", False),  # a trade at midnight
        ("code", "000000", False),
    ],
)
def test_what_counts_as_not_sent(name, value, missing):
    assert INDEX_OPTION.is_missing(name, value) is missing


def test_a_record_cannot_be_changed():
    read = INDEX_OPTION.decode_json('["' + record().replace("^", '","') + '"]')
    with pytest.raises(AttributeError):
        read.price = 1.0


def test_the_largest_number_fits_into_32_bits():
    assert math.isfinite(LARGEST)
    assert LARGEST < 3.4e38


def test_kinds_of_text_are_these():
    assert {kind for kind in Kind if kind.is_text} == {
        Kind.CODE,
        Kind.TIME,
        Kind.SIGN,
        Kind.FLAG,
    }
