"""What is known of one contract."""

import math

import pytest

from kisopt_gui.market.watched import Watched
from kisopt_gui.wire.codec import FieldError
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import INDEX_OPTION
from tests.records import record

KEY = Key("H0IOCNT0", "B01610A34")


@pytest.fixture
def watched():
    return Watched(KEY, 3, INDEX_OPTION)


def test_before_the_first_record_there_is_nothing_to_show(watched):
    assert (watched.key, watched.number, watched.stream) == (KEY, 3, INDEX_OPTION)
    assert (watched.text, watched.values, watched.record) == ("", [], None)
    assert (watched.revision, watched.trades) == (0, 0)
    assert math.isnan(watched.received)


def test_the_newest_record_is_read_when_somebody_looks_and_only_once(watched):
    watched.update(record(), 1.5, 2)
    assert (watched.revision, watched.trades, watched.received) == (1, 2, 1.5)
    assert watched.values is watched.values
    assert watched.values == record().split("^")
    assert watched.record is watched.record
    assert watched.record.price == 11.70


def test_a_newer_record_takes_the_place_of_the_one_that_was_read(watched):
    watched.update(record(), 1.5, 2)
    assert watched.record.price == 11.70
    watched.update(record(price="11.75", extra=["new"]), 2.5, 1)
    assert watched.record.price == 11.75
    assert watched.values[-1] == "new"
    assert (watched.revision, watched.trades, watched.received) == (2, 3, 2.5)


def test_a_record_that_cannot_be_read_says_so_each_time_and_its_values_stay(watched):
    watched.update(record(theoretical="x"), 1.5, 1)
    for _ in range(2):
        with pytest.raises(FieldError, match="HTS_THPR"):
            watched.record  # noqa: B018, reading is what fails
    assert watched.values[12] == "x"
