from itertools import pairwise
from math import log, sqrt

import pytest

from kisopt_gui.pricing.black76 import price
from kisopt_gui.simulator.dice import stream
from kisopt_gui.simulator.underlying import Underlying

OPENING = 8 * 3600 + 45 * 60
CLOSED = OPENING - 17 * 3600


def day(seed, step=1.0, hours=7.0):
    underlying = Underlying(stream(seed, "underlying"), OPENING, CLOSED)
    path = [underlying.now]
    while path[-1].seconds < OPENING + hours * 3600:
        path.append(underlying.advance(step))
    return underlying, path


def test_the_index_moves_about_as_much_as_it_should():
    moves = []
    for seed in range(12):
        _, path = day(seed, 5.0)
        moves += [log(after.spot / before.spot) for before, after in pairwise(path)]
    spread = sqrt(sum(move * move for move in moves) / len(moves))
    assert 0.18 < spread * sqrt(252 * 6.5 * 3600 / 5.0) < 0.32


@pytest.mark.parametrize("seed", range(6))
def test_levels_stay_where_a_market_s_are(seed):
    _, path = day(seed, 2.0)
    assert all(950 < each.spot < 1250 for each in path)
    assert all(0.1 < each.level < 0.45 for each in path)
    assert all(-0.16 < each.skew < -0.02 for each in path)
    assert all(abs(each.skew) < each.bend < 0.25 for each in path)
    assert all(abs(each.basis) <= 1.5 for each in path)
    assert len({each.level for each in path}) > 1000


def test_volatility_rises_when_the_index_falls():
    together = 0.0
    for seed in range(6):
        _, path = day(seed, 10.0)
        for before, after in pairwise(path):
            together += (after.spot - before.spot) * (after.level - before.level)
    assert together < 0


def test_the_published_index_stands_still_while_stocks_do_not_trade():
    underlying, path = day(3)
    early = [each for each in path if each.seconds < 9 * 3600]
    assert {each.published for each in early} == {underlying.yesterday.published}
    assert len({each.spot for each in early}) > 500
    late = [each for each in path if each.seconds >= 15.5 * 3600]
    assert len({each.published for each in late}) == 1
    during = [each for each in path if 9 * 3600 <= each.seconds < 15.5 * 3600]
    assert all(each.published == round(each.spot * 100) for each in during)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("days", [0.1, 0.5, 3, 17, 50, 200])
def test_the_smile_gives_nothing_away(seed, days):
    underlying, _ = day(seed, 30.0)
    now, years = underlying.now, days / 365
    forward = now.forward(years)
    calls = []
    for at in range(240):
        strike = 800.0 + 2.5 * at
        volatility = now.volatility(forward, strike, years)
        assert volatility > 0.05
        calls.append(price(True, forward, strike, years, volatility))
    assert all(after <= before + 1e-9 for before, after in pairwise(calls))
    slopes = [after - before for before, after in pairwise(calls)]
    assert all(after >= before - 1e-6 for before, after in pairwise(slopes))
    assert all(slope >= -2.5 - 1e-9 for slope in slopes)


def test_puts_are_dearer_than_calls_and_the_near_is_dearer_than_the_far():
    now = Underlying(stream(1, "underlying"), OPENING, CLOSED).now
    forward = now.forward(0.05)
    assert now.volatility(forward, 0.95 * forward, 0.05) > now.volatility(forward, forward, 0.05)
    assert now.volatility(forward, 0.95 * forward, 0.05) > now.volatility(
        forward, 1.05 * forward, 0.05
    )
    assert now.at_the_money(0.01) > now.at_the_money(0.5)


def test_the_basis_is_gone_at_expiry():
    now = Underlying(stream(1, "underlying"), OPENING, CLOSED).now._replace(basis=1.0)
    assert now.forward(0.0) == now.spot
    assert now.forward(0.1) == pytest.approx(now.theoretical(0.1) + 1.0)


def test_yesterday_s_close_is_where_today_begins():
    underlying = Underlying(stream(1, "underlying"), OPENING, CLOSED)
    assert underlying.yesterday.seconds == CLOSED
    assert underlying.now.seconds == OPENING
    assert underlying.now.published == underlying.yesterday.published
    assert abs(underlying.now.spot / underlying.yesterday.spot - 1) < 0.03
