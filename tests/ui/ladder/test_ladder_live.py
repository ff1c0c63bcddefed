"""The ladder in the whole program on the simulated broker: its slot, its book, what is saved."""

import msgspec
import pytest

from tests.app.test_program import play

pytestmark = pytest.mark.e2e


def test_an_open_ladder_takes_one_slot_and_a_closed_one_gives_it_back(tmp_path):
    scene = """
    def books(self):
        return [slot for slot in self.status().slots if slot.key.tr_id == "H0IOASP0"]

    async def scene(self):
        from kisopt_gui.market.book import book_key
        from kisopt_gui.ui.ladder.panel import LadderPanel
        seen["filled"] = await self.filled()
        before, changes = self.status().held, []
        seen["none"] = self.books()
        desk = self.window.desk
        desk.books.changed.connect(lambda: changes.append(desk.books.wished))
        options = [key for key in self.watchlist.keys if key.tr_id == "H0IOCNT0"]
        self.watchlist.select([options[0]])
        self.press("Ctrl+Shift+B")
        [ladder] = self.window.findChildren(LadderPanel)
        for key in options[1:25]:  # with the arrow key through the rows
            self.watchlist.select([key])
            await asyncio.sleep(0.05)
        seen["while passing"] = len(changes)
        chosen = book_key(options[24])
        live = lambda: (
            self.store.book(chosen) is not None and not self.store.book(chosen).from_rest
        )
        seen["live"] = await until(live)
        seen["changes"] = [str(key) for key in changes]
        seen["fresh"] = await until(lambda: not ladder.sheet.scene.old)
        seen["prints"] = await until(lambda: ladder.sheet.scene.prints)
        active = lambda: [slot.state for slot in self.books()] == [State.ACTIVE]
        seen["one slot"] = await until(active)
        # Of the two figures the budget shows both are of all streams together.
        seen["held"] = self.status().held - before
        seen["in the grid"] = any(row.key == chosen for row in self.window.quotes.model.rows)
        rows = self.window.subscriptions.rows.rows
        seen["rows"] = [row.key.code for row in rows if row.key.tr_id == "H0IOASP0"]
        marked = lambda: [row.key for row in self.window.subscriptions.rows.rows if row.book]
        seen["marked"] = await until(lambda: marked() == [options[24]])
        seen["lost"] = [self.store.lost, self.store.bad]
        self.press("Ctrl+Shift+B")
        seen["given back"] = await until(lambda: not self.books())
        seen["held then"] = self.status().held - before
    """
    broker = "EmbeddedBroker('--start', '10:00:00', '--rate', '400')"
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["none"] == []
    assert seen["while passing"] == 0
    assert seen["live"]
    assert len(seen["changes"]) == 1
    assert seen["fresh"]
    assert seen["prints"]
    assert seen["one slot"]
    assert seen["held"] == 1
    assert not seen["in the grid"]
    assert seen["rows"] == []
    assert seen["marked"]
    assert seen["lost"] == [0, 0]
    assert seen["given back"]
    assert seen["held then"] == 0
    saved = msgspec.json.decode((tmp_path / "config" / "layouts.json").read_bytes())
    assert "ASP0" not in str(saved)


def test_with_all_slots_held_it_says_so_and_gets_the_first_that_is_free(tmp_path):
    scene = """
    async def scene(self):
        from kisopt_gui.market.book import book_key
        from kisopt_gui.ui.ladder.panel import LadderPanel
        seen["filled"] = await self.filled()
        from kisopt_gui.wire.control import Key
        more = [Key(each.tr_id, each.code) for each in self._contracts.master.contracts.values()]
        options = [key for key in more if key.tr_id == "H0IOCNT0"]
        self.watchlist.add(options[:60])
        seen["full"] = await until(lambda: self.status().held == self.status().limit)
        first = next(key for key in self.watchlist.keys if key.tr_id == "H0IOCNT0")
        self.watchlist.select([first])
        self.press("Ctrl+Shift+B")
        [ladder] = self.window.findChildren(LadderPanel)
        words = self.window.desk.texts("ladder.no_slot", limit=self.status().limit)
        seen["said"] = await until(lambda: ladder.note.text() == words)
        seen["over"] = self.status().held > self.status().limit
        held = [slot.key for slot in self.status().slots if slot.state is State.ACTIVE]
        self.watchlist.remove([held[-1]])
        got = lambda: any(
            slot.key == book_key(first) and slot.state is State.ACTIVE
            for slot in self.status().slots
        )
        seen["got"] = await until(got)
        seen["silent again"] = await until(lambda: not ladder.note.isVisible())
    """
    broker = "EmbeddedBroker('--start', '10:00:00', '--rate', '400')"
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["full"]
    assert seen["said"]
    assert not seen["over"]
    assert seen["got"]
    assert seen["silent again"]
