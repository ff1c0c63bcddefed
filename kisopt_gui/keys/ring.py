"""The keyring of the operating system: one that encrypts, or none.

The library would also choose one that keeps plain text, or whichever a package of somebody
else brings; here it is the system's own, or the one that the user has named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.errors import KeyringFailedError, KeyringLockedError, KeyringMissingError

if TYPE_CHECKING:  # it takes a tenth of a second
    from keyring.backend import KeyringBackend

SERVICE = "kisopt"

_CHOSEN = "PYTHON_KEYRING_BACKEND"
"""The library's own variable."""

_CARELESS = ("keyring.backends.fail", "keyring.backends.null", "keyring.backends.chainer")
"""They keep nothing, or pass it on to whichever takes it."""

_NAMES = {
    "keyring.backends.SecretService": "Secret Service (GNOME Keyring, KWallet)",
    "keyring.backends.Windows": "Windows Credential Manager",
    "keyring.backends.macOS": "macOS Keychain",
}

_THIS_MACHINE = 2
"""CRED_PERSIST_LOCAL_MACHINE of Windows."""

_SHOWN = 120
_PIECE = 6

_T = TypeVar("_T")


class KeyringState(NamedTuple):
    """Whether there is a keyring that keeps secrets.

    Attributes:
        usable: Whether there is.
        name: What people call it, "" if there is none.
        problem: Why there is none.
    """

    usable: bool
    name: str = ""
    problem: KisOptError | None = None


class Ring:
    """Texts in the system's keyring, by name. Every call may wait until the user unlocks it.

    Args:
        environment: Where the user may have named another keyring.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._backend: KeyringBackend | None = None

    def state(self) -> KeyringState:
        """Look whether there is one, anew each time until there is."""
        try:
            return KeyringState(True, _name(self._found()))
        except KeyringMissingError as error:
            return KeyringState(False, problem=error)

    def get(self, name: str) -> str | None:
        """Return a text; None if there is none.

        Raises:
            KeyringMissingError, KeyringLockedError, KeyringFailedError: It cannot be had.
        """
        return self._ask(lambda ring: ring.get_password(SERVICE, name))

    def put(self, name: str, text: str) -> None:
        """Keep a text, instead of one of the same name.

        Raises:
            KeyringMissingError, KeyringLockedError, KeyringFailedError: It cannot be kept.
        """
        self._ask(lambda ring: ring.set_password(SERVICE, name, text), text)

    def drop(self, name: str) -> bool:
        """Delete a text; return whether there was one.

        Raises:
            KeyringMissingError, KeyringLockedError, KeyringFailedError: It cannot be deleted.
        """
        if self.get(name) is None:
            return False
        self._ask(lambda ring: ring.delete_password(SERVICE, name))
        return True

    def _ask(self, work: Callable[[KeyringBackend], _T], secret: str = "") -> _T:
        ring = self._found()
        from keyring.errors import InitError, KeyringLocked

        try:
            return work(ring)
        except KeyringLocked:
            raise KeyringLockedError(keyring=_name(ring)) from None
        except InitError as error:
            if "dismissed" in str(error):  # SecretStorage's word for a closed unlock dialog
                raise KeyringLockedError(keyring=_name(ring)) from None
            raise KeyringFailedError(keyring=_name(ring), reason=_words(error, secret)) from None
        except Exception as error:  # noqa: BLE001 - D-Bus's, Windows', Apple's own, and ours to tell
            # Not chained: what a keyring says of a secret may repeat it.
            raise KeyringFailedError(keyring=_name(ring), reason=_words(error, secret)) from None

    def _found(self) -> KeyringBackend:
        if self._backend is None:
            try:
                ring = self._named() or _system()
            except Exception as error:  # noqa: BLE001 - whatever it is, there is no keyring
                raise KeyringMissingError(reason=_words(error)) from None
            if not _keeps(ring):
                raise KeyringMissingError(reason=type(ring).__module__)
            if type(ring).__module__ == "keyring.backends.Windows":
                # The library's standard follows the user of a company's domain to other machines.
                ring.persist = _THIS_MACHINE  # type: ignore[attr-defined]
            self._backend = ring
        return self._backend

    def _named(self) -> KeyringBackend | None:
        from keyring import core

        name = self._environment.get(_CHOSEN, "").strip()
        return core.load_keyring(name) if name else core.load_config()


def _system() -> KeyringBackend:
    """Return the system's own, by its name: a bundle has no list of those that are installed.

    Raises:
        RuntimeError: It is not there, or not running.
    """
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring as Keyring
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring
    else:
        from keyring.backends.SecretService import Keyring
    kind: type[KeyringBackend] = Keyring
    if not kind.priority > 0:
        raise RuntimeError(kind.__module__)
    return kind()


def _keeps(ring: KeyringBackend) -> bool:
    """Whether a keyring is none of those that write plain text or nothing."""
    modules = {each.__module__ for each in type(ring).__mro__}
    alternative = any(module.partition(".")[0] == "keyrings" for module in modules)
    return ring.priority > 0 and not modules & {*_CARELESS} and not alternative


def _name(ring: KeyringBackend) -> str:
    return _NAMES.get(type(ring).__module__) or str(ring.name)


def _words(error: Exception, secret: str = "") -> str:
    """Return what a library says of an error, unless it repeats what it was given."""
    text = " ".join(str(error).split())[:_SHOWN].rstrip(". ")
    pieces = (secret[at : at + _PIECE] for at in range(max(len(secret) - _PIECE + 1, 0)))
    return type(error).__name__ if not text or any(piece in text for piece in pieces) else text
