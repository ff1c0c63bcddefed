from datetime import date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market import calendar as module
from kisopt_gui.market.calendar import (
    CalendarError,
    calendar,
    is_trading_day,
    monday_expiries,
    monthly_expiry,
    next_trading_day,
    previous_trading_day,
    session_at,
    thursday_expiries,
)

YEARS = range(2025, 2029)
LISTED = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """Make the program read another calendar file, or the real one with some words replaced."""

    def edit(old, new=""):
        path = tmp_path / "krx.toml"
        real = module.resource("calendar", "krx.toml").read_text("utf-8")
        assert old in real
        path.write_text(real.replace(old, new), "utf-8")
        monkeypatch.setattr(module, "resource", lambda *parts: path)
        calendar.cache_clear()

    yield edit
    calendar.cache_clear()


def weekdays(year):
    days = (date(year, 1, 1) + timedelta(days=each) for each in range(366))
    return [day for day in days if day.year == year and day.weekday() < 5]


@pytest.mark.parametrize("year", YEARS)
def test_holidays_are_those_of_an_independent_list(year):
    told = holidays.financial_holidays("XKRX", years=year)
    ours = {day for day in calendar().holidays if day.year == year}
    assert ours == {day for day in told if day.weekday() < 5}


@pytest.mark.parametrize("year", YEARS)
def test_the_first_trading_day_of_each_year_opens_late(year):
    first = next(day for day in weekdays(year) if is_trading_day(day))
    assert first in calendar().late_open
    assert sum(day.year == year for day in calendar().late_open) == 1


def test_entrance_exams_are_on_thursdays_in_november_on_which_there_is_trading():
    for day in calendar().late_all_day:
        assert (day.weekday(), day.month) == (3, 11)
        assert is_trading_day(day)


def test_a_night_that_is_called_off_would_have_followed_a_trading_day():
    assert all(is_trading_day(day) for day in calendar().no_night)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 5, 1),
        date(2026, 6, 3),  # local elections
        date(2026, 7, 17),  # a public holiday again
        date(2026, 12, 31),
        date(2028, 12, 29),  # the last weekday of its year
        date(2026, 11, 21),  # a Saturday
        date(2026, 11, 22),
    ],
)
def test_days_without_trading(day):
    assert not is_trading_day(day)


def test_a_holiday_on_a_weekend_is_not_in_the_file():
    assert all(day.weekday() < 5 for day in calendar().holidays)


def test_the_trading_days_around_a_long_holiday():
    assert next_trading_day(date(2025, 10, 2)) == date(2025, 10, 10)
    assert previous_trading_day(date(2025, 10, 10)) == date(2025, 10, 2)


@given(LISTED)
def test_the_next_trading_day_and_the_one_before_meet(day):
    following = next_trading_day(day)
    assert following > day
    assert is_trading_day(following)
    if is_trading_day(day):
        assert previous_trading_day(following) == day
    else:
        assert previous_trading_day(following) < day


@pytest.mark.parametrize(
    ("year", "month", "expiry"),
    [
        (2026, 7, date(2026, 7, 9)),  # as the broker said of C 202607
        (2026, 9, date(2026, 9, 10)),  # and of F 202609
        (2026, 10, date(2026, 10, 8)),  # and of C 202610
        (2026, 12, date(2026, 12, 10)),
        (2025, 10, date(2025, 10, 2)),  # 9 October and the whole week before it are holidays
        (2027, 5, date(2027, 5, 12)),  # Buddha's Birthday is on the 13th
        (2029, 12, date(2029, 12, 13)),  # past the file: only weekends are known
    ],
)
def test_monthlies_end_on_the_second_thursday_or_before_a_holiday(year, month, expiry):
    assert monthly_expiry(year, month) == expiry


def test_thursday_weeklies_leave_out_the_second_thursday():
    assert thursday_expiries(date(2026, 7, 20), 7) == [
        ("2607W4", date(2026, 7, 23)),
        ("2607W5", date(2026, 7, 30)),
        ("2608W1", date(2026, 8, 6)),
        ("2608W3", date(2026, 8, 20)),
        ("2608W4", date(2026, 8, 27)),
        ("2609W1", date(2026, 9, 3)),
        ("2609W3", date(2026, 9, 17)),
    ]


def test_the_first_thursday_weekly_ever_was_the_fourth_of_its_month():
    assert thursday_expiries(date(2019, 9, 23), 1) == [("1909W4", date(2019, 9, 26))]


def test_thursdays_between_known_serials_are_as_many_as_the_serials():
    # F7 is 2607W4, FC 2609W1, FE 2609W4 and FF 2610W1.
    labels = [label for label, _ in thursday_expiries(date(2026, 7, 20), 9)]
    assert [labels.index(each) for each in ("2607W4", "2609W1", "2609W4", "2610W1")] == [0, 5, 7, 8]


def test_a_holiday_brings_a_thursday_forward_and_leaves_its_label():
    assert thursday_expiries(date(2026, 9, 18), 1) == [("2609W4", date(2026, 9, 23))]
    assert thursday_expiries(date(2025, 12, 26), 1) == [("2601W1", date(2025, 12, 30))]


def test_a_thursday_that_has_expired_before_its_holiday_is_not_listed_any_more():
    assert thursday_expiries(date(2026, 9, 24), 1) == [("2610W1", date(2026, 10, 1))]


def test_every_monday_is_an_expiry_and_a_holiday_pushes_it_back():
    assert monday_expiries(date(2026, 9, 28), 3) == [
        ("2609W4", date(2026, 9, 28)),
        ("2610W1", date(2026, 10, 6)),
        ("2610W2", date(2026, 10, 12)),
    ]


def test_monday_labels_are_those_that_were_listed():
    # 2608W2 expired on 10 August; 2607W1 was still listed on 6 July; BL to BZ are 13 serials.
    found = dict(monday_expiries(date(2026, 7, 6), 13))
    assert found["2607W1"] == date(2026, 7, 6)
    assert found["2608W2"] == date(2026, 8, 10)
    assert list(found)[12] == "2609W4"


def test_a_monday_before_a_week_of_holidays_still_expires_after_it(edited):
    assert monday_expiries(date(2025, 10, 7), 2) == [
        ("2510W1", date(2025, 10, 10)),
        ("2510W2", date(2025, 10, 13)),
    ]
    edited("[holidays]", '[holidays]\n"2025-10-10" = "Temporary Public Holiday"')
    assert monday_expiries(date(2025, 10, 13), 2) == [
        ("2510W1", date(2025, 10, 13)),
        ("2510W2", date(2025, 10, 13)),
    ]
    assert monday_expiries(date(2025, 10, 11), 1) == [("2510W1", date(2025, 10, 13))]


@given(LISTED, st.integers(1, 12), st.sampled_from([thursday_expiries, monday_expiries]))
def test_weekly_expiries_are_trading_days_from_the_start_on_in_order(start, count, expiries):
    found = expiries(start, count)
    days = [day for _, day in found]
    assert len({label for label, _ in found}) == count
    assert days == sorted(days)
    assert all(day >= start and is_trading_day(day) for day in days)


@given(LISTED, st.sampled_from([thursday_expiries, monday_expiries]))
def test_what_expires_does_not_depend_on_when_one_asks(start, expiries):
    later = start + timedelta(days=30)
    assert [each for each in expiries(start, 12) if each[1] >= later][:4] == expiries(later, 4)


@pytest.mark.parametrize(
    ("moment", "name", "ends"),
    [
        ("2026-11-23 08:29:59", "closed", None),
        ("2026-11-23 08:30:00", "opening", "2026-11-23 08:45"),
        ("2026-11-23 08:44:59", "opening", "2026-11-23 08:45"),
        ("2026-11-23 08:45:00", "regular", "2026-11-23 15:35"),
        ("2026-11-23 15:34:59", "regular", "2026-11-23 15:35"),
        ("2026-11-23 15:35:00", "closing", "2026-11-23 15:45"),
        ("2026-11-23 15:45:00", "closed", None),
        ("2026-11-23 17:59:59", "closed", None),
        ("2026-11-23 18:00:00", "night", "2026-11-24 06:00"),
        ("2026-11-24 00:00:00", "night", "2026-11-24 06:00"),
        ("2026-11-24 05:59:59", "night", "2026-11-24 06:00"),
        ("2026-11-24 06:00:00", "closed", None),
        # No night comes out of a Sunday, and Friday's goes on until Saturday.
        ("2026-11-23 03:00:00", "closed", None),
        ("2026-11-28 03:00:00", "night", "2026-11-28 06:00"),
        ("2026-11-28 12:00:00", "closed", None),
        ("2026-11-28 19:00:00", "closed", None),
        # The first trading day of a year: late, but only in the morning.
        ("2026-01-02 09:00:00", "closed", None),
        ("2026-01-02 09:30:00", "opening", "2026-01-02 09:45"),
        ("2026-01-02 09:45:00", "regular", "2026-01-02 15:35"),
        ("2026-01-02 15:45:00", "closed", None),
        ("2026-01-02 18:00:00", "night", "2026-01-03 06:00"),
        # The day of the entrance exam: late until its night has opened.
        ("2026-11-19 05:00:00", "night", "2026-11-19 06:00"),
        ("2026-11-19 09:29:59", "closed", None),
        ("2026-11-19 09:30:00", "opening", "2026-11-19 09:45"),
        ("2026-11-19 15:50:00", "regular", "2026-11-19 16:35"),
        ("2026-11-19 16:44:59", "closing", "2026-11-19 16:45"),
        ("2026-11-19 18:30:00", "closed", None),
        ("2026-11-19 19:00:00", "night", "2026-11-20 06:00"),
        # Before a holiday there is a night, unless the exchange calls it off.
        ("2025-12-30 18:00:00", "night", "2025-12-31 06:00"),
        ("2025-12-31 03:00:00", "night", "2025-12-31 06:00"),
        ("2025-12-31 18:00:00", "closed", None),
        ("2026-02-13 15:40:00", "closing", "2026-02-13 15:45"),
        ("2026-02-13 18:00:00", "closed", None),
        ("2026-02-14 03:00:00", "closed", None),
    ],
)
def test_what_the_market_does(moment, name, ends):
    session = session_at(datetime.fromisoformat(moment))
    assert session.name == name
    assert session.ends == (None if ends is None else datetime.fromisoformat(ends))


@pytest.mark.parametrize(
    ("moment", "name", "ends"),
    [
        ("2026-11-26 05:00:00", "night", "2026-11-26 06:00"),
        ("2026-11-26 08:40:00", "opening", "2026-11-26 08:45"),
        ("2026-11-26 15:19:59", "regular", "2026-11-26 15:20"),
        ("2026-11-26 15:20:00", "closed", None),
        ("2026-11-26 15:40:00", "closed", None),
        ("2026-11-26 18:00:00", "closed", None),
        ("2025-11-13 16:19:59", "regular", "2025-11-13 16:20"),  # a monthly expiry and an exam
    ],
)
def test_a_contract_ends_at_twenty_past_three_on_its_last_day(moment, name, ends):
    session = session_at(datetime.fromisoformat(moment), last_day=True)
    assert session.name == name
    assert session.ends == (None if ends is None else datetime.fromisoformat(ends))


def test_a_session_is_named_in_two_languages():
    session = session_at(datetime(2026, 11, 23, 9))
    assert (session.korean, session.english) == ("정규장", "Regular")
    session = session_at(datetime(2026, 11, 22, 9))
    assert (session.korean, session.english) == ("장 마감", "Closed")


@given(st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)), st.booleans())
def test_a_session_ends_later_and_lasts_until_then(moment, last_day):
    session = session_at(moment, last_day=last_day)
    assert (session.ends is None) == (session.name == "closed")
    if session.ends is not None and session.ends.date() == moment.date():
        just_before = session.ends - timedelta(seconds=1)
        assert session_at(max(moment, just_before), last_day=last_day) == session
        assert session_at(session.ends, last_day=last_day) != session


def test_a_temporary_holiday_is_one_line_in_the_file(edited):
    assert is_trading_day(date(2026, 11, 24))
    edited("[holidays]", '[holidays]\n"2026-11-24" = "Temporary Public Holiday"')
    assert not is_trading_day(date(2026, 11, 24))
    assert calendar().holidays[date(2026, 11, 24)] == "Temporary Public Holiday"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[holidays]", "[holidays", "Expected"),
        ('"2026-11-19"', '"2026-11-31"', "day is out of range"),
        ('"2026-11-19"', "2026-11-19", "must be str"),
        ('"15:45"', '"25:45"', "hour must be"),
        ('close = "15:45"\n', "", "'close' is missing"),
        ("[no_night]", "[some_night]", "'no_night' is missing"),
        ("[late]\n", "[[late]]\n", "list indices"),
    ],
)
def test_a_mistake_in_the_file_is_said_in_one_sentence(edited, old, new, reason):
    edited(old, new)
    with pytest.raises(CalendarError, match=reason) as caught:
        is_trading_day(date(2026, 11, 23))
    assert "krx.toml" in caught.value.sentence("en")
    assert "krx.toml을(를) 읽을 수 없습니다" in caught.value.sentence("ko")
