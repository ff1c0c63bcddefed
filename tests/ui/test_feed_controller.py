"""What the user asks of the feed reaches the broker, and what goes wrong there is said."""

import asyncio
import gc
from dataclasses import replace
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from qasync import QEventLoop

from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.host import FeedHost
from kisopt_gui.feed.troubles import ConnectionLostError, RefusedError
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import theme
from kisopt_gui.ui.controller import FeedController
from kisopt_gui.ui.health.banner import Banner
from kisopt_gui.wire.control import Reply
from kisopt_gui.wire.session import Session, Slot, State
from tests.feed.peers import FUTURE, INDEX, KEYS, OPTIONS, QUICK, found_at, hasty, inject, trading
from tests.ui.rig import CALL, Rig

LOST = ConnectionLostError(address="ws://127.0.0.1:1", reason="it broke")
IN_USE = RefusedError(Reply("", "", False, "OPSP8996", "ALREADY IN USE appkey"))


class Desk(Rig):
    """A desk with the banner and the controller of its window.

    Args:
        locate: Where the broker of its feed is; the feed does not run before `start`.
        make: Makes the connection of its feed instead.
    """

    def __init__(self, qtbot, locate=None, make=None):
        super().__init__()
        self._locate = locate
        self.host = FeedHost(make or self._connection)
        self.banner, self.controller = self.window(qtbot)

    def window(self, qtbot, language="en"):
        """The banner and the controller of another window on the same data."""
        desk = self.translated(language)
        banner = Banner(desk.texts, theme.DARK)
        qtbot.addWidget(banner)
        banner.resize(1200, 40)
        return banner, FeedController(desk, self.host, banner, banner)

    def start(self):
        """Let the feed run, and its snapshot be the one of the desk."""
        self.host.start()

    async def until(self, holds, seconds=5.0):
        """Let the window live until a condition holds."""
        ends = perf_counter() + seconds
        while not holds():
            if self.host._thread.ident is not None:
                self.status = self.host.status
            if perf_counter() > ends:
                pytest.fail(f"not within {seconds} s: {self.status}")
            self.clock.tick()
            self.clock.second.emit()
            await asyncio.sleep(0.01)

    def states(self):
        """The state of each key at the broker."""
        return {slot.key: slot.state for slot in self.status.slots}

    def active(self):
        return [key for key, state in self.states().items() if state is State.ACTIVE]

    def said(self):
        return self.banner.label.text() if self.banner.isVisible() else ""

    def close_banner(self):
        """Click its cross."""
        QTest.mouseClick(self.banner.findChildren(QToolButton)[-1], Qt.MouseButton.LeftButton)

    async def _connection(self):
        return Connection(
            self._locate, Session(), self.inbox, backoff=hasty(0.1, 0.3), patience=QUICK
        )


def in_window_loop(qapp, coroutine):
    """Run a coroutine as the program does: in a loop that is Qt's.

    What Qt's loop leaves behind is collected here, not on the thread of the next test's feed.
    """
    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
        runner.run(coroutine)
    del runner
    gc.collect()


@pytest.fixture
def live(qapp, qtbot):
    """Run a coroutine in the window's loop with a desk whose broker is on loopback."""
    hosts = []

    def run(scene, *faults):
        async def whole():
            async with trading(*faults) as broker:
                desk = Desk(qtbot, found_at(broker.source))
                hosts.append(desk.host)
                desk.start()
                try:
                    await scene(desk, broker)
                finally:
                    await asyncio.to_thread(desk.host.stop)

        in_window_loop(qapp, whole())

    yield run
    for host in hosts:
        host.stop()


# what is asked ----------------------------------------------------------------------


def test_what_is_watched_is_subscribed_and_its_records_come(live):
    async def scene(desk, _):
        desk.watchlist.add(KEYS)
        await desk.until(lambda: desk.active() == KEYS)
        await desk.until(lambda: {each.key for each in desk.store.contracts()} == {*KEYS})
        assert desk.said() == ""

    live(scene)


def test_pins_come_first_so_they_get_the_slots_that_there_are(live):
    async def scene(desk, _):
        desk.watchlist.add(OPTIONS)
        desk.watchlist.pin(OPTIONS[5], pinned=True)
        desk.watchlist.pin(OPTIONS[3], pinned=True)
        await desk.until(lambda: "All 3 slots are held; 3 contracts wait" in desk.said())
        assert [slot.key for slot in desk.status.slots][:3] == [OPTIONS[5], OPTIONS[3], OPTIONS[0]]
        assert desk.active() == [OPTIONS[5], OPTIONS[3], OPTIONS[0]]

    live(scene, "cap=3")


def test_what_is_removed_is_released_and_its_slot_goes_to_who_waits(live):
    async def scene(desk, _):
        desk.watchlist.add(OPTIONS[:4])
        await desk.until(lambda: desk.active() == OPTIONS[:2] and desk.status.limit == 2)
        desk.watchlist.remove([OPTIONS[0]])
        await desk.until(lambda: desk.active() == OPTIONS[1:3])
        assert OPTIONS[0] not in desk.states()

    live(scene, "cap=2")


def test_clicks_that_take_one_another_back_end_with_what_is_watched(live):
    async def scene(desk, _):
        for _ in range(20):
            desk.watchlist.add(KEYS)
            desk.watchlist.remove(KEYS[:3])
            await asyncio.sleep(0)
            desk.watchlist.replace(KEYS[1:])
            desk.watchlist.remove([KEYS[5]])
        wanted = [FUTURE, *KEYS[2:5]]
        assert desk.watchlist.keys == wanted
        await desk.until(lambda: desk.active() == wanted and len(desk.states()) == len(wanted))

    live(scene)


def test_what_the_layout_watched_before_the_window_was_joined_is_sent(live):
    async def scene(desk, _):
        desk.watchlist.blockSignals(True)
        desk.watchlist.add([INDEX])
        desk.watchlist.blockSignals(False)
        await desk.controller.send_wishes()
        await desk.until(lambda: desk.active() == [INDEX])

    live(scene)


def test_a_cap_can_be_tried_again_when_the_other_program_is_gone(live):
    async def scene(desk, broker):
        desk.watchlist.add(OPTIONS)
        await desk.until(lambda: desk.status.limit == 2 and "4 contracts wait" in desk.said())
        await inject(broker, "none")
        await desk.controller.forget_cap()
        await desk.until(lambda: len(desk.active()) == len(OPTIONS) and desk.said() == "")
        assert desk.status.limit == 41

    live(scene, "cap=2")


def test_one_that_was_refused_can_be_asked_for_again(live):
    async def scene(desk, broker):
        desk.watchlist.add([INDEX, CALL._replace(code="B0161XXXX")])
        stranger = desk.watchlist.keys[1]
        await desk.until(lambda: desk.active() == [INDEX])
        await desk.until(lambda: desk.states()[stranger] is State.REJECTED)
        first = desk.status.slot(stranger).reply
        assert first is not None
        await asyncio.sleep(0.3)  # more than one snapshot: it is not asked for again by itself
        desk.status = desk.host.status
        assert desk.status.slot(stranger).reply is first
        await desk.controller.retry(stranger)
        await desk.until(
            lambda: (
                desk.states()[stranger] is State.REJECTED
                and desk.status.slot(stranger).reply is not first
            )
        )
        assert desk.active() == [INDEX]

    live(scene)


def test_the_button_of_the_banner_connects_after_a_refusal(live):
    async def scene(desk, broker):
        desk.watchlist.add([INDEX])
        await desk.until(lambda: desk.status.link is Link.REFUSED and desk.said() != "")
        assert "refused" in desk.said()
        connects = desk.status.connects
        await inject(broker, "none")
        await desk.until(lambda: desk.status.connects == connects)
        QTest.mouseClick(desk.banner.button, Qt.MouseButton.LeftButton)
        await desk.until(lambda: desk.status.link is Link.LIVE and desk.active() == [INDEX])
        await desk.until(lambda: desk.said() == "")

    live(scene, "in-use")


def test_a_link_that_breaks_is_said_with_its_reason_until_it_is_back(live):
    async def scene(desk, broker):
        desk.watchlist.add(KEYS)
        await desk.until(lambda: desk.store.records > 5)
        await inject(broker, "restart=0.6")
        await desk.until(lambda: "numbers on the screen are old" in desk.said())
        assert broker.url in desk.said()
        assert desk.banner.button.text() == "Reconnect"
        await desk.until(lambda: desk.said() == "" and desk.active() == KEYS)
        assert desk.status.link is Link.LIVE

    live(scene)


def test_a_half_open_link_is_said_although_its_socket_is_open(live):
    async def scene(desk, broker):
        desk.watchlist.add(KEYS)
        await desk.until(lambda: desk.store.records > 5)
        await inject(broker, "silence=0.6")
        await desk.until(lambda: desk.said().startswith("Nothing was heard"))
        await desk.until(lambda: desk.said() == "" and desk.status.connects == 2)

    live(scene)


# defects -------------------------------------------------------------------------------


async def fall():
    raise ZeroDivisionError("a defect of the feed")


@pytest.mark.logs_warnings
def test_a_feed_that_fell_over_does_not_leave_its_last_numbers_standing_calmly(qapp, qtbot, caplog):
    desk = Desk(qtbot, fall)
    desk.option()

    async def scene():
        desk.start()
        await desk.until(lambda: desk.status.link is Link.STOPPED)
        await desk.until(lambda: desk.said() != "")
        await asyncio.to_thread(desk.host.stop)

    in_window_loop(qapp, scene())
    assert "numbers on the screen are old" in desk.said()
    assert "Start the program again" in desk.said()
    assert desk.banner.property("level") == "alarm"
    assert "a defect of the feed" in caplog.text


@pytest.mark.logs_warnings
def test_a_click_that_cannot_reach_the_feed_is_no_click_that_nobody_hears_of(qapp, qtbot):
    desk = Desk(qtbot, make=fall)

    async def scene():
        desk.start()
        with qtbot.captureExceptions() as caught:
            desk.watchlist.add(KEYS)
            for _ in range(200):
                await asyncio.sleep(0.005)
                if caught:
                    break
        await asyncio.to_thread(desk.host.stop)
        assert [each[0] for each in caught][:1] == [ZeroDivisionError]

    in_window_loop(qapp, scene())


# what is said ----------------------------------------------------------------------------


@pytest.fixture
def desk(qapp, qtbot):
    """A desk whose feed does not run: the test sets its snapshot."""
    made = Desk(qtbot)
    yield made
    made.host.stop()


def tell(desk, **snapshot):
    desk.status = LinkStatus(**snapshot)
    desk.clock.second.emit()
    return desk.said()


def test_a_live_link_is_no_news(desk):
    assert tell(desk, link=Link.LIVE) == ""


@pytest.mark.parametrize("link", [Link.STARTING, Link.CONNECTING])
def test_a_link_that_is_being_made_is_no_news_yet(desk, link):
    assert tell(desk, link=link) == ""


def test_who_never_had_numbers_is_told_the_reason_only(desk):
    assert tell(desk, link=Link.WAITING, error=LOST) == LOST.sentence("en")


@pytest.mark.parametrize(("link", "error"), [(Link.WAITING, LOST), (Link.REFUSED, IN_USE)])
def test_who_sees_numbers_is_told_that_they_are_old_and_why(desk, link, error):
    desk.option()
    said = tell(desk, link=link, error=error)
    assert "numbers on the screen are old" in said
    assert error.sentence("en") in said
    assert desk.banner.button.isVisible()
    assert desk.banner.property("level") == "alarm"


def test_a_window_in_another_language_knows_too_that_its_numbers_are_old(desk, qtbot):
    desk.option()
    tell(desk, link=Link.LIVE)
    banner, _ = desk.window(qtbot, "ko")
    tell(desk, link=Link.WAITING, error=LOST)
    assert "화면의 값은 오래된 값입니다" in banner.label.text()
    assert LOST.sentence("ko") in banner.label.text()


def test_a_silent_link_says_for_how_long(desk):
    said = tell(desk, link=Link.SILENT, heard=perf_counter() - 31)
    assert said.startswith("Nothing was heard for 31 s")
    said = tell(desk, link=Link.SILENT, heard=perf_counter() - 32)
    assert said.startswith("Nothing was heard for 32 s")
    assert tell(desk, link=Link.LIVE) == ""


def test_the_news_stays_while_it_connects_again(desk):
    desk.option()
    said = tell(desk, link=Link.WAITING, error=LOST)
    assert tell(desk, link=Link.CONNECTING, error=LOST) == said
    assert tell(desk, link=Link.LIVE) == ""


def test_a_link_that_is_still_down_is_said_again_when_the_user_closed_it(desk):
    said = tell(desk, link=Link.REFUSED, error=IN_USE)
    desk.close_banner()
    assert desk.said() == ""
    assert tell(desk, link=Link.REFUSED, error=IN_USE) == said


def test_dropped_records_are_an_alarm_that_closes_until_more_are_dropped(desk):
    assert "1,500 records were dropped" in tell(desk, link=Link.LIVE, overflow=1500)
    assert desk.banner.property("level") == "alarm"
    desk.close_banner()
    assert tell(desk, link=Link.LIVE, overflow=1500) == ""
    assert "1,501 records were dropped" in tell(desk, link=Link.LIVE, overflow=1501)


def test_fields_beyond_the_documented_are_said_once_for_each_stream(desk):
    drift = (("H0IOCNT0", 61),)
    assert "H0IOCNT0 sends 61 fields" in tell(desk, link=Link.LIVE, drift=drift)
    desk.close_banner()
    assert tell(desk, link=Link.LIVE, drift=drift) == ""
    more = (*drift, ("H0UPCNT0", 33))
    assert "H0UPCNT0 sends 33 fields" in tell(desk, link=Link.LIVE, drift=more)


def slots(active, waiting):
    states = [State.ACTIVE] * active + [State.WANTED] * waiting
    return tuple(Slot(CALL._replace(code=f"B{at:08}"), state) for at, state in enumerate(states))


def test_who_waits_for_a_slot_is_counted_and_no_longer_when_there_is_one(desk):
    full = {"link": Link.LIVE, "limit": 2, "held": 2}
    assert "All 2 slots are held; 3 contracts" in tell(desk, slots=slots(2, 3), **full)
    desk.close_banner()
    assert tell(desk, slots=slots(2, 3), **full) == ""
    assert "1 contracts wait" in tell(desk, slots=slots(2, 1), **full)
    assert tell(desk, slots=slots(2, 0), **full) == ""
    assert "1 contracts wait" in tell(desk, slots=slots(2, 1), **full)


def test_wishes_that_are_on_their_way_are_no_queue(desk):
    assert tell(desk, slots=slots(1, 3), link=Link.LIVE, limit=41, held=1) == ""
    assert tell(desk, slots=slots(2, 3), link=Link.WAITING, error=LOST, limit=2, held=2) != ""
    assert "queued" not in desk.banner.messages


def test_a_broken_link_is_worse_than_a_queue(desk):
    full = LinkStatus(link=Link.LIVE, slots=slots(2, 3), limit=2, held=2, drift=(("H0IOCNT0", 61),))
    desk.status = full
    desk.clock.second.emit()
    desk.status = replace(full, link=Link.REFUSED, error=IN_USE)
    desk.clock.second.emit()
    assert desk.said() == IN_USE.sentence("en")
