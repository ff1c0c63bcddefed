"""An account: what a source is asked with, and what of it is kept."""

import asyncio
import time

import pytest

from kisopt_gui.app import redaction
from kisopt_gui.app.account import Account, NoProfileError, account_for, account_of
from kisopt_gui.feed.source import Source, SourceError
from kisopt_gui.keys.errors import UnknownProfileError
from kisopt_gui.keys.profile import Credentials, Place, Profile, Profiles
from kisopt_gui.keys.vault import Issued, Vault
from kisopt_gui.settings import Folders
from tests.feed.peers import http, service

KEY, SECRET = "account-canary-key", "account-canary-secret"
REAL = Source("ws://broker:21000", "https://broker:9443", KEY, SECRET)


@pytest.fixture(autouse=True)
def _fresh_redaction(monkeypatch):
    monkeypatch.setattr(redaction, "_pieces", frozenset())
    monkeypatch.setattr(redaction, "_short", ())


async def until(holds):
    for _ in range(400):
        if holds():
            return True
        await asyncio.sleep(0.01)
    return False


def test_its_secrets_are_cut_from_everything_from_its_making_on():
    Account(REAL, Issued("approval-canary", 1.0, "token-canary-1234", 1.0))
    text = f"{KEY} {SECRET} approval-canary token-canary-1234"
    told = redaction.redacted(text)
    assert "canary" not in told


def test_the_words_of_the_demo_are_no_secrets():
    Account(Source("ws://127.0.0.1:1"))
    assert redaction.redacted("the demo broker") == "the demo broker"


def test_only_what_is_not_on_this_machine_is_locked():
    assert Account(Source("ws://127.0.0.1:1")).lock("kisopt") is None
    lock = Account(REAL).lock("kisopt")
    assert lock is not None
    assert KEY not in repr(lock)


async def test_what_is_issued_is_kept_whole_each_time():
    kept = []
    issued = [http(200, {"approval_key": "new-approval"}), http(200, {"access_token": "new-token"})]
    async with service(*issued) as (web, _):
        account = Account(Source("ws://127.0.0.1:1", web, KEY, SECRET), keep=kept.append)
        await account.approvals().current(account.source, web)
        quotations = account.quotations(web)
        await quotations._tokens.current()
    assert await until(lambda: len(kept) == 2 or (kept and kept[-1].token))
    assert (kept[-1].approval_key, kept[-1].token) == ("new-approval", "new-token")
    assert redaction.redacted("new-approval new-token") == "*** ***"


async def test_what_was_kept_is_used_and_nothing_is_asked_for():
    later = time.time() + 3600
    async with service() as (web, served):
        account = Account(
            Source("ws://127.0.0.1:1", web, KEY, SECRET), Issued("kept-key", later, "kept-t", later)
        )
        assert await account.approvals().current(account.source, web) == "kept-key"
        assert (await account.quotations(web)._tokens.current()).value == "kept-t"
        assert served.bodies == []


def test_paper_has_its_own_limits(tmp_path):
    vault = Vault(tmp_path, {"KISOPT_APP_KEY": KEY, "KISOPT_APP_SECRET": SECRET})
    accounts = [
        account_of(Profile("test", server, place=Place.ENVIRONMENT), vault)
        for server in ("real", "paper")
    ]
    assert [account._paper for account in accounts] == [False, True]
    assert accounts[1].source.ws.endswith(":31000")
    assert accounts[0].source.http.startswith("https://")


def test_a_command_opens_an_address_a_profile_or_the_one_used_last(tmp_path, monkeypatch):
    monkeypatch.setenv("KISOPT_APP_KEY", KEY)
    monkeypatch.setenv("KISOPT_APP_SECRET", SECRET)
    folders = Folders(tmp_path / "config", tmp_path / "data", tmp_path / "state")

    def opened(text):
        return account_for(text, folders, lambda _: pytest.fail("nothing is sealed")).source

    assert opened("ws://127.0.0.1:5").ws == "ws://127.0.0.1:5"
    with pytest.raises(SourceError):
        opened("nonsense")
    with pytest.raises(NoProfileError):
        opened("kis")
    profiles = Profiles(tmp_path / "config" / "profiles.json")
    for name, server in (("one", "real"), ("two", "paper")):
        profiles.save(Profile(name, server, place=Place.ENVIRONMENT))
    profiles.use("two")
    assert opened("kis").ws.endswith(":31000")
    assert opened("kis:one").ws.endswith(":21000")
    with pytest.raises(UnknownProfileError, match="one, two"):
        opened("kis:three")


def test_a_sealed_profile_asks_for_its_passphrase(tmp_path):
    folders = Folders(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    profile = Profile("sealed", "real", place=Place.FILE)
    Profiles(tmp_path / "config" / "profiles.json").save(profile)
    vault = Vault(tmp_path / "config" / "keys", {})
    vault.write(profile, Credentials(KEY, SECRET), "a good passphrase")
    asked = []

    def ask(about):
        asked.append(about.name)
        return "a good passphrase"

    assert account_for("kis:sealed", folders, ask).source.app_key == KEY
    assert asked == ["sealed"]
