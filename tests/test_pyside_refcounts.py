"""PySide6 must give back every reference to None and True that it takes.

6.12.0 does not: each override that returns None, each emit and each killTimer()
costs one. Before Python 3.12 None is counted like any other object, so after
some seconds of painting the count reaches 0 and the interpreter aborts. These
probes let no such release into requirements.lock unseen. From 3.12 on the two
are immortal: their counts mean nothing, and the probes only show that nothing
crashes.
"""

import json
import subprocess
import sys

COUNT = 500
SPINS = 20_000

PROBES = """
import json, sys
from PySide6.QtCore import (
    QAbstractListModel, QCoreApplication, QEvent, QIdentityProxyModel, QModelIndex, QObject, Signal,
)
from PySide6.QtWidgets import QApplication, QWidget

COUNT = int(sys.argv[1])

class Rows(QAbstractListModel):
    def rowCount(self, parent=QModelIndex()):
        return 1
    def data(self, index, role=0):
        return answer

class Painted(QWidget):
    def paintEvent(self, event):
        pass

class Watcher(QObject):
    plain = Signal()
    carrying = Signal(object)
    def eventFilter(self, watched, event):
        return True
    def timerEvent(self, event):
        pass

def kill_a_timer():
    watcher.killTimer(watcher.startTimer(60_000))

app = QApplication([])
rows = Rows()
# C++ asks through the proxy, as a view does.
asking = QIdentityProxyModel()
asking.setSourceModel(rows)
cell = asking.index(0, 0)
watched, watcher, painted = QObject(), Watcher(), Painted()
watched.installEventFilter(watcher)
watcher.plain.connect(lambda: None)
watcher.carrying.connect(lambda value: None)
painted.resize(8, 8)
painted.show()
app.processEvents()

ACTIONS = {
    "data": lambda: asking.data(cell),
    "emit": lambda: watcher.plain.emit(),
    "emit None": lambda: watcher.carrying.emit(None),
    "emit True": lambda: watcher.carrying.emit(True),
    "event filter": lambda: QCoreApplication.sendEvent(watched, QEvent(QEvent.Type.User)),
    "killTimer": kill_a_timer,
    "paint": painted.repaint,
    "missing property": lambda: watched.property("none"),
}

# Spare references, so that a release that steals is measured and does not crash.
spare = [None, True] * COUNT * len(ACTIONS) * 8

def lost(each, action):
    action()
    before = sys.getrefcount(each)
    for _ in range(COUNT):
        action()
    return (before - sys.getrefcount(each)) / COUNT

found = {}
for answer in (None, True):
    for name, action in ACTIONS.items():
        rate = lost(answer, action)
        # A stray reference taken or given back elsewhere is not one a call.
        if abs(rate) > 0.1 and sys.version_info < (3, 12):
            found[f"{name}: {answer}"] = rate
print(json.dumps(found))
painted.close()
"""

SPIN = """
import asyncio, sys
from PySide6.QtWidgets import QApplication
import qasync

async def main(spins):
    for _ in range(spins):
        await asyncio.sleep(0)
    return spins

app = QApplication([])
loop = qasync.QEventLoop(app)
with loop:
    print(loop.run_until_complete(main(int(sys.argv[1]))))
"""


def run(program: str, *arguments: object) -> str:
    """Run in a process of its own: the failure looked for is an abort."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_call_loses_references_to_none_or_true():
    assert json.loads(run(PROBES, COUNT)) == {}


def test_the_loop_outlives_more_callbacks_than_none_had_references():
    assert int(run(SPIN, SPINS)) == SPINS
