"""What every test gets: a home of its own, no screen, and no leftovers unseen.

A test fails here although its assertions hold when it logs a warning that it
does not expect, or leaves something running.
"""

import asyncio
import gc
import logging
import os
import sys
import tempfile
import threading
import time

import pytest

# Before Qt looks: no window on a developer's desktop.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

GARBAGE = 50_000
"""Objects that may come together before a test ends with a collection."""

GRACE_S = 1.0
"""How long a thread or task that has been told to stop may take."""


def pytest_configure(config):
    """Keep Qt away from the developer's own settings and runtime folder, and from the collector.

    Left alone, that runs on whatever thread makes the next object, and destroys the Qt objects
    of this one there. The program does the same (kisopt_gui/app/garbage.py).
    """
    gc.disable()
    folder = tempfile.TemporaryDirectory(prefix="kisopt-tests-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_CONFIG_HOME"] = folder.name
    # A machine without a login has none, and Qt warns of that.
    os.environ["XDG_RUNTIME_DIR"] = folder.name


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty folder for settings, recordings and logs, and no app key of the developer's."""
    for name in list(os.environ):
        if name.startswith(("KIS_", "KISOPT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KISOPT_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return tmp_path


class _Warnings(logging.Handler):
    """Remembers what was logged at WARNING or above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warnings(request):
    handler = _Warnings()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    if handler.lines and request.node.get_closest_marker("logs_warnings") is None:
        pytest.fail(
            "the test logged warnings; if it should, mark it logs_warnings and look at them"
            " with caplog:\n  " + "\n  ".join(handler.lines),
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def _nothing_left_running(monkeypatch):
    cancelled = []
    cancel_all = asyncio.runners._cancel_all_tasks

    def cancel_and_tell(loop):
        """What a runner does with the tasks it finds when it closes its loop."""
        tasks = asyncio.all_tasks(loop)
        if tasks:
            _, late = loop.run_until_complete(asyncio.wait(tasks, timeout=GRACE_S))
            cancelled.extend(f"task {task.get_name()}: {task.get_coro()}" for task in late)
        cancel_all(loop)

    monkeypatch.setattr(asyncio.runners, "_cancel_all_tasks", cancel_and_tell)
    threads = set(threading.enumerate())
    # Numbers, not the objects: holding these would keep them alive.
    already = {id(each) for each in [*_pending_tasks(), *_running_qt_objects()]}
    yield
    _delete_what_qt_was_told_to()
    if gc.get_count()[0] > GARBAGE:
        gc.collect()
    left = list(cancelled)
    left += [f"thread {thread.name}" for thread in _threads_beyond(threads)]
    if any(id(each) not in already for each in [*_pending_tasks(), *_running_qt_objects()]):
        gc.collect()  # a cycle that nothing refers to is no leftover
        left += [
            repr(each)
            for each in [*_pending_tasks(), *_running_qt_objects()]
            if id(each) not in already
        ]
    if left:
        pytest.fail("the test left running:\n  " + "\n  ".join(left), pytrace=False)


def _pending_tasks():
    # asyncio.all_tasks() asks one loop, and a loop that was closed is the
    # interesting one. The name is that of Python 3.12 and 3.13, then of 3.11.
    tasks = asyncio.tasks
    known = tasks._scheduled_tasks if hasattr(tasks, "_scheduled_tasks") else tasks._all_tasks
    return [task for task in list(known) if not task.done()]


def _threads_beyond(known):
    deadline = time.monotonic() + GRACE_S
    new = [each for each in threading.enumerate() if each not in known and not each.daemon]
    for thread in new:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [thread for thread in new if thread.is_alive()]


def _running_qt_objects():
    if "PySide6.QtCore" not in sys.modules:
        return []
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import Shiboken

    return [
        each
        for each in Shiboken.getAllValidWrappers()
        if (isinstance(each, QTimer) and each.isActive())
        or (isinstance(each, QThread) and each is not QThread.currentThread() and each.isRunning())
    ]


def _delete_what_qt_was_told_to():
    """Carry out deleteLater(), which processEvents() does not do outside of a loop."""
    if "PySide6.QtCore" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def pytest_terminal_summary(terminalreporter):
    """Print from fault to all-active, and what was asked of the broker meanwhile.

    It stands here because the process that gathers the workers' reports reads no conftest below.
    """
    found = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "recovery"
    ]
    if found:
        from tests.feed.recoveries import table

        terminalreporter.section("from fault to all-active")
        terminalreporter.write_line(table(found))
