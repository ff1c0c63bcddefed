"""Which contracts hold the slots: pins, then what is on the screen, then strikes around the money.

A wandering index must not cause a loop of subscribing and letting go: the
broker blocks who does that (docs/spec/PROTOCOL.md section 1). Three things
stand against it. The middle moves only when the index has left the middle
strike by more than half a step and a share of one. Who got a slot keeps it for
a while. And no more than so many contracts rotate in within a minute.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from kisopt_gui.wire.control import Key

DWELL_S = 60.0
"""Seconds for which a contract keeps a slot that it was given."""

SHARE = 0.25
"""How much of a strike step past the halfway point the index must go to move the middle."""

MOST_A_MINUTE = 20
"""Contracts that may rotate in within a minute; pins and what is on the screen are not counted."""

MINUTE_S = 60.0


class Reason(Enum):
    """Why a contract holds a slot, in the order in which slots are given."""

    PINNED = "pinned"
    ANCHOR = "anchor"
    VISIBLE = "visible"
    MONEY = "money"
    LISTED = "listed"
    DWELL = "dwell"


class Strike(NamedTuple):
    """A strike of the expiry that is followed.

    Attributes:
        price: Index points.
        keys: Its call and put, or one of them.
    """

    price: float
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the slots are wanted for.

    Attributes:
        limit: Slots that may be held, all streams together.
        pins: Pinned keys; they come first.
        anchors: What tells where the money is: index and near future.
        visible: Watched keys on the screen.
        listed: Every watched key; who is none of the others gets what is left.
        strikes: Strikes of the followed expiry, lowest first.
        money: Where the money is, index points; NaN if it is not known.
        each_side: Strikes to hold above and below the middle one.
    """

    limit: int
    pins: Sequence[Key] = ()
    anchors: Sequence[Key] = ()
    visible: Sequence[Key] = ()
    listed: Sequence[Key] = ()
    strikes: Sequence[Strike] = ()
    money: float = float("nan")
    each_side: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What would rotate if the index moved.

    Attributes:
        out: Keys that would lose their slots, in the order they hold them.
        into: Keys that would get one.
    """

    out: tuple[Key, ...]
    into: tuple[Key, ...]


@dataclass
class Rotation:
    """Plans the slots; it remembers who holds one since when, and where the middle is.

    Attributes:
        dwell: Seconds for which who got a slot keeps it, unless a pin needs it.
        share: See `SHARE`.
        most: See `MOST_A_MINUTE`.
        minute: Seconds of that minute; a test at accelerated time has shorter ones.
        middle: The middle strike, NaN before the money was known.
    """

    dwell: float = DWELL_S
    share: float = SHARE
    most: int = MOST_A_MINUTE
    minute: float = MINUTE_S
    middle: float = float("nan")
    _since: dict[Key, float] = field(default_factory=dict)
    _rotated: deque[float] = field(default_factory=deque)
    _filled: bool = False

    def plan(self, wishes: Wishes, now: float) -> dict[Key, Reason]:
        """Say who holds the slots now, the most important first, and why.

        Args:
            wishes: What the slots are wanted for.
            now: Monotonic seconds, never less than at the call before.
        """
        self.middle = _middle(wishes, self.middle, self.share)
        wanted = _wanted(wishes, self.middle, self._since)
        held = self._allot(wanted, wishes.limit, now)
        self._since = {key: self._since.get(key, now) for key in held}
        # The first fill is none of the index's doing.
        self._filled = self._filled or Reason.MONEY in held.values()
        order = list(Reason)
        return dict(sorted(held.items(), key=lambda each: order.index(each[1])))

    def anew(self) -> "Rotation":
        """Return one of the same manners that remembers nothing."""
        return Rotation(self.dwell, self.share, self.most, self.minute)

    def adopt(self, keys: Iterable[Key]) -> None:
        """Take over who holds a slot already; its time has passed."""
        for key in keys:
            self._since.setdefault(key, float("-inf"))

    def forget(self, keys: Iterable[Key]) -> None:
        """Take back that these hold a slot: nobody watches them any more."""
        for key in keys:
            self._since.pop(key, None)

    def what_if(self, wishes: Wishes, percent: float) -> Turn:
        """Say what would have rotated once the index has moved and all have had their time.

        Args:
            wishes: What the slots are wanted for now.
            percent: How far the index moves, percent of where it is.
        """
        moved = replace(wishes, money=wishes.money * (1 + percent / 100))
        middle = _middle(moved, self.middle, self.share)
        wanted = _wanted(moved, middle, self._since)
        then = list(wanted)[: max(0, wishes.limit)]
        return Turn(
            tuple(key for key in self._since if key not in then),
            tuple(key for key in then if key not in self._since),
        )

    def _allot(self, wanted: dict[Key, Reason], limit: int, now: float) -> dict[Key, Reason]:
        while self._rotated and now - self._rotated[0] >= self.minute:
            self._rotated.popleft()
        ours = (Reason.PINNED, Reason.ANCHOR)
        held = {key: why for key, why in list(wanted.items())[: max(0, limit)] if why in ours}
        entitled = dict(list(wanted.items())[: max(0, limit)])
        # Before anyone new: whose time is not over, then who would not have to go.
        young = {
            key: why
            for key, why in wanted.items()
            if now - self._since.get(key, float("-inf")) < self.dwell
        }
        staying = {key: why for key, why in entitled.items() if key in self._since}
        for key, why in (*young.items(), *staying.items()):
            if len(held) < limit:
                held.setdefault(key, why)
        cut = [key for key in held if key not in entitled]
        for key, why in wanted.items():
            if len(held) >= limit:
                break
            if key in held:
                continue
            if key not in self._since and why in (Reason.MONEY, Reason.LISTED) and self._filled:
                if len(self._rotated) >= self.most:
                    continue
                self._rotated.append(now)
            held[key] = why
        return {key: Reason.DWELL if key in cut else why for key, why in held.items()}


def _middle(wishes: Wishes, before: float, share: float) -> float:
    """The strike that the range is around; it stays until the money has clearly left it."""
    money, prices = wishes.money, [strike.price for strike in wishes.strikes]
    if not prices or not money > 0:
        return before
    nearest = min(prices, key=lambda price: abs(price - money))
    if before not in prices or nearest == before:
        return nearest
    at = bisect_left(prices, before)
    beside = prices[min(at + 1, len(prices) - 1)] if money > before else prices[max(at - 1, 0)]
    step = abs(beside - before)
    return nearest if abs(money - before) > step * (0.5 + share) else before


def _wanted(wishes: Wishes, middle: float, held: Iterable[Key]) -> dict[Key, Reason]:
    """Everyone who may hold a slot, in the order in which slots are given."""
    wanted: dict[Key, Reason] = {}
    holders = set(held)
    listed = sorted(wishes.listed, key=lambda key: key not in holders)  # nobody goes for an equal
    # Of the strikes, also those the money has left: they go when their slots are needed.
    left = [key for strike in wishes.strikes for key in strike.keys if key in holders]
    for keys, why in (
        (wishes.pins, Reason.PINNED),
        (wishes.anchors, Reason.ANCHOR),
        (wishes.visible, Reason.VISIBLE),
        (_around(wishes, middle), Reason.MONEY),
        (listed, Reason.LISTED),
        (left, Reason.LISTED),
    ):
        for key in keys:
            wanted.setdefault(key, why)
    return wanted


def _around(wishes: Wishes, middle: float) -> list[Key]:
    """Keys of the strikes around the middle, nearest first."""
    prices = [strike.price for strike in wishes.strikes]
    if middle not in prices:
        return []
    at = prices.index(middle)
    near = wishes.strikes[max(0, at - wishes.each_side) : at + wishes.each_side + 1]
    return [
        key
        for strike in sorted(near, key=lambda each: abs(each.price - middle))
        for key in strike.keys
    ]
