"""The `kisopt` command: simulate, decode, watch. Imports only what the command needs."""

import argparse
import os
import sys
from collections.abc import Sequence

from kisopt_gui import __version__
from kisopt_gui.errors import KisOptError
from kisopt_gui.settings import spoken_language

_COMMANDS = ("simulate", "decode", "watch")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
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
        help="simulate: a broker on loopback; decode: frames to JSON; watch: the feed as text",
    )
    chosen = parser.parse_args(words[:1])
    rest = words[1:]
    try:
        if chosen.command == "simulate":
            from kisopt_gui.simulator.command import run
        elif chosen.command == "decode":
            from kisopt_gui.commands.decode import run
        else:
            from kisopt_gui.commands.watch import run
        return run(rest)
    except KisOptError as error:
        sys.stderr.write(f"kisopt: {error.sentence(spoken_language())}\n")
        return 2
    except BrokenPipeError:
        # The reader has gone (`kisopt decode | head`): nothing is wrong, and nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
