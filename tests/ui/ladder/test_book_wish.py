"""The ladder's slot: asked for after a rest, never in a loop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.ui.book_wish import MOST_A_MINUTE, REST_S, BookWish
from kisopt_gui.ui.rotation_controller import RotationController
from kisopt_gui.wire.control import Key
from tests.ui.rig import CALL, FUTURE, INDEX, PUT, Rig

A, B = Key("H0IOASP0", "B01612A18"), Key("H0IOASP0", "C01612A18")


@pytest.fixture
def wish(qapp):
    return BookWish()


def test_a_book_is_wished_for_once_its_contract_has_rested(wish, qtbot):
    wish.show_book(A, 0.0)
    wish.show_book(A, REST_S - 0.01)
    assert wish.wished is None
    with qtbot.waitSignal(wish.changed):
        wish.show_book(A, REST_S)
    assert wish.wished == A


def test_who_passes_by_gets_no_slot(wish):
    wish.show_book(A, 0.0)
    for at in range(1, 100):
        wish.show_book(B if at % 2 else A, at * 0.9)
    assert wish.wished is None


def test_a_hidden_ladder_lets_go_after_the_same_rest(wish):
    wish.show_book(A, 0.0)
    wish.show_book(A, 2.0)
    wish.show_book(None, 3.0)
    assert wish.wished == A
    wish.show_book(None, 4.0)
    assert wish.wished is None


@given(st.lists(st.tuples(st.floats(0.0, 5.0), st.sampled_from([A, B, None])), max_size=300))
def test_whatever_the_user_does_the_changes_of_a_minute_are_limited(steps):
    wish, now, changes = BookWish(), 0.0, []
    for wait, key in steps:
        now += wait
        before = wish.wished
        wish.show_book(key, now)
        if wish.wished != before:
            changes.append(now)
    for at, moment in enumerate(changes):
        assert len([each for each in changes[at:] if each < moment + 60.0]) <= MOST_A_MINUTE


@pytest.fixture
def rig(qapp):
    made = Rig()
    made.watchlist.replace([CALL, INDEX, FUTURE, PUT])
    return made


def test_a_book_stands_behind_pins_and_what_tells_the_money_and_before_the_rest(rig):
    controller = RotationController(rig.desk)
    assert controller.wished() == [CALL, INDEX, FUTURE, PUT]
    rig.watchlist.pin(PUT, pinned=True)
    rig.desk.books.wished = A
    assert controller.wished() == [PUT, INDEX, FUTURE, A, CALL]


def test_one_slot_less_is_left_to_the_money(rig):
    controller = RotationController(rig.desk)
    rig.desk.following.follow("K2I", rig.master.contracts[CALL.code].expiry, 9, on=True)
    rig.index(price="1085.00")
    rig.clock.second.emit()
    free = controller.wished()
    rig.desk.books.wished = A
    held = controller.wished()
    assert A in held
    assert len(held) <= max(len(free), rig.status.limit)
    assert held.index(A) == len([k for k in held if k in (INDEX, FUTURE)])
