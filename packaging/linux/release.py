"""What is packed, which version it is and of which moment: the same for every package."""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kisopt_gui import __version__

ROOT = Path(__file__).parents[2]
PROGRAM = "kisopt-gui"


class PackageError(Exception):
    """A package cannot be made; the text is one sentence about why."""


@dataclass(frozen=True, slots=True)
class Release:
    """A bundle that is to be packed.

    Attributes:
        bundle: Its folder.
        version: Version of the program.
        moment: Seconds since 1970 that every file in a package is dated with.
    """

    bundle: Path
    version: str
    moment: int

    def files(self) -> list[Path]:
        """Return everything in the folder, folders before what is in them, in a fixed order."""
        return sorted(self.bundle.rglob("*"), key=lambda path: path.relative_to(self.bundle).parts)


def found(bundle: Path, environment: Mapping[str, str] = os.environ) -> Release:
    """Look at a folder, and see that it is a bundle.

    Raises:
        PackageError: It is not, or its moment is unknown.
    """
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise PackageError(f"packages are made on Linux x86_64, and this is {platform.platform()}")
    if not os.access(bundle / PROGRAM, os.X_OK) or not (bundle / "_internal").is_dir():
        raise PackageError(f"{bundle} holds no bundle of the program; make it with `make bundle`")
    if not any(bundle.glob("licences/*")):
        raise PackageError(f"{bundle}/licences is empty, and without it nothing may be given away")
    return Release(bundle.resolve(), __version__, _moment(environment))


def mode(path: Path) -> int:
    """Return the permissions a file or folder has in a package, whatever the umask was."""
    return 0o755 if path.is_dir() or path.stat().st_mode & 0o111 else 0o644


def run_tool(*words: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a tool of the system and return what it printed.

    Raises:
        PackageError: It is not there or was not content.
    """
    name = Path(words[0]).name
    try:
        done = subprocess.run(
            words,
            env={**os.environ, **(environment or {}), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise PackageError(f"{name} cannot be started ({error.strerror}); install it") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise PackageError(f"{name} failed: {lines[-1]}")
    return done.stdout


def run(make: Callable[[Release, Path], Path], what: str, argv: Sequence[str] | None) -> int:
    """Read the command line of a packer and run it; return the exit status.

    Args:
        make: Makes the package in a folder and returns its path.
        what: What is made, for the help.
        argv: The words after the name of the packer.
    """
    parser = argparse.ArgumentParser(description=f"Make {what} from the bundle.")
    parser.add_argument("bundle", type=Path, nargs="?", default=ROOT / "dist" / "kisopt")
    parser.add_argument("target", type=Path, nargs="?", default=ROOT / "dist")
    given = parser.parse_args(argv)
    try:
        release = found(given.bundle)
        given.target.mkdir(parents=True, exist_ok=True)
        path = make(release, given.target.resolve())
    except PackageError as error:
        print(f"kisopt: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        print(f"kisopt: {about}{error.strerror or error}", file=sys.stderr)
        return 1
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


def _moment(environment: Mapping[str, str]) -> int:
    """Return SOURCE_DATE_EPOCH, else the moment of the newest commit."""
    given = environment.get("SOURCE_DATE_EPOCH", "").strip()
    if given:
        if not given.isdecimal():
            raise PackageError(f"SOURCE_DATE_EPOCH is no number of seconds: {given}")
        return int(given)
    try:
        return int(run_tool("git", "-C", ROOT, "log", "-1", "--format=%ct"))
    except (PackageError, ValueError):
        raise PackageError("this is no git checkout; set SOURCE_DATE_EPOCH") from None
