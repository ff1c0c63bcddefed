"""The first picture, from the embedded broker over loopback, and what happens when it fails."""

from contextlib import asynccontextmanager
from datetime import date
from math import isnan

import pytest

from kisopt_gui.feed.first_picture import Failure, Wishes, first_picture
from kisopt_gui.feed.pace import Limits, Pacer
from kisopt_gui.feed.quotations import Quotations
from kisopt_gui.feed.refusals import (
    KeyRefusedError,
    LateError,
    NoPermissionError,
    NotInPaperError,
    PageError,
    ShapeError,
)
from kisopt_gui.feed.tokens import AppKey, Tokens
from kisopt_gui.market.book import night_key
from kisopt_gui.market.master import parse_master
from kisopt_gui.market.snapshot import Depth, MinuteBars, Terms
from kisopt_gui.market.store import Store
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.exchange import Exchange
from kisopt_gui.wire.control import Key
from tests.feed.peers import FUTURE, INDEX, OPTIONS, inject, running, trading

pytestmark = pytest.mark.e2e

APP = AppKey("picture key", "picture secret")
DAY = date(2026, 11, 23)
FAST = Limits(requests=1000.0, boards=1000.0, tokens=1000.0)
OPENS = 8 * 3600 + 45 * 60.0
FAR = Key("H0IOCNT0", "B01612900")  # 900.0: the board ends above it


@asynccontextmanager
async def asking(*faults, limits=FAST, seconds=5.0, **options):
    """Serve a market; yields the broker, who asks it, and what is listed."""
    async with trading(*faults, **options) as broker:
        pacer = Pacer(limits)
        tokens = Tokens(broker.http_url, APP, pacer)
        yield (
            broker,
            Quotations(broker.http_url, APP, tokens, pacer, seconds),
            parse_master(broker.tape.master(), DAY),
        )


def wishes(*screen, watched=(), charted=()):
    return Wishes(tuple(screen), tuple(watched), DAY, OPENS, 10 * 3600.0, tuple(charted))


async def pieces(quotations, master, wished):
    return [piece async for piece in first_picture(quotations, master, wished)]


def snapshots(found):
    told = [each for piece in found if isinstance(piece, list) for each in piece]
    told += [piece.snapshot for piece in found if isinstance(piece, Depth)]
    return {each.key: each for each in told}


def failures(found):
    return [piece for piece in found if isinstance(piece, Failure)]


async def test_boards_tell_of_all_that_is_watched_with_three_requests():
    async with asking() as (broker, quotations, master):
        found = await pieces(quotations, master, wishes(INDEX, FUTURE, *OPTIONS))
        known = snapshots(found)
        assert failures(found) == []
        assert {INDEX, FUTURE, *OPTIONS} <= known.keys()
        asked = broker.counters()["rest"]["asked"]
        assert asked == {
            "display-board-top": 1,
            "display-board-futures": 1,
            "display-board-callput": 1,
        }
        for key in OPTIONS:
            record = known[key].record
            assert record.code == key.code
            assert record.price > 0
            assert record.volume > 0
            assert 5 < record.implied_volatility < 100
            assert isnan(record.quantity)  # REST knows of no single trade
            assert known[key].as_of.startswith("1000")


async def test_what_the_board_leaves_out_is_asked_for_alone():
    async with asking() as (broker, quotations, master):
        found = await pieces(quotations, master, wishes(OPTIONS[0], watched=(FAR,)))
        assert FAR in snapshots(found)
        asked = broker.counters()["rest"]["asked"]
        assert asked == {
            "display-board-callput": 1,
            "inquire-price": 1,
            "inquire-asking-price": 1,
        }


async def test_minute_bars_reach_from_the_open_to_the_last_minute_that_is_over():
    async with asking(keys=()) as (_, quotations, master):
        key = OPTIONS[0]
        found = await pieces(quotations, master, wishes(key, charted=(key, FUTURE)))
        assert failures(found) == []
        bars = [bar for piece in found if isinstance(piece, MinuteBars) for bar in piece.bars]
        assert len(bars) == 2 * 75
        assert {bar.start for bar in bars} == {OPENS + 60 * at for at in range(75)}


async def test_the_picture_is_replaced_by_the_stream_and_counts_in_nothing():
    async with asking(keys=OPTIONS) as (broker, quotations, master):
        store, key = Store(), OPTIONS[0]
        for piece in await pieces(quotations, master, wishes(*OPTIONS, charted=OPTIONS[:1])):
            if isinstance(piece, list):
                store.fill(piece)
            elif isinstance(piece, MinuteBars):
                store.backfill(piece)
        told = store.snapshot(key)
        assert told is not None
        assert (store.records, store.contracts(), store.lost) == (0, [], 0)
        async with running(broker.source, *OPTIONS) as line:
            line.store = store
            await line.until_trading()
        assert store.snapshot(key) is None
        record = store.record(key)
        assert record.volume >= told.record.volume
        assert store.lost == store.gaps == 0
        assert store.watched(key).trades > 0
        series = store.series(key)
        series.refresh()
        assert series.borrowed == 4 * 75
        assert series.length == series.borrowed + store.watched(key).trades
        # The volume of the day goes on where the bars end.
        first = series.volume[series.borrowed]
        assert series.volume[series.borrowed - 1] <= first
        assert (series.seconds[1:] >= series.seconds[:-1]).all()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("rest-html", PageError),
        ("rest-no-key", ShapeError),
        ("no-permission", NoPermissionError),
        ("refuse-key", KeyRefusedError),
        ("rest-slow=2", LateError),
    ],
)
async def test_a_fault_is_one_clear_error_an_item_and_then_the_picture_is_had(fault, error):
    async with asking(fault, seconds=0.3) as (broker, quotations, master):
        quotations._tokens._http = broker.http_url
        try:
            found = await pieces(quotations, master, wishes(*OPTIONS))
            assert failures(found)
            assert {type(each.error) for each in failures(found)} == {error}
            assert snapshots(found) == {}
            assert len(failures(found)) <= 1 + 2 * len(OPTIONS)
        finally:
            await inject(broker, "none")
        found = await pieces(quotations, master, wishes(*OPTIONS))
        assert failures(found) == []
        assert set(OPTIONS) <= snapshots(found).keys()


async def test_paper_trading_has_no_boards_and_is_asked_one_by_one():
    async with asking("paper", "rest-limit=1000") as (broker, quotations, master):
        found = await pieces(quotations, master, wishes(*OPTIONS, charted=OPTIONS))
        assert {type(each.error) for each in failures(found)} == {NotInPaperError}
        assert set(OPTIONS) <= snapshots(found).keys()
        asked = broker.counters()["rest"]["asked"]
        assert asked["inquire-price"] == asked["inquire-asking-price"] == len(OPTIONS)
        # What paper trading does not have is not asked for over and over.
        assert asked["display-board-callput"] == 1
        assert asked["inquire-time-fuopchartprice"] <= 4


async def test_a_run_that_is_given_up_leaves_nothing_behind():
    async with asking("rest-slow=3") as (_, quotations, master):
        run = first_picture(quotations, master, wishes(*OPTIONS))
        step = run.__anext__()
        import asyncio

        task = asyncio.ensure_future(step)
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await run.aclose()
        left = [each for each in asyncio.all_tasks() if "_Run" in repr(each)]
        assert left == []


async def test_the_broker_confirms_when_a_contract_is_traded_last():
    async with asking() as (_, quotations, master):
        wished = Wishes((), (), DAY, OPENS, 10 * 3600.0, unconfirmed=(OPTIONS[0], INDEX))
        (found,) = await pieces(quotations, master, wished)
        assert isinstance(found, Terms)
        assert found.last_trading_day == master.get(OPTIONS[0].code).expiry


async def test_an_order_book_that_is_shown_is_asked_for_though_a_board_told_of_the_contract():
    async with asking() as (_, quotations, master):
        wished = Wishes((OPTIONS[0],), (), DAY, OPENS, 10 * 3600.0, books=(OPTIONS[0],))
        found = await pieces(quotations, master, wished)
        (depth,) = [piece for piece in found if isinstance(piece, Depth)]
        assert depth.snapshot.key == OPTIONS[0]
        assert len(depth.asks) == len(depth.bids) == 5


async def test_by_night_no_board_is_asked_for_and_each_contract_is_in_its_own_market():
    night = [night_key(key) for key in OPTIONS[:2]]
    exchange = Exchange(1, DAY, "19:30:00", 200.0)
    async with Broker(exchange) as broker:
        pacer = Pacer(FAST)
        tokens = Tokens(broker.http_url, APP, pacer)
        quotations = Quotations(broker.http_url, APP, tokens, pacer, 5.0)
        master = parse_master(exchange.master(), DAY).by(night=True)
        wished = Wishes(
            tuple(night), (), DAY, 18 * 3600.0, 19.5 * 3600.0, (night[0],), (), (night[0],)
        )
        found = await pieces(quotations, master, wished)
    assert failures(found) == []
    assert set(night) <= snapshots(found).keys()
    assert broker.rest.asked.keys() == {
        "inquire-price",
        "inquire-asking-price",
        "inquire-time-fuopchartprice",
    }
    (bars,) = [piece for piece in found if isinstance(piece, MinuteBars)]
    assert all(18 * 3600 <= bar.start < 19.5 * 3600 for bar in bars.bars)
