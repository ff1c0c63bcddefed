"""One window a user: the lock, the call to the front, and what stands in the way."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QWidget

from kisopt_gui.app.instance import (
    LOCK,
    AlreadyRunningError,
    Call,
    Instance,
    bring_to_front,
)

CALLER = """
import sys
from pathlib import Path
from kisopt_gui.app.instance import Call, Instance
second = Instance(Path(sys.argv[1]))
assert not second.take()
second.call(Call(layout="만기일", token="t-1"), patience=10)
"""
HOLDER = """
import os, sys
from pathlib import Path
from kisopt_gui.app.instance import Instance
first = Instance(Path(sys.argv[1]))
assert first.take()
os._exit(0)
"""


def program(source, folder):
    return subprocess.Popen([sys.executable, "-c", source, str(folder)], stderr=subprocess.PIPE)


@pytest.fixture
def first(qapp, tmp_path):
    instance = Instance(tmp_path / "설정 폴더")
    assert instance.take()
    yield instance
    instance.release()


def folder_of(tmp_path):
    return tmp_path / "설정 폴더"


@pytest.mark.parametrize("runtime", [True, False])
def test_a_second_start_is_heard_with_its_layout_and_its_token(
    qapp, tmp_path, qtbot, monkeypatch, runtime
):
    """With a runtime folder of the user the socket lies there, without one nowhere."""
    if runtime:
        # A socket's path has 107 bytes at most, and pytest's own folders are long.
        monkeypatch.setenv("XDG_RUNTIME_DIR", os.environ["XDG_RUNTIME_DIR"])
    else:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
    first = Instance(folder_of(tmp_path))
    assert first.take()
    first.listen()
    with qtbot.waitSignal(first.called, timeout=10_000) as heard:
        second = program(CALLER, folder_of(tmp_path))
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=10_000)
    assert (second.returncode, second.communicate()[1]) == (0, b"")
    assert heard.args == [Call(layout="만기일", token="t-1")]
    first.release()


def test_the_lock_of_a_program_that_is_gone_does_not_count(qapp, tmp_path):
    gone = program(HOLDER, folder_of(tmp_path))
    gone.communicate(timeout=20)
    assert (folder_of(tmp_path) / LOCK).exists()
    instance = Instance(folder_of(tmp_path))
    assert instance.take()
    instance.release()


def test_one_that_runs_but_does_not_answer_is_named(first, tmp_path):
    second = Instance(folder_of(tmp_path))
    assert not second.take()
    with pytest.raises(AlreadyRunningError) as refused:
        second.call(Call(), patience=0.3)
    assert str(os.getpid()) in refused.value.sentence("ko")
    assert str(os.getpid()) in refused.value.sentence("en")


def test_after_the_end_of_the_first_the_next_is_the_one(first, tmp_path):
    second = Instance(folder_of(tmp_path))
    assert not second.take()
    first.release()
    first.release()
    assert second.take()
    second.release()


def test_another_folder_is_another_program(first, tmp_path):
    other = Instance(tmp_path / "other")
    assert other.take()
    other.release()


def test_a_folder_that_cannot_be_made_stops_nobody(qapp, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    assert Instance(blocked / "config").take()


@pytest.mark.parametrize("line", [b"not json\n", b"[1]\n", b"x" * 5000, b'{"layout": 7}\n'])
def test_who_talks_nonsense_is_not_heard(first, qtbot, line):
    first.listen()
    calls = []
    first.called.connect(calls.append)
    stranger = QLocalSocket()
    if not os.path.isabs(first._name):
        stranger.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
    stranger.connectToServer(first._name)
    assert stranger.waitForConnected(2000)
    stranger.write(line)
    stranger.flush()
    unconnected = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: stranger.state() == unconnected, timeout=5000)
    assert calls == []


def test_a_window_that_was_put_away_is_shown_again(qtbot, monkeypatch):
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    bring_to_front(window, "t-2")
    assert window.isVisible()
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "t-2"
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN")
