"""What a bundle is made of, and how that is written down beside it."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

TEXTS = Path(__file__).parent / "licence_texts"
COMMON = Path("/usr/share/common-licenses")
"""Where Debian keeps the licences that its packages refer to."""


class LicenceError(Exception):
    """A file has no known origin, or a component no known licence text. Nothing was written."""


@dataclass(order=True)
class Component:
    """Something with a name, a version and a licence that the bundle contains.

    Attributes:
        licence: SPDX expression, "" where only the text can say it.
        purpose: What it is, in a few words.
        texts: Licence texts of its own: heading, text.
        common: Names of licences that it shares with others: "GPL-3.0".
        carried: Its files in the bundle, as far as they are files.
    """

    name: str
    version: str
    licence: str = ""
    homepage: str = ""
    purpose: str = ""
    texts: list[tuple[str, str]] = field(default_factory=list)
    common: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)

    @property
    def file_name(self) -> str:
        """Name of the text file of this component."""
        return re.sub(r"[^\w.+-]+", "-", self.name).strip("-") + ".txt"

    def text(self) -> str:
        """Return what the text file says."""
        facts = [f"{self.name} {self.version}".strip(), self.purpose, self.homepage]
        if self.licence:
            facts.append(f"Licence: {self.licence}")
        if self.common:
            facts.append("Texts shared with others: " + ", ".join(map(common_name, self.common)))
        if files := [name for name in self.carried if ".dist-info/" not in name]:
            facts.append("Files: " + _shortened(files))
        parts = ["\n".join(fact for fact in facts if fact)]
        for heading, text in self.texts:
            rule = "-" * 72
            parts.append(f"{rule}\n{heading}\n{rule}\n\n{text.strip()}")
        return "\n\n".join(parts) + "\n"


def common_name(licence: str) -> str:
    """Return the path of a shared licence text inside the folder."""
    return f"common/{licence}.txt"


def common_text(licence: str) -> str:
    """Return a licence text that many components share.

    Raises:
        LicenceError: Neither this repository nor the system has it.
    """
    debian = COMMON / licence.removesuffix(".0")
    for path in (TEXTS / f"{licence}.txt", COMMON / licence, debian):
        if path.is_file():
            return path.read_text("utf-8")
    raise LicenceError(f"the text of the licence {licence} is not on this machine")


def write(components: Iterable[Component], folder: Path, place: str) -> None:
    """Write the texts, the index and the note about replacing libraries.

    Args:
        components: Everything in the bundle.
        folder: ``licences`` beside the executable; what is in it is replaced.
        place: Where Qt's libraries are, as the user sees it.

    Raises:
        LicenceError: A licence text is missing, or two components share a file name.
    """
    readme = (TEXTS / "README.txt").read_text("utf-8")
    files = {"README.txt": readme.format(place=place)}
    index: list[dict[str, object]] = []
    for component in sorted(components, key=lambda each: each.name.lower()):
        if not component.texts and not component.common:
            raise LicenceError(f"{component.name} has no licence text")
        if component.file_name in files:
            raise LicenceError(f"two components would write {component.file_name}")
        files[component.file_name] = component.text()
        files |= {common_name(each): common_text(each) for each in component.common}
        names = [component.file_name, *map(common_name, component.common)]
        stated = {
            name: value
            for name, value in asdict(component).items()
            if name in ("name", "version", "licence", "homepage")
        }
        index.append({**stated, "files": names, "for": component.purpose})
    files["index.json"] = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    for old in [*folder.glob("*"), *folder.glob("common/*")]:
        if old.is_file():
            old.unlink()
    (folder / "common").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


def _shortened(names: list[str], most: int = 12) -> str:
    """Return the names, or the first of them and how many more there are."""
    shown = ", ".join(sorted(names)[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
