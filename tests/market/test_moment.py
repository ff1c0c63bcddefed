"""The market's clock: Seoul's for the real one, its own for a source that makes its day."""

from datetime import date, datetime
from time import perf_counter

import pytest

from kisopt_gui.market.intake import Intake
from kisopt_gui.market.moment import MarketClock
from kisopt_gui.market.store import Store
from kisopt_gui.wire.codec import read_frame
from tests.records import frame, record

TODAY = date(2026, 11, 23)
WALL = datetime.fromisoformat("2026-11-24T01:30:00+00:00").timestamp()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def clock():
    made = MarketClock()
    made.simulated = True
    made.begin(TODAY, WALL)
    return made


def hear(store, time, received):
    intake = Intake()
    intake.add(read_frame(frame(record(time=time))))
    batches, _ = intake.flush(received)
    store.apply(batches)


def test_the_real_market_is_on_seouls_time_whatever_the_records_say(store):
    clock = MarketClock()
    assert clock.moment(store, 0.0, WALL) == datetime(2026, 11, 24, 10, 30)
    hear(store, "154459", perf_counter())  # of a snapshot, hours after the close
    assert clock.moment(store, 0.0, WALL) == datetime(2026, 11, 24, 10, 30)
    clock.begin(date(2026, 11, 24), WALL)
    assert not clock.simulated
    clock.begin(date(2026, 11, 25), WALL + 86_400)  # a new day while the program runs
    assert clock.moment(store, 0.0, WALL + 86_400) == datetime(2026, 11, 25, 10, 30)


def test_a_source_whose_day_is_another_one_is_simulated(store):
    clock = MarketClock()
    clock.begin(TODAY, WALL)
    assert clock.simulated
    assert clock.moment(store, 0.0, WALL) is None
    hear(store, "100000", 50.0)
    assert clock.moment(store, 50.0, WALL) == datetime(2026, 11, 23, 10)


def test_before_its_first_record_a_simulated_clock_is_not_known(store, clock):
    assert clock.moment(store, 0.0, WALL) is None


def test_it_goes_on_while_nothing_comes(store, clock):
    hear(store, "154459", 50.0)
    assert clock.moment(store, 50.4, WALL) == datetime(2026, 11, 23, 15, 44, 59)
    assert clock.moment(store, 53.0, WALL) == datetime(2026, 11, 23, 15, 45, 2)


def test_it_goes_on_as_fast_as_it_went(store, clock):
    hear(store, "100000", 50.0)
    clock.moment(store, 50.0, WALL)
    hear(store, "101000", 60.0)  # sixty times as fast
    assert clock.moment(store, 60.0, WALL) == datetime(2026, 11, 23, 10, 10)
    assert clock.moment(store, 70.0, WALL) == datetime(2026, 11, 23, 10, 20)


def test_whole_seconds_of_an_honest_clock_are_no_speed(store, clock):
    hear(store, "100000", 50.0)
    clock.moment(store, 50.0, WALL)
    hear(store, "100003", 52.1)
    assert clock.moment(store, 62.1, WALL) == datetime(2026, 11, 23, 10, 0, 13)


def test_past_midnight_it_is_the_next_day(store, clock):
    hear(store, "235958", 50.0)
    assert clock.moment(store, 53.0, WALL) == datetime(2026, 11, 24, 0, 0, 1)
    hear(store, "000002", 54.0)
    assert clock.moment(store, 54.0, WALL) == datetime(2026, 11, 24, 0, 0, 2)


def test_a_source_that_starts_again_begins_anew(store, clock):
    hear(store, "100000", 50.0)
    clock.moment(store, 50.0, WALL)
    hear(store, "110000", 60.0)
    clock.moment(store, 60.0, WALL)
    hear(store, "100500", 61.0)
    assert clock.moment(store, 61.0, WALL) == datetime(2026, 11, 23, 10, 5)
    assert clock.moment(store, 62.0, WALL) == datetime(2026, 11, 23, 10, 5, 1)


def test_the_same_day_told_twice_changes_nothing(store, clock):
    hear(store, "100000", 50.0)
    clock.moment(store, 50.0, WALL)
    clock.begin(TODAY, WALL)
    assert clock.moment(store, 51.0, WALL) == datetime(2026, 11, 23, 10, 0, 1)


def test_what_the_source_says_of_its_clock_holds_until_records_tell_more(store, clock):
    assert clock.moment(store, 100.0, WALL) is None
    clock.tell(datetime(2026, 11, 23, 17, 59, 40), 100.0)
    assert clock.moment(store, 130.0, WALL) == datetime(2026, 11, 23, 18, 0, 10)
    hear(store, "180500", 140.0)
    assert clock.moment(store, 141.0, WALL) == datetime(2026, 11, 23, 18, 5, 1)


def test_a_clock_that_runs_faster_is_believed_before_records_prove_it(store, clock):
    clock.tell(datetime(2026, 11, 23, 17, 0), 100.0, 60.0)
    assert clock.moment(store, 110.0, WALL) == datetime(2026, 11, 23, 17, 10)
    hear(store, "171000", 110.0)
    assert clock.moment(store, 120.0, WALL) == datetime(2026, 11, 23, 17, 20)
