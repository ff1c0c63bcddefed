"""A layout: what is watched, how the panels show it, where they stand. And its name."""

import unicodedata
from collections.abc import Container
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from kisopt_gui.layouts.arrangement import Arrangement
from kisopt_gui.layouts.errors import EmptyNameError, LongNameError

NAME_LENGTH = 40
_SETS = 8
"""Sets of screens that a layout remembers."""

_DEVICES = {"CON", "PRN", "AUX", "NUL"} | {
    f"{port}{at}" for port in ("COM", "LPT") for at in range(10)
}
"""Names that Windows does not let a file have."""

_Word = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9]{1,20}\Z")]


class Entry(Struct, frozen=True):
    """One watched contract.

    Attributes:
        tr_id: Its stream: "H0IOCNT0".
        code: Its short code.
        pinned: Whether the user pinned it.
        label: What a reader of the file would call it; the program does not use it.
    """

    tr_id: _Word
    code: _Word
    pinned: bool = False
    label: str = ""


class Layout(Struct, frozen=True, kw_only=True):
    """One named layout.

    Attributes:
        name: Its name, unique in its book.
        watchlist: What is watched, in order; None is filled around the money.
        fill: Whose strikes fill it: those of the nearest "month", or of the
            "nearest" expiry, weekly ones too.
        quotes: State of the quotes panel, in its own words; so with the next two.
        charts: State of the charts.
        subscriptions: State of the subscription panel.
        arrangements: How everything stood on each set of screens, newest first.
    """

    name: str
    watchlist: tuple[Entry, ...] | None = None
    fill: Literal["month", "nearest"] = "month"
    quotes: dict[str, Any] = msgspec.field(default_factory=dict)
    charts: dict[str, Any] = msgspec.field(default_factory=dict)
    subscriptions: dict[str, Any] = msgspec.field(default_factory=dict)
    arrangements: tuple[Arrangement, ...] = ()

    def named(self, name: str) -> "Layout":
        """Return the same layout under another name."""
        return msgspec.structs.replace(self, name=name)

    def arranged(self, arrangement: Arrangement) -> "Layout":
        """Return the layout with how everything stands now; other sets of screens stay known."""
        screens = {*arrangement.screens}
        others = [each for each in self.arrangements if {*each.screens} != screens]
        return msgspec.structs.replace(self, arrangements=(arrangement, *others[: _SETS - 1]))

    def same_work(self, other: "Layout") -> bool:
        """Whether both watch and show the same; where windows stand does not count."""
        return self._work() == other._work()

    def _work(self) -> bytes:
        watched = None
        if self.watchlist is not None:
            watched = [(each.tr_id, each.code, each.pinned) for each in self.watchlist]
        work = (watched, self.fill, self.quotes, self.charts, self.subscriptions)
        # As JSON a state just taken equals the one that was read: NaN is null, a tuple a list.
        return msgspec.json.encode(work, order="deterministic")


def standard_layouts(language: str) -> list[Layout]:
    """Return what a new user finds: a watch around the money, and one for expiry day."""
    korean = language == "ko"
    return [
        Layout(name="등가 감시" if korean else "ATM watch"),
        Layout(name="만기일" if korean else "Expiry day", fill="nearest"),
    ]


def clean_name(text: str) -> str:
    """Return a name as it is kept: composed, trimmed, on one line, without control characters.

    Raises:
        EmptyNameError: Nothing that can be seen remains.
        LongNameError: More than `NAME_LENGTH` characters remain.
    """
    kept = "".join(
        each for each in text if each.isspace() or unicodedata.category(each) not in ("Cc", "Cs")
    )
    name = unicodedata.normalize("NFC", " ".join(kept.split()))
    # Format characters join emoji, but alone they show nothing.
    if not any(unicodedata.category(each)[0] not in "CZ" for each in name):
        raise EmptyNameError()
    if len(name) > NAME_LENGTH:
        raise LongNameError(length=len(name), limit=NAME_LENGTH)
    return name


def free_name(name: str, taken: Container[str]) -> str:
    """Return ``name``, or with the first number behind it that makes it unique: "만기일 (2)"."""
    number, free = 1, name
    while free in taken:
        number += 1
        mark = f" ({number})"
        free = name[: NAME_LENGTH - len(mark)].rstrip() + mark
    return free


def file_name(name: str) -> str:
    """Return a file name for an exported layout that every system takes."""
    kept = "".join("_" if each in '\\/:*?"<>|' else each for each in name).strip(" .")
    if kept.upper() in _DEVICES or not kept:
        kept = f"kisopt {kept}".strip()
    return f"{kept}.json"
