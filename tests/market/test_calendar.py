from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market import calendar as module
from kisopt_gui.market.calendar import (
    CalendarError,
    OwnCalendarError,
    calendar,
    expires_on,
    is_trading_day,
    lay_over,
    monday_expiries,
    monthly_expiry,
    next_trading_day,
    previous_trading_day,
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
def test_holidays_are_those_of_the_library(year):
    told = holidays.financial_holidays("XKRX", years=year)
    ours = {day for day in calendar().holidays if day.year == year}
    assert ours == {day for day in told if day.weekday() < 5}, "packaging/market_holidays.py"


def test_the_holidays_of_2026_are_those_that_the_exchange_kept():
    days = """01-01 02-16 02-17 02-18 03-02 05-01 05-05 05-25 06-03 07-17 08-17
              09-24 09-25 10-05 10-09 12-25 12-31"""
    assert [f"{day:%m-%d}" for day in sorted(calendar().holidays) if day.year == 2026] == (
        days.split()
    )


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
    edited("\n[holidays]", '\n[holidays]\n"2025-10-10" = "Temporary Public Holiday"')
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


def test_a_temporary_holiday_is_one_line_in_the_file(edited):
    assert is_trading_day(date(2026, 11, 24))
    edited("\n[holidays]", '\n[holidays]\n"2026-11-24" = "Temporary Public Holiday"')
    assert not is_trading_day(date(2026, 11, 24))
    assert calendar().holidays[date(2026, 11, 24)] == "Temporary Public Holiday"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("\n[holidays]", "\n[holidays", "Expected"),
        ('"2026-11-19"', '"2026-11-31"', "day is out of range"),
        ('"University entrance exam"', "7", "must be a text"),
        ('"15:45"', '"15:30"', "not in order"),
        ("hours = 1\n", "hours = 9\n", "late by 9"),
        ('"15:45"', '"25:45"', "hour must be"),
        ('close = "15:45"\n', "", "'close' is missing"),
        ("\n[no_night]", "\n[some_night]", "'no_night' is missing"),
        ("\n[late]\n", "\n[[late]]\n", "list indices"),
    ],
)
def test_a_mistake_in_the_file_is_said_in_one_sentence(edited, old, new, reason):
    edited(old, new)
    with pytest.raises(CalendarError, match=reason) as caught:
        is_trading_day(date(2026, 11, 23))
    assert "krx.toml" in caught.value.sentence("en")
    assert "krx.toml을(를) 읽을 수 없습니다" in caught.value.sentence("ko")


# the user's own file ------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    """Write the user's own calendar and let it lie over the built-in one."""
    path = tmp_path / "config" / "krx.toml"
    path.parent.mkdir()

    def write(text):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        lay_over(path)
        return path

    yield write
    lay_over(tmp_path / "none")


def test_a_file_of_ones_own_needs_the_lines_that_differ_only(own):
    own('[holidays]\n"2026-11-24" = "Temporary Public Holiday"\n')
    assert calendar().problem is None
    assert not is_trading_day(date(2026, 11, 24))
    assert not is_trading_day(date(2026, 12, 25))
    assert is_trading_day(date(2026, 11, 23))


def test_false_takes_a_day_back(own):
    assert not is_trading_day(date(2027, 5, 3))
    own(
        '[holidays]\n"2027-05-03" = false\n[late.all_day]\n"2026-11-19" = false\n'
        '"2028-11-16" = "exam"\n[no_night]\n"2026-09-23" = false\n'
    )
    assert is_trading_day(date(2027, 5, 3))
    assert date(2026, 11, 19) not in calendar().late_all_day
    assert date(2028, 11, 16) in calendar().late_all_day
    assert date(2026, 9, 23) not in calendar().no_night


def test_hours_of_ones_own_hold(own):
    own('[hours]\nnight_close = "07:00"\nnight_closing_auction = "06:50"\n')
    assert calendar().hours["night_close"].hour == 7
    assert calendar().hours["close"].hour == 15


def test_a_whole_copy_is_a_file_of_ones_own_too(own):
    before = calendar()
    own(module.resource("calendar", "krx.toml").read_bytes())
    assert calendar() == before


def test_a_file_saved_by_a_windows_editor_is_read(own):
    own(b'\xef\xbb\xbf[holidays]\r\n"2026-11-24" = "x"\r\n')
    assert not is_trading_day(date(2026, 11, 24))


def test_no_file_of_ones_own_is_no_problem(tmp_path):
    lay_over(tmp_path / "krx.toml")
    assert calendar().problem is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[holidays", "Expected"),
        ('[holidays]\n"2026-13-01" = "x"', "month must be"),
        ('[holidays]\n"2026-12-01" = 7', "must be a text"),
        ('[holidays]\n"2026-12-01" = true', "must be a text"),
        ('[holidays]\n"2026-12-01" = {}', "not expected"),
        ('[holiday]\n"2026-12-01" = "x"', "'holiday' is not expected"),
        ('holidays = "none"', "'holidays' is not expected"),
        ('[hours]\nlunch = "12:00"', "'lunch' is not expected"),
        ('[hours]\nopen = "late"', "Invalid isoformat"),
        ('[hours]\nopen = "16:00"', "not in order"),
        ("[late]\nhours = -1", "late by -1"),
        (b"\xff\xfe[holidays]", "decode"),
        (b"x" * (1 << 20) + b"x", "too large"),
        (b"a = " + b"[" * 5000, ""),
    ],
)
def test_a_damaged_file_of_ones_own_is_one_sentence_and_the_built_in_one_holds(own, text, reason):
    path = own(text)
    problem = calendar().problem
    assert isinstance(problem, OwnCalendarError)
    for language, words in (("en", "the built-in one holds"), ("ko", "내장 달력을 씁니다")):
        assert str(path) in problem.sentence(language)
        assert words in problem.sentence(language)
        assert reason in problem.sentence(language)
    assert not is_trading_day(date(2026, 12, 25))
    assert calendar().hours["close"].hour == 15


def test_a_folder_of_that_name_is_no_calendar(tmp_path):
    (tmp_path / "krx.toml").mkdir()
    lay_over(tmp_path / "krx.toml")
    assert isinstance(calendar().problem, OwnCalendarError)
    lay_over(tmp_path / "none")


@pytest.mark.parametrize(
    ("day", "expires"),
    [
        (date(2026, 12, 10), True),  # monthlies
        (date(2026, 11, 26), True),  # Thursday weeklies
        (date(2026, 11, 23), True),  # Monday weeklies
        (date(2026, 11, 24), False),
        (date(2026, 10, 5), False),  # a Monday without trading
        (date(2026, 10, 6), True),  # to which it was pushed
        (date(2026, 9, 23), True),  # a Thursday brought forward
    ],
)
def test_days_on_which_something_expires(day, expires):
    assert expires_on(day) is expires
