"""The built program, tried as its user would try it."""

import json
import re
import shutil
import signal
import subprocess
import time
import tomllib

import psutil
import pytest
from PySide6.QtGui import QImage

from tests.bundle.conftest import FOLDER, ROOT, children, ended, is_watched, until

OURS = {
    ".config/kisopt/layouts.json",
    ".config/kisopt/settings.json",
    ".local/state/kisopt/kisopt.log",
}
"""What one run leaves in an empty home."""

TITLE = "지수옵션"
RED, BLUE = (1, 0, 0), (0, 0, 1)


def figure(out, name):
    return float(re.search(rf"{name}: ([\d,.]+)", out)[1].replace(",", ""))


def saved(user, name):
    return json.loads((user.home / ".config" / "kisopt" / name).read_text("utf-8"))


def share(image, wanted):
    """Part of the picture's pixels that are clearly of a colour."""
    found = total = 0
    for y in range(0, image.height(), 3):
        for x in range(0, image.width(), 3):
            colour = image.pixelColor(x, y)
            parts = colour.red(), colour.green(), colour.blue()
            strong = [part for part, is_wanted in zip(parts, wanted, strict=True) if is_wanted]
            weak = [part for part, is_wanted in zip(parts, wanted, strict=True) if not is_wanted]
            total += 1
            found += min(strong) > 1.3 * max(weak) + 20
    return found / total


def snapshot(folder):
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in folder.rglob("*")
    }


# without a screen -----------------------------------------------------------


def test_from_an_empty_home_options_move_and_nothing_is_left_elsewhere(user):
    before = snapshot(user.program.parent)
    picture = user.home / "그림 1.png"
    status, out, err = user.run("--seconds", "6", "--screenshot", str(picture), "--language", "ko")
    assert (status, err) == (0, "")
    assert figure(out, "수신") > 200
    assert figure(out, "그린 행") > 100
    assert figure(out, "유실") == figure(out, "불량 프레임") == 0
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1600, 960)
    assert len({image.pixel(x, y) for x in range(0, 1600, 7) for y in range(0, 960, 7)}) > 60
    # What rose and what fell, by the Korean colours.
    assert share(image, RED) + share(image, BLUE) > 0.002
    assert user.files() - {"그림 1.png"} == OURS
    assert list(user.temporary.iterdir()) == []
    assert [path.name for path in user.runtime.iterdir()] == []
    assert snapshot(user.program.parent) == before


def test_its_folder_cannot_be_written_by_who_runs_it(user):
    script = f'test -w "{user.program.parent}" || test -w "{user.program}"'
    tried = subprocess.run(["/bin/sh", "-c", script], check=False, **user.identity)
    assert tried.returncode == 1


def test_it_says_its_version_and_what_is_in_it(user):
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert user.run("--version") == (0, f"kisopt {project['version']}\n", "")
    index = json.loads((FOLDER / "licences" / "index.json").read_text("utf-8"))
    names = {each["name"].lower() for each in index}
    needed = {re.split(r"[<>=!-]", each)[0].lower() for each in project["dependencies"]}
    assert needed <= names
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "setuptools", "pip", "readline"}
    for component in index:
        assert component["licence"], component["name"]
        for text in component["files"]:
            assert (FOLDER / "licences" / text).stat().st_size > 100, text


def test_encrypted_frames_are_read(user):
    status, out, err = user.run("--seconds", "4", "--language", "ko", KISOPT_DEMO="--fault encrypt")
    assert (status, err) == (0, "")
    assert figure(out, "수신") > 100
    assert figure(out, "불량 프레임") == 0


def test_a_word_that_means_nothing_ends_with_one_sentence(user):
    status, out, err = user.run("--source", "nonsense")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "nonsense" in err


def test_the_broker_and_all_else_end_with_a_program_that_is_killed(user):
    program = user.start()
    helpers = until(lambda: children(program), "no broker was started")
    until(lambda: (user.home / ".local/state/kisopt/kisopt.log").exists(), "no log")
    time.sleep(6)  # the watcher starts some seconds after the window
    helpers = children(program) or helpers
    program.kill()
    program.communicate()
    _, alive = psutil.wait_procs(helpers, timeout=15)
    assert alive == []


def test_the_menu_entry_starts_the_program_and_goes_again(user):
    data = user.home / ".local" / "share"
    status, out, err = user.run("--install-desktop")
    assert (status, err) == (0, "")
    entry = data / "applications" / "kisopt-gui.desktop"
    assert str(entry) in out.splitlines()
    told = entry.read_text("utf-8")
    assert str(user.program) in told
    assert (data / "icons/hicolor/scalable/apps/kisopt.svg").exists()
    if validator := shutil.which("desktop-file-validate"):
        checked = subprocess.run([validator, entry], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stdout) == (0, "")
    status, _, err = user.run("--uninstall-desktop")
    assert (status, err) == (0, "")
    assert user.files() == set()


def test_a_disk_that_is_full_or_a_home_that_is_closed_costs_nothing_but_a_sentence(user):
    (user.home / ".config").mkdir()
    (user.home / ".config").chmod(0o500)
    if user.identity:
        shutil.chown(user.home / ".config", "root")
        (user.home / ".config").chmod(0o755)
    status, out, err = user.run("--seconds", "3", "--language", "ko")
    assert figure(out, "수신") > 50
    assert status == 0
    assert "layouts.json" in err or ".config" in err
    assert "Traceback" not in err


def test_the_doctor_finds_address_token_contracts_and_stream_in_order(user):
    status, out, err = user.run("doctor", "--language", "en")
    assert (status, err) == (0, "")
    assert "[ok] access token and a quotation by REST" in out
    assert "[ok] connected and registered" in out
    assert "[XX]" not in out


def test_an_app_key_is_kept_in_an_encrypted_file_and_found_again(user):
    key, secret, passphrase = "PSkey0123456789", "secret+abcdefghij", "a good passphrase"
    server = "ws://127.0.0.1:9,http://127.0.0.1:9"
    words = ("login", "test", "--server", server, "--keep", "file", "--no-check")
    status, out, err = user.type(f"{key}\n{secret}\n{passphrase}\n", *words)
    assert (status, err) == (0, ""), out
    status, out, err = user.run("profiles")
    assert (status, err) == (0, "")
    assert "test" in out
    written = b"".join(path.read_bytes() for path in user.home.rglob("*") if path.is_file())
    for each in (key, secret, passphrase):
        assert each.encode() not in written
    assert user.run("logout", "test")[0] == 0


# on a screen ----------------------------------------------------------------


def on(screen):
    return {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}


def test_a_layout_is_switched_saved_and_there_again_after_the_window_was_closed(user, screen):
    first, second = user.home / "first.png", user.home / "second.png"
    program = user.start("--screenshot", str(first), "--language", "ko", **on(screen))
    window = screen.wait_for(TITLE)
    log = user.home / ".local/state/kisopt/kisopt.log"
    until(log.exists, "no log")
    time.sleep(3)
    screen.do("windowfocus", "--sync", window)
    screen.do("key", "ctrl+2")
    screen.do("key", "ctrl+s")
    layouts = until(lambda: (user.home / ".config/kisopt/layouts.json").exists(), "not saved")
    assert layouts
    names = [each["name"] for each in saved(user, "layouts.json")["layouts"]]
    screen.close(window)
    assert ended(program) == (0, "", "")
    assert saved(user, "settings.json")["layout"] == names[1]

    program = user.start("--screenshot", str(second), **on(screen))
    window = screen.wait_for(TITLE)
    time.sleep(3)
    screen.close(window)
    assert ended(program) == (0, "", "")
    assert [each["name"] for each in saved(user, "layouts.json")["layouts"]] == names
    assert saved(user, "settings.json")["layout"] == names[1]
    # The tabs stand in the head at the left: which one is open is seen there.
    strips = [QImage(str(picture)).copy(150, 4, 180, 36) for picture in (first, second)]
    assert strips[0] == strips[1]
    assert user.files() - {"first.png", "second.png"} == OURS


def test_a_second_start_brings_the_first_window_to_the_front(user, screen):
    program = user.start("--language", "ko", **on(screen))
    window = screen.wait_for(TITLE)
    other = user.start("--language", "ko", KISOPT_HOME=str(user.temporary / "other"), **on(screen))
    until(lambda: len(screen.windows(TITLE)) == 2, "the other window did not come")
    time.sleep(2)
    assert screen.windows(TITLE)[-1] != window  # the newest one covers it
    status, out, err = user.run(**on(screen))
    assert (status, err) == (0, "")
    assert "이미 실행 중" in out
    assert screen.windows(TITLE)[-1] == window
    assert len(screen.windows(TITLE)) == 2
    for each in screen.windows(TITLE):
        screen.close(each)
    assert ended(program)[::2] == ended(other)[::2] == (0, "")


def test_a_crash_is_a_dialog_with_a_report_that_stays(user, screen):
    program = user.start("--language", "ko", **on(screen))
    screen.wait_for(TITLE)
    until(lambda: is_watched(program), "no watcher was started")
    time.sleep(1)  # until it has been told what a report needs
    helpers = children(program)
    program.send_signal(signal.SIGSEGV)
    status, _, err = ended(program)
    assert (status, err) == (-signal.SIGSEGV, "")
    dialog = screen.wait_for("예기치 않게 종료")
    [report] = (user.home / ".local/state/kisopt").glob("report-*.txt")
    told = report.read_text("utf-8")
    assert "Segmentation fault" in told
    assert str(user.home) not in told
    screen.close(dialog)
    _, alive = psutil.wait_procs(helpers, timeout=15)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_end_of_a_session_is_a_clean_end(user, screen, number):
    program = user.start(**on(screen))
    screen.wait_for(TITLE)
    time.sleep(1.5)
    program.send_signal(number)
    status, _, err = ended(program)
    assert (status, err) == (0, "")
    assert user.files() == OURS
