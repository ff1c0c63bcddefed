"""H0IFCNT0: an index future's trading day."""

from datetime import date
from math import exp

from kisopt_gui.simulator.chain import FutureFacts
from kisopt_gui.simulator.dice import Draw, normal
from kisopt_gui.simulator.past import Close
from kisopt_gui.simulator.ticker import Pieces, Ticker, points, sign
from kisopt_gui.simulator.underlying import CARRY, YEAR_S, Conditions

_LAST_S = 15 * 3600 + 20 * 60
_QUARTER = 91.0 / 365.0
_LIMIT = 100
"""The limits are a hundredth of the price away (live frame of 2026-07-22: 1,080.30, 1,091.10)."""


class FutureTicker(Ticker):
    """A future and its next trades."""

    tr_id = "H0IFCNT0"

    def __init__(
        self,
        facts: FutureFacts,
        today: date,
        draw: Draw,
        path: list[Conditions],
        close: Close | None = None,
    ) -> None:
        """Trade until now.

        Args:
            facts: What is traded.
            today: The trading day.
            draw: Random numbers of its own.
            path: Yesterday's close, then the conditions of today until now.
            close: How it ended yesterday, where somebody saw it.
        """
        super().__init__(facts.code, draw, lambda _: facts.tick)
        self.multiplier = facts.multiplier
        self._days = (facts.expiry - today).days
        self._theoretical = self._index = self._spread = 0
        busy = self.activity(path[-1])
        interest = int(25_000 * busy * exp(0.2 * normal(draw)))
        self.begin(self._fair(path[0]), path[1:], 50_000.0 * busy, interest, close)

    def activity(self, conditions: Conditions) -> float:
        # The front month trades far more than any option, the next ones hardly.
        return 6.0 / (1.0 + max(0.0, self._days - 91.0) / 8.0)

    def trades(self, seconds: float) -> bool:
        return self._days > 0 or (self._days == 0 and seconds < _LAST_S)

    def _years(self, conditions: Conditions) -> float:
        left = self._days * 86400.0 + _LAST_S - conditions.seconds - self.shift
        return max(left, 0.0) / YEAR_S

    def _fair(self, conditions: Conditions) -> float:
        return 100.0 * conditions.forward(self._years(conditions))

    def _half_spread(self, fair: float) -> float:
        return 0.3 * self._tick(int(fair))

    def _analyse(self, conditions: Conditions) -> None:
        index = conditions.published / 100.0
        self._index = conditions.published
        self._theoretical = round(100.0 * index * exp(CARRY * self._days / 365.0))
        self._spread = round(100.0 * index * (exp(CARRY * _QUARTER) - 1.0))

    def analysis(self) -> dict[str, str]:
        mispricing = (self._last or self._previous) - self._theoretical
        return {
            "hts_thpr": points(self._theoretical),
            "dprt": f"{100.0 * mispricing / self._theoretical:.2f}",
            "hts_rmnn_dynu": f"{self._days + 1}",  # the last day counts
        }

    def _pieces(self, price: int) -> Pieces:
        change = price - self._previous
        mispricing = price - self._theoretical
        width = price // _LIMIT
        return Pieces(
            price=(
                f"{points(change)}^{sign(change)}^{100.0 * change / self._previous:.2f}"
                f"^{points(price)}^{points(self._open)}^{points(self._high)}^{points(self._low)}"
            ),
            state=(
                f"{points(self._theoretical)}^{points(price - self._index)}"
                f"^{100.0 * mispricing / self._theoretical:.2f}^0.00^0.00^{points(self._spread)}"
                f"^{self._interest}^{self._interest - self._interest_before}"
                f"^{self._against_the_day(price)}"
            ),
            analysis="",
            quotes=(
                f"{points(mispricing)}^{self._interest_step}"
                f"^{points(self._theoretical - self._index)}"
                f"^{points(self._shown.ask)}^{points(self._shown.bid)}"
            ),
            limits=f"0^{points(self._up(price + width))}^{points(self._down(price - width))}^2",
        )
