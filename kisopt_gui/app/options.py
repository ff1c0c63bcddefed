"""The command line of `kisopt-gui`."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kisopt_gui import __version__

HEADLESS_S = 20.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for.

    Attributes:
        source: "demo", "kis", "kis:PROFILE" or a ws:// address; "" for the one used last.
        layout: Name of the layout to open, "" for the last one.
        seconds: End after so long, None to run on.
        screenshot: Where to save a picture at the end, None for none.
        language: "ko", "en", or "" for the saved or the system's one.
        theme: "dark", "light", or "" for the saved one.
        headless: Whether there is no screen to show a window on.
        desktop: "install" or "uninstall" the entry in the desktop's menu, "" to run.
    """

    source: str = ""
    layout: str = ""
    seconds: float | None = None
    screenshot: Path | None = None
    language: str = ""
    theme: str = ""
    headless: bool = False
    desktop: str = ""


def parse(argv: Sequence[str]) -> Options:
    """Read the words of the command line; argparse ends the program on wrong ones."""
    parser = argparse.ArgumentParser(
        prog="kisopt-gui",
        description="Monitor of KIS index options, read-only. 지수옵션 모니터 (조회 전용)",
    )
    parser.add_argument("--version", action="version", version=f"kisopt {__version__}")
    parser.add_argument(
        "--source",
        default="",
        help="demo, kis, kis:PROFILE (kisopt login) or ws://HOST:PORT; the one used last if left "
        "out, at first demo",
    )
    parser.add_argument("--layout", default="", help="open this layout")
    parser.add_argument("--seconds", type=seconds, default=None, help="end after so many seconds")
    parser.add_argument("--screenshot", type=Path, default=None, help="save a picture at the end")
    parser.add_argument("--language", choices=("ko", "en"), default="")
    parser.add_argument("--theme", choices=("dark", "light"), default="")
    menu = parser.add_mutually_exclusive_group()
    for verb, what in (("install", "put kisopt into"), ("uninstall", "take it out of")):
        menu.add_argument(
            f"--{verb}-desktop",
            dest="desktop",
            action="store_const",
            const=verb,
            default="",
            help=f"{what} the menu of this Linux desktop",
        )
    given = parser.parse_args(argv)
    return Options(
        source=given.source,
        layout=given.layout,
        seconds=given.seconds,
        screenshot=given.screenshot,
        language=given.language,
        theme=given.theme,
        desktop=given.desktop,
    )


def without_screen(
    options: Options,
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> Options:
    """Return options for a machine without a screen, the same ones if it has one."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return options
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return options
    return replace(
        options,
        headless=True,
        seconds=HEADLESS_S if options.seconds is None else options.seconds,
        screenshot=options.screenshot or Path("kisopt-screenshot.png"),
    )


def seconds(text: str) -> float:
    """Read how long to run, for argparse.

    Raises:
        ValueError: It is no number of seconds.
    """
    number = float(text)
    if not 0 < number < 1e7:
        raise ValueError(text)
    return number
