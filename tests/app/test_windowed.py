"""The program as Windows starts it: no console, so no stdin, stdout or stderr."""

import socket
import subprocess
import sys

import pytest

WINDOWED = """
import os, sys
sys.stdin = sys.stdout = sys.stderr = None
from kisopt_gui.__main__ import main
status = main(sys.argv[1:])
os._exit(status)
"""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--seconds", "2"], 0),
        (["--seconds", "2", "--screenshot", "/nowhere/a.png"], 0),
        (["--source", "nonsense"], 2),
        (["simulate", "--port", "TAKEN"], 2),
    ],
)
def test_nothing_is_written_where_nothing_can_be_written(words, status, tmp_path, monkeypatch):
    monkeypatch.setenv("KISOPT_HOME", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [port if word == "TAKEN" else word for word in words]
        program = [sys.executable, "-c", WINDOWED, *words]
        ended = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (status, "")
