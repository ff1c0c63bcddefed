"""Whether there is a screen that answers, and a message on it that needs no Qt."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

_ANSWER_S = 1.0
_SHUTTING_DOWN = 0x2000
"""SM_SHUTTINGDOWN of Windows' GetSystemMetrics."""
_HIDDEN = ("offscreen", "minimal", "vnc")


def is_hidden(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether Qt has been told to draw where nobody looks."""
    return environment.get("QT_QPA_PLATFORM", "").partition(":")[0] in _HIDDEN


def answers(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window could be shown now: a session that ends has none any more.

    Qt itself aborts the process when it cannot reach the screen, so this is asked before.
    """
    if is_hidden(environment):
        return False
    if platform == "win32":
        return not _windows_ends()
    if platform == "darwin":
        return True
    return _wayland(environment) or _x11(environment)


def plain_message(title: str, text: str) -> None:
    """Show a sentence by what the system has, for when Qt itself cannot; blocks until it is read.

    Nothing is shown where nothing of it is installed.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, title, 0x10)
        return
    if sys.platform == "darwin":
        script = "on run a\ndisplay alert (item 1 of a) message (item 2 of a)\nend run"
        _run(["osascript", "-e", script, title, text])
        return
    for command in (
        ["zenity", "--error", "--no-markup", f"--title={title}", f"--text={text}"],
        ["kdialog", "--title", title, "--error", text],
        ["xmessage", "-center", f"{title}\n\n{text}"],
        ["notify-send", title, text],
    ):
        if shutil.which(command[0]) and _run(command):
            return


def _run(command: list[str]) -> bool:
    try:
        null = subprocess.DEVNULL
        return subprocess.run(command, stdin=null, stderr=null, check=False).returncode in (0, 1)
    except OSError:
        return False


def _windows_ends() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    return bool(ctypes.windll.user32.GetSystemMetrics(_SHUTTING_DOWN))


def _wayland(environment: Mapping[str, str]) -> bool:
    name, folder = environment.get("WAYLAND_DISPLAY"), environment.get("XDG_RUNTIME_DIR", "")
    return bool(name) and _listens(os.path.join(folder, str(name)))


def _x11(environment: Mapping[str, str]) -> bool:
    parts = re.fullmatch(r"(.*?):(\d+)(?:\.\d+)?", environment.get("DISPLAY", ""))
    if parts is None:
        return False
    host, number = parts[1], int(parts[2])
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _listens(path) or (sys.platform == "linux" and _listens(f"\0{path}"))
    if host.startswith("/"):  # XQuartz and others name the socket itself
        return True
    with suppress(OSError), socket.create_connection((host, 6000 + number), _ANSWER_S):
        return True
    return False


def _listens(path: str) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as found:
        found.settimeout(_ANSWER_S)
        found.connect(path)
        return True
    return False
