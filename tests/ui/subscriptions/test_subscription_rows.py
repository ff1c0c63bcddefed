"""The rows of watched contracts: standing, age, order."""

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from kisopt_gui.market.book import book_key
from kisopt_gui.market.link import Link
from kisopt_gui.ui.subscriptions.rows import MIME, SubscriptionRows
from kisopt_gui.ui.subscriptions.standing import Tone
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State


def key(code):
    return Key("H0IOCNT0", code)


def calls(count, first=0):
    return [key(f"B01612A{serial:02}") for serial in range(first, first + count)]


@pytest.fixture
def rows(broker):
    model = SubscriptionRows(broker.desk)
    broker.watchlist.changed.connect(model.refresh)
    model.tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return model


def noted(rows):
    return [(row.standing.tone, row.standing.note) for row in rows.rows]


def test_every_state_of_a_slot_has_its_tone_and_its_words(broker, rows):
    keys = calls(6)
    broker.watchlist.add(keys)
    broker.trade(keys[0])
    broker.say(
        (keys[0], State.ACTIVE),
        (keys[1], State.ACTIVE),
        (keys[2], State.PENDING),
        (keys[3], State.REJECTED, "OPSP8992"),
        (keys[4], State.WANTED, "OPSP0009"),
        (keys[5], State.WANTED),
        limit=3,
    )
    rows.refresh()
    assert noted(rows) == [
        (Tone.ALIVE, ""),
        (Tone.ALIVE, "체결 대기"),
        (Tone.ASKED, "요청 중"),
        (Tone.REFUSED, "거부: 없는 종목코드"),
        (Tone.ASKED, "재요청"),
        (Tone.WAITING, "슬롯 대기"),
    ]
    assert rows.rows[3].standing.sentence == "서버가 거부했습니다: 없는 종목코드 (OPSP8992)."


@pytest.mark.parametrize(
    ("link", "note"),
    [
        (Link.LIVE, "요청 차례"),
        (Link.SILENT, "요청 차례"),
        (Link.CONNECTING, "연결 대기"),
        (Link.WAITING, "연결 대기"),
        (Link.REFUSED, "연결 대기"),
    ],
)
def test_a_wish_waits_for_the_link_or_for_its_turn(broker, rows, link, note):
    [only] = calls(1)
    broker.watchlist.add([only])
    broker.say((only, State.WANTED), link=link)
    rows.refresh()
    assert rows.rows[0].standing.note == note


def test_a_wish_that_the_feed_has_not_seen_yet_is_next(broker, rows):
    broker.watchlist.add(calls(1))
    assert noted(rows) == [(Tone.ASKED, "요청 차례")]


def test_a_contract_that_has_not_traded_for_a_minute_fades(broker, rows):
    young, old = calls(2)
    broker.watchlist.add([young, old])
    broker.trade(young, seconds_ago=40)
    broker.trade(old, seconds_ago=61)
    broker.serve()
    rows.refresh()
    assert [row.standing.tone for row in rows.rows] == [Tone.ALIVE, Tone.QUIET]
    assert rows.rows[1].age == "1분"


def test_a_contract_without_a_record_has_no_age_rather_than_none_at_all(broker, rows):
    broker.watchlist.add(calls(1))
    assert rows.rows[0].age == "-"


def test_what_is_being_released_stands_last_until_the_broker_confirms(broker, rows):
    kept, gone = calls(2)
    broker.watchlist.add([gone, kept])
    broker.watchlist.remove([gone])
    broker.say((kept, State.ACTIVE), (gone, State.RELEASING))
    rows.refresh()
    assert [row.key for row in rows.rows] == [kept, gone]
    assert rows.rows[1].standing.note == "해제 중"
    assert not rows.flags(rows.index(1)) & Qt.ItemFlag.ItemIsSelectable
    broker.say((kept, State.ACTIVE))
    rows.refresh()
    assert [row.key for row in rows.rows] == [kept]


def test_a_pulse_tells_which_ages_changed_and_repaints_no_other_row(broker, rows):
    heard, silent = calls(2)
    broker.watchlist.add([heard, silent])
    broker.trade(heard, seconds_ago=3)
    broker.serve()
    rows.refresh_ages()
    changed = QSignalSpy(rows.dataChanged)
    rows.rows[0].age = "2.9초"
    assert rows.refresh_ages() == [0]
    assert changed.count() == 0


def test_a_snapshot_that_changes_a_state_is_announced_for_its_row(broker, rows):
    keys = calls(3)
    broker.watchlist.add(keys)
    broker.serve()
    rows.refresh_ages()
    changed = QSignalSpy(rows.dataChanged)
    broker.say((keys[0], State.ACTIVE), (keys[1], State.PENDING), (keys[2], State.ACTIVE))
    rows.refresh_ages()
    assert [changed.at(at)[0].row() for at in range(changed.count())] == [1]


def test_a_snapshot_that_changes_nothing_announces_nothing(broker, rows):
    broker.watchlist.add(calls(3))
    broker.serve()
    rows.refresh_ages()
    changed = QSignalSpy(rows.dataChanged)
    broker.serve()
    rows.refresh_ages()
    assert changed.count() == 0


def test_rows_that_move_take_their_persistent_indexes_along(broker, rows):
    first, second, third = calls(3)
    broker.watchlist.add([first, second, third])
    held = QPersistentModelIndex(rows.index(0))
    broker.watchlist.move([first], 3)
    assert [row.key for row in rows.rows] == [second, third, first]
    assert held.row() == 2


def test_a_reset_of_the_watchlist_keeps_the_rows_that_stay(broker, rows):
    keys = calls(4)
    broker.watchlist.add(keys)
    resets = QSignalSpy(rows.modelReset)
    broker.watchlist.replace([keys[3], key("C01612A18"), keys[0]], [keys[3]])
    assert [row.key for row in rows.rows] == [keys[3], key("C01612A18"), keys[0]]
    assert rows.rows[0].pinned
    assert resets.count() == 0


def test_labels_come_with_the_master_file(make_broker):
    broker = make_broker()
    master, broker.master = broker.master, None
    rows = SubscriptionRows(broker.desk)
    broker.watchlist.add([key("B01612A18")])
    rows.refresh()
    broker.master = master
    rows.refresh_ages()
    assert (rows.rows[0].label, rows.rows[0].expiry) == ("콜 1,085.0", "2026-12")


def test_a_drag_carries_keys_and_codes_in_the_order_of_the_list(broker, rows):
    keys = calls(3)
    broker.watchlist.add(keys)
    data = rows.mimeData([rows.index(2), rows.index(0)])
    assert data.hasFormat(MIME)
    assert data.text() == "B01612A00\nB01612A02"


def test_a_drop_moves_the_keys_between_rows(broker, rows):
    first, second, third = calls(3)
    broker.watchlist.add([first, second, third])
    data = rows.mimeData([rows.index(2)])
    assert rows.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, QModelIndex())
    assert broker.watchlist.keys == [first, third, second]


def test_a_row_is_spoken_as_one_sentence(broker, rows):
    [only] = calls(1, first=18)
    broker.watchlist.add([only])
    broker.watchlist.pin(only, pinned=True)
    broker.trade(only)
    broker.serve()
    rows.refresh()
    rows.rows[0].age = "0.4초"
    spoken = rows.data(rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "콜 1,085.0 2026-12, 수신 중입니다, 마지막 수신 0.4초 전, 고정됨"
    tip = rows.data(rows.index(0), Qt.ItemDataRole.ToolTipRole)
    assert tip == "콜 1,085.0 2026-12  B01612A18\n수신 중입니다.\n마지막 수신 0.4초 전"


def test_it_is_a_model_that_qt_finds_no_fault_with(broker, rows):
    keys = calls(5)
    broker.watchlist.add(keys)
    broker.watchlist.remove(keys[1:3])
    broker.watchlist.move([keys[4]], 0)
    assert isinstance(rows, QAbstractItemModel)
    assert [row.key for row in rows.rows] == [keys[4], keys[0], keys[3]]


@pytest.mark.parametrize("state", list(State))
def test_a_row_is_marked_where_its_order_book_has_a_registration_too(broker, rows, state):
    marked, other = calls(2)
    of_book = book_key(marked)
    broker.watchlist.add([marked, other])
    broker.say((marked, State.ACTIVE), (other, State.ACTIVE), (of_book, state))
    rows.refresh()
    assert [(row.key, row.book) for row in rows.rows] == [(marked, state), (other, None)]
    words = broker.desk.texts(f"subs.book.{state.value}")
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert words in rows.data(rows.index(0), role)
        assert words not in rows.data(rows.index(1), role)
    broker.say((marked, State.ACTIVE), (other, State.ACTIVE))
    rows.refresh()
    assert rows.rows[0].book is None
