"""The program in the menu of a Linux desktop, for one user: `kisopt-gui --install-desktop`.

What is written, all below $XDG_DATA_HOME: the entry with the path of this program, its
icons, and its description for software centres. The Debian package has its own, for all.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kisopt_gui import files
from kisopt_gui.assets import resource
from kisopt_gui.errors import KisOptError

ENTRY = "kisopt-gui.desktop"
METAINFO = "localhost.kisopt.kisopt_gui.metainfo.xml"
MARK = "X-Kisopt-Installed"
"""Key of an entry that this module has written; an entry without it is somebody's own."""

_CACHE_S = 20.0
_LIMIT_BYTES = 1 << 20
_QUOTED = re.compile(r'["`$\\]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class DesktopPlatformError(KisOptError):
    """Menus work in another way on this platform.

    Attributes:
        facts: ``platform``, as Python calls it.
    """

    english = "menu entries can be installed on Linux only, and this is {platform}"
    korean = "메뉴 등록은 리눅스에서만 할 수 있습니다(현재 {platform})"


class DesktopFolderError(KisOptError):
    """The user's folder of applications does not let us in.

    Attributes:
        facts: ``path``, the file or folder; ``reason``, the system's own words.
    """

    english = (
        "{path} cannot be read or changed ({reason}), so the menu entry is not complete; "
        "correct its permissions, or set XDG_DATA_HOME to another folder"
    )
    korean = (
        "{path}을(를) 읽거나 바꿀 수 없어({reason}) 메뉴 등록을 마치지 못했습니다. "
        "권한을 고치거나 XDG_DATA_HOME에 다른 폴더를 지정하세요"
    )


class DesktopPathError(KisOptError):
    """The program stands where no menu entry can point to.

    Attributes:
        facts: ``path`` of the program.
    """

    english = (
        'a menu entry cannot hold the path {path}: "=", line breaks and letters that are not '
        "UTF-8 are not allowed there; move the program to another folder"
    )
    korean = (
        '메뉴 항목에 {path} 경로를 쓸 수 없습니다. "=", 줄바꿈, UTF-8이 아닌 글자는 허용되지 '
        "않으니 프로그램을 다른 폴더로 옮기세요"
    )


def install(
    environment: Mapping[str, str] = os.environ,
    command: Sequence[str] = (),
    platform: str = sys.platform,
) -> list[Path]:
    """Put the program into the user's menu, or bring up to date what is there.

    Args:
        environment: Where XDG_DATA_HOME and HOME are looked up.
        command: What starts the program; empty for the one that runs now.
        platform: `sys.platform`.

    Returns:
        The files that were written.

    Raises:
        DesktopPlatformError: This is not Linux.
        DesktopPathError: The path of the program cannot stand in an entry.
        DesktopFolderError: A file cannot be written; those before it stand.
        ResourceError: The installation is damaged.
    """
    home = _data_home(environment, platform)
    entry = _entry(command or running())
    written = []
    try:
        for inside, source in _pictures().items():
            written.append(_put(home / inside, source.read_bytes()))
        written.append(
            _put(home / "metainfo" / METAINFO, resource("desktop", METAINFO).read_bytes())
        )
        # Last: a menu shows it as soon as it is there.
        target = home / "applications" / ENTRY
        if target.is_symlink() or (target.exists() and not _ours(target)):
            files.set_aside(target, "yours")
        written.append(_put(target, entry.encode()))
    except files.FolderError as error:
        raise DesktopFolderError(**error.facts) from error
    _refresh(home, environment)
    return written


def uninstall(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> list[Path]:
    """Take the program out of the user's menu, with every file that `install` wrote.

    Returns:
        The files that were removed; none if there were none.

    Raises:
        DesktopPlatformError: This is not Linux.
        DesktopFolderError: A file cannot be removed.
    """
    home = _data_home(environment, platform)
    entry = home / "applications" / ENTRY
    icons = home / "icons" / "hicolor"
    removed = []
    try:
        # By pattern: an earlier version may have had other sizes.
        ours = [entry] if _ours(entry) else []
        ours += [home / "metainfo" / METAINFO]
        ours += sorted(icons.glob("*/apps/kisopt.png")) + sorted(icons.glob("*/apps/kisopt.svg"))
        for path in ours:
            if path.exists() or path.is_symlink():
                path.unlink()
                removed.append(path)
                _prune(path.parent, home)
    except files.FolderError as error:
        raise DesktopFolderError(**error.facts) from error
    except OSError as error:
        raise _refusal(error, home) from error
    _refresh(home, environment)
    return removed


def running() -> list[str]:
    """Return what starts the program that runs now: a bundle, a script, or Python with a module."""
    if getattr(sys, "frozen", False):
        return [os.path.abspath(sys.executable)]
    # Not the real path: in a virtual environment that is the Python it was made with.
    python = Path(os.path.abspath(sys.executable))
    script = python.with_name("kisopt-gui")
    if os.access(script, os.X_OK) and script.is_file():
        return [str(script)]
    return [str(python), "-m", "kisopt_gui"]


def exec_value(command: Sequence[str]) -> str:
    r"""Write a command as the Exec key of an entry holds it.

    Three rules lie on top of each other: a string value writes a backslash as two; an
    argument in quotes has a backslash before ``"``, `````, ``$`` and a backslash; and ``%``
    is doubled. A backslash in a path thus becomes four.

    Raises:
        DesktopPathError: The path of the program cannot be written.
    """
    _check(command)
    words = list(command)
    if "%" in words[0]:
        # GLib looks for the program before it makes one "%" of two, and hides the entry.
        words.insert(0, "/usr/bin/env")
    return " ".join(_quoted(word) for word in words).replace("\\", "\\\\")


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if re.fullmatch(r"[A-Za-z0-9%+,./:@_-]+", word):
        return word
    return '"' + _QUOTED.sub(r"\\\g<0>", word) + '"'


def _check(command: Sequence[str]) -> None:
    program = command[0]
    try:
        "".join(command).encode()
    except UnicodeEncodeError:
        # As it would be typed: the odd bytes cannot be printed.
        shown = program.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        raise DesktopPathError(path=shown) from None
    if "=" in program or any(_CONTROL.search(word) for word in command):
        raise DesktopPathError(path=_CONTROL.sub(lambda found: repr(found[0])[1:-1], program))


def _entry(command: Sequence[str]) -> str:
    """Return the entry that ships with the program, pointing to this copy of it."""
    # Checked first: TryExec has no quotes, only the backslashes of every string.
    values = {"Exec": exec_value(command), "TryExec": command[0].replace("\\", "\\\\")}
    lines = []
    for line in resource("desktop", ENTRY).read_text("utf-8").splitlines():
        key = line.partition("=")[0]
        lines.append(f"{key}={values[key]}" if key in values else line)
    return "\n".join([*lines, f"{MARK}=true"]) + "\n"


def _pictures() -> dict[str, Path]:
    """Return each icon: its place below the folder of data, and the file that ships."""
    icons = resource("icons")
    drawn = {"icons/hicolor/scalable/apps/kisopt.svg": resource("icons", "kisopt.svg")}
    for path in sorted(icons.glob("kisopt-*.png")):
        size = path.stem.removeprefix("kisopt-")
        if size.isdigit():
            drawn[f"icons/hicolor/{size}x{size}/apps/kisopt.png"] = path
    return drawn


def _data_home(environment: Mapping[str, str], platform: str) -> Path:
    """Return the user's folder of data; a relative XDG_DATA_HOME counts as none."""
    if not platform.startswith("linux"):
        raise DesktopPlatformError(platform=platform)
    given = environment.get("XDG_DATA_HOME", "")
    if os.path.isabs(given):
        return Path(given)
    return Path(environment.get("HOME") or Path.home(), ".local", "share")


def _ours(entry: Path) -> bool:
    """Say whether this module wrote an entry."""
    content = files.read(entry, _LIMIT_BYTES) or b""
    return f"{MARK}=true".encode() in content.splitlines()


def _put(path: Path, content: bytes) -> Path:
    """Write a file that others may read, as a menu under another account does."""
    files.write(path, content)
    try:
        path.chmod(0o644)
    except OSError as error:
        raise _refusal(error, path) from error
    return path


def _prune(folder: Path, home: Path) -> None:
    """Remove folders that are empty now, up to the folder of data."""
    while folder != home and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _refusal(error: OSError, path: Path) -> DesktopFolderError:
    reason = error.strerror or type(error).__name__
    return DesktopFolderError(path=error.filename or path, reason=reason)


def _refresh(home: Path, environment: Mapping[str, str]) -> None:
    """Bring the desktop's caches up to date, those that are there.

    A missing cache is right: desktops then look at the folders. Making one would leave a
    file behind that becomes wrong when somebody else installs something.
    """
    applications, icons = home / "applications", home / "icons" / "hicolor"
    if (applications / "mimeinfo.cache").exists():
        _run(environment, "update-desktop-database", "-q", str(applications))
    if (icons / "icon-theme.cache").exists():
        _run(environment, "gtk-update-icon-cache", "-f", "-q", "-t", str(icons))


def _run(environment: Mapping[str, str], tool: str, *words: str) -> None:
    path = shutil.which(tool, path=environment.get("PATH"))
    if path is None:
        return
    # PyInstaller points the loader to the bundle's libraries, which are not this tool's.
    clean = {name: value for name, value in environment.items() if name != "LD_LIBRARY_PATH"}
    if "LD_LIBRARY_PATH_ORIG" in environment:
        clean["LD_LIBRARY_PATH"] = environment["LD_LIBRARY_PATH_ORIG"]
    elif not getattr(sys, "frozen", False) and "LD_LIBRARY_PATH" in environment:
        clean["LD_LIBRARY_PATH"] = environment["LD_LIBRARY_PATH"]
    try:
        subprocess.run(
            [path, *words],
            env=clean,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_CACHE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return  # a desktop looks at the folders by itself, only later
