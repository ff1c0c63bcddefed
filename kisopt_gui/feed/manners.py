"""How often a broker may be asked: policy as a value.

The broker blocks an address or app key for a time when it connects and closes
in a loop or subscribes and unsubscribes without end (notices of 2026-01-15 and
2026-02-24, docs/spec/PROTOCOL.md section 1). It publishes no numbers, so ours
stay within what public clients are known to do all day.
"""

from dataclasses import dataclass

from kisopt_gui.feed.allowance import Allowance
from kisopt_gui.feed.source import BROKER_PACE, LOOPBACK_PACE, Source


@dataclass(frozen=True, slots=True)
class Manners:
    """How often a broker is asked at most.

    Attributes:
        gap: Seconds between two requests.
        settle: Seconds for which wishes must be left alone before they are sent; wishes
            that never rest are sent after four times as long.
        changes: Registrations and releases together.
        connects: Attempts to connect, also those that reach nobody.
    """

    gap: float
    settle: float
    changes: Allowance
    connects: Allowance


BROKER = Manners(
    gap=BROKER_PACE,
    settle=0.25,
    # 120 in the worst minute, then one a second for ever. The broker's own samples ask every
    # 0.5 s at their slowest, which is 120 a minute; 60 at once are all 41 slots and half again.
    changes=Allowance(at_once=60, every=1.0),
    # 7 in the worst minute, 66 in the worst hour. Public clients are known to come back every
    # 5 s for ever (python-kis), 12 a minute, or after up to 60 s (messiah, GEXLAB), 60 an hour.
    connects=Allowance(at_once=6, every=60.0),
)
"""For the real one."""

LOOPBACK = Manners(
    gap=LOOPBACK_PACE,
    settle=0.0,
    changes=Allowance(at_once=2000, every=0.005),
    connects=Allowance(at_once=100, every=0.1),
)
"""For one on this machine, which blocks nobody that asks like this."""


def manners_of(source: Source) -> Manners:
    """How a source wants to be asked."""
    return LOOPBACK if source.is_loopback else BROKER
