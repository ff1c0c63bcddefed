from random import Random

import pytest

from kisopt_gui.simulator.dice import normal, stream


def test_a_stream_is_python_s_promised_one():
    assert stream(7, "flow")() == Random("7/flow").random()


def test_the_numbers_of_a_seed_are_the_same_for_ever():
    draw = stream(1, "underlying")
    assert [draw() for _ in range(3)] == [
        0.05948149187767171,
        0.5177768006411656,
        0.5480705027399555,
    ]


def test_streams_of_one_seed_are_independent():
    first, again, other = (stream(1, name) for name in ("a", "a", "b"))
    values = [first() for _ in range(5)]
    assert values == [again() for _ in range(5)]
    assert values != [other() for _ in range(5)]


def test_normal_numbers_are_normal():
    draw = stream(1, "normal")
    values = [normal(draw) for _ in range(20_000)]
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    assert mean == pytest.approx(0, abs=0.03)
    assert deviation == pytest.approx(1, abs=0.03)
    assert sum(abs(value) > 2 for value in values) / len(values) == pytest.approx(0.0455, abs=0.005)


def test_the_smallest_and_the_largest_number_drawn_are_no_trouble():
    assert normal(lambda: 0.0) == 0.0
    assert abs(normal(lambda: 1.0 - 2.0**-53)) < 9
