"""`make bench-bundle`: the bundled program beside a bundled hello window.

Size unpacked and packed, the time to the first painted quote warm and cold, and
memory. The hello window (hello.py) is PySide6 and pyqtgraph and nothing else,
bundled by the same rules; its first paint is what the first quote is compared with.
"""

import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import psutil

from benchmarks.rounds import header, say

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "packaging"))
import bundle  # noqa: E402  # a module of packaging/, which is a folder of programs

HERE = Path(__file__).parent
PROGRAM = ROOT / "dist" / "kisopt" / "kisopt-gui"
HELLO = ROOT / "build" / "hello" / "dist" / "hello" / "hello"
WARM, COLD = 11, 4
_T = TypeVar("_T")
_SHOWN_S = 6.0
"""How long a window stands when its memory is read."""


def main() -> int:
    """Print the table; 1 if there is nothing to measure."""
    if not PROGRAM.exists():
        say("there is no bundle: run `make bundle` first")
        return 1
    if not HELLO.exists() and _build_hello():
        return 1
    header("The bundle beside a hello window bundled the same way")
    say(f"  {'':<36}{'kisopt':>10}{'hello':>10}{'ratio':>9}{'aim':>7}")
    _sizes()
    for screen in _screens():
        _starts(screen)
    return 0


def _build_hello() -> int:
    dist = ROOT / "build" / "hello" / "dist"
    return bundle.pyinstaller(HERE / "hello.spec", dist, dist.parent)


def _row(name: str, ours: float, hello: float, form: str, aim: str = "") -> None:
    say(f"  {name:<36}{ours:>10{form}}{hello:>10{form}}{ours / hello:>8.2f}x{aim:>7}")


def _sizes() -> None:
    folders = PROGRAM.parent, HELLO.parent
    unpacked = [bundle.size(folder) / 1e6 for folder in folders]
    _row("size unpacked, MB", *unpacked, ".1f", "1.10x")
    packed = [_packed(folder) / 1e6 for folder in folders]
    _row("size packed (tar.xz), MB", *packed, ".1f", "1.10x")


def _packed(folder: Path) -> int:
    """Bytes of the folder as .tar.xz, packed by as many threads as there are cores."""
    with tempfile.TemporaryFile() as file:
        packer = ["xz", "--compress", "--stdout", "--threads=0", "-6"]
        with subprocess.Popen(packer, stdin=subprocess.PIPE, stdout=file) as xz:
            assert xz.stdin is not None
            with tarfile.open(fileobj=xz.stdin, mode="w|") as archive:
                archive.add(folder, folder.name)
            xz.stdin.close()
        return os.fstat(file.fileno()).st_size


def _screens() -> list[dict[str, str]]:
    """Offscreen, and an X screen if the environment has one."""
    screens = [{"QT_QPA_PLATFORM": "offscreen"}]
    if display := os.environ.get("DISPLAY"):
        # Xvfb-run lets in only who has its cookie.
        cookie = {name: os.environ[name] for name in ("XAUTHORITY",) if name in os.environ}
        screens.append({"QT_QPA_PLATFORM": "xcb", "DISPLAY": display, **cookie})
    return screens


def _starts(screen: dict[str, str]) -> None:
    name = screen["QT_QPA_PLATFORM"]
    _hello(screen), _program(screen)  # both once, so that the first round is no colder
    for state, rounds in (("warm", WARM), ("cold", COLD)):
        if state == "cold" and not _dropped():
            say("  cold: the page cache cannot be dropped here (needs root)")
            break
        quotes, paints, hellos = [], [], []
        for _ in range(rounds):
            _make(state)
            hellos.append(_hello(screen))
            _make(state)
            moments = _program(screen)
            quotes.append(moments["quote"])
            paints.append(moments["paint"])
        hello, quote = statistics.median(hellos), statistics.median(quotes)
        label = f"{name}, {state}"
        _row(f"{label}: first paint, s", statistics.median(paints), hello, ".3f")
        _row(f"{label}: first quote painted, s", quote, hello, ".3f", "1.50x")
        each = statistics.median(a / b for a, b in zip(quotes, hellos, strict=True))
        say(f"  {'':<36}{'round by round, the median ratio':>33}{each:>7.2f}x")
    ours, broker, hello_mb = *_memory_program(screen), _memory_hello(screen)
    _row(f"{name}: memory of the window, MB", ours, hello_mb, ".0f")
    _row(f"{name}: with the embedded broker, MB", ours + broker, hello_mb, ".0f")


def _make(state: str) -> None:
    if state == "cold":
        _dropped()


def _hello(screen: dict[str, str]) -> float:
    """Seconds from the start of the process to the first paint of the hello window."""
    begun = perf_counter()
    done = subprocess.run(
        [HELLO, "0.6"], env=_environment(screen), capture_output=True, check=True, text=True
    )
    return float(done.stdout) - begun


def _program(screen: dict[str, str]) -> dict[str, float]:
    """Seconds from the start of the process to each moment of the program's start."""
    with tempfile.TemporaryDirectory() as home:
        told = Path(home, "timings.json")
        more = {"KISOPT_HOME": home, "KISOPT_TIMINGS": str(told)}
        begun = perf_counter()
        subprocess.run(
            [PROGRAM, "--seconds", "2"],
            env=_environment(screen) | more,
            capture_output=True,
            check=True,
        )
        return {name: at - begun for name, at in json.loads(told.read_bytes()).items()}


def _memory_hello(screen: dict[str, str]) -> float:
    words = [str(HELLO), str(_SHOWN_S + 1)]
    return _watched(words, _environment(screen), lambda process: _megabytes(process))


def _memory_program(screen: dict[str, str]) -> tuple[float, float]:
    def read(process: psutil.Process) -> tuple[float, float]:
        return _megabytes(process), sum(map(_megabytes, process.children()))

    with tempfile.TemporaryDirectory() as home:
        environment = _environment(screen) | {"KISOPT_HOME": home}
        return _watched([str(PROGRAM), "--seconds", str(_SHOWN_S + 1)], environment, read)


def _watched(
    words: list[str], environment: dict[str, str], read: Callable[[psutil.Process], _T]
) -> _T:
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL) as child:
        time.sleep(_SHOWN_S)
        found = read(psutil.Process(child.pid))
        child.wait()
    return found


def _megabytes(process: psutil.Process) -> float:
    """Memory that only this process uses, and its part of what it shares."""
    return process.memory_full_info().pss / 1e6


def _environment(screen: dict[str, str]) -> dict[str, str]:
    """Of a user, not of who measures: no Python of the project, no settings of ours."""
    return {"PATH": "/usr/bin:/bin", "HOME": tempfile.gettempdir(), "LANG": "C.UTF-8", **screen}


def _dropped() -> bool:
    """Empty the page cache, so that the next start reads from the disk."""
    with suppress(OSError):
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
        return True
    return False


sys.exit(main())
