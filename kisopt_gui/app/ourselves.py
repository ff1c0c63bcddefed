"""How this program starts itself: as its broker, as its watcher, or once more."""

import os
import sys
from collections.abc import Mapping
from typing import TextIO

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


def say(text: str, stream: TextIO | None) -> None:
    """Write to a terminal; a windowed program on Windows has None, and a closed one is no error."""
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except UnicodeEncodeError:
        stream.write(text.encode("ascii", "backslashreplace").decode())
    except (OSError, ValueError):
        return


def has_terminal() -> bool:
    """Whether a user reads our standard error."""
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:  # closed
        return False
