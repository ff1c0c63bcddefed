"""What the market does, in the user's language: a line for bars, more for a tool tip."""

from datetime import date, datetime, timedelta

from kisopt_gui.market.hours import Phase, Session
from kisopt_gui.ui.texts import Texts


def line(session: Session, moment: datetime, texts: Texts) -> str:
    """Say what is open until when, or what opens next.

    Args:
        session: What the market does.
        moment: Seoul's clock to which it belongs.
        texts: Texts in the user's language.
    """
    name = texts.pick(session.korean, session.english)
    if session.ends is not None and session.closes is not None:
        if session.silence_is_normal:
            return texts("session.auction", what=name, time=_time(session.ends))
        return texts("session.open", what=name, time=_time(session.closes))
    if session.opens is None:
        return name
    when = _when(session.opens.begins, moment, texts)
    return texts("session.closed", what=name, when=when, next=_opening(session.opens, texts))


def tip(session: Session, moment: datetime, texts: Texts) -> str:
    """Say also how long, what follows, to which day trades are booked, what silence means."""
    from kisopt_gui.market.calendar import calendar, expires_on

    lines = [line(session, moment, texts)]
    if session.ends is not None:
        left = session.ends - moment
        lines[0] += f" ({texts('session.left', left=str(left).split('.')[0])})"
    following = session.following
    if following is not None:
        lines.append(
            texts(
                "session.follows",
                what=following.named(texts.language),
                when=_when(following.begins, moment, texts),
            )
        )
    booked = session.business_date
    if booked is not None and booked != moment.date():
        lines.append(texts("session.booked", when=_date(booked, texts)))
    day_session = session.name in ("opening", "regular")
    if day_session and expires_on(moment.date()):
        told = calendar()
        late = told.late_by if moment.date() in told.late_all_day else timedelta()
        ends = datetime.combine(moment.date(), told.hours["last_day_close"]) + late
        lines.append(texts("session.expires", time=_time(ends)))
    lines.append(texts("session.silent" if session.silence_is_normal else "session.lively"))
    return "\n".join(lines)


def _opening(phase: Phase, texts: Texts) -> str:
    return texts("session.night" if phase.name == "night" else "session.regular")


def _when(then: datetime, now: datetime, texts: Texts) -> str:
    """A time of today or of the night that goes on; with its day if that is another one."""
    if then.date() == now.date():
        return _time(then)
    day = then.date()
    return texts(
        "session.day",
        month=day.month,
        day=day.day,
        weekday=_weekday(day, texts),
        time=_time(then),
    )


def _date(day: date, texts: Texts) -> str:
    return texts("session.date", month=day.month, day=day.day, weekday=_weekday(day, texts))


def _weekday(day: date, texts: Texts) -> str:
    return texts("session.weekdays").split()[day.weekday()]


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M}"
