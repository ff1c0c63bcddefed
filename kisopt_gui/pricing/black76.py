"""Black (1976) for European options on a forward, one option at a time.

The index pays dividends and the future trades in the same room, so options on
KOSPI200 are priced on the forward of their expiry. Everything here is a pure
function of floats; many options at once are `pricing.chain`'s work.

Volatility and rate are fractions a year (0.22, 0.025), time is years of 365
days, prices are index points. Source: F. Black, "The pricing of commodity
contracts", Journal of Financial Economics 3 (1976).
"""

from math import erfc, exp, log, nan, pi, sqrt
from typing import NamedTuple

_ROOT_HALF = sqrt(0.5)
_DENSITY = 1.0 / sqrt(2.0 * pi)
_DAYS = 365.0
_MOST_ROUNDS = 100
_CLOSE = 1e-12
_HIGHEST = 64.0
"""No market quotes 6400 %; a price that needs more is a price that is wrong."""


class Greeks(NamedTuple):
    """What the price does when one input moves and the others stay.

    Attributes:
        delta: Points for one point of the forward.
        gamma: Change of delta for one point of the forward.
        vega: Points for one point of volatility (0.22 to 0.23).
        theta: Points for one calendar day that passes.
        rho: Points for one point of the rate (0.02 to 0.03), the forward unchanged.
    """

    delta: float
    gamma: float
    vega: float
    theta: float
    rho: float


def price(
    call: bool, forward: float, strike: float, years: float, volatility: float, rate: float = 0.0
) -> float:
    """Return the value of an option; its discounted intrinsic value without time or volatility.

    Args:
        call: Whether it is a call, otherwise a put.
        forward: Forward of the expiry, positive.
        strike: Positive.
        years: Time to expiry; 0 or less means expired.
        volatility: Fraction a year, 0 or more.
        rate: Continuous, for discounting only.
    """
    return exp(-rate * max(years, 0.0)) * _undiscounted(call, forward, strike, years, volatility)


def greeks(
    call: bool, forward: float, strike: float, years: float, volatility: float, rate: float = 0.0
) -> Greeks:
    """Return the sensitivities of an option; arguments as for `price`.

    Without time or volatility the option is worth its intrinsic value: delta is
    that of a forward or nothing (a half at the money), the rest is 0.
    """
    side = 1.0 if call else -1.0
    if years <= 0.0 or volatility <= 0.0:
        discount = exp(-rate * max(years, 0.0))
        money = side * (forward - strike)
        part = 0.5 if money == 0.0 else float(money > 0.0)
        return Greeks(side * discount * part, 0.0, 0.0, 0.0, 0.0)
    discount = exp(-rate * years)
    deviation = volatility * sqrt(years)
    d1 = log(forward / strike) / deviation + 0.5 * deviation
    density = _DENSITY * exp(-0.5 * d1 * d1)
    value = discount * _undiscounted(call, forward, strike, years, volatility)
    decay = discount * forward * density * volatility / (2.0 * sqrt(years))
    return Greeks(
        delta=side * discount * _below(side * d1),
        gamma=discount * density / (forward * deviation),
        vega=discount * forward * density * sqrt(years) / 100.0,
        theta=(rate * value - decay) / _DAYS,
        rho=-years * value / 100.0,
    )


def implied_volatility(
    call: bool, premium: float, forward: float, strike: float, years: float, rate: float = 0.0
) -> float:
    """Return the volatility at which an option is worth ``premium``.

    Newton's method on the logarithm of the out-of-the-money value, which is
    nearly straight where the value itself is flat, kept inside a bracket by
    bisection.

    Args:
        call: Whether it is a call, otherwise a put.
        premium: What was paid.
        forward: Forward of the expiry, positive.
        strike: Positive.
        years: Time to expiry.
        rate: Continuous, for discounting only.

    Returns:
        Fraction a year. NaN if there is none: the premium is the intrinsic
        value or less, as much as the option could ever pay, or the option has
        expired.
    """
    if not years > 0.0:
        return nan
    side = 1.0 if call else -1.0
    target = premium * exp(rate * years)
    money = side * (forward - strike)
    if money > 0.0:
        # By parity the time value is the price of the other side, out of the money.
        call, target = not call, target - money
    if not 0.0 < target < (forward if call else strike):
        return nan
    return _solved(call, target, forward, strike, sqrt(years))


def _solved(call: bool, target: float, forward: float, strike: float, root: float) -> float:
    years = root * root
    goal = log(target)
    low, high = 0.0, _HIGHEST
    # Away from the money the steepest point of the price against volatility, from where Newton
    # cannot run away; at the money, where that point is 0, the price is nearly a straight line.
    guess = max(sqrt(2.0 * abs(log(forward / strike))), 2.5 * target / forward) / root
    guess = min(guess, 0.5 * _HIGHEST)
    for _ in range(_MOST_ROUNDS):
        value = _undiscounted(call, forward, strike, years, guess)
        if value > target:
            high = guess
        else:
            low = guess
        deviation = guess * root
        d1 = log(forward / strike) / deviation + 0.5 * deviation
        slope = forward * _DENSITY * exp(-0.5 * d1 * d1) * root
        flat = value <= 0.0 or slope <= 0.0  # nothing to take a tangent of
        newton = nan if flat else guess - (log(value) - goal) * value / slope
        if abs(newton - guess) <= _CLOSE * guess:
            return newton
        guess = newton if low < newton < high else 0.5 * (low + high)
    return guess if high < _HIGHEST else nan


def _undiscounted(
    call: bool, forward: float, strike: float, years: float, volatility: float
) -> float:
    side = 1.0 if call else -1.0
    if years <= 0.0 or volatility <= 0.0:
        return max(0.0, side * (forward - strike))
    deviation = volatility * sqrt(years)
    d1 = log(forward / strike) / deviation + 0.5 * deviation
    d2 = d1 - deviation
    return side * (forward * _below(side * d1) - strike * _below(side * d2))


def _below(x: float) -> float:
    """Probability that a standard normal variable is below ``x``, exact in both tails."""
    return 0.5 * erfc(-x * _ROOT_HALF)
