"""The .tar.xz of the Linux bundle: unpack it anywhere and start `kisopt-gui` in it.

    .venv/bin/python packaging/linux/archive.py [BUNDLE [TARGET FOLDER]]

The same bundle and the same moment give the same bytes, with one version of xz.
"""

import lzma
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from release import PackageError, Release, mode, run

PRESET = 6
THREADS = 2
"""Of 201 MB on two cores: 50.8 MB in 49 s. Preset 9 makes 49.7 MB of it in 106 s, 6 without the
filter for x86 code 53.8 MB in 57 s. One thread without cutting into blocks (`lzma`, where there
is no xz) takes twice as long."""

FILTERS = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": PRESET}]


def make(release: Release, target: Path) -> Path:
    """Write the archive into a folder and return its path.

    Raises:
        PackageError: xz failed.
    """
    path = target / f"kisopt-{release.version}-linux-x86_64.tar.xz"
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            xz = shutil.which("xz")
            if xz is not None:
                _by_command(xz, release, file)
            else:
                with lzma.LZMAFile(file, "w", filters=FILTERS) as compressed:
                    _write(release, compressed)
        return part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _by_command(xz: str, release: Release, file: IO[bytes]) -> None:
    words = [xz, "--x86", f"--lzma2=preset={PRESET}", f"--threads={THREADS}", "--stdout"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=file) as process:
        assert process.stdin is not None
        _write(release, process.stdin)
        process.stdin.close()
    if process.returncode:
        raise PackageError(f"xz failed: exit status {process.returncode}")


def _write(release: Release, stream: IO[bytes]) -> None:
    top = f"kisopt-{release.version}"
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in [release.bundle, *release.files()]:
            name = Path(top, path.relative_to(release.bundle)).as_posix()
            entry = archive.gettarinfo(path, name)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = release.moment
            entry.mode = 0o777 if entry.issym() else mode(path)
            if entry.isreg():
                with path.open("rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the archive; return the exit status."""
    return run(make, "the .tar.xz", argv)


if __name__ == "__main__":
    sys.exit(main())
