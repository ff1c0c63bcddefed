"""H0IOCNT0: an option's trading day.

What the broker computes and what the market pays are two things. The market's
prices come from the smile and the traded forward; the broker's theoretical
price and greeks from the historical volatility and the theoretical forward, the
volatility from the last price, all with whole calendar days, at least half a
one (docs/spec/PROTOCOL.md section 6).
"""

from datetime import date
from math import exp, log, sqrt

from kisopt_gui.market.contract import Product, Side
from kisopt_gui.pricing.black76 import Greeks, greeks, implied_volatility, price
from kisopt_gui.simulator.chain import OptionFacts
from kisopt_gui.simulator.dice import Draw, normal
from kisopt_gui.simulator.past import Close
from kisopt_gui.simulator.ticker import Pieces, Tick, Ticker, points, sign
from kisopt_gui.simulator.underlying import CARRY, HISTORICAL, RATE, YEAR_S, Conditions

_LAST_S = 15 * 3600 + 20 * 60
"""When trading ends on the last day, and what the option settles on is known."""

_SHORTEST_S = 120.0

_BUSY = {"K2I": 1.0, "WKI": 0.8, "WKM": 0.8, "MKI": 0.15}
"""How much is traded in a product against the monthly options."""


class OptionTicker(Ticker):
    """An option and its next trades."""

    tr_id = "H0IOCNT0"

    def __init__(
        self,
        facts: OptionFacts,
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
        product = facts.product
        super().__init__(facts.code, draw, _tick_in_cents(product))
        self.multiplier = product.multiplier
        self._call = facts.side is Side.CALL
        self._strike = facts.strike
        self._busy = _BUSY[product.key]
        self._weekly = product.key in ("WKI", "WKM")
        self._days = (facts.expiry - today).days
        # As the broker counts.
        self._years = max(self._days, 0.5) / 365.0
        self._growth = exp(CARRY * self._years)
        self._forward = 0.0
        self._theoretical = self._index = self._intrinsic = 0
        self._greeks = ""
        self._exact = Greeks(0.0, 0.0, 0.0, 0.0, 0.0)
        self._theoretical_basis = ""
        self._average = ""
        self._width = 0.0
        self._own = 0.0  # what orders of its own do to its price, relative
        now = path[-1]
        self.begin(
            self._fair(path[0]),
            path[1:],
            90_000.0 * self.activity(now) * exp(0.5 * normal(draw)),
            self._first_interest(now),
            close,
        )

    def activity(self, conditions: Conditions) -> float:
        years = self._market_years(conditions)
        out = self._deviations(conditions, years)
        if out > -1.0:
            nearness = exp(-0.5 * ((out - 0.4) / 0.9) ** 2)
        else:
            nearness = exp(-1.21 + 1.5 * (out + 1.0))
        distance = 1.0 + max(0.0, years * 365.0 - 17.0) / 9.0
        return self._busy * (nearness + 0.0015) / (distance * sqrt(distance))

    def trades(self, seconds: float) -> bool:
        return self._days > 0 or (self._days == 0 and seconds < _LAST_S)

    def _market_years(self, conditions: Conditions) -> float:
        left = self._days * 86400.0 + _LAST_S - conditions.seconds - self.shift
        return max(left, _SHORTEST_S) / YEAR_S

    def _deviations(self, conditions: Conditions, years: float) -> float:
        """Return how far out of the money it is, in standard deviations."""
        deviation = conditions.at_the_money(years) * sqrt(years)
        away = log(self._strike / conditions.spot) / deviation
        return away if self._call else -away

    def _first_interest(self, conditions: Conditions) -> int:
        out = self._deviations(conditions, self._market_years(conditions))
        usual = 7000.0 * self._busy * exp(-0.5 * ((out - 1.2) / 1.6) ** 2) + 12.0
        if self._strike % 10.0 == 0.0:  # round strikes gather positions
            usual *= 2.0
        return int(usual * exp(0.5 * normal(self._draw)))

    def _fair(self, conditions: Conditions) -> float:
        years = self._market_years(conditions)
        forward = conditions.forward(years)
        volatility = conditions.volatility(forward, self._strike, years)
        value = price(self._call, forward, self._strike, years, volatility, RATE)
        return 100.0 * value * (1.0 + self._own)

    def _half_spread(self, fair: float) -> float:
        wide = 0.0015 + 0.00006 * self._days
        return max(0.3 * self._tick(int(fair)), wide * fair + 0.06 * sqrt(fair))

    def _rises_with_index(self) -> bool:
        return self._call

    def _analyse(self, conditions: Conditions) -> None:
        self._own = 0.9 * self._own + 0.0015 * normal(self._draw)
        index, years = conditions.published / 100.0, self._years
        forward = index * self._growth
        arguments = (self._call, forward, self._strike, years, HISTORICAL, RATE)
        self._forward = forward
        self._index = conditions.published
        self._theoretical = round(100.0 * price(*arguments))
        found = greeks(*arguments)
        spot = _against_the_index(found, index, self._growth, years)
        self._exact = spot
        self._greeks = "^".join(f"{value + 0.0:.2f}" for value in spot).replace("-0.00", "0.00")
        self._theoretical_basis = points(self._theoretical - conditions.published)
        self._average = f"{100.0 * conditions.at_the_money(self._market_years(conditions)):.2f}"
        self._width = max(30.0, 2.0 * index * abs(spot.delta))
        money = conditions.published - round(100.0 * self._strike)
        self._intrinsic = max(0, money if self._call else -money)

    def analysis(self) -> dict[str, str]:
        # REST has four decimals, and no historical volatility of weeklies (PROTOCOL.md section 6).
        price = self._last or self._previous
        volatility = 100.0 * implied_volatility(
            self._call, price / 100.0, self._forward, self._strike, self._years, RATE
        )
        mispricing = price - self._theoretical
        share = 100.0 * mispricing / self._theoretical if self._theoretical else 0.0
        return {
            "acpr": f"{self._strike:.2f}",
            "hts_thpr": points(self._theoretical),
            "invl_val": points(self._intrinsic),
            "tmvl_val": points(price - self._intrinsic),
            "delta_val": f"{self._exact.delta:.4f}",
            "gama": f"{self._exact.gamma:.4f}",
            "vega": f"{self._exact.vega:.4f}",
            "theta": f"{self._exact.theta:.4f}",
            "rho": f"{self._exact.rho:.4f}",
            "hts_ints_vltl": f"{volatility if volatility == volatility else 0.0:.4f}",
            "hist_vltl": f"{0.0 if self._weekly else 100.0 * HISTORICAL:.4f}",
            "esdg": points(mispricing),
            "dprt": f"{share:.2f}",
        }

    def _pieces(self, price: int) -> Pieces:
        change = price - self._previous
        mispricing = price - self._theoretical
        volatility = 100.0 * implied_volatility(
            self._call, price / 100.0, self._forward, self._strike, self._years, RATE
        )
        share = 100.0 * mispricing / self._theoretical if self._theoretical else 0.0
        return Pieces(
            price=(
                f"{points(price)}^{sign(change)}^{points(change)}"
                f"^{100.0 * change / self._previous:.2f}"
                f"^{points(self._open)}^{points(self._high)}^{points(self._low)}"
            ),
            state=(
                f"{points(self._theoretical)}^{self._interest}"
                f"^{self._interest - self._interest_before}^{self._against_the_day(price)}"
            ),
            analysis=(
                # The premium is 0.00 in every official sample of an option.
                f"0.00^{points(self._intrinsic)}^{points(price - self._intrinsic)}^{self._greeks}"
                f"^{volatility if volatility == volatility else 0.0:.2f}^{points(mispricing)}"
                f"^{self._interest_step}^{self._theoretical_basis}^{100.0 * HISTORICAL:.2f}^"
            ),
            quotes=(
                f"{share:.2f}^{points(price - self._index)}"
                f"^{points(self._shown.ask)}^{points(self._shown.bid)}"
            ),
            limits=(
                f"{self._average}^0"
                f"^{points(self._up(price + self._width))}"
                f"^{points(max(self._down(price - self._width), self._tick(1)))}^2"
            ),
        )


def _tick_in_cents(product: Product) -> Tick:
    return lambda cents: round(100.0 * product.tick(cents / 100.0))


def _against_the_index(found: Greeks, index: float, growth: float, years: float) -> Greeks:
    """Turn slopes against the forward into those against the index, which the broker shows.

    Time and the rate move the forward too.
    """
    forward = index * growth
    return Greeks(
        delta=found.delta * growth,
        gamma=found.gamma * growth * growth,
        vega=found.vega,
        theta=found.theta - CARRY * forward * found.delta / 365.0,
        rho=found.rho + years * forward * found.delta / 100.0,
    )
