"""How old the newest trade is, by clocks that agree and by clocks that do not."""

from itertools import pairwise

import pytest

from kisopt_gui.market.delay import SEOUL_OFFSET_S, ExchangeDelay

MIDNIGHT = 1_795_359_600.0 - SEOUL_OFFSET_S
"""Some midnight in Seoul, seconds since the epoch."""
MIDNIGHT -= (MIDNIGHT + SEOUL_OFFSET_S) % 86_400
NINE = 9 * 3600.0


def test_nothing_is_known_before_the_first_trade():
    delay = ExchangeDelay()
    assert delay.seconds != delay.seconds
    delay.update(MIDNIGHT, float("nan"))
    assert delay.seconds != delay.seconds


@pytest.mark.parametrize(
    ("late", "shown"), [(0.4, 0.4), (1.7, 1.7), (119.0, 119.0), (0.0, 0.0), (-0.6, 0.0)]
)
def test_by_a_clock_that_agrees_the_delay_is_the_difference(late, shown):
    delay = ExchangeDelay()
    delay.update(MIDNIGHT + NINE + late, NINE)
    assert delay.absolute
    assert delay.seconds == pytest.approx(shown, abs=1e-6)


def test_a_trade_at_midnight_that_arrives_after_it_is_not_a_day_old():
    delay = ExchangeDelay()
    delay.update(MIDNIGHT + 0.5, 86_399.0)
    assert delay.absolute
    assert delay.seconds == pytest.approx(1.5)
    delay.update(MIDNIGHT + 0.5, 0.0)
    assert delay.seconds == pytest.approx(0.5)


@pytest.mark.parametrize("offset", [-7200.0, -9.0, 121.0, 5 * 3600.0])
def test_by_another_clock_the_delay_is_against_the_smallest_difference(offset):
    delay = ExchangeDelay()
    seen = []
    for second, late in enumerate((0.3, 0.2, 0.9, 0.2, 2.2)):
        delay.update(MIDNIGHT + NINE + second + late + offset, NINE + second)
        seen.append(delay.seconds)
    assert not delay.absolute
    assert seen == pytest.approx([0.0, 0.0, 0.7, 0.0, 2.0])


def test_a_clock_that_runs_slower_is_followed_within_a_minute():
    delay = ExchangeDelay()
    seen = []
    for second in range(0, 600):  # every second the other clock falls behind by 0.1
        delay.update(MIDNIGHT + NINE + 3600 + 1.1 * second, NINE + second)
        seen.append(delay.seconds)
    assert max(seen) <= 6.5
    assert seen[-1] > 0


def test_the_smallest_difference_is_forgotten_after_a_minute_and_not_before_half_of_one():
    delay = ExchangeDelay()
    start = MIDNIGHT + NINE + 3600
    delay.update(start, NINE)
    values = []
    for second in range(1, 100):  # from now on every trade is 3 seconds late
        delay.update(start + second + 3, NINE + second)
        values.append(delay.seconds)
    assert values[25] == pytest.approx(3.0)
    assert values[-1] == pytest.approx(0.0)
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(values))


def test_a_clock_that_is_set_right_is_believed_again():
    delay = ExchangeDelay()
    delay.update(MIDNIGHT + NINE + 500, NINE)
    assert not delay.absolute
    delay.update(MIDNIGHT + NINE + 501, NINE + 500)
    assert delay.absolute
    assert delay.seconds == pytest.approx(1.0)
