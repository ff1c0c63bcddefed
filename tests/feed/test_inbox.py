"""The inbox: nothing lost in silence, nothing kept without bound."""

import threading

import pytest

from kisopt_gui.feed.inbox import MOST_RECORDS, Inbox
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.store import Store
from kisopt_gui.wire.codec import FrameError, read_frame
from tests.records import frame, trades


def batch(*volumes, code="B01610A34"):
    """Return one batch of records with these cumulative volumes."""
    intake = Intake()
    intake.add(read_frame(frame(*trades(*volumes, code=code))))
    [found], errors = intake.flush(1.0)
    assert errors == []
    return found


def volumes(items):
    return [row["volume"] for item in items for row in item.rows]


def test_what_was_left_is_taken_in_order_and_once():
    inbox = Inbox()
    inbox.put([batch(1, 2)])
    inbox.put([batch(3), batch(4)])
    assert len(inbox) == 4
    assert volumes(inbox.drain()) == [1, 2, 3, 4]
    assert inbox.drain() == []
    assert len(inbox) == 0


def test_the_reader_is_woken_only_when_something_was_left():
    inbox = Inbox()
    inbox.put([batch(1)])  # nobody listens yet
    calls = []
    inbox.on_data(lambda: calls.append(len(inbox)))
    inbox.put([])
    inbox.put([batch(2), batch(3)])
    assert calls == [3]


def test_frames_that_could_not_be_read_keep_their_place():
    inbox, bad = Inbox(), FrameError("junk")
    first, last = batch(1), batch(2)
    inbox.put([first, bad, last])
    assert inbox.drain() == [first, bad, last]


def test_the_oldest_records_are_dropped_and_counted_when_nobody_reads():
    inbox = Inbox(most_records=5)
    for volume in range(1, 9):
        inbox.put([batch(volume)])
    assert len(inbox) == 5
    assert inbox.overflow == 3
    assert volumes(inbox.drain()) == [4, 5, 6, 7, 8]
    inbox.put([batch(9)])
    assert inbox.overflow == 3
    assert volumes(inbox.drain()) == [9]


def test_a_batch_is_dropped_whole_and_counted_by_its_records():
    inbox = Inbox(most_records=3)
    inbox.put([batch(1, 2, 3), batch(4)])
    assert inbox.overflow == 3
    assert volumes(inbox.drain()) == [4]


def test_a_batch_larger_than_the_inbox_is_dropped_and_counted_too():
    inbox = Inbox(most_records=2)
    inbox.put([batch(1, 2, 3)])
    assert (len(inbox), inbox.overflow, inbox.drain()) == (0, 3, [])


def test_unread_frames_count_as_one_each():
    inbox = Inbox(most_records=2)
    inbox.put([FrameError("a"), FrameError("b"), FrameError("c")])
    assert inbox.overflow == 1
    assert [error.frame for error in inbox.drain()] == ["b", "c"]


def test_what_was_dropped_shows_as_lost_in_the_store_too():
    inbox, store = Inbox(most_records=4), Store()
    inbox.put([batch(10)])
    store.apply(inbox.drain())
    for volume in range(11, 21):
        inbox.put([batch(volume)])
    store.apply(inbox.drain())
    assert store.lost == inbox.overflow == 6


def test_the_bound_is_a_minute_and_a_half_of_a_busy_market():
    assert MOST_RECORDS / 2_000 >= 90


def test_a_writer_and_a_reader_on_two_threads_lose_and_repeat_nothing():
    inbox = Inbox(most_records=200)
    items = [batch(number) for number in range(20_000)]

    def write():
        for item in items:
            inbox.put([item])

    writer = threading.Thread(target=write)
    writer.start()
    found = []
    while writer.is_alive():
        found += volumes(inbox.drain())
    writer.join()
    found += volumes(inbox.drain())
    assert found == sorted(set(found))
    assert len(found) + inbox.overflow == len(items)
    assert len(inbox) == 0


@pytest.mark.parametrize("reads", [1, 3])
def test_a_reader_that_takes_all_while_the_writer_makes_room_is_no_error(reads):
    """The reader may be between taking the items and saying how many they were."""
    inbox = Inbox(most_records=1)
    items = inbox._items

    class Racing(type(items)):
        def append(self, item):
            super().append(item)
            for _ in range(reads):
                self.clear()

    inbox._items = Racing()
    inbox.put([batch(1, 2)])
    assert inbox.overflow == 0
