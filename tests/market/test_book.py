"""Order books: from frames to the newest state, with its age, and never a trade."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.market.book import STEPS, Book, book_key, day_key, night_key, trade_key
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.overview import INDEX_KEY, newest_time, overview
from kisopt_gui.market.snapshot import Depth, Level, snapshot
from kisopt_gui.market.store import MOST_CONTRACTS, Store
from kisopt_gui.wire.codec import FieldError, read_frame, read_record
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import BOOK_OF, INDEX_OPTION, NIGHT_OF, STREAMS
from tests.records import BOOK_STREAMS, captured, frame, named, record, thorough, trades

OPTION_BOOK = STREAMS["H0IOASP0"]
CODE = "B01610A34"
KEY = Key("H0IOASP0", CODE)
TRADE_KEY = Key("H0IOCNT0", CODE)

by_book = pytest.mark.parametrize("stream", BOOK_STREAMS, ids=named)


def book(**values):
    """Return the text of a SYNTHETIC frame of one option's book."""
    return frame(record(OPTION_BOOK, **values), stream=OPTION_BOOK)


def flushed(*frames, received=1.0):
    intake = Intake()
    for text in frames:
        intake.add(read_frame(text))
    return intake.flush(received)


def store_of(*frames, received=1.0, store=None):
    """Return a store that has taken in frames of one read of the socket."""
    store = store if store is not None else Store()
    batches, errors = flushed(*frames, received=received)
    assert errors == []
    store.apply(batches)
    return store


def is_none(level):
    return all(math.isnan(value) for value in (level.price, level.quantity, level.orders))


def prices(levels):
    return [level.price for level in levels]


# what one read brought --------------------------------------------------------


@by_book
def test_of_what_came_together_only_the_newest_book_of_a_contract_is_kept(stream):
    texts = [record(stream, code=code, ask1=f"{at}.05") for at, code in enumerate("ABABBC")]
    several, alone = frame(*texts[:4], stream=stream), [frame(t, stream=stream) for t in texts[4:]]
    [batch], errors = flushed(several, *alone, received=7.5)
    assert errors == []
    assert (batch.stream, batch.received) == (stream, 7.5)
    assert batch.codes == [b"A", b"B", b"C"]
    assert batch.texts == [texts[2], texts[4], texts[5]]
    assert batch.counts == [2, 3, 1]
    assert len(batch.rows) == 3
    assert all(math.isnan(number) for row in batch.rows for number in row.item())


def test_books_of_two_widths_are_one_state():
    """The broker may add fields while the program runs."""
    old, new = record(OPTION_BOOK), record(OPTION_BOOK, extra=["", "000000"], ask1="11.55")
    [batch], _ = flushed(frame(old, stream=OPTION_BOOK), frame(new, stream=OPTION_BOOK))
    assert (batch.texts, batch.counts) == ([new], [2])


def test_trades_that_came_with_books_are_all_kept_in_order():
    texts = trades(10, 11, 12)
    batches, _ = flushed(frame(texts[0]), book(), frame(*texts[1:]), book())
    [traded] = [batch for batch in batches if not batch.stream.is_book]
    assert (traded.texts, list(traded.counts)) == (texts, [])
    [books] = [batch for batch in batches if batch.stream.is_book]
    assert books.counts == [2]


@thorough
@given(
    st.lists(
        st.tuples(st.sampled_from(BOOK_STREAMS), st.sampled_from("ABCD"), st.integers(1, 999)),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 7),
)
def test_a_store_knows_the_newest_book_however_the_reads_were_cut(came, together):
    store, newest = Store(), {}
    for at in range(0, len(came), together):
        part = came[at : at + together]
        frames = [
            frame(record(stream, code=code, ask_quantity1=quantity), stream=stream)
            for stream, code, quantity in part
        ]
        store_of(*frames, received=float(at), store=store)
        newest |= {Key(stream.tr_id, code): (q, float(at)) for stream, code, q in part}
    assert store.records == len(came)
    for key, (quantity, received) in newest.items():
        found = store.book(key)
        assert (found.asks[0].quantity, found.received) == (quantity, received)
        assert store.watched(key).trades == sum(Key(s.tr_id, c) == key for s, c, _ in came)


# a state, no trade ------------------------------------------------------------


def test_every_book_is_counted_and_the_newest_tells_its_age():
    store = store_of(book(), book(ask1="11.55"), received=5.0)
    assert store.records == 2
    store_of(book(ask1="11.50", time="092210"), received=6.25, store=store)
    watched = store.watched(KEY)
    assert (store.records, watched.trades, watched.revision) == (3, 3, 2)
    found = store.book(KEY)
    assert (found.received, found.time, found.asks[0].price) == (6.25, "092210", 11.50)


def test_books_are_in_no_list_of_contracts_and_in_no_log_of_trades():
    store = store_of(book(), frame(record()))
    assert [watched.key.tr_id for watched in store.contracts()] == ["H0IOCNT0"]
    assert store.history.total == 1
    series = store.series(KEY)
    series.refresh()
    assert series.length == 0
    store_of(frame(record(code="B01610A37")), store=store)
    series.refresh()
    assert series.length == 0  # it does not take the number of the next contract
    assert len(store.contracts()) == 2


def test_a_book_stream_never_changes_what_was_lost():
    store = store_of(frame(*trades(10, 11, 15)))
    lost = (store.lost, store.gaps)
    assert lost == (3, 1)
    for quantity in range(50):
        store_of(book(total_ask_quantity=quantity, ask_quantity1=quantity), store=store)
    store_of(frame(*trades(16, start="100010")), store=store)
    assert (store.lost, store.gaps) == lost
    assert store.watched(KEY).ledger.lost == 0


def test_a_store_that_has_books_only_tells_nothing_of_trades():
    store = store_of(book())
    assert (store.contracts(), store.lost, store.gaps, store.bad) == ([], 0, 0, 0)
    assert math.isnan(newest_time(store))
    assert math.isnan(overview(store, None, None).index.price)
    assert store.snapshot(KEY) is None


def test_trades_and_book_of_one_contract_are_two_keys():
    store = store_of(frame(record()), book())
    assert store.watched(TRADE_KEY).stream is INDEX_OPTION
    assert store.watched(KEY).stream is OPTION_BOOK
    assert store.record(KEY).ask1 == 11.60
    assert store.book(TRADE_KEY) is None
    assert store.book(KEY).asks[0].price == store.record(TRADE_KEY).ask


def test_a_book_is_read_once_until_the_next_one():
    store = store_of(book())
    first = store.book(KEY)
    assert store.book(KEY) is first
    store_of(book(), store=store)
    assert store.book(KEY) is not first
    assert store.book(Key("H0IOASP0", "OTHER")) is None


def test_a_book_that_cannot_be_read_is_none_and_counted_once():
    store = store_of(book())
    store_of(book(bid_orders3="x"), store=store)
    for _ in range(3):
        assert store.book(KEY) is None
    assert store.bad == 1
    [error] = store.errors
    assert isinstance(error, FieldError)
    assert "BIDP_CSNU3" in str(error)
    store_of(book(), store=store)
    assert store.book(KEY) is not None
    assert store.bad == 1


def test_contracts_past_the_first_65536_have_no_book(monkeypatch):
    monkeypatch.setattr("kisopt_gui.market.store.MOST_CONTRACTS", 2)
    store = store_of(*[book(code=code) for code in ("A", "B", "C", "C")])
    assert (store.records, store.surplus) == (2, 2)
    assert store.book(Key("H0IOASP0", "C")) is None
    assert MOST_CONTRACTS == 65536


# what a book says -------------------------------------------------------------


def test_a_book_holds_five_steps_a_side_best_first():
    found = store_of(book()).book(KEY)
    assert (found.key, found.time, found.from_rest, found.as_of) == (KEY, "092203", False, "")
    assert prices(found.asks) == [11.60, 11.65, 11.70, 11.75, 11.80]
    assert prices(found.bids) == [11.50, 11.45, 11.40, 11.35, 11.30]
    assert found.asks[0] == Level(11.60, 33, 3)
    assert found.bids[4] == Level(11.30, 110, 17)
    assert (found.ask_quantity, found.bid_quantity) == (1840, 1627)
    assert (found.ask_orders, found.bid_orders) == (181, 173)
    assert (found.ask_change, found.bid_change) == (-6, 9)
    assert not found.crossed
    assert found.spread == pytest.approx(0.10)
    assert found.mid == pytest.approx(11.55)
    assert found.imbalance == (1627 - 1840) / (1627 + 1840)


@pytest.mark.parametrize("none", ["0", "0.00", "", "nan"])
def test_a_step_without_a_price_is_missing_whole(none):
    found = store_of(book(ask4=none, ask_quantity4="0", ask_orders4="0", ask5=none)).book(KEY)
    assert prices(found.asks[:3]) == [11.60, 11.65, 11.70]
    for level in found.asks[3:]:
        assert is_none(level)


def test_no_contracts_at_an_existing_price_are_none_and_not_missing():
    found = store_of(book(ask_quantity2="0", ask_orders2="0")).book(KEY)
    assert found.asks[1] == Level(11.65, 0, 0)


def test_contracts_without_an_order_mean_that_orders_were_not_counted():
    found = store_of(book(ask_orders1="0", total_ask_orders="0")).book(KEY)
    assert (found.asks[0].price, found.asks[0].quantity) == (11.60, 33)
    assert math.isnan(found.asks[0].orders)
    assert found.asks[1].orders == 4
    assert math.isnan(found.ask_orders)
    assert found.bid_orders == 173


def test_a_total_of_0_beside_contracts_was_not_told():
    found = store_of(book(total_bid_quantity="0")).book(KEY)
    assert math.isnan(found.bid_quantity)
    assert math.isnan(found.imbalance)


def empty(side):
    return {
        f"{side}{part}{step}": "0" for part in ("", "_orders", "_quantity") for step in range(1, 6)
    }


@pytest.mark.parametrize("side", ["ask", "bid"])
def test_a_side_that_is_empty_leaves_no_spread_and_no_middle(side):
    totals = {f"total_{side}_quantity": "0", f"total_{side}_orders": "0"}
    found = store_of(book(**empty(side), **totals)).book(KEY)
    levels = found.asks if side == "ask" else found.bids
    assert len(levels) == STEPS
    assert all(is_none(level) for level in levels)
    assert (found.ask_quantity if side == "ask" else found.bid_quantity) == 0
    assert math.isnan(found.spread)
    assert math.isnan(found.mid)
    assert not found.crossed
    assert found.imbalance == (1 if side == "ask" else -1)


def test_an_empty_book_has_no_imbalance():
    totals = {"total_ask_quantity": "0", "total_bid_quantity": "0"}
    found = store_of(book(**empty("ask"), **empty("bid"), **totals)).book(KEY)
    assert (found.ask_quantity, found.bid_quantity) == (0, 0)
    assert math.isnan(found.imbalance)


@pytest.mark.parametrize(("bid", "crossed"), [("11.55", False), ("11.60", True), ("11.65", True)])
def test_a_crossed_book_is_marked_and_not_repaired(bid, crossed):
    found = store_of(book(bid1=bid)).book(KEY)
    assert found.crossed is crossed
    assert (found.asks[0].price, found.bids[0].price) == (11.60, float(bid))
    assert found.spread == pytest.approx(11.60 - float(bid))
    assert math.isnan(found.mid) is crossed


def test_the_night_samples_of_the_broker_are_books():
    store = store_of(
        *captured("portal_H0EUASP0.txt"), *captured("portal_H0MFASP0_extra_fields.txt")
    )
    option = store.book(Key("H0EUASP0", "301V06362"))
    assert option.asks[0].price == 2.98
    assert option.bids[2].quantity == 16
    assert is_none(option.asks[3])
    assert math.isnan(option.asks[0].orders)
    assert math.isnan(option.ask_orders)
    assert (option.ask_quantity, option.bid_quantity, option.ask_change) == (16, 46, 5)
    assert option.spread == pytest.approx(0.01)
    future = store.book(Key("H0MFASP0", "101V06"))
    assert (future.bids[0].price, future.bids[0].quantity) == (367.30, 2)
    assert math.isnan(future.ask_quantity)  # 0 beside 66 contracts in its steps
    assert math.isnan(future.ask_change)


numbers = st.sampled_from(["0", "0.00", "", "nan", "1", "7", "11.55", "11.60", "11.65", "1e30"])


@thorough
@given(st.sampled_from(BOOK_STREAMS), st.lists(numbers, min_size=36, max_size=36))
def test_any_numbers_make_a_book_whose_missing_steps_hold_nothing(stream, texts):
    key = Key(stream.tr_id, CODE)
    one = read_record(stream, "^".join([CODE, "100000", *texts]))
    found = Book.of_record(key, one, 1.0)
    for side in (found.asks, found.bids):
        assert len(side) == STEPS
        for level in side:
            assert level.price != 0
            assert level.price == level.price or is_none(level)
    assert not math.isnan(found.received)
    assert not (found.crossed and found.mid == found.mid)
    assert math.isnan(found.imbalance) or abs(found.imbalance) <= 1
    assert found.crossed == (found.spread <= 0)


# REST's picture ---------------------------------------------------------------


def depth(key=TRADE_KEY, asks=3, **told):
    """Return a SYNTHETIC answer of REST with ``asks`` steps a side."""
    texts = {"ask": "11.60", "bid": "11.50", "total_ask_quantity": "95", **told}
    return Depth(
        asks=tuple(Level(11.60 + 0.05 * at, 10.0 + at, 2.0) for at in range(asks)),
        bids=tuple(Level(11.50 - 0.05 * at, 20.0 + at, 0.0) for at in range(asks)),
        accepted="090004",
        snapshot=snapshot(key, texts, "090005", 3.5),
    )


def test_the_picture_of_rest_is_a_book_that_says_so():
    found = Book.of_depth(depth())
    assert (found.key, found.from_rest) == (KEY, True)
    assert (found.time, found.as_of, found.received) == ("090004", "090005", 3.5)
    assert found.asks[0] == Level(11.60, 10, 2)
    assert is_none(found.asks[3])
    assert len(found.asks) == len(found.bids) == STEPS
    assert math.isnan(found.bids[0].orders)
    assert found.ask_quantity == 95
    assert math.isnan(found.bid_quantity)
    assert math.isnan(found.ask_orders)
    assert math.isnan(found.ask_change)
    assert found.spread == pytest.approx(0.10)


@pytest.mark.parametrize("asks", [0, 5, 10])
def test_rest_may_tell_fewer_steps_or_more(asks):
    found = Book.of_depth(depth(asks=asks))
    assert len(found.asks) == len(found.bids) == STEPS
    assert sum(not math.isnan(price) for price in prices(found.asks)) == min(asks, STEPS)


def test_rest_has_no_book_of_an_index():
    with pytest.raises(ValueError, match="H0UPCNT0"):
        Book.of_depth(depth(key=INDEX_KEY))


def test_the_picture_of_rest_stands_until_the_stream_tells_a_book():
    store = Store()
    told = Book.of_depth(depth())
    store.fill_book(told)
    assert store.filled == 1
    assert store.book(KEY) is told
    assert store.watched(KEY) is None
    store_of(frame(record()), store=store)  # a trade says nothing of the book
    assert store.book(KEY) is told
    store_of(book(), received=4.0, store=store)
    assert not store.book(KEY).from_rest
    store.fill_book(told)
    assert store.filled == 1
    assert store.book(KEY).received == 4.0


# keys -------------------------------------------------------------------------


@pytest.mark.parametrize(("trade", "booked"), BOOK_OF.items())
def test_a_contract_with_a_book_and_back(trade, booked):
    assert book_key(Key(trade, CODE)) == Key(booked, CODE)
    assert trade_key(Key(booked, CODE)) == Key(trade, CODE)
    assert book_key(Key(booked, CODE)) is None
    assert trade_key(Key(trade, CODE)) is None


@pytest.mark.parametrize(("day", "night"), NIGHT_OF.items())
def test_a_contract_by_day_and_by_night(day, night):
    assert night_key(Key(day, CODE)) == night_key(Key(night, CODE)) == Key(night, CODE)
    assert day_key(Key(night, CODE)) == day_key(Key(day, CODE)) == Key(day, CODE)


def test_an_index_has_neither_book_nor_night():
    assert book_key(INDEX_KEY) is None
    assert trade_key(INDEX_KEY) is None
    assert night_key(INDEX_KEY) is None
    assert day_key(INDEX_KEY) == INDEX_KEY
