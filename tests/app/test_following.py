"""The whole program with slots that follow the money, and with the market's hours."""

import pytest

from tests.app.test_program import layouts, play

pytestmark = pytest.mark.e2e

SCENE = """
async def scene(self):
    await self.filled()
    await until(lambda: self.window.subscriptions is not None)
    seen["hours"] = await until(lambda: "Regular · until 15:45" in self.words())
    follow = self.window.subscriptions.follow
    self.watchlist.remove(self.watchlist.keys[2:])
    follow.each_side.setValue(3)
    follow.switch.click()
    seen["followed"] = await until(lambda: len(self.codes()) == 16)
    seen["active"] = await until(lambda: self.active() == {*self.codes()})
    follow.unfold.click()
    seen["what_if"] = follow.told.text()
    self.press("Ctrl+Shift+L")
    await until(lambda: self.window.subscriptions is not None)
    follow = self.window.subscriptions.follow
    seen["still"] = follow.switch.isChecked() and self.window.desk.following.on
    seen["stays"] = await until(lambda: self.active() == {*self.codes()}) and len(self.codes())
    seen["korean"] = await until(lambda: "정규장 · 15:45까지" in self.words())
    seen["connects"] = self.status().connects
"""


def test_who_follows_the_money_does_so_in_the_next_window_and_in_the_layout(tmp_path):
    seen = play(tmp_path, SCENE)
    assert seen["hours"]
    assert seen["followed"]
    assert seen["active"]
    assert "If the index moves +1 %" in seen["what_if"]
    assert seen["still"]
    assert seen["stays"] == 16
    assert seen["korean"]
    assert seen["connects"] == 1
    kept = layouts(tmp_path)
    follow = next(iter(kept.values()))["subscriptions"]["follow"]
    assert follow["on"]
    assert (follow["each_side"], follow["product"]) == (3, "K2I")
