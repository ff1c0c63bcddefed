"""The `kisopt` command: each of its commands is imported only when it runs."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from kisopt_gui import __version__
from kisopt_gui.console import say
from kisopt_gui.errors import KisOptError
from kisopt_gui.settings import spoken_language

_COMMANDS = ("simulate", "decode", "watch", "doctor", "login", "logout", "profiles")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # where no Korean can be written
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="kisopt",
        description="Index options on the KIS stream H0IOCNT0, read-only. "
        "지수옵션 실시간 시세 도구 (조회 전용)",
    )
    parser.add_argument("--version", action="version", version=f"kisopt {__version__}")
    parser.add_argument(
        "command",
        choices=_COMMANDS,
        help="simulate: a broker on loopback; decode: frames to JSON; watch: the feed as text; "
        "doctor: what works and what does not; login, logout, profiles: app keys of the broker",
    )
    chosen = parser.parse_args(words[:1])
    rest = words[1:]
    try:
        status = _run(chosen.command, rest)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KisOptError as error:
        say(f"kisopt: {error.sentence(spoken_language())}\n", sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has gone (`kisopt decode | head`): nothing is wrong, and nothing more to say.
        _close_output()
        return 0
    except OSError as error:
        _close_output()
        say(f"kisopt: {error.strerror or error}\n", sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(command: str, words: Sequence[str]) -> int:
    """Import a command and run it."""
    if command == "simulate":
        from kisopt_gui.simulator.command import run
    elif command == "decode":
        from kisopt_gui.commands.decode import run
    elif command == "doctor":
        from kisopt_gui.commands.doctor import run
    elif command == "login":
        from kisopt_gui.commands.login import run
    elif command == "logout":
        from kisopt_gui.commands.logout import run
    elif command == "profiles":
        from kisopt_gui.commands.profiles import run
    else:
        from kisopt_gui.commands.watch import run
    return run(words)


def _close_output() -> None:
    """Drop what could not be written: Python would try again at the end, and complain."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
