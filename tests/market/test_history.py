"""The log of trades and the columns of one contract, against plain lists."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market import history
from kisopt_gui.market.history import COLUMNS, DAY_S, ROW, History, Series
from tests.records import hhmmss, thorough

GREEKS = ("delta", "gamma", "vega", "theta", "rho")


def rows(*times, first=0, **columns):
    """Return rows with these times, each with a volume of its own."""
    made = np.full(len(times), np.nan, ROW)
    made["time"] = [float(time) for time in times]
    made["volume"] = np.arange(first, first + len(times))
    for name, values in columns.items():
        made[name] = values
    return made


def numbered(*contracts):
    return np.array(contracts, np.uint16)


@pytest.fixture
def small_chunks(monkeypatch):
    """Chunks of eight trades, so that few trades cross many borders."""
    monkeypatch.setattr(history, "_CHUNK", 8)


# the log ----------------------------------------------------------------------


@pytest.mark.usefixtures("small_chunks")
def test_a_log_is_a_list_that_forgets_its_oldest_chunks():
    """Any appends; any contract is found in order from any place, also from one that is gone."""

    @thorough
    @given(
        st.lists(st.lists(st.sampled_from([0, 1, 2, 65_535]), max_size=20), max_size=12),
        st.integers(1, 40),
        st.data(),
    )
    def check(appends, most_rows, data):
        log, plain = History(most_rows), []
        for contracts in appends:
            log.append(numbered(*contracts), rows(*contracts, first=len(plain)))
            plain += contracts
        assert log.total == len(plain)
        assert log.dropped % 8 == 0
        assert len(plain) - log.dropped <= max(8, most_rows)
        assert log.dropped == 0 or len(plain) - log.dropped > max(8, most_rows) // 8 * 8 - 8
        contract = data.draw(st.sampled_from([0, 1, 2, 65_535, 65_536]))
        since = data.draw(st.integers(0, len(plain)))
        places = range(max(since, log.dropped), len(plain))
        found = log.select(contract, since)
        assert found.dtype == ROW
        assert found["volume"].tolist() == [at for at in places if plain[at] == contract]

    check()


def test_memory_is_bounded():
    log = History(most_rows=3 * 65_536)
    many = rows(*[90_000] * 50_000)
    for _ in range(6):
        log.append(np.zeros(50_000, np.uint16), many)
    assert log.total == 300_000
    assert log.dropped == 2 * 65_536
    assert log.nbytes == 3 * 65_536 * (ROW.itemsize + 2)
    assert len(log.select(0, 0)) == 300_000 - log.dropped


def test_an_empty_log_holds_nothing():
    log = History()
    log.append(numbered(), rows())
    assert (log.total, log.dropped, log.nbytes) == (0, 0, 0)
    assert len(log.select(0, 0)) == 0


# the columns of one contract ---------------------------------------------------


def placed(times):
    """Where trades with these wire times stand, worked out one after the other."""
    placed_at, day, before, top, rank = [], 0, None, -math.inf, 0
    for time in times:
        clock = f"{time:06.0f}" if time == time and time >= 0 else ""
        told = clock and int(clock[:-4]) < 48 and int(clock[-4:-2]) < 60 and int(clock[-2:]) < 60
        if told:
            of_day = (int(clock[:-4]) * 3600 + int(clock[-4:-2]) * 60 + int(clock[-2:])) % 86_400
        else:
            of_day = before
        if before is not None:
            day += (of_day - before < -3600) - (of_day - before > 86_400 - 3600)
        before = of_day
        moment = max(top, of_day + 86_400 * day)
        rank = rank + 1 if moment == top else 0
        top = moment
        placed_at.append((moment, moment + rank / (rank + 10)))
    return placed_at


clocks = st.integers(0, 86_399).map(lambda seconds: float(hhmmss(seconds)))
odd_clocks = st.sampled_from(
    [math.nan, -1.0, 240000.0, 253015.0, 475959.0, 480000.0, 126000.0, 120060.0, 990000.0, 1e30]
)


@st.composite
def days(draw):
    """Times of trades over a night or two, some late, some unreadable; the first is readable."""
    at = draw(st.sampled_from([84_500, 30_000, 86_390, 0, 56_700]))
    times = [float(hhmmss(at))]
    for _ in range(draw(st.integers(0, 40))):
        at += draw(st.sampled_from([0, 0, 0, 1, 1, 2, 60, 3600, 61_200]))
        late = draw(st.sampled_from([0, 0, 0, 0, 1, 3, 30, 3600, 3601]))
        odd = draw(st.integers(0, 9)) == 0
        times.append(draw(odd_clocks) if odd else float(hhmmss(at - late)))
    return times


@thorough
@given(st.one_of(days(), st.lists(clocks, min_size=1, max_size=30)), st.data())
def test_trades_stand_where_they_came_however_they_are_taken_in(times, data):
    log = History()
    series = Series(log, 7)
    borders = data.draw(st.lists(st.integers(0, len(times)), max_size=4).map(sorted))
    for start, end in zip([0, *borders], [*borders, len(times)], strict=True):
        log.append(np.full(end - start, 7, np.uint16), rows(*times[start:end], first=start))
        log.append(numbered(3), rows(120000))  # another contract's trades do not disturb
        assert series.refresh() == end - start
    expected = placed(times)
    seconds = series.seconds
    assert series.length == len(seconds) == len(times)
    assert seconds.tolist() == [at for _, at in expected]
    assert (np.diff(seconds) > 0).all()
    # The order within a second stays within the second.
    assert np.floor(seconds).tolist() == [moment for moment, _ in expected]
    assert series.volume.tolist() == list(range(len(times)))


def series_of(*times):
    log = History()
    series = Series(log, 0)
    log.append(np.zeros(len(times), np.uint16), rows(*times))
    series.refresh()
    return series, log


def whole(series):
    return np.floor(series.seconds).tolist()


def test_a_night_session_goes_on_past_midnight():
    series, log = series_of(235958, 235959, 0, 1)
    assert whole(series) == [DAY_S - 2, DAY_S - 1, DAY_S, DAY_S + 1]
    log.append(numbered(0), rows(60000))
    series.refresh()
    assert whole(series)[-1] == DAY_S + 6 * 3600


def test_the_next_day_begins_after_the_close_although_no_midnight_was_seen():
    series, log = series_of(84500, 154500)
    log.append(numbered(0, 0), rows(84500, 84501))
    series.refresh()
    morning = 8 * 3600 + 45 * 60
    assert whole(series) == [morning, 15 * 3600 + 45 * 60, DAY_S + morning, DAY_S + morning + 1]


def test_a_late_record_stands_where_it_arrived_also_around_midnight():
    assert whole(series_of(100005, 100003, 100006)[0]) == [36005, 36005, 36006]
    series, log = series_of(235959, 0, 235959, 1)
    assert whole(series) == [DAY_S - 1, DAY_S, DAY_S, DAY_S + 1]
    log.append(numbered(0), rows(2))
    series.refresh()
    assert whole(series)[-1] == DAY_S + 2


def test_an_unreadable_time_moves_no_other_trade():
    series, _ = series_of(100000, math.nan, 996099, 100001)
    assert whole(series) == [36000, 36000, 36000, 36001]
    assert whole(series_of(math.nan, 100000)[0]) == [36000, 36000]
    assert whole(series_of(math.nan)[0]) == [0]


def test_thousands_of_trades_in_one_second_stay_in_order_within_it():
    series, log = series_of(*[100000] * 50_000)
    for _ in range(3):
        log.append(np.zeros(50_000, np.uint16), rows(*[100000] * 50_000))
        series.refresh()
    assert series.length == 200_000
    assert (np.diff(series.seconds) > 0).all()
    assert series.seconds[0] == 36000
    assert series.seconds[-1] < 36001


def test_columns_are_the_logs_with_what_is_none_as_nan():
    log = History()
    series = Series(log, 0)
    values = {name: [2.0, 0.0, 0.0] for name in COLUMNS[1:]}
    values["rho"] = [2.0, 0.0, 0.5]
    log.append(numbered(0, 0, 0), rows(100000, 100001, 100002, **values))
    series.refresh()
    for name in ("quantity", "open_interest", "price"):
        assert series.column(name).tolist() == [2.0, 0.0, 0.0]
    for name in ("ask", "bid", "iv"):
        assert series.column(name) == pytest.approx([2.0, math.nan, math.nan], nan_ok=True)
    # All five greeks at 0 are none; a 0.00 beside another greek is a rounded value.
    for name in GREEKS[:4]:
        assert series.column(name) == pytest.approx([2.0, math.nan, 0.0], nan_ok=True)
    assert series.column("rho") == pytest.approx([2.0, math.nan, 0.5], nan_ok=True)


def test_the_log_itself_keeps_what_was_sent():
    _, log = series_of(100000)
    before = rows(100000, ask=0.0)
    log.append(numbered(1), before)
    Series(log, 1).refresh()
    assert log.select(1, 0)["ask"].tolist() == [0.0]


@pytest.mark.parametrize("first", [1, 1024, 1025, 5000])
def test_columns_grow_without_losing_what_they_hold(first):
    log = History()
    series = Series(log, 0)
    for start, count in ((0, first), (first, 1), (first + 1, 3000)):
        log.append(
            np.zeros(count, np.uint16),
            rows(*[100000] * count, first=start, price=np.arange(start, start + count)),
        )
        series.refresh()
    assert series.volume.tolist() == list(range(first + 3001))
    assert series.column("price").tolist() == list(range(first + 3001))
    assert len(series.seconds) == first + 3001


def test_a_column_is_a_view_and_no_copy():
    series, _ = series_of(100000, 100001)
    assert np.shares_memory(series.column("price"), series.column("price"))


@pytest.mark.usefixtures("small_chunks")
def test_who_looks_too_late_has_missed_what_was_dropped():
    log = History(most_rows=16)
    series = Series(log, 0)
    for start in range(0, 40, 4):
        log.append(np.zeros(4, np.uint16), rows(*[100000] * 4, first=start))
    assert series.refresh() == 40 - log.dropped == 16
    assert series.volume.tolist() == list(range(24, 40))
    assert series.refresh() == 0


def test_prices_and_times_fit_into_32_bits():
    exact = np.arange(0, 13_107_200, 7) / 100
    assert (np.round(exact.astype(np.float32).astype(float), 2) == np.round(exact, 2)).all()
    assert float(np.float32(235959)) == 235959
