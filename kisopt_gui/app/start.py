"""From the command line to the running program, in the order that shows a window soonest."""

import builtins
import gc
import os
import shlex
import sys
from collections.abc import Sequence
from time import perf_counter

from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.options import Options, parse, without_screen
from kisopt_gui.errors import KisOptError
from kisopt_gui.settings import spoken_language

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
    """Run the program; return its exit status, 2 if it could not start."""
    options = without_screen(parse(argv))
    if options.headless and options.seconds is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        notice = _NO_SCREEN[spoken_language()].format(seconds=options.seconds)
        sys.stdout.write(f"kisopt: {notice}\n")
        sys.stdout.flush()
    try:
        return _run(options)
    except KisOptError as error:
        sys.stderr.write(f"kisopt-gui: {error.sentence(spoken_language())}\n")
        return 2


def _run(options: Options) -> int:
    started = perf_counter()
    gc.disable()  # nothing is garbage while everything is loaded; `Program._load` turns it on
    words = shlex.split(os.environ.get(_DEMO, ""))
    broker = EmbeddedBroker(*words) if options.source == "demo" else None
    try:
        _load_qt()
        from kisopt_gui.app.instance import Call, Instance, OccupiedError
        from kisopt_gui.settings import Folders

        folders = Folders.of(os.environ)
        instance = Instance(folders.config)
        if not instance.take():
            instance.call(Call(options.layout, os.environ.get("XDG_ACTIVATION_TOKEN", "")))
            if options != Options(layout=options.layout):
                raise OccupiedError
            sys.stdout.write(f"kisopt: {_RUNS_ALREADY[spoken_language()]}\n")
            return 0
        try:
            from kisopt_gui.app.program import Program

            return Program(options, broker, started, folders, instance).run()
        finally:
            instance.release()
    finally:
        if broker is not None:
            broker.stop()


def _load_qt() -> None:
    """Import Qt, and take its hook off Python's imports.

    PySide6 looks through the source of every module imported after it for its switch
    `__feature__`, which nothing here uses: a fifth of the time that all other imports take.
    """
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = plain
