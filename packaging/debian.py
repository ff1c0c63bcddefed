"""Libraries of the build system: which Debian package a file is from, and its licence."""

import functools
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from components import COMMON, Component, LicenceError

DOCUMENTS = Path("/usr/share/doc")

LICENCES = {
    # Packages whose copyright file is prose, or speaks first of programs that are not in here.
    "bzip2": "bzip2-1.0.6",
    "dbus": "AFL-2.1 OR GPL-2.0-or-later",
    "e2fsprogs": "MIT",
    "fontconfig": "HPND-sell-variant",
    "freetype": "FTL OR GPL-2.0-or-later",
    "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glib2.0": "LGPL-2.1-or-later",
    "keyutils": "LGPL-2.0-or-later",
    "krb5": "MIT",
    "libgcrypt20": "LGPL-2.1-or-later",
    "libpng1.6": "Libpng",
    "libx11": "MIT",
    "libxau": "MIT-open-group",
    "libxcb": "MIT",
    "libxdmcp": "MIT-open-group",
    "libxkbcommon": "MIT",
    "ncurses": "X11-distribute-modifications-variant",
    "pcre2": "BSD-3-Clause",
    "python": "PSF-2.0",
    "util-linux": "BSD-3-Clause",
    "xcb-util-renderutil": "X11",
    "xcb-util-wm": "X11",
    "xz-utils": "LicenseRef-public-domain",
}
"""Source package, without the version that some have at the end, to SPDX expression."""

_SPDX = {
    "Apache-2.0": "Apache-2.0",
    "BSD-2-clause": "BSD-2-Clause",
    "BSD-3-clause": "BSD-3-Clause",
    "CC0-1.0": "CC0-1.0",
    "Expat": "MIT",
    "GPL-2": "GPL-2.0-only",
    "GPL-2+": "GPL-2.0-or-later",
    "GPL-3+": "GPL-3.0-or-later",
    "ISC": "ISC",
    "LGPL-2+": "LGPL-2.0-or-later",
    "LGPL-2.1+": "LGPL-2.1-or-later",
    "LGPL-3+": "LGPL-3.0-or-later",
    "MIT": "MIT",
    "MIT/X": "MIT",
    "MIT/X11": "MIT",
    "X11": "X11",
    "Zlib": "Zlib",
}
_SHARED = re.compile(r"L?GPL-\d\.\d|Apache-2\.0")
_REFERENCE = re.compile(r"/usr/share/common-licenses/([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])")


@dataclass(frozen=True)
class Package:
    """An installed package, as dpkg knows it."""

    name: str
    source: str
    version: str
    summary: str
    homepage: str


def system_library(name: str) -> Path | None:
    """Return the library that the system's loader would take for a name, None if it has none."""
    path = _loader_cache().get(name)
    return Path(path).resolve() if path else None


def owner(path: Path) -> Package | None:
    """Return the package that installed a file, None if none did or this is no Debian.

    Args:
        path: Where the file is after every symbolic link was followed.
    """
    if shutil.which("dpkg") is None:
        return None
    # What is in /usr/lib was installed as /lib by packages older than the merger of the two.
    for asked in (str(path), str(path).removeprefix("/usr")):
        found = _run("dpkg", "-S", asked)
        if found:
            return _package(found.partition(": ")[0].partition(",")[0])
    return None


def component(packages: list[Package], carried: list[str]) -> Component:
    """Return the component that some packages made of one source are.

    Raises:
        LicenceError: A package has no copyright file.
    """
    first = packages[0]
    texts: dict[str, str] = {}
    for package in packages:
        path = DOCUMENTS / package.name.partition(":")[0] / "copyright"
        if not path.is_file():
            raise LicenceError(f"the package {package.name} has no copyright file")
        text = path.read_text("utf-8", errors="replace")
        if text not in texts.values():
            texts[f"Debian's copyright file of {package.name}"] = text
    common = set()
    for text in texts.values():
        # GPL is a link to GPL-3; a name that is written wrong in a package leads nowhere.
        paths = [COMMON / name for name in _REFERENCE.findall(text)]
        common |= {_full(path.resolve().name) for path in paths if path.is_file()}
    expression = licence(first.source, next(iter(texts.values())))
    common |= set(_SHARED.findall(expression))
    names = ", ".join(sorted({package.name for package in packages}))
    source = f"From Debian: {names}; source package {first.source} {first.version}."
    return Component(
        name=first.source,
        version=first.version,
        licence=expression,
        homepage=first.homepage,
        purpose=first.summary,
        texts=[("Source", source), *texts.items()],
        common=sorted(common),
        carried=carried,
    )


def licence(source: str, text: str) -> str:
    """Return the licence as an SPDX expression, "" if only the text can say it.

    Args:
        source: Name of the source package.
        text: Its copyright file.
    """
    known = LICENCES.get(source) or LICENCES.get(re.sub(r"-?[\d.]+$", "", source))
    if known:
        return known
    stanza = re.search(r"^Files:\s*\*.*?^License:\s*(\S[^\n]*)$", text, re.M | re.S)
    words = stanza[1].split() if stanza else []
    spdx = {"or": "OR", "and": "AND", **_SPDX}
    if not words or any(word not in spdx for word in words):
        return ""
    return " ".join(spdx[word] for word in words)


def _full(name: str) -> str:
    """Return SPDX's name of a shared licence: "GPL-2.0" of "GPL-2"."""
    return f"{name}.0" if re.search(r"-\d$", name) else name


@functools.cache
def _package(name: str) -> Package:
    shown = "${source:Package}\t${source:Version}\t${binary:Summary}\t${Homepage}"
    source, version, summary, homepage = _run("dpkg-query", "-W", "-f", shown, name).split("\t")
    return Package(name, source, version, summary, homepage.strip())


@functools.cache
def _loader_cache() -> dict[str, str]:
    """Return the libraries that the loader knows, the first of each name: the one it takes."""
    tool = shutil.which("ldconfig") or "/sbin/ldconfig"
    if not Path(tool).exists():
        return {}
    found: dict[str, str] = {}
    for name, path in re.findall(r"^\t(\S+) \(.*\) => (\S+)$", _run(tool, "-p"), re.M):
        found.setdefault(name, path)
    return found


def _run(*words: str) -> str:
    """Return what a command prints, "" if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""
