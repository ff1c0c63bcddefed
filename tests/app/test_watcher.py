"""A program that dies without a word is reported by its watcher, and by nobody when it ends well.

Real processes throughout: small programs of this package, and the whole one.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kisopt_gui.app.faults import fault_file, forget_old
from kisopt_gui.app.ourselves import command, fresh_environment

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them"),
]

ROOT = Path(__file__).parents[2]
CANARY = "canary-0123-4567-zz"
GUI = [sys.executable, "-m", "kisopt_gui"]
FACTS = {"pid": 0, "language": "en", "theme": "dark", "words": ["--theme", "light"], "began": 0.0}

SMALL = f"""
import faulthandler, logging, os, signal, sys, time
from pathlib import Path
from kisopt_gui.app import crash
from kisopt_gui.app.faults import Faults
from kisopt_gui.app.watcher import Watcher

folder = Path(sys.argv[1])
crash.hide({CANARY!r})
crash.log_to(folder)
faults = Faults(folder)
watcher = Watcher()
facts = dict(folder=str(folder), language="en", theme="dark", words=["--theme", "light"])
watcher.start(pid=os.getpid(), began=time.time() - 3700, **facts)
for number in range(300):
    logging.getLogger("kisopt_gui.small").info("line %s of {CANARY}", number)
print(watcher.pid, flush=True)
sys.stdin.readline()

def fall_here():
    exec(sys.argv[2])

fall_here()
"""


def environment(home, **more):
    return {
        **os.environ,
        "KISOPT_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "LANG": "en_US.UTF-8",
        **more,
    }


def small(folder, end, **more):
    """Start a small program that ends as told once it reads a line; return it and its watcher."""
    program = subprocess.Popen(
        [sys.executable, "-c", SMALL, str(folder), end],
        cwd=ROOT,
        env=environment(folder, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return program, psutil.Process(int(program.stdout.readline()))


def go(program):
    """Let a small program come to its end; return its exit status."""
    program.communicate("\n", timeout=20)
    return program.returncode


def wait_gone(process, seconds=25):
    """Wait until a process that may not be our child has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:  # where nobody adopts orphans
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)
    process.kill()
    raise AssertionError("it has outlived the program")


def reports(folder):
    return sorted(folder.glob("report-*.txt"))


def wait_asleep(process):
    """Wait until a watcher waits for the pipe."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        before = process.cpu_times()
        time.sleep(0.3)
        if process.cpu_times() == before and process.status() == psutil.STATUS_SLEEPING:
            return
    raise AssertionError("it is busy")


# how a program ends -------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "number", "said"),
    [
        ("os.abort()", signal.SIGABRT, "Fatal Python error: Aborted"),
        ("faulthandler._sigsegv()", signal.SIGSEGV, "Fatal Python error: Segmentation fault"),
    ],
)
def test_a_program_that_falls_is_reported_with_its_stack_and_the_end_of_its_log(
    tmp_path, end, number, said
):
    program, watcher = small(tmp_path, end)
    assert go(program) == -number
    wait_gone(watcher)
    [path] = reports(tmp_path)
    text = path.read_text("utf-8")
    assert text.startswith("kisopt ")
    assert f"what      {said}\n" in text
    assert "1 h 1 min after the start" in text
    assert "words: --theme light" in text
    assert "--- native traceback ---" in text
    assert "in fall_here" in text
    assert "line 299 of ***" in text
    assert "line 99 of" not in text
    assert len(re.findall(r"line \d+ of", text)) == 200
    assert "canary" not in text
    assert not fault_file(tmp_path, program.pid).exists()  # the report has it
    log = (tmp_path / "kisopt.log").read_text("utf-8")
    assert f"CRITICAL kisopt_gui.app.aftermath: the program died: {said}" in log
    assert "canary" not in log


def test_a_program_that_is_killed_is_reported_without_a_guess(tmp_path):
    program, watcher = small(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    assert go(program) == -signal.SIGKILL
    wait_gone(watcher)
    [path] = reports(tmp_path)
    text = path.read_text("utf-8")
    assert "ended without a word" in text
    assert "native traceback" not in text
    assert "line 299 of ***" in text


def test_a_program_that_vanishes_with_a_good_status_has_not_ended_well(tmp_path):
    program, watcher = small(tmp_path, "os._exit(0)")
    assert go(program) == 0
    wait_gone(watcher)
    assert len(reports(tmp_path)) == 1


def test_a_clean_end_is_no_crash(tmp_path):
    program, watcher = small(tmp_path, "watcher.over(); watcher.over(); faults.close()")
    assert go(program) == 0
    assert not watcher.is_running() or watcher.status() == psutil.STATUS_ZOMBIE
    assert [path.name for path in tmp_path.iterdir()] == ["kisopt.log"]
    assert "died" not in (tmp_path / "kisopt.log").read_text("utf-8")


def test_the_report_is_drawn_by_the_watcher_in_a_process_of_its_own(tmp_path):
    from PySide6.QtGui import QImage

    program, watcher = small(tmp_path, "os.abort()", KISOPT_WATCH="picture")
    go(program)
    wait_gone(watcher)
    [path] = tmp_path.glob("report-*.png")
    image = QImage(str(path))
    assert image.width() == 560
    colours = {image.pixel(x, y) for x in range(0, 560, 3) for y in range(0, image.height(), 3)}
    assert len(colours) > 20


# the watcher itself ---------------------------------------------------------------


def test_a_watcher_that_waits_costs_nearly_nothing(tmp_path):
    program, watcher = small(tmp_path, "watcher.over()")
    wait_asleep(watcher)
    assert watcher.num_fds() == 3  # the pipe and twice nothing: no socket, no file of the program
    assert watcher.num_threads() == 1
    if sys.platform == "linux":
        assert watcher.memory_info().rss <= 13 << 20
    go(program)


def test_no_fact_of_the_program_stands_on_the_command_line_of_its_watcher(tmp_path):
    program, watcher = small(tmp_path, "watcher.over()")
    assert watcher.cmdline()[-3:] == ["-m", "kisopt_gui", "watch-crash"]
    go(program)


def test_a_ctrl_c_for_the_program_does_not_reach_its_watcher(tmp_path):
    program, watcher = small(tmp_path, "watcher.over()")
    assert os.getpgid(watcher.pid) != os.getpgid(program.pid)
    assert os.getsid(watcher.pid) != os.getsid(program.pid)
    go(program)


def test_a_watcher_that_was_killed_does_not_hurt_the_program(tmp_path):
    program, watcher = small(tmp_path, "watcher.note(theme='light'); watcher.over()")
    watcher.kill()
    wait_gone(watcher)
    assert go(program) == 0


def test_a_session_that_ends_takes_the_watcher_with_it(tmp_path):
    program, watcher = small(tmp_path, "watcher.over()")
    wait_asleep(watcher)
    watcher.terminate()
    wait_gone(watcher, 3)
    assert go(program) == 0
    assert reports(tmp_path) == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([], 0),  # somebody tried the command
        (["done"], 0),
        ([{}, "done"], 0),
        ([{}], 1),
        ([{"language": "ko"}, {"language": "en"}], 1),
    ],
)
def test_only_the_end_of_the_pipe_without_done_is_a_crash(tmp_path, said, status):
    told = [
        line if isinstance(line, str) else json.dumps({**FACTS, "folder": str(tmp_path), **line})
        for line in said
    ]
    done = subprocess.run(
        [*GUI, "watch-crash"],
        cwd=ROOT,
        env=environment(tmp_path),
        input="".join(f"{line}\n" for line in told),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert len(reports(tmp_path)) == status


def test_a_state_folder_that_cannot_be_written_costs_the_report_and_nothing_else(tmp_path):
    (tmp_path / "file").write_text("")
    told = json.dumps({**FACTS, "folder": str(tmp_path / "file")})
    done = subprocess.run(
        [*GUI, "watch-crash"],
        cwd=ROOT,
        env=environment(tmp_path),
        input=told,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_without_a_screen_that_answers_the_watcher_writes_and_goes(tmp_path):
    more = {"QT_QPA_PLATFORM": "", "DISPLAY": ":7531", "WAYLAND_DISPLAY": "none-here"}
    program, watcher = small(tmp_path, "os.abort()", **more)
    go(program)
    wait_gone(watcher)
    assert len(reports(tmp_path)) == 1


# starting ourselves ----------------------------------------------------------------


def test_we_start_ourselves_from_a_checkout_as_a_module():
    assert command() == [sys.executable, "-m", "kisopt_gui"]
    assert command("kisopt_gui.cli") == [sys.executable, "-m", "kisopt_gui.cli"]


def test_a_bundle_gives_its_own_libraries_to_nobody_else(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command("kisopt_gui.cli") == [sys.executable]
    own = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/mine", "HOME": "/h"}
    fresh = fresh_environment(own)
    assert fresh == {"LD_LIBRARY_PATH": "/mine", "HOME": "/h", "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    assert "LD_LIBRARY_PATH" not in fresh_environment({"LD_LIBRARY_PATH": "/bundle"})


def test_last_words_that_nobody_came_for_are_not_kept_for_ever(tmp_path):
    old, new = fault_file(tmp_path, 1), fault_file(tmp_path, 2)
    for path in (old, new):
        path.write_text("Fatal Python error")
    month_ago = time.time() - 31 * 86_400
    os.utime(old, (month_ago, month_ago))
    forget_old(tmp_path)
    assert list(tmp_path.iterdir()) == [new]
    forget_old(tmp_path / "not there")


# the whole program -------------------------------------------------------------------


def watched(home):
    """Start the whole program and wait for its watcher; return both, and all of its children."""
    program = subprocess.Popen(
        GUI,
        cwd=ROOT,
        env=environment(home, KISOPT_WATCH="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        children = psutil.Process(program.pid).children()
        found = [child for child in children if child.cmdline()[-1:] == ["watch-crash"]]
        if found:
            wait_asleep(found[0])
            return program, found[0], children
        time.sleep(0.1)
    program.kill()
    raise AssertionError("no watcher was started")


def test_the_whole_program_falls_and_a_report_of_it_is_there(tmp_path):
    program, watcher, children = watched(tmp_path)
    program.send_signal(signal.SIGABRT)
    program.communicate(timeout=20)
    assert program.returncode == -signal.SIGABRT
    wait_gone(watcher)
    for child in children:
        wait_gone(child)
    [path] = reports(tmp_path / "state")
    text = path.read_text("utf-8")
    assert "Fatal Python error: Aborted" in text
    assert "program.py" in text  # its stack
    assert "INFO kisopt_gui: started, Python" in text
    assert "PySide6 6" in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_whole_program_is_told_to_end_and_nobody_speaks_of_a_crash(tmp_path, number):
    program, _, children = watched(tmp_path)
    program.send_signal(number)
    _, said = program.communicate(timeout=20)
    assert (program.returncode, said) == (0, "")
    for child in children:
        wait_gone(child, 3)
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == ["kisopt.log"]
