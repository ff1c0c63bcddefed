"""The Info.plist of kisopt.app, for PyInstaller's BUNDLE(info_plist=…).

Left out on purpose:

* NSAppTransportSecurity rules URLSession and what is built on it. The stream is plain
  ws:// on a socket of Python's, which it does not see.
* NSLocalNetworkUsageDescription is for networks that can broadcast (Apple's TN3179).
  Loopback, where the embedded broker is, cannot, and the real broker is not local. Who
  points --source at a machine of the office is asked by macOS 15 and later all the same.
* LSMultipleInstancesProhibited would keep a second *user* of the same Mac out. Within a
  session macOS shows the running program by itself, and kisopt_gui/app/instance.py
  knows the case that it does not.
"""

import plistlib
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
IDENTIFIER = "localhost.kisopt.kisopt-gui"
"""Below "localhost" because the project has no domain of its own, as in its AppStream file.

Who signs with an identity puts a domain of his own here: Apple wants it to be unique.
"""
OLDEST = (13, 0)
"""The wheels of PySide6-Essentials 6.10 and 6.11 are for macosx_13_0_universal2."""


def minimum_system(wheels: Iterable[str] | None = None) -> str:
    """Return the oldest macOS that everything bundled runs on: "13.0" or newer.

    It depends on the machine that builds: pip takes a wheel of numpy made for macOS 14
    when there is one and the machine can run it.

    Args:
        wheels: Text of each distribution's WHEEL file; those installed if not given.
    """
    if wheels is None:
        wheels = (each.read_text("WHEEL") or "" for each in distributions())
    needed = [OLDEST]
    for text in wheels:
        tags = re.findall(r"^Tag: .*macosx_(\d+)_(\d+)_", text, re.M)
        if tags:  # one wheel may be for several architectures, the newest system the stricter
            needed.append(max((int(major), int(minor)) for major, minor in tags))
    return "{}.{}".format(*max(needed))


def info_plist(root: Path = ROOT) -> dict[str, Any]:
    """Return what Info.plist holds beyond PyInstaller's own entries.

    Args:
        root: The checkout, whose pyproject.toml and LICENSE say what to write.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    version: str = project["version"]
    numbers = re.match(r"\d+(\.\d+){0,2}", version)
    rights = re.search(r"^Copyright \(c\) .+$", (root / "LICENSE").read_text("utf-8"), re.M)
    if numbers is None or rights is None:
        raise ValueError("pyproject.toml has no version or LICENSE no line of copyright")
    return {
        "CFBundleIdentifier": IDENTIFIER,
        # One name in both languages, so there is nothing for an InfoPlist.strings to say.
        "CFBundleName": project["name"],
        "CFBundleDisplayName": project["name"],
        # Numbers only, both of them; macOS compares them.
        "CFBundleShortVersionString": numbers[0],
        "CFBundleVersion": numbers[0],
        # Without it the system's own menus and dialogs are English for everyone.
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["ko", "en"],
        "LSApplicationCategoryType": "public.app-category.finance",
        "LSMinimumSystemVersion": minimum_system(),
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": rights[0],
        "NSPrincipalClass": "NSApplication",
        # The window has a dark theme, so the title bar may be dark as well.
        "NSRequiresAquaSystemAppearance": False,
    }


if __name__ == "__main__":
    sys.stdout.write(plistlib.dumps(info_plist()).decode("utf-8"))
