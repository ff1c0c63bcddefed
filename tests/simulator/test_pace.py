import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.simulator.dice import stream
from kisopt_gui.simulator.pace import SLICES, Pace


@given(st.floats(0.01, 100_000), st.integers(0, 100), st.integers(1, 5))
def test_after_whole_seconds_exactly_the_rate_was_due(rate, seed, seconds):
    pace = Pace(rate, stream(seed, "pace"))
    due = [pace.next() for _ in range(seconds * SLICES)]
    assert sum(slice_.records for slice_ in due) == int(rate * seconds)
    assert all(slice_.records >= 0 for slice_ in due)
    assert due[-1].rest == 0


def test_what_is_left_of_a_second_is_told():
    pace = Pace(1_000, stream(1, "pace"))
    due = [pace.next() for _ in range(SLICES)]
    for at, slice_ in enumerate(due):
        assert slice_.rest == sum(later.records for later in due[at + 1 :])


def test_records_come_in_bursts():
    pace = Pace(10_000, stream(1, "pace"))
    counts = sorted(pace.next().records for _ in range(20 * SLICES))
    assert counts[len(counts) // 2] < 80  # of 100 in the mean: most slices are quieter,
    assert counts[-len(counts) // 50] > 300  # some are much livelier


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_less_than_one_a_second_is_fine(rate):
    pace = Pace(rate, stream(1, "pace"))
    assert sum(pace.next().records for _ in range(10 * SLICES)) == int(10 * rate)
