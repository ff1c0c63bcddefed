"""Numbers, times and ages as a Korean trader reads them. Missing is "-", never 0."""

import math

from kisopt_gui.wire.schema import Field, Kind

MINUS = "\N{MINUS SIGN}"
MISSING = "-"
FRESH_S = 60.0
"""After so many seconds without a record a number is drawn as old, everywhere in the window."""

MARKS = {"1": "↑", "2": "▲", "3": "", "4": "↓", "5": "▼"}
"""What stands before a change, by the broker's sign code."""


def number(value: float, decimals: int) -> str:
    """Write a number with thousands commas and a true minus sign; "-" for NaN.

    What rounds to zero has no sign.
    """
    if math.isnan(value):
        return MISSING
    text = f"{value:z,.{decimals}f}"
    return MINUS + text[1:] if text[0] == "-" else text


def as_sent(text: str, value: float, field: Field) -> str:
    """Write a field's number with the decimals it was sent with, at least the field's own.

    Args:
        text: The field as sent.
        value: What it was read as; NaN is missing.
        field: Its schema.
    """
    _, point, fraction = text.strip().partition(".")
    decimals = max(field.decimals, len(fraction) if point and "e" not in fraction.lower() else 0)
    return number(value, decimals)


def clock(text: str) -> str:
    """Write "HHMMSS" as "HH:MM:SS"; "-" if it is no time."""
    if len(text) != 6 or not text.isascii() or not text.isdigit():
        return MISSING
    return f"{text[:2]}:{text[2:4]}:{text[4:]}"


def seconds(value: float) -> str:
    """Write seconds since midnight in Seoul as "HH:MM:SS"; past 24 h it is the next day."""
    if math.isnan(value):
        return MISSING
    whole = int(value) % 86_400
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def marked(change: float, sign: str, decimals: int) -> str:
    """Write a change against the previous close: its mark, then the number without sign."""
    if math.isnan(change):
        return MISSING
    return f"{MARKS.get(sign, '')}{abs(change):,.{decimals}f}"


def direction(sign: str) -> int:
    """Return 1 for up, -1 for down, 0 for flat or unknown, from the broker's sign code."""
    return {"1": 1, "2": 1, "4": -1, "5": -1}.get(sign, 0)


def trend(value: float, kind: Kind) -> int:
    """Return the sign of a number that is a change; 0 for other kinds and for NaN."""
    if kind not in (Kind.CHANGE, Kind.PERCENT, Kind.QUANTITY_CHANGE) or value == 0:
        return 0
    return 1 if value > 0 else -1 if value < 0 else 0


def age(value: float, language: str) -> str:
    """Write an age in seconds shortly: "0.7초", "42초", "7분", "2시간"; "-" for NaN.

    An age counts what is complete, as that of a person does.
    """
    if math.isnan(value):
        return MISSING
    units = ("초", "분", "시간") if language == "ko" else ("s", "m", "h")
    value = max(0.0, value)
    if value < 10:
        return f"{int(value * 10) / 10:.1f}{units[0]}"
    if value < 60:
        return f"{int(value)}{units[0]}"
    if value < 3600:
        return f"{int(value // 60)}{units[1]}"
    return f"{int(value // 3600)}{units[2]}"
