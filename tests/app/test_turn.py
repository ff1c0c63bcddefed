"""The window follows the market: into the night, and into the next trading day."""

import datetime as dt

import msgspec
import pytest

from kisopt_gui.simulator.chain import Chain
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
    broker = "EmbeddedBroker('--start', '17:40:00', '--speed', '100', '--rate', '300')"
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


def test_with_the_next_trading_day_everything_of_the_old_one_goes_and_expired_contracts_leave(
    tmp_path,
):
    chain = Chain(dt.date(2026, 12, 10))
    gone = next(c for c, each in chain.options.items() if each.expiry == dt.date(2026, 12, 10))
    stays = next(c for c, each in chain.options.items() if each.month == "202701")
    watchlist = [{"tr_id": "H0IOCNT0", "code": code} for code in (gone, stays)]
    watchlist.append({"tr_id": "H0IFCNT0", "code": "A01703"})
    (tmp_path / "config").mkdir()
    text = {"version": 2, "layouts": [{"name": "own", "watchlist": watchlist}]}
    (tmp_path / "config" / "layouts.json").write_bytes(msgspec.json.encode(text))
    scene = """
    async def scene(self):
        seen["night"] = await until(lambda: self.window.desk.market_clock.night)
        seen["trades"] = await until(lambda: self.store.records > 5)
        before = self._contracts.master
        seen["before"] = self.codes()
        seen["turned"] = await until(
            lambda: not self.window.desk.market_clock.night
            and self._contracts.master is not before, 30.0
        )
        seen["after"] = self.codes()
        seen["streams"] = sorted({key.tr_id for key in self.watchlist.keys})
        seen["told"] = "ExpiredError" in self.window.banner.messages
        seen["listed"] = [code in self._contracts.master.contracts for code in self.codes()]
        seen["anew"] = all(each.key.tr_id[:3] == "H0I" for each in self.store.contracts())
        seen["active"] = await until(lambda: self.active() == {*self.codes()})
    """
    broker = (
        "EmbeddedBroker('--start', '05:10:00', '--date', '2026-12-11', '--speed', '950', "
        "'--rate', '300')"
    )
    seen = play(tmp_path, scene, broker=broker)
    assert seen["night"]
    assert seen["trades"]
    # What had its last trading day has no night, so it left as this one began.
    assert gone not in seen["before"]
    assert seen["before"] == [stays, "A01703"]
    assert seen["turned"]
    assert seen["after"] == [stays, "A01703"]
    assert seen["streams"] == ["H0IFCNT0", "H0IOCNT0"]
    assert seen["told"]
    assert all(seen["listed"])
    assert seen["anew"]
    assert seen["active"]
