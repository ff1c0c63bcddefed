"""Round numbers and round times for axes. No Qt."""

import math

TIME_STEPS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
)  # fmt: skip
"""Distances of times on an axis, seconds."""

_HOUR_MINUTE = 60


def time_step(seconds: float, pixels: float, apart: float = 96.0) -> int:
    """Return the least round distance of times that are ``apart`` pixels from each other."""
    wanted = seconds * apart / max(pixels, 1.0)
    return next((step for step in TIME_STEPS if step >= wanted), TIME_STEPS[-1])


def value_step(values: float, pixels: float, least: float, apart: float = 34.0) -> float:
    """Return the least round distance, 1, 2 or 5 by powers of ten, not under ``least``."""
    wanted = max(values * apart / max(pixels, 1.0), least)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next((power * by for by in (1, 2, 5) if power * by >= wanted * 0.999), power * 10)


def multiples(step: float, low: float, high: float) -> list[float]:
    """Return the multiples of ``step`` from ``low`` to ``high``."""
    return [step * at for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def time_label(seconds: float, step: float) -> str:
    """Write a time of day as "HH:MM", with seconds if the axis has them."""
    whole = round(seconds) % 86_400
    text = f"{whole // 3600:02}:{whole // 60 % 60:02}"
    return text if step >= _HOUR_MINUTE else f"{text}:{whole % 60:02}"
