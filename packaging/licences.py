"""The licences of everything in a bundle: `python packaging/licences.py dist/kisopt`.

Each file of the bundle, and each module inside its executable, is traced to where it comes
from. One that cannot be traced is an error, so nothing goes out without its licence.
"""

import argparse
import platform
import re
import sys
import sysconfig
import tomllib
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.metadata import Distribution
from pathlib import Path

import debian
import wheels
from components import TEXTS, Component, LicenceError, write

ROOT = Path(__file__).parents[1]
FOLDER = "licences"
_QT = re.compile(r"PySide6/(Qt/|Qt6\w*\.dll$|plugins/|translations/|resources/)")
_ICU = re.compile(r"(^|/)(lib)?icu\w+\.?(so|dll|dylib|\d)")
_LOADER = re.compile(r"pyi(mod\d+_\w+|boot\d+_\w+|_splash)|_pyi_rth_utils(\..*)?|pyi_rth_\w+")
_BINARY = re.compile(r"\.(so|dll|dylib|pyd)(\.|$)")


@dataclass
class _Found:
    """What was traced so far: origin to files."""

    distributions: dict[str, tuple[Distribution, list[str]]] = field(default_factory=dict)
    packages: dict[str, list[tuple[debian.Package, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    qt: list[str] = field(default_factory=list)
    icu: list[str] = field(default_factory=list)
    python: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, distribution: Distribution, file: str) -> None:
        name = wheels.name_of(distribution)
        self.distributions.setdefault(name, (distribution, []))[1].append(file)


def collect(bundle: Path) -> list[Component]:
    """Return everything that a bundle is made of.

    Args:
        bundle: The folder that PyInstaller made, or the .app of macOS. It must have been built
            by the Python that runs this.

    Raises:
        LicenceError: A file's origin, or a component's licence text, is not known.
    """
    content = _content(bundle)
    installed = wheels.Wheels()
    found = _Found()
    for path in sorted(bundle.rglob("*")):
        if path.is_dir() or path.relative_to(bundle).parts[0] == FOLDER:
            continue
        if not path.resolve().is_relative_to(bundle.resolve()):
            found.unknown.append(f"{path.relative_to(bundle)}, a link out of the bundle")
        elif path.is_symlink():
            continue  # what it leads to is in the bundle, and traced
        else:
            _trace_file(path, _inside(path, bundle, content), installed, found)
    for program in _executables(bundle):
        _trace_modules(program, installed, found)
    if found.unknown:
        raise LicenceError("no known origin: " + "; ".join(sorted(found.unknown)))
    return sorted(_components(found))


def _trace_file(path: Path, inside: str, installed: wheels.Wheels, found: _Found) -> None:
    """Note where one file comes from."""
    distribution = installed.file(inside)
    if path in _executables(path.parent):
        pass  # what is inside is traced module by module
    elif distribution is not None:
        if wheels.name_of(distribution) == "kisopt":
            found.ours.append(inside)
        elif _ICU.search(inside):
            found.icu.append(inside)
        elif _QT.match(inside):
            found.qt.append(inside)
        else:
            found.add(distribution, inside)
    elif _is_ours(path, inside):
        (found.fonts if path.suffix in (".ttf", ".otf") else found.ours).append(inside)
    elif inside == "base_library.zip":
        modules = zipfile.ZipFile(path).namelist()
        strange = [name for name in modules if not _is_python_module(name.split("/")[0])]
        found.unknown += [f"{inside}: {name}" for name in strange]
        found.python.append(inside)
    elif _is_python_file(path.name):
        found.python.append(inside)
    else:
        _trace_library(path, inside, found)


def _trace_library(path: Path, inside: str, found: _Found) -> None:
    """Note which package of the system a library is from, if it is really that one."""
    library = debian.system_library(path.name) if _BINARY.search(path.name) else None
    package = debian.owner(library) if library is not None else None
    if library is None or package is None:
        found.unknown.append(inside)
    elif library.read_bytes() != path.read_bytes():
        found.unknown.append(f"{inside}, which differs from {library}: build the bundle again")
    else:
        found.packages[package.source].append((package, inside))


def _trace_modules(program: Path, installed: wheels.Wheels, found: _Found) -> None:
    """Note where the modules inside an executable come from."""
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(program))
    names: set[str] = set()
    for name, entry in archive.toc.items():
        kind = entry[-1]
        if kind == "z":
            names |= set(archive.open_embedded_archive(name).toc)
        elif kind in ("m", "M", "s", "s1", "s2", "s3"):
            names.add(name)
    loader = installed.module("PyInstaller")
    if loader is None:
        raise LicenceError("PyInstaller is not installed")
    found.add(loader, program.name)
    for name in sorted(names):
        if _is_our_module(name) or _LOADER.fullmatch(name) or _is_python_module(name):
            continue
        distribution = installed.module(name)
        if distribution is None:
            found.unknown.append(f"module {name} in {program.name}")
        elif wheels.name_of(distribution) not in found.distributions:
            found.distributions[wheels.name_of(distribution)] = (distribution, [])


def _components(found: _Found) -> list[Component]:
    made = [_kisopt(found.ours), _python(found.python)]
    if found.fonts:
        made.append(_font(found.fonts))
    for distribution, carried in found.distributions.values():
        made.append(wheels.component(distribution, carried))
    pyside = next((each.version for each in made if each.name == "PySide6"), "")
    if found.qt:
        made.append(wheels.qt(pyside, found.qt))
    if found.icu:
        made.append(wheels.icu(found.icu))
    for each in found.packages.values():
        packages = sorted({package for package, _ in each}, key=lambda package: package.name)
        made.append(debian.component(packages, [inside for _, inside in each]))
    return made


def _kisopt(carried: list[str]) -> Component:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return Component(
        name="kisopt",
        version=project["version"],
        licence="MIT",
        purpose="This program",
        texts=[("LICENSE", (ROOT / "LICENSE").read_text("utf-8"))],
        carried=carried,
    )


def _font(carried: list[str]) -> Component:
    fonts = ROOT / "resources" / "fonts"
    provenance = (fonts / "PROVENANCE.md").read_text("utf-8")
    version = re.search(r"Noto Sans KR ([\d.]+\d)", provenance)
    return Component(
        name="Noto Sans KR",
        version=version[1] if version else "",
        licence="OFL-1.1",
        purpose="The font of the window",
        texts=[("OFL.txt", (fonts / "OFL.txt").read_text("utf-8"))],
        carried=carried,
    )


def _python(carried: list[str]) -> Component:
    """Return Python; pyenv, Debian, python.org and Windows each have its licence elsewhere.

    Raises:
        LicenceError: It is in none of these places.
    """
    short = f"{sys.version_info.major}.{sys.version_info.minor}"
    stdlib, prefix = Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix)
    places = [stdlib / "LICENSE.txt", prefix / "LICENSE.txt", prefix / "LICENSE"]
    places.append(debian.DOCUMENTS / f"python{short}" / "copyright")
    own = next((path for path in places if path.is_file()), None)
    if own is None:
        raise LicenceError("the licence of Python is in none of " + ", ".join(map(str, places)))
    others = (TEXTS / "python-incorporated.txt").read_text("utf-8")
    return Component(
        name="Python",
        version=platform.python_version(),
        licence="PSF-2.0",
        homepage="https://www.python.org",
        purpose="The language the program is written in, and its standard library",
        texts=[("LICENSE", own.read_text("utf-8")), ("Code of others in Python", others)],
        carried=carried,
    )


def _content(bundle: Path) -> list[Path]:
    """Return the folders whose files stand as they did below site-packages.

    Raises:
        LicenceError: That is no bundle.
    """
    places = [bundle / "_internal"]
    places += [bundle / "Contents" / name for name in ("Frameworks", "Resources", "MacOS")]
    content = [place for place in places if place.is_dir()]
    if not content:
        raise LicenceError(f"{bundle} is not a folder that PyInstaller made")
    return content


def _inside(path: Path, bundle: Path, content: list[Path]) -> str:
    """Return the path of a file below the folder of libraries, or below the bundle."""
    for place in content:
        if path.is_relative_to(place):
            # PyInstaller writes the dot of a folder in an .app otherwise.
            return path.relative_to(place).as_posix().replace("__dot__", ".")
    return path.relative_to(bundle).as_posix()


def _executables(folder: Path) -> list[Path]:
    """Return our programs in a folder, those of an .app if it is one."""
    places = (folder, folder / "Contents" / "MacOS")
    names = ("kisopt-gui", "kisopt-gui.exe")
    return [path for place in places for name in names if (path := place / name).is_file()]


def _is_ours(path: Path, inside: str) -> bool:
    """Say whether a file is, unchanged, one of this repository, or macOS's description of it."""
    same = [ROOT / inside, ROOT / path.name, *(ROOT / "packaging").rglob(path.name)]
    described = inside == "Contents/Info.plist" or inside.startswith("Contents/_CodeSignature/")
    return described or any(
        each.is_file() and each.read_bytes() == path.read_bytes() for each in same
    )


def _is_our_module(name: str) -> bool:
    return name == "launch" or name.split(".")[0] == "kisopt_gui"


def _is_python_module(name: str) -> bool:
    top = name.split(".")[0]
    return top in sys.stdlib_module_names or top.startswith("_sysconfigdata_")


def _is_python_file(name: str) -> bool:
    """Say whether a file of this name came with the Python that runs: a module, a library."""
    prefix = Path(sys.base_prefix)
    places = [Path(sysconfig.get_config_var("DESTSHARED") or prefix / "DLLs"), prefix / "DLLs"]
    places += [prefix, prefix / "lib", Path(sysconfig.get_config_var("LIBDIR") or prefix / "lib")]
    own = re.match(r"(lib)?python\d[\d.]*\w*\.(so|dll|dylib)", name) is not None
    # A system's Python has its libraries among all others; there only its own counts.
    if prefix == Path("/usr") and not own:
        places = places[:2]
    return any((place / name).is_file() for place in places)


def main(argv: list[str] | None = None) -> int:
    """Write the licences into the bundle; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path, help="what PyInstaller made: dist/kisopt")
    bundle = parser.parse_args(argv).bundle
    app = bundle / "Contents"
    folder = (app / "Resources" if app.is_dir() else bundle) / FOLDER
    try:
        components = collect(bundle)
        write(components, folder, "Contents/Frameworks" if app.is_dir() else "_internal/PySide6")
    except LicenceError as error:
        print(f"licences: {error}", file=sys.stderr)
        return 1
    print(f"licences: {len(components)} components in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
