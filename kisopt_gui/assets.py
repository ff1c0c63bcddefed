"""Where the files are that ship with the program: fonts, icons, calendars."""

import sys
from pathlib import Path

from kisopt_gui.errors import KisOptError

HERE = Path(__file__).parent


class ResourceError(KisOptError):
    """A file that ships with the program is not there: the installation is damaged.

    Attributes:
        facts: ``name``, the path inside the resources folder.
    """

    english = "the program's file {name} is missing; install the program again"
    korean = "프로그램 파일 {name}이(가) 없습니다. 프로그램을 다시 설치하세요"


def resource(*parts: str) -> Path:
    """Find a file or folder that ships with the program.

    Args:
        parts: Path inside the resources folder: ``"fonts", "OFL.txt"``.

    Raises:
        ResourceError: It is in none of the places where it could be.
    """
    for root in _roots():
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise ResourceError(name="/".join(parts))


def _roots() -> list[Path]:
    """Installed from a wheel, run from a checkout, unpacked by PyInstaller."""
    roots = [HERE / "_resources", HERE.parent / "resources"]
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        roots += [Path(bundle, "kisopt_gui", "_resources"), Path(bundle, "resources")]
    return roots
