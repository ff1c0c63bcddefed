"""The embedded broker as a child process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from kisopt_gui.app.broker import BrokerStartError, EmbeddedBroker
from kisopt_gui.feed.source import parse_source
from tests.simulator.client import fetch

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def brokers():
    """Start brokers; they are stopped after the test."""
    made = []

    def make(*options):
        made.append(EmbeddedBroker(*options))
        made[-1].start()
        return made[-1]

    yield make
    for broker in made:
        broker.stop()


def test_it_says_where_it_is_when_it_can_be_connected_to(brokers):
    broker = brokers()
    source = parse_source(broker.wait_ready())
    assert broker.alive
    assert source.is_loopback
    assert fetch(f"{source.http}/control")[0] == 200
    assert broker.wait_ready() == f"{source.ws},{source.http}"


def test_it_is_a_process_of_its_own_until_it_is_stopped(brokers):
    broker = brokers()
    broker.wait_ready()
    pid = broker.pid
    assert pid != os.getpid()
    assert psutil.Process(pid).ppid() == os.getpid()
    broker.stop()
    assert not broker.alive
    assert broker.pid == 0
    assert not psutil.pid_exists(pid)
    broker.stop()


def test_it_can_be_stopped_before_it_is_ready(brokers):
    broker = brokers()
    began = time.perf_counter()
    broker.stop()
    assert time.perf_counter() - began < 2.5
    assert not broker.alive


def test_words_for_every_start_and_words_for_one_are_passed_on(brokers):
    broker = brokers("--seed", "7", "--date", "2026-11-24")
    broker.start("--start", "13:30:00")
    source = parse_source(broker.wait_ready())
    clock = fetch(f"{source.http}/control")[2].decode()
    assert "2026-11-24T13:30" in clock
    broker.start()
    source = parse_source(broker.wait_ready())
    assert "2026-11-24T09:05" in fetch(f"{source.http}/control")[2].decode()


@POSIX
def test_one_that_was_killed_can_be_started_again(brokers):
    broker = brokers()
    first, pid = broker.wait_ready(), broker.pid
    os.kill(pid, signal.SIGKILL)
    while broker.alive:
        time.sleep(0.005)
    broker.start()
    assert broker.alive
    assert broker.pid != pid
    assert parse_source(broker.wait_ready())
    assert first


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--fault", "fire"], "there is no fault 'fire'"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_one_that_does_not_start_says_why_in_its_last_words(brokers, words, reason):
    broker = brokers(*words)
    with pytest.raises(BrokerStartError) as caught:
        broker.wait_ready()
    assert reason in str(caught.value)
    assert reason in caught.value.sentence("ko")
    assert "내장 모의 중계" in caught.value.sentence("ko")


def test_the_last_line_of_a_traceback_is_the_reason(brokers, monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['asyncio'] = None\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    with pytest.raises(BrokerStartError) as caught:
        brokers().wait_ready()
    assert "Error: " in caught.value.facts["reason"]
    assert "Traceback" not in caught.value.facts["reason"]


def test_what_python_says_before_is_not_taken_for_the_answer(brokers, monkeypatch, tmp_path):
    text = "import sys\nsys.stderr.buffer.write(b'a warning \\xff\\n\\n')\nsys.stderr.flush()\n"
    (tmp_path / "sitecustomize.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    assert parse_source(brokers().wait_ready()).is_loopback


def test_one_that_does_not_run_is_an_error(brokers):
    assert not EmbeddedBroker().alive
    broker = brokers()
    broker.stop()
    with pytest.raises(BrokerStartError, match="no answer"):
        broker.wait_ready()


def test_a_child_that_cannot_be_made_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "executable", str(ROOT / "no such python"))
    with pytest.raises(BrokerStartError, match="No such file"):
        EmbeddedBroker().start()


def test_the_bundled_program_starts_itself(monkeypatch, tmp_path, brokers):
    """A bundle has one executable, which knows the command `simulate`."""
    program = tmp_path / "kisopt-gui"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom kisopt_gui.__main__ import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert parse_source(brokers().wait_ready()).is_loopback


@POSIX
def test_it_ends_when_its_parent_is_killed():
    program = (
        "import sys\n"
        "from kisopt_gui.app.broker import EmbeddedBroker\n"
        "broker = EmbeddedBroker()\n"
        "broker.start()\n"
        "broker.wait_ready()\n"
        "print(broker.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        child.wait(5)  # not ours: this polls until it is gone
    assert not child.is_running()


@POSIX
def test_one_that_does_not_end_is_killed(brokers, monkeypatch):
    monkeypatch.setattr("kisopt_gui.app.broker._END_S", 0.2)
    broker = brokers()
    broker.wait_ready()
    pid = broker.pid
    os.kill(pid, signal.SIGSTOP)
    broker.stop()
    assert not psutil.pid_exists(pid)


@POSIX
def test_who_waits_is_told_when_it_is_stopped_on_another_thread(brokers, monkeypatch):
    monkeypatch.setattr("kisopt_gui.app.broker._END_S", 0.2)
    broker = brokers()
    os.kill(broker.pid, signal.SIGSTOP)
    stopping = threading.Timer(0.2, broker.stop)
    stopping.start()
    with pytest.raises(BrokerStartError, match="no answer"):
        broker.wait_ready()
    stopping.join()


def test_output_that_was_closed_meanwhile_is_no_answer(brokers):
    broker = brokers()
    broker._child.stdout.close()
    with pytest.raises(BrokerStartError, match="no answer"):
        broker.wait_ready()
