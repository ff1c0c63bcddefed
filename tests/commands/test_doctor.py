"""`kisopt doctor` on this machine, against real brokers and against nobody."""

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.commands import checkup
from kisopt_gui.commands.checkup import State
from kisopt_gui.settings import Folders

pytestmark = pytest.mark.e2e

KISOPT = [sys.executable, "-m", "kisopt_gui.cli", "doctor"]


@pytest.fixture
def simulator():
    """Start a broker with these words; return its addresses."""
    started = []

    def start(*words):
        broker = EmbeddedBroker(*words)
        started.append(broker)
        broker.start()
        return broker.wait_ready()

    yield start
    for broker in started:
        broker.stop()


def doctor(home, *words, **more):
    return subprocess.run(
        [*KISOPT, *words],
        env={**os.environ, "KISOPT_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **more},
        capture_output=True,
        text=True,
        timeout=50,
    )


@pytest.mark.parametrize(("language", "good"), [("ko", "문제가 없습니다"), ("en", "Nothing is")])
def test_on_a_sound_machine_nothing_is_in_the_way(tmp_path, language, good):
    done = doctor(tmp_path, "--language", language)
    assert (done.returncode, done.stderr) == (0, "")
    assert good in done.stdout
    assert "[XX]" not in done.stdout
    assert "[!!]" not in done.stdout
    assert done.stdout.count("[ok]") == 9
    assert "[--]" in done.stdout  # offscreen is no fault


def test_where_nobody_answers_the_rest_is_still_checked_and_the_status_says_so(tmp_path):
    done = doctor(tmp_path, "--source", "ws://127.0.0.1:9", "--language", "en")
    assert done.returncode == 1
    assert done.stderr == ""
    assert "127.0.0.1:9" in done.stdout
    assert "check the address" in done.stdout
    assert done.stdout.count("[ok]") == 4


def test_a_source_that_is_none_is_one_sentence(tmp_path):
    done = doctor(tmp_path, "--source", "nonsense")
    assert done.returncode == 2
    assert "nonsense" in done.stderr


def test_a_refused_key_is_told_with_what_to_do(tmp_path, simulator):
    done = doctor(tmp_path, "--source", simulator("--fault", "refuse-key"), "--language", "ko")
    assert done.returncode == 1
    assert "앱키" in done.stdout


def test_the_report_names_neither_the_user_nor_his_key(tmp_path, simulator, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    done = doctor(tmp_path / "home", "--source", simulator())
    assert done.returncode == 0
    assert str(tmp_path) not in done.stdout
    assert "demo" not in done.stdout
    if getpass.getuser() not in ("root", "kisopt"):
        assert getpass.getuser() not in done.stdout


def test_folders_that_cannot_be_written_are_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    found = list(checkup.folders(Folders.of({"KISOPT_HOME": str(blocked)})))
    assert [each.state for each in found] == [State.BAD] * 3
    assert all(str(Path(blocked)) in each.text("en") for each in found)
    assert all(each.advice_text("ko") for each in found)


def test_every_finding_speaks_both_languages_and_gets_its_facts(tmp_path):
    for each in (*checkup.folders(Folders.of({"KISOPT_HOME": str(tmp_path)})), checkup.display()):
        for language in ("ko", "en"):
            assert each.text(language)
            assert "{" not in each.text(language) + each.advice_text(language)
