"""When REST is asked, for what, and when no more: `FirstPicture` on a real desk."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import date

import pytest

from kisopt_gui.app.picture import FirstPicture
from kisopt_gui.feed.first_picture import Failure
from kisopt_gui.feed.refusals import ClockOffError, KeyRefusedError, NoPermissionError
from kisopt_gui.market.snapshot import MinuteBars, Terms, snapshot
from tests.ui.rig import CALL, EXPIRY, INDEX, PUT, Rig


class Broker:
    """Answers with what a test prepared, and remembers what it was asked for."""

    def __init__(self):
        self.asked = []
        self.pieces = []
        self.offset = float("nan")

    async def ask(self, _master, wishes, take):
        self.asked.append(wishes)
        for piece in self.pieces:
            take(piece)
        await asyncio.sleep(0)
        return self.offset


class Scene:
    def __init__(self):
        self.rig = Rig()
        self.broker = Broker()
        self.told = {}
        self.confirmed = []
        self.picture = FirstPicture(
            self.broker.ask,
            lambda: self.rig.desk,
            self.told.__setitem__,
            lambda *told: self.confirmed.append(told),
        )

    async def second(self):
        await asyncio.sleep(0)
        self.rig.clock.second.emit()
        for _ in range(6):
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(scene):
    task = asyncio.create_task(scene.picture.keep_up())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def scene(qapp):
    made = Scene()
    made.rig.watchlist.replace([INDEX, CALL, PUT])
    made.rig.watchlist.select([CALL])
    return made


async def test_nothing_is_asked_while_the_markets_time_is_not_known(scene):
    async with running(scene):
        await scene.second()
        assert scene.broker.asked == []
        scene.rig.option(PUT, time="100000")
        await scene.second()
        assert len(scene.broker.asked) == 1


async def test_rows_without_a_record_charted_minutes_and_expiries_are_asked_for_once(scene):
    rig, broker = scene.rig, scene.broker
    rig.option(PUT, time="100000")
    broker.pieces = [
        [snapshot(INDEX, {"price": "1085.00"}, "100000", 1.0)],
        [snapshot(CALL, {"price": "11.70"}, "100000", 1.0)],
        MinuteBars(CALL, (), 1.0),
        Terms(snapshot(CALL, {"price": "11.70"}, "100000", 1.0), 1085.0, EXPIRY, 1085.0),
    ]
    async with running(scene):
        await scene.second()
        (asked,) = broker.asked
        assert {*asked.screen, *asked.watched} == {INDEX, CALL}
        assert asked.charted == (CALL,)
        assert len(asked.unconfirmed) == 1
        assert (asked.day, asked.opens, asked.now) == (date(2026, 11, 23), 31_500.0, 36_000.0)
        assert rig.store.snapshot(CALL).record.price == 11.70
        assert scene.confirmed == [(CALL.code, EXPIRY)]
        assert scene.told["picture"] is None
        for _ in range(3):
            await scene.second()
        assert len(broker.asked) == 1


async def test_an_error_is_told_at_once_and_taken_back_when_it_is_over(scene, monkeypatch):
    monkeypatch.setattr("kisopt_gui.app.picture.AGAIN_S", 0.0)
    scene.rig.option(PUT, time="100000")
    error = NoPermissionError(("a price", "현재가"), "https://broker", "no (EGW00206)")
    scene.broker.pieces = [Failure("price B01612A18", error)]
    async with running(scene):
        await scene.second()
        assert scene.told["picture"] is error
        scene.broker.pieces = []
        await scene.second()
        assert scene.told["picture"] is None


async def test_a_refused_key_is_not_asked_with_again(scene, monkeypatch):
    monkeypatch.setattr("kisopt_gui.app.picture.AGAIN_S", 0.0)
    scene.rig.option(PUT, time="100000")
    scene.broker.pieces = [Failure("price B01612A18", KeyRefusedError(reason="EGW00105"))]
    async with running(scene) as task:
        for _ in range(3):
            await scene.second()
        assert len(scene.broker.asked) == 1
        assert task.done()
    assert isinstance(scene.told["picture"], KeyRefusedError)


@pytest.mark.parametrize(("offset", "kind"), [(7200.0, ClockOffError), (2.0, type(None))])
async def test_a_clock_that_is_off_is_told(scene, offset, kind):
    scene.rig.option(PUT, time="100000")
    scene.broker.offset = offset
    async with running(scene):
        await scene.second()
    assert isinstance(scene.told["clock"], kind)


async def test_the_shown_book_is_asked_for_while_it_is_not_known(scene):
    scene.rig.option(PUT, time="100000")
    async with running(scene):
        scene.rig.desk.books.wished = PUT._replace(tr_id="H0IOASP0")
        await scene.second()
        assert scene.broker.asked[0].books == (PUT,)
