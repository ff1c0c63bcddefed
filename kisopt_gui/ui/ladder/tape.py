"""The last trades of the contract whose ladder is open."""

from typing import NamedTuple

from kisopt_gui.market.history import History, Series
from kisopt_gui.market.store import Store
from kisopt_gui.wire.control import Key


class Print(NamedTuple):
    """One trade.

    Attributes:
        price: Points.
        quantity: Contracts.
    """

    price: float
    quantity: float


class Tape:
    """Reads the last trades of one contract out of the store's log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: tuple[Key, History] | None = None
        self._series: Series | None = None

    def last(self, key: Key | None, count: int) -> tuple[Print, ...]:
        """Return the newest trades of a contract, the newest first; what REST told is none.

        Args:
            key: Of a stream of trades; None forgets the contract that was read before.
            count: How many, at most.
        """
        if key is None or self._store.watched(key) is None:
            self._of = self._series = None
            return ()
        of = (key, self._store.history)  # another trading day has another log
        if self._series is None or self._of != of:
            self._of, self._series = of, self._store.series(key)
        series = self._series
        series.refresh()
        start = max(series.borrowed, series.length - count)
        prices = series.column("price")[start:].tolist()
        quantities = series.column("quantity")[start:].tolist()
        # The log has 32 bits, which are a price of two decimals again once rounded.
        told = [
            Print(round(price, 4), many) for price, many in zip(prices, quantities, strict=True)
        ]
        return tuple(reversed(told))
