"""`kisopt simulate` as a process."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.simulator.client import approval_request, fetch

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
READY = re.compile(r"kisopt simulate ready: (ws://127\.0\.0\.1:\d+) (http://127\.0\.0\.1:\d+)\n")
COMMAND = [sys.executable, "-m", "kisopt_gui.cli", "simulate"]
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@contextmanager
def simulate(*options, **settings):
    environment = {**os.environ, "LANG": settings.pop("lang", "C"), "PYTHONIOENCODING": "utf-8"}
    environment.pop("LC_ALL", None)
    with subprocess.Popen(
        [*COMMAND, *options],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **settings,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def addresses(process):
    return READY.fullmatch(process.stdout.readline()).groups()


def ended(process, seconds=5.0):
    """Return status, rest of the output and errors of a process that ends by itself."""
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def test_one_line_says_that_it_is_ready_and_where():
    with simulate("--parent-pipe") as process:
        _, web = addresses(process)
        status, _, _ = fetch(f"{web}/oauth2/Approval", approval_request())
        assert status == 200
        assert ended(process) == (0, "", "")


def test_it_is_ready_soon():
    # Against what Python needs for a loop alone, because this machine may be busy: 2.6 times that.
    ready, bare = [], []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import asyncio"], check=True)
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        with simulate("--parent-pipe") as process:
            addresses(process)
            ready.append(time.perf_counter() - began)
    assert min(ready) < 8 * min(bare)


def test_it_loads_nothing_heavy():
    program = "import sys, kisopt_gui.simulator.command; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"numpy", "PySide6", "cryptography", "pyqtgraph"}.isdisjoint(loaded)


def test_it_ends_with_the_pipe_of_its_parent():
    with simulate("--parent-pipe") as process:
        addresses(process)
        process.stdin.write("words are ignored\n")
        process.stdin.flush()
        time.sleep(0.2)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(5) == 0


@POSIX
def test_it_dies_with_a_parent_that_is_killed():
    parent = (
        "import subprocess, sys, time\\n"
        "child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\\n"
        "sys.stdout.buffer.write(str(child.pid).encode() + b' ' + child.stdout.readline())\\n"
        "sys.stdout.flush()\\n"
        "time.sleep(60)\\n"
    ).replace("\\n", "\n")
    with subprocess.Popen(
        [sys.executable, "-c", parent, *COMMAND, "--parent-pipe"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        child, _, line = process.stdout.readline().partition(" ")
        _, web = READY.fullmatch(line).groups()
        process.kill()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                fetch(f"{web}/control")
            except OSError:
                break
            time.sleep(0.05)
        else:
            os.kill(int(child), signal.SIGKILL)
            pytest.fail("the child outlived its parent")


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(number):
    with simulate() as process:
        addresses(process)
        process.send_signal(number)
        assert ended(process) == (0, "", "")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en_US.UTF-8", "kisopt: port {port} is in use; choose another with --port\n"),
        ("ko_KR.UTF-8", "kisopt: 포트 {port}을(를) 이미 쓰고 있습니다. --port로 다른 포트를"),
    ],
)
def test_a_port_in_use_is_one_sentence(lang, sentence):
    with simulate("--parent-pipe") as first:
        stream, web = addresses(first)
        port = stream.rpartition(":")[2]
        with simulate("--port", port, lang=lang) as second:
            status, out, err = ended(second)
        assert (status, out) == (2, "")
        assert err.startswith(sentence.format(port=port))
        assert err.count("\n") == 1
        with simulate("--http-port", web.rpartition(":")[2]) as second:
            status, out, err = ended(second)
        assert (status, out) == (2, "")
        assert "--http-port" in err


def test_ports_can_be_chosen():
    with simulate("--parent-pipe") as process:
        stream, web = addresses(process)
    with simulate(
        "--parent-pipe", "--port", stream.rpartition(":")[2], "--http-port", web.rpartition(":")[2]
    ) as process:
        assert addresses(process) == (stream, web)


def test_the_options_reach_the_market():
    options = ("--date", "2026-12-01", "--start", "13:00:00", "--speed", "60", "--rate", "5")
    with simulate("--parent-pipe", "--fault", "cap=3", "--fault", "nan", *options) as process:
        _, web = addresses(process)
        _, _, body = fetch(f"{web}/control")
        assert b'"clock":"2026-12-01T13:0' in body
        assert b'"faults":{"cap":3.0,"nan":0.0}' in body


@pytest.mark.parametrize(
    "options",
    [
        ("--fault", "fire"),
        ("--port", "70000"),
        ("--port", "x"),
        ("--rate", "-1"),
        ("--date", "yesterday"),
        ("--start", "25:00"),
        ("--unknown",),
    ],
)
def test_wrong_options_end_it_with_2(options):
    with simulate(*options) as process:
        status, out, err = ended(process)
        assert (status, out) == (2, "")
        assert options[-1] in err
        assert "Traceback" not in err


def test_help_is_there():
    with simulate("--help") as process:
        status, out, _ = ended(process)
        assert status == 0
        for option in ("--seed", "--rate", "--speed", "--fault", "--pingpong-timeout"):
            assert option in out


def test_a_strict_one_blocks_who_connects_too_often():
    async def call(address):
        async with connect(address, proxy=None):
            pass

    for options, blocked in ((["--strict"], True), ([], False)):
        with simulate("--parent-pipe", *options) as process:
            address, web = addresses(process)
            for _ in range(9):
                with suppress(InvalidStatus):
                    asyncio.run(call(address))
            _, _, told = fetch(f"{web}/control")
            assert (json.loads(told)["usage"]["127.0.0.1"]["blocks"] > 0) == blocked
