"""Where our files live, and the few things the program remembers about its user."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
from platformdirs import PlatformDirs

from kisopt_gui import files
from kisopt_gui.errors import KisOptError
from kisopt_gui.files import DamagedFileError, FolderError

VERSION = 1
_LIMIT_BYTES = 1 << 20
_SHOWN = 40
_SPEAK = ("LC_ALL", "LC_MESSAGES", "LANG")
_SILENT = ("C", "POSIX", "")


class SettingError(KisOptError):
    """A setting has a value that means nothing; the standard value holds.

    Attributes:
        facts: ``file``, ``name`` of the setting, ``value`` as found.
    """

    english = "{file}: {name} cannot be {value}; the standard value holds until you choose again"
    korean = "{file}: {name} 값 {value}을(를) 쓸 수 없습니다. 다시 고를 때까지 기본값을 씁니다"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files of the program live. None is created before something is written there.

    Attributes:
        config: Settings and layouts.
        data: Recordings, the broker's master files.
        state: Logs.
    """

    config: Path
    data: Path
    state: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Folders":
        """Return the platform's own folders, or those below KISOPT_HOME if that is set."""
        home = environment.get("KISOPT_HOME", "").strip()
        if home:
            root = Path(os.path.expanduser(home)).absolute()
            return cls(root / "config", root / "data", root / "state")
        places = PlatformDirs("kisopt", appauthor=False)
        return cls(places.user_config_path, places.user_data_path, places.user_state_path)

    @property
    def settings(self) -> Path:
        """The file of the settings."""
        return self.config / "settings.json"

    @property
    def layouts(self) -> Path:
        """The file of the layouts."""
        return self.config / "layouts.json"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the program remembers about its user, apart from layouts and keys.

    Attributes:
        version: Version of the form.
        language: "ko" or "en"; "" is the system's.
        theme: "dark" or "light".
        layout: Name of the layout used last, "" for the first.
        inspector_open: Whether the inspector was open.
        source: What is shown when the command line does not say: "demo" or "kis:PROFILE".
    """

    version: int = VERSION
    language: Literal["", "ko", "en"] = ""
    theme: Literal["dark", "light"] = "dark"
    layout: str = ""
    inspector_open: bool = False
    source: str = "demo"


class SettingsFile:
    """The settings and the file they live in: read at the start, written at every change.

    What the file says beyond `Settings`, a newer program's perhaps, stays in it.

    Attributes:
        settings: What holds now.
        problems: What the user should be told of the last `load`.
    """

    def __init__(self, path: Path) -> None:
        self.settings = Settings()
        self.problems: list[KisOptError] = []
        self._path = path

    def load(self) -> Settings:
        """Read the file; whatever is wrong with it, there are settings afterwards."""
        self.problems = []
        try:
            found = self._read()
        except FolderError as error:
            self.problems.append(error)
            found = {}
        known: dict[str, Any] = {}
        for field in msgspec.structs.fields(Settings):
            if field.name in found:
                value = found[field.name]
                try:
                    known[field.name] = msgspec.convert(value, field.type)
                except msgspec.ValidationError:
                    facts = {"file": self._path.name, "name": field.name}
                    shown = files.readable(value)[:_SHOWN]
                    self.problems.append(SettingError(**facts, value=shown))
        self.settings = Settings(**known)
        return self.settings

    def change(self, **changes: object) -> Settings:
        """Let settings hold from now on, and write them.

        Raises:
            FolderError: They hold, but could not be written.
        """
        self.settings = msgspec.structs.replace(self.settings, **changes)
        found = msgspec.to_builtins(self.settings)
        found |= {name: value for name, value in self._read().items() if name not in found}
        files.write(self._path, files.readable(found).encode("utf-8", "replace") + b"\n")
        return self.settings

    def _read(self) -> dict[str, Any]:
        """Return what the file says; nothing if there is none or it had to be set aside."""
        content = files.read(self._path, _LIMIT_BYTES + 1)
        if content is None:
            return {}
        try:
            if len(content) > _LIMIT_BYTES:
                raise ValueError("too long")
            found = msgspec.json.decode(content, type=dict[str, Any])
            files.readable(found)
        except (ValueError, RecursionError):
            kept = files.set_aside(self._path, "damaged")
            if kept is not None:
                self.problems.append(DamagedFileError(file=self._path.name, kept=kept))
            return {}
        return found


def language_of(environment: Mapping[str, str], system: str = "") -> str:
    """Return "ko" where the user speaks Korean, else "en".

    Args:
        environment: The first of LC_ALL, LC_MESSAGES, LANG that names a language decides.
        system: Name of the system's own locale, "ko_KR" or "ko-KR", for the
            systems that do not put it into the environment.
    """
    spoken = next((environment[name] for name in _SPEAK if environment.get(name)), "")
    if spoken.partition(".")[0] in _SILENT:
        spoken = system
    return "ko" if spoken.lower().startswith("ko") else "en"


def spoken_language() -> str:
    """Return the language of this process's environment."""
    return language_of(os.environ)
