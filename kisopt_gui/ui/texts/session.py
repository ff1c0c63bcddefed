"""Texts about what the market does: open until when, closed until when, silent by rule."""

TABLE: dict[str, tuple[str, str]] = {
    "session.name": ("장 운영", "Market hours"),
    "session.open": ("{what} · {time}까지", "{what} · until {time}"),
    "session.auction": (
        "{what} · {time}까지 · 체결 없음이 정상",
        "{what} · until {time} · no trades is normal",
    ),
    "session.closed": ("{what} · {when} {next} 개장", "{what} · {next} opens {when}"),
    "session.regular": ("정규장", "regular session"),
    "session.night": ("야간", "night session"),
    "session.day": ("{month}/{day} ({weekday}) {time}", "{weekday} {month}/{day} {time}"),
    "session.weekdays": ("월 화 수 목 금 토 일", "Mon Tue Wed Thu Fri Sat Sun"),
    "session.left": ("{left} 남음", "{left} left"),
    "session.follows": ("다음: {what} {when}", "Next: {what} {when}"),
    "session.booked": ("결제 거래일 {when}", "Booked to {when}"),
    "session.date": ("{month}/{day} ({weekday})", "{weekday} {month}/{day}"),
    "session.expires": (
        "오늘 만기인 종목은 {time}까지",
        "Contracts that expire today trade until {time}",
    ),
    "session.silent": (
        "지금은 체결이 오지 않는 것이 정상입니다.",
        "No trades are expected now: silence is normal.",
    ),
    "session.lively": (
        "지금은 체결이 와야 합니다. 오래 조용하면 연결을 의심하세요.",
        "Trades are expected now: long silence points to the connection.",
    ),
    "session.quiet": (
        "{session}. 지금은 아무것도 오지 않아도 정상이며, 화면의 값은 마지막 체결입니다.",
        "{session}. Hearing nothing is normal now; the numbers are those of the last trades.",
    ),
}
