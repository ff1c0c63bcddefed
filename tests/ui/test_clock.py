"""The one clock: no record waits, no frame is drawn for nothing, and it stops when it is told."""

import threading
from itertools import pairwise
from time import perf_counter

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kisopt_gui.market.store import Store
from kisopt_gui.ui import clock as module
from kisopt_gui.ui.clock import FrameClock
from tests.records import record, trades
from tests.ui.rig import CALL, PUT, Rig


@pytest.fixture
def rig(qapp):
    made = Rig()
    made.inbox.on_data(made.clock.wake)
    yield made
    made.clock.stop()


@pytest.fixture
def beats(rig):
    """The signals in the order they came."""
    said = []
    for name in ("frame", "chart", "pulse", "ages", "second", "shown"):
        getattr(rig.clock, name).connect(lambda name=name: said.append(name))
    return said


def trade(volume=240, code=CALL.code):
    return record(code=code, volume=volume)


def idle(rig):
    """Let the clock be one that nothing has come to for a while."""
    rig.clock._last = perf_counter() - 1.0


# frames -------------------------------------------------------------------------


def test_after_a_pause_the_first_record_is_in_the_store_at_once(rig, beats):
    idle(rig)
    rig.send(trade())
    QApplication.processEvents()
    assert beats == ["frame"]
    assert rig.store.watched(CALL).record.volume == 240


def test_the_store_has_the_records_before_anyone_is_told(rig):
    seen = []
    rig.clock.frame.connect(lambda: seen.append(rig.store.record(CALL).volume))
    rig.option(volume=241)
    assert seen == [241]


def test_what_comes_right_after_a_frame_is_shown_together_a_moment_later(rig, beats, qtbot):
    rig.option(volume=239)
    for volume in (240, 241, 242):
        rig.send(trade(volume))
        QApplication.processEvents()
    with qtbot.waitSignal(rig.clock.frame, timeout=2000):
        pass
    assert rig.store.record(CALL).volume == 242
    assert beats == ["frame", "frame"]
    assert rig.store.records == 4


def test_frames_are_no_closer_than_the_gap_while_records_keep_coming(rig, qtbot):
    moments = []
    rig.clock.frame.connect(lambda: moments.append(perf_counter()))
    volumes = iter(range(240, 2000))

    def more():
        rig.send(trade(next(volumes)))

    source = QTimer(interval=1)
    source.timeout.connect(more)
    source.start()
    qtbot.waitUntil(lambda: len(moments) >= 8, timeout=5000)
    source.stop()
    gaps = [after - before for before, after in pairwise(moments)]
    assert min(gaps) * 1000 > module.GAP_MS - 2


def test_one_frame_brings_everything_that_waits_in_its_order(rig, beats):
    rig.send(*trades("238", "239", code=CALL.code))
    rig.send(trade(500, PUT.code))
    rig.send(*trades("240", code=CALL.code, start="100002"))
    rig.clock.tick()
    assert beats == ["frame"]
    assert rig.clock.frames == 1
    assert rig.store.record(CALL).volume == 240
    assert rig.store.record(PUT).volume == 500
    assert rig.store.lost == 0


def test_a_tick_without_records_is_no_frame(rig, beats):
    rig.clock.tick()
    rig.option()
    rig.clock.tick()
    assert beats == ["frame"]
    assert rig.clock.frames == 1


def test_a_bad_frame_is_counted_and_keeps_back_no_good_one(rig, beats):
    rig.bad_frame()
    assert beats == []
    assert rig.store.bad == 1
    rig.inbox.put([rig.store.errors[0]])
    rig.send(trade(240))
    rig.clock.tick()
    assert rig.store.bad == 2
    assert rig.store.record(CALL).volume == 240
    assert beats == ["frame"]


def test_the_feeds_thread_may_wake_it_and_the_window_draws_on_its_own(rig):
    idle(rig)
    drawn_on = []
    rig.clock.frame.connect(lambda: drawn_on.append(threading.current_thread()))
    feed = threading.Thread(target=lambda: rig.send(trade()))
    feed.start()
    feed.join()
    assert drawn_on == []
    QApplication.processEvents()
    assert drawn_on == [threading.main_thread()]


def test_a_defect_of_one_panel_keeps_the_numbers_from_none_of_the_others(rig, beats, qtbot):
    def fall():
        raise ValueError("a panel's defect")

    rig.clock.frame.disconnect()
    rig.clock.frame.connect(fall)
    rig.clock.frame.connect(lambda: beats.append("other"))
    with qtbot.captureExceptions() as caught:
        rig.option(volume=240)
        rig.option(volume=241)
    assert beats == ["other", "other"]
    assert len(caught) == 2
    assert rig.store.record(CALL).volume == 241


# delays -------------------------------------------------------------------------


def test_a_delay_runs_from_the_read_of_the_socket_to_the_paint(rig, beats):
    rig.option(age=0.25)
    assert rig.clock.latency.percentiles().p50 != rig.clock.latency.percentiles().p50
    rig.clock.drawn()
    assert beats == ["frame", "shown"]
    assert 250 <= rig.clock.latency.percentiles().p50 < 2000


def test_each_record_is_measured_once(rig):
    rig.option(age=0.5)
    rig.clock.drawn()
    first = rig.clock.latency.percentiles()
    rig.clock.drawn()
    assert rig.clock.latency.percentiles() == first


def test_what_was_not_painted_waits_for_the_paint_with_its_own_age(rig):
    rig.option(age=0.9)
    rig.option(age=0.1)
    rig.clock.drawn()
    assert rig.clock.latency.percentiles().worst >= 900
    assert rig.clock.latency.percentiles().p50 < 800


def test_a_screen_that_shows_nothing_of_it_is_as_new_as_the_store_but_not_drawn(rig, beats):
    rig.option()
    rig.clock.painted()
    assert "shown" not in beats
    assert rig.clock.latency.percentiles().p50 >= 0


# beats --------------------------------------------------------------------------


def test_it_beats_when_it_was_started_and_charts_only_after_records(rig, beats, qtbot):
    rig.clock.start()
    qtbot.waitUntil(lambda: beats.count("pulse") >= 2, timeout=3000)
    assert "chart" not in beats
    assert "second" not in beats
    for volume in (240, 241, 242):
        rig.option(volume=volume)
    qtbot.waitUntil(lambda: "chart" in beats, timeout=3000)
    qtbot.waitUntil(lambda: "second" in beats, timeout=3000)
    assert beats.count("chart") == 1
    assert beats.count("pulse") > beats.count("ages") > beats.count("second")


def test_after_the_stop_nothing_beats_and_what_comes_stays_in_the_inbox(rig, beats):
    rig.clock.start()
    idle(rig)
    rig.send(trade())  # the feed's last words, and its wake-up is on the way
    rig.clock.stop()
    rig.send(trade(999))
    QTest.qWait(3 * module.GAP_MS + module.CHART_MS)
    assert beats == []
    assert len(rig.inbox.drain()) == 2


def test_a_clock_that_was_never_started_still_brings_records(qapp):
    rig = Rig()
    rig.option()
    assert rig.store.records == 1
    assert FrameClock(Store(), rig.inbox).frames == 0


def test_a_machine_that_slept_makes_every_number_older(rig, monkeypatch):
    slept = 100.0
    monkeypatch.setattr(module, "asleep", lambda: slept)
    clock = module.FrameClock(rig.store, rig.inbox, rig.clock)
    rig.option(age=4.0)
    clock._beat()
    assert rig.desk.age(CALL) < 10.0
    slept += 5400.0
    clock._beat()
    assert 5404.0 <= rig.desk.age(CALL) < 5410.0
    clock._beat()
    assert rig.desk.age(CALL) < 5410.0


def test_how_long_the_machine_slept_only_grows():
    before = module.asleep()
    assert -0.01 < before <= module.asleep() + 0.01
