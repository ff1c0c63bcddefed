"""The listing is asked for until it is today's; what is kept serves meanwhile."""

from datetime import date

import pytest

from kisopt_gui.app import contracts as module
from kisopt_gui.app.contracts import Contracts
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.listing import Listing, OldListingError
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
