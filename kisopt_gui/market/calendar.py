"""Trading days, expiries and sessions of the KRX derivatives market, from an editable file.

The file names holidays up to a year; beyond it every weekday counts as a
trading day, so an expiry that far away may still move.

A weekly label is "YYMMWn": the n-th Thursday or the n-th Monday of that month.
There is no Thursday "W2", which would be the monthly options' day. The
exchange's notice on the first weeklies says so of Thursdays (2019-09-19: 1909W4
is the fourth Thursday of September). Of Mondays listings tell: 2608W2 expired
on 2026-08-10, and 2607W1 was still listed on 2026-07-06. That a holiday moves
the expiry but leaves the label is an inference.

Source: resources/calendar/krx.toml; expiry rules: docs/spec/PROTOCOL.md section 4.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from kisopt_gui.assets import resource
from kisopt_gui.errors import KisOptError

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_THURSDAY, _SATURDAY = 3, 5
_LONGEST_PUSH = 2 * _WEEK
"""No run of holidays is longer than this, so none pushes a Monday's expiry further."""


class CalendarError(KisOptError):
    """The calendar file was edited into something that cannot be read."""

    english = "the market calendar {path} cannot be read: {reason}"
    korean = "시장 달력 {path}을(를) 읽을 수 없습니다({reason})"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar file says.

    Attributes:
        holidays: Weekdays without trading, and why.
        late_open: Days that open `late_by` later and close as ever.
        late_all_day: Days on which all of the day, and the opening of the night, is
            `late_by` later.
        late_by: By how much.
        no_night: Trading days after which no night session is held, and why.
        hours: Times of an ordinary day by name.
    """

    holidays: dict[date, str]
    late_open: frozenset[date]
    late_all_day: frozenset[date]
    late_by: timedelta
    no_night: dict[date, str]
    hours: dict[str, time]


@dataclass(frozen=True, slots=True)
class Session:
    """What the market does at a moment.

    Attributes:
        name: "closed", "opening", "regular", "closing" or "night".
        korean: The same for the user.
        english: The same in English.
        ends: When that ends, None while it is closed.
    """

    name: str
    korean: str
    english: str
    ends: datetime | None


_NAMES = {
    "closed": ("장 마감", "Closed"),
    "opening": ("시가 단일가", "Opening auction"),
    "regular": ("정규장", "Regular"),
    "closing": ("종가 단일가", "Closing auction"),
    "night": ("야간장", "Night"),
}


_HOURS = (
    "opening_auction",
    "open",
    "closing_auction",
    "close",
    "last_day_close",
    "night_open",
    "night_close",
)


@cache
def calendar() -> Calendar:
    """Read the calendar file, once.

    Raises:
        CalendarError: Somebody edited it and made a mistake.
    """
    path = resource("calendar", "krx.toml")
    try:
        return _read(path.read_text("utf-8"))
    except KeyError as error:
        raise CalendarError(path=path, reason=f"{error.args[0]!r} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise CalendarError(path=path, reason=error) from error


def _read(text: str) -> Calendar:
    import tomllib  # not before the window's first paint

    told = tomllib.loads(text)
    late = told["late"]
    return Calendar(
        holidays=_days_and_reasons(told["holidays"]),
        late_open=frozenset(date.fromisoformat(day) for day in late["open"]),
        late_all_day=frozenset(date.fromisoformat(day) for day in late["all_day"]),
        late_by=timedelta(hours=late["hours"]),
        no_night=_days_and_reasons(told["no_night"]),
        hours={name: time.fromisoformat(told["hours"][name]) for name in _HOURS},
    )


def _days_and_reasons(table: dict[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): why for day, why in table.items()}


def is_trading_day(day: date) -> bool:
    """Whether the day session is held."""
    return day.weekday() < _SATURDAY and day not in calendar().holidays


def next_trading_day(day: date) -> date:
    """The first trading day after ``day``."""
    day += _DAY
    while not is_trading_day(day):
        day += _DAY
    return day


def previous_trading_day(day: date) -> date:
    """The last trading day before ``day``."""
    day -= _DAY
    while not is_trading_day(day):
        day -= _DAY
    return day


def monthly_expiry(year: int, month: int) -> date:
    """Last trading day of the monthlies: the second Thursday, a holiday brings it forward."""
    return _not_later(_second_thursday(year, month))


def thursday_expiries(start: date, count: int) -> list[tuple[str, date]]:
    """The next Thursday weeklies: every Thursday but the second, a holiday brings it forward.

    Args:
        start: The first day that may be an expiry.
        count: How many.

    Returns:
        Label and last trading day, ascending.
    """
    found: list[tuple[str, date]] = []
    # A holiday brings an expiry forward, so none comes from a Thursday before the start.
    day = start + timedelta(days=(_THURSDAY - start.weekday()) % 7)
    while len(found) < count:
        last = _not_later(day)
        if day != _second_thursday(day.year, day.month) and last >= start:
            found.append((_week_label(day), last))
        day += _WEEK
    return found


def monday_expiries(start: date, count: int) -> list[tuple[str, date]]:
    """The next Monday weeklies: every Monday, a holiday pushes it back to the next trading day.

    Args:
        start: The first day that may be an expiry.
        count: How many.

    Returns:
        Label and last trading day, ascending.
    """
    found: list[tuple[str, date]] = []
    day = start - timedelta(days=start.weekday()) - _LONGEST_PUSH
    while len(found) < count:
        last = day if is_trading_day(day) else next_trading_day(day)
        if last >= start:
            found.append((_week_label(day), last))
        day += _WEEK
    return found


def session_at(now: datetime, *, last_day: bool = False) -> Session:
    """What the market does at a moment in Seoul.

    Args:
        now: Seoul's clock, without a zone.
        last_day: Whether the question is about a contract on its last trading day.
    """
    for name, begins, ends in _sessions(now.date(), last_day=last_day):
        if begins <= now < ends:
            return Session(name, *_NAMES[name], ends)
    return Session("closed", *_NAMES["closed"], None)


def _sessions(today: date, *, last_day: bool) -> list[tuple[str, datetime, datetime]]:
    """Name, begin and end of what is held on a day, from the night that began the day before."""
    told = calendar()
    late_all_day = told.late_by if today in told.late_all_day else timedelta()
    late_open = told.late_by if today in told.late_open else late_all_day

    def at(name: str, late: timedelta) -> datetime:
        return datetime.combine(today, told.hours[name]) + late

    found = []
    night_close = at("night_close", timedelta())
    if _has_night(today - _DAY):
        found.append(("night", datetime.combine(today, time.min), night_close))
    if not is_trading_day(today):
        return found
    opens = at("open", late_open)
    found.append(("opening", at("opening_auction", late_open), opens))
    if last_day:
        # The final price is the index itself, so there is no closing auction and no night.
        found.append(("regular", opens, at("last_day_close", late_all_day)))
        return found
    auction = at("closing_auction", late_all_day)
    found.append(("regular", opens, auction))
    found.append(("closing", auction, at("close", late_all_day)))
    if _has_night(today):
        found.append(("night", at("night_open", late_all_day), night_close + _DAY))
    return found


def _has_night(day: date) -> bool:
    return is_trading_day(day) and day not in calendar().no_night


def _second_thursday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 7)


def _not_later(day: date) -> date:
    return day if is_trading_day(day) else previous_trading_day(day)


def _week_label(day: date) -> str:
    return f"{day:%y%m}W{(day.day - 1) // 7 + 1}"
