"""The order book of a simulated contract: five steps a side, behind the quotes of its trades.

Stream and REST tell the same book at the same moment. Its best prices, their sizes and the totals
are those of the next trade's record; what stands behind them is a share of the totals.
"""

from typing import NamedTuple

from kisopt_gui.simulator.ticker import Ticker, points

STEPS = 5

_SHARES = (0.0, 0.10, 0.09, 0.08, 0.07)
"""How much of what stands behind the best price is at each step."""

_A_ORDER = 3
"""Contracts of a usual order."""


class Step(NamedTuple):
    """One step, 0 throughout if nothing stands there.

    Attributes:
        price: Cents.
        quantity: Contracts.
        orders: Orders.
    """

    price: int
    quantity: int
    orders: int


class Book(NamedTuple):
    """Both sides, best first.

    Attributes:
        asks: Five steps.
        bids: Five steps.
        ask_total: Contracts at all prices.
        bid_total: Contracts at all prices.
    """

    asks: tuple[Step, ...]
    bids: tuple[Step, ...]
    ask_total: int
    bid_total: int


def book_of(ticker: Ticker) -> Book:
    """Return a contract's order book as it stands."""
    stands = ticker.standing()
    return Book(
        _side(ticker, stands.ask, stands.ask_size, stands.asks - stands.ask_size, 1),
        _side(ticker, stands.bid, stands.bid_size, stands.bids - stands.bid_size, -1),
        stands.asks,
        stands.bids,
    )


def orders(contracts: int) -> int:
    """Return how many orders so many contracts are."""
    return -(-contracts // _A_ORDER)


def write(code: str, time: str, book: Book, before: Book | None) -> str:
    """Return the record of a stream of order books.

    Args:
        code: The contract.
        time: "HHMMSS".
        book: As it stands.
        before: As it was told last, None if it was not.
    """
    asks, bids = book.asks, book.bids
    changes = (0, 0)
    if before is not None:
        changes = (book.ask_total - before.ask_total, book.bid_total - before.bid_total)
    parts = [code, time]
    for side in (asks, bids):
        parts += [points(step.price) for step in side]
    for side in (asks, bids):
        parts += [str(step.orders) for step in side]
    for side in (asks, bids):
        parts += [str(step.quantity) for step in side]
    parts += [str(orders(total)) for total in (book.ask_total, book.bid_total)]
    parts += [str(total) for total in (book.ask_total, book.bid_total)]
    parts += [str(change) for change in changes]
    return "^".join(parts)


def _side(ticker: Ticker, best: int, size: int, behind: int, way: int) -> tuple[Step, ...]:
    steps, price = [], best
    for at in range(STEPS):
        if price <= 0:
            steps.append(Step(0, 0, 0))
            continue
        quantity = size if at == 0 else max(int(_SHARES[at] * behind), 0)
        steps.append(Step(price, quantity, orders(quantity)))
        price += way * ticker.step(price if way > 0 else price - 1)
    return tuple(steps)
