"""Order books of the simulated market: the same as its trades and its REST say."""

from itertools import pairwise

import msgspec
import pytest

from kisopt_gui.market.book import Book
from kisopt_gui.simulator.exchange import Exchange
from kisopt_gui.simulator.market import Market
from kisopt_gui.simulator.rest_rows import asking_price
from kisopt_gui.wire.codec import read_frame, read_records
from kisopt_gui.wire.control import Key

OPTION, FUTURE = "B01612A34", "A01612"
BOOKS = [("H0IOCNT0", "H0IOASP0", OPTION), ("H0IFCNT0", "H0IFASP0", FUTURE)]


def told(frames):
    """Records by stream, in order."""
    found = {}
    for text in frames:
        frame = read_frame(text)
        found.setdefault(frame.shape.stream.tr_id, []).extend(read_records(frame))
    return found


def sides(record):
    book = Book.of_record(Key("H0IOASP0", record.code), record, 0.0)
    return book.asks, book.bids


@pytest.mark.parametrize(("trades", "books", "code"), BOOKS)
def test_its_best_prices_and_totals_are_those_of_the_trades(trades, books, code):
    market = Market(1, start="10:00:00", rate=200)
    market.subscribe(trades, code)
    market.subscribe(books, code)
    checked = 0
    newest = None
    for _ in range(400):
        found = told(market.advance(0.2))
        trade = found.get(trades, [None])[-1] or newest
        newest = trade
        for record in found.get(books, [])[-1:]:
            if trade is None:
                continue
            asks, bids = sides(record)
            assert (asks[0].price, bids[0].price) == pytest.approx(
                (trade.ask, trade.bid), nan_ok=True
            )
            if asks[0].price > 0 and bids[0].price > 0:
                assert (asks[0].quantity, bids[0].quantity) == (
                    trade.ask_quantity,
                    trade.bid_quantity,
                )
                assert record.total_ask_quantity == trade.total_ask_quantity
                checked += 1
    assert checked > 50


@pytest.mark.parametrize(("trades", "books", "code"), BOOKS)
def test_steps_go_away_from_the_best_by_a_tick_and_never_exceed_the_total(trades, books, code):
    market = Market(2, start="10:00:00", rate=400)
    market.subscribe(trades, code)
    market.subscribe(books, code)
    for record in told(market.advance(30.0))[books]:
        asks, bids = sides(record)
        for levels, way in ((asks, 1), (bids, -1)):
            prices = [level.price for level in levels if level.price > 0]
            assert all((b - a) * way > 0 for a, b in pairwise(prices))
            assert all(level.orders <= level.quantity for level in levels if level.price > 0)
        assert sum(x.quantity for x in asks if x.price > 0) <= record.total_ask_quantity
        assert sum(x.quantity for x in bids if x.price > 0) <= record.total_bid_quantity


def test_a_book_is_told_at_most_five_times_a_second_and_only_when_it_has_changed():
    market = Market(1, start="10:00:00", rate=2000)
    market.subscribe("H0IFCNT0", FUTURE)
    market.subscribe("H0IFASP0", FUTURE)
    assert len(told(market.advance(10.0))["H0IFASP0"]) <= 50
    closed = Market(1, start="16:00:00", rate=2000)
    closed.subscribe("H0IFASP0", FUTURE)
    assert closed.advance(10.0) == []


def test_a_book_moves_also_where_nobody_watches_the_trades():
    market = Market(1, start="10:00:00", rate=50)
    market.subscribe("H0IFASP0", FUTURE)
    records = told(market.advance(20.0))["H0IFASP0"]
    assert len({record[2:] for record in map(msgspec.structs.astuple, records)}) > 5


def test_whoever_watches_books_changes_no_trade():
    plain, beside = (Market(7, start="10:00:00", rate=300) for _ in range(2))
    for market in (plain, beside):
        market.subscribe("H0IOCNT0", OPTION)
        market.subscribe("H0IFCNT0", FUTURE)
    beside.subscribe("H0IOASP0", OPTION)
    texts = [text for text in beside.advance(20.0) if "ASP0" not in text[:12]]
    assert texts == plain.advance(20.0)


def test_rest_tells_the_same_book():
    exchange = Exchange(1, start="10:00:00", rate=200)
    exchange.subscribe("H0IOCNT0", OPTION)
    exchange.subscribe("H0IOASP0", OPTION)
    record = None
    while record is None:
        exchange.advance(0.19)
        frames = told(exchange.advance(0.01)).get("H0IOASP0")
        record = frames[-1] if frames else None
    rows = asking_price(exchange, "O", OPTION)["output2"]
    asks, _ = sides(record)
    assert [float(rows[f"futs_askp{step}"]) for step in range(1, 6)] == [x.price for x in asks]
    assert [float(rows[f"askp_rsqn{step}"]) for step in range(1, 6)] == [x.quantity for x in asks]
    assert [float(rows[f"askp_csnu{step}"]) for step in range(1, 6)] == [x.orders for x in asks]
