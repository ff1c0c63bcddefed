"""What the program is made of, and under which licences.

A bundle brings a folder ``licences`` that was written when it was built
(packaging/licences.py). Installed by pip or run from a checkout, the program asks
the metadata of the distributions that it imports.
"""

import platform
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import msgspec

from kisopt_gui import __version__
from kisopt_gui.assets import ResourceError, resource

IMPORTED = (
    "PySide6-Essentials",
    "qasync",
    "pyqtgraph",
    "numpy",
    "websockets",
    "msgspec",
    "platformdirs",
    "cryptography",
    "keyring",
    "truststore",
)
"""The distributions that we import ourselves; each may require more."""

_NAMES = {"PySide6_Essentials": "PySide6", "numpy": "NumPy"}
_INDEX = "index.json"
_TEXT_FILE = re.compile(r"(?i)\.dist-info/(licenses/.+|(licen[cs]e|copying|notice)[^/]*)$")
_SHORT = 80


@dataclass(frozen=True, slots=True)
class Component:
    """Something that the program contains or needs.

    Attributes:
        licence: SPDX expression, "" where only the text can say it.
        homepage: Address, "" if none is stated.
        purpose: What it is, in English; "" if that is not stated.
        files: Returns where its licence texts are; asked when one is to be read.
    """

    name: str
    version: str
    licence: str = ""
    homepage: str = ""
    purpose: str = ""
    files: Callable[[], Sequence[Path]] = field(default=tuple, compare=False, repr=False)

    def text(self) -> str:
        """Read its licence texts, one below the other; "" if it came without any.

        Raises:
            ResourceError: A text cannot be read.
        """
        texts = []
        for path in self.files():
            try:
                texts.append(path.read_text("utf-8", errors="replace").strip("\n"))
            except OSError as error:
                raise ResourceError(name=path.name) from error
        return "\n\n\n".join(texts)


class _Entry(msgspec.Struct):
    """A component in the index of a bundle."""

    name: str
    version: str
    licence: str
    homepage: str
    files: list[str]
    purpose: str = msgspec.field(name="for")


def components() -> list[Component]:
    """Return everything the program is made of, ourselves first.

    Raises:
        ResourceError: The folder of a bundle is missing or damaged.
    """
    made = bundled(folder()) if getattr(sys, "frozen", False) else installed()
    return sorted(made, key=lambda each: (each.name != "kisopt", each.name.lower()))


def folder(executable: str | None = None) -> Path:
    """Return where a bundle has its licences.

    Args:
        executable: Its program, instead of the one that runs.
    """
    beside = Path(executable or sys.executable).parent
    # An .app has its programs in Contents/MacOS, and data may not stand there.
    if beside.name == "MacOS" and beside.parent.name == "Contents":
        beside = beside.parent / "Resources"
    return beside / "licences"


def bundled(place: Path) -> list[Component]:
    """Return what the index of a bundle lists.

    Raises:
        ResourceError: It is missing or damaged.
    """
    try:
        entries = msgspec.json.decode((place / _INDEX).read_bytes(), type=list[_Entry])
    except (OSError, msgspec.DecodeError) as error:
        raise ResourceError(name=f"licences/{_INDEX}") from error
    return [
        Component(
            each.name,
            each.version,
            each.licence,
            each.homepage,
            each.purpose,
            lambda each=each: [place / name for name in each.files],  # type: ignore[misc]
        )
        for each in entries
    ]


def installed() -> list[Component]:
    """Return the distributions that we import with what they require, Python and ourselves."""
    made = [_of(each) for each in _required(IMPORTED)]
    fonts = resource("fonts", "OFL.txt")
    python = Component(
        "Python",
        platform.python_version(),
        "PSF-2.0",
        "https://www.python.org",
        "The language, and its standard library",
        _texts_of_python,
    )
    font = Component("Noto Sans KR", "", "OFL-1.1", "", "Font", lambda: [fonts])
    own = Component("kisopt", __version__, "MIT", "", "This program", _texts_of_ours)
    return [own, python, font, *made]


def _required(names: Sequence[str]) -> Iterator[Distribution]:
    """Yield the installed distributions of these names, and those that they require."""
    wanted = list(names)
    seen: set[str] = set()
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop(0)).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # it is for another system or another Python
        yield found
        for requirement in found.requires or ():
            if "extra ==" not in requirement:
                wanted += re.findall(r"^[\w.-]+", requirement)


def _of(found: Distribution) -> Component:
    def stated(header: str) -> str:
        return str((found.metadata.get_all(header) or [""])[0])

    licence = stated("License-Expression") or stated("License")
    if not licence or len(licence) > _SHORT or "\n" in licence:
        classifiers = [str(each) for each in found.metadata.get_all("Classifier") or ()]
        named = [each for each in classifiers if each.startswith("License ::")]
        licence = named[0].rpartition(":: ")[2] if named else ""
    lines = [str(line).partition(",") for line in found.metadata.get_all("Project-URL") or ()]
    links = {label.strip().lower(): address.strip() for label, _, address in lines}
    homes = [stated("Home-page")]
    homes += [links.get(name, "") for name in ("homepage", "source", "source code", "repository")]
    return Component(
        _NAMES.get(found.name, found.name),
        found.version,
        licence,
        next(filter(None, homes), ""),
        stated("Summary"),
        lambda: [
            Path(str(file.locate()))
            for file in found.files or ()
            if _TEXT_FILE.search(file.as_posix())
        ],
    )


def _texts_of_python() -> list[Path]:
    """Return the licence of Python, which pyenv, Debian and Windows put elsewhere each."""
    short = ".".join(platform.python_version_tuple()[:2])
    places = (
        Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
        Path(sys.base_prefix, "share", "doc", f"python{short}", "copyright"),
    )
    return [path for path in places if path.is_file()][:1]


def _texts_of_ours() -> list[Path]:
    """Return our licence: from a checkout, else from the installed metadata."""
    path = Path(__file__).parents[1] / "LICENSE"
    if path.is_file():
        return [path]
    try:
        files = distribution("kisopt").files or ()
    except PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in files if file.name == "LICENSE"]
