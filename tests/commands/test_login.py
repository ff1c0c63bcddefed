"""`kisopt login`, `logout` and `profiles`, against the embedded broker and odd services."""

import asyncio
import base64
import io
import os
import subprocess
import sys
import traceback
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

import pytest

from kisopt_gui.app.account import account_for, profiles_of, vault_of
from kisopt_gui.commands import login, logout, profiles
from kisopt_gui.commands.login import (
    KeyArgumentError,
    NameNeededError,
    NotKeptError,
    PlaceNeededError,
    UncheckedError,
)
from kisopt_gui.commands.logout import WhoError
from kisopt_gui.errors import KisOptError
from kisopt_gui.files import FolderError
from kisopt_gui.keys.errors import (
    AppKeyError,
    PassphraseError,
    ShortPassphraseError,
    UnknownProfileError,
    VariablesError,
)
from kisopt_gui.keys.profile import Credentials, Place, Profile
from kisopt_gui.settings import Folders
from tests.feed.peers import HOST, INDEX, OPTIONS, http, inject, running, service, trading
from tests.keys import rings

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
KEY = "PScanaryKEYvalue7q2w9e4r1t6y8u3i5o0p"
SECRET = "canarySECRET/" + "Zx9Yw8Vu7Ts6Rq5Pn4Mk3Lj2" * 7
PASSPHRASE = "canary-passphrase-of-a-trader"
PAIR = Credentials(KEY, SECRET)
NOBODY = f"ws://{HOST}:9,http://{HOST}:9"
PAGE = http(200, b"<html>log in to the hotel's network</html>", "text/html")


@pytest.fixture(autouse=True)
def _english_and_no_ring(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    rings.use_no_ring(monkeypatch)


@pytest.fixture
def ring(monkeypatch, tmp_path):
    rings.use_ring(monkeypatch, tmp_path)


@pytest.fixture
def typed(monkeypatch):
    """Let lines stand in the standard input."""

    def stand(*lines):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return stand


async def done(command, *words):
    """Run a command as the program does, on a thread of its own because it runs a loop."""
    return await asyncio.to_thread(command.run, [*words])


def places():
    """Return the profiles and the vault as the next run of the program has them."""
    folders = Folders.of(os.environ)
    return profiles_of(folders), vault_of(folders)


def address(broker):
    return f"{broker.url},{broker.http_url}"


@asynccontextmanager
async def answering(answer):
    """Serve one answer to every HTTP call; yield the server as a profile names it."""
    async with service(answer) as (web, asked):
        yield f"{web.replace('http', 'ws', 1)},{web}", asked


# login --------------------------------------------------------------------------


async def test_a_key_is_checked_and_kept_in_the_keyring_with_what_was_issued(ring, typed, capsys):
    async with trading() as broker:
        typed(f"  {KEY}", f"{SECRET}\r")
        begun = time()
        assert await done(login, "main", "--server", address(broker), "--custtype", "B") == 0
        assert broker.approvals == 1
        known, vault = places()
        [profile] = known.all()
        assert profile == Profile("main", address(broker), "B", Place.KEYRING)
        assert vault.read(profile) == PAIR
        issued = vault.issued(profile)
        assert len(issued.approval_key) == 36
        assert begun <= issued.approval_until - 86_400 <= time()
    told = capsys.readouterr()
    assert f"the stream itself is {broker.url}, unencrypted" in told.out.lower()
    assert f"travel only to {broker.http_url}" in told.out
    assert 'kisopt-gui --source "kis:main"' in told.out
    assert told.err == ""


async def test_what_login_kept_opens_the_stream_without_another_approval_key(ring, typed):
    async with trading() as broker:
        typed(KEY, SECRET)
        await done(login, "main", "--server", address(broker))
        account = account_for("kis:main", Folders.of(os.environ), ask=lambda profile: "")
        wished = (INDEX, OPTIONS[0])
        async with running(account.source, *wished, approvals=account.approvals()) as line:
            await line.until_trading()
        assert broker.approvals == 1


async def test_an_encrypted_file_opens_the_stream_by_its_passphrase(typed, capsys):
    async with trading() as broker:
        typed(KEY, SECRET, PASSPHRASE)
        words = ("파일", "--server", address(broker), "--keep", "file")
        assert await done(login, *words) == 0
        with pytest.raises(PassphraseError):
            account_for("kis:파일", Folders.of(os.environ), lambda profile: "something else")
        account = account_for("kis", Folders.of(os.environ), lambda profile: PASSPHRASE)
        async with running(account.source, INDEX, approvals=account.approvals()) as line:
            await line.until(line.is_active)
        assert broker.approvals == 1
    assert "encrypted file" in capsys.readouterr().out


async def test_keys_of_the_environment_are_checked_and_not_copied(typed, monkeypatch, tmp_path):
    words = ("env", "--keep", "environment", "--server")
    with pytest.raises(VariablesError):
        await done(login, *words, NOBODY)
    monkeypatch.setenv("KISOPT_APP_KEY", KEY)
    monkeypatch.setenv("KISOPT_APP_SECRET", SECRET)
    async with trading() as broker:
        assert await done(login, *words, address(broker)) == 0
        assert broker.approvals == 1
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["profiles.json"]


async def test_a_key_that_the_broker_refuses_is_not_kept(ring, typed, tmp_path):
    async with trading("refuse-key") as broker:
        typed(KEY, SECRET)
        with pytest.raises(NotKeptError) as caught:
            await done(login, "main", "--server", address(broker))
    assert type(caught.value) is NotKeptError
    assert "Nothing was kept" in str(caught.value)
    assert "저장하지 않았습니다" in caught.value.sentence("ko")
    assert places()[0].all() == []
    assert rings.contents() == {}


async def test_a_refused_key_leaves_the_one_before_it_in_peace(ring, typed):
    async with trading() as broker:
        typed(KEY, SECRET)
        await done(login, "main", "--server", address(broker))
        before = rings.contents()
        await inject(broker, "refuse-key")
        typed("another-key", "another-secret")
        with pytest.raises(NotKeptError):
            await done(login, "main")
    assert rings.contents() == before


@pytest.mark.parametrize("answer", [PAGE, http(500, b""), http(200, {"x": 1}), b"no HTTP\r\n\r\n"])
async def test_whoever_answers_oddly_keeps_nothing_and_the_way_out_is_told(ring, typed, answer):
    async with answering(answer) as (server, _):
        typed(KEY, SECRET)
        with pytest.raises(UncheckedError) as caught:
            await done(login, "main", "--server", server)
    for language in ("ko", "en"):
        assert "--no-check" in caught.value.sentence(language)
    assert rings.contents() == {}


async def test_without_a_network_a_key_is_kept_unchecked_only_if_that_is_wished(
    ring, typed, capsys
):
    typed(KEY, SECRET)
    with pytest.raises(UncheckedError):
        await done(login, "main", "--server", NOBODY)
    assert places()[0].all() == []
    typed(KEY, SECRET)
    assert await done(login, "main", "--server", NOBODY, "--no-check") == 0
    known, vault = places()
    assert vault.read(known.get("main")) == PAIR
    assert vault.issued(known.get("main")).approval_key == ""
    assert "Not checked" in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("--keep", "keyring")])
async def test_without_a_keyring_nothing_is_asked_or_kept(typed, words, tmp_path):
    typed(KEY, SECRET)
    with pytest.raises(PlaceNeededError) as caught:
        await done(login, "main", "--server", NOBODY, "--no-check", *words)
    for language in ("ko", "en"):
        assert "--keep file" in caught.value.sentence(language)
        assert "--keep environment" in caught.value.sentence(language)
    assert sys.stdin.readline().startswith(KEY)
    assert not any(each.is_file() for each in tmp_path.rglob("*"))


async def test_a_second_login_changes_what_is_said_and_nothing_else(ring, typed):
    typed(KEY, SECRET)
    await done(login, "main", "--server", NOBODY, "--custtype", "B", "--no-check")
    typed("k2", "s2", PASSPHRASE)
    await done(login, "MAIN", "--keep", "file", "--no-check")
    known, vault = places()
    assert known.all() == [Profile("main", NOBODY, "B", Place.FILE)]
    assert rings.contents() == {}
    assert vault.read(known.get("main"), PASSPHRASE) == Credentials("k2", "s2")


@pytest.mark.parametrize(
    ("words", "profile"),
    [
        ((), Profile("real")),
        (("--server", "paper"), Profile("paper", "paper")),
        (("Paper",), Profile("Paper", "paper")),
        (("paper", "--server", "real"), Profile("paper", "real")),
    ],
)
async def test_a_profile_without_a_name_is_called_as_its_server(ring, typed, words, profile):
    typed(KEY, SECRET)
    assert await done(login, *words, "--no-check") == 0
    assert places()[0].all() == [profile]


async def test_an_address_without_a_name_is_an_error(ring):
    with pytest.raises(NameNeededError):
        await done(login, "--server", NOBODY)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ((), AppKeyError),
        ((KEY,), AppKeyError),
        ((f"{KEY} {SECRET}", SECRET), AppKeyError),
        ((KEY, SECRET), ShortPassphraseError),
        ((KEY, SECRET, "short"), ShortPassphraseError),
    ],
)
async def test_an_input_that_ends_early_keeps_nothing(typed, lines, error, tmp_path):
    typed(*lines)
    with pytest.raises(error):
        await done(login, "main", "--keep", "file", "--server", NOBODY)
    assert not any(each.is_file() for each in tmp_path.rglob("*"))


@pytest.mark.parametrize("words", [("--app-key", KEY), (KEY,), ("main", SECRET), (f"--key={KEY}",)])
async def test_a_key_on_the_command_line_is_refused_and_not_repeated(ring, capsys, words):
    with pytest.raises(KeyArgumentError) as caught:
        await done(login, *words)
    told = capsys.readouterr()
    assert "canary" not in told.out + told.err + str(caught.value)
    assert "새로 발급" in caught.value.sentence("ko")


async def test_a_disk_that_takes_no_profile_keeps_no_secret(ring, typed, tmp_path):
    (tmp_path / "config").write_text("no folder")
    typed(KEY, SECRET)
    with pytest.raises(FolderError):
        await done(login, "main", "--no-check")
    assert rings.contents() == {}


# logout, profiles ---------------------------------------------------------------


async def test_logout_forgets_everything_and_says_what(ring, typed, capsys, tmp_path):
    async with trading() as broker:
        for name, keep in (("a", "keyring"), ("b", "file")):
            typed(KEY, SECRET, PASSPHRASE)
            await done(login, name, "--server", address(broker), "--keep", keep)
    capsys.readouterr()
    assert await done(logout, "A") == 0
    told = capsys.readouterr().out
    assert "a: removed app key and secret, what the broker had issued, the profile." in told
    assert rings.contents() == {}
    assert await done(logout, "--all") == 0
    assert "b: removed app key and secret, what the broker had issued" in capsys.readouterr().out
    assert [*(tmp_path / "config" / "keys").iterdir()] == []
    assert await done(logout, "--all") == 0
    assert capsys.readouterr().out == "There is no profile.\n"


async def test_logout_says_that_variables_are_still_set(monkeypatch, capsys):
    monkeypatch.setenv("KISOPT_APP_KEY_E", KEY)
    monkeypatch.setenv("KISOPT_APP_SECRET_E", SECRET)
    await done(login, "e", "--keep", "environment", "--no-check")
    assert await done(logout, "e") == 0
    assert "KISOPT_APP_KEY_E and KISOPT_APP_SECRET_E are still set" in capsys.readouterr().out


async def test_a_keyring_that_is_locked_stops_one_logout_and_not_the_others(
    ring, typed, monkeypatch, capsys
):
    typed(KEY, SECRET)
    await done(login, "a", "--no-check")
    typed(KEY, SECRET, PASSPHRASE)
    await done(login, "b", "--no-check", "--keep", "file")
    monkeypatch.setenv(rings.MOOD, "locked")
    capsys.readouterr()
    with pytest.raises(KisOptError):
        await done(logout, "a")
    assert await done(logout, "--all") == 1
    told = capsys.readouterr()
    assert "a: " in told.err
    assert "unlock it" in told.err
    assert [each.name for each in places()[0].all()] == ["a"]


@pytest.mark.parametrize("words", [(), ("a", "--all")])
async def test_logout_wants_to_know_whom(words):
    with pytest.raises(WhoError):
        await done(logout, *words)


async def test_logout_of_nobody_names_those_there_are(ring, typed):
    typed(KEY, SECRET)
    await done(login, "main", "--no-check")
    with pytest.raises(UnknownProfileError, match="there are: main"):
        await done(logout, "x")


async def test_profiles_are_listed_with_where_their_keys_are(ring, typed, capsys, monkeypatch):
    assert await done(profiles) == 0
    assert "kisopt login" in capsys.readouterr().out
    typed(KEY, SECRET)
    await done(login, "--no-check")
    typed(KEY, SECRET, PASSPHRASE)
    await done(
        login, "모의", "--server", "paper", "--custtype", "B", "--keep", "file", "--no-check"
    )
    places()[0].save(Profile("env", place=Place.ENVIRONMENT))
    places()[0].use("모의")
    capsys.readouterr()
    assert await done(profiles) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["real", "real", "person", "keyring", "there"]
    assert lines[2].split() == ["*", "모의", "paper", "company", "encrypted", "file", "there"]
    assert "missing (KISOPT_APP_KEY, KISOPT_APP_SECRET)" in lines[3]
    customer = lines[0].index("CUSTOMER")
    assert lines[1].index("person") == lines[3].index("person") == customer
    assert lines[2].index("company") == customer - 2  # Hangul is as wide as two letters
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    monkeypatch.setenv(rings.MOOD, "locked")
    assert await done(profiles) == 1
    told = capsys.readouterr().out
    assert "잠겨 있습니다" in told
    assert "암호화 파일" in told


# no secret anywhere -------------------------------------------------------------

FORMS = {
    form
    for value in (KEY, SECRET, PASSPHRASE)
    for text in (value, base64.b64encode(value.encode()).decode(), value.encode().hex())
    for form in (text[:12], text[10:24], text[-14:-2])
}
"""Pieces of every secret, as it is and as those write it who think that is safe."""


def leaks(text, forms=FORMS):
    return sorted(form for form in forms if form in text)


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

    def answer(self, prompt, line):
        """Wait for a prompt, and type a line."""
        while prompt not in self.shown.rsplit("\n", 1)[-1]:
            assert self._read(), self.shown
        os.write(self._ours, line.encode() + b"\n")

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


def test_every_word_is_in_both_languages():
    for module in (login, logout, profiles):
        words = module._WORDS
        assert {*words["ko"]} == {*words["en"]}
