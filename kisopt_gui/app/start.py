"""From the command line to the running program, in the order that shows a window soonest."""

import builtins
import gc
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from kisopt_gui.app import ourselves
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.choice import Choice
from kisopt_gui.app.incidents import Incidents
from kisopt_gui.app.options import Options, parse, without_screen
from kisopt_gui.assets import ResourceError, resource
from kisopt_gui.console import say
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.source import parse_source
from kisopt_gui.settings import Folders, SettingsFile, spoken_language

_DEMO = "KISOPT_DEMO"
"""Environment variable: more words for the embedded broker, as a faster clock for pictures."""

_NO_SCREEN = {
    "en": "no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): "
    "running offscreen for {seconds:.0f} s",
    "ko": "화면이 없습니다(DISPLAY와 WAYLAND_DISPLAY 모두 없음). "
    "{seconds:.0f}초 동안 화면 없이 실행합니다",
}


_RUNS_ALREADY = {
    "en": "it runs already; its window is in front now",
    "ko": "이미 실행 중입니다. 그 창을 앞으로 가져왔습니다",
}


def start(argv: Sequence[str]) -> int:
    """Run the program; return its exit status: 1 after a defect, 2 if it could not start."""
    options = parse(argv)
    if options.desktop:
        return _change_menu(options.desktop)
    options = without_screen(options)
    _configure_fonts()
    if options.headless and options.seconds is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        notice = _NO_SCREEN[spoken_language()].format(seconds=options.seconds)
        say(f"kisopt: {notice}\n", sys.stdout)
    folders = Folders.of(os.environ)
    incidents = Incidents(options, argv, folders.state)
    try:
        status, source = _run(options, folders, incidents)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - here the program ends, and must not do so silently
        return incidents.end(error)
    finally:
        incidents.over()
    if source:
        # A program of its own: no number of one source can stand among those of another.
        ourselves.start_again(_words_for(source, argv))
    return status


def _run(options: Options, folders: Folders, incidents: Incidents) -> tuple[int, str]:
    """Run once; return the exit status, and the source that the user wants next, "" for none."""
    started = perf_counter()
    gc.disable()  # nothing is garbage while everything is loaded; `Program._load` turns it on
    settings = SettingsFile(folders.settings)
    given, options = options, replace(options, source=options.source or settings.load().source)
    choice = _checked(Choice(options.source), folders, named=bool(given.source))
    words = shlex.split(os.environ.get(_DEMO, ""))
    broker = EmbeddedBroker(*words) if choice.is_demo else None
    try:
        _load_qt()
        from kisopt_gui.app.instance import Call, Instance, OccupiedError

        instance = Instance(folders.config)
        if not instance.take():
            instance.call(Call(options.layout, os.environ.get("XDG_ACTIVATION_TOKEN", "")))
            if given != Options(layout=options.layout):
                raise OccupiedError
            say(f"kisopt: {_RUNS_ALREADY[spoken_language()]}\n", sys.stdout)
            return 0, ""
        incidents.begin()
        try:
            from kisopt_gui.app.program import Program

            program = Program(options, broker, started, folders, instance, incidents, settings)
            return program.run(), program.next_source
        finally:
            instance.release()
    finally:
        if broker is not None:
            broker.stop()


def _checked(choice: Choice, folders: Folders, *, named: bool) -> Choice:
    """Return a source that can be opened, before a window is.

    Raises:
        SourceError: It is none.
        UnknownProfileError: It was named on the command line, and there is no such profile. One
            that was only remembered is asked for in the window.
    """
    if choice.is_demo:
        return choice
    if not choice.is_kis:
        parse_source(choice.text)
    elif named and choice.profile:
        from kisopt_gui.app.account import profiles_of

        profiles_of(folders).get(choice.profile)
    return choice


def _words_for(source: str, argv: Sequence[str]) -> list[str]:
    """Return the command line with another source and nothing that was meant for once."""
    left = parse(argv)
    words = ["--source", source]
    for name in ("language", "theme", "layout"):
        if getattr(left, name):
            words += [f"--{name}", getattr(left, name)]
    return words


def _change_menu(verb: str) -> int:
    """Put the program into the desktop's menu or take it out; name each file."""
    from kisopt_gui.app import desktop_entry

    try:
        changed = desktop_entry.install() if verb == "install" else desktop_entry.uninstall()
    except KisOptError as error:
        say(f"kisopt-gui: {error.sentence(spoken_language())}\n", sys.stderr)
        return 2
    for path in changed:
        say(f"{path}\n", sys.stdout)
    return 0


def _configure_fonts() -> None:
    """Give fontconfig a configuration of ours on a system that has none; it would complain."""
    if sys.platform == "linux" and not Path("/etc/fonts/fonts.conf").exists():
        with suppress(ResourceError):
            os.environ.setdefault("FONTCONFIG_FILE", str(resource("fonts", "fonts.conf")))


def _load_qt() -> None:
    """Import Qt, and take its hook off Python's imports.

    PySide6 looks through the source of every module imported after it for its switch
    `__feature__`, which nothing here uses: a fifth of the time that all other imports take.
    """
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = plain
