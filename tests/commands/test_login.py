"""`kisopt login`, against the embedded broker and odd services."""

import os
import sys
from time import time

import pytest

from kisopt_gui.app.account import account_for
from kisopt_gui.commands import login
from kisopt_gui.commands.login import (
    KeyArgumentError,
    NameNeededError,
    NotKeptError,
    PlaceLockedError,
    PlaceNeededError,
    UncheckedError,
)
from kisopt_gui.files import FolderError
from kisopt_gui.keys.errors import (
    AppKeyError,
    KeyringFailedError,
    PassphraseError,
    ShortPassphraseError,
    VariablesError,
)
from kisopt_gui.keys.profile import Credentials, Place, Profile
from kisopt_gui.settings import Folders
from tests.commands.accounts import (
    KEY,
    NOBODY,
    PAGE,
    PAIR,
    PASSPHRASE,
    SECRET,
    address,
    answering,
    done,
    places,
)
from tests.feed.peers import INDEX, OPTIONS, http, inject, running, trading
from tests.keys import rings

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("english")]


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


@pytest.mark.parametrize(
    "words",
    [
        ("--app-key", KEY),
        (KEY,),
        ("main", SECRET),
        (f"--key={KEY}",),
        ("--server", KEY),
        ("--keep", KEY),
        ("--custtype", SECRET[13:]),
    ],
)
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


async def test_a_keyring_that_is_locked_is_told_before_anything_is_typed_or_issued(
    ring, typed, monkeypatch, capsys
):
    async with trading() as broker:
        for mood, error in (("locked", PlaceLockedError), ("deaf", KeyringFailedError)):
            monkeypatch.setenv(rings.MOOD, mood)
            typed(KEY, SECRET)
            with pytest.raises(error) as caught:
                await done(login, "main", "--server", address(broker))
            assert sys.stdin.readline().startswith(KEY)
            if error is PlaceLockedError:
                for language in ("ko", "en"):
                    assert "--keep file" in caught.value.sentence(language)
        assert broker.approvals == 0
    assert capsys.readouterr().out == ""
    assert places()[0].all() == []


async def test_a_former_key_that_cannot_be_forgotten_is_told(ring, typed, monkeypatch, capsys):
    typed(KEY, SECRET)
    await done(login, "main", "--server", NOBODY, "--no-check")
    rings.use_no_ring(monkeypatch)
    typed("k2", "s2", PASSPHRASE)
    capsys.readouterr()
    assert await done(login, "main", "--keep", "file", "--no-check") == 0
    told = capsys.readouterr().out
    assert "The former app key is still where it was: profile main is kept in a keyring" in told
    assert places()[1].read(places()[0].get("main"), PASSPHRASE) == Credentials("k2", "s2")
