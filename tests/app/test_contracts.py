"""The listing is asked for until it is today's; what is kept serves meanwhile."""

import asyncio
from datetime import date, datetime

import pytest

from kisopt_gui.app import contracts as module
from kisopt_gui.app.contracts import Contracts
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.listing import Listing, OldListingError
from kisopt_gui.market.contract import PRODUCTS, Contract, Side
from kisopt_gui.market.master import Master
from kisopt_gui.ui.watchlist import Watchlist

DAY = date(2026, 11, 23)


class GoneError(KisOptError):
    """Nobody answers."""

    english = korean = "nobody answers"


@pytest.fixture
def told(monkeypatch, qapp):
    monkeypatch.setattr(module, "_AGAIN_S", (0.0,))
    monkeypatch.setattr(module, "_LATER_S", 0.0)
    return []


def asking(*outcomes):
    left = list(outcomes)

    async def ask():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    ask.left = left
    return ask


async def nothing(_kind, _master, _day):
    return


def listing(problem=None):
    return Listing(Master({}, {}, 0, 0), DAY, problem)


@pytest.mark.logs_warnings
async def test_what_the_broker_said_of_an_expiry_holds_in_the_next_listing_too(told):
    future = Contract("A01612", Side.FUTURE, PRODUCTS["K2I"], float("nan"), DAY, "202612")
    listed = Listing(Master({"A01612": future}), DAY, None)
    contracts = Contracts(Watchlist(), nothing, told.append)
    await contracts.fetch(asking(listed))
    contracts.confirm("A01612", date(2026, 11, 20))
    await contracts.fetch(asking(listed))
    assert contracts.master.get("A01612").expiry == date(2026, 11, 20)


async def test_what_is_over_is_offered_no_more_whenever_it_was_listed(told):
    k2i = PRODUCTS["K2I"]
    expiries = {"A01612": date(2026, 12, 10), "A01703": date(2027, 3, 11)}
    listed = Listing(
        Master(
            {
                code: Contract(code, Side.FUTURE, k2i, float("nan"), expiry, f"20{code[3:]}")
                for code, expiry in expiries.items()
            }
        ),
        DAY,
        None,
    )
    contracts = Contracts(Watchlist(), nothing, told.append)
    contracts.live_from(date(2026, 12, 10))
    await contracts.fetch(asking(listed))
    assert contracts.master.front_future().code == "A01612"
    contracts.live_from(date(2026, 12, 11))
    assert contracts.master.front_future().code == "A01703"
    await contracts.fetch(asking(listed))
    contracts.turn(night=True)
    assert contracts.master.front_future().code == "A01703"
    assert contracts.master.get("A01612") is not None


async def test_after_errors_it_is_asked_for_again_until_it_is_there(told):
    contracts = Contracts(Watchlist(), nothing, told.append)
    ask = asking(GoneError(), GoneError(), GoneError(), listing())
    await contracts.fetch(ask)
    assert [type(each).__name__ for each in told] == ["GoneError"] * 3 + ["NoneType"]
    assert contracts.day == DAY
    assert ask.left == []


async def test_an_old_one_serves_until_todays_comes(told):
    contracts = Contracts(Watchlist(), nothing, lambda each: told.append((each, contracts.master)))
    old, new = listing(OldListingError("2026-11-20 15:45", GoneError())), listing()
    await contracts.fetch(asking(old, new))
    assert [master for _, master in told] == [old.master, new.master]
    assert [type(each).__name__ for each, _ in told] == ["OldListingError", "NoneType"]


async def test_todays_is_not_asked_for_twice(told):
    ask = asking(listing(), listing())
    await Contracts(Watchlist(), nothing, told.append).fetch(ask)
    assert len(ask.left) == 1


# the turn of the day ----------------------------------------------------------------


def option(code, expiry):
    return Contract(code, Side.CALL, PRODUCTS["K2I"], 1085.0, expiry, "202612")


LISTED = Master({each.code: each for each in (option("B01612A34", date(2026, 12, 10)),)})


async def test_a_new_day_is_fetched_when_it_begins_and_not_before(told):
    contracts = Contracts(Watchlist(), nothing, told.append)
    ask = asking(Listing(LISTED, DAY), Listing(LISTED, date(2026, 11, 24)))
    running = asyncio.create_task(contracts.keep(ask))
    await asyncio.sleep(0.05)
    assert contracts.day == DAY
    contracts.renew()
    await asyncio.sleep(0.05)
    assert contracts.day == date(2026, 11, 24)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_by_night_what_is_fetched_is_looked_at_as_it_trades_by_night(told):
    contracts = Contracts(Watchlist(), nothing, told.append)
    await contracts.fetch(asking(Listing(LISTED, DAY)))
    contracts.turn(night=True)
    assert contracts.master.contracts["B01612A34"].tr_id == "H0EUCNT0"
    await contracts.fetch(asking(Listing(LISTED, DAY)))
    assert contracts.master.contracts["B01612A34"].tr_id == "H0EUCNT0"
    contracts.turn(night=False)
    assert contracts.master.contracts["B01612A34"].tr_id == "H0IOCNT0"


@pytest.mark.logs_warnings
async def test_the_brokers_word_on_an_expiry_holds_and_is_logged(told, caplog):
    contracts = Contracts(Watchlist(), nothing, told.append)
    contracts.confirm("B01612A34", date(2026, 12, 9))  # nothing is listed yet
    await contracts.fetch(asking(Listing(LISTED, DAY)))
    contracts.confirm("B01612A34", date(2026, 12, 10))
    assert caplog.text == ""
    contracts.confirm("B01612A34", date(2026, 12, 9))
    assert contracts.master.contracts["B01612A34"].expiry == date(2026, 12, 9)
    assert "2026-12-09" in caplog.text


async def test_what_the_source_says_of_its_clock_is_kept(told):
    contracts = Contracts(Watchlist(), nothing, told.append)
    clock = datetime(2026, 11, 23, 18, 0)
    await contracts.fetch(asking(Listing(LISTED, DAY, None, clock, 5.0, 2.0)))
    assert contracts.clock == (clock, 5.0, 2.0)
