"""A keyring of the library's own kind, in an encrypted file, so that other processes see it too."""

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

KEY = b"the key of the test's own ring!!"
RING = "tests.keys.rings.SealedRing"
FILE = "TEST_RING_FILE"
MOOD = "TEST_RING_MOOD"
"""What happens to whoever asks: "locked", "dismissed", "repeats", "deaf"."""

NOBODY = "keyring.backends.fail.Keyring"


class SealedRing(KeyringBackend):
    """Keeps passwords as a desktop's keyring does: never in the open."""

    priority = 1

    def get_password(self, service, username):
        self._answer()
        return self._all().get(f"{service}/{username}")

    def set_password(self, service, username, password):
        if os.environ.get(MOOD) == "repeats":
            raise RuntimeError(f"cannot store {password}")
        self._answer()
        self._keep({**self._all(), f"{service}/{username}": password})

    def delete_password(self, service, username):
        self._answer()
        known = self._all()
        if known.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(username)
        self._keep(known)

    def _answer(self):
        mood = os.environ.get(MOOD)
        if mood == "locked":
            raise KeyringLocked("Failed to unlock the collection!")
        if mood == "dismissed":
            raise InitError("Failed to create the collection: Prompt dismissed..")
        if mood == "deaf":
            raise ConnectionError("no answer from D-Bus")

    def _all(self):
        path = Path(os.environ[FILE])
        if not path.exists():
            return {}
        data = path.read_bytes()
        return json.loads(AESGCM(KEY).decrypt(data[:12], data[12:], None))

    def _keep(self, known):
        nonce = os.urandom(12)
        sealed = AESGCM(KEY).encrypt(nonce, json.dumps(known).encode(), None)
        Path(os.environ[FILE]).write_bytes(nonce + sealed)


class PlainRing(SealedRing):
    """One that would write plain text, as keyrings.alt has."""

    priority = 0.5


PlainRing.__module__ = "keyrings.alt.file"


def contents():
    """Return everything in the ring."""
    return SealedRing()._all()


def put(name, text):
    """Put something into the ring as the system would find it."""
    SealedRing().set_password("kisopt", name, text)


def use_ring(monkeypatch, folder):
    """Let this process and its children have the ring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", RING)
    monkeypatch.setenv(FILE, str(folder / "ring.bin"))
    monkeypatch.delenv(MOOD, raising=False)


def use_no_ring(monkeypatch):
    """Let this process and its children have none, whatever the machine has."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NOBODY)
