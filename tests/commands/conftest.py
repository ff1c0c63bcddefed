"""What tests of `kisopt login`, `logout` and `profiles` get."""

import io

import pytest

from tests.keys import rings


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def ring(monkeypatch, tmp_path):
    """A keyring; without it the test has none."""
    rings.use_ring(monkeypatch, tmp_path)


@pytest.fixture
def typed(monkeypatch):
    """Let lines stand in the standard input."""

    def stand(*lines):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return stand
