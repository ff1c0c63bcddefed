"""The book of layouts and its one file, which survives damage, versions and other instances."""

import os
from pathlib import Path
from typing import NamedTuple

from kisopt_gui import files
from kisopt_gui.errors import KisOptError
from kisopt_gui.files import DamagedFileError, FolderError
from kisopt_gui.layouts import form
from kisopt_gui.layouts.errors import (
    DamagedLayoutError,
    ImportLayoutError,
    LastLayoutError,
    NewerFileError,
    NewerLayoutError,
    OwnFileError,
    TakenNameError,
    UnknownLayoutError,
)
from kisopt_gui.layouts.layout import Layout, clean_name, free_name, standard_layouts


class _Found(NamedTuple):
    """What the file holds.

    Attributes:
        layouts: By name; None if there is no file, or none any more.
        rewrite: Whether the file should be put right at once.
        error: Why the file must not be touched.
    """

    layouts: dict[str, Layout] | None = None
    rewrite: bool = False
    error: FolderError | None = None


class LayoutBook:
    """The layouts in the user's order, and the current one.

    Changes hold at once; `save` writes them. There is always a layout.

    Args:
        path: The file.
        language: "ko" or "en", for the names of the standard layouts.
    """

    def __init__(self, path: Path, language: str = "ko") -> None:
        self._path = path
        self._layouts = {layout.name: layout for layout in standard_layouts(language)}
        self._base = dict(self._layouts)
        """The layouts as last read or written: what differs from them was changed here."""
        self._current = next(iter(self._layouts))
        self._problems: list[KisOptError] = []

    @property
    def names(self) -> list[str]:
        """Names in the user's order."""
        return list(self._layouts)

    @property
    def current(self) -> Layout:
        """The layout in use, as last put."""
        return self._layouts[self._current]

    def __getitem__(self, name: str) -> Layout:
        """Return a layout by its name.

        Raises:
            UnknownLayoutError: There is none.
        """
        try:
            return self._layouts[name]
        except KeyError as error:
            raise UnknownLayoutError(name=name) from error

    def load(self, current: str = "") -> None:
        """Read the file; whatever is wrong with it, there are layouts afterwards.

        Args:
            current: Name of the layout to begin with; the first if there is none such.
        """
        found = self._read()
        if found.layouts:
            self._layouts = found.layouts
            self._base = dict(found.layouts)
        self._current = current if current in self._layouts else next(iter(self._layouts))
        error = found.error
        if found.rewrite and error is None:
            try:
                self._write()
            except FolderError as caught:
                error = caught
        if error is not None:
            self._problems.append(error)

    def save(self) -> None:
        """Write what changed here, and take over what another instance of the program changed.

        Raises:
            FolderError: The file could not be written; the changes hold until the program ends.
        """
        found = self._read()
        if found.error is not None:
            raise found.error
        if found.layouts:
            self._merge(found.layouts)
        self._write()

    def take_problems(self) -> list[KisOptError]:
        """Return what the user should be told of reading the file, and forget it."""
        problems, self._problems = self._problems, []
        return problems

    def switch(self, name: str) -> Layout:
        """Make a layout the current one.

        Raises:
            UnknownLayoutError: There is none such.
        """
        layout = self[name]
        self._current = name
        return layout

    def put(self, layout: Layout) -> None:
        """Replace what the layout of the same name says.

        Raises:
            UnknownLayoutError: There is none such.
        """
        self._layouts[self[layout.name].name] = form.settled(layout)

    def save_as(self, name: str, layout: Layout) -> str:
        """Add a layout behind the current one, and make it the current one; return its name.

        Raises:
            EmptyNameError, LongNameError, TakenNameError: It cannot be called so.
        """
        name = self._free(name)
        self._insert(form.settled(layout.named(name)), self._current)
        self._current = name
        return name

    def rename(self, old: str, new: str) -> str:
        """Give a layout another name; return it as it is kept.

        Raises:
            UnknownLayoutError: There is no ``old``.
            EmptyNameError, LongNameError, TakenNameError: It cannot be called so.
        """
        layout, name = self[old], clean_name(new)
        if name != old:
            name = self._free(name)
            self._layouts = {
                (name if each == old else each): (layout.named(name) if each == old else value)
                for each, value in self._layouts.items()
            }
            if self._current == old:
                self._current = name
        return name

    def duplicate(self, name: str) -> str:
        """Add a copy of a layout behind it; return the copy's name.

        Raises:
            UnknownLayoutError: There is none such.
        """
        copy = self[name].named(free_name(name, self._layouts))
        self._insert(copy, name)
        return copy.name

    def delete(self, name: str) -> None:
        """Remove a layout; if it was the current one, its neighbour becomes that.

        Raises:
            UnknownLayoutError: There is none such.
            LastLayoutError: It is the only one.
        """
        place = self.names.index(self[name].name)
        if len(self._layouts) == 1:
            raise LastLayoutError()
        del self._layouts[name]
        if self._current == name:
            self._current = self.names[min(place, len(self._layouts) - 1)]

    def move(self, name: str, place: int) -> None:
        """Put a layout at a place in the order, counted from 0.

        Raises:
            UnknownLayoutError: There is none such.
        """
        layout = self[name]
        others = [each for each in self._layouts.values() if each is not layout]
        others.insert(max(0, place), layout)
        self._layouts = {each.name: each for each in others}

    def import_layouts(self, path: Path) -> list[str]:
        """Add the layouts of a file at the end, renamed where a name is taken.

        Returns:
            Their names here.

        Raises:
            FolderError: The file cannot be read.
            NewerLayoutError: It is of a newer version.
            ImportLayoutError: It holds no layouts, or some that cannot be read; none were added.
        """
        content = files.read(path, form.LIMIT_BYTES + 1)
        try:
            opened = form.opened(content or b"")
        except form.NewerFormError as newer:
            raise NewerLayoutError(path=path, version=newer.version) from newer
        except ValueError as error:
            raise ImportLayoutError(path=path) from error
        if opened.damaged or not opened.layouts:
            raise ImportLayoutError(path=path)
        names = []
        for layout in opened.layouts:
            name = free_name(layout.name, self._layouts)
            self._layouts[name] = layout.named(name)
            names.append(name)
        return names

    def export_layout(self, name: str, path: Path) -> None:
        """Write one layout to a file that `import_layouts` reads.

        Raises:
            UnknownLayoutError: There is none such.
            OwnFileError: It is the file of this book.
            FolderError: The file cannot be written.
        """
        layout = self[name]
        if os.path.realpath(path) == os.path.realpath(self._path):
            raise OwnFileError(path=path)
        files.write(path, form.written([layout]))

    def _free(self, text: str) -> str:
        name = clean_name(text)
        if name in self._layouts:
            raise TakenNameError(name=name)
        return name

    def _insert(self, layout: Layout, behind: str) -> None:
        place = self.names.index(behind) + 1
        self._layouts[layout.name] = layout
        self.move(layout.name, place)

    def _read(self) -> _Found:
        """Read the file, and keep elsewhere what of it would be lost by writing it anew."""
        file = self._path.name
        try:
            content = files.read(self._path, form.LIMIT_BYTES + 1)
            if content is None:
                return _Found()
            try:
                opened = form.opened(content)
            except form.NewerFormError as newer:
                kept = files.set_aside(self._path, f"version-{newer.version}")
                if kept is not None:
                    facts = {"file": file, "version": newer.version}
                    self._problems.append(NewerFileError(**facts, kept=kept))
                return _Found()
            except ValueError:
                kept = files.set_aside(self._path, "damaged")
                if kept is not None:
                    self._problems.append(DamagedFileError(file=file, kept=kept))
                return _Found()
        except FolderError as error:
            return _Found(error=error)
        layouts = {layout.name: layout for layout in opened.layouts}
        try:
            if opened.version < form.VERSION:
                files.write_beside(self._path, f"version-{opened.version}", content)
            if opened.damaged:
                kept = files.write_beside(self._path, "damaged", form.written(opened.damaged))
                names = ", ".join(map(_name_of, opened.damaged))
                self._problems.append(DamagedLayoutError(file=file, kept=kept, names=names))
        except FolderError as error:
            return _Found(layouts, error=error)
        return _Found(layouts, rewrite=bool(opened.damaged) or opened.version < form.VERSION)

    def _merge(self, theirs: dict[str, Layout]) -> None:
        """Take over another instance's changes to layouts that were not changed here."""
        merged: dict[str, Layout] = {}
        for name, ours in self._layouts.items():
            if self._base.get(name) != ours:
                merged[name] = ours
            elif name in theirs:
                merged[name] = theirs[name]
            elif name == self._current:
                merged[name] = ours
        for name, layout in theirs.items():
            if name not in merged and name not in self._base:
                merged[name] = layout
        self._layouts = merged

    def _write(self) -> None:
        files.write(self._path, form.written(self._layouts.values()))
        self._base = dict(self._layouts)


def _name_of(damaged: object) -> str:
    match damaged:
        case {"name": str(name)} | [str(name), *_]:
            return name
    return "?"
