"""Standard output and standard error, which a program without a console does not have."""

import sys
from typing import TextIO


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
