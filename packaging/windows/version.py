"""What Windows shows in a program's properties, as the file that PyInstaller reads.

PyInstaller's own classes for it need `pefile`, which it installs on Windows only, so
this writes the text form, which EXE(version=…) takes too and which can be checked anywhere.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EXECUTABLE = "kisopt-gui.exe"

_UNICODE = 1200
_DESCRIPTIONS = {0x0412: "kisopt 지수옵션 모니터", 0x0409: "kisopt index option monitor"}
"""Windows' number of a language: what the task manager calls the program in it.

Windows takes the table of the user's language, and many tools the first one.
"""


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers of a version; Windows knows no "rc1".

    Raises:
        ValueError: It does not begin with numbers, or one is over 65535.
    """
    found = re.match(r"\d+(\.\d+){0,3}", version)
    if found is None:
        raise ValueError(version)
    parts = [int(part) for part in found[0].split(".")]
    if max(parts) > 0xFFFF:
        raise ValueError(version)
    major, minor, micro, build = (*parts, 0, 0, 0)[:4]
    return major, minor, micro, build


def version_info(root: Path = ROOT) -> str:
    """Return the version resource in PyInstaller's text form.

    Args:
        root: The checkout, whose pyproject.toml and LICENSE say what to write.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    version: str = project["version"]
    four = numbers(version)
    owner: str = project["authors"][0]["name"]
    rights = re.search(r"^Copyright \(c\) .+$", (root / "LICENSE").read_text("utf-8"), re.M)
    if rights is None:
        raise ValueError("LICENSE has no line of copyright")
    tables = []
    for language, description in _DESCRIPTIONS.items():
        strings = {
            "CompanyName": owner,
            "FileDescription": description,
            "FileVersion": version,
            "InternalName": project["name"],
            "LegalCopyright": rights[0],
            "OriginalFilename": EXECUTABLE,
            "ProductName": project["name"],
            "ProductVersion": version,
        }
        rows = "".join(f"      StringStruct({k!r}, {v!r}),\n" for k, v in strings.items())
        tables.append(f"    StringTable('{language:04x}{_UNICODE:04x}', [\n{rows}    ]),\n")
    spoken = [number for language in _DESCRIPTIONS for number in (language, _UNICODE)]
    # 0x40004: Windows NT; 1: a program. As in VS_FIXEDFILEINFO.
    return (
        "# UTF-8\n"
        "VSVersionInfo(\n"
        f"  ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0x0,\n"
        "                    OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),\n"
        "  kids=[\n"
        f"  StringFileInfo([\n{''.join(tables)}  ]),\n"
        f"  VarFileInfo([VarStruct('Translation', {spoken})]),\n"
        "  ],\n"
        ")\n"
    )


def write(folder: Path) -> Path:
    """Write the file into a folder and return its path, for EXE(version=…)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "version.txt"
    path.write_text(version_info(), "utf-8")
    return path


if __name__ == "__main__":
    sys.stdout.write(version_info())
