"""Rules of the house that the linters do not know.

Who may import whom is in pyproject.toml; these are about what a module does.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kisopt_gui"
MODULES = sorted(PACKAGE.rglob("*.py"))

THREADS = {
    "feed/host.py",
    "feed/web.py",
    "simulator/http.py",
    "simulator/lifeline.py",
    "app/aside.py",
    "app/account.py",
    "app/crash.py",
}
"""Who may start a thread: the feed's own loop and its HTTP calls, which nobody waits for at the
end, the simulator's web server and its lifeline, and what waits for a keyring.

The last two start none: one holds a lock for the threads of `aside`, one takes the exceptions of
all others (threading.excepthook).
"""

CLOCK = {"ui/clock.py"}
"""Who may make a timer: everyone else is told by the clock, which tests can step."""

NESTED_LOOPS = re.compile(
    r"(.*\.)?QMessageBox\.(about|aboutQt|critical|information|question|warning)"
    r"|(.*\.)?QFileDialog\.get\w+"
    r"|(.*\.)?QInputDialog\.get\w+"
    r"|(.*\.)?QColorDialog\.getColor"
    r"|(.*\.)?QFontDialog\.getFont"
    r"|.*\.exec_?"
)
"""Calls that run a second Qt loop, in which other coroutines cannot go on."""

TABLES = "wire/streams/"
"""One module a stream, one entry a field: as long as the stream is wide."""

SCREENLESS = (
    "wire",
    "market",
    "pricing",
    "feed",
    "simulator",
    "layouts",
    "settings",
    "licences",
    "keys",
    "files",
    "errors",
    "assets",
    "console",
    "cli",
)

IMPORT_WITHOUT_QT = """
import importlib, sys

class NoScreen:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "qasync", "pyqtgraph"}:
            raise ImportError(f"{name} is not needed without a screen")

sys.meta_path.insert(0, NoScreen())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def name(path: Path) -> str:
    """Return the path inside the package: ``feed/host.py``."""
    return path.relative_to(PACKAGE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> set[str]:
    """Return the top-level modules that are imported anywhere in the file."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def names(path: Path) -> set[str]:
    """Return every name and attribute that the file uses or imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def test_only_these_start_threads():
    starters = {"QThread", "QThreadPool", "QRunnable", "run_in_executor", "ThreadPoolExecutor"}
    guilty = {
        name(path)
        for path in MODULES
        if imports(path) & {"threading", "_thread"} or names(path) & starters
    }
    assert guilty <= THREADS


def test_only_the_clock_makes_a_timer():
    timers = {"QTimer", "QBasicTimer", "startTimer"}
    assert {name(path) for path in MODULES if names(path) & timers} <= CLOCK


def test_nobody_runs_a_loop_inside_the_loop():
    guilty = [
        f"{name(path)}:{node.lineno}: {call}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and NESTED_LOOPS.fullmatch(call := ast.unparse(node.func))
    ]
    assert guilty == []


@pytest.mark.parametrize(
    ("code", "nested"),
    [
        ("dialog.exec()", True),
        ("self.menu.exec(position)", True),
        ("QMessageBox.warning(self, 'a', 'b')", True),
        ("QtWidgets.QMessageBox.question(self, 'a', 'b')", True),
        ("QFileDialog.getSaveFileName(self)", True),
        ("dialog.open()", False),
        ("menu.popup(position)", False),
        ("logger.warning('a')", False),
    ],
)
def test_what_is_a_loop_inside_the_loop(code, nested):
    call = ast.unparse(ast.parse(code, mode="eval").body.func)
    assert bool(NESTED_LOOPS.fullmatch(call)) is nested


def test_no_module_is_longer_than_400_lines():
    lengths = {
        name(path): len(path.read_text("utf-8").splitlines())
        for path in MODULES
        if not name(path).startswith(TABLES)
    }
    assert {module: length for module, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("layer", SCREENLESS)
def test_a_lower_layer_imports_without_qt(layer):
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if name(path).partition("/")[0].removesuffix(".py") == layer
    ]
    imported = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_QT, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr
