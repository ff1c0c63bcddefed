"""Installed Python distributions: which of them a file is from, and its licence."""

import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from components import TEXTS, Component, LicenceError

GNU = ["LGPL-3.0", "GPL-3.0"]
"""LGPL 3 is a supplement to GPL 3, so it takes both texts."""

_LICENCES = {
    # Where the metadata state none, or not in the words of SPDX.
    "backports-tarfile": "MIT",
    "colorama": "BSD-3-Clause",
    "jaraco-classes": "MIT",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception AND Apache-2.0",
    "pyinstaller-hooks-contrib": "Apache-2.0",
    "pyqtgraph": "MIT AND CC-BY-4.0 AND CC0-1.0",
    "pyside6-essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
}
_COMMON = {
    "pyinstaller": ["Apache-2.0"],
    "pyside6-essentials": GNU,
    "shiboken6": GNU,
}
_NAMES = {
    "pyinstaller": "PyInstaller bootloader",
    "pyinstaller-hooks-contrib": "PyInstaller hooks",
    "pyside6-essentials": "PySide6",
    "numpy": "NumPy",
}
_PURPOSES = {
    "pyinstaller": "Starts the program and its Python",
    "pyinstaller-hooks-contrib": "Run-time hooks of the bundle",
}
_CRATES_OF_THE_BUILD = {
    # They write or find code when cryptography is compiled; nothing of them is in it.
    *("asn1_derive", "cc", "find-msvc-tools", "heck", "openssl-macros", "pkg-config"),
    *("proc-macro2", "pyo3-build-config", "pyo3-macros", "pyo3-macros-backend", "quote"),
    *("shlex", "syn", "target-lexicon", "unicode-ident", "vcpkg"),
}
_OTHERS = {"openssl": "Apache-2.0"}
"""What an inventory lists without a licence."""

_LICENCE_FILE = re.compile(r"(?i)(^|/)[^/]*(licen[cs]e|copying|notice)[^/]*$")
_CODE = re.compile(r"\.(py|pyc|pyi|so|pyd|h|c|cpp|qml|js)$")
_SPDX = re.compile(r"[A-Za-z0-9.+() -]{2,60}")
_BUNDLED = re.compile(r"^Name: (.+)\nFiles: .+\n(?:.+\n)*?License: (.+)$", re.M)


class Wheels:
    """The distributions of an environment, found by the files they installed."""

    def __init__(self, installed: Iterable[Distribution] | None = None) -> None:
        """Read the records.

        Args:
            installed: Distributions instead of those of the running Python.
        """
        self._files: dict[str, Distribution] = {}
        self._modules: dict[str, Distribution] = {}
        for each in distributions() if installed is None else installed:
            for file in each.files or ():
                name = file.as_posix()
                self._files[name] = each
                if name.endswith(".py"):
                    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                    self._modules[module] = each

    def file(self, inside: str) -> Distribution | None:
        """Return the distribution that installed a file, given its path below site-packages."""
        return self._files.get(inside)

    def module(self, name: str) -> Distribution | None:
        """Return the distribution that a module, or a package without a file, is from."""
        if name in self._modules:
            return self._modules[name]
        inside = (each for known, each in self._modules.items() if known.startswith(f"{name}."))
        return next(inside, None)


def name_of(distribution: Distribution) -> str:
    """Return a distribution's name as indexes write it: "pyside6-essentials"."""
    return re.sub(r"[-_.]+", "-", distribution.name).lower()


def component(distribution: Distribution, carried: list[str]) -> Component:
    """Return the component that a distribution is.

    Raises:
        LicenceError: It brings no licence text, or contains something that has none.
    """
    name = name_of(distribution)
    texts = list(_own_texts(distribution))
    made = Component(
        name=_NAMES.get(name, distribution.name),
        version=distribution.version,
        licence=_LICENCES.get(name) or _licence(distribution),
        homepage=_homepage(distribution),
        purpose=_PURPOSES.get(name) or _stated(distribution, "Summary"),
        texts=texts,
        common=list(_COMMON.get(name, ())),
        carried=carried,
    )
    if not made.texts and not made.common:
        raise LicenceError(f"{distribution.name} brings no licence text")
    if any("numpy.libs/" in file or ".dylibs/" in file for file in carried):
        bundled = {found[1].strip() for text in texts for found in _BUNDLED.findall(text[1])}
        # Its authors wrote the licence of the libraries into the file of their own.
        made.licence = " AND ".join([made.licence, *sorted(bundled - set(made.licence.split()))])
    _add_inventory(made, distribution)
    return made


def qt(version: str, carried: list[str]) -> Component:
    """Return Qt, whose libraries come in the wheel of PySide6."""
    text = (TEXTS / "qt-third-party.txt").read_text("utf-8")
    return Component(
        name="Qt",
        version=version,
        licence="LGPL-3.0-only",
        homepage="https://www.qt.io",
        purpose="Windows, drawing, fonts, input",
        texts=[("Code of others in Qt", text)],
        common=list(GNU),
        carried=carried,
    )


def icu(carried: list[str]) -> Component:
    """Return ICU, which comes with Qt."""
    found = re.search(r"\.so\.(\d+)|icu\w*?(\d+)\.", " ".join(carried))
    return Component(
        name="ICU",
        version=next((group for group in found.groups() if group), "") if found else "",
        licence="Unicode-DFS-2016",
        homepage="https://icu.unicode.org",
        purpose="Languages and calendars, for Qt",
        texts=[("Licence", (TEXTS / "ICU.txt").read_text("utf-8"))],
        carried=carried,
    )


def _own_texts(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """Yield path and text of each licence file that a distribution installed."""
    for file in distribution.files or ():
        name = file.as_posix()
        found = _LICENCE_FILE.search(name) or ".dist-info/licenses/" in name
        if not found or _CODE.search(name) or "/sboms/" in name or name.startswith(".."):
            continue
        path = Path(str(file.locate()))
        if path.is_file():
            yield re.sub(r"^.*\.dist-info/(licenses/)?", "", name), path.read_text("utf-8")


def _stated(distribution: Distribution, header: str) -> str:
    """Return a line of the metadata, "" if they have none of the name."""
    return str((distribution.metadata.get_all(header) or [""])[0])


def _licence(distribution: Distribution) -> str:
    stated = _stated(distribution, "License-Expression") or _stated(distribution, "License")
    return stated if _SPDX.fullmatch(stated) else ""


def _homepage(distribution: Distribution) -> str:
    """Return the address that the metadata call the home page, else the source, else ""."""
    links = {}
    for line in distribution.metadata.get_all("Project-URL") or ():
        label, _, address = line.partition(",")
        links[re.sub(r"[^a-z]", "", label.lower())] = address.strip()
    home = _stated(distribution, "Home-page") or links.get("homepage")
    sources = (links.get(name) for name in ("source", "repository", "sourcecode"))
    return home or next(filter(None, sources), "")


def _add_inventory(made: Component, distribution: Distribution) -> None:
    """Add what is compiled into a distribution, as its own inventories (CycloneDX) say.

    Raises:
        LicenceError: A part has a licence that is neither Apache-2.0 nor in our texts.
    """
    lines = []
    for file in distribution.files or ():
        if ".dist-info/sboms/" not in file.as_posix():
            continue
        inventory = json.loads(Path(str(file.locate())).read_text("utf-8"))
        for part in inventory.get("components", ()):
            name, version = part["name"], part.get("version", "")
            stated = [each.get("expression", "") for each in part.get("licenses") or ()]
            licence = next(filter(None, stated), "") or _OTHERS.get(name, "")
            if name in _CRATES_OF_THE_BUILD or part.get("type") != "library":
                continue
            # A notice may only be spared where Apache-2.0 can be chosen.
            text = TEXTS / "crates" / f"{name}.txt"
            if text.is_file():
                made.texts.append((f"{name} {version}", text.read_text("utf-8")))
            elif "Apache-2.0" not in licence or "AND" in licence:
                raise LicenceError(
                    f"{distribution.name} contains {name} {version} ({licence or 'no licence'}); "
                    f"its licence text is wanted in {text.name}"
                )
            elif "Apache-2.0" not in made.common:
                made.common.append("Apache-2.0")
            lines.append(f"{name} {version}: {licence}")
    if lines:
        made.texts.insert(0, ("Compiled in", "\n".join(lines)))
