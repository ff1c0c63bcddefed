"""Trading days, expiries and sessions of the KRX derivatives market, from an editable file.

Source: resources/calendar/krx.toml; expiry rules: docs/spec/PROTOCOL.md section 4.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from kisopt_gui.assets import resource

_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY = 0, 3, 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar file says.

    Attributes:
        holidays: Weekdays without trading, and why.
        late: Days that begin `late_by` later.
        late_by: By how much.
        hours: Times of an ordinary day by name.
    """

    holidays: dict[date, str]
    late: frozenset[date]
    late_by: timedelta
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


@cache
def calendar() -> Calendar:
    """Read the calendar file, once."""
    import tomllib

    told = tomllib.loads(resource("calendar", "krx.toml").read_text("utf-8"))
    return Calendar(
        holidays={date.fromisoformat(day): why for day, why in told["holidays"].items()},
        late=frozenset(date.fromisoformat(day) for day in told["late"]["days"]),
        late_by=timedelta(hours=told["late"]["hours"]),
        hours={name: time.fromisoformat(at) for name, at in told["hours"].items()},
    )


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
        Label and last trading day, ascending. That the number in a label counts
        the Thursdays of the month is inferred from listed ones.
    """
    found: list[tuple[str, date]] = []
    # A holiday can bring an expiry forward by some days: begin with the Thursday of the week.
    day = start - timedelta(days=(start.weekday() - _THURSDAY) % 7)
    while len(found) < count:
        last = _not_later(day)
        if day != _second_thursday(day.year, day.month) and last >= start:
            found.append((_week_label(day), last))
        day += 7 * _DAY
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
    day = start - timedelta(days=start.weekday())
    while len(found) < count:
        last = day if is_trading_day(day) else next_trading_day(day)
        if last >= start:
            found.append((_week_label(day), last))
        day += 7 * _DAY
    return found


def session_at(now: datetime, *, last_day: bool = False) -> Session:
    """What the market does at a moment in Seoul.

    Args:
        now: Seoul's clock, without a zone.
        last_day: Whether the question is about a contract on its last trading day.
    """
    hours, today = calendar().hours, now.date()
    if is_trading_day(today):
        late = calendar().late_by if today in calendar().late else timedelta(0)
        close = "last_day_close" if last_day else "close"
        auction = close if last_day else "closing_auction"
        for begins, ends, name in (
            ("opening_auction", "open", "opening"),
            ("open", auction, "regular"),
            ("closing_auction", close, "closing"),
        ):
            first = datetime.combine(today, hours[begins])
            last = datetime.combine(today, hours[ends])
            if name != "closing":
                first += late
            if name == "opening":
                last += late
            if first <= now < last:
                return Session(name, *_NAMES[name], last)
    night = datetime.combine(today, hours["night_close"])
    if now < night and is_trading_day(today - _DAY):
        return Session("night", *_NAMES["night"], night)
    if now.time() >= hours["night_open"] and is_trading_day(today):
        return Session("night", *_NAMES["night"], night + _DAY)
    return Session("closed", *_NAMES["closed"], None)


def _second_thursday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 7)


def _not_later(day: date) -> date:
    return day if is_trading_day(day) else previous_trading_day(day)


def _week_label(day: date) -> str:
    return f"{day:%y%m}W{(day.day - 1) // 7 + 1}"
