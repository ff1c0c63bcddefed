import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kisopt_gui.pricing.black76 import greeks, implied_volatility, price

forwards = st.floats(200, 2000)
moneyness = st.floats(-0.4, 0.4)
years = st.floats(1 / 365 / 24, 2)
volatilities = st.floats(0.03, 3)
rates = st.floats(0, 0.06)


def option(forward, moneyness, years, volatility, rate):
    return forward, forward * math.exp(moneyness), years, volatility, rate


options = st.builds(option, forwards, moneyness, years, volatilities, rates)


def test_a_value_worked_out_by_hand():
    # At the money: 2 N(s/2) - 1 of the forward, with s = 0.2 * sqrt(0.25) = 0.1.
    assert price(True, 100, 100, 0.25, 0.2) == pytest.approx(3.98776, abs=1e-5)
    # Hull, Options, Futures and Other Derivatives, example of Black's model: a put on a future.
    assert price(False, 20, 20, 4 / 12, 0.25, 0.09) == pytest.approx(1.12, abs=5e-3)


@given(options)
def test_put_call_parity(option):
    forward, strike, years, _, rate = option
    call = price(True, *option)
    put = price(False, *option)
    discount = math.exp(-rate * years)
    assert call - put == pytest.approx(discount * (forward - strike), abs=1e-9 * forward)


@given(options, st.booleans())
def test_a_price_lies_between_intrinsic_value_and_the_most_it_can_pay(option, call):
    forward, strike, years, _, rate = option
    discount = math.exp(-rate * years)
    intrinsic = max(0, forward - strike if call else strike - forward)
    value = price(call, *option)
    slack = 1e-9 * forward
    assert discount * intrinsic - slack <= value <= discount * (forward if call else strike) + slack


@given(options, st.booleans())
def test_greeks_are_the_slopes_of_the_price(option, call):
    forward, strike, years, volatility, rate = option
    assume(volatility * math.sqrt(years) > 0.01)
    up, down = 1.0001, 0.9999
    found = greeks(call, *option)

    def value(f=1.0, t=1.0, v=1.0, r=0.0):
        return price(call, forward * f, strike, years * t, volatility * v, rate + r)

    close = {"rel": 1e-3, "abs": 1e-6}
    step = forward * 1e-4
    assert found.delta == pytest.approx((value(f=up) - value(f=down)) / (2 * step), **close)
    assert found.gamma == pytest.approx(
        (value(f=up) - 2 * value() + value(f=down)) / step**2, rel=1e-2, abs=1e-4
    )
    vega = (value(v=up) - value(v=down)) / (2e-4 * volatility)
    assert found.vega * 100 == pytest.approx(vega, rel=1e-3, abs=1e-4)
    theta = -(value(t=up) - value(t=down)) / (2e-4 * years)
    assert found.theta * 365 == pytest.approx(theta, rel=1e-3, abs=1e-3)
    rho = (value(r=1e-5) - value(r=-1e-5)) / 2e-5
    assert found.rho * 100 == pytest.approx(rho, rel=1e-3, abs=1e-4)


@given(options)
def test_call_and_put_share_gamma_and_vega_and_their_deltas_differ_by_the_discount(option):
    call, put = greeks(True, *option), greeks(False, *option)
    discount = math.exp(-option[4] * option[2])
    assert call.delta - put.delta == pytest.approx(discount)
    assert (call.gamma, call.vega) == (put.gamma, put.vega)


@given(options, st.booleans())
def test_the_volatility_of_a_price_is_found_again(option, call):
    forward, strike, years, volatility, rate = option
    assume(greeks(call, *option).vega > 1e-6)
    value = price(call, *option)
    found = implied_volatility(call, value, forward, strike, years, rate)
    # What the price itself cannot tell, its volatility cannot either.
    slack = 1e-13 * forward / (greeks(call, *option).vega * 100)
    assert found == pytest.approx(volatility, rel=1e-9, abs=2 * slack)


@given(options, st.floats(0.01, 300), st.booleans())
def test_a_volatility_found_gives_the_price_it_was_found_from(option, premium, call):
    forward, strike, years, _, rate = option
    found = implied_volatility(call, premium, forward, strike, years, rate)
    assume(not math.isnan(found))
    assert price(call, forward, strike, years, found, rate) == pytest.approx(premium, rel=1e-7)


@pytest.mark.parametrize(
    ("call", "premium", "years"),
    [
        (True, 99.99, 0.1),  # below intrinsic
        (True, 100.0, 0.1),  # the intrinsic value itself
        (True, 1100.0, 0.1),  # as much as the forward
        (False, 0.0, 0.1),
        (False, -1.0, 0.1),
        (False, 1000.0, 0.1),  # as much as the strike
        (False, math.nan, 0.1),
        (True, 110.0, 0.0),  # expired
        (True, 110.0, -1.0),
        (True, 110.0, math.nan),
        (False, 999.999, 1e-9),  # more volatility than any market has
    ],
)
def test_a_price_that_no_volatility_gives_has_none(call, premium, years):
    assert math.isnan(implied_volatility(call, premium, 1100, 1000, years))


def test_a_search_that_runs_into_the_flat_part_comes_back():
    premium = price(True, 100, 300, 100, 1.5)  # all but the forward itself
    assert implied_volatility(True, premium, 100, 300, 100) == pytest.approx(1.5, rel=1e-3)


@pytest.mark.parametrize(("years", "volatility"), [(0, 0.2), (-1, 0.2), (0.1, 0), (0, 0)])
@pytest.mark.parametrize(
    ("call", "strike", "value", "delta"),
    [
        (True, 1000, 100, 1),
        (True, 1200, 0, 0),
        (True, 1100, 0, 0.5),
        (False, 1000, 0, 0),
        (False, 1200, 100, -1),
        (False, 1100, 0, -0.5),
    ],
)
def test_without_time_or_volatility_only_the_intrinsic_value_is_left(
    years, volatility, call, strike, value, delta
):
    assert price(call, 1100, strike, years, volatility) == value
    assert greeks(call, 1100, strike, years, volatility) == (delta, 0, 0, 0, 0)


def test_the_broker_s_own_numbers_come_out():
    # One option of 2026-07-06 as the broker's REST service gave it (docs/spec/PROTOCOL.md
    # section 6): greeks with the historical volatility, no rate, three calendar days.
    found = greeks(True, 1333.77, 1340, 3 / 365, 0.706184)
    assert found.delta == pytest.approx(0.4850, abs=2e-3)
    assert found.gamma == pytest.approx(0.0047, abs=5e-5)
    assert found.vega == pytest.approx(0.4821, abs=1e-3)
    assert found.theta == pytest.approx(-5.7158, rel=1e-2)
