"""Build the one-folder program: ``dist/kisopt/kisopt-gui`` and what it needs beside it.

Run it with ``make bundle``. The folder is made anew each time and holds, besides the
program, the licences of everything in it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
WORK = ROOT / "build"


def main() -> int:
    """Build; return PyInstaller's exit status, or that of the licences."""
    spec = ROOT / "packaging" / "kisopt.spec"
    if status := pyinstaller(spec, DIST, WORK):
        return status
    folder = DIST / ("kisopt.app" if sys.platform == "darwin" else "kisopt")
    licences = [sys.executable, str(ROOT / "packaging" / "licences.py"), str(folder)]
    if status := subprocess.call(licences, cwd=ROOT):
        return status
    print(f"{folder.relative_to(ROOT)}: {size(folder) / 1e6:.1f} MB")
    return 0


def pyinstaller(spec: Path, dist: Path, work: Path) -> int:
    """Build what a spec file describes, below ``dist``; return the exit status.

    The same sources give the same bytes: times and hashes inside are fixed.
    """
    shutil.rmtree(dist / spec.stem, ignore_errors=True)
    return subprocess.call(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
            *("--distpath", str(dist), "--workpath", str(work), str(spec)),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONHASHSEED": "1",
            "SOURCE_DATE_EPOCH": str(newest_commit()),
            # Modules as they are: unpacking them takes a tenth of the start, and a packed
            # folder is smaller without.
            "PYINSTALLER_ZLIB_COMPRESSION_LEVEL": "0",
        },
    )


def newest_commit() -> int:
    """Return when the sources were last changed, s since 1970; a fixed day without git."""
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 1_767_225_600  # 2026-01-01
    return int(told)


def size(folder: Path) -> int:
    """Return how many bytes the files below a folder hold; a link counts as nothing."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


if __name__ == "__main__":
    sys.exit(main())
