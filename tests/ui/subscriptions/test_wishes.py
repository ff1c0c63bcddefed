"""What the user does to the watchlist, and the way back."""

import pytest
from PySide6.QtTest import QSignalSpy

from kisopt_gui.ui.subscriptions.wishes import Wishes
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State


def key(code):
    return Key("H0IOCNT0", code)


def calls(count, first=0):
    return [key(f"B01612A{serial:02}") for serial in range(first, first + count)]


@pytest.fixture
def wishes(broker):
    made = Wishes(broker.desk)
    made.heard = QSignalSpy(made.said)
    return made


def last(wishes):
    return tuple(wishes.heard.at(wishes.heard.count() - 1))


def test_one_added_contract_is_named(broker, wishes):
    wishes.add([key("B01612A18")])
    assert last(wishes) == ("콜 1,085.0 2026-12 추가", "value", False)


def test_several_added_contracts_are_counted_without_those_watched_already(broker, wishes):
    broker.watchlist.add(calls(2))
    assert wishes.add(calls(5)) == calls(3, first=2)
    assert last(wishes)[0] == "3종목 추가"


def test_what_is_watched_already_is_said_and_not_doubled(broker, wishes):
    wishes.add([key("B01612A18")])
    wishes.add([key("B01612A18")])
    assert last(wishes)[0] == "콜 1,085.0 2026-12은(는) 이미 있습니다."
    assert len(broker.watchlist) == 1


def test_words_that_could_not_be_read_are_told_with_what_was_added(broker, wishes):
    wishes.add(calls(2), unreadable="삼성")
    assert last(wishes)[:2] == ("2종목 추가, 읽을 수 없음: 삼성", "warning")


def test_the_42nd_is_added_and_said_to_wait_for_a_slot(broker, wishes):
    contracts = [contract.code for contract in broker.master.contracts.values() if
                 contract.month == "202612" and contract.code[1:3] == "01"]  # fmt: skip
    broker.watchlist.add(map(key, contracts[:40]))
    broker.serve()
    wishes.add([key(code) for code in contracts[40:43]])
    assert last(wishes)[:2] == ("3종목 추가, 2종목은 슬롯 대기", "warning")
    assert len(broker.watchlist) == 43


def test_a_refused_contract_claims_no_slot(broker, wishes):
    keys = calls(3)
    broker.watchlist.add(keys)
    broker.say((keys[0], State.ACTIVE), (keys[1], State.REJECTED, "OPSP8992"), limit=2)
    broker.watchlist.remove([keys[2]])
    wishes.add([keys[2]])
    assert "대기" not in last(wishes)[0]


def test_what_was_removed_comes_back_to_its_places_with_its_pins(broker, wishes):
    keys = calls(6)
    broker.watchlist.add(keys)
    for pinned in (keys[4], keys[1]):
        broker.watchlist.pin(pinned, pinned=True)
    wishes.remove([keys[1], keys[2], keys[5]])
    assert broker.watchlist.keys == [keys[0], keys[3], keys[4]]
    assert last(wishes) == ("3종목 해제", "value", True)
    wishes.undo()
    assert broker.watchlist.keys == keys
    assert broker.watchlist.pins == [keys[4], keys[1]]
    assert last(wishes) == ("3종목을 되돌렸습니다.", "value", False)


def test_what_was_added_since_stays_when_a_removal_is_undone(broker, wishes):
    keys = calls(4)
    broker.watchlist.add(keys)
    wishes.remove([keys[0], keys[3]])
    new = key("C01612A18")
    broker.watchlist.add([new])
    broker.watchlist.move([new], 0)
    wishes.undo()
    assert broker.watchlist.keys == [keys[0], new, keys[1], keys[2], keys[3]]


def test_removals_are_undone_one_after_the_other_newest_first(broker, wishes):
    keys = calls(3)
    broker.watchlist.add(keys)
    wishes.remove([keys[2]])
    wishes.remove([keys[0]])
    wishes.undo()
    assert broker.watchlist.keys == [keys[0], keys[1]]
    assert last(wishes)[2]
    wishes.undo()
    assert broker.watchlist.keys == keys
    wishes.undo()
    assert broker.watchlist.keys == keys


def test_what_the_user_watched_again_since_is_not_doubled_by_undo(broker, wishes):
    keys = calls(3)
    broker.watchlist.add(keys)
    wishes.remove([keys[1]])
    broker.watchlist.add([keys[1]])
    wishes.undo()
    assert broker.watchlist.keys == [keys[0], keys[2], keys[1]]


def test_a_selection_comes_back_with_what_was_selected(broker, wishes):
    keys = calls(3)
    broker.watchlist.add(keys)
    broker.watchlist.select([keys[1]])
    wishes.remove([keys[1]])
    assert broker.watchlist.selected == []
    wishes.undo()
    assert broker.watchlist.selected == [keys[1]]


def test_removing_nothing_says_nothing(broker, wishes):
    wishes.remove([])
    wishes.remove(calls(1))
    assert wishes.heard.count() == 0


def test_pinning_pins_all_and_pinning_all_pinned_unpins(broker, wishes):
    keys = calls(3)
    broker.watchlist.add(keys)
    broker.watchlist.pin(keys[0], pinned=True)
    wishes.pin(keys)
    assert broker.watchlist.pins == keys
    wishes.pin(keys)
    assert broker.watchlist.pins == []


@pytest.mark.parametrize(
    ("moving", "step", "order"),
    [
        ((2,), -1, "02134"),
        ((2,), 1, "01324"),
        ((0,), -1, "01234"),
        ((4,), 1, "01234"),
        ((1, 2), -1, "12034"),
        ((1, 2), 1, "03124"),
        ((1, 3), -1, "13024"),
        ((3, 4), 1, "01234"),
    ],
)
def test_contracts_move_together_by_one_place(broker, wishes, moving, step, order):
    keys = calls(5)
    broker.watchlist.add(keys)
    wishes.shift([keys[at] for at in moving], step)
    assert "".join(str(keys.index(each)) for each in broker.watchlist.keys) == order
