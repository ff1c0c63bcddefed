"""Canary secrets through every path of the program: nothing that is written has a piece of them.

App key, secret, passphrase, and what the broker issued: approval key and access token. Looked at:
every file below the program's home, standard output and error, the arguments of all processes.
"""

import asyncio
import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from tests.app.test_program import play
from tests.app.test_sources import broker  # noqa: F401  # a fixture

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
KEY = "PScanaryAppKey0123456789abcdefghijkl"
SECRET = "canary+Secret/" + "Zq7xK2mW" * 20 + "=="
PASSPHRASE = "Xk9-vq3 카나리아 Pq7z"
IN_ENVIRONMENT = {"KISOPT_APP_KEY": KEY, "KISOPT_APP_SECRET": SECRET}
PIECE = 12


class Watch:
    """What was written so far."""

    def __init__(self, home, server):
        self.home = home
        self.server = server
        self.said = []
        self.lines = []

    def run(self, *words, typed="", seconds=40, environment=None):
        """Run a command; the arguments of it and its children are noted."""
        child = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={
                **os.environ,
                "KISOPT_HOME": str(self.home),
                "QT_QPA_PLATFORM": "offscreen",
                "LANG": "C.UTF-8",
                "PYTHONPATH": str(ROOT),
                **(environment or {}),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        told = threading.Thread(target=self._note, args=(child.pid,), daemon=True)
        told.start()
        out, err = child.communicate(typed.encode(), timeout=seconds)
        self.said += [out, err]
        return child.returncode, out.decode(errors="replace"), err.decode(errors="replace")

    def _note(self, pid):
        try:
            process = psutil.Process(pid)
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                for each in [process, *process.children(recursive=True)]:
                    self.lines.append("\0".join(each.cmdline()))
                threading.Event().wait(0.1)
        except psutil.Error:
            return

    def everything(self):
        """Everything that was written, by where."""
        found = {str(p): p.read_bytes() for p in self.home.rglob("*") if p.is_file()}
        found |= {f"output {at}": text for at, text in enumerate(self.said)}
        found["arguments"] = "\n".join(self.lines).encode()
        return found


def pieces(secret):
    """What gives a secret away: any stretch of it, as it is, in base64, in hex."""
    raw = secret.encode()
    forms = [raw, base64.b64encode(raw), raw.hex().encode()]
    return {form[at : at + PIECE] for form in forms for at in range(len(form) - PIECE + 1)}


def leaks(watch, *secrets):
    """Where a piece of a secret was written."""
    found = []
    for where, content in watch.everything().items():
        for secret in secrets:
            if any(piece in content for piece in pieces(secret)):
                found.append((where, secret[:6]))
    return found


@pytest.fixture
def watch(tmp_path, broker):  # noqa: F811
    return Watch(tmp_path, broker["server"])


def issued(broker):  # noqa: F811
    """What the broker issued: approval keys and tokens."""
    running = broker["broker"]
    return [*running._desk._approvals, *(each.value for each in running.rest._issued.values())]


def test_commands_write_no_piece_of_a_secret(watch, broker):  # noqa: F811
    typed = f"{KEY}\n{SECRET}\n{PASSPHRASE}\n"
    words = ("kisopt_gui.cli", "login", "canary", "--server", watch.server, "--keep", "file")
    status, out, err = watch.run(*words, typed=typed)
    assert status == 0, err
    assert "canary" in out
    for words in (
        ("kisopt_gui.cli", "profiles"),
        ("kisopt_gui.cli", "watch", "2001", "A01612", "--source", "kis:canary", "--seconds", "1"),
        ("kisopt_gui.cli", "doctor", "--source", "kis:canary", "--language", "en"),
        ("kisopt_gui.cli", "login", "canary", "--server", watch.server, "--keep", "keyring"),
    ):
        watch.run(*words, typed=f"{PASSPHRASE}\n{KEY}\n{SECRET}\n")
    secrets = [KEY, SECRET, PASSPHRASE, *issued(broker)]
    assert len(secrets) >= 5
    assert leaks(watch, *secrets) == []
    # The files are there, and it is the right secret that is not in them.
    assert list(watch.home.rglob("*.credentials"))
    assert watch.run("kisopt_gui.cli", "logout", "canary")[0] == 0
    assert leaks(watch, *secrets) == []


@pytest.mark.parametrize("fault", ["stale-key", "refuse-key", "garbage"])
def test_a_window_that_meets_a_fault_writes_no_piece_of_a_secret(watch, broker, fault):  # noqa: F811
    watch.run(
        *("kisopt_gui.cli", "login", "canary", "--server", watch.server),
        *("--keep", "environment", "--no-check"),
        environment=IN_ENVIRONMENT,
    )
    running = broker["broker"]
    from kisopt_gui.simulator.faults import parse_fault

    done = asyncio.run_coroutine_threadsafe(running.inject(parse_fault(fault)), broker["loop"])
    done.result(5)
    picture = watch.home / "picture.png"
    status, _, err = watch.run(
        *("kisopt_gui", "--source", "kis:canary", "--seconds", "3", "--language", "en"),
        *("--screenshot", str(picture)),
        environment=IN_ENVIRONMENT,
    )
    assert status == 0, err
    assert picture.exists()
    assert (watch.home / "state" / "kisopt.log").exists()
    assert leaks(watch, KEY, SECRET, *issued(broker)) == []


def test_a_defect_that_speaks_of_secrets_is_reported_without_them(watch, broker):  # noqa: F811
    watch.run(
        *("kisopt_gui.cli", "login", "canary", "--server", watch.server),
        *("--keep", "environment", "--no-check"),
        environment=IN_ENVIRONMENT,
    )
    scene = """
    async def scene(self):
        import os
        self._incidents.begin()
        await until(lambda: self.store.records > 20)
        key, secret = os.environ["KISOPT_APP_KEY"], os.environ["KISOPT_APP_SECRET"]
        account = self._feed._account
        issued = account._issued

        async def fail():
            raise RuntimeError(f"{key} {secret[5:60]} {issued.approval_key} {issued.token}")

        from kisopt_gui.app import crash
        task = asyncio.create_task(fail())
        task.add_done_callback(crash.of_task)
        seen["told"] = await until(lambda: "defect" in self.window.banner.messages)
        dialog = self._incidents.show_report()
        seen["report"] = self._incidents._report()
        seen["words"] = [repr(account), repr(account.source), self.window.banner.label.text()]
        dialog.close()
        self._incidents.over()
    """
    program = "source='kis:canary', language='en'"
    seen = play(watch.home, scene, program, "None", **IN_ENVIRONMENT)
    assert seen["told"]
    assert "RuntimeError" in seen["report"]
    watch.said.append("\n".join([seen["report"], *seen["words"]]).encode())
    assert leaks(watch, KEY, SECRET, *issued(broker)) == []


def test_a_service_that_repeats_what_it_was_sent_tells_nobody(watch):
    ready, made = threading.Event(), {}

    async def echo(reader, writer):
        data = await reader.read(65536)
        body = b'{"error_code":"X","error_description":"' + data.hex().encode()
        body += b" " + base64.b64encode(data) + b" "
        text = data.decode("utf-8", "replace").replace('"', "'").replace("\r\n", " ")
        body += text.encode() + b'"}'
        writer.write(b"HTTP/1.1 400 X\r\nContent-Type: application/json\r\n")
        writer.write(f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async def serve():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        made["port"] = server.sockets[0].getsockname()[1]
        made["loop"], made["end"] = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        async with server:
            await made["end"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(5)
        server = f"ws://127.0.0.1:9,http://127.0.0.1:{made['port']}"
        typed = f"{KEY}\n{SECRET}\n{PASSPHRASE}\n"
        login = ("kisopt_gui.cli", "login", "canary", "--server", server)
        assert watch.run(*login, "--keep", "file", typed=typed)[0] == 2  # refused
        watch.run(*login, "--keep", "environment", "--no-check", environment=IN_ENVIRONMENT)
        for words in (
            ("kisopt_gui.cli", "watch", "2001", "--source", "kis:canary", "--seconds", "1"),
            ("kisopt_gui.cli", "doctor", "--source", "kis:canary"),
            ("kisopt_gui", "--source", "kis:canary", "--seconds", "3", "--language", "en"),
        ):
            watch.run(*words, environment=IN_ENVIRONMENT)
    finally:
        made["loop"].call_soon_threadsafe(made["end"].set)
        thread.join(5)
    # As it is; who packs it otherwise before he repeats it is beyond a redaction of texts.
    for where, content in watch.everything().items():
        for secret in (KEY, SECRET, PASSPHRASE):
            assert secret.encode() not in content, where
