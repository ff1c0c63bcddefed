"""Trading days, expiries and hours of the KRX derivatives market, from an editable file.

The file names holidays up to a year; beyond it every weekday counts as a
trading day, so an expiry that far away may still move. A file of the user's
own lies over it. What is open at a moment is in `hours`.

A weekly label is "YYMMWn": the n-th Thursday or the n-th Monday of that month.
There is no Thursday "W2", which would be the monthly options' day. The
exchange's notice on the first weeklies says so of Thursdays (2019-09-19: 1909W4
is the fourth Thursday of September). Of Mondays listings tell: 2608W2 expired
on 2026-08-10, and 2607W1 was still listed on 2026-07-06. That a holiday moves
the expiry but leaves the label is an inference.

Source: resources/calendar/krx.toml; expiry rules: docs/spec/PROTOCOL.md section 4;
where the holidays come from: docs/decisions/0015-calendar.md.
"""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from kisopt_gui.assets import resource
from kisopt_gui.errors import KisOptError

FILE_NAME = "krx.toml"
_MOST_BYTES = 1 << 20
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_THURSDAY, _SATURDAY = 3, 5
_LONGEST_PUSH = 2 * _WEEK
"""No run of holidays is longer than this, so none pushes a Monday's expiry further."""

_BY_DAY = ("opening_auction", "open", "last_day_close", "closing_auction", "close")
_BY_EVENING = ("close", "night_opening_auction", "night_open")
_BY_MORNING = ("night_closing_auction", "night_close", "opening_auction")
_HOURS = tuple(dict.fromkeys((*_BY_DAY, *_BY_EVENING, *_BY_MORNING)))

_own: Path | None = None


class CalendarError(KisOptError):
    """The calendar that ships with the program cannot be read: the installation is damaged."""

    english = "the market calendar {path} cannot be read: {reason}"
    korean = "시장 달력 {path}을(를) 읽을 수 없습니다({reason})"


class OwnCalendarError(CalendarError):
    """The user's own calendar was edited into something that cannot be read."""

    english = "your market calendar {path} cannot be read ({reason}); the built-in one holds"
    korean = "고쳐 쓴 시장 달력 {path}을(를) 읽을 수 없어({reason}) 내장 달력을 씁니다"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar file says.

    Attributes:
        holidays: Weekdays without trading, and why.
        late_open: Days that open `late_by` later and close as ever, and why.
        late_all_day: Days on which all of the day, and the opening of the night, is
            `late_by` later, and why.
        late_by: By how much.
        no_night: Trading days after which no night session is held, and why.
        hours: Times of an ordinary day by name.
        problem: Why the user's own file is not part of it, None if it is or if there is none.
    """

    holidays: dict[date, str]
    late_open: dict[date, str]
    late_all_day: dict[date, str]
    late_by: timedelta
    no_night: dict[date, str]
    hours: dict[str, time]
    problem: CalendarError | None = None


def lay_over(path: Path) -> None:
    """Let a file of the user's own, if there is one, correct the calendar that ships with us.

    It is read when the calendar is first needed; what is wrong with it is then
    the calendar's ``problem``.
    """
    global _own
    _own = path
    calendar.cache_clear()


@cache
def calendar() -> Calendar:
    """Read the calendar, once.

    Raises:
        CalendarError: The file that ships with the program is damaged.
    """
    path = resource("calendar", FILE_NAME)
    try:
        told = _parsed(path.read_bytes())
        ours = _understood(told)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CalendarError(path=path, reason=_reason(error)) from error
    own = _own
    if own is None or not own.exists():
        return ours
    try:
        with own.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise ValueError("too large")
        return _understood(_laid_over(told, _parsed(text)))
    except OSError as error:
        problem = OwnCalendarError(path=own, reason=error.strerror or error)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        problem = OwnCalendarError(path=own, reason=_reason(error))
    return replace(ours, problem=problem)


def _parsed(text: bytes) -> dict[str, Any]:
    import tomllib  # not before the window's first paint

    return tomllib.loads(text.decode("utf-8-sig"))


def _reason(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def _understood(told: dict[str, Any]) -> Calendar:
    late = told["late"]
    hours = {name: time.fromisoformat(told["hours"][name]) for name in _HOURS}
    for names in (_BY_DAY, _BY_EVENING, _BY_MORNING):
        times = [hours[name] for name in names]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError(f"the hours are not in order: {', '.join(names)}")
    late_by = timedelta(hours=late["hours"])
    if not timedelta() <= late_by <= timedelta(hours=2):
        raise ValueError(f"late by {late['hours']} hours")
    return Calendar(
        holidays=_days_and_reasons(told["holidays"]),
        late_open=_days_and_reasons(late["open"]),
        late_all_day=_days_and_reasons(late["all_day"]),
        late_by=late_by,
        no_night=_days_and_reasons(told["no_night"]),
        hours=hours,
    )


def _laid_over(ours: dict[str, Any], own: dict[str, Any], *, days: bool = False) -> dict[str, Any]:
    """Return our tables with the entries of the user's; a heading that we do not have is a slip.

    Args:
        ours: Our table.
        own: The user's.
        days: Whether it is a table of days, which may have any.
    """
    merged = dict(ours)
    for name, value in own.items():
        mine = ours.get(name)
        if isinstance(mine, dict) != isinstance(value, dict) or (mine is None and not days):
            raise ValueError(f"{name!r} is not expected there")
        if isinstance(mine, dict):
            holds_days = name in ("holidays", "no_night", "open", "all_day")
            merged[name] = _laid_over(mine, value, days=holds_days)
        else:
            merged[name] = value
    return merged


def _days_and_reasons(table: dict[str, str | bool]) -> dict[date, str]:
    found = {}
    for text, why in table.items():
        day = date.fromisoformat(text)
        if why is False:
            continue
        if not isinstance(why, str):
            raise TypeError(f"the reason for {text} must be a text, or false")
        found[day] = why
    return found


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


def expires_on(day: date) -> bool:
    """Whether it is the last trading day of monthlies or weeklies."""
    return day == monthly_expiry(day.year, day.month) or any(
        expiries(day, 1)[0][1] == day for expiries in (thursday_expiries, monday_expiries)
    )


def _second_thursday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 7)


def _not_later(day: date) -> date:
    return day if is_trading_day(day) else previous_trading_day(day)


def _week_label(day: date) -> str:
    return f"{day:%y%m}W{(day.day - 1) // 7 + 1}"
