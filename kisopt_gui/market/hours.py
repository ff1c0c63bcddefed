"""What is open at a moment, until when, whether silence is normal then, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from kisopt_gui.market.calendar import calendar, is_trading_day, next_trading_day

SEOUL = timezone(timedelta(hours=9), "KST")
"""Korea has had no summer time since 1988."""

_DAY = timedelta(days=1)

_NAMES = {
    "closed": ("장 마감", "Closed"),
    "opening": ("시가 단일가", "Opening auction"),
    "regular": ("정규장", "Regular"),
    "closing": ("종가 단일가", "Closing auction"),
    "night_opening": ("야간 시가 단일가", "Night opening auction"),
    "night": ("야간장", "Night"),
    "night_closing": ("야간 종가 단일가", "Night closing auction"),
}
_CONTINUOUS = ("regular", "night")


class Phase(NamedTuple):
    """A part of a trading day in which one rule of trading holds.

    Attributes:
        name: A name of `Session` other than "closed".
        begins: When it begins, Seoul.
        ends: When it ends.
        closes: When the day or night session that it is part of ends.
        business_date: The day to which its trades are booked: a night's are cleared
            with the next trading day's, so Friday's night is Monday's.
    """

    name: str
    begins: datetime
    ends: datetime
    closes: datetime
    business_date: date

    def named(self, language: str) -> str:
        """What it is called in a language, "ko" or "en"."""
        korean, english = _NAMES[self.name]
        return korean if language == "ko" else english


@dataclass(frozen=True, slots=True)
class Session:
    """What the market does at a moment; every time is Seoul's, without a zone.

    Attributes:
        name: "closed"; "opening", "regular", "closing" by day; "night_opening", "night",
            "night_closing".
        korean: The same for the user.
        english: The same in English.
        ends: When that ends, None while it is closed.
        closes: When the day or night session ends, its closing auction included; None
            while it is closed.
        business_date: The day to which trades are booked, None while it is closed.
        following: What comes next, None if nothing does.
        opens: The next phase with continuous trading, None if none follows.
    """

    name: str
    korean: str
    english: str
    ends: datetime | None
    closes: datetime | None
    business_date: date | None
    following: Phase | None
    opens: Phase | None

    @property
    def silence_is_normal(self) -> bool:
        """Whether nothing need be traded: closed, or orders are collected for one price."""
        return self.name not in _CONTINUOUS


def seoul(wall: float) -> datetime:
    """Seoul's clock, without a zone.

    Args:
        wall: Seconds since the epoch.
    """
    return datetime.fromtimestamp(wall, SEOUL).replace(tzinfo=None)


def session_at(moment: datetime, *, last_day: bool = False) -> Session:
    """What the market does at a moment in Seoul.

    Args:
        moment: Seoul's clock, without a zone.
        last_day: Whether the question is about a contract on its last trading day.
    """
    today = moment.date()
    phases = [*_phases(today - _DAY), *_phases(today, last_day=last_day)]
    if not last_day:
        phases += _phases(next_trading_day(today))
    now = next((each for each in phases if each.begins <= moment < each.ends), None)
    later = [each for each in phases if each.begins > moment]
    name = now.name if now is not None else "closed"
    korean, english = _NAMES[name]
    return Session(
        name=name,
        korean=korean,
        english=english,
        ends=now.ends if now is not None else None,
        closes=now.closes if now is not None else None,
        business_date=now.business_date if now is not None else None,
        following=later[0] if later else None,
        opens=next((each for each in later if each.name in _CONTINUOUS), None),
    )


def opened(moment: datetime, *, night: bool) -> datetime | None:
    """When continuous trading began of the day's session, or of the night's, that is newest.

    None if that is further back than one that could still be shown as of now: a day's session
    is of its own date, a night's is over with the next day's opening auction.

    Args:
        moment: Seoul's clock, without a zone.
        night: Whether the night's session is meant.
    """
    name = "night" if night else "regular"
    phases = _phases(moment.date())
    if night and not any(each.begins <= moment for each in phases):
        phases = _phases(moment.date() - _DAY)
    begun = [each.begins for each in phases if each.name == name and each.begins <= moment]
    return begun[-1] if begun else None


def newest_day(moment: datetime) -> date:
    """The newest trading day that has begun: its opening auction is past, whatever came after.

    Args:
        moment: Seoul's clock, without a zone.
    """
    day = moment.date()
    phases = _phases(day)
    if phases and phases[0].begins <= moment:
        return day
    while not is_trading_day(day := day - _DAY):
        pass
    return day


def tradable_from(moment: datetime) -> date:
    """The first day on which something can still be traded; what expires before it is over.

    Until the close of a trading day that is this day, from then on the next one: a contract on its
    last trading day has no night.

    Args:
        moment: Seoul's clock, without a zone.
    """
    day = moment.date()
    closes = [each.closes for each in _phases(day) if each.name == "closing"]
    if closes and moment < closes[0]:
        return day
    return next_trading_day(day)


def _phases(day: date, *, last_day: bool = False) -> list[Phase]:
    """What begins on a day, in order; nothing if it is no trading day."""
    if not is_trading_day(day):
        return []
    told = calendar()
    late_all_day = told.late_by if day in told.late_all_day else timedelta()
    late_open = told.late_by if day in told.late_open else late_all_day

    def at(name: str, late: timedelta = late_all_day) -> datetime:
        return datetime.combine(day, told.hours[name]) + late

    opens = at("open", late_open)
    if last_day:
        # The final price is the index itself, so there is no closing auction and no night.
        ends = at("last_day_close")
        return [
            Phase("opening", at("opening_auction", late_open), opens, ends, day),
            Phase("regular", opens, ends, ends, day),
        ]
    ends, close = at("closing_auction"), at("close")
    found = [
        Phase("opening", at("opening_auction", late_open), opens, close, day),
        Phase("regular", opens, ends, close, day),
        Phase("closing", ends, close, close, day),
    ]
    if day not in told.no_night:
        booked = next_trading_day(day)
        begins = at("night_open")
        # A night that opens late ends as ever.
        ends, close = (
            at(name, timedelta()) + _DAY for name in ("night_closing_auction", "night_close")
        )
        found += [
            Phase("night_opening", at("night_opening_auction"), begins, close, booked),
            Phase("night", begins, ends, close, booked),
            Phase("night_closing", ends, close, close, booked),
        ]
    return found
