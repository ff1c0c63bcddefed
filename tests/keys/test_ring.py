"""The system's keyring: which one is taken, and what is said when there is none."""

import os
import subprocess
import sys

import pytest

from kisopt_gui.keys.errors import (
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
)
from kisopt_gui.keys.ring import Ring
from tests.keys import rings

CANARY = "canary-of-a-secret-that-no-one-may-see"


def named(name):
    return Ring({"PYTHON_KEYRING_BACKEND": name})


def test_a_ring_that_works_has_a_name_and_keeps_what_it_is_given(ring):
    keeper = Ring(os.environ)
    state = keeper.state()
    assert state.usable
    assert state.name
    assert state.problem is None
    assert keeper.get("a/credentials") is None
    keeper.put("a/credentials", "one")
    keeper.put("a/credentials", "two")
    assert keeper.get("a/credentials") == "two"
    assert Ring(os.environ).get("a/credentials") == "two"
    assert keeper.drop("a/credentials")
    assert not keeper.drop("a/credentials")
    assert rings.contents() == {}


@pytest.mark.parametrize(
    "careless",
    [
        "keyring.backends.fail.Keyring",
        "keyring.backends.null.Keyring",
        "keyring.backends.chainer.ChainerBackend",
        "tests.keys.rings.PlainRing",
        "no.such.Keyring",
        "nonsense",
        "os.path.join",
    ],
)
def test_what_writes_plain_text_or_nothing_is_no_keyring(careless):
    keeper = named(careless)
    state = keeper.state()
    assert not state.usable
    assert isinstance(state.problem, KeyringMissingError)
    assert "encrypted file or in environment variables" in str(state.problem)
    assert "암호화 파일이나 환경 변수" in state.problem.sentence("ko")
    with pytest.raises(KeyringMissingError):
        keeper.put("a/credentials", CANARY)


@pytest.mark.skipif(sys.platform != "linux", reason="others always have their own")
def test_where_no_desktop_runs_there_is_none_and_it_is_looked_for_again(monkeypatch, tmp_path):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    environment = {}
    keeper = Ring(environment)
    assert not keeper.state().usable
    rings.use_ring(monkeypatch, tmp_path)
    environment |= os.environ
    assert keeper.state().usable


def test_the_user_s_choice_in_the_library_s_own_file_holds(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "python_keyring"
    folder.mkdir()
    (folder / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n"
    )
    state = Ring({}).state()
    assert not state.usable
    assert "null" in str(state.problem)


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ("locked", KeyringLockedError),
        ("dismissed", KeyringLockedError),
        ("deaf", KeyringFailedError),
    ],
)
def test_a_ring_that_refuses_is_one_sentence(ring, monkeypatch, mood, error):
    monkeypatch.setenv(rings.MOOD, mood)
    keeper = Ring(os.environ)
    for work in (
        lambda: keeper.get("a"),
        lambda: keeper.put("a", CANARY),
        lambda: keeper.drop("a"),
    ):
        with pytest.raises(error) as caught:
            work()
        assert caught.value.sentence("ko")
        assert caught.value.__suppress_context__


def test_a_ring_that_repeats_what_it_was_given_is_not_quoted(ring, monkeypatch):
    monkeypatch.setenv(rings.MOOD, "repeats")
    with pytest.raises(KeyringFailedError) as caught:
        Ring(os.environ).put("a", CANARY)
    assert caught.value.facts["reason"] == "RuntimeError"


def test_what_windows_keeps_does_not_follow_a_user_to_other_machines(monkeypatch):
    monkeypatch.setattr("keyring.backends.Windows.missing_deps", None)  # as on Windows
    keeper = named("keyring.backends.Windows.WinVaultKeyring")
    assert keeper.state().name == "Windows Credential Manager"
    assert keeper._backend._persist == 2  # CRED_PERSIST_LOCAL_MACHINE


def test_nothing_is_imported_of_it_before_it_is_needed():
    program = (
        "import sys, kisopt_gui.keys.vault, kisopt_gui.keys.enrolment;"
        "print(sorted({'keyring', 'cryptography', 'secretstorage'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
