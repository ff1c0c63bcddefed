"""Numbers, times and ages as they stand on the screen."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.ui import figures
from kisopt_gui.wire.schema import Kind
from kisopt_gui.wire.streams import INDEX_OPTION
from tests.records import thorough

FIELDS = INDEX_OPTION.fields


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.891, 2, "1,234,567.89"),
        (11210, 0, "11,210"),
        (-2.7581, 4, "−2.7581"),
        (-1234.5, 1, "−1,234.5"),
        (0, 2, "0.00"),
        (0.005, 2, "0.01"),
        (-0.0, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (math.nan, 2, "-"),
        (math.nan, 0, "-"),
    ],
)
def test_a_number_has_commas_a_true_minus_and_no_sign_on_zero(value, decimals, text):
    assert figures.number(value, decimals) == text


@pytest.mark.parametrize(
    ("name", "sent", "text"),
    [
        ("delta", "0.46", "0.46"),
        ("delta", "0.4523", "0.4523"),
        ("gamma", "0.1", "0.10"),
        ("price", "12", "12.00"),
        ("price", "1125.5", "1,125.50"),
        ("theta", "-3.18", "−3.18"),
        ("volume", "85432", "85,432"),
        ("volume", "85432.0", "85,432.0"),
        ("gamma", "1E-3", "0.00"),
        ("gamma", "1.5e-3", "0.00"),
        ("price", " 1.5 ", "1.50"),
    ],
)
def test_a_field_keeps_the_decimals_it_was_sent_with(name, sent, text):
    assert figures.as_sent(sent, float(sent), FIELDS[name]) == text


def test_a_field_that_is_missing_is_a_dash_whatever_was_sent():
    assert figures.as_sent("0.00", math.nan, FIELDS["ask"]) == "-"
    assert figures.as_sent("", math.nan, FIELDS["ask"]) == "-"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("084500", "08:45:00"),
        ("000000", "00:00:00"),
        ("", "-"),
        ("84500", "-"),
        ("0845000", "-"),
        ("08:450", "-"),
        ("٠٨٤٥٠٠", "-"),
    ],
)
def test_a_time_of_the_wire_has_colons_or_is_a_dash(sent, text):
    assert figures.clock(sent) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "00:00:00"), (56_745.9, "15:45:45"), (86_400 + 3661, "01:01:01"), (math.nan, "-")],
)
def test_seconds_of_the_day_go_round_at_midnight(value, text):
    assert figures.seconds(value) == text


@pytest.mark.parametrize(
    ("change", "sign", "text"),
    [
        (0.35, "2", "▲0.35"),
        (-0.35, "5", "▼0.35"),
        (1234.5, "1", "↑1,234.50"),
        (-8, "4", "↓8.00"),
        (0, "3", "0.00"),
        (-0.5, "", "0.50"),
        (-0.5, "9", "0.50"),
        (math.nan, "2", "-"),
    ],
)
def test_a_change_has_its_mark_in_place_of_a_minus(change, sign, text):
    assert figures.marked(change, sign, 2) == text


def test_the_direction_is_that_of_the_sign_code():
    assert [figures.direction(sign) for sign in ("1", "2", "3", "4", "5", "", "x")] == [
        1,
        1,
        0,
        -1,
        -1,
        0,
        0,
    ]


@pytest.mark.parametrize("kind", Kind)
def test_only_changes_have_a_trend(kind):
    changes = (Kind.CHANGE, Kind.PERCENT, Kind.QUANTITY_CHANGE)
    trends = [figures.trend(value, kind) for value in (0.01, -0.01, 0.0, math.nan)]
    assert trends == ([1, -1, 0, 0] if kind in changes else [0, 0, 0, 0])


@pytest.mark.parametrize(
    ("value", "korean", "english"),
    [
        (-1, "0.0초", "0.0s"),  # the clocks of two readings
        (0.74, "0.7초", "0.7s"),
        (9.97, "9.9초", "9.9s"),
        (10, "10초", "10s"),
        (59.9, "59초", "59s"),
        (60, "1분", "1m"),
        (3599, "59분", "59m"),
        (3600, "1시간", "1h"),
        (7300, "2시간", "2h"),
        (math.nan, "-", "-"),
    ],
)
def test_an_age_is_short_and_counts_what_is_complete(value, korean, english):
    assert figures.age(value, "ko") == korean
    assert figures.age(value, "en") == english


@thorough
@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_an_older_age_never_looks_younger(one, other):
    def read(text):
        return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]

    one, other = sorted((one, other))
    assert read(figures.age(one, "en")) <= read(figures.age(other, "en"))
    assert read(figures.age(other, "en")) <= other
