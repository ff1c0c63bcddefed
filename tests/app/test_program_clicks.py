"""Clicks at bad moments: they cost neither rows nor the list that the user made."""

import msgspec
import pytest

from tests.app.test_program import layouts, play

pytestmark = pytest.mark.e2e

OWN = [("H0IOCNT0", "B01612A38"), ("H0IOCNT0", "C01612A30"), ("H0UPCNT0", "2001")]


def prepare(home, *names):
    """Let the home have an automatic layout and one of the user's own, in this order."""
    watchlist = [{"tr_id": tr_id, "code": code} for tr_id, code in OWN]
    known = {"around": {"name": "around"}, "own": {"name": "own", "watchlist": watchlist}}
    (home / "config").mkdir()
    text = {"version": 2, "layouts": [known[name] for name in names]}
    (home / "config" / "layouts.json").write_bytes(msgspec.json.encode(text))


def test_a_layout_of_the_users_own_that_is_opened_while_the_other_is_filled_stays_his(tmp_path):
    prepare(tmp_path, "around", "own")
    scene = """
    async def scene(self):
        seen["before"] = self._contracts.master is None
        self.tab("own")
        await until(lambda: self._contracts.master is not None)
        await until(lambda: len(self.codes()) > 3, 1.0)
        seen["codes"] = self.codes()
    """
    seen = play(tmp_path, scene)
    assert seen["before"]  # else this test shows nothing
    assert seen["codes"] == [code for _, code in OWN]
    kept = layouts(tmp_path)
    assert [each["code"] for each in kept["own"]["watchlist"]] == [code for _, code in OWN]
    assert kept["around"]["watchlist"] is None


def test_a_theme_that_is_changed_before_the_contracts_are_known_costs_no_rows(tmp_path):
    scene = """
    async def scene(self):
        seen["before"] = self._contracts.master is None
        self.press("Ctrl+Shift+T")
        seen["filled"] = await self.filled()
        seen["chosen"] = [key.code for key in self.watchlist.selected]
        other = self.watchlist.keys[-2:]
        self.watchlist.select(other)
        await until(lambda: self.window.charts is not None)
        self.press("Ctrl+Shift+T")
        await asyncio.sleep(0.3)  # what was begun by that has been done
        seen["same"] = self.watchlist.selected == other
        seen["rows"] = len(self.codes())
    """
    seen = play(tmp_path, scene)
    assert seen["before"]
    assert seen["filled"]
    assert len(seen["chosen"]) == 2
    assert seen["same"]
    assert seen["rows"] == 40
    assert layouts(tmp_path)["ATM watch"]["watchlist"] is None
