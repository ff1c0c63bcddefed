"""When what of the start happened; the first quote on the screen is one that others wait for."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from kisopt_gui.market.store import Store
    from kisopt_gui.ui.clock import FrameClock
    from kisopt_gui.ui.watchlist import Watchlist

_FILE = "KISOPT_TIMINGS"
"""Environment variable: a file for the moments (benchmarks/start.py, benchmarks/bundle)."""

_OPTIONS = ("H0IOCNT0", "H0EUCNT0")


class Moments:
    """Moments of the start, monotonic seconds.

    Args:
        started: When the program began.
    """

    def __init__(self, started: float) -> None:
        self._moments = {"started": started}
        self._quoted: asyncio.Event | None = None

    def note(self, name: str) -> None:
        """Say that something has happened now."""
        self._moments[name] = perf_counter()

    def since_start(self, name: str) -> float:
        """Return how long after the start something happened, s; NaN if it has not."""
        return self._moments.get(name, float("nan")) - self._moments["started"]

    def watch(self, clock: FrameClock, store: Store, watchlist: Watchlist) -> None:
        """Note "quote" when the first number of an option stands on the screen.

        Index and future, which choose the strikes, come before them and are not meant.
        """
        import asyncio

        self._quoted = quoted = asyncio.Event()

        def look() -> None:
            options = (key for key in watchlist.keys if key.tr_id in _OPTIONS)
            if any(store.watched(key) is not None for key in options):
                clock.shown.disconnect(look)
                self.note("quote")
                quoted.set()

        clock.shown.connect(look)

    async def quoted(self, seconds: float) -> None:
        """Wait for the first quote, at most so long."""
        import asyncio
        from contextlib import suppress

        assert self._quoted is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._quoted.wait()

    def write(self) -> None:
        """Write the moments to the file that the environment names, if it does."""
        path = os.environ.get(_FILE)
        if path:
            import msgspec

            Path(path).write_bytes(msgspec.json.encode(self._moments))
