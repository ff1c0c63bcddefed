"""How long to wait before the next attempt: policy as a value."""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Delays that double from ``first`` to ``most`` seconds, each cut at random by up to half.

    The jitter keeps many clients from coming back at the same moment. `reset`
    only when the server has really served something: a server that accepts and
    then closes must see the delays grow (the broker blocks connect loops).
    """

    first: float = 1.0
    most: float = 60.0
    dice: random.Random = field(default_factory=random.Random)
    _next: float = 0.0

    def delay(self) -> float:
        """Return the seconds to wait now; the next call returns more."""
        bare = max(self.first, self._next)
        self._next = min(self.most, 2 * bare)
        return bare * self.dice.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Begin again at ``first``."""
        self._next = 0.0
