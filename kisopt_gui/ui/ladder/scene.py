"""What the ladder shows at one moment, and the same in words."""

from dataclasses import dataclass
from math import nan
from typing import NamedTuple

from kisopt_gui.market.book import STEPS, Book
from kisopt_gui.market.snapshot import Level
from kisopt_gui.ui import figures
from kisopt_gui.ui.ladder.tape import Print
from kisopt_gui.ui.texts import Texts

_NONE = (Level(nan, nan, nan),) * STEPS


class Fact(NamedTuple):
    """A figure of the day beside the asks.

    Attributes:
        label: What it is, in the user's language.
        text: The figure as it is shown.
        price: The same as a price, points, coloured as such; NaN if it is none.
    """

    label: str
    text: str
    price: float = nan


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn.

    Attributes:
        book: The order book, None for an empty ladder.
        last: Last price, points, NaN if it is not known.
        previous: Close of the day before, points; prices are coloured against it.
        old: Whether the book is drawn as old.
        cut: Whether all the rest is: of REST, older than a minute, or no trade can come.
        facts: Figures of the day, at most as many as the book has steps.
        prints: The last trades, the newest first.
        decimals: Decimals of prices.
    """

    book: Book | None = None
    last: float = nan
    previous: float = nan
    old: bool = False
    cut: bool = False
    facts: tuple[Fact, ...] = ()
    prints: tuple[Print, ...] = ()
    decimals: int = 2

    @property
    def beside(self) -> tuple[object, ...]:
        """All that stands beside the book and gives it its colours."""
        return self.facts, self.prints, self.cut, self.previous, self.decimals

    @property
    def asks(self) -> tuple[Level, ...]:
        """Five steps, best first."""
        return self.book.asks if self.book is not None else _NONE

    @property
    def bids(self) -> tuple[Level, ...]:
        """Five steps, best first."""
        return self.book.bids if self.book is not None else _NONE

    @property
    def most(self) -> float:
        """The largest quantity of a step, contracts: what the longest bar stands for."""
        held = (each.quantity for each in (*self.asks, *self.bids) if each.quantity > 0)
        return max(held, default=1.0)

    def total(self, side: str, what: str) -> float:
        """A total of a side, "ask" or "bid": of its "quantity" or "orders", or their "change"."""
        return nan if self.book is None else float(getattr(self.book, f"{side}_{what}"))

    def trend(self, price: float) -> int:
        """Say whether a price is above (1) or below (-1) the close of the day before."""
        return (price > self.previous) - (price < self.previous)

    def price(self, value: float) -> str:
        """Write a price."""
        return figures.number(value, self.decimals)

    # in words ------------------------------------------------------------------

    def lines(self, texts: Texts) -> list[list[str]]:
        """Return the table as texts, from the top: for a spreadsheet."""
        names = ("orders", "asks", "price", "bids", "orders")
        rows = [[texts(f"ladder.{name}") for name in names]]
        for level in reversed(self.asks):
            rows.append([_count(level.orders), _count(level.quantity), self.price(level.price)])
        for level in self.bids:
            rows.append(["", "", self.price(level.price)])
            rows[-1] += [_count(level.quantity), _count(level.orders)]
        asked, bid = (
            [_count(self.total(side, what)) for what in ("orders", "quantity")]
            for side in ("ask", "bid")
        )
        rows.append([*asked, texts("ladder.total"), *reversed(bid)])
        return [row + [""] * (len(names) - len(row)) for row in rows]

    def step(self, texts: Texts, side: str, rank: int) -> str:
        """Say what stands at a step, 0 the best, of the "ask" or the "bid" side."""
        level = (self.asks if side == "ask" else self.bids)[rank]
        if level.price != level.price:
            return texts("ladder.nothing", side=texts(f"ladder.{side}"), rank=rank + 1)
        return texts(
            "ladder.step",
            side=texts(f"ladder.{side}"),
            rank=rank + 1,
            price=self.price(level.price),
            quantity=_count(level.quantity),
            orders=_count(level.orders),
        )

    def sums(self, texts: Texts) -> str:
        """Say what stands on each side in all, how it changed, and which side weighs more."""
        told = [
            texts(
                "ladder.sum",
                side=texts(f"ladder.{side}"),
                quantity=_count(self.total(side, "quantity")),
                orders=_count(self.total(side, "orders")),
                change=_count(self.total(side, "change")),
            )
            for side in ("ask", "bid")
        ]
        lean = self.book.imbalance if self.book is not None else nan
        if lean == lean:
            told.append(texts("ladder.lean", percent=figures.number(100 * lean, 0)))
        return "\n".join(told)

    def spoken(self, texts: Texts) -> str:
        """Say the book for those who cannot see it: the best of both sides, and the sums."""
        if self.book is None:
            return ""
        best = [self.step(texts, side, 0) for side in ("ask", "bid")]
        return ". ".join([*best, *self.sums(texts).splitlines()])


def _count(value: float) -> str:
    return figures.number(value, 0)
