"""The turn of a market that nobody watched: a machine that slept through an opening."""

from datetime import datetime

import pytest

from kisopt_gui.app.contracts import Contracts
from kisopt_gui.app.turn import Turn
from kisopt_gui.ui.layout_controller import LayoutController
from kisopt_gui.wire.control import Key
from tests.ui.rig import CALL, FUTURE, PUT, Rig, listed

NIGHT_CALL = Key("H0EUCNT0", CALL.code)


class Clock:
    """What time it is on the market, as a test says."""

    night = False

    def __init__(self):
        self.now = None

    def moment(self, *_):
        return datetime.fromisoformat(self.now)


class Layouts:
    """Counts how often a layout around the money is filled anew."""

    automatic = False
    refilled = 0

    def refill(self):
        self.refilled += 1


async def _nothing(*_):
    return


class Market:
    def __init__(self):
        self.rig, self.clock, self.layouts, self.told = Rig(), Clock(), Layouts(), []
        self.rig.desk.market_clock = self.clock
        self.contracts = Contracts(self.rig.watchlist, _nothing, self.told.append)
        self.contracts.master = listed()
        self.renewed = 0
        self.contracts.renew = self._renew
        self.turn = Turn(
            lambda: self.rig.desk, self.contracts, lambda: self.layouts, self.told.append
        )
        self.rig.watchlist.add([CALL, PUT, FUTURE])

    def _renew(self):
        self.renewed += 1

    def at(self, now):
        self.clock.now = now
        self.turn.look()


@pytest.fixture
def market(qapp):
    return Market()


@pytest.mark.parametrize(
    "waking", ["2026-11-24 10:00", "2026-11-24 17:30", "2026-11-24 19:00", "2026-11-25 02:00"]
)
def test_whenever_it_wakes_the_day_before_is_forgotten(market, waking):
    market.at("2026-11-23 20:00")
    market.rig.option()
    assert market.rig.store.contracts()
    market.at(waking)
    assert market.rig.store.contracts() == []
    assert (market.renewed, market.layouts.refilled) == (1, 1)
    market.at(waking)
    assert market.renewed == 1


def test_one_day_and_its_night_are_one(market):
    for now in ("08:30", "12:00", "15:46", "17:50", "20:00"):
        market.at(f"2026-11-23 {now}")
    market.at("2026-11-24 05:00")
    market.at("2026-11-24 08:29")
    assert market.renewed == 0
    market.at("2026-11-24 08:30")
    assert market.renewed == 1


def test_what_had_its_last_trading_day_has_no_night(market):
    market.at("2026-12-10 14:00")
    assert not market.told
    market.at("2026-12-10 17:50")
    assert market.rig.watchlist.keys == []
    assert [type(each).__name__ for each in market.told] == ["ExpiredError"]
    assert market.layouts.refilled == 1
    assert market.contracts.master.front_future() is None


def test_an_ordinary_night_has_the_same_contracts(market):
    market.at("2026-12-09 14:00")
    market.at("2026-12-09 17:50")
    assert NIGHT_CALL in market.rig.watchlist.keys
    assert len(market.rig.watchlist.keys) == 3
    assert market.told == []


def test_the_stand_in_has_what_the_turn_uses():
    assert {"refill", "automatic", "filled"} <= {*dir(LayoutController)}
