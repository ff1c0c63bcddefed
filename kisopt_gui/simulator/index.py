"""H0UPCNT0: the index as it is published, once a second while stocks trade."""

from math import exp

from kisopt_gui.simulator.dice import Draw, normal
from kisopt_gui.simulator.ticker import points, sign
from kisopt_gui.simulator.underlying import CLOSES_S, OPENS_S, Conditions

CODE = "2001"
"""The broker's tr_key of KOSPI200."""

_ISSUES = 200
_SHARE_WON = 126_500.0
"""Mean price of a share traded: a live frame has 12,550,500 million KRW for 99,196 thousand."""

_DAILY = 105_000.0  # thousand shares


class IndexTicker:
    """KOSPI200 and its next values."""

    tr_id = "H0UPCNT0"
    code = CODE

    def __init__(self, draw: Draw, path: list[Conditions]) -> None:
        """Start from yesterday's close and the conditions of today until now."""
        today = [each.published for each in path[1:] if self.moves(each.seconds)]
        self._draw = draw
        self._previous = path[0].published
        self._last = today[-1] if today else 0
        self._open = today[0] if today else 0
        self._high, self._low = (max(today), min(today)) if today else (0, 0)
        elapsed = min(max(path[-1].seconds - OPENS_S, 0.0), CLOSES_S - OPENS_S)
        self._volume = int(_DAILY * (elapsed / (CLOSES_S - OPENS_S)) ** 0.7)
        self._value = int(self._volume * _SHARE_WON / 1000.0)

    def moves(self, seconds: float) -> bool:
        """Whether the index moves at this time of day."""
        return OPENS_S <= seconds < CLOSES_S

    def underlying(self, conditions: Conditions) -> dict[str, str]:
        """Return what REST tells of the index (display-board-top)."""
        change = conditions.published - self._previous
        return {
            "unas_prpr": points(conditions.published),
            "unas_prdy_vrss": points(change),
            "unas_prdy_vrss_sign": sign(change),
            "unas_prdy_ctrt": f"{100.0 * change / self._previous:.2f}",
            "unas_acml_vol": f"{self._volume}",
        }

    def next(self, time: str, conditions: Conditions) -> str:
        """Return the text of the next record."""
        draw, index = self._draw, conditions.published
        if not self._open:
            self._open = self._high = self._low = self._last = index
        self._high, self._low = max(self._high, index), min(self._low, index)
        quantity = int(4.0 * exp(0.8 * normal(draw))) + 1
        value = int(quantity * _SHARE_WON * (0.8 + 0.4 * draw()) / 1000.0)
        self._volume += quantity
        self._value += value
        change = index - self._previous
        tick, self._last = index - self._last, index
        against = [level - self._previous for level in (self._open, self._high, self._low)]
        rising = int(_ISSUES / (1.0 + exp(-250.0 * change / self._previous)))
        flat = 6 + int(6.0 * draw())
        rising = min(max(rising, 1), _ISSUES - flat - 1)
        differences = "^".join(f"{points(each)}^{sign(each)}" for each in against)
        shares = "^".join(f"{100.0 * each / self._previous:.2f}" for each in against)
        return (
            f"{CODE}^{time}^{points(index)}^{sign(change)}^{points(change)}"
            f"^{self._volume}^{self._value}^{quantity}^{value}"
            f"^{100.0 * change / self._previous:.2f}"
            f"^{points(self._open)}^{points(self._high)}^{points(self._low)}"
            f"^{differences}^{shares}"
            f"^0^{rising}^{flat}^{_ISSUES - rising - flat}^0^0^0^{tick}"
        )
