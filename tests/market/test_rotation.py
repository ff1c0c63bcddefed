"""Whatever the index does, slots go to the right contracts and nobody is asked for in a loop."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kisopt_gui.market.rotation import DWELL_S, MOST_A_MINUTE, Reason, Rotation, Strike, Wishes
from kisopt_gui.wire.control import Key

STEP = 2.5


def option(side, price):
    return Key("H0IOCNT0", f"{side}{price:.1f}")


STRIKES = [
    Strike(1000 + STEP * at, (option("B", 1000 + STEP * at), option("C", 1000 + STEP * at)))
    for at in range(81)
]
ANCHORS = [Key("H0UPCNT0", "2001"), Key("H0IFCNT0", "A01612")]
OTHERS = [Key("H0IOCNT0", f"other{at}") for at in range(60)]
PATHS = st.lists(st.floats(1000.0, 1200.0), min_size=1, max_size=60)


def wishes(money, limit=41, each_side=5, **more):
    facts = {"anchors": ANCHORS, "strikes": STRIKES, **more}
    return Wishes(limit=limit, money=money, each_side=each_side, **facts)


def strikes(plan, why=Reason.MONEY):
    return sorted({float(key.code[1:]) for key, reason in plan.items() if reason is why})


# whom the slots are given ---------------------------------------------------------------


def test_pins_come_first_then_what_is_seen_then_the_money():
    pins, seen, listed = OTHERS[:2], OTHERS[2:5], OTHERS[:10]
    plan = Rotation().plan(wishes(1100, 30, pins=pins, visible=seen, listed=listed), 0.0)
    assert list(plan)[:7] == [*pins, *ANCHORS, *seen]
    assert list(plan.values()) == (
        [Reason.PINNED] * 2 + [Reason.ANCHOR] * 2 + [Reason.VISIBLE] * 3 + [Reason.MONEY] * 22
        + [Reason.LISTED] * 1
    )  # fmt: skip
    assert strikes(plan) == [1087.5 + STEP * at for at in range(11)]


def test_of_the_money_the_nearest_come_first():
    plan = Rotation().plan(wishes(1100, 2 + 6), 0.0)
    assert strikes(plan) == [1097.5, 1100.0, 1102.5]


def test_where_the_money_is_not_known_nothing_is_guessed():
    plan = Rotation().plan(wishes(float("nan")), 0.0)
    assert list(plan) == ANCHORS


def test_a_broker_who_takes_three_gets_the_first_three():
    rotation = Rotation()
    rotation.plan(wishes(1100, pins=OTHERS[:5]), 0.0)
    assert list(rotation.plan(wishes(1100, 3, pins=OTHERS[:5]), 1.0)) == OTHERS[:3]
    assert rotation.plan(wishes(1100, 0), 2.0) == {}


def test_the_middle_moves_only_when_the_index_has_clearly_left_it():
    rotation = Rotation()
    rotation.plan(wishes(1100.0), 0.0)
    for money in (1101.2, 1101.3, 1101.8, 1098.2, 1101.87):  # halfway is 1101.25
        rotation.plan(wishes(money), 1.0)
        assert rotation.middle == 1100.0
    rotation.plan(wishes(1101.88), 2.0)
    assert rotation.middle == 1102.5
    rotation.plan(wishes(1100.7), 3.0)
    assert rotation.middle == 1102.5
    rotation.plan(wishes(1100.6), 4.0)
    assert rotation.middle == 1100.0
    rotation.plan(wishes(1149.0), 5.0)
    assert rotation.middle == 1150.0


def test_who_got_a_slot_keeps_it_for_a_minute():
    rotation = Rotation()
    limit = 2 + 6
    rotation.plan(wishes(1100.0, limit, each_side=1), 0.0)
    plan = rotation.plan(wishes(1110.0, limit, each_side=1), 59.0)
    assert strikes(plan, Reason.DWELL) == [1097.5, 1100.0, 1102.5]
    assert strikes(plan) == []
    plan = rotation.plan(wishes(1110.0, limit, each_side=1), 60.0)
    assert strikes(plan) == [1107.5, 1110.0, 1112.5]


def test_a_pin_does_not_wait():
    rotation = Rotation()
    rotation.plan(wishes(1100.0, 8, each_side=1), 0.0)
    plan = rotation.plan(wishes(1100.0, 8, each_side=1, pins=OTHERS[:2]), 1.0)
    assert list(plan)[:2] == OTHERS[:2]
    assert len(plan) == 8


def test_whom_the_money_left_stays_while_there_is_room():
    rotation = Rotation()
    rotation.plan(wishes(1100.0, each_side=1), 0.0)
    plan = rotation.plan(wishes(1110.0, each_side=1), 100.0)
    assert strikes(plan) == [1107.5, 1110.0, 1112.5]
    assert strikes(plan, Reason.LISTED) == [1097.5, 1100.0, 1102.5]


def test_what_is_not_watched_any_more_goes_at_once():
    rotation = Rotation()
    assert OTHERS[0] in rotation.plan(wishes(1100.0, listed=OTHERS[:2]), 0.0)
    assert OTHERS[0] not in rotation.plan(wishes(1100.0, listed=OTHERS[1:2]), 1.0)


# what would be -------------------------------------------------------------------------


def test_what_if_names_who_goes_and_who_comes():
    rotation = Rotation()
    now = wishes(1100.0, 2 + 22)
    rotation.plan(now, 0.0)
    turn = rotation.what_if(now, 1.0)  # to 1111: the middle is 1110
    assert sorted({float(key.code[1:]) for key in turn.out}) == [1087.5, 1090.0, 1092.5, 1095.0]
    assert sorted({float(key.code[1:]) for key in turn.into}) == [1115.0, 1117.5, 1120.0, 1122.5]
    turn = rotation.what_if(now, -1.0)
    assert max(float(key.code[1:]) for key in turn.into) < 1087.5
    assert rotation.what_if(now, 0.05).out == ()


def test_asking_changes_nothing():
    rotation = Rotation()
    now = wishes(1100.0, 24)
    before = rotation.plan(now, 0.0)
    rotation.what_if(now, 5.0)
    assert rotation.plan(now, 1.0) == before
    assert rotation.middle == 1100.0


@given(st.floats(1010, 1190), st.floats(-2, 2), st.integers(3, 41), st.integers(0, 8))
def test_what_was_told_is_what_happens_when_the_index_moves(money, percent, limit, each_side):
    rotation = Rotation()
    before = set(rotation.plan(wishes(money, limit, each_side), 0.0))
    turn = rotation.what_if(wishes(money, limit, each_side), percent)
    for at in range(1, 10):  # as long as the dwell and the minute's limit take
        after = set(rotation.plan(wishes(money * (1 + percent / 100), limit, each_side), 61.0 * at))
    assert (before - after, after - before) == (set(turn.out), set(turn.into))


# properties --------------------------------------------------------------------------------


@given(
    PATHS,
    st.integers(0, 41),
    st.integers(0, 20),
    st.lists(st.sampled_from(OTHERS), max_size=8, unique=True),
    st.randoms(use_true_random=False),
)
def test_never_more_than_the_limit_and_pins_always(path, limit, each_side, pins, dice):
    rotation = Rotation()
    for now, money in zip(count(0.0, 7.0), path, strict=False):
        seen = dice.sample(OTHERS, 10)
        here = dice.sample(pins, dice.randint(0, len(pins)))
        asked = wishes(money, limit, each_side, pins=here, visible=seen, listed=OTHERS)
        plan = rotation.plan(asked, now)
        assert len(plan) <= limit
        assert list(plan)[: len(here)] == here[:limit]
        assert len(plan) == limit or rotation.most <= len(rotation._rotated) or each_side == 0 or (
            set(plan) >= {*seen, *ANCHORS}
        )  # fmt: skip


@given(
    st.sampled_from([strike.price for strike in STRIKES[10:70]]),
    st.lists(st.floats(-0.749, 0.749), min_size=1, max_size=80),
    st.integers(2, 41),
    st.floats(0.1, 40.0),
)
def test_an_index_that_wanders_within_the_band_changes_nothing(middle, path, limit, seconds):
    rotation = Rotation()
    first = rotation.plan(wishes(middle, limit), 0.0)
    for at, away in enumerate(path, 1):
        assert rotation.plan(wishes(middle + away * STEP, limit), at * seconds) == first


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(1000.0, 1200.0), st.floats(0.1, 20.0)), min_size=2, max_size=80),
    st.integers(3, 41),
    st.integers(1, 20),
)
def test_contracts_that_rotate_in_within_a_minute_are_few_whatever_the_path(path, limit, side):
    rotation = Rotation()
    now, came, held = 0.0, [], set(rotation.plan(wishes(path[0][0], limit, side), 0.0))
    for money, seconds in path:
        now += seconds
        after = set(rotation.plan(wishes(money, limit, side), now))
        came += [now] * len(after - held)
        held = after
    for begin in came:
        assert sum(begin <= each < begin + 60.0 for each in came) <= min(MOST_A_MINUTE, limit)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.floats(0.1, 20.0)), min_size=2, max_size=80),
    st.integers(3, 41),
)
def test_scrolling_to_and_fro_gives_each_slot_away_once_a_minute_at_most(path, limit):
    rotation = Rotation()
    now, since = 0.0, {}
    for first, seconds in path:
        now += seconds
        asked = wishes(1100.0, limit, visible=OTHERS[first : first + 10], listed=OTHERS)
        plan = rotation.plan(asked, now)
        for key in set(since) - set(plan):
            assert now - since.pop(key) >= DWELL_S
        since = {key: since.get(key, now) for key in plan}


@pytest.mark.parametrize("each_side", [1, 5, 9])
def test_an_hour_of_an_index_that_swings_by_two_strikes_stays_quiet(each_side):
    """From strike to strike and back every ten seconds: the worst that hysteresis lets through."""
    rotation = Rotation()
    limit = 2 + 2 * (2 * each_side + 1)
    held, changes = set(rotation.plan(wishes(1100.0, limit, each_side), 0.0)), 0
    for second in range(1, 3600):
        money = 1100.0 if second // 10 % 2 else 1105.0
        plan = set(rotation.plan(wishes(money, limit, each_side), float(second)))
        changes += len(plan - held)
        held = plan
    assert changes <= 4 * 60  # two strikes, call and put, once a minute


# taken over and given back ------------------------------------------------------------------


def test_who_held_a_slot_before_has_had_its_time_and_stays_while_there_is_room():
    rotation = Rotation()
    rotation.adopt(OTHERS[:3])
    plan = rotation.plan(wishes(1100.0, 8, each_side=1, listed=OTHERS[:3]), 0.0)
    assert strikes(plan) == [1097.5, 1100.0, 1102.5]
    assert not set(OTHERS) & set(plan)
    rotation = Rotation()
    rotation.adopt(OTHERS[2:3])
    assert OTHERS[2] in rotation.plan(wishes(1100.0, 9, each_side=1, listed=OTHERS[:3]), 0.0)


def test_what_is_forgotten_is_not_held_on_to():
    rotation = Rotation()
    rotation.plan(wishes(1100.0, each_side=1), 0.0)
    rotation.forget(STRIKES[39].keys)  # 1097.5
    plan = rotation.plan(wishes(1110.0, each_side=1), 1.0)
    assert not set(STRIKES[39].keys) & set(plan)
    assert set(STRIKES[40].keys) <= set(plan)


def test_more_than_so_many_a_minute_wait_for_the_next():
    rotation = Rotation(dwell=0.0, most=4)
    rotation.plan(wishes(1100.0, each_side=1), 0.0)
    for now, several in ((1.0, 4), (60.9, 4), (61.0, 6)):
        plan = rotation.plan(wishes(1150.0, each_side=1), now)
        assert len({*plan} & {key for at in STRIKES[59:62] for key in at.keys}) == several


def test_one_that_is_made_anew_remembers_nothing():
    rotation = Rotation(dwell=1.0, share=0.5, most=3, minute=2.0)
    rotation.plan(wishes(1100.0), 0.0)
    assert rotation.anew() == Rotation(dwell=1.0, share=0.5, most=3, minute=2.0)
