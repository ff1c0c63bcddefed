"""No secret that is given to `kisopt login` stands anywhere in the open."""

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from kisopt_gui.app.redaction import redacted
from kisopt_gui.commands import login, logout, profiles
from kisopt_gui.commands.passphrase import ask_passphrase
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Profile
from tests.commands.accounts import (
    FORMS,
    KEY,
    PAGE,
    PAIR,
    PASSPHRASE,
    SECRET,
    address,
    answering,
    done,
    leaks,
    places,
)
from tests.feed.peers import http, trading
from tests.keys import rings

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("english")]

ROOT = Path(__file__).parents[2]


async def test_no_secret_is_in_any_file_output_or_error_of_anything_that_can_happen(
    ring, typed, capfd, caplog, monkeypatch, tmp_path
):
    caplog.set_level(0)
    said = []

    async def attempt(command, *words, lines=(KEY, SECRET, PASSPHRASE)):
        typed(*lines)
        try:
            await done(command, *words)
        except KisOptError as error:
            said.append("".join(traceback.format_exception(error)))
            said.extend([repr(error), error.sentence("ko"), error.sentence("en")])

    # A service that repeats what it was sent, in a refusal and as something else.
    echo = {"error_description": f"bad {KEY} and {SECRET}", "error_code": "EGW00103"}
    for answer in (http(403, echo), http(200, echo), http(500, f"{KEY} {SECRET}".encode()), PAGE):
        async with answering(answer) as (server, asked):
            await attempt(login, "odd", "--server", server)
            assert any(SECRET.encode() in body for body in asked.bodies)
    async with trading() as broker:
        server = ("--server", address(broker))
        await attempt(login, "ring", *server)
        await attempt(login, "file", *server, "--keep", "file")
        issued = [places()[1].issued(Profile("ring")).approval_key]
        assert all(issued)
        secrets = FORMS | {key[:12] for key in issued}
        for mood in ("locked", "dismissed", "repeats", "deaf"):
            monkeypatch.setenv(rings.MOOD, mood)
            await attempt(login, "ring2", *server)
            await attempt(logout, "ring")
            await attempt(profiles)
        monkeypatch.delenv(rings.MOOD)
        await attempt(login, "bad", *server, lines=(f"{KEY} {SECRET}", SECRET))
        await attempt(login, KEY)
        await attempt(login, "--secret", SECRET)
        await attempt(profiles)
        await attempt(login, "--keep", KEY)
        sealed = tmp_path / "config" / "keys" / "profile file.credentials"
        sealed.write_bytes(sealed.read_bytes()[:-9])
        known, vault = places()
        for passphrase in (PASSPHRASE, "wrong"):
            with pytest.raises(KisOptError) as caught:
                vault.read(known.get("file"), passphrase)
            said.append("".join(traceback.format_exception(caught.value)))
    told = capfd.readouterr()
    assert len(said) > 20
    assert leaks("".join([*said, told.out, told.err, caplog.text, *sys.argv]), secrets) == []
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert len(files) >= 3
    for path in files:
        assert leaks(path.read_bytes().decode("latin-1"), secrets) == [], path
        assert leaks(path.name) == []


# a terminal ---------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_at_a_terminal_nothing_that_is_typed_is_shown(tmp_path):
    program = "import sys; from kisopt_gui.commands.login import run; sys.exit(run(sys.argv[1:]))"
    talk = Terminal(sys.executable, "-c", program, "main", "--no-check")
    talk.answer("[n] nowhere: ", "f")
    talk.answer("App key: ", KEY)
    talk.answer("App secret: ", SECRET)
    talk.answer("or more): ", PASSPHRASE)
    talk.answer("again: ", PASSPHRASE)
    assert talk.end() == 0
    assert "Kept in an encrypted file" in talk.shown
    assert leaks(talk.shown) == []
    known, vault = places()
    assert vault.read(known.get("main"), PASSPHRASE) == PAIR


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize("answer", ["n", ""])
def test_who_wants_it_kept_nowhere_is_asked_no_more(tmp_path, answer):
    program = "import sys; from kisopt_gui.commands.login import run; sys.exit(run(sys.argv[1:]))"
    talk = Terminal(sys.executable, "-c", program, "main", "--no-check")
    talk.answer("[n] nowhere: ", answer)
    assert talk.end() == 1
    assert not any(each.is_file() for each in tmp_path.rglob("*"))


class Terminal:
    """A program at a terminal, which shows what it echoes."""

    def __init__(self, *words):
        import pty

        self.shown = ""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            words, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def answer(self, prompt, line, end="\n"):
        """Wait for a prompt, and type a line."""
        while prompt not in self.shown.rsplit("\n", 1)[-1]:
            assert self._read(), self.shown
        os.write(self._ours, (line + end).encode())

    def end(self):
        """Return its status when it has ended."""
        while self._read():
            pass
        os.close(self._ours)
        return self._process.wait(10)

    def _read(self):
        try:
            came = os.read(self._ours, 4096).decode("utf-8", "replace")
        except OSError:  # what Linux says at the end
            came = ""
        self.shown += came
        return came


def test_a_passphrase_that_a_command_asks_for_is_not_shown_and_may_be_left_out():
    program = (
        "from kisopt_gui.commands.passphrase import ask_passphrase as ask;"
        "from kisopt_gui.keys.profile import Profile; print(len(ask(Profile('main'))))"
    )
    talk = Terminal(sys.executable, "-c", program)
    talk.answer("Passphrase of profile main: ", PASSPHRASE)
    assert talk.end() == 0
    assert talk.shown.split()[-1] == str(len(PASSPHRASE))
    assert leaks(talk.shown) == []
    talk = Terminal(sys.executable, "-c", program)
    talk.answer("Passphrase of profile main: ", "\x04", end="")
    assert talk.end() == 0
    assert talk.shown.split()[-1] == "0"


async def test_a_passphrase_that_a_command_reads_is_cut_from_every_log(typed):
    typed(PASSPHRASE)
    assert ask_passphrase(Profile("main")) == PASSPHRASE
    assert leaks(redacted(f"opening it by {PASSPHRASE} failed")) == []
