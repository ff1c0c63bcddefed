"""The text of a layouts file: versions, migrations, and telling good layouts from bad ones."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from kisopt_gui import files
from kisopt_gui.errors import KisOptError
from kisopt_gui.layouts.arrangement import Arrangement, Docks, Window
from kisopt_gui.layouts.layout import Entry, Layout, clean_name, free_name

VERSION = 2
LIMIT_BYTES = 8 << 20


class NewerFormError(ValueError):
    """The file was written by a newer program.

    Attributes:
        version: Its version.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is newer than {VERSION}")
        self.version = version


class Opened(NamedTuple):
    """What a file held.

    Attributes:
        version: Version it was written in.
        layouts: The good layouts, their names clean and unique.
        damaged: The others, as they stood in the file after its migration.
    """

    version: int
    layouts: list[Layout]
    damaged: list[object]


def opened(content: bytes) -> Opened:
    """Read a layouts file of this version or an older one.

    Raises:
        NewerFormError: It is of a newer version.
        ValueError: It is no layouts file.
    """
    if len(content) > LIMIT_BYTES:
        raise ValueError("too long")
    try:
        book = msgspec.json.decode(content, type=dict[str, Any])
        files.readable(book)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    version = book.get("version")
    if type(version) is not int or version < 1:
        raise ValueError("no version")
    if version > VERSION:
        raise NewerFormError(version)
    for step in range(version, VERSION):
        book = _MIGRATIONS[step](book)
    found = book.get("layouts")
    if not isinstance(found, list):
        raise ValueError("no layouts")
    layouts: dict[str, Layout] = {}
    damaged = []
    for each in found:
        try:
            layout = msgspec.convert(each, Layout)
            name = free_name(clean_name(layout.name), layouts)
        except (msgspec.ValidationError, KisOptError):
            damaged.append(each)
        else:
            layouts[name] = layout.named(name)
    return Opened(version, list(layouts.values()), damaged)


def written(layouts: Iterable[object]) -> bytes:
    """Return the text of a layouts file, for people too: indented, Hangul as it is."""
    # Through JSON and back: what cannot be said in it (NaN) becomes null here and not in the file.
    plain = msgspec.json.decode(msgspec.json.encode({"version": VERSION, "layouts": [*layouts]}))
    return files.readable(plain).encode("utf-8") + b"\n"


def settled(layout: Layout) -> Layout:
    """Return a layout as it will be read again: lists for tuples, null for NaN.

    Raises:
        ValueError: It could not be read again: whoever made it has a defect.
    """
    return msgspec.json.decode(msgspec.json.encode(layout), type=Layout)


class _Layout1(Struct):
    """A layout of version 1: one stream, one screen."""

    codes: list[str]
    pinned: list[str] = []
    columns: dict[str, Any] = {}
    docks: str = ""
    window: tuple[int, int, int, int] | None = None


def _from_1(book: dict[str, Any]) -> dict[str, Any]:
    """Version 1 kept the layouts by name, codes apart from pins, and one place for the window."""
    layouts = book.get("layouts")
    if not isinstance(layouts, dict):
        raise ValueError("no layouts")
    return {"layouts": [_layout_from_1(name, layouts[name]) for name in layouts]}


def _layout_from_1(name: str, found: object) -> object:
    try:
        old = msgspec.convert(found, _Layout1)
        new = Layout(
            name=name,
            watchlist=tuple(Entry("H0IOCNT0", code, code in old.pinned) for code in old.codes),
            quotes=old.columns,
            arrangements=() if old.window is None else (_arrangement_from_1(old),),
        )
        return msgspec.to_builtins(new)
    except msgspec.ValidationError:
        # No layout is a list, so it will be found damaged, and kept under its name.
        return [name, found]


def _arrangement_from_1(old: _Layout1) -> Arrangement:
    docks = Docks.of(msgspec.convert(old.docks, bytes), 1) if old.docks else None
    return Arrangement((), Window(*old.window or ()), docks)


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}
"""What makes version n + 1 of version n."""
