"""Random numbers that are the same on every Python version.

Python promises only that ``Random.random()`` of one seed stays what it is
(library reference, module random, "Notes on Reproducibility"), so everything
here is made from that one method. For the same reason nobody in the simulator
uses ``sum`` on floats: from Python 3.12 on it rounds differently.
"""

from collections.abc import Callable
from math import cos, log, pi, sqrt
from random import Random

Draw = Callable[[], float]
"""The next number in [0, 1)."""


def stream(seed: int, name: str) -> Draw:
    """Return the random numbers of one part of the market, independent of all other parts."""
    return Random(f"{seed}/{name}").random


def normal(draw: Draw) -> float:
    """Return a normal number of mean 0 and deviation 1 (Box-Muller)."""
    return sqrt(-2.0 * log(1.0 - draw())) * cos(2.0 * pi * draw())
