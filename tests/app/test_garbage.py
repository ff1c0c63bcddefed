"""What is Qt's must not be destroyed on the feed's thread: the collector runs on the window's."""

import gc
import threading
import weakref

import pytest

from kisopt_gui.app import garbage
from kisopt_gui.market.store import Store
from kisopt_gui.ui.clock import FrameClock


class Knot:
    """Refers to itself, so only the collector can take it away."""

    def __init__(self):
        self.self = self


@pytest.fixture
def tended(qapp):
    class Nothing:
        def drain(self):
            return ()

    clock = FrameClock(Store(), Nothing())
    before = gc.get_threshold()
    garbage.tend(clock)
    yield clock
    gc.set_threshold(*before)
    gc.unfreeze()


def knots_on_a_thread(count):
    """Make garbage on another thread, of which the first piece notes where it is destroyed."""
    died = []

    def make():
        first = Knot()
        weakref.finalize(first, lambda: died.append(threading.current_thread()))
        del first
        kept = [Knot() for _ in range(count)]
        kept.clear()

    thread = threading.Thread(target=make, name="another")
    thread.start()
    thread.join()
    return died


def test_garbage_of_another_thread_is_taken_away_on_the_window_s(tended):
    died = knots_on_a_thread(3 * garbage.YOUNG)
    assert died == []  # the collector has not run there
    tended.second.emit()
    assert died == [threading.main_thread()]


def test_little_garbage_is_left_alone(tended):
    died = knots_on_a_thread(100)
    tended.second.emit()
    assert died == []


def test_old_garbage_goes_too_after_a_while(tended):
    old = Knot()
    died = []
    weakref.finalize(old, died.append, "old")
    gc.collect(1)  # it is no young object any more
    del old
    for _ in range(60):
        knots_on_a_thread(2 * garbage.YOUNG)
        tended.second.emit()
        if died:
            break
    assert died == ["old"]
