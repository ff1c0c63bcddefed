"""The .deb of the Linux bundle, for Debian 12 and everything newer that came of it.

    .venv/bin/python packaging/linux/deb.py [BUNDLE [TARGET FOLDER]]

The program goes to /usr/lib/kisopt, not to /opt: the link in /usr/bin, the menu entry and the
icons must be below /usr anyway, so that one tree, often one read-only file system, holds all of
it; /usr/lib/<name> is the place that the Filesystem Hierarchy Standard has for the inner parts of
one program.

There are no maintainer scripts: dpkg's triggers of desktop-file-utils, hicolor-icon-theme and
appstream bring the caches up to date where those packages are installed.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path

from needs import Needs, needs
from release import PROGRAM, ROOT, PackageError, Release, mode, run, run_tool

HOME = Path("usr/lib/kisopt")
COMMANDS = (PROGRAM, "kisopt")
MAINTAINER = "kisopt authors <kisopt@localhost>"
RECOMMENDED = ("fontconfig-config", "xkb-data", "ca-certificates")
"""What the bundled fontconfig, libxkbcommon and OpenSSL read; each does without."""

DESCRIPTION = """\
monitor for KOSPI200 index options, read-only
 Quotes and greeks in a grid, live charts of price, implied volatility and open
 interest, and subscriptions under control, on the real-time stream H0IOCNT0 of
 Korea Investment & Securities. There is no order code in it.
 .
 It starts on a built-in simulated broker, whose numbers are invented, and needs
 neither a key nor a network for that. Korean and English.
"""

OVERRIDES = """\
# A bundle, made with PyInstaller: it brings its own Python, Qt and libraries, tested together, and
# what each is and under which licence is in /usr/lib/kisopt/licences.
kisopt: embedded-library
# The wheels of Qt and numpy have their own search path, which leads to their own files only.
kisopt: custom-library-search-path
kisopt: repeated-path-segment
# strip breaks numpy's OpenBLAS and the archive behind PyInstaller's bootloader.
kisopt: unstripped-binary-or-object
kisopt: binary-has-unneeded-section
# The bootloader and the libraries are compiled by those who publish them.
kisopt: hardening-no-fortify-functions
kisopt: hardening-no-bindnow
kisopt: hardening-no-pie
kisopt: spelling-error-in-binary
kisopt: shared-library-lacks-prerequisites
kisopt: library-not-linked-against-libc
# Fonts of our own, so that Korean is drawn the same everywhere: a part of Noto Sans KR.
kisopt: font-in-non-font-package
kisopt: font-outside-font-dir
# Pictures and licence texts are where the program looks for them on every system.
kisopt: image-file-in-usr-lib
kisopt: extra-license-file
kisopt: package-contains-documentation-outside-usr-share-doc
# --help says it all.
kisopt: no-manual-page
# No address of ours exists.
kisopt: bogus-mail-host
kisopt: bogus-mail-host-in-debian-changelog
"""
"""What lintian finds and is as it should be; it finds nothing else."""

_LIBRARY = re.compile(r"\.so(\.\d+)*$")


def make(release: Release, target: Path) -> Path:
    """Write the package into a folder and return its path.

    Raises:
        PackageError: A tool failed, or a library is from nowhere.
    """
    wanted = needs(release.bundle)
    path = target / f"kisopt_{release.version}_amd64.deb"
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary, "kisopt")
        _fill(tree, release)
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN" / "control").write_text(_control(tree, release, wanted), "utf-8")
        (tree / "DEBIAN" / "md5sums").write_text(_sums(tree), "utf-8")
        for each in [tree, *tree.rglob("*")]:
            if not each.is_symlink():
                # A library is loaded, not executed.
                each.chmod(0o644 if _LIBRARY.search(each.name) else mode(each))
            os.utime(each, (release.moment, release.moment), follow_symlinks=False)
        part = Path(temporary, path.name)
        # xz, not the zstd of newer systems: Debian 12 is the target.
        words = ("dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", tree, part)
        run_tool(*words, environment={"SOURCE_DATE_EPOCH": str(release.moment)})
        ready = path.with_name(f".{path.name}.part")
        try:
            shutil.copyfile(part, ready)
            return ready.replace(path)
        finally:
            ready.unlink(missing_ok=True)


def _fill(tree: Path, release: Release) -> None:
    """Put every file of the package in its place."""
    shutil.copytree(release.bundle, tree / HOME, symlinks=True)
    commands = tree / "usr" / "bin"
    commands.mkdir()
    for name in COMMANDS:
        if os.access(release.bundle / name, os.X_OK):
            (commands / name).symlink_to(Path("..", "lib", HOME.name, name))
    share = tree / "usr" / "share"
    resources = ROOT / "resources"
    _copy(resources / "desktop" / "kisopt-gui.desktop", share / "applications")
    for metainfo in (resources / "desktop").glob("*.metainfo.xml"):
        _copy(metainfo, share / "metainfo")
    icons = share / "icons" / "hicolor"
    _copy(resources / "icons" / "kisopt.svg", icons / "scalable" / "apps")
    for picture in (resources / "icons").glob("kisopt-*.png"):
        if (size := picture.stem.removeprefix("kisopt-")).isdigit():
            _copy(picture, icons / f"{size}x{size}" / "apps", "kisopt.png")
    documents = share / "doc" / "kisopt"
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(_copyright(release), "utf-8")
    (documents / "changelog.gz").write_bytes(
        gzip.compress(_changelog(release).encode(), 9, mtime=0)
    )
    overrides = share / "lintian" / "overrides"
    overrides.mkdir(parents=True)
    (overrides / "kisopt").write_text(OVERRIDES, "utf-8")


def _copy(source: Path, folder: Path, name: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / (name or source.name))


def _control(tree: Path, release: Release, wanted: Needs) -> str:
    return (
        "Package: kisopt\n"
        f"Version: {release.version}\n"
        "Architecture: amd64\n"
        f"Maintainer: {MAINTAINER}\n"
        f"Installed-Size: {_kibibytes(tree)}\n"
        f"Depends: {', '.join(wanted.always)}\n"
        f"Recommends: {', '.join([*wanted.screens, *RECOMMENDED])}\n"
        "Section: misc\n"
        "Priority: optional\n"
        f"Description: {DESCRIPTION}"
    )


def _kibibytes(tree: Path) -> int:
    """Add up as dpkg-gencontrol does: a file in whole KiB, a folder or a link as one."""
    return sum(
        1 if path.is_symlink() or path.is_dir() else -(-path.stat().st_size // 1024)
        for path in tree.rglob("*")
        if "DEBIAN" not in path.relative_to(tree).parts[:1]
    )


def _sums(tree: Path) -> str:
    lines = []
    for path in sorted(tree.rglob("*")):
        inside = path.relative_to(tree)
        if path.is_file() and not path.is_symlink() and inside.parts[0] != "DEBIAN":
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
            lines.append(f"{digest.hexdigest()}  {inside.as_posix()}\n")
    return "".join(lines)


def _copyright(release: Release) -> str:
    """Return who owns what: our own terms in full, of everything else where they stand."""
    licence = (ROOT / "LICENSE").read_text("utf-8")
    font = (ROOT / "resources" / "fonts" / "OFL.txt").read_text("utf-8")
    return (
        "kisopt, a monitor for index options. This package was made by its authors from their\n"
        f"own source, version {release.version}.\n\n"
        f"{licence}\n"
        "The font Noto Sans KR, a part of it:\n\n"
        f"{font}\n"
        f"Everything else in /{HOME} is the work of others, under these licences; the texts\n"
        f"with the names of the owners are in /{HOME}/licences. Those common to Debian are in\n"
        "/usr/share/common-licenses as well.\n\n"
        f"{_others(release)}"
    )


def _others(release: Release) -> str:
    index = release.bundle / "licences" / "index.json"
    if not index.is_file():
        return "".join(f"  {path.name}\n" for path in sorted(index.parent.iterdir()))
    listed = json.loads(index.read_text("utf-8"))
    return "".join(f"  {each['name']} {each['version']}: {each['licence']}\n" for each in listed)


def _changelog(release: Release) -> str:
    """Return CHANGELOG.md in Debian's form, its points only."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("\n## ")[2]
    points = re.findall(r"^- (.+(?:\n  .+)*)", text.partition("\n## ")[0], re.M)
    if not points:
        raise PackageError("CHANGELOG.md has no points under its newest heading")
    lines = [
        textwrap.fill(" ".join(point.split()), 80, initial_indent="  * ", subsequent_indent="    ")
        for point in points
    ]
    date = formatdate(release.moment)
    head = f"kisopt ({release.version}) stable; urgency=medium"
    return "\n".join([head, "", *lines, "", f" -- {MAINTAINER}  {date}", ""])


def main(argv: Sequence[str] | None = None) -> int:
    """Make the package; return the exit status."""
    return run(make, "the .deb", argv)


if __name__ == "__main__":
    sys.exit(main())
