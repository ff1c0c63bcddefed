"""How the window and its docks stood on a set of screens, and where to put them on another."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

_Place = Annotated[int, Meta(ge=-99_999, le=99_999)]
_Length = Annotated[int, Meta(ge=1, le=99_999)]

_HANDLE_PX = 64
"""How much of a window's upper edge must be on a screen to take hold of it."""

_FRAME_PX = 40
"""Room that a title bar takes above the window."""


class Area(NamedTuple):
    """A part of the desktop in Qt's pixels, which are the screen's divided by its scale."""

    x: int
    y: int
    width: int
    height: int


class Screen(Struct, frozen=True):
    """One screen of a set."""

    name: str
    x: _Place
    y: _Place
    width: _Length
    height: _Length


class Window(Struct, frozen=True):
    """Where the window was, without its frame; when maximised, where it would return to."""

    x: _Place
    y: _Place
    width: _Length
    height: _Length
    maximised: bool = False


class Docks(Struct, frozen=True):
    """How the docks stood, in Qt's own words.

    Attributes:
        version: Version of our set of docks.
        state: Qt's bytes in base64.
        check: CRC-32 of the bytes. Qt trusts what it reads, so it is never
            given bytes that it did not write itself.
    """

    version: int
    state: str
    check: int

    @classmethod
    def of(cls, content: bytes, version: int) -> "Docks":
        """Keep what QMainWindow.saveState() returned."""
        return cls(version, base64.b64encode(content).decode("ascii"), zlib.crc32(content))

    def content(self, version: int) -> bytes | None:
        """Return Qt's bytes; None if they are damaged or of another version."""
        try:
            content = base64.b64decode(self.state, validate=True)
        except (binascii.Error, ValueError):
            return None
        whole = self.version == version and zlib.crc32(content) == self.check
        return content if whole else None


class Arrangement(Struct, frozen=True):
    """How everything stood on one set of screens.

    Attributes:
        screens: The screens, the main one first.
        window: The window.
        docks: The docks; None for the standard arrangement.
    """

    screens: tuple[Screen, ...]
    window: Window
    docks: Docks | None = None


class Placement(NamedTuple):
    """Where to put the window now, and the docks."""

    window: Window
    docks: Docks | None


def placement(
    arrangements: Sequence[Arrangement], screens: Sequence[Screen], areas: Sequence[Area]
) -> Placement | None:
    """Choose how to stand on the screens of now.

    On a set of screens that is known, everything returns to where it was. On
    another, the newest arrangement is used, and the window moved and shrunk
    so that it fits.

    Args:
        arrangements: What is remembered, newest first.
        screens: The screens of now.
        areas: What of each is free for windows, the main one's first.

    Returns:
        The placement, or None if nothing is remembered.
    """
    if not arrangements:
        return None
    known = next((each for each in arrangements if _same(each.screens, screens)), None)
    chosen = known or arrangements[0]
    window = chosen.window
    if known is None or not any(_in_reach(window, area) for area in areas):
        window = fitted(window, areas)
    return Placement(window, chosen.docks)


def fitted(window: Window, areas: Sequence[Area]) -> Window:
    """Return the window as it is if one area holds all of it, else centred and no larger than one.

    Args:
        window: Where it was.
        areas: What is free for windows, the main screen's first; not empty.
    """
    if any(_holds(area, window) for area in areas):
        return window
    area = max(areas, key=lambda area: _shared(area, window))
    width = min(window.width, area.width)
    height = min(window.height, area.height - _FRAME_PX)
    return Window(
        area.x + (area.width - width) // 2,
        area.y + max(_FRAME_PX, (area.height - height) // 2),
        max(1, width),
        max(1, height),
        window.maximised,
    )


def _same(one: Sequence[Screen], other: Sequence[Screen]) -> bool:
    """Whether two sets are equal, whichever screen is the main one."""
    return {*one} == {*other} and len(one) == len(other)


def _holds(area: Area, window: Window) -> bool:
    return (
        area.x <= window.x
        and area.y <= window.y
        and window.x + window.width <= area.x + area.width
        and window.y + window.height <= area.y + area.height
    )


def _shared(area: Area, window: Window) -> int:
    """Square pixels that both cover; 0 when apart."""
    width = min(area.x + area.width, window.x + window.width) - max(area.x, window.x)
    height = min(area.y + area.height, window.y + window.height) - max(area.y, window.y)
    return max(0, width) * max(0, height)


def _in_reach(window: Window, area: Area) -> bool:
    """Whether enough of the upper edge is on the area to move the window by hand."""
    wide = min(window.width, _HANDLE_PX)
    shared = min(area.x + area.width, window.x + window.width) - max(area.x, window.x)
    return shared >= wide and area.y <= window.y <= area.y + area.height - _FRAME_PX
