"""The window follows the market: into the night, and into the next trading day."""

import pytest

from tests.app.test_program import layouts, play

pytestmark = pytest.mark.e2e


def test_by_night_the_same_contracts_are_watched_in_the_nights_streams(tmp_path):
    scene = """
    async def scene(self):
        seen["filled"] = await self.filled()
        key = self.watchlist.keys[4]
        self.watchlist.select([key])
        self.watchlist.pin(key, pinned=True)
        seen["by day"] = sorted({each.tr_id for each in self.watchlist.keys})
        codes = self.codes()
        clock = self.window.desk.market_clock
        seen["night"] = await until(lambda: clock.night, 20.0)
        seen["by night"] = sorted({each.tr_id for each in self.watchlist.keys})
        seen["same codes"] = self.codes() == codes
        seen["kept"] = [
            [each.code for each in self.watchlist.pins] == [key.code],
            [each.code for each in self.watchlist.selected] == [key.code],
        ]
        seen["active"] = await until(lambda: self.active() == {*codes})
        seen["nothing of the day"] = all(
            self.store.watched(each) is None for each in self.watchlist.keys[1:]
        )
        seen["trades"] = await until(
            lambda: any(each.key.tr_id == "H0EUCNT0" for each in self.store.contracts()), 20.0
        )
        label = self.window.desk.label(self.watchlist.keys[2])
        seen["label"] = label
    """
    broker = "EmbeddedBroker('--start', '17:49:30', '--speed', '40', '--rate', '300')"
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["by day"] == ["H0IFCNT0", "H0IOCNT0", "H0UPCNT0"]
    assert seen["night"]
    assert seen["by night"] == ["H0EUCNT0", "H0MFCNT0", "H0UPCNT0"]
    assert seen["same codes"]
    assert seen["kept"] == [True, True]
    assert seen["active"]
    assert seen["nothing of the day"]
    assert seen["trades"]
    assert seen["label"].startswith(("Call", "Put"))
    # A layout names contracts by the streams of the day, whenever it is saved.
    (layout, *_) = layouts(tmp_path).values()
    assert {each["tr_id"] for each in layout["watchlist"]} == {"H0IFCNT0", "H0IOCNT0", "H0UPCNT0"}


def test_a_window_that_is_opened_by_night_begins_with_the_nights_streams(tmp_path):
    scene = """
    async def scene(self):
        seen["filled"] = await self.filled()
        seen["streams"] = sorted({each.tr_id for each in self.watchlist.keys})
        seen["trades"] = await until(lambda: self.store.records > 20)
    """
    broker = "EmbeddedBroker('--start', '01:30:00', '--date', '2026-11-24', '--rate', '300')"
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["streams"] == ["H0EUCNT0", "H0MFCNT0", "H0UPCNT0"]
    assert seen["trades"]


def test_with_the_next_trading_day_everything_of_the_old_one_goes_and_new_contracts_come(tmp_path):
    scene = """
    async def scene(self):
        seen["filled"] = await self.filled()
        before = self._contracts.master
        seen["gone"] = before.get(self.codes()[3]).expiry.isoformat()
        seen["day"] = self._contracts.day.isoformat()
        old = self.codes()
        seen["turned"] = await until(
            lambda: self._contracts.day.isoformat() == "2026-12-11", 25.0
        )
        seen["new list"] = self._contracts.master is not before
        seen["expired rows"] = await until(
            lambda: not [code for code in self.codes() if code in old and code not in
                         self._contracts.master.contracts]
        )
        seen["filled anew"] = await self.filled()
        codes = self.codes()
        seen["listed"] = [code in self._contracts.master.contracts for code in codes[2:]]
        seen["volume"] = await until(lambda: self.store.records > 0 and self.store.contracts())
        seen["lost"] = self.store.lost
        seen["automatic"] = self._layouts.automatic
    """
    broker = (
        "EmbeddedBroker('--start', '15:10:00', '--date', '2026-12-10', '--speed', '7000', "
        "'--rate', '200')"
    )
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["day"] == seen["gone"] == "2026-12-10"
    assert seen["turned"]
    assert seen["new list"]
    assert seen["expired rows"]
    assert seen["filled anew"]
    assert all(seen["listed"])
    assert seen["volume"]
    assert seen["automatic"]
