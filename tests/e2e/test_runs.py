"""The whole program as its user starts it: a process of its own, offscreen, on the demo broker."""

import os
import re
import signal
import subprocess
import sys
import time

import msgspec
import psutil
import pytest
from PySide6.QtGui import QImage

pytestmark = pytest.mark.e2e

GUI = [sys.executable, "-m", "kisopt_gui"]


def environment(home, **more):
    return {
        **os.environ,
        "KISOPT_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "LANG": "en_US.UTF-8",
        **more,
    }


def run(home, *words, seconds=4, **more):
    command = [*GUI, "--seconds", str(seconds), *words]
    return subprocess.run(
        command, env=environment(home, **more), capture_output=True, text=True, timeout=50
    )


def figure(out, name):
    return float(re.search(rf"{name} +([\d,.]+)", out)[1].replace(",", ""))


def layouts(home):
    return msgspec.json.decode((home / "config" / "layouts.json").read_bytes())["layouts"]


def test_the_first_start_shows_options_that_move_and_says_what_it_did(tmp_path):
    picture = tmp_path / "window.png"
    done = run(tmp_path, "--screenshot", str(picture), "--language", "en", seconds=5)
    assert (done.returncode, done.stderr) == (0, "")
    assert figure(done.stdout, "records received") > 100
    assert figure(done.stdout, "rows painted") > 50
    assert figure(done.stdout, "lost") == 0
    assert figure(done.stdout, "bad frames") == 0
    assert str(picture) in done.stdout
    image = QImage(str(picture))
    colours = {image.pixel(x, y) for x in range(0, 1600, 7) for y in range(0, 960, 7)}
    assert image.width() >= 1600
    assert len(colours) > 40


def test_what_the_user_left_is_there_again(tmp_path):
    run(tmp_path, "--language", "ko", "--theme", "light")
    kept = layouts(tmp_path)
    assert [each["name"] for each in kept] == ["등가 감시", "만기일"]
    assert kept[0]["watchlist"] is None  # untouched, it stays around the money
    assert kept[0]["arrangements"][0]["window"]["width"] == 1600
    path = tmp_path / "config" / "layouts.json"
    kept[0]["watchlist"] = [
        {"tr_id": "H0IOCNT0", "code": "B01612A38", "pinned": True, "label": ""},
        {"tr_id": "H0UPCNT0", "code": "2001", "pinned": False, "label": ""},
    ]
    kept[0]["quotes"]["set"] = "book"
    written = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode({**written, "layouts": kept}))
    done = run(tmp_path)
    assert done.returncode == 0
    assert "수신" in done.stdout  # the language of the first run
    again = layouts(tmp_path)[0]
    assert [each["code"] for each in again["watchlist"]] == ["B01612A38", "2001"]
    assert [each["pinned"] for each in again["watchlist"]] == [True, False]
    assert [each["label"] for each in again["watchlist"]] == ["콜 1,095.0", "KOSPI200"]
    assert again["quotes"]["set"] == "book"
    settings = msgspec.json.decode((tmp_path / "config" / "settings.json").read_bytes())
    assert (settings["language"], settings["theme"]) == ("ko", "light")


@pytest.mark.parametrize("name", ["layouts.json", "settings.json"])
def test_a_damaged_file_is_set_aside_and_the_program_starts(tmp_path, name):
    config = tmp_path / "config"
    config.mkdir()
    (config / name).write_bytes(b'{"version": 2, "layouts": [{"na')
    done = run(tmp_path, seconds=2)
    assert (done.returncode, done.stderr) == (0, "")
    [kept] = config.glob(f"{name}.damaged*")
    assert kept.read_bytes().startswith(b'{"version": 2')


def test_a_home_that_cannot_be_written_costs_the_layout_and_nothing_else(tmp_path):
    (tmp_path / "config").write_text("a file in the folder's place")
    done = run(tmp_path)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert figure(done.stdout, "records received") > 10


def test_without_a_screen_it_says_so_and_runs_all_the_same(tmp_path):
    kept = {
        name: value
        for name, value in environment(tmp_path).items()
        if name not in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    }
    command = [*GUI, "--seconds", "3", "--language", "en"]
    done = subprocess.run(
        command, env=kept, cwd=tmp_path, capture_output=True, text=True, timeout=50
    )
    assert done.returncode == 0
    assert "no screen here" in done.stdout
    assert "receive to paint" in done.stdout
    [picture] = tmp_path.glob("*.png")
    assert str(picture) in done.stdout


def test_a_source_that_is_none_is_one_sentence(tmp_path):
    done = run(tmp_path, "--source", "nonsense")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "nonsense" in done.stderr


def test_a_source_where_nobody_answers_leaves_the_window_alive(tmp_path):
    done = run(tmp_path, "--source", "ws://127.0.0.1:9", seconds=2)
    assert (done.returncode, done.stderr) == (0, "")
    assert figure(done.stdout, "records received") == 0


def children_of(program):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        children = psutil.Process(program.pid).children()
        if children:
            return children
        time.sleep(0.1)
    raise AssertionError("no broker was started")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_broker_ends_with_the_program_however_that_ends(tmp_path, number):
    program = subprocess.Popen(
        GUI, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    [broker] = children_of(program)
    time.sleep(2.5)
    program.send_signal(number)
    _, err = program.communicate(timeout=20)
    assert program.returncode == (-number if number is signal.SIGKILL else 0)
    assert err == b""
    psutil.wait_procs([broker], timeout=5)
    assert not broker.is_running()


def test_a_broker_that_dies_is_started_again_and_the_numbers_move_on(tmp_path):
    program = subprocess.Popen(
        [*GUI, "--seconds", "9", "--language", "en"],
        env=environment(tmp_path, KISOPT_DEMO="--rate 400"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    [broker] = children_of(program)
    time.sleep(3)
    broker.kill()
    time.sleep(3)
    [second] = children_of(program)
    assert second.pid != broker.pid
    out, err = program.communicate(timeout=20)
    assert (program.returncode, err) == (0, "")
    # Three seconds of the first broker bring no more than 1,200.
    assert figure(out, "records received") > 1_500


def test_a_second_start_shows_the_first_window_and_opens_the_layout_it_names(tmp_path):
    program = subprocess.Popen(
        GUI, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    children_of(program)
    plain = [*GUI, "--layout", "Expiry day"]
    second = subprocess.run(
        plain, env=environment(tmp_path, LANG="ko_KR.UTF-8"), capture_output=True, text=True
    )
    assert (second.returncode, second.stderr) == (0, "")
    assert "이미 실행 중" in second.stdout
    other = run(tmp_path, seconds=2)  # what cannot be done beside the first is said
    assert other.returncode == 2
    assert "close it" in other.stderr
    program.send_signal(signal.SIGTERM)
    out, err = program.communicate(timeout=20)
    assert (program.returncode, out, err) == (0, "", "")
    settings = msgspec.json.decode((tmp_path / "config" / "settings.json").read_bytes())
    assert settings["layout"] == "Expiry day"


QUITTING = """
import asyncio
from kisopt_gui.app.program import Program
from kisopt_gui.app.start import start

async def quit_soon(self):
    await asyncio.sleep(2)
    self.app.quit()  # what Cmd-Q and the end of a session do

Program.beside = quit_soon
raise SystemExit(start([]))
"""


def test_a_quit_of_the_desktop_is_a_clean_end_that_saves(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", QUITTING],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert layouts(tmp_path)
    assert (tmp_path / "config" / "settings.json").exists()
