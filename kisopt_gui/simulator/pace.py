"""How many records each slice of a second brings: lively on the small scale, exact on the large."""

from typing import NamedTuple

from kisopt_gui.simulator.dice import Draw

SLICES = 100
"""Slices a second of wall time."""

_CALM = 0.35
_ECHO = 0.72


class Due(NamedTuple):
    """What a slice brings.

    Attributes:
        records: Records of this slice.
        rest: Records left for the rest of the second.
    """

    records: int
    rest: int


class Pace:
    """Spreads ``rate`` records over every second, in bursts that echo for some slices.

    After n whole seconds exactly ``int(n * rate)`` records have been due.
    """

    def __init__(self, rate: float, draw: Draw) -> None:
        self.rate = rate
        self._draw = draw
        self._seconds = 0
        self._due: list[Due] = []

    def next(self) -> Due:
        """Return what the next slice brings."""
        if not self._due:
            self._due = self._second()
        return self._due.pop()

    def _second(self) -> list[Due]:
        """Return the slices of the next second, last one first."""
        quota = int(self.rate * (self._seconds + 1)) - int(self.rate * self._seconds)
        self._seconds += 1
        draw = self._draw
        total, burst, ends = 0.0, 0.0, []
        for _ in range(SLICES):
            dice = draw()
            burst = burst * _ECHO + (4.0 * draw() if dice < 0.06 else 0.0)
            total += _CALM + burst
            ends.append(total)
        due, before = [], 0
        for end in ends:
            so_far = int(quota * (end / total))  # at the end exactly all: x / x is 1
            due.append(Due(so_far - before, quota - so_far))
            before = so_far
        due.reverse()
        return due
