"""The numbers side of the store: the log, and what cumulative volumes prove, a batch at a time.

Apart from the store because it needs numpy, which the window's first paint does
not wait for (docs/ARCHITECTURE.md, "Start").
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kisopt_gui.market.history import History, Rows
from kisopt_gui.market.trust import Ledger, Told
from kisopt_gui.wire.schema import MISSING


class Tally:
    """What was traded of every contract, by the contract's number.

    Attributes:
        history: Every trade of the day.
    """

    def __init__(self, history: History | None = None) -> None:
        self.history = history or History()
        self._volumes: NDArray[np.float64] = np.full(64, np.nan)
        self._times: NDArray[np.float32] = np.full(64, np.nan, np.float32)

    def take(
        self,
        numbers: Sequence[int],
        rows: Rows,
        ledgers: Sequence[Ledger],
        *,
        counts_trades: bool,
    ) -> list[tuple[int, int, int]]:
        """Log trades and check their volumes.

        Args:
            numbers: The contract of each trade.
            rows: The trades, in the order they came.
            ledgers: Where contradictions are entered, by contract number.
            counts_trades: Whether the stream's volumes prove anything.

        Returns:
            Of each contract in it: its number, the place of its newest trade,
            and how many trades it had.
        """
        if len(ledgers) > len(self._volumes):
            more = len(ledgers)
            self._volumes = np.append(self._volumes, np.full(more, np.nan))
            self._times = np.append(self._times, np.full(more, np.nan, np.float32))
        contracts = np.fromiter(numbers, np.uint16, len(numbers))
        order = contracts.argsort(kind="stable")
        ordered = contracts[order]
        ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
        starts = np.append(0, ends[:-1] + 1)
        if counts_trades:
            self._check(rows, order, ordered, starts, ends, ledgers)
        self.history.append(contracts, rows)
        newest, places, counts = ordered[ends], order[ends], ends - starts + 1
        return list(zip(newest.tolist(), places.tolist(), counts.tolist(), strict=True))

    def told(self) -> list[Told]:
        """What the newest record of each contract said, by number."""
        return [
            Told(time, MISSING, volume)
            for time, volume in zip(self._times.tolist(), self._volumes.tolist(), strict=True)
        ]

    def _check(
        self,
        rows: Rows,
        order: NDArray[np.intp],
        numbers: NDArray[np.uint16],
        starts: NDArray[np.intp],
        ends: NDArray[np.intp],
        ledgers: Sequence[Ledger],
    ) -> None:
        volumes, quantities = rows["volume"][order], rows["quantity"][order]
        before = np.empty_like(volumes)
        before[1:] = volumes[:-1]
        before[starts] = self._volumes[numbers[starts]]
        missing = volumes - quantities - before
        # A contract's first record has nothing before it: NaN, which compares as unequal to 0.
        wrong = np.flatnonzero((missing != 0) & (missing == missing))
        if len(wrong):
            times = rows["time"][order]
            earlier = np.empty_like(times)
            earlier[1:] = times[:-1]
            earlier[starts] = self._times[numbers[starts]]
            for at in wrong.tolist():
                ledgers[numbers[at]].judge(
                    Told(float(earlier[at]), MISSING, float(before[at])),
                    Told(float(times[at]), float(quantities[at]), float(volumes[at])),
                )
        newest = numbers[ends]
        self._volumes[newest] = volumes[ends]
        self._times[newest] = rows["time"][order[ends]]
