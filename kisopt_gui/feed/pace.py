"""How fast the broker's HTTP service may be asked: limits and turns as values, one queue a key.

Limits: docs/spec/PROTOCOL.md section 3, by notice of the broker. A request that
is refused for haste counts too, so the pace stays a tenth below what is allowed.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from time import monotonic

_MARGIN = 0.9


class Kind(Enum):
    """What is asked for; some things have a limit of their own."""

    QUOTATION = "quotation"
    BOARD = "board"
    TOKEN = "token"


class Rank(IntEnum):
    """Who goes first; among equals who came first."""

    KEY = 0
    SCREEN = 1
    WATCHED = 2
    CHART = 3
    REST = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What the broker allows an app key.

    Attributes:
        requests: Requests a second.
        boards: Boards of calls and puts a second, a slow request.
        tokens: Access tokens a second.
    """

    requests: float
    boards: float = 1.0
    tokens: float = 1.0 / 60.0


REAL = Limits(18.0)
FIRST_DAYS = Limits(3.0)
"""A customer's first three days."""

PAPER = Limits(1.0)


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at a rate, and how many can be saved up.

    Attributes:
        rate: Tokens a second.
        size: The most that can be saved up, 1 or more; the bucket begins full.
    """

    rate: float
    size: float = 1.0
    _held: float = field(init=False)
    _at: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._held = self.size

    def due(self, now: float) -> float:
        """Seconds until a token can be taken, 0 if one can be now."""
        return max(0.0, (1.0 - self._level(now)) / self.rate)

    def take(self, now: float) -> None:
        """Take a token; `due` says whether there is one."""
        self._held = self._level(now) - 1.0
        self._at = now

    def _level(self, now: float) -> float:
        if self._at is None:
            return self._held
        return min(self.size, self._held + self.rate * max(0.0, now - self._at))


@dataclass(order=True, slots=True)
class Turn:
    """A request that waits for its turn."""

    rank: Rank
    number: int
    kind: Kind = field(compare=False)


class Pace:
    """Whose turn it is. A value: it has no clock and waits for nobody.

    Args:
        limits: What the broker allows.
    """

    def __init__(self, limits: Limits = REAL) -> None:
        requests = Bucket(_MARGIN * limits.requests)
        self._buckets = {
            Kind.QUOTATION: (requests,),
            Kind.BOARD: (requests, Bucket(_MARGIN * limits.boards)),
            Kind.TOKEN: (Bucket(_MARGIN * limits.tokens),),
        }
        self._waiting: list[Turn] = []
        self._entered = 0
        self._held_until = float("-inf")

    def enter(self, kind: Kind, rank: Rank) -> Turn:
        """Stand in the queue."""
        self._entered += 1
        turn = Turn(rank, self._entered, kind)
        heapq.heappush(self._waiting, turn)
        return turn

    def leave(self, turn: Turn) -> None:
        """Leave the queue without having had a turn."""
        if turn in self._waiting:
            self._waiting.remove(turn)
            heapq.heapify(self._waiting)

    def hold(self, until: float) -> None:
        """Let nobody ask before a time: the broker said that it was too fast."""
        self._held_until = max(self._held_until, until)

    def slow_down(self, limits: Limits) -> None:
        """Ask no faster than this from now on: the broker allows less than was thought."""
        for bucket in self._buckets[Kind.QUOTATION]:
            bucket.rate = min(bucket.rate, _MARGIN * limits.requests)

    def next(self, now: float) -> Turn | None:
        """Take who may ask now out of the queue; None if nobody may.

        Who waits for a limit of its own lets others pass.
        """
        for turn in sorted(self._waiting):
            if self._due(turn.kind, now) <= 0.0:
                for bucket in self._buckets[turn.kind]:
                    bucket.take(now)
                self.leave(turn)
                return turn
        return None

    def due(self, now: float) -> float | None:
        """Seconds until somebody may ask, None if nobody waits."""
        return min((self._due(turn.kind, now) for turn in self._waiting), default=None)

    def _due(self, kind: Kind, now: float) -> float:
        waits = [bucket.due(now) for bucket in self._buckets[kind]]
        return max(self._held_until - now, *waits, 0.0)


class Pacer:
    """The queue of one app key, on an asyncio loop.

    Args:
        limits: What the broker allows.
        clock: Monotonic seconds.
    """

    def __init__(self, limits: Limits = REAL, clock: Callable[[], float] = monotonic) -> None:
        self._pace = Pace(limits)
        self._clock = clock
        self._going: dict[int, asyncio.Future[None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, kind: Kind = Kind.QUOTATION, rank: Rank = Rank.REST) -> None:
        """Wait until this request may be made."""
        go = asyncio.get_running_loop().create_future()
        turn = self._pace.enter(kind, rank)
        self._going[turn.number] = go
        self._serve()
        try:
            await go
        finally:
            self._pace.leave(turn)
            self._going.pop(turn.number, None)

    def too_fast(self, seconds: float) -> None:
        """Ask nothing for so long, and then no faster than a new customer may.

        Args:
            seconds: How long.
        """
        self._pace.hold(self._clock() + seconds)
        self._pace.slow_down(FIRST_DAYS)

    def _serve(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._clock()
        while (turn := self._pace.next(now)) is not None:
            go = self._going.pop(turn.number, None)
            if go is not None and not go.done():
                go.set_result(None)
        due = self._pace.due(now)
        if due is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(due, 0.001), self._serve)
