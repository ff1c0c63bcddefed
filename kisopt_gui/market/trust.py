"""Checks on what arrived: is a trade missing, repeated, out of order?

Every record says how many contracts have traded today (ACML_VOL) and how many
in this trade (LAST_CNQN). The difference must be what the record before said.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Ledger:
    """What the cumulative volume of one contract proves.

    Attributes:
        lost: Contracts traded that no record told of.
        gaps: How many times records were missing.
        repeated: Records that came twice.
        restarts: Times the count began again: a new trading day.
        disordered: Records whose counts contradict the one before.
    """

    lost: int = 0
    gaps: int = 0
    repeated: int = 0
    restarts: int = 0
    disordered: int = 0

    def judge(self, before: float, quantity: float, volume: float) -> None:
        """Count what a record says that does not follow from the one before it.

        Args:
            before: Cumulative volume of the record before, contracts.
            quantity: Contracts of this trade.
            volume: Cumulative volume with this trade.
        """
        missing = volume - quantity - before
        if missing > 0:
            self.lost += round(missing)
            self.gaps += 1
        elif volume == before:
            self.repeated += 1
        elif volume < before:
            self.restarts += 1
        elif missing < 0:
            self.disordered += 1
