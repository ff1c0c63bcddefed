"""What the ELF files of a bundle take from the system, and which Debian packages have it."""

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from release import PROGRAM, PackageError, run_tool

SCREENS = re.compile(
    r"/plugins/(platforms/libq(xcb|wayland)|wayland-|xcbglintegrations/)|/libQt6(Wl|Wayland|Xcb)"
)
"""Plugins of Qt, and what they are made of, that are for one kind of screen: Qt takes those that
it can load."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Packages of Debian that a bundle needs.

    Attributes:
        always: For the program itself.
        screens: Only for plugins of one kind of screen, and not in `always`.
    """

    always: list[str]
    screens: list[str]


@dataclass
class _Elf:
    """What one file needs: names of libraries, and the newest version of glibc."""

    libraries: set[str] = field(default_factory=set)
    glibc: tuple[int, ...] = ()


def needs(bundle: Path) -> Needs:
    """Work out what a bundle needs from the system.

    Whatever no other file of the bundle asks for is loaded by name: the program, Python's
    modules, Qt's plugins. From these the libraries follow; those that follow from plugins
    of a screen alone are no condition for the program to start.

    Raises:
        PackageError: No installed package has a library that is needed.
    """
    files = _read(bundle)
    by_name = {path.name: path for path in files}
    asked = {name for elf in files.values() for name in elf.libraries}
    tops = [path for path in files if path.name not in asked or path.name == PROGRAM]
    screens = {path for path in tops if SCREENS.search(path.as_posix())}
    core = _reached([path for path in tops if path not in screens], files, by_name)
    rest = _reached(sorted(screens), files, by_name) - core
    always = _packages(core, files, by_name)
    glibc = max((elf.glibc for elf in files.values()), default=())
    version = ".".join(map(str, glibc))
    return Needs(
        [f"libc6 (>= {version})" if name == "libc6" else name for name in sorted(always)],
        sorted(_packages(rest, files, by_name) - always),
    )


def _read(bundle: Path) -> dict[Path, _Elf]:
    """Return every ELF file of the bundle; of links only what they point to."""
    paths = []
    for path in sorted(bundle.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    paths.append(path)
    found: dict[Path, _Elf] = defaultdict(_Elf)
    here = None
    for line in run_tool("objdump", "-p", *paths).splitlines():
        if said := re.match(r"(.+):\s+file format elf", line):
            here = found[Path(said[1])]
        elif here is not None and (said := re.match(r"\s+NEEDED\s+(\S+)", line)):
            here.libraries.add(said[1])
        elif here is not None and (said := re.search(r"\sGLIBC_([\d.]+)$", line)):
            here.glibc = max(here.glibc, tuple(map(int, said[1].split("."))))
    return dict(found)


def _reached(tops: list[Path], files: dict[Path, _Elf], by_name: dict[str, Path]) -> set[Path]:
    """Return these files and what of the bundle is loaded with them."""
    reached: set[Path] = set()
    waiting = list(tops)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += [by_name[name] for name in files[path].libraries if name in by_name]
    return reached


def _packages(paths: set[Path], files: dict[Path, _Elf], by_name: dict[str, Path]) -> set[str]:
    names = {name for path in paths for name in files[path].libraries} - by_name.keys()
    return {_owner(name) for name in names}


def _owner(library: str) -> str:
    """Return the package that a library of this machine is from."""
    cached = re.findall(
        rf"^\s+{re.escape(library)} \(.*x86-64.*\) => (\S+)$",
        run_tool("/sbin/ldconfig", "-p"),
        re.M,
    )
    for place in cached:
        # dpkg knows a file by the name it was packed with, before /lib became a link to /usr/lib.
        folder = os.path.realpath(os.path.dirname(place))
        for path in (place, f"{folder}/{library}", f"{folder}/{library}".removeprefix("/usr")):
            try:
                return run_tool("dpkg-query", "-S", path).partition(":")[0]
            except PackageError:
                continue
    raise PackageError(f"the package that has {library} is not installed here")
