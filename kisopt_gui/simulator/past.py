"""What one session of the simulated exchange leaves to the next."""

from collections.abc import Mapping
from typing import NamedTuple

from kisopt_gui.simulator.underlying import Conditions


class Close(NamedTuple):
    """Where a contract stood at the close of the day's session.

    Attributes:
        price: The previous close of what comes next, cents.
        volume: Contracts of that day, 0 if nobody knows.
        interest: Open interest, contracts.
    """

    price: int
    volume: int
    interest: int


class Past(NamedTuple):
    """The sessions before.

    Attributes:
        closed: The conditions at the close of the day's session.
        reached: Those where the newest session has left the world: the night's, if there was one.
        contracts: Whoever was looked at, by code; what nobody saw is worth what `closed` says.
    """

    closed: Conditions
    reached: Conditions
    contracts: Mapping[str, Close]
