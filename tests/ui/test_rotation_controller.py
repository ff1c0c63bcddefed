"""The slots follow the money: in the watchlist, and on the wire at accelerated time."""

import asyncio
from bisect import bisect_left
from datetime import date
from time import perf_counter

import pytest
from qasync import QEventLoop

from kisopt_gui.feed.connection import Connection
from kisopt_gui.feed.host import FeedHost
from kisopt_gui.feed.source import Source
from kisopt_gui.market.contract import Side
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.master import parse_master
from kisopt_gui.market.rotation import Reason, Rotation
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.faults import parse_fault
from kisopt_gui.simulator.market import Market
from kisopt_gui.ui import theme
from kisopt_gui.ui.controller import FeedController
from kisopt_gui.ui.health.banner import Banner
from kisopt_gui.ui.rotation_controller import MOST_LEFT, RotationController
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import Session, Slot, State
from tests.feed.peers import found_at, hasty
from tests.ui.rig import EXPIRY, FUTURE, INDEX, Rig, option

LIMIT = 8


def key(side, strike):
    return Key("H0IOCNT0", option(side, strike).code)


def strikes(desk, why):
    codes = {each.code: each.strike for each in desk.master().contracts.values()}
    return sorted(
        {codes[at.code] for at, reason in desk.following.reasons.items() if reason is why}
    )


@pytest.fixture
def rig(qapp):
    made = Rig()
    made.index(price="1085.00")
    made.status = LinkStatus(link=Link.LIVE, limit=LIMIT)
    return made


@pytest.fixture
def rotation(rig):
    """A controller that does not make anyone wait."""
    return RotationController(rig.desk, Rotation(dwell=0.0, most=1000))


def follow(rig, each_side=1, *, on=True):
    rig.desk.following.follow("K2I", EXPIRY, each_side, on=on)


def move(rig, price):
    rig.index(price=price)
    rig.clock.second.emit()


# the watchlist -------------------------------------------------------------------------


def test_who_does_not_follow_wishes_for_all_that_is_watched_pins_first(rig, rotation):
    calls = [key(Side.CALL, 1060 + 2.5 * at) for at in range(12)]
    rig.watchlist.add(calls)
    rig.watchlist.pin(calls[7], pinned=True)
    assert rotation.wished() == [calls[7], *calls[:7], *calls[8:]]
    assert rig.desk.following.left_out == {}


def test_strikes_around_the_money_join_the_watchlist_and_get_the_slots(rig, rotation, qtbot):
    with qtbot.waitSignal(rotation.changed):
        follow(rig)
    assert strikes(rig.desk, Reason.MONEY) == [1082.5, 1085.0, 1087.5]
    assert rotation.wished()[:2] == [INDEX, FUTURE]
    assert len(rotation.wished()) == LIMIT
    assert len(rig.watchlist) == 6


def test_who_rotates_out_stays_in_the_list_and_says_since_when(rig, rotation):
    follow(rig)
    rig.index(price="1090.00", time="100203")
    rig.clock.second.emit()
    assert strikes(rig.desk, Reason.MONEY) == [1087.5, 1090.0, 1092.5]
    out = rig.desk.following.left_out
    assert set(out) == {key(side, at) for side in (Side.CALL, Side.PUT) for at in (1082.5, 1085.0)}
    assert set(out.values()) == {"10:02:03"}
    assert set(out) <= set(rig.watchlist.keys)
    move(rig, "1085.00")
    assert key(Side.CALL, 1085.0) not in rig.desk.following.left_out


def test_an_index_that_wanders_asks_for_nothing(rig, rotation):
    follow(rig)
    told = []
    rotation.changed.connect(lambda: told.append(1))
    for price in ("1086.80", "1083.20", "1086.10", "1084.00") * 5:
        move(rig, price)
    assert told == []


def test_pins_get_their_slots_at_once(rig, rotation):
    follow(rig)
    far = key(Side.CALL, 1130.0)
    rig.watchlist.add([far])
    assert far not in rotation.wished()
    assert rig.desk.following.left_out[far] == ""
    rig.watchlist.pin(far, pinned=True)
    assert rotation.wished()[0] == far
    assert len(rotation.wished()) == LIMIT


def test_rows_that_only_pass_by_get_no_slot_those_that_stay_do(rig, rotation):
    far = [key(Side.CALL, 1120.0 + 2.5 * at) for at in range(4)]
    rig.watchlist.add(far)
    follow(rig)
    rig.desk.following.visible = lambda: far[:2]
    rig.clock.second.emit()
    assert Reason.VISIBLE not in rig.desk.following.reasons.values()
    rig.clock.second.emit()
    assert [at for at, why in rig.desk.following.reasons.items() if why is Reason.VISIBLE] == far[
        :2
    ]
    rig.desk.following.visible = lambda: far[2:]
    rig.clock.second.emit()
    rig.desk.following.visible = lambda: far[:2]
    rig.clock.second.emit()
    assert not {*far[2:]} & set(rotation.wished())


def test_rows_that_rotation_brought_do_not_keep_their_slots_by_being_seen(rig, rotation):
    follow(rig)
    rig.desk.following.visible = lambda: rig.watchlist.keys
    rig.clock.second.emit()
    rig.clock.second.emit()
    move(rig, "1095.00")
    assert strikes(rig.desk, Reason.MONEY) == [1092.5, 1095.0, 1097.5]


def test_what_the_user_removes_does_not_come_back(rig, rotation):
    follow(rig)
    gone = key(Side.PUT, 1085.0)
    rig.watchlist.remove([gone])
    rig.clock.second.emit()
    assert gone not in rotation.wished()
    assert gone not in rig.watchlist
    follow(rig, on=False)
    follow(rig)
    assert gone in rotation.wished()


def test_what_was_removed_before_is_not_taken_up_again(rig):
    calls = [key(Side.CALL, 1060 + 2.5 * at) for at in range(8)]
    rig.watchlist.add(calls)
    slots = tuple(Slot(each, State.ACTIVE) for each in calls)
    rig.status = LinkStatus(link=Link.LIVE, limit=41, slots=slots, held=8)
    rig.watchlist.remove(calls)
    RotationController(rig.desk)
    follow(rig)
    assert len(rig.watchlist) == 6


def test_a_strike_of_ones_own_that_one_removes_stays_away(rig, rotation):
    rig.status = LinkStatus(link=Link.LIVE, limit=41)
    far = [key(Side.CALL, 1060 + 2.5 * at) for at in range(8)]
    rig.watchlist.add(far)
    follow(rig)
    rig.clock.second.emit()
    rig.watchlist.remove(far[:1])
    rig.clock.second.emit()
    assert far[0] not in rig.watchlist
    assert far[0] not in rotation.wished()
    assert set(far[1:]) <= set(rotation.wished())


def test_another_layout_is_no_removal(rig, rotation):
    follow(rig)
    rig.watchlist.replace([key(Side.CALL, 1060.0)])
    rig.clock.second.emit()
    assert strikes(rig.desk, Reason.MONEY) == [1082.5, 1085.0, 1087.5]
    assert len(rig.watchlist) == 1 + 6


def test_a_long_way_leaves_no_more_rows_than_one_can_read(rig, rotation):
    own = key(Side.CALL, 1040.0)
    rig.watchlist.add([own])
    follow(rig)
    for at in range(30):
        move(rig, f"{1045 + 2.5 * at:.2f}")
    assert len(rig.desk.following.left_out) <= MOST_LEFT + 1
    assert own in rig.watchlist
    assert key(Side.CALL, 1047.5) not in rig.watchlist
    assert key(Side.CALL, 1112.5) in rig.watchlist


def test_who_stops_following_wishes_for_everything_again(rig, rotation):
    follow(rig)
    move(rig, "1095.00")
    assert rig.desk.following.left_out
    follow(rig, on=False)
    assert rig.desk.following.left_out == {}
    assert rotation.wished() == rig.watchlist.keys


def test_who_holds_a_slot_already_has_had_its_time(rig):
    calls = [key(Side.CALL, 1060 + 2.5 * at) for at in range(8)]
    rig.watchlist.add(calls)
    slots = tuple(Slot(each, State.ACTIVE) for each in calls)
    rig.status = LinkStatus(link=Link.LIVE, limit=LIMIT, slots=slots, held=8)
    RotationController(rig.desk)
    follow(rig)
    assert strikes(rig.desk, Reason.MONEY) == [1082.5, 1085.0, 1087.5]


def test_another_index_is_not_the_money_of_this_one(rig, rotation):
    rig.desk.following.follow("KQI", EXPIRY, 3, on=True)
    assert rotation.wished() == [INDEX, FUTURE]


def test_what_if_is_asked_without_a_change(rig, rotation):
    follow(rig)
    before = rotation.wished()
    turn = rig.desk.following.what_if(1.0)
    assert len(turn.out) == len(turn.into) == 6
    assert rotation.wished() == before


# on the wire --------------------------------------------------------------------------------


class Counting(Broker):
    """A broker that notes when it was asked for what."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.taken, self.freed, self.most = [], [], 0

    def _reply(self, link, answer):
        super()._reply(link, answer)
        if answer.taken is not None:
            self.taken.append(perf_counter())
        if answer.freed is not None:
            self.freed.append(perf_counter())
        self.most = max(self.most, len(link.client.keys))


def most_within(moments, seconds):
    return max(bisect_left(moments, at + seconds) - i for i, at in enumerate(moments))


@pytest.mark.parametrize("cap", [15, 41])
def test_an_hour_of_a_fast_market_asks_the_broker_for_little(qapp, qtbot, cap):
    """Ten seconds at 600 times the speed; a minute of the planner is a second."""

    async def scene():
        market = Market(3, start="10:00:00", rate=400.0, speed=600.0)
        faults = [parse_fault(f"cap={cap}")] if cap < 41 else []
        async with Counting(market, faults=faults) as broker:
            rig = Rig()
            today = date(2026, 11, 23)
            rig.master = parse_master(broker.master(), today)

            async def connection():
                return Connection(
                    found_at(Source(broker.url)), Session(), rig.inbox, backoff=hasty()
                )

            host = FeedHost(connection)
            banner = Banner(rig.desk.texts, theme.DARK)
            qtbot.addWidget(banner)
            FeedController(rig.desk, host, banner, banner, Rotation(dwell=1.0, minute=1.0, most=10))
            host.start()
            expiry = min(each.expiry for each in rig.master.contracts.values()
                         if each.expiry and each.product.key == "K2I")  # fmt: skip
            rig.watchlist.add([INDEX, FUTURE])
            rig.desk.following.follow("K2I", expiry, 3, on=True)
            middles, ends = set(), perf_counter() + 10.0
            while perf_counter() < ends:
                rig.status = host.status
                rig.clock.tick()
                rig.clock.second.emit()
                near = strikes(rig.desk, Reason.MONEY)
                middles.add(near[len(near) // 2] if near else 0.0)
                assert len(rig.desk.following.reasons) <= rig.status.limit
                await asyncio.sleep(0.05)
            middles.discard(0.0)
            await asyncio.to_thread(host.stop)
            return rig, broker, middles

    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
        rig, broker, middles = runner.run(scene())
    first = broker.taken[0]
    later = [at for at in broker.taken if at > first + 2.5]
    print(  # noqa: T201  # pytest -s shows it
        f"cap {cap}: {len(middles)} middles, {len(broker.taken)} registrations, "
        f"{len(later)} after the fill, most {most_within(later, 1.0) if later else 0} in a minute, "
        f"{len(broker.freed)} releases, most held {broker.most}"
    )
    assert len(middles) > 1, "the index did not move"
    assert broker.most <= cap
    assert not later or most_within(later, 1.0) <= 10 + 2  # what was sent late meets what was not
    assert rig.store.records > 0
