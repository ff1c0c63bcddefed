"""Where secrets are kept, and what comes back."""

import os
import stat
import time

import pytest

from kisopt_gui.errors import KisOptError
from kisopt_gui.files import FolderError
from kisopt_gui.keys.enrolment import enrol
from kisopt_gui.keys.errors import (
    AppKeyError,
    DamagedEntryError,
    DamagedVaultError,
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
    KeyringOutOfReachError,
    NewerVaultError,
    NoCredentialsError,
    PassphraseError,
    PassphraseNeededError,
    ShortPassphraseError,
    VariablesError,
)
from kisopt_gui.keys.profile import PAPER, Credentials, Place, Profile, Profiles
from kisopt_gui.keys.vault import Forgotten, Issued, Vault
from tests.keys import rings
from tests.keys.test_sealed import forged

RING = Profile("기본")
FILE = Profile("파일 1", place=Place.FILE)
VARIABLES = Profile("env-1", place=Place.ENVIRONMENT)
PASSPHRASE = "correct horse"
OTHER = Credentials("other-key", "other-secret")
ISSUED = Issued("approval-canary", 1e9, "token-canary", 2e9)


def another(vault):
    """Return the vault as the next run of the program has it."""
    return Vault(vault._folder, vault._environment)


# keyring ------------------------------------------------------------------------


def test_a_keyring_keeps_two_entries_a_profile_each_small_enough_for_windows(ring, vault):
    longest = Credentials("k" * 500, "s" * 500)
    vault.write(RING, longest)
    vault.keep(RING, Issued("a" * 36, time.time(), "t" * 1000, time.time()))
    assert {*rings.contents()} == {"kisopt/기본/credentials", "kisopt/기본/issued"}
    assert all(len(text) <= 1280 for text in rings.contents().values())
    assert another(vault).read(RING) == longest


def test_a_profile_that_was_never_logged_in_says_so_with_the_command(ring, vault, tmp_path):
    for profile in (RING, FILE):
        assert not vault.holds(profile)
        assert not vault.needs_passphrase(profile)
        with pytest.raises(NoCredentialsError) as caught:
            vault.read(profile)
        assert f'kisopt login "{profile.name}"' in caught.value.sentence("ko")
    assert not (tmp_path / "keys").exists()


def test_without_a_keyring_nothing_takes_its_place(vault, pair, tmp_path):
    with pytest.raises(KeyringMissingError):
        vault.write(RING, pair)
    for work in (vault.read, vault.holds, vault.forget):
        with pytest.raises(KeyringOutOfReachError) as caught:
            work(RING)
        assert "기본" in caught.value.sentence("ko")
    assert [*tmp_path.rglob("*")] == []


@pytest.mark.parametrize("text", ["", "x", "{}", '{"app_key": 1}', '{"app_key": "a"}', "[" * 9999])
def test_an_entry_that_is_not_ours_is_told_and_a_login_mends_it(ring, vault, pair, text):
    rings.put("기본/credentials", text)
    with pytest.raises(DamagedEntryError):
        vault.read(RING)
    vault.write(RING, pair)
    assert vault.read(RING) == pair


def test_an_entry_with_a_broken_key_is_told_without_it(ring, vault):
    rings.put("기본/credentials", '{"app_key": "ca na ry", "app_secret": "s"}')
    with pytest.raises(AppKeyError) as caught:
        vault.read(RING)
    assert "ca na ry" not in str(caught.value)


# encrypted file -----------------------------------------------------------------


def test_a_file_opens_by_its_passphrase_once_in_a_run(vault, pair, tmp_path):
    vault.write(FILE, pair, PASSPHRASE)
    assert not vault.needs_passphrase(FILE)
    later = another(vault)
    assert later.holds(FILE)
    assert later.needs_passphrase(FILE)
    with pytest.raises(PassphraseNeededError):
        later.read(FILE)
    with pytest.raises(PassphraseError) as caught:
        later.read(FILE, "wrong horse")
    assert type(caught.value) is PassphraseError
    assert later.needs_passphrase(FILE)
    begun = time.perf_counter()
    assert later.read(FILE, PASSPHRASE) == pair
    assert time.perf_counter() - begun > 0.05  # what guessing costs
    assert not later.needs_passphrase(FILE)
    assert later.read(FILE) == pair
    [path] = (tmp_path / "keys").iterdir()
    assert path.name == "profile 파일 1.credentials"
    assert pair.app_key.encode() not in path.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_file_is_for_its_owner_alone(vault, pair, tmp_path):
    mask = os.umask(0)
    try:
        vault.write(FILE, pair, PASSPHRASE)
        vault.keep(FILE, ISSUED)
    finally:
        os.umask(mask)
    paths = [*(tmp_path / "keys").iterdir()]
    assert len(paths) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("passphrase", ["", "short77"])
def test_a_short_passphrase_keeps_nothing(vault, pair, passphrase, tmp_path):
    with pytest.raises(ShortPassphraseError) as caught:
        vault.write(FILE, pair, passphrase)
    assert "8" in caught.value.sentence("ko")
    assert not (tmp_path / "keys").exists()


def test_a_damaged_file_is_set_aside_and_a_login_makes_a_new_one(vault, pair, tmp_path):
    vault.write(FILE, pair, PASSPHRASE)
    path = tmp_path / "keys" / "profile 파일 1.credentials"
    damaged = path.read_bytes().replace(b"scrypt", b"scrupt")
    path.write_bytes(damaged)
    with pytest.raises(DamagedVaultError) as caught:
        vault.read(FILE)
    assert caught.value.facts["kept"].read_bytes() == damaged
    with pytest.raises(NoCredentialsError):
        vault.read(FILE, PASSPHRASE)
    vault.write(FILE, pair, PASSPHRASE)
    assert vault.read(FILE) == pair
    assert vault.forget(FILE).credentials
    assert [*(tmp_path / "keys").iterdir()] == []


def test_a_file_under_another_profile_s_name_is_not_taken_for_its(vault, pair, tmp_path):
    vault.write(FILE, pair, PASSPHRASE)
    folder = tmp_path / "keys"
    (folder / "profile 파일 1.credentials").rename(folder / "profile b.credentials")
    with pytest.raises(DamagedVaultError):
        vault.read(Profile("b", place=Place.FILE), PASSPHRASE)


def test_a_file_of_a_newer_program_stays_where_it_is(vault, pair, tmp_path):
    path = tmp_path / "keys" / "profile a.credentials"
    path.parent.mkdir()
    path.write_bytes(forged(version=2, owner="a/credentials"))
    with pytest.raises(NewerVaultError):
        vault.read(Profile("a", place=Place.FILE), PASSPHRASE)
    assert path.exists()


def test_a_file_that_another_run_has_written_anew_needs_its_passphrase(vault, pair):
    vault.write(FILE, pair, PASSPHRASE)
    another(vault).write(FILE, OTHER, "another horse")
    with pytest.raises(PassphraseNeededError):
        vault.read(FILE)
    assert vault.needs_passphrase(FILE)
    vault.keep(FILE, ISSUED)
    assert vault.read(FILE, "another horse") == OTHER
    assert vault.issued(FILE) == Issued()


def test_an_open_file_takes_a_new_key_without_its_passphrase(vault, pair):
    vault.write(FILE, pair, PASSPHRASE)
    vault.keep(FILE, ISSUED)
    vault.write(FILE, OTHER)
    assert vault.read(FILE) == OTHER
    assert vault.issued(FILE) == Issued()
    assert another(vault).read(FILE, PASSPHRASE) == OTHER


def test_a_folder_that_cannot_be_written_is_told(vault, pair, tmp_path):
    (tmp_path / "keys").write_text("no folder")
    with pytest.raises(FolderError):
        vault.write(FILE, pair, PASSPHRASE)
    assert vault.needs_passphrase(FILE) is False


# environment --------------------------------------------------------------------


def test_the_environment_is_read_and_never_written(tmp_path, pair):
    environment = {"KISOPT_APP_KEY": f" {pair.app_key}", "KISOPT_APP_SECRET": pair.app_secret}
    vault = Vault(tmp_path / "keys", environment)
    assert vault.holds(VARIABLES)
    assert vault.read(VARIABLES) == pair
    vault.write(VARIABLES, pair)
    vault.keep(VARIABLES, ISSUED)
    assert vault.issued(VARIABLES) == ISSUED
    assert another(vault).issued(VARIABLES) == Issued()
    with pytest.raises(VariablesError):
        vault.write(VARIABLES, OTHER)
    assert vault.forget(VARIABLES) == Forgotten(False, True)
    assert [*tmp_path.rglob("*")] == []


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("env-1", {"KISOPT_APP_KEY_ENV_1": "k"}),
        ("env-1", {"KISOPT_APP_SECRET_ENV_1": "s", "KISOPT_APP_KEY": "k"}),
    ],
)
def test_variables_of_a_profile_s_own_come_first_and_never_by_half(tmp_path, name, variables):
    vault = Vault(tmp_path, variables)
    profile = Profile(name, place=Place.ENVIRONMENT)
    assert vault.environment_names(profile) == ("KISOPT_APP_KEY_ENV_1", "KISOPT_APP_SECRET_ENV_1")
    assert not vault.holds(profile)
    with pytest.raises(VariablesError) as caught:
        vault.read(profile)
    assert "KISOPT_APP_SECRET_ENV_1" in caught.value.sentence("ko")


def test_a_name_in_hangul_has_no_variables_of_its_own(tmp_path):
    vault = Vault(tmp_path, {})
    assert vault.environment_names(Profile("기본")) == ("KISOPT_APP_KEY", "KISOPT_APP_SECRET")


# what was issued ----------------------------------------------------------------


@pytest.mark.parametrize("profile", [RING, FILE])
def test_what_was_issued_is_there_in_the_next_run(ring, vault, pair, profile):
    assert vault.issued(profile) == Issued()
    vault.write(profile, pair, PASSPHRASE)
    assert vault.issued(profile) == Issued()
    vault.keep(profile, ISSUED)
    assert vault.issued(profile) == ISSUED
    later = another(vault)
    if profile is FILE:
        assert later.issued(profile) == Issued()
    later.read(profile, PASSPHRASE if profile is FILE else "")
    assert later.issued(profile) == ISSUED


@pytest.mark.parametrize("profile", [RING, FILE])
def test_what_was_issued_for_another_key_is_not_used(ring, vault, pair, profile):
    vault.write(profile, pair, PASSPHRASE)
    vault.keep(profile, ISSUED)
    vault.write(profile, OTHER, PASSPHRASE)
    assert vault.issued(profile) == Issued()
    vault.keep(profile, ISSUED, pair)  # by a window that still has the old key
    assert vault.issued(profile) == Issued()


@pytest.mark.parametrize("profile", [RING, FILE])
def test_keeping_never_fails_and_brings_nothing_back_after_a_logout(ring, vault, pair, profile):
    vault.write(profile, pair, PASSPHRASE)
    another(vault).forget(profile)
    vault.keep(profile, ISSUED)
    vault.keep(profile, ISSUED, pair)
    assert rings.contents() == {}
    assert not os.path.exists(vault._folder) or [*vault._folder.iterdir()] == []


@pytest.mark.parametrize("mood", ["locked", "deaf", "repeats"])
def test_a_keyring_that_refuses_what_was_issued_costs_only_that(
    ring, vault, pair, mood, monkeypatch
):
    vault.write(RING, pair)
    monkeypatch.setenv(rings.MOOD, mood)
    vault.keep(RING, ISSUED)
    assert vault.issued(RING) == Issued()


def test_what_was_issued_and_is_damaged_is_nothing(ring, vault, pair):
    vault.write(RING, pair)
    rings.put("기본/issued", '{"mark": 1}')
    assert vault.issued(RING) == Issued()
    vault.write(FILE, pair, PASSPHRASE)
    vault.keep(FILE, ISSUED)
    (vault._folder / "profile 파일 1.issued").write_text("x")
    assert vault.issued(FILE) == Issued()


# forgetting, enrolling ----------------------------------------------------------


@pytest.mark.parametrize("profile", [RING, FILE])
def test_forgetting_leaves_nothing_and_says_what_there_was(ring, vault, pair, profile):
    assert vault.forget(profile) == Forgotten(False, False)
    vault.write(profile, pair, PASSPHRASE)
    assert vault.forget(profile) == Forgotten(True, False)
    vault.write(profile, pair, PASSPHRASE)
    vault.keep(profile, ISSUED)
    assert vault.forget(profile) == Forgotten(True, True)
    assert rings.contents() == {}
    assert not vault.needs_passphrase(profile)
    with pytest.raises(NoCredentialsError):
        vault.read(profile, PASSPHRASE)


def test_a_profile_that_moves_leaves_nothing_behind(ring, vault, profiles, pair):
    enrol(profiles, vault, Profile("a"), pair)
    vault.keep(Profile("a"), ISSUED)
    moved = Profile("A", place=Place.FILE)
    enrol(profiles, vault, moved, pair, PASSPHRASE)
    assert rings.contents() == {}
    assert profiles.all() == [moved]
    vault.keep(moved, ISSUED)
    assert vault.issued(moved) == ISSUED
    enrol(profiles, vault, Profile("a"), pair)
    assert [*vault._folder.iterdir()] == []
    assert another(vault).read(profiles.get("a")) == pair


def test_a_profile_whose_secret_is_not_kept_is_not_kept(ring, vault, profiles, pair, monkeypatch):
    monkeypatch.setenv(rings.MOOD, "locked")
    with pytest.raises(KeyringLockedError):
        enrol(profiles, vault, Profile("a"), pair)
    assert profiles.all() == []


def test_a_secret_whose_profile_is_not_kept_is_not_kept(ring, vault, profiles, pair, tmp_path):
    (tmp_path / "profiles.json").mkdir()
    with pytest.raises(FolderError):
        enrol(profiles, vault, Profile("a"), pair)
    assert rings.contents() == {}


def test_a_profile_whose_new_secret_is_not_kept_stays_as_it_was(
    ring, vault, profiles, pair, monkeypatch
):
    enrol(profiles, vault, Profile("a"), pair)
    enrol(profiles, vault, Profile("b"), pair)
    before = rings.contents()
    with pytest.raises(ShortPassphraseError):
        enrol(profiles, vault, Profile("A", PAPER, "B", Place.FILE), OTHER, "short")
    monkeypatch.setenv(rings.MOOD, "repeats")
    with pytest.raises(KeyringFailedError):
        enrol(profiles, vault, Profile("a", PAPER), OTHER)
    monkeypatch.delenv(rings.MOOD)
    assert profiles.all() == [Profile("a"), Profile("b")]
    assert rings.contents() == before


def test_a_secret_whose_new_profile_is_not_kept_stays_as_it_was(
    ring, vault, pair, tmp_path, monkeypatch
):
    profiles = Profiles(tmp_path / "folder" / "profiles.json")
    enrol(profiles, vault, Profile("a"), pair)
    before = rings.contents()

    def full(*_):
        raise FolderError(path="profiles.json", reason="no space")

    with monkeypatch.context() as patched:
        patched.setattr("kisopt_gui.keys.profile.files.write", full)
        with pytest.raises(FolderError):
            enrol(profiles, vault, Profile("a", PAPER), OTHER)
    assert rings.contents() == before
    assert profiles.all() == [Profile("a")]


def test_a_former_place_that_is_out_of_reach_is_told(ring, vault, profiles, pair, monkeypatch):
    assert enrol(profiles, vault, Profile("a"), pair) is None
    rings.use_no_ring(monkeypatch)
    later = Vault(vault._folder, os.environ)
    left = enrol(profiles, later, Profile("a", place=Place.FILE), pair, PASSPHRASE)
    assert isinstance(left, KeyringOutOfReachError)
    assert later.read(profiles.get("a")) == pair


def test_what_cannot_be_a_key_is_not_kept(ring, vault, tmp_path):
    for profile in (RING, FILE):
        with pytest.raises(KisOptError):
            vault.write(profile, Credentials("a b", "c"), PASSPHRASE)
    assert rings.contents() == {}
    assert not (tmp_path / "keys").exists()


def test_no_text_about_what_was_issued_has_it_in_it():
    assert "canary" not in repr(ISSUED) + str(ISSUED)
