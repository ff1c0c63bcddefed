"""What of Qt, Python and the system goes into a bundle, and what does not.

Both spec files use it, the program's and that of the window it is compared with
(benchmarks/bundle/hello.spec), so that the comparison is of programs, not of recipes.

PyInstaller collects what the modules in use could need; much of it they never load.
Left in although they look spare: `pydoc` and `unittest`, which pyqtgraph imports.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

Entry = tuple[str, str, str]
"""PyInstaller's own: path inside the bundle, path on this machine, kind."""

EXCLUDED = [
    # Qt modules that nothing here draws with
    *(
        f"PySide6.Qt{name}"
        for name in ("Qml", "Quick", "QuickWidgets", "QuickControls2", "Sql", "Designer", "Help")
    ),
    *(f"PySide6.Qt{name}" for name in ("UiTools", "Xml", "Concurrent", "PrintSupport")),
    # what pyqtgraph offers and charts do not use
    "pyqtgraph.canvas",
    "pyqtgraph.console",
    "pyqtgraph.dockarea",
    "pyqtgraph.examples",
    "pyqtgraph.flowchart",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "cupy",
    "h5py",
    "IPython",
    "jupyter_rfb",
    "matplotlib",
    "numba",
    "OpenGL",
    "pandas",
    "PIL",
    "scipy",
    # numpy for those who build or test numpy
    "numpy.distutils",
    "numpy.f2py",
    "numpy.testing",
    # tools of the one who builds
    "_pytest",
    "hypothesis",
    "mypy",
    "pip",
    "pkg_resources",
    "pytest",
    "setuptools",
    "wheel",
    # of Python; readline is GPL, and nobody types at a prompt here
    "curses",
    "distutils",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "readline",
    "sqlite3",
    "test",
    "tkinter",
    "turtle",
    "xmlrpc",
    "websockets.legacy",
    "websockets.trio",
]

PLUGINS = {
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"),
    # Not qgtk3: it drags in GTK, Cairo and Pango, 30 MB, for file dialogs we do not open.
    "platformthemes": ("qxdgdesktopportal",),
    "platforminputcontexts": ("compose", "ibus"),  # Korean is typed through them
    "imageformats": ("qsvg", "qico", "qjpeg"),
    "iconengines": ("qsvgicon",),
    "styles": ("",),
    "wayland-decoration-client": ("",),
    "wayland-graphics-integration-client": ("wayland-egl",),
    "wayland-shell-integration": ("xdg-shell",),
    "xcbglintegrations": ("",),
}
"""Folder of Qt's plugins: beginnings of the names that stay; "" is every one."""

_TRANSLATIONS = re.compile(r"qtbase_(ko|en)\.qm$")

_LIBRARIES = re.compile(
    r"""(?x)
    ^lib(
        # GTK and what it draws with: came with the plugin qgtk3
        gtk-3 | gdk-3 | gdk_pixbuf | atk | atspi | cairo | pango | epoxy | harfbuzz | graphite2
      | fribidi | thai | datrie | pixman | cloudproviders | tracker | json-glib
      | gio-2 | gmodule | gobject | mount | blkid | selinux
      | X(composite|cursor|damage|i|inerama|randr|fixes|render|ext)\.
        # picture formats that are left out
      | tiff | webp | sharpyuv | Lerc | jbig | deflate | jpeg\.so\.62
        # Qt modules whose bindings are left out
      | Qt6(EglF|Pdf|Qml|Quick|VirtualKeyboard|Sql|Designer|Help|Network\.so\.NOT)
        # of a Qt of the system, not of the wheel, which brings its own 73
      | icu(data|uc|i18n)\.so\.7[0-2]
        # of Python's modules that are left out
      | sqlite3 | xml2
    )"""
)
_WINDOWS_OPENGL = re.compile(r"(?i)(opengl32sw|d3dcompiler_\d+)\.dll$")
_SYMBOLS = re.compile(r"^libpython[\d.]+\.so|lib-dynload/|hazmat/bindings/_rust\.abi3\.so$")
_PLUGIN = re.compile(r"/plugins/([^/]+)/(?:lib)?([^/]+?)\.(?:so|dll|dylib)$")


def wanted(inside: str) -> bool:
    """Say whether a file that PyInstaller found goes into the bundle.

    Args:
        inside: Its path inside the bundle.
    """
    inside = inside.replace("\\", "/")
    if ".dist-info/" in inside:  # versions and licences stand in licences/index.json
        return False
    if "/translations/" in inside:
        return _TRANSLATIONS.search(inside) is not None
    plugin = _PLUGIN.search("/" + inside)
    if plugin is not None:
        folder, name = plugin.groups()
        return any(name.startswith(start) for start in PLUGINS.get(folder, ()))
    name = os.path.basename(inside)
    if sys.platform == "linux" and _LIBRARIES.match(name):
        return False
    return not _WINDOWS_OPENGL.search(name)


def sieved(entries: Iterable[Entry]) -> list[Entry]:
    """Return the files that go into the bundle."""
    return [entry for entry in entries if wanted(entry[0])]


def wayland() -> list[tuple[str, str]]:
    """Return the libraries of Qt's Wayland plugin that PyInstaller takes for the system's.

    They are no part of what libegl1 and libgl1 bring, as the others of Wayland are.
    """
    if sys.platform != "linux":
        return []
    known = subprocess.run(
        ["ldconfig", "-p"],
        env={"PATH": "/sbin:/usr/sbin:/bin:/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"libwayland-cursor\.so\.0 .*=> (\S+)", known)
    if found is None:
        raise SystemExit("libwayland-cursor.so.0 is missing: run `make bundle`, which installs it")
    return [(found[1], ".")]


def stripped(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """Replace Python's own libraries, and cryptography's, by copies without symbols.

    Only those: `strip` breaks numpy's OpenBLAS, whose parts are aligned to pages, and
    Qt comes without.

    Args:
        entries: PyInstaller's list of libraries.
        folder: Where the copies go.
    """
    tool = shutil.which("strip")
    if tool is None or sys.platform != "linux":
        return list(entries)
    result = []
    for inside, source, kind in entries:
        if _SYMBOLS.search(inside):
            copy = folder / os.path.basename(inside)
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
            subprocess.run([tool, "--strip-unneeded", str(copy)], check=True)
            source = str(copy)
        result.append((inside, source, kind))
    return result


def without_hooks(scripts: Iterable[Entry]) -> list[Entry]:
    """Leave out what PyInstaller would run before the program.

    Its hooks find things for libraries that cannot: PySide6's wheel finds its plugins
    itself, multiprocessing is not used, and no source is looked for. They import Qt,
    though, and cost the embedded broker, which needs none, half of its start. A bundle of
    macOS has its libraries in folders of its own, so there they stay.
    """
    if sys.platform == "darwin":
        return list(scripts)
    return [entry for entry in scripts if not entry[0].startswith("pyi_rth_")]
