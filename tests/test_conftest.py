"""The guards of conftest.py, each against a test that it must fail and one that it must not."""

import pytest

pytest_plugins = ["pytester"]

GUILTY = """
import asyncio, logging, threading
from PySide6.QtCore import QThread, QTimer

def test_logs():
    logging.getLogger("kisopt").warning("lost %d frames", 3)

async def test_task():
    test_task.left = asyncio.create_task(asyncio.sleep(60), name="of a test")

def test_task_of_a_run():
    async def main():
        test_task.left = asyncio.create_task(asyncio.sleep(60), name="of a run")
    asyncio.run(main())

def test_thread():
    threading.Thread(target=threading.Event().wait, args=(2,), name="forgotten").start()

def test_timer(qapp):
    test_timer.left = QTimer()
    test_timer.left.start(1000)

def test_qt_thread(qapp):
    test_qt_thread.left = QThread()
    test_qt_thread.left.start()

def teardown_module():
    test_qt_thread.left.quit()
    test_qt_thread.left.wait()
"""

COMPLAINTS = [
    "*WARNING kisopt: lost 3 frames",
    "*task of a test: *",
    "*task of a run: *",
    "*thread forgotten",
    "*QTimer*",
    "*QThread*",
]

INNOCENT = """
import asyncio, logging, os, threading
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

@pytest.mark.logs_warnings
def test_warns(caplog):
    logging.getLogger("kisopt").warning("lost")
    assert caplog.messages == ["lost"]

async def test_waits_for_its_task():
    await asyncio.create_task(asyncio.sleep(0))

async def test_task_told_to_stop():
    asyncio.create_task(asyncio.sleep(60)).cancel()

def test_thread_told_to_stop():
    threading.Thread(target=threading.Event().wait, args=(0.05,)).start()

def test_timer_dies_with_its_widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    QTimer(widget).start(1000)

def test_home(tmp_path):
    assert os.environ["KISOPT_HOME"] == str(tmp_path)
    assert "KIS_APP_KEY" not in os.environ
"""


@pytest.fixture
def run(pytester, request, monkeypatch):
    """Run a test file in a process of its own under our conftest and settings."""
    root = request.config.rootpath
    pytester.makeconftest((root / "tests" / "conftest.py").read_text("utf-8"))
    (pytester.path / "pyproject.toml").write_text((root / "pyproject.toml").read_text("utf-8"))
    monkeypatch.setenv("KIS_APP_KEY", "not for tests")

    def run(source):
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", pytester.makepyfile(source))

    return run


def test_each_leftover_fails_its_test(run):
    result = run(GUILTY)
    result.assert_outcomes(passed=len(COMPLAINTS), errors=len(COMPLAINTS))
    result.stdout.fnmatch_lines(COMPLAINTS)


def test_tests_that_clean_up_pass(run):
    run(INNOCENT).assert_outcomes(passed=6)
