"""Where a contract of the simulated market stands, as REST is asked for it."""

from typing import NamedTuple


class Quotes(NamedTuple):
    """Best prices, cents; 0 is a side without orders."""

    bid: int
    ask: int


class Standing(NamedTuple):
    """Where a contract stands, prices in cents; 0 is a price that there is not.

    Attributes:
        last: Last price today.
        previous: Close of yesterday.
        open: First price today.
        high: Highest today.
        low: Lowest today.
        volume: Contracts today.
        turnover: Thousand KRW today.
        interest: Open interest, contracts.
        interest_change: Against yesterday.
        ask: Best price to buy at.
        bid: Best price to sell at.
        ask_size: Contracts there.
        bid_size: Contracts there.
        asks: Contracts at all prices.
        bids: Contracts at all prices.
    """

    last: int
    previous: int
    open: int
    high: int
    low: int
    volume: int
    turnover: int
    interest: int
    interest_change: int
    ask: int
    bid: int
    ask_size: int
    bid_size: int
    asks: int
    bids: int
