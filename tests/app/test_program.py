"""The whole program with its own broker, in a process of its own, with a user who clicks.

Each scene is a coroutine that runs beside the program's own and prints what it saw. A Qt
application cannot be made twice, so a scene has a process.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]

HEAD = """
import asyncio, json, sys
from time import perf_counter
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.app.options import Options
from kisopt_gui.app.program import Program
from kisopt_gui.market.link import Link
from kisopt_gui.wire.session import State

seen = {}

async def until(holds, seconds=12.0):
    ends = perf_counter() + seconds
    while not holds() and perf_counter() < ends:
        await asyncio.sleep(0.02)
    return bool(holds())

class Scene(Program):
    def status(self):
        return self.window.desk.status()

    def codes(self):
        return [key.code for key in self.watchlist.keys]

    def active(self):
        return {slot.key.code for slot in self.status().slots if slot.state is State.ACTIVE}

    async def filled(self):
        return await until(lambda: len(self.codes()) > 30 and self.active() == {*self.codes()})

    def press(self, keys):
        '''Use the shortcut of the window.'''
        [action] = [
            each for each in self.window.actions()
            if keys in [shortcut.toString() for shortcut in each.shortcuts()]
        ]
        action.trigger()

    def tab(self, name):
        '''Choose a layout as a click on its tab does.'''
        self.window.tabs.switch_requested.emit(name)

    def words(self):
        return [label.text() for label in self.window.findChildren(QLabel) if label.isVisible()]

    async def beside(self):
        try:
            await self.scene()
        except BaseException as error:
            seen["error"] = repr(error)
            raise
        finally:
            if not seen.pop("stay", False):
                self.window.close()
"""

TAIL = """
program = Scene(Options({options}), {broker}, perf_counter())
seen["status"] = program.run(summary=False)
{after}
print(json.dumps(seen))
"""


def play(home, scene, options="language='en'", broker="EmbeddedBroker()", after="", **more):
    """Run a scene to its end; return what it saw."""
    body = textwrap.indent(textwrap.dedent(scene), "    ")
    tail = TAIL.format(options=options, broker=broker, after=after)
    code = f"{HEAD}\n{body}\n{tail}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "KISOPT_HOME": str(home), "KISOPT_DEMO": "", "LANG": "C.UTF-8", **more},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert "error" not in seen, seen["error"]
    return seen


def layouts(home):
    kept = msgspec.json.decode((home / "config" / "layouts.json").read_bytes())["layouts"]
    return {each["name"]: each for each in kept}


# one day with the program: several facts of one run -----------------------------------------


DAY = """
async def scene(self):
    seen["filled"] = await self.filled()
    seen["live"] = self.status().link is Link.LIVE
    seen["codes"] = self.codes()
    seen["records"] = await until(lambda: self.store.records > 200)
    seen["charts"] = await until(lambda: self.window.charts is not None)

    first, second = self.watchlist.keys[5:7]
    self.watchlist.select([second, first])
    self.watchlist.pin(first, pinned=True)
    seen["chosen"] = [second.code, first.code]
    old = self.window
    self.press("Ctrl+Shift+L")
    new = self.window
    seen["another window"] = new is not old and new.isVisible() and not old.isVisible()
    seen["title"] = new.windowTitle()
    rate = next(each for each in self.words() if each.endswith(" 건/초"))
    seen["rate"] = float(rate.removesuffix(" 건/초").replace(",", ""))
    seen["pins"] = [key.code for key in self.watchlist.pins]
    seen["selected"] = [key.code for key in self.watchlist.selected]
    records = self.store.records
    seen["moves on"] = await until(lambda: self.store.records > records + 50)
    seen["codes after"] = self.codes()

    gone = self.watchlist.keys[-1]
    self.watchlist.remove([gone])  # as the new grid does
    seen["released"] = await until(lambda: self.status().slot(gone) is None)
    self.window.reconnect_requested.emit()
    seen["still live"] = await until(lambda: self.status().link is Link.LIVE)
    seen["gone"] = gone.code
    seen["lost"] = self.store.lost
    seen["bad"] = self.store.bad
    QApplication.quit()
    seen["stay"] = True
"""


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """What one run showed, and the home that it left."""
    home = tmp_path_factory.mktemp("day")
    return play(home, DAY), home


def test_a_new_user_sees_options_around_the_money_that_the_broker_has_confirmed(day):
    seen, _ = day
    assert seen["filled"]
    assert seen["live"]
    assert seen["codes"][:2] == ["2001", "A01612"]
    assert len(seen["codes"]) == 40
    assert seen["records"]
    assert seen["charts"]
    assert (seen["lost"], seen["bad"]) == (0, 0)


def test_another_language_is_another_window_on_the_same_numbers(day):
    seen, _ = day
    assert seen["another window"]
    assert seen["title"].startswith("[데모]")
    assert seen["moves on"]
    assert seen["rate"] < 2000  # records of before were not received in this second


def test_another_language_changes_neither_rows_nor_pins_nor_what_is_selected(day):
    seen, _ = day
    assert seen["codes after"] == seen["codes"]
    assert seen["pins"] == [seen["chosen"][1]]
    assert seen["selected"] == seen["chosen"]


def test_the_new_window_is_joined_to_the_feed(day):
    seen, _ = day
    assert seen["released"]
    assert seen["still live"]


def test_what_the_user_changed_is_written_when_the_desktop_says_quit(day):
    seen, home = day
    assert seen["status"] == 0
    kept = layouts(home)["ATM watch"]["watchlist"]
    assert [each["code"] for each in kept] == [
        code for code in seen["codes"] if code != seen["gone"]
    ]
    assert [each["code"] for each in kept if each["pinned"]] == seen["pins"]
    settings = msgspec.json.decode((home / "config" / "settings.json").read_bytes())
    assert settings["language"] == "ko"


# trouble -------------------------------------------------------------------------------------


def test_where_nobody_answers_the_window_says_so_and_claims_no_number(tmp_path):
    scene = """
    async def scene(self):
        seen["link"] = await until(lambda: self.status().link is Link.WAITING)
        seen["said"] = await until(lambda: "127.0.0.1:9" in self.window.banner.label.text())
        seen["old"] = "are old" in self.window.banner.label.text()
        seen["words"] = self.words()
        seen["menu"] = self.window.top.menu_button.isEnabled()
    """
    seen = play(tmp_path, scene, options="source='ws://127.0.0.1:9', language='en'", broker="None")
    assert seen["link"]
    assert seen["said"]
    assert not seen["old"]
    assert "● Connected" not in seen["words"]
    assert "DEMO" not in seen["words"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_broker_that_hangs_is_no_connection(tmp_path):
    scene = f"""
    async def scene(self):
        import os
        from kisopt_gui.feed.patience import Patience
        seen["records"] = await until(lambda: self.store.records > 0)
        os.kill(self._broker.pid, {int(signal.SIGSTOP)})
        self._feed._host._connection._patience = Patience(silent=0.5, dead=30.0)
        seen["silent"] = await until(lambda: self.status().link is Link.SILENT)
        seen["said"] = await until(
            lambda: "Nothing was heard" in self.window.banner.label.text()
            and "● Silent" in self.words(), 3.0
        )
        seen["connected"] = "● Connected" in self.words()
        os.kill(self._broker.pid, {int(signal.SIGCONT)})
        seen["back"] = await until(lambda: "● Connected" in self.words())
        seen["quiet"] = not self.window.banner.isVisible()
    """
    seen = play(tmp_path, scene)
    assert seen["records"]
    assert seen["silent"]
    assert seen["said"]
    assert not seen["connected"]
    assert seen["back"]
    assert seen["quiet"]
