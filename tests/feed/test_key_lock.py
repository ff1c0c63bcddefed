"""One connection for an app key on this machine, over real processes."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kisopt_gui.feed.key_lock import KeyHeldError, KeyLock, lock_folder

KEY = "canary-app-key-0123456789"
ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from kisopt_gui.feed.key_lock import KeyLock
lock = KeyLock(Path(sys.argv[1]), sys.stdin.readline().strip(), "kisopt watch")
lock.take()
print("held" if lock.held else "not held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path):
    """Another program that holds the key."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        process.stdin.write(KEY + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


def test_a_second_program_is_told_who_holds_the_key(tmp_path, other):
    with pytest.raises(KeyHeldError) as raised:
        KeyLock(tmp_path, KEY).take()
    facts = raised.value.facts
    assert (facts["pid"], facts["program"]) == (other.pid, "kisopt watch")
    english, korean = raised.value.sentence("en"), raised.value.sentence("ko")
    for told in (str(other.pid), "kisopt watch", facts["since"]):
        assert told in english
        assert told in korean
    assert english.startswith(f"the app key is in use by kisopt watch (process {other.pid}) since")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_killed_program_holds_nothing(tmp_path, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    lock = KeyLock(tmp_path, KEY)
    lock.take()
    assert lock.held
    lock.release()


def test_a_program_that_ends_holds_nothing(tmp_path, other):
    other.communicate("\n")
    lock = KeyLock(tmp_path, KEY)
    lock.take()
    assert lock.held
    lock.release()


def test_another_key_is_free(tmp_path, other):
    lock = KeyLock(tmp_path, "another key")
    lock.take()
    assert lock.held
    lock.release()


def test_two_of_one_program_exclude_each_other_too(tmp_path):
    first, second = KeyLock(tmp_path, KEY), KeyLock(tmp_path, KEY)
    first.take()
    first.take()  # it has it
    with pytest.raises(KeyHeldError, match=f"process {os.getpid()}"):
        second.take()
    assert not second.held
    first.release()
    first.release()
    second.take()
    assert second.held
    second.release()


def test_neither_key_nor_secret_is_in_a_name_or_a_file(tmp_path):
    lock = KeyLock(tmp_path / "keys", KEY)
    lock.take()
    [path] = (tmp_path / "keys").iterdir()
    assert "canary" not in path.name + path.read_text() + repr(lock)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    lock.release()
    assert str(os.getpid()) not in path.read_text()  # the file stays, and names nobody


def test_a_holder_that_tells_nothing_is_still_a_holder(tmp_path):
    first = KeyLock(tmp_path, KEY)
    first.take()
    [path] = tmp_path.iterdir()
    path.write_text("{nonsense")
    with pytest.raises(KeyHeldError, match=r"in use by \? \(process \?\)"):
        KeyLock(tmp_path, KEY).take()
    first.release()


@pytest.mark.logs_warnings
def test_a_folder_that_cannot_be_had_stops_nobody(tmp_path, caplog):
    (tmp_path / "file").touch()
    lock = KeyLock(tmp_path / "file" / "keys", KEY)
    lock.take()
    assert not lock.held
    assert "no lock for the app key" in caplog.text
    assert "canary" not in caplog.text


def test_the_folder_is_the_same_for_every_home_of_kisopt(monkeypatch):
    folder = lock_folder()
    monkeypatch.setenv("KISOPT_HOME", "/elsewhere")
    assert lock_folder() == folder
    assert folder.name == "keys"


def test_the_next_program_knows_when_the_last_one_tried_to_connect(tmp_path):
    first = KeyLock(tmp_path, KEY)
    first.take()
    for _ in range(120):
        first.attempt()
    first.release()
    second = KeyLock(tmp_path, KEY)
    second.take()
    assert len(second.ages()) == 100
    assert all(0 <= age < 5 for age in second.ages())
    second.attempt()
    assert len(second.ages()) == 100
    second.release()


def test_attempts_of_more_than_an_hour_ago_and_of_a_wrong_clock_do_not_count(tmp_path):
    lock = KeyLock(tmp_path, KEY)
    lock.take()
    lock.release()
    [path] = tmp_path.iterdir()
    now = time.time()
    path.write_text(json.dumps({"attempts": [now - 4000, now - 60, now + 4000]}))
    lock.take()
    assert [round(age) for age in lock.ages()] == [60]
    lock.release()
