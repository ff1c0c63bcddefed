"""Checks on what arrived: is a trade missing, repeated, out of order?

Every record says how many contracts have traded today (ACML_VOL) and how many
in this trade (LAST_CNQN): it tells of the stretch of the count between the two.
Stretches that no record tells of are trades that were lost.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

_DAY_S = 86_400.0
_LATE_S = 60.0
_MOST_HOLES = 256


class Told(NamedTuple):
    """What a record says of the count.

    Attributes:
        time: Its time, HHMMSS as a number.
        quantity: Contracts of this trade.
        volume: Contracts of the day with this trade.
    """

    time: float
    quantity: float
    volume: float

    @property
    def seconds(self) -> float:
        """Seconds since midnight, NaN if the time is not known."""
        minutes, seconds = divmod(self.time, 100)
        hours, minutes = divmod(minutes, 100)
        return hours * 3600 + minutes * 60 + seconds


@dataclass(slots=True)
class Ledger:
    """What the cumulative volume of one contract proves, from its first record on.

    Attributes:
        lost: Contracts traded that no record told of.
        gaps: Stretches of the count that are missing.
        repeated: Records that told nothing new.
        restarts: Times the count began again: a new trading day.
        disordered: Records that came late and filled a gap, or whose counts
            contradict the ones before.
    """

    lost: int = 0
    gaps: int = 0
    repeated: int = 0
    restarts: int = 0
    disordered: int = 0
    _top: Told | None = field(default=None, repr=False)
    _newest: float = field(default=0.0, repr=False)
    _holes: list[tuple[float, float]] = field(default_factory=list, repr=False)

    def judge(self, before: Told, told: Told) -> None:
        """Count what a record says that does not follow from the one before it.

        Records that follow from the one before them need no judging: they are
        a run, which is taken in when it ends or when `settle` is called.

        Args:
            before: The record of the contract before this one; its quantity is not looked at.
            told: This record.
        """
        self.settle(before)
        if self._top is None:
            self._top = before
        top = self._top
        start = told.volume - told.quantity
        if told.volume > top.volume:
            if start > top.volume:
                self.lost += round(start - top.volume)
                self.gaps += 1
                self._holes = [*self._holes[1 - _MOST_HOLES :], (top.volume, start)]
            elif start < top.volume:
                self._fill(start, top.volume)
                self.disordered += 1
            self._top = told
        elif told.volume < top.volume and (top.seconds - told.seconds) % _DAY_S > _LATE_S:
            # Neither a repeated nor a late record: those are seconds old.
            self.restarts += 1
            self._holes = []
            self._top = told
        elif self._fill(start, told.volume):
            self.disordered += 1
        else:
            self.repeated += 1
        self._newest = told.volume

    def settle(self, newest: Told) -> None:
        """Take in the run of records that ends with ``newest``.

        Late records may have come in a run: until then their gap stays counted.
        """
        if self._top is not None and newest.volume >= self._newest:
            self._fill(self._newest, newest.volume)
            self._newest = newest.volume
            if newest.volume > self._top.volume:
                self._top = newest

    def _fill(self, start: float, end: float) -> float:
        """Take a stretch out of the gaps; return how many contracts of it were missing."""
        if not self._holes or self._holes[-1][1] <= start:  # they rise
            return 0.0
        filled = 0.0
        holes = []
        for low, high in self._holes:
            first, last = max(low, start), min(high, end)
            if first < last:
                filled += last - first
                holes += [part for part in ((low, first), (last, high)) if part[0] < part[1]]
            else:
                holes.append((low, high))
        self.gaps += len(holes) - len(self._holes)
        self.lost -= round(filled)
        self._holes = holes
        return filled
