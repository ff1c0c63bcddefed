"""Garbage is collected on the window's thread: what is Qt's must not die on the feed's."""

import gc

from kisopt_gui.ui.clock import FrameClock

YOUNG = 50_000
"""Objects that come together until the young ones are looked through."""

_OLD = 50
"""How often the young ones are looked through until all are."""


def tend(clock: FrameClock) -> None:
    """Let what lives now live on unlooked at, and collect the rest from now on."""
    gc.collect()
    gc.freeze()
    gc.disable()  # by itself it would run on whatever thread makes the next object
    clock.second.connect(_collect)


def _collect() -> None:
    young, _, old = gc.get_count()
    if young > YOUNG:
        gc.collect(2 if old >= _OLD else 1)
