"""What a fresh layout watches: around the money that is known, and never around a guess."""

import asyncio
import math
from datetime import date

import pytest

from kisopt_gui.app import starter
from kisopt_gui.app.starter import EACH_SIDE, anchors, around_the_money, fill
from kisopt_gui.market.contract import Side
from kisopt_gui.market.master import Master
from kisopt_gui.market.overview import underlying
from kisopt_gui.wire.control import Key
from tests.ui.rig import EXPIRY, FUTURE, INDEX, STRIKES, TODAY, Rig, listed, option

WEEKLY = date(2026, 11, 26)


@pytest.fixture
def rig(qapp, monkeypatch):
    """A desk whose fills wait only a moment for a price."""
    monkeypatch.setattr(starter, "_INDEX_WAIT_S", 0.3)
    return Rig()


def filling(rig, master, **more):
    """Begin to fill the watchlist of a desk."""
    return asyncio.create_task(
        fill(rig.watchlist, master, TODAY, rig.clock, lambda: underlying(rig.store), **more)
    )


async def turns():
    for _ in range(5):
        await asyncio.sleep(0)


def strikes(keys, master):
    return [master.contracts[key.code].strike for key in keys if key.tr_id == "H0IOCNT0"]


def chosen(master, index=1085.0, products=("K2I",), today=TODAY, **more):
    return around_the_money(master, products, index, today, **more)


# which --------------------------------------------------------------------------


def test_calls_and_puts_of_nine_strikes_each_side_highest_first():
    master = listed()
    keys = chosen(master, 1085.9)
    wanted = [1085.0 + 2.5 * step for step in range(EACH_SIDE, -EACH_SIDE - 1, -1)]
    assert strikes(keys[::2], master) == wanted
    assert strikes(keys[1::2], master) == wanted
    assert {key.code[0] for key in keys[::2]} == {"B"}
    assert {key.code[0] for key in keys[1::2]} == {"C"}
    assert len(keys) + len([INDEX, FUTURE]) <= 41


@pytest.mark.parametrize(("index", "middle"), [(1086.2, 1085.0), (1086.3, 1087.5), (1085, 1085.0)])
def test_the_middle_is_the_strike_nearest_to_the_index(index, middle):
    master = listed()
    keys = chosen(master, index, each_side=0)
    assert strikes(keys, master) == [middle, middle]


@pytest.mark.parametrize("index", [math.nan, 0.0, -1.0])
def test_without_a_price_nothing_is_guessed(index):
    assert chosen(listed(), index) == []


def test_at_the_end_of_the_listed_strikes_there_are_fewer():
    master = listed()
    keys = chosen(master, 2000.0)
    assert strikes(keys[::2], master) == STRIKES[: -EACH_SIDE - 2 : -1]


def test_what_has_expired_is_not_watched_and_what_expires_today_is():
    master = listed()
    assert chosen(master, today=date(2026, 12, 11)) == []
    assert len(chosen(master, today=EXPIRY)) == 2 * (2 * EACH_SIDE + 1)


def weeklies():
    """The month, a weekly of this week, and one that expired yesterday."""
    contracts = dict(listed().contracts)
    for month, expiry in (("AFB5W", WEEKLY), ("AFA4W", date(2026, 11, 22))):
        for strike in STRIKES:
            each = option(Side.CALL, strike, month=month, product="WKM", expiry=expiry)
            contracts[each.code] = each
    return Master(contracts)


def test_of_several_products_the_one_that_expires_first_wins():
    master = weeklies()
    both = chosen(master, products=("WKM", "WKI", "K2I"))
    assert {master.contracts[key.code].expiry for key in both} == {WEEKLY}
    month = chosen(master, products=("K2I",))
    assert {master.contracts[key.code].expiry for key in month} == {EXPIRY}


def test_a_product_that_is_not_listed_gives_nothing():
    assert chosen(listed(), products=("WKM",)) == []


def test_index_and_near_future_tell_where_the_money_is():
    assert anchors(listed()) == [INDEX, FUTURE]
    assert anchors(Master({})) == [INDEX]


# when ---------------------------------------------------------------------------


async def test_the_strikes_come_with_the_first_price_and_around_it(rig):
    master = listed(money=1060.0)
    begun = []
    task = filling(rig, master, begun=begun.append)
    await turns()
    assert begun == [[INDEX, FUTURE]]
    assert rig.watchlist.keys == [INDEX, FUTURE]
    rig.index(price="1100.10")
    filled = await task
    assert filled == rig.watchlist.keys
    assert strikes(filled, master)[EACH_SIDE * 2] == 1100.0
    assert strikes(rig.watchlist.selected, master) == [1100.0, 1100.0]


async def test_a_price_that_is_known_already_is_not_waited_for(rig, monkeypatch):
    monkeypatch.setattr(starter, "_INDEX_WAIT_S", 30.0)
    rig.index(price="1100.10")
    async with asyncio.timeout(2):
        filled = await filling(rig, listed())
    assert len(filled) == 2 + 2 * (2 * EACH_SIDE + 1)


async def test_the_future_tells_the_money_when_the_index_does_not_come(rig):
    master = listed(money=1060.0)
    task = filling(rig, master)
    await turns()
    rig.future(price="1070.05")
    filled = await task
    assert strikes(filled, master)[EACH_SIDE * 2] == 1070.0


async def test_when_no_price_comes_the_strike_that_the_exchange_marked_is_the_middle(rig):
    master = listed(money=1060.0)
    filled = await filling(rig, master)
    assert strikes(filled, master)[EACH_SIDE * 2] == 1060.0


async def test_with_neither_price_nor_mark_only_the_anchors_are_watched(rig):
    assert await filling(rig, listed()) == [INDEX, FUTURE]
    assert rig.watchlist.keys == [INDEX, FUTURE]
    assert rig.watchlist.selected == []


async def test_a_mark_of_another_product_is_no_mark(rig):
    master = Master(listed().contracts, {("MKI", "202612"): 1060.0})
    assert await filling(rig, master) == [INDEX, FUTURE]


async def test_a_contract_that_the_user_added_meanwhile_is_his_own_and_stays(rig):
    master = listed()
    mine = Key("H0IOCNT0", option(Side.CALL, STRIKES[0]).code)
    task = filling(rig, master)
    await turns()
    rig.watchlist.add([mine])
    rig.index(price="1100.10")
    filled = await task
    assert mine in rig.watchlist
    assert mine not in filled  # a layout that is what it was filled with is not saved


async def test_one_that_is_cancelled_adds_nothing_and_hears_no_more(rig):
    heard = []
    task = asyncio.create_task(
        fill(rig.watchlist, listed(), TODAY, rig.clock, lambda: heard.append(1) or math.nan)
    )
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del heard[:]
    rig.index(price="1100.10")
    await turns()
    assert heard == []
    assert rig.watchlist.keys == [INDEX, FUTURE]
