"""What is watched: its order, its pins, what is selected, and who is told of it."""

import pytest

from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.control import Key

A, B, C, D, STRANGER = (Key("H0IOCNT0", f"B01612A{at}") for at in range(10, 15))


@pytest.fixture
def watchlist(qapp):
    made = Watchlist()
    made.add([A, B, C, D])
    return made


@pytest.fixture
def told(watchlist):
    """Which signals came, and what the list said when they did."""
    said = []
    watchlist.changed.connect(lambda: said.append(("changed", watchlist.keys)))
    watchlist.selection_changed.connect(lambda: said.append(("selected", watchlist.selected)))
    return said


def test_what_is_added_stands_at_the_end_in_its_order(watchlist, told):
    assert watchlist.add([STRANGER, B]) == [STRANGER]
    assert watchlist.keys == [A, B, C, D, STRANGER]
    assert told == [("changed", [A, B, C, D, STRANGER])]
    assert STRANGER in watchlist
    assert len(watchlist) == 5


def test_what_is_watched_already_is_not_added_and_nobody_is_told(watchlist, told):
    assert watchlist.add([C, A]) == []
    assert watchlist.add([]) == []
    assert told == []


def test_what_is_given_twice_is_added_once(qapp):
    watchlist = Watchlist()
    assert watchlist.add(iter([A, A, B])) == [A, B]
    assert watchlist.keys == [A, B]


def test_the_same_code_of_two_streams_is_two_contracts(watchlist):
    night = Key("H0EUCNT0", A.code)
    assert night not in watchlist
    assert watchlist.add([night]) == [night]
    watchlist.remove([A])
    assert watchlist.keys == [B, C, D, night]


def test_who_is_removed_loses_pin_and_selection_before_anyone_is_told(watchlist, told):
    watchlist.pin(B, pinned=True)
    watchlist.select([B, C])
    del told[:]
    watchlist.remove([B])
    assert watchlist.keys == [A, C, D]
    assert watchlist.pins == []
    assert told == [("selected", [C]), ("changed", [A, C, D])]


def test_one_that_is_named_twice_is_removed_once_and_the_others_too(watchlist, told):
    watchlist.remove([A, A, C])
    assert watchlist.keys == [B, D]
    assert told == [("changed", [B, D])]


def test_removing_what_is_not_watched_changes_nothing(watchlist, told):
    watchlist.remove([STRANGER])
    assert watchlist.keys == [A, B, C, D]
    assert told == []


def test_the_whole_list_is_told_even_if_it_is_the_same(watchlist, told):
    watchlist.select([D, A])
    watchlist.replace([D, STRANGER], pins=[STRANGER, A])
    assert watchlist.keys == [D, STRANGER]
    assert watchlist.pins == [STRANGER]
    assert watchlist.selected == [D]
    assert told[-1] == ("changed", [D, STRANGER])
    watchlist.replace([])
    assert (watchlist.keys, watchlist.pins, watchlist.selected) == ([], [], [])


@pytest.mark.parametrize(
    ("moved", "place", "order"),
    [
        ([D], 0, [D, A, B, C]),
        ([A], 4, [B, C, D, A]),
        ([A], 2, [B, A, C, D]),
        ([C, A], 4, [B, D, A, C]),
        ([B, D], 2, [A, B, D, C]),
        ([A, C], 2, [B, A, C, D]),
        ([B], 99, [A, C, D, B]),
    ],
)
def test_rows_move_before_what_stands_there_and_keep_their_order(watchlist, moved, place, order):
    watchlist.move(iter(moved), place)
    assert watchlist.keys == order


@pytest.mark.parametrize(("moved", "place"), [([B], 1), ([B], 2), ([STRANGER], 0), ([], 3)])
def test_a_move_to_the_same_place_is_not_told(watchlist, told, moved, place):
    watchlist.move(moved, place)
    assert watchlist.keys == [A, B, C, D]
    assert told == []


def test_a_move_keeps_pins_and_selection(watchlist):
    watchlist.pin(C, pinned=True)
    watchlist.select([D, C])
    watchlist.move([D], 0)
    assert watchlist.pins == [C]
    assert watchlist.selected == [D, C]


def test_pins_stand_in_the_order_in_which_they_were_pinned(watchlist, told):
    watchlist.pin(C, pinned=True)
    watchlist.pin(A, pinned=True)
    assert watchlist.pins == [C, A]
    assert watchlist.keys == [A, B, C, D]
    watchlist.pin(C, pinned=False)
    assert watchlist.pins == [A]
    assert [name for name, _ in told] == ["changed"] * 3


def test_a_pin_of_what_is_not_watched_or_is_pinned_already_is_nothing(watchlist, told):
    watchlist.pin(STRANGER, pinned=True)
    watchlist.pin(A, pinned=False)
    watchlist.pin(B, pinned=True)
    watchlist.pin(B, pinned=True)
    assert watchlist.pins == [B]
    assert len(told) == 1


def test_the_current_one_is_the_first_of_the_selected_and_strangers_are_none(watchlist, told):
    watchlist.select([C, STRANGER, A, C])
    assert watchlist.selected == [C, A]
    watchlist.select([C, A])
    assert told == [("selected", [C, A])]
    watchlist.select([A, C])
    assert watchlist.selected == [A, C]


def test_the_charts_show_pins_then_the_selection_else_the_first(watchlist):
    assert watchlist.charted == [A]
    watchlist.select([D, B])
    assert watchlist.charted == [D, B]
    watchlist.pin(B, pinned=True)
    assert watchlist.charted == [B, D]
    assert Watchlist().charted == []


def test_nobody_can_change_the_list_behind_its_back(watchlist):
    watchlist.pin(A, pinned=True)
    watchlist.select([B])
    for seen in (watchlist.keys, watchlist.pins, watchlist.selected, watchlist.charted):
        seen.clear()
    assert watchlist.keys == [A, B, C, D]
    assert (watchlist.pins, watchlist.selected) == ([A], [B])
