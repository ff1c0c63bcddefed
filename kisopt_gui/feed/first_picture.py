"""What REST can tell before the first trade: boards, single contracts, minute bars, in that order.

What is on the screen goes first, and everything in the pace of the app key. An
error ends the item that it belongs to; only where every further request would
meet the same one, as with a refused key, does the run end.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.pace import Rank
from kisopt_gui.feed.quotations import Quotations
from kisopt_gui.feed.refusals import (
    KeyRefusedError,
    NoPermissionError,
    NotInPaperError,
    RefusalError,
    ServiceError,
    TokenDeadError,
)
from kisopt_gui.market.contract import PRODUCTS, Contract, Product, Side
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import INDEX_KEY
from kisopt_gui.market.snapshot import Depth, MinuteBars, Snapshot, Terms
from kisopt_gui.wire.control import Key

_AT_ONCE = 4
"""Requests under way: an answer takes longer than the pace between two requests."""

_ON_BOARDS = ("H0IOCNT0", "H0IFCNT0")
"""Streams of what boards tell of."""

_MOST_PAGES = 8
"""Pages of 102 minutes; a night has 720."""

_GIVEN_UP = 3
"""So many items in a row without any answer mean that there will be none."""

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be shown.

    Attributes:
        screen: Contracts on the screen, in order.
        watched: Further contracts.
        day: Day on which the session began.
        opens: When it opened, seconds since midnight of that day.
        now: What time it is, seconds since that midnight; past 24 h after midnight.
        charted: Contracts that need minute bars, in order.
        unconfirmed: Contracts whose last trading day, worked out from rules, is to be confirmed.
        books: Contracts whose order book is to be shown, by the keys of their trades.
    """

    screen: tuple[Key, ...]
    watched: tuple[Key, ...]
    day: date
    opens: float
    now: float
    charted: tuple[Key, ...] = ()
    unconfirmed: tuple[Key, ...] = ()
    books: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that could not be had.

    Attributes:
        item: A name of it for logs: "board K2I 202612", "price B01612A34".
        error: Why.
    """

    item: str
    error: KisOptError


Piece = list[Snapshot] | MinuteBars | Terms | Depth | Failure


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    ask: Callable[[], Coroutine[Any, Any, list[Snapshot] | MinuteBars | Terms | Depth]]

    @property
    def sort(self) -> str:
        return self.name.partition(" ")[0]


async def first_picture(
    quotations: Quotations, master: Master, wishes: Wishes
) -> AsyncIterator[Piece]:
    """Fetch the first picture; yields what comes as it comes.

    Args:
        quotations: Whom to ask.
        master: The listed contracts.
        wishes: What is to be shown.
    """
    run = _Run()
    known: set[Key] = set()
    async for piece in run.through(_boards(quotations, master, wishes)):
        if isinstance(piece, list):
            known.update(told.key for told in piece)
        yield piece
    async for piece in run.through(_singles(quotations, wishes, known)):
        yield piece
    async for piece in run.through(_terms(quotations, wishes)):
        yield piece
    left = {key: wishes.now for key in wishes.charted if key.tr_id != INDEX_KEY.tr_id}
    for page in range(_MOST_PAGES):
        items = [_minutes(quotations, wishes, key, left[key], newest=not page) for key in left]
        left = {}
        async for piece in run.through(items):
            if isinstance(piece, MinuteBars) and piece.bars:
                oldest = piece.bars[0].start
                if oldest > wishes.opens and len(piece.bars) > 1:
                    left[piece.key] = oldest - _MINUTE_S
            yield piece


class _Run:
    """Works through items a few at a time; knows which sort of item it need not ask for again."""

    def __init__(self) -> None:
        self._useless: set[str] = set()
        self._silent = 0
        self._ended = False

    async def through(self, items: Iterable[_Item]) -> AsyncIterator[Piece]:
        waiting = iter(list(items))
        done: asyncio.Queue[Piece | None] = asyncio.Queue()

        async def work() -> None:
            for item in waiting:
                if self._ended or item.sort in self._useless:
                    continue
                try:
                    piece: Piece = await item.ask()
                    self._silent = 0
                except KisOptError as error:
                    self._note(item, error)
                    piece = Failure(item.name, error)
                done.put_nowait(piece)

        workers = [asyncio.create_task(work()) for _ in range(_AT_ONCE)]
        for worker in workers:
            worker.add_done_callback(lambda _: done.put_nowait(None))
        try:
            ended = 0
            while ended < len(workers):
                piece = await done.get()
                if piece is None:
                    ended += 1
                else:
                    yield piece
            for worker in workers:
                worker.result()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def _note(self, item: _Item, error: KisOptError) -> None:
        if isinstance(error, NotInPaperError | NoPermissionError):
            self._useless.add(item.sort)
        elif isinstance(error, KeyRefusedError | TokenDeadError):
            self._ended = True
        elif isinstance(error, ServiceError) and not isinstance(error, RefusalError):
            self._silent += 1
            self._ended = self._silent >= _GIVEN_UP


def _boards(quotations: Quotations, master: Master, wishes: Wishes) -> list[_Item]:
    """What brings many contracts with one request, in the order in which they are wished for."""
    items: dict[str, _Item] = {}
    for rank, keys in ((Rank.SCREEN, wishes.screen), (Rank.WATCHED, wishes.watched)):
        for key in keys:
            contract = master.get(key.code)
            if key == INDEX_KEY:
                item = _index(quotations, master.front_future(), rank)
            elif contract is None or contract.product is None or key.tr_id not in _ON_BOARDS:
                continue  # by night the boards stand still at the close of the day
            elif contract.side is Side.FUTURE:
                item = _futures(quotations, contract.product, rank)
            else:
                item = _callput(quotations, contract.product, contract.month, rank)
            if item is not None:
                items.setdefault(item.name, item)
    return list(items.values())


def _singles(quotations: Quotations, wishes: Wishes, known: set[Key]) -> list[_Item]:
    """What no board has told of, and the order books that are shown."""
    wished = [(Rank.SCREEN, key) for key in wishes.screen]
    wished += [(Rank.WATCHED, key) for key in wishes.watched if key not in wishes.screen]
    left = [(rank, key) for rank, key in wished if key not in known and key != INDEX_KEY]
    prices = [_price(quotations, key, rank) for rank, key in left]
    books = [_book(quotations, key, rank) for rank, key in left]
    asked = {key for _, key in left}
    shown = [_book(quotations, key, Rank.SCREEN) for key in wishes.books if key not in asked]
    return [*shown, *(item for pair in zip(prices, books, strict=True) for item in pair)]


def _index(quotations: Quotations, future: Contract | None, rank: Rank) -> _Item | None:
    if future is None:
        return None

    async def ask() -> list[Snapshot]:
        return [await quotations.underlying(future.code, rank)]

    return _Item("index", ask)


def _futures(quotations: Quotations, product: Product, rank: Rank) -> _Item | None:
    if not product.types[2]:
        return None
    return _Item(f"futures {product.key}", lambda: quotations.futures(product, rank))


def _callput(quotations: Quotations, product: Product, month: str, rank: Rank) -> _Item | None:
    if product not in PRODUCTS.values() or not month:
        return None
    name = f"board {product.key} {month}"
    return _Item(name, lambda: quotations.callput(product, month, rank))


def _price(quotations: Quotations, key: Key, rank: Rank) -> _Item:
    async def ask() -> list[Snapshot]:
        return [(await quotations.price(key, rank)).snapshot]

    return _Item(f"price {key.code}", ask)


def _terms(quotations: Quotations, wishes: Wishes) -> list[_Item]:
    """What tells of an expiry that was worked out from rules."""

    def item(key: Key) -> _Item:
        return _Item(f"terms {key.code}", lambda: quotations.price(key, Rank.WATCHED))

    return [item(key) for key in wishes.unconfirmed if key.tr_id != INDEX_KEY.tr_id]


def _book(quotations: Quotations, key: Key, rank: Rank) -> _Item:
    return _Item(f"book {key.code}", lambda: quotations.asking_price(key, rank))


def _minutes(
    quotations: Quotations, wishes: Wishes, key: Key, until: float, *, newest: bool
) -> _Item:
    minutes, second = divmod(int(until), 60)
    clock = f"{minutes // 60:02}{minutes % 60:02}{second:02}"
    rank = Rank.CHART if newest else Rank.REST
    return _Item(
        f"minutes {key.code}",
        lambda: quotations.minutes(key, f"{wishes.day:%Y%m%d}", clock, rank, newest=newest),
    )
