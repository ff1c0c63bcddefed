"""The built program as its user has it: an empty home, an ordinary user, no Python of the project.

Run by `make test-bundle`, which builds it first.
"""

import ctypes
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "dist" / "kisopt"
PROGRAM = FOLDER / "kisopt-gui"
WAIT_S = 40.0


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.bundle)


@pytest.fixture(scope="session")
def installed():
    """The program's folder where an ordinary user can reach it but not write to it."""
    if not PROGRAM.exists():
        pytest.fail("there is no bundle: run `make test-bundle`, which builds it")
    with open_folder() as folder:
        shutil.copytree(FOLDER, folder / "kisopt", symlinks=True)
        subprocess.run(["chmod", "-R", "a-w,a+rX", str(folder / "kisopt")], check=True)
        yield folder / "kisopt"
        subprocess.run(["chmod", "-R", "u+w", str(folder / "kisopt")], check=True)


@contextmanager
def open_folder():
    """A folder that other users can walk into; pytest closes its own, whenever it starts."""
    with tempfile.TemporaryDirectory(prefix="kisopt-bundle-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


class User:
    """An ordinary user with an empty home, whose name has Korean letters and a space.

    Root can write everywhere, so a test that runs as root becomes somebody else.
    """

    def __init__(self, installed, folder):
        self.program = installed / "kisopt-gui"
        self.home = folder / "홈 폴더 trader"
        self.temporary = folder / "tmp"
        self.runtime = folder / "run"
        self.started = []
        self.identity = {}
        for place in (self.home, self.temporary, self.runtime):
            place.mkdir(mode=0o700)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for place in (self.home, self.temporary, self.runtime):
                os.chown(place, nobody.pw_uid, nobody.pw_gid)
            self.identity = {"user": "nobody", "group": nobody.pw_gid, "extra_groups": []}

    def environment(self, **more):
        return {
            # No interpreter can be found: what runs is what was built.
            "PATH": str(self.temporary),
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "LANG": "ko_KR.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            **more,
        }

    def start(self, *words, typed=subprocess.DEVNULL, **more):
        """Start the program and return its process."""
        process = subprocess.Popen(
            [self.program, *words],
            env=self.environment(**more),
            cwd=self.home,
            stdin=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self.identity,
        )
        self.started.append(process)
        return process

    def run(self, *words, **more):
        """Run the program to its end; return status, output and complaints."""
        return ended(self.start(*words, **more))

    def type(self, text, *words, **more):
        """Run the program to its end with this input; return what `run` does."""
        process = self.start(*words, typed=subprocess.PIPE, **more)
        out, err = process.communicate(text, timeout=WAIT_S)
        return process.returncode, out, err

    def files(self):
        """Everything that has been written, as paths inside the home, the folders left out.

        Where dbus-x11 is installed, libdbus notes its bus in a folder of its own.
        """
        found = (path.relative_to(self.home) for path in self.home.rglob("*") if not path.is_dir())
        return {str(path) for path in found if path.parts[0] != ".dbus"}


def ended(process):
    out, err = process.communicate(timeout=WAIT_S)
    return process.returncode, out, err


@pytest.fixture
def user(installed):
    with open_folder() as folder:
        trader = User(installed, folder)
        yield trader
        _end(trader)


def _end(trader):
    for process in trader.started:
        if process.poll() is None:
            process.kill()
            process.communicate()
    # After a test that failed: a watcher whose dialog nobody closed.
    for process in psutil.process_iter(["exe"]):
        if process.info["exe"] == str(trader.program):
            process.kill()


@pytest.fixture(scope="session")
def display():
    """An X screen of its own, without a window manager."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait()


class Screen:
    """What a user does at an X screen, by xdotool."""

    def __init__(self, display):
        self._environment = {**os.environ, "DISPLAY": display}
        self.display = display

    def do(self, *words, check=True):
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self._environment,
            capture_output=True,
            text=True,
            check=check,
        )
        return done.stdout.split()

    def windows(self, title):
        """Windows whose title has this in it, the lowest first."""
        return self.do("search", "--onlyvisible", "--name", title, check=False)

    def close(self, window):
        """Ask a window to close, as the button in its frame does; there is no frame here."""
        ask_to_close(self.display, int(window))

    def wait_for(self, title):
        return until(lambda: self.windows(title), f"no window {title!r}")[-1]


@pytest.fixture
def screen(display):
    return Screen(display)


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent of Xlib, padded to the size of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )


def ask_to_close(display, window):
    """Send WM_DELETE_WINDOW; the xdotool of Debian 12 cannot."""
    xlib = ctypes.CDLL("libX11.so.6")
    xlib.XOpenDisplay.restype = ctypes.c_void_p
    xlib.XInternAtom.restype = ctypes.c_ulong
    connection = ctypes.c_void_p(xlib.XOpenDisplay(display.encode()))

    def atom(name):
        return xlib.XInternAtom(connection, name, 0)

    event = ClientMessage(type=33, window=window, message_type=atom(b"WM_PROTOCOLS"), format=32)
    event.data[0] = atom(b"WM_DELETE_WINDOW")
    xlib.XSendEvent(connection, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
    xlib.XCloseDisplay(connection)


def until(look, complaint):
    """Wait for something to be so; return what it is."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(complaint)


def children(process):
    return psutil.Process(process.pid).children(recursive=True)


def is_watched(process):
    """Whether its watcher runs; other children come and go, as those of libdbus at the start."""
    for child in children(process):
        with suppress(psutil.NoSuchProcess):
            if "watch-crash" in child.cmdline():
                return True
    return False
