"""`kisopt-gui`, and what it starts itself as: its watcher, and bundled the broker.

A bundle holds this one program only, so it knows the commands of `kisopt` too.
"""

import sys
from collections.abc import Sequence

COMMANDS = ("simulate", "decode", "watch", "doctor", "login", "logout", "profiles")
"""Those of `kisopt`; it is not imported before one is used."""


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window; return the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in COMMANDS:
        from kisopt_gui import cli

        return cli.main(words)
    if words[:1] == ["watch-crash"]:
        from kisopt_gui.app import watcher

        return watcher.run()
    from kisopt_gui.app.start import start

    return start(words)


if __name__ == "__main__":
    sys.exit(main())
