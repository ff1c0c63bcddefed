"""What tests of keys get: a folder, an environment, and never the keyring of who runs them."""

import os

import pytest

from kisopt_gui.keys.profile import Credentials, Profiles
from kisopt_gui.keys.vault import Vault
from tests.keys.rings import use_no_ring, use_ring


@pytest.fixture(autouse=True)
def _no_ring(monkeypatch):
    use_no_ring(monkeypatch)


@pytest.fixture
def ring(monkeypatch, tmp_path):
    use_ring(monkeypatch, tmp_path)


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "keys", os.environ)


@pytest.fixture
def profiles(tmp_path):
    return Profiles(tmp_path / "profiles.json")


@pytest.fixture
def pair():
    return Credentials("K" * 35 + "1", "S" * 179 + "2")
