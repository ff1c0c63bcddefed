"""How this program starts itself: as its broker, as its watcher, or once more."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")


def command(module: str = "kisopt_gui") -> list[str]:
    """Return the words that start us; the bundled program knows its modules by their commands."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", module]


def fresh_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return an environment for what outlives us, without what a bundle sets for itself alone."""
    fresh = dict(environment)
    if getattr(sys, "frozen", False):
        fresh["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
        for name in _LIBRARIES:
            before = fresh.pop(f"{name}_ORIG", None)
            fresh.pop(name, None)
            if before is not None:
                fresh[name] = before
    return fresh


def start_again(words: Sequence[str]) -> None:
    """Become the program that these words start; all that we hold must be given back before.

    On Windows, where a process cannot become another, that is started beside us.

    Args:
        words: Its command line, without the program.
    """
    line = [*command(), *words]
    environment = fresh_environment()
    if sys.platform == "win32":
        subprocess.Popen(line, env=environment)
    else:
        os.execve(line[0], line, environment)
