"""What a fresh layout watches: the index, the near future, and options around the money."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from kisopt_gui.market.contract import Contract, Side
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import INDEX_KEY
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.control import Key

PRODUCTS = {"month": ("K2I",), "nearest": ("WKM", "WKI", "K2I")}
"""Whose strikes fill a layout, by the kind that it names."""

EACH_SIDE = 9
_INDEX_WAIT_S = 3.0


async def fill(
    watchlist: Watchlist,
    master: Master,
    today: date,
    clock: FrameClock,
    underlying: Callable[[], float],
    products: tuple[str, ...] = ("K2I",),
    *,
    begun: Callable[[list[Key]], None] = lambda _: None,
) -> list[Key]:
    """Watch what tells where the money is, wait for its first price, then watch around it.

    If no price comes, the strike that the master file marks is the middle: it
    is of the evening before, but no guess.

    Args:
        watchlist: What to fill; it may hold the index already.
        master: The listed contracts.
        today: The trading day.
        clock: Says when there are new records.
        underlying: The index, points; NaN when nothing tells it.
        products: Whose options; of several those that expire first.
        begun: Told what is watched while a price is waited for.

    Returns:
        What it is filled with now: what the user added meanwhile is not.
    """
    watchlist.add(anchors(master))
    ours = watchlist.keys
    begun(ours)
    told = asyncio.Event()

    def look() -> None:
        if underlying() > 0:
            told.set()

    look()  # the index may have been watched for a while
    clock.frame.connect(look)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_INDEX_WAIT_S):
                await told.wait()
    finally:
        clock.frame.disconnect(look)
    middle = underlying()
    if not middle > 0:
        middle = next(
            (strike for (key, _), strike in master.at_the_money.items() if key in products),
            float("nan"),
        )
    keys = around_the_money(master, products, middle, today)
    watchlist.add(keys)
    nearest = sorted(keys, key=lambda key: abs(master.contracts[key.code].strike - middle))
    watchlist.select(nearest[:2])
    return [key for key in watchlist.keys if key in ours or key in keys]


def anchors(master: Master) -> list[Key]:
    """The keys that tell where the money is: index and near future."""
    future = master.front_future()
    return [INDEX_KEY, *([Key(future.tr_id, future.code)] if future is not None else [])]


def around_the_money(
    master: Master, products: tuple[str, ...], index: float, today: date, each_side: int = EACH_SIDE
) -> list[Key]:
    """Calls and puts of the nearest expiry around the index, highest strike first.

    Args:
        master: The listed contracts.
        products: Keys of the products, "K2I" for the monthlies; the one that expires first wins.
        index: KOSPI200, points; NaN gives nothing, for a guess would be shown calmly.
        today: The trading day; expiries before it are over.
        each_side: Strikes above and below the nearest one.
    """
    if not index > 0:
        return []
    listed = [
        contract
        for contract in master.contracts.values()
        if contract.product is not None
        and contract.product.key in products
        and contract.side in (Side.CALL, Side.PUT)
        and contract.expiry is not None
        and contract.expiry >= max(today, master.alive)
    ]
    expiry = min((contract.expiry for contract in listed if contract.expiry), default=None)
    of_expiry = [contract for contract in listed if contract.expiry == expiry]
    strikes = sorted({contract.strike for contract in of_expiry})
    if not strikes:
        return []
    nearest = min(range(len(strikes)), key=lambda at: abs(strikes[at] - index))
    wanted = set(strikes[max(0, nearest - each_side) : nearest + each_side + 1])
    chosen = [contract for contract in of_expiry if contract.strike in wanted]
    return [Key(contract.tr_id, contract.code) for contract in sorted(chosen, key=_board_order)]


def _board_order(contract: Contract) -> tuple[float, bool]:
    return -contract.strike, contract.side is Side.PUT
