"""The index and what moves with it: volatility, its smile, the basis of the futures.

Levels are invented but of the right size: KOSPI200 near 1,085, volatility in
the low twenties that rises when the index falls, puts dearer than calls.
"""

from math import exp, log, sqrt
from typing import NamedTuple

from kisopt_gui.simulator.dice import Draw, normal

RATE = 0.026
"""What the broker discounts with, a year (91-day CD)."""

CARRY = 0.023
"""Growth of the forward over the index a year: rate less dividends.

A live frame of 2026-07-22 has a theoretical basis of 1.51 points 22 days before expiry.
"""

HISTORICAL = 0.2184
"""Historical volatility of the index: the broker's greeks and theoretical prices use it."""

YEAR_S = 365 * 86400.0

OPENS_S = 9 * 3600
CLOSES_S = 15 * 3600 + 30 * 60
"""Hours of the stock market, seconds of the day: outside of them the index stands still."""

_TRADING_YEAR_S = 252 * 6.5 * 3600
_VOLATILITY = 0.18 * 1.25
"""What the index really moves a year, a little more than usual so that a demo is worth watching."""

_MEAN_LEVEL = 0.215
_SKEW = -0.085
_BEND = 0.125


class Conditions(NamedTuple):
    """The state of the world that prices follow from; replaced whole, never changed.

    Attributes:
        seconds: Time of day.
        spot: Where the index is, or would be while stocks do not trade, points.
        published: The index as published, hundredths of a point.
        level: At-the-money volatility of a month, fraction a year.
        skew: Change of the smile per standard deviation out of the money, relative.
        bend: Curvature of the smile, relative.
        basis: How much futures are dearer than the theory says, points.
    """

    seconds: float
    spot: float
    published: int
    level: float
    skew: float
    bend: float
    basis: float

    def theoretical(self, years: float) -> float:
        """Return the forward that the theory says, points."""
        return self.spot * exp(CARRY * years)

    def forward(self, years: float) -> float:
        """Return the forward that the market trades, points; at expiry it is the theory's."""
        return self.theoretical(years) + self.basis * min(1.0, 20.0 * years)

    def at_the_money(self, years: float) -> float:
        """Return the volatility at the money: what is near moves more than what is far."""
        return self.level * (0.94 + 0.14 * exp(-years / 0.06))

    def volatility(self, forward: float, strike: float, years: float) -> float:
        """Return the volatility that the market pays for a strike, fraction a year."""
        money = self.at_the_money(years)
        x = log(strike / forward) / (money * sqrt(years))
        return money * (1.0 + self.skew * x + self.bend * (sqrt(x * x + 1.0) - 1.0))


class Underlying:
    """The path of the conditions through one day.

    Attributes:
        yesterday: The conditions at yesterday's close.
        now: The present ones.
    """

    def __init__(
        self,
        draw: Draw,
        opening: float,
        closed: float,
        last: Conditions | None = None,
        reached: Conditions | None = None,
        *,
        still: bool = False,
    ) -> None:
        """Open the day.

        Args:
            draw: Random numbers of its own.
            opening: Time at which derivatives open, seconds of the day.
            closed: Time at which they closed last, seconds of the same day: negative.
            last: The conditions at that close; invented if there are none.
            reached: Where a session since then has left them, if one was held.
            still: Whether stocks do not trade, as by night: the index stands still.
        """
        close = 1085.0 * exp(0.004 * normal(draw))
        self._draw = draw
        self._still = still
        self._wind = 0.0  # log of the volatility of the moment over the usual one
        self.yesterday = Conditions(
            closed, close, round(close * 100), _MEAN_LEVEL, _SKEW, _BEND, 0.1 * normal(draw)
        )
        if last is not None:
            self.yesterday = last._replace(seconds=closed)
        before = reached or self.yesterday
        gap = exp((0.001 if still else 0.0045) * normal(draw))
        self.now = before._replace(
            seconds=opening,
            spot=before.spot * gap,
            level=before.level - 0.9 * log(gap) + 0.002 * normal(draw),
        )

    def advance(self, seconds: float) -> Conditions:
        """Let time pass and return the new conditions.

        Args:
            seconds: How long; short against the minutes in which volatility changes.
        """
        draw, old = self._draw, self.now
        root = sqrt(seconds)
        minutes = seconds / 60.0
        # Quiet and lively spells of some minutes each.
        self._wind += -self._wind * _towards(minutes / 6.0) + 0.045 * root * normal(draw)
        self._wind = min(max(self._wind, -0.8), 0.9)
        move = _VOLATILITY * sqrt(seconds / _TRADING_YEAR_S) * exp(self._wind) * normal(draw)
        spot = old.spot * exp(move)
        level = old.level - 0.8 * move + 0.00012 * root * normal(draw)
        level += (_MEAN_LEVEL - level) * _towards(minutes / 180.0)
        pull = _towards(minutes / 60.0)
        skew = old.skew + 0.0002 * root * normal(draw) + (_SKEW - old.skew) * pull
        bend = old.bend + 0.0002 * root * normal(draw) + (_BEND - old.bend) * pull
        basis = old.basis * (1.0 - _towards(minutes / 3.0)) + 0.03 * root * normal(draw)
        now = old.seconds + seconds
        trading = OPENS_S <= now < CLOSES_S and not self._still
        self.now = Conditions(
            now,
            spot,
            round(spot * 100) if trading else old.published,
            min(max(level, 0.1), 0.6),
            skew,
            max(bend, abs(skew) + 0.02),  # else the far wing would fall below no volatility at all
            min(max(basis, -1.5), 1.5),
        )
        return self.now


def _towards(times: float) -> float:
    """Return how much of a distance is made good after so many relaxation times."""
    return 1.0 - exp(-times)
