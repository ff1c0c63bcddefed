"""Where secrets are kept: the system's keyring, the environment, or a file under a passphrase.

Never in a plain file. What the broker issues for an app key is kept beside it.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from kisopt_gui import files
from kisopt_gui.errors import KisOptError
from kisopt_gui.files import FolderError
from kisopt_gui.keys import sealed
from kisopt_gui.keys.environment import APP_KEY, APP_SECRET
from kisopt_gui.keys.errors import (
    DamagedEntryError,
    DamagedVaultError,
    KeyringMissingError,
    KeyringOutOfReachError,
    NewerVaultError,
    NoCredentialsError,
    PassphraseError,
    PassphraseNeededError,
    ShortPassphraseError,
    VariablesError,
)
from kisopt_gui.keys.issued import Issued, Kept, mark_of
from kisopt_gui.keys.profile import Credentials, Place, Profile
from kisopt_gui.keys.ring import KeyringState, Ring
from kisopt_gui.keys.sealed import NewerFormError, Opener, WrongPassphraseError

__all__ = ["PASSPHRASE_LENGTH", "Forgotten", "Issued", "KeyringState", "Vault"]

PASSPHRASE_LENGTH = 8

_LIMIT_BYTES = 1 << 16
_KEY, _SECRET = APP_KEY, APP_SECRET
_ASIDE = re.compile(r"\.damaged-\d{8}-\d{6}(-\d+)?")
"""How `files.set_aside` names a file."""


class Forgotten(NamedTuple):
    """What was there to be forgotten.

    Attributes:
        credentials: Whether app key and secret were.
        issued: Whether something issued was.
    """

    credentials: bool
    issued: bool


class Vault:
    """The secrets of all profiles. A passphrase is asked once: what it opens stays open here.

    A keyring may wait for the user, and a passphrase takes a third of a second: call it from a
    thread that may wait, but `needs_passphrase` and `environment_names` from any.

    Args:
        folder: Where encrypted files go; made when the first is written.
        environment: The environment of this process.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._ring = Ring(environment)
        self._openers: dict[str, Opener] = {}
        self._marks: dict[str, str] = {}
        self._remembered: dict[str, Kept] = {}

    def keyring_state(self) -> KeyringState:
        """Look whether the system has a keyring that keeps secrets."""
        return self._ring.state()

    def needs_passphrase(self, profile: Profile) -> bool:
        """Whether it is in an encrypted file that is not open yet."""
        opened = profile.identity in self._openers
        return profile.place is Place.FILE and not opened and os.path.exists(self._file(profile))

    def environment_names(self, profile: Profile) -> tuple[str, str]:
        """Return the variables that hold app key and secret.

        Those with the profile's name behind, KISOPT_APP_KEY_PAPER, if one of them is set.
        """
        suffix = re.sub(r"[^A-Z0-9]+", "_", profile.name.upper()).strip("_")
        own = (f"{_KEY}_{suffix}", f"{_SECRET}_{suffix}")
        return own if suffix and any(map(self._environment.get, own)) else (_KEY, _SECRET)

    def holds(self, profile: Profile) -> bool:
        """Whether app key and secret are where they should be; they are not read.

        Raises:
            KisOptError: The keyring cannot be asked.
        """
        if profile.place is Place.ENVIRONMENT:
            return all(map(self._environment.get, self.environment_names(profile)))
        if profile.place is Place.FILE:
            return os.path.exists(self._file(profile))
        with _reaching(profile):
            return self._ring.get(_entry(profile)) is not None

    def read(self, profile: Profile, passphrase: str = "") -> Credentials:
        """Return app key and secret.

        Args:
            profile: Whose.
            passphrase: Of its encrypted file, if that is not open yet.

        Raises:
            NoCredentialsError: They are not there.
            VariablesError: The environment does not hold them.
            KeyringOutOfReachError, KeyringLockedError, KeyringFailedError: It cannot be asked.
            PassphraseError: None was given, or it is wrong.
            DamagedVaultError, DamagedEntryError, NewerVaultError: They cannot be made out.
            AppKeyError: What is there is no app key.
            FolderError: The file cannot be read.
        """
        if profile.place is Place.ENVIRONMENT:
            credentials = self._from_environment(profile)
        elif profile.place is Place.FILE:
            credentials = self._from_file(profile, passphrase)
        else:
            credentials = self._from_ring(profile)
        problem = credentials.problem()
        if problem is not None:
            raise problem
        self._marks[profile.identity] = mark_of(credentials)
        return credentials

    def write(self, profile: Profile, credentials: Credentials, passphrase: str = "") -> None:
        """Keep app key and secret, and forget what was issued for those before.

        Args:
            profile: Whose, and where.
            credentials: What is kept; the environment must hold them already.
            passphrase: Of the encrypted file; that of an open one need not be given again.

        Raises:
            AppKeyError: They cannot be right.
            KeyringMissingError: There is no keyring, and nothing takes its place silently.
            KeyringLockedError, KeyringFailedError: It does not take them.
            ShortPassphraseError: The passphrase is too short.
            VariablesError: The environment does not hold them.
            FolderError: The file cannot be written.
        """
        problem = credentials.problem()
        if problem is not None:
            raise problem
        content = msgspec.json.encode(credentials)
        if profile.place is Place.ENVIRONMENT:
            if self._from_environment(profile) != credentials:
                raise self._unset(profile)
        elif profile.place is Place.FILE:
            self._to_file(profile, content, passphrase)
        else:
            self._ring.drop(_entry(profile, "issued"))
            self._ring.put(_entry(profile), content.decode())
        self._remembered.pop(profile.identity, None)
        self._marks[profile.identity] = mark_of(credentials)

    def forget(self, profile: Profile) -> Forgotten:
        """Forget app key, secret and what was issued, where the profile keeps them.

        Variables of the environment are their owner's to unset.

        Returns:
            What there was.

        Raises:
            KeyringOutOfReachError, KeyringLockedError, KeyringFailedError: It cannot be asked.
            FolderError: A file cannot be deleted.
        """
        self._marks.pop(profile.identity, None)
        remembered = self._remembered.pop(profile.identity, None) is not None
        if profile.place is Place.ENVIRONMENT:
            return Forgotten(False, remembered)
        if profile.place is Place.FILE:
            self._openers.pop(profile.identity, None)
            kinds = ("credentials", "issued")
            return Forgotten(*[self._delete(self._file(profile, kind)) for kind in kinds])
        with _reaching(profile):
            issued = self._ring.drop(_entry(profile, "issued"))
            return Forgotten(self._ring.drop(_entry(profile)), issued)

    def issued(self, profile: Profile) -> Issued:
        """Return what was kept for this app key; nothing of it if it cannot be had.

        It is not for the times alone to say whether it still holds.
        """
        try:
            mark = self._mark(profile)
            if profile.place is Place.ENVIRONMENT:
                kept = self._remembered.get(profile.identity)
            else:
                content = self._content(profile, "issued")
                kept = msgspec.json.decode(content, type=Kept) if content else None
        except (KisOptError, ValueError, WrongPassphraseError):
            return Issued()
        return kept.issued() if kept is not None and kept.mark == mark else Issued()

    def keep(
        self, profile: Profile, issued: Issued, credentials: Credentials | None = None
    ) -> None:
        """Keep what was issued. That a keyring refuses costs a new key tomorrow, and is no error.

        What the environment's key was issued is kept as long as the program runs.

        Args:
            profile: Whose.
            issued: What.
            credentials: What it was issued for, by default those read or written last.
        """
        with suppress(KisOptError):
            mark = mark_of(credentials) if credentials is not None else self._mark(profile)
            kept = Kept.of(mark, issued)
            if profile.place is Place.ENVIRONMENT:
                self._remembered[profile.identity] = kept
                return
            # Only beside what it belongs to: `kisopt logout` or `login` may have been faster.
            content = msgspec.json.encode(kept)
            owner = _entry(profile, "issued")
            if profile.place is Place.KEYRING:
                if mark_of(self._from_ring(profile)) == mark:
                    self._ring.put(owner, content.decode())
                return
            opener = self._openers.get(profile.identity)
            if opener is not None and self._is_open(profile, opener):
                self._write(self._file(profile, "issued"), sealed.seal(content, owner, opener))

    def _mark(self, profile: Profile) -> str:
        return self._marks.get(profile.identity) or mark_of(self.read(profile))

    def _from_environment(self, profile: Profile) -> Credentials:
        values = [self._environment.get(name, "") for name in self.environment_names(profile)]
        if not all(map(str.strip, values)):
            raise self._unset(profile)
        return Credentials(*values)

    def _unset(self, profile: Profile) -> VariablesError:
        key, secret = self.environment_names(profile)
        return VariablesError(key=key, secret=secret)

    def _from_ring(self, profile: Profile) -> Credentials:
        content = self._content(profile)
        if content is None:
            raise NoCredentialsError(name=profile.name)
        try:
            return msgspec.json.decode(content, type=Credentials)
        except (ValueError, RecursionError):
            # Not chained: the decoder may repeat what it could not read.
            keyring = self._ring.state().name
            raise DamagedEntryError(name=profile.name, keyring=keyring) from None

    def _from_file(self, profile: Profile, passphrase: str) -> Credentials:
        path = self._file(profile)
        form = self._form(profile, "credentials")
        if form is None:
            raise NoCredentialsError(name=profile.name)
        opener = self._openers.get(profile.identity)
        if passphrase:
            opener = sealed.opener_of(passphrase, form)
        elif opener is None or not form.suits(opener):
            self._openers.pop(profile.identity, None)  # of a file that was written anew meanwhile
            raise PassphraseNeededError(name=profile.name)
        try:
            credentials = msgspec.json.decode(form.open(opener), type=Credentials)
        except WrongPassphraseError:
            raise PassphraseError(name=profile.name) from None
        except (ValueError, RecursionError):
            raise self._damaged(profile, path) from None
        self._openers[profile.identity] = opener
        return credentials

    def _to_file(self, profile: Profile, content: bytes, passphrase: str) -> None:
        opener = self._openers.get(profile.identity)
        if passphrase or opener is None:
            if len(passphrase) < PASSPHRASE_LENGTH:
                raise ShortPassphraseError(name=profile.name, limit=PASSPHRASE_LENGTH)
            opener = sealed.new_opener(passphrase)
        self._delete(self._file(profile, "issued"))
        self._write(self._file(profile), sealed.seal(content, _entry(profile), opener))
        self._openers[profile.identity] = opener

    def _content(self, profile: Profile, kind: str = "credentials") -> str | bytes | None:
        """Return what the keyring or an open file holds; None if that is nothing."""
        if profile.place is Place.KEYRING:
            with _reaching(profile):
                return self._ring.get(_entry(profile, kind))
        form = self._form(profile, kind)
        opener = self._openers.get(profile.identity)
        return form.open(opener) if form and opener and form.suits(opener) else None

    def _form(self, profile: Profile, kind: str) -> sealed.Sealed | None:
        """Read an encrypted file; None if there is none."""
        path = self._file(profile, kind)
        data = files.read(path, _LIMIT_BYTES)
        if data is None:
            return None
        try:
            form = sealed.read_sealed(data)
            if form.owner != _entry(profile, kind):
                raise ValueError("of another profile")
        except NewerFormError:
            raise NewerVaultError(name=profile.name) from None
        except ValueError:
            raise self._damaged(profile, path) from None
        return form

    def _is_open(self, profile: Profile, opener: Opener) -> bool:
        data = files.read(self._file(profile), _LIMIT_BYTES)
        try:
            return data is not None and sealed.read_sealed(data).suits(opener)
        except ValueError:  # `read` will say so
            return False

    def _damaged(self, profile: Profile, path: Path) -> KisOptError:
        kept = files.set_aside(path, "damaged")
        if kept is None:  # somebody else was faster
            return NoCredentialsError(name=profile.name)
        return DamagedVaultError(name=profile.name, kept=kept)

    def _file(self, profile: Profile, kind: str = "credentials") -> Path:
        # Neither a device of Windows nor hidden, whatever the profile is called.
        return self._folder / f"profile {profile.identity}.{kind}"

    def _write(self, path: Path, content: bytes) -> None:
        with suppress(OSError):  # the file itself is for its owner alone in any folder
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(path, content)

    def _delete(self, path: Path) -> bool:
        """Delete a file and what was set aside of it; return whether there was one."""
        there = False
        with suppress(OSError):
            for name in os.listdir(path.parent):
                if name.startswith(path.name) and _ASIDE.fullmatch(name[len(path.name) :]):
                    path.with_name(name).unlink()
                    there = True
        try:
            path.unlink()
        except FileNotFoundError:
            return there
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FolderError(path=path, reason=reason) from error
        return True


@contextmanager
def _reaching(profile: Profile) -> Iterator[None]:
    """Tell of a keyring that should be there otherwise than of one that might be."""
    try:
        yield
    except KeyringMissingError as error:
        raise KeyringOutOfReachError(name=profile.name, **error.facts) from None


def _entry(profile: Profile, kind: str = "credentials") -> str:
    return f"{profile.identity}/{kind}"
