"""What the user gets when something goes wrong: a banner and a report, or a sentence at the end."""

import asyncio
import faulthandler
import logging
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QPushButton
from qasync import QEventLoop

from kisopt_gui.app import screen
from kisopt_gui.app.faults import fault_file
from kisopt_gui.app.incidents import Incidents
from kisopt_gui.app.options import Options
from kisopt_gui.app.redaction import hide
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.market.link import LinkStatus
from kisopt_gui.market.store import Store
from kisopt_gui.ui import theme
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.keys.source_button import Kind, Shown
from kisopt_gui.ui.main_window import MainWindow
from kisopt_gui.ui.report import ReportDialog
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.watchlist import Watchlist

ROOT = Path(__file__).parents[2]
CANARY = "canary-9876-5432-yy"


# survived ------------------------------------------------------------------------


@pytest.fixture
def window(qtbot):
    """Make the real window, without panels."""

    def make(language="en"):
        store = Store()
        desk = Desk(
            store=store,
            clock=FrameClock(store, Inbox()),
            watchlist=Watchlist(),
            status=LinkStatus,
            master=lambda: None,
            texts=Texts(language),
            tokens=theme.DARK,
        )
        found = MainWindow(desk, Shown(Kind.DEMO), underlying=lambda: float("nan"))
        qtbot.addWidget(found)
        return found

    return make


@pytest.fixture
def incidents(tmp_path):
    """The failures of a run; the log and the hooks are put back."""
    root = logging.getLogger("kisopt_gui")
    handlers, level = root.handlers[:], root.level
    made = Incidents(Options(language="en"), ["--language", "en"], tmp_path)
    made.begin()
    yield made
    made.over()
    faulthandler.enable(sys.__stderr__)  # as pytest had it
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def fall(message):
    button = QPushButton()

    def slot():
        raise ValueError(message)

    button.clicked.connect(slot)
    button.click()


def in_loop(qapp, coroutine):
    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
        runner.run(coroutine)


async def turns():
    """Let the loop carry out what waits for it."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.logs_warnings
def test_a_survived_defect_is_on_the_banner_and_its_button_opens_the_report(
    qapp, incidents, window, tmp_path
):
    hide(CANARY)
    found = window()
    found.show()
    incidents.join(found)

    async def live():
        incidents.attend(lambda: found)
        for _ in range(30):
            fall(f"bad number from {CANARY}")
        await turns()
        assert "ValueError: bad number from *** (×30)" in found.banner.label.text()
        assert found.banner.messages == ["defect"]
        found.banner.button.click()

    in_loop(qapp, live())
    [dialog] = found.findChildren(ReportDialog)
    assert dialog.isVisible()
    dialog.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("kisopt ")
    assert "went wrong and goes on" in text
    assert "ValueError: bad number from *** (×30)" in text
    assert "in slot" in text
    assert "words: --language en" in text
    assert "CRITICAL kisopt_gui.app.crash: uncaught" in text
    assert "canary" not in text
    assert "canary" not in (tmp_path / "kisopt.log").read_text("utf-8")
    dialog.close()


@pytest.mark.logs_warnings
def test_a_defect_before_the_window_lives_is_told_when_it_does(qapp, incidents, window):
    fall("too early")
    found = window()
    incidents.join(found)

    async def live():
        incidents.attend(lambda: found)
        await turns()

    in_loop(qapp, live())
    assert "too early" in found.banner.label.text()


@pytest.mark.logs_warnings
def test_a_window_in_another_language_still_says_it(qapp, incidents, window):
    found = window("en")
    again = window("ko")
    incidents.join(found)

    async def live():
        incidents.attend(lambda: found)
        fall("once")
        await turns()
        incidents.speak("ko", "light")
        incidents.join(again)

    in_loop(qapp, live())
    assert "once" in again.banner.label.text()
    assert again.banner.button.text() == "보고서"


def test_nobody_watches_a_run_without_a_screen(qapp, incidents, window):
    async def live():
        await asyncio.wait_for(incidents.watch(), 10)

    in_loop(qapp, live())
    assert incidents._watcher.pid == 0


def test_a_clean_end_leaves_nothing(incidents, tmp_path):
    assert fault_file(tmp_path, os.getpid()).exists()
    incidents.over()
    incidents.over()
    assert list(tmp_path.iterdir()) == []


def test_a_state_folder_that_cannot_be_written_does_not_stop_the_start(tmp_path):
    (tmp_path / "file").write_text("")
    made = Incidents(Options(), [], tmp_path / "file")
    made.begin()
    made.log()
    made.over()
    faulthandler.enable(sys.__stderr__)


# the end: real processes -------------------------------------------------------------


def run(home, *words, code="", cwd=ROOT, **more):
    """Run the whole program offscreen; ``code`` is run before it."""
    start = (
        f"import sys\n{code}\nfrom kisopt_gui.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    )
    environment = {
        **os.environ,
        "KISOPT_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "LANG": "en_US.UTF-8",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=cwd,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def broken(folder, module, reason):
    """Make a folder in which a library fails when it is loaded."""
    (folder / f"{module}.py").write_text(f"raise ImportError({reason!r})\n")
    return f"sys.path.insert(0, {str(folder)!r})"


def log(home):
    return (home / "state" / "kisopt.log").read_text("utf-8")


@pytest.mark.e2e
@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_error_at_the_start_is_one_sentence_that_names_the_log(tmp_path, language):
    done = run(tmp_path, "--source", f"x?appkey={CANARY}", "--language", language)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.endswith(f"{tmp_path / 'state' / 'kisopt.log'})")
    assert ("로그: " in line) is (language == "ko")
    assert "canary" not in line + log(tmp_path)
    assert "ended by an error" in log(tmp_path)


@pytest.mark.e2e
def test_a_damaged_installation_is_said(tmp_path):
    damaged = tmp_path / "damaged"
    for name in ("kisopt_gui", "resources"):
        leave = shutil.ignore_patterns("__pycache__", "*.ttf")
        shutil.copytree(ROOT / name, damaged / name, ignore=leave)
    done = run(tmp_path, cwd=damaged)
    assert done.returncode == 2
    assert "install the program again" in done.stderr
    assert "Traceback" in log(tmp_path)


@pytest.mark.e2e
def test_a_library_that_does_not_load_is_said_and_reported(tmp_path):
    code = broken(tmp_path, "PySide6", "libEGL.so.1: cannot open shared object file")
    done = run(tmp_path, code=code)
    assert done.returncode == 1
    assert "it could not start: ImportError: libEGL.so.1" in done.stderr
    [path] = (tmp_path / "state").glob("report-*.txt")
    text = path.read_text("utf-8")
    assert "could not start" in text
    assert "Qt not loaded" in text
    assert "Traceback (most recent call last)" in text


@pytest.mark.e2e
def test_nothing_is_written_to_a_terminal_that_is_not_there(tmp_path):
    done = run(tmp_path, "--source", "nonsense", code="sys.stdout = sys.stderr = None")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
    assert "nonsense" in log(tmp_path)
    good = run(tmp_path / "two", "--seconds", "2", code="sys.stdout = sys.stderr = None")
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")
    assert "CRITICAL" not in log(tmp_path / "two")


@pytest.mark.e2e
def test_an_exception_that_ends_the_program_is_a_dialog(tmp_path):
    code = broken(tmp_path, "qasync", f"approval_key={CANARY}")
    done = run(tmp_path, code=code, KISOPT_WATCH="picture")
    assert done.returncode == 1
    [picture] = (tmp_path / "state").glob("report-*.png")
    assert QImage(str(picture)).width() == 560
    every = "".join(path.read_text("utf-8") for path in (tmp_path / "state").glob("*.[tl][xo][tg]"))
    assert "approval_key=***" in every
    assert CANARY not in every + done.stderr


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="Wayland's socket")
def test_when_qt_itself_is_broken_the_systems_own_message_is_used(tmp_path):
    tool = tmp_path / "zenity"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$KISOPT_HOME/shown"\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    code = broken(tmp_path, "PySide6", "libEGL.so.1 is missing")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        done = run(
            tmp_path,
            code=code,
            QT_QPA_PLATFORM="",
            WAYLAND_DISPLAY="wayland-7",
            XDG_RUNTIME_DIR=str(tmp_path),
            PATH=f"{tmp_path}:{os.environ['PATH']}",
        )
    assert done.returncode == 1
    shown = (tmp_path / "shown").read_text("utf-8")
    assert "libEGL.so.1 is missing" in shown
    assert "kisopt.log" in shown


@pytest.mark.e2e
@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_qt_that_aborts_at_the_start_says_why(tmp_path):
    done = run(tmp_path, QT_QPA_PLATFORM="nonsense")
    assert done.returncode == -signal.SIGABRT
    assert 'Could not find the Qt platform plugin "nonsense"' in done.stderr  # the cause
    assert "no Qt platform plugin could be initialized" in log(tmp_path)
    [path] = (tmp_path / "state").glob("crash-*.txt")
    assert path.read_text().startswith("Fatal Python error: Aborted")


# the screen ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": ":7531"},
        {"DISPLAY": "127.0.0.1:1500"},
        {"WAYLAND_DISPLAY": "none-here", "XDG_RUNTIME_DIR": "/"},
        {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": "/launchd/x:0"},
    ],
)
def test_a_screen_that_does_not_answer_is_none(environment):
    assert not screen.answers(environment, "linux")


@pytest.mark.skipif(os.name != "posix", reason="sockets as POSIX has them")
def test_a_screen_that_answers_is_one(tmp_path):
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        given = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert screen.answers(given, "linux")
        assert not screen.answers({**given, "QT_QPA_PLATFORM": "offscreen"}, "linux")
        whole = {"WAYLAND_DISPLAY": str(tmp_path / "wayland-7")}
        assert screen.answers(whole, "linux")
    assert screen.answers({}, "darwin")


def test_a_stream_that_is_closed_or_speaks_no_korean_is_no_error(tmp_path):
    from kisopt_gui.console import say

    say("text", None)
    with (tmp_path / "plain").open("w", encoding="ascii") as stream:
        say("한글\n", stream)
    say("text", stream)
    assert (tmp_path / "plain").read_text() == "\\ud55c\\uae00\n"
    say("text", SimpleNamespace(write=stream.write, flush=stream.flush))
