"""What the fault tests measure, as rows of a table, and a clock that does not wait."""

import asyncio
import selectors
import time

PROPERTY = "recovery"
_HEAD = ("fault", "seconds to all-active", "attempts", "connects/min", "changes/min", "lost")


def row(fault, seconds, attempts, usage, lost):
    """Return one row; ``usage`` is what the broker's guard tells."""
    return [
        fault,
        f"{seconds:.2f}" if isinstance(seconds, float) else seconds,
        str(attempts),
        str(max(party["most_connects_a_minute"] for party in usage.values())),
        str(max(party["most_changes_a_minute"] for party in usage.values())),
        f"{lost:,.0f}",
    ]


def table(rows):
    """Return rows as text in columns."""
    rows = [_HEAD, *rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


class _Hasty(selectors.SelectSelector):
    """Waits for sockets only; instead of waiting for a time it moves the clock there."""

    hurries = False

    def __init__(self):
        super().__init__()
        self.ahead = 0.0

    def select(self, timeout=None):
        if not self.hurries or timeout is None:
            return super().select(timeout)
        for _ in range(2):
            ready = super().select(0)
            if ready:
                return ready
        self.ahead += max(0.0, timeout)
        return []


class TimelessLoop(asyncio.SelectorEventLoop):
    """A loop on which nobody waits once it hurries: nothing to do means that it is later at once.

    Sockets are real and as fast as they are; both their ends must be on this
    loop, and no thread may be at work: who waits for one would lose patience.
    """

    def __init__(self):
        self._hasty = _Hasty()
        super().__init__(self._hasty)

    def hurry(self):
        """Wait for no time from now on."""
        self._hasty.hurries = True

    def time(self):
        return time.monotonic() + self._hasty.ahead
