"""What is open at a moment: every boundary of ordinary and of special days, on real dates."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.calendar import is_trading_day, lay_over
from kisopt_gui.market.hours import (
    Session,
    newest_day,
    opened,
    seoul,
    session_at,
    tradable_from,
)

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 30))


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "name", "ends"),
    [
        ("2026-11-23 08:29:59", "closed", None),
        ("2026-11-23 08:30:00", "opening", "2026-11-23 08:45"),
        ("2026-11-23 08:44:59", "opening", "2026-11-23 08:45"),
        ("2026-11-23 08:45:00", "regular", "2026-11-23 15:35"),
        ("2026-11-23 15:34:59", "regular", "2026-11-23 15:35"),
        ("2026-11-23 15:35:00", "closing", "2026-11-23 15:45"),
        ("2026-11-23 15:44:59", "closing", "2026-11-23 15:45"),
        ("2026-11-23 15:45:00", "closed", None),
        ("2026-11-23 17:49:59", "closed", None),
        ("2026-11-23 17:50:00", "night_opening", "2026-11-23 18:00"),
        ("2026-11-23 17:59:59", "night_opening", "2026-11-23 18:00"),
        ("2026-11-23 18:00:00", "night", "2026-11-24 05:50"),
        ("2026-11-23 23:59:59", "night", "2026-11-24 05:50"),
        ("2026-11-24 00:00:00", "night", "2026-11-24 05:50"),
        ("2026-11-24 05:49:59", "night", "2026-11-24 05:50"),
        ("2026-11-24 05:50:00", "night_closing", "2026-11-24 06:00"),
        ("2026-11-24 05:59:59", "night_closing", "2026-11-24 06:00"),
        ("2026-11-24 06:00:00", "closed", None),
        # No night comes out of a Sunday, and Friday's goes on until Saturday.
        ("2026-11-22 18:30:00", "closed", None),
        ("2026-11-23 03:00:00", "closed", None),
        ("2026-11-27 18:00:00", "night", "2026-11-28 05:50"),
        ("2026-11-28 03:00:00", "night", "2026-11-28 05:50"),
        ("2026-11-28 06:00:00", "closed", None),
        ("2026-11-28 12:00:00", "closed", None),
        ("2026-11-28 19:00:00", "closed", None),
        # The first trading day of a year: late, but only in the morning.
        ("2026-01-02 09:00:00", "closed", None),
        ("2026-01-02 09:29:59", "closed", None),
        ("2026-01-02 09:30:00", "opening", "2026-01-02 09:45"),
        ("2026-01-02 09:45:00", "regular", "2026-01-02 15:35"),
        ("2026-01-02 15:45:00", "closed", None),
        ("2026-01-02 17:50:00", "night_opening", "2026-01-02 18:00"),
        ("2026-01-02 18:00:00", "night", "2026-01-03 05:50"),
        # The day of the entrance exam: late until its night has opened.
        ("2026-11-19 05:00:00", "night", "2026-11-19 05:50"),
        ("2026-11-19 09:29:59", "closed", None),
        ("2026-11-19 09:30:00", "opening", "2026-11-19 09:45"),
        ("2026-11-19 15:50:00", "regular", "2026-11-19 16:35"),
        ("2026-11-19 16:44:59", "closing", "2026-11-19 16:45"),
        ("2026-11-19 18:30:00", "closed", None),
        ("2026-11-19 18:50:00", "night_opening", "2026-11-19 19:00"),
        ("2026-11-19 19:00:00", "night", "2026-11-20 05:50"),
        ("2026-11-20 05:50:00", "night_closing", "2026-11-20 06:00"),
        # Before a holiday there is a night, unless the exchange calls it off.
        ("2025-12-30 18:00:00", "night", "2025-12-31 05:50"),
        ("2025-12-31 03:00:00", "night", "2025-12-31 05:50"),
        ("2025-12-31 09:00:00", "closed", None),
        ("2025-12-31 18:00:00", "closed", None),
        ("2026-02-13 15:40:00", "closing", "2026-02-13 15:45"),
        ("2026-02-13 17:50:00", "closed", None),
        ("2026-02-13 18:00:00", "closed", None),
        ("2026-02-14 03:00:00", "closed", None),
        # A holiday in the middle of a week, and its eve.
        ("2026-06-02 20:00:00", "night", "2026-06-03 05:50"),
        ("2026-06-03 10:00:00", "closed", None),
        ("2026-06-03 18:00:00", "closed", None),
        ("2026-06-04 03:00:00", "closed", None),
    ],
)
def test_what_the_market_does(moment, name, ends):
    session = session_at(at(moment))
    assert session.name == name
    assert session.ends == (None if ends is None else at(ends))


@pytest.mark.parametrize(
    ("moment", "name", "ends"),
    [
        ("2026-11-26 05:00:00", "night", "2026-11-26 05:50"),
        ("2026-11-26 08:40:00", "opening", "2026-11-26 08:45"),
        ("2026-11-26 15:19:59", "regular", "2026-11-26 15:20"),
        ("2026-11-26 15:20:00", "closed", None),
        ("2026-11-26 15:40:00", "closed", None),
        ("2026-11-26 18:00:00", "closed", None),
        ("2025-11-13 16:19:59", "regular", "2025-11-13 16:20"),  # a monthly expiry and an exam
    ],
)
def test_a_contract_ends_at_twenty_past_three_on_its_last_day(moment, name, ends):
    session = session_at(at(moment), last_day=True)
    assert session.name == name
    assert session.ends == (None if ends is None else at(ends))


def test_nothing_follows_the_last_day_of_a_contract():
    session = session_at(at("2026-11-26 15:20"), last_day=True)
    assert (session.following, session.opens) == (None, None)
    assert session_at(at("2026-11-26 10:00"), last_day=True).closes == at("2026-11-26 15:20")


@pytest.mark.parametrize(
    ("moment", "following", "begins", "opens"),
    [
        ("2026-11-23 07:00", "opening", "2026-11-23 08:30", "2026-11-23 08:45"),
        ("2026-11-23 08:35", "regular", "2026-11-23 08:45", "2026-11-23 08:45"),
        ("2026-11-23 10:00", "closing", "2026-11-23 15:35", "2026-11-23 18:00"),
        ("2026-11-23 15:40", "night_opening", "2026-11-23 17:50", "2026-11-23 18:00"),
        ("2026-11-23 16:00", "night_opening", "2026-11-23 17:50", "2026-11-23 18:00"),
        ("2026-11-23 20:00", "night_closing", "2026-11-24 05:50", "2026-11-24 08:45"),
        ("2026-11-28 04:00", "night_closing", "2026-11-28 05:50", "2026-11-30 08:45"),
        ("2026-11-28 12:00", "opening", "2026-11-30 08:30", "2026-11-30 08:45"),
        ("2026-02-13 16:00", "opening", "2026-02-19 08:30", "2026-02-19 08:45"),
        ("2025-12-31 07:00", "opening", "2026-01-02 09:30", "2026-01-02 09:45"),
        ("2026-11-19 17:00", "night_opening", "2026-11-19 18:50", "2026-11-19 19:00"),
    ],
)
def test_what_comes_next(moment, following, begins, opens):
    session = session_at(at(moment))
    assert session.following.name == following
    assert session.following.begins == at(begins)
    assert session.opens.begins == at(opens)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-23 10:00", date(2026, 11, 23)),
        ("2026-11-23 20:00", date(2026, 11, 24)),
        ("2026-11-24 05:55", date(2026, 11, 24)),
        ("2026-11-27 20:00", date(2026, 11, 30)),  # Friday's night is cleared with Monday
        ("2025-12-30 20:00", date(2026, 1, 2)),
        ("2026-11-24 07:00", None),
    ],
)
def test_a_night_is_booked_to_the_trading_day_after_it(moment, day):
    assert session_at(at(moment)).business_date == day


@pytest.mark.parametrize(
    ("moment", "closes"),
    [
        ("2026-11-23 08:40", "2026-11-23 15:45"),
        ("2026-11-23 10:00", "2026-11-23 15:45"),
        ("2026-11-23 17:55", "2026-11-24 06:00"),
        ("2026-11-23 20:00", "2026-11-24 06:00"),
        ("2026-11-19 10:00", "2026-11-19 16:45"),
    ],
)
def test_a_session_closes_after_its_closing_auction(moment, closes):
    assert session_at(at(moment)).closes == at(closes)


@pytest.mark.parametrize(
    ("moment", "normal"),
    [
        ("2026-11-23 07:00", True),
        ("2026-11-23 08:40", True),
        ("2026-11-23 10:00", False),
        ("2026-11-23 15:40", True),
        ("2026-11-23 17:00", True),
        ("2026-11-23 17:55", True),
        ("2026-11-23 20:00", False),
        ("2026-11-24 05:55", True),
        ("2026-11-22 10:00", True),
    ],
)
def test_silence_is_normal_while_it_is_closed_and_in_auctions(moment, normal):
    assert session_at(at(moment)).silence_is_normal is normal


def test_a_session_is_named_in_two_languages():
    session = session_at(at("2026-11-23 09:00"))
    assert (session.korean, session.english) == ("정규장", "Regular")
    session = session_at(at("2026-11-22 09:00"))
    assert (session.korean, session.english) == ("장 마감", "Closed")


def test_what_comes_next_is_named_in_two_languages():
    following = session_at(at("2026-11-23 16:00")).following
    assert following.named("ko") == "야간 시가 단일가"
    assert following.named("en") == "Night opening auction"


@given(MOMENTS, st.booleans())
def test_a_session_ends_later_and_lasts_until_then(moment, last_day):
    session = session_at(moment, last_day=last_day)
    assert (session.ends is None) == (session.name == "closed") == (session.closes is None)
    if session.ends is not None and session.ends.date() == moment.date():
        just_before = session.ends - timedelta(seconds=1)
        assert session_at(max(moment, just_before), last_day=last_day) == session
        assert session_at(session.ends, last_day=last_day) != session


@given(MOMENTS)
def test_what_comes_next_is_what_comes(moment):
    session = session_at(moment)
    assert session.following.begins > moment
    assert session_at(session.following.begins).name == session.following.name
    before = session_at(session.following.begins - timedelta(seconds=1))
    assert before.name in (session.name, "closed")
    assert session_at(session.opens.begins).name in ("regular", "night")
    if session.ends is not None:
        assert moment < session.ends <= session.closes
        assert is_trading_day(session.business_date)


@given(MOMENTS)
def test_a_day_has_its_phases_in_order_without_overlap(moment):
    names, session = [], session_at(moment)
    for _ in range(12):
        names.append(session.following.name)
        session = session_at(session.following.begins)
        assert isinstance(session, Session)
    order = ["opening", "regular", "closing", "night_opening", "night", "night_closing"]
    for one, then in pairwise(names):
        places = order.index(one), order.index(then)
        assert places[1] == (places[0] + 1) % 6 or (one, then) == ("closing", "opening")


def test_seoul_is_nine_hours_ahead_in_summer_and_winter():
    assert seoul(0.0) == datetime(1970, 1, 1, 9)
    assert seoul(datetime.fromisoformat("2026-01-15T00:00+00:00").timestamp()).hour == 9
    assert seoul(datetime.fromisoformat("2026-07-15T00:00+00:00").timestamp()).hour == 9
    # New York changes its clocks in between, Seoul does not.
    start = datetime.fromisoformat("2026-11-01T05:30+00:00").timestamp()
    assert seoul(start + 3600) - seoul(start) == timedelta(hours=1)


def test_a_temporary_holiday_of_ones_own_closes_the_market(tmp_path):
    own = tmp_path / "krx.toml"
    own.write_text('[holidays]\n"2026-11-24" = "Temporary Public Holiday"\n', "utf-8")
    lay_over(own)
    try:
        assert session_at(at("2026-11-24 10:00")).name == "closed"
        assert session_at(at("2026-11-23 20:00")).name == "night"
        assert session_at(at("2026-11-23 20:00")).business_date == date(2026, 11, 25)
    finally:
        lay_over(tmp_path / "none")


@pytest.mark.parametrize(
    ("now", "night", "began"),
    [
        ("2026-11-23 08:44", False, None),
        ("2026-11-23 08:45", False, "2026-11-23 08:45"),
        ("2026-11-23 20:00", False, "2026-11-23 08:45"),
        ("2026-11-22 12:00", False, None),  # a Sunday
        ("2026-11-19 09:44", False, None),  # CSAT day opens an hour later
        ("2026-11-19 09:45", False, "2026-11-19 09:45"),
        ("2026-11-23 17:59", True, None),  # Sunday has no night
        ("2026-11-24 08:29", True, "2026-11-23 18:00"),
        ("2026-11-24 08:30", True, None),  # the night before is over
        ("2026-11-24 17:55", True, None),  # and tonight's is not open yet
        ("2026-11-23 18:00", True, "2026-11-23 18:00"),
        ("2026-11-24 05:59", True, "2026-11-23 18:00"),
        ("2026-11-21 03:00", True, "2026-11-20 18:00"),  # Friday's night is Saturday's morning
    ],
)
def test_when_the_session_that_is_shown_began(now, night, began):
    expected = datetime.fromisoformat(began) if began else None
    assert opened(datetime.fromisoformat(now), night=night) == expected


@pytest.mark.parametrize(
    ("now", "newest", "alive"),
    [
        ("2026-11-23 08:29", "2026-11-20", "2026-11-23"),
        ("2026-11-23 08:30", "2026-11-23", "2026-11-23"),
        ("2026-11-23 15:44", "2026-11-23", "2026-11-23"),
        ("2026-11-23 15:45", "2026-11-23", "2026-11-24"),
        ("2026-11-23 20:00", "2026-11-23", "2026-11-24"),
        ("2026-11-24 03:00", "2026-11-23", "2026-11-24"),
        ("2026-11-21 03:00", "2026-11-20", "2026-11-23"),  # Saturday, in Friday's night
        ("2026-11-22 12:00", "2026-11-20", "2026-11-23"),
        ("2026-11-19 09:29", "2026-11-18", "2026-11-19"),  # CSAT day opens an hour later
        ("2026-11-19 09:30", "2026-11-19", "2026-11-19"),
        ("2026-11-19 16:44", "2026-11-19", "2026-11-19"),
    ],
)
def test_which_day_has_begun_and_from_when_on_something_can_be_traded(now, newest, alive):
    moment = datetime.fromisoformat(now)
    assert newest_day(moment) == date.fromisoformat(newest)
    assert tradable_from(moment) == date.fromisoformat(alive)
