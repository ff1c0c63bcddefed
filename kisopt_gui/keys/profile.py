"""Profiles: which app keys there are, for which server, and where the secret of each is kept.

The file of profiles holds no secret.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeGuard

import msgspec

from kisopt_gui import files
from kisopt_gui.errors import KisOptError
from kisopt_gui.files import DamagedFileError, FolderError
from kisopt_gui.keys.errors import (
    BrokenKeyError,
    CustomerError,
    DamagedProfileError,
    EmptyKeyError,
    KeyAsNameError,
    LongKeyError,
    NewerProfilesError,
    NoProfilesError,
    ProfileError,
    ProfileNameError,
    SwappedKeyError,
    UnknownProfileError,
)
from kisopt_gui.keys.server import PAPER, REAL, addresses, clean_server

__all__ = ["PAPER", "REAL", "Credentials", "Place", "Profile", "Profiles"]

KEY_LIKE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/=_-]{30,}")
"""What looks rather like an app key than like a name."""

NAME_LENGTH = 40
KEY_LENGTH = 500
"""Characters of an app key or secret. The broker's have 36 and 180; a keyring of Windows keeps
1,280 together."""

VERSION = 1

_KIS_LENGTHS = (36, 180)
_LIMIT_BYTES = 1 << 20
_SHOWN = 40


class Place(Enum):
    """Where the secret of a profile is kept."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Profile:
    """One app key by its name, without its secret.

    Attributes:
        name: What the user calls it; case does not tell two apart.
        server: "real", "paper", or "ws://HOST:PORT,https://HOST:PORT".
        custtype: "P" for a person, "B" for a company.
        place: Where the secret is.

    Raises:
        ProfileError: It cannot be called so, or the server is none or is not to be trusted with
            a secret.
    """

    name: str
    server: str = REAL
    custtype: Literal["P", "B"] = "P"
    place: Place = Place.KEYRING

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _clean_name(self.name))
        object.__setattr__(self, "server", clean_server(self.server))
        if self.custtype not in ("P", "B"):
            raise CustomerError(custtype=str(self.custtype)[:_SHOWN])

    @property
    def identity(self) -> str:
        """The name as it is compared, and as its secrets are filed."""
        return _identity(self.name)

    @property
    def ws(self) -> str:
        """Address of the stream."""
        return addresses(self.server)[0]

    @property
    def http(self) -> str:
        """Address of REST, over which the secret goes."""
        return addresses(self.server)[1]


@dataclass(frozen=True, slots=True)
class Credentials:
    """An app key and its secret, which stay out of every text about them.

    Attributes:
        app_key: Without the blanks and line breaks around it that copying brings.
        app_secret: Likewise.
    """

    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "app_key", self.app_key.strip())
        object.__setattr__(self, "app_secret", self.app_secret.strip())

    def problem(self) -> KisOptError | None:
        """Return why the broker need not be asked; None if it may be right."""
        both = (self.app_key, self.app_secret)
        if not all(both):
            return EmptyKeyError()
        # A header of HTTP carries them, so they are ASCII that can be seen.
        if not all(re.fullmatch(r"[!-~]+", each) for each in both):
            return BrokenKeyError()
        if max(map(len, both)) > KEY_LENGTH:
            return LongKeyError(limit=KEY_LENGTH)
        swapped = (len(self.app_secret), len(self.app_key)) == _KIS_LENGTHS
        doubled = self.app_key == self.app_secret and len(self.app_key) in _KIS_LENGTHS
        return SwappedKeyError() if swapped or doubled else None


class _Found(NamedTuple):
    """What the file holds.

    Attributes:
        profiles: By identity, in the order in which they were made.
        used: Identity of the one used last.
    """

    profiles: dict[str, Profile]
    used: str


class Profiles:
    """The profiles of this user, in one file.

    It is read whenever it is asked, so that the window sees what `kisopt login` has added.

    Args:
        path: The file.

    Attributes:
        problems: What the user should be told of reading it.
    """

    def __init__(self, path: Path) -> None:
        self.problems: list[KisOptError] = []
        self._path = path

    def all(self) -> list[Profile]:
        """Every profile, in the order in which they were made; none if the file is no use."""
        return list(self._seen().profiles.values())

    def get(self, name: str) -> Profile:
        """Return the profile of a name.

        Raises:
            UnknownProfileError: There is none.
        """
        return _of(self._seen(), name)

    def default(self) -> Profile | None:
        """Return the one used last, else the first; None if there is none."""
        found = self._seen()
        return found.profiles.get(found.used) or next(iter(found.profiles.values()), None)

    def use(self, name: str) -> None:
        """Remember that a profile was used last.

        Raises:
            UnknownProfileError: There is none of this name.
            FolderError: It cannot be written.
        """
        found = self._read()
        identity = _of(found, name).identity
        if identity != found.used:
            self._write(_Found(found.profiles, identity))

    def save(self, profile: Profile) -> None:
        """Add a profile, or replace the one of the same name in its place.

        Raises:
            FolderError: It cannot be written.
        """
        found = self._read()
        self._write(_Found({**found.profiles, profile.identity: profile}, found.used))

    def remove(self, name: str) -> None:
        """Remove a profile; its secrets are the vault's to forget.

        Raises:
            UnknownProfileError: There is none of this name.
            FolderError: It cannot be written.
        """
        found = self._read()
        del found.profiles[_of(found, name).identity]
        self._write(found)

    def _seen(self) -> _Found:
        try:
            return self._read()
        except FolderError as error:
            if str(error) not in map(str, self.problems):
                self.problems.append(error)
            return _Found({}, "")

    def _read(self) -> _Found:
        content = files.read(self._path, _LIMIT_BYTES + 1)
        if content is None:
            return _Found({}, "")
        try:
            told = _opened(content)
        except ValueError:
            kept = files.set_aside(self._path, "damaged")
            if kept is not None:
                self.problems.append(DamagedFileError(file=self._path.name, kept=kept))
            return _Found({}, "")
        version = told["version"]
        if version > VERSION:
            kept = files.set_aside(self._path, f"version-{version}")
            if kept is not None:
                facts = {"file": self._path.name, "version": version, "kept": kept}
                self.problems.append(NewerProfilesError(**facts))
            return _Found({}, "")
        return self._sorted(told)

    def _sorted(self, told: dict[str, Any]) -> _Found:
        """Take the profiles that make sense, and keep the others elsewhere."""
        profiles: dict[str, Profile] = {}
        damaged = []
        for each in told["profiles"]:
            profile = _profile(each)
            if profile is None or profile.identity in profiles:
                damaged.append(each)
            else:
                profiles[profile.identity] = profile
        used = told.get("used")
        found = _Found(profiles, _identity(used) if isinstance(used, str) else "")
        if damaged:
            content = files.readable(damaged).encode("utf-8", "replace") + b"\n"
            kept = files.write_beside(self._path, "damaged", content)
            facts = {"file": self._path.name, "kept": kept}
            names = ", ".join(_name_of(each) for each in damaged)
            self.problems.append(DamagedProfileError(**facts, names=names))
            self._write(found)
        return found

    def _write(self, found: _Found) -> None:
        told = {
            "version": VERSION,
            "used": found.profiles[found.used].name if found.used in found.profiles else "",
            "profiles": [_told(profile) for profile in found.profiles.values()],
        }
        files.write(self._path, files.readable(told).encode() + b"\n")


def _clean_name(text: str) -> str:
    """Return a name as it is kept.

    Raises:
        ProfileNameError: It cannot be one.
        KeyAsNameError: It looks like an app key.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if KEY_LIKE.fullmatch(name):
        raise KeyAsNameError
    good = all(each in " -_." or _is_word(each) for each in name)
    if not good or not 0 < len(name) <= NAME_LENGTH or not _is_word(name[0]):
        raise ProfileNameError(name=text[:_SHOWN], limit=NAME_LENGTH)
    return name


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def _identity(name: str) -> str:
    whole = unicodedata.normalize("NFC", " ".join(name.split()))
    return unicodedata.normalize("NFC", whole.casefold())


def _of(found: _Found, name: str) -> Profile:
    profile = found.profiles.get(_identity(name))
    if profile is None:
        known = ", ".join(each.name for each in found.profiles.values())
        error = UnknownProfileError if known else NoProfilesError
        raise error(name=name[:_SHOWN], known=known)
    return profile


def _opened(content: bytes) -> dict[str, Any]:
    """Return what a file of profiles says.

    Raises:
        ValueError: It is none.
    """
    if len(content) > _LIMIT_BYTES:
        raise ValueError("too long")
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
        files.readable(told)
    except RecursionError as error:
        raise ValueError("too deep") from error
    version = told.get("version")
    if not _is_count(version) or (
        version <= VERSION and not isinstance(told.get("profiles"), list)
    ):
        raise ValueError("no profiles")
    return told


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _profile(told: object) -> Profile | None:
    """Return a profile as the file tells it; None if it makes no sense."""
    match told:
        case {"name": str(name), "server": str(server), "custtype": custtype, "place": place}:
            try:
                return Profile(name, server, custtype, Place(place))
            except (ProfileError, ValueError):
                return None
    return None


def _told(profile: Profile) -> dict[str, str]:
    return {
        "name": profile.name,
        "server": profile.server,
        "custtype": profile.custtype,
        "place": profile.place.value,
    }


def _name_of(damaged: object) -> str:
    match damaged:
        case {"name": str(name)}:
            return name[:_SHOWN]
    return "?"
