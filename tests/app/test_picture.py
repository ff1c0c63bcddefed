"""What the window shows before the stream tells: REST's word, marked and replaced."""

import pytest

from tests.app.test_program import play

pytestmark = pytest.mark.e2e


def test_rows_charts_and_the_book_are_filled_by_rest_before_anything_trades(tmp_path):
    scene = """
    async def scene(self):
        from kisopt_gui.market.book import book_key
        seen["filled"] = await self.filled()
        options = [key for key in self.watchlist.keys if key.tr_id == "H0IOCNT0"]
        told = lambda: [self.store.snapshot(key) for key in options]
        seen["told"] = await until(lambda: sum(each is not None for each in told()) > 5)
        first = next(each for each in told() if each is not None)
        seen["marked"] = first.clock[:5]
        seen["greeks"] = first.record.delta == first.record.delta
        charts = await until(lambda: self.window.charts is not None)
        seen["minutes"] = await until(
            lambda: any(track.series.borrowed > 50 for track in self.window.charts.tracks)
        )
        seen["lost"] = [self.store.lost, self.store.gaps]
        self.watchlist.select([first.key])
        self.window.workspace.show_panel("ladder")
        seen["book"] = await until(lambda: self.store.book(book_key(first.key)) is not None)
        seen["wished"] = str(self.window.desk.books.wished)
        seen["banner"] = self.window.banner.messages
    """
    broker = "EmbeddedBroker('--start', '10:00:00', '--rate', '2')"
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["told"]
    assert seen["marked"] == "10:00"
    assert seen["greeks"]
    assert seen["minutes"]
    assert seen["lost"] == [0, 0]  # what REST tells proves nothing
    assert seen["book"]
    assert "H0IOASP0" in seen["wished"]
    assert seen["banner"] == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("rest-html", "web page"),
        ("no-permission", "permission"),
        ("rest-no-key", "without"),
    ],
)
def test_what_rest_refuses_is_one_sentence_and_the_stream_goes_on(tmp_path, fault, words):
    scene = """
    async def scene(self):
        seen["filled"] = await self.filled()
        seen["told"] = await until(lambda: "picture" in self.window.banner.messages, 20.0)
        seen["words"] = self.window.banner.label.text()
        records = self.store.records
        seen["goes on"] = await until(lambda: self.store.records > records + 50)
    """
    broker = f"EmbeddedBroker('--start', '10:00:00', '--rate', '200', '--fault', '{fault}')"
    seen = play(tmp_path, scene, broker=broker)
    assert seen["filled"]
    assert seen["told"]
    assert words in seen["words"]
    assert seen["goes on"]
