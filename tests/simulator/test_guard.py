"""The guard: what it counts, and whom it blocks for how long."""

import pytest
from websockets.exceptions import InvalidStatus

from kisopt_gui.simulator.guard import Guard, Limits
from tests.simulator.client import approve, connected, control, request, serving

FEW = Limits(connects_a_minute=3, connects_an_hour=5, changes_a_minute=4, block_s=30.0)
HERE = "127.0.0.1"


def test_one_connect_too_many_in_a_minute_is_blocked_for_a_time():
    guard = Guard(FEW)
    assert [guard.connect(HERE, now) for now in (0, 1, 2, 3)] == [True, True, True, False]
    assert not guard.connect(HERE, 32.9)
    assert guard.connect(HERE, 63)
    told = guard.told(63)[HERE]
    assert (told["connects"], told["refused"], told["blocks"]) == (5, 1, 1)
    assert told["most_connects_a_minute"] == 4


def test_one_connect_too_many_in_an_hour_is_blocked():
    guard = Guard(FEW)
    assert all(guard.connect(HERE, now) for now in range(0, 500, 100))
    assert not guard.connect(HERE, 600)
    assert guard.connect(HERE, 3801)


def test_a_connect_a_minute_later_is_another_minute_s():
    guard = Guard(FEW)
    assert all(guard.connect(HERE, now) for now in (0, 1, 2, 60, 61))
    assert guard.told(61)[HERE]["most_connects_a_minute"] == 3


def test_endless_changes_block_the_app_key_and_its_address():
    guard = Guard(FEW)
    assert guard.request("key", HERE, 0.0, first=True)
    assert all(guard.request("key", HERE, now, first=False) for now in (1.0, 2.0, 3.0))
    assert not guard.request("key", HERE, 4.0, first=False)
    assert not guard.connect(HERE, 5.0)
    assert not guard.request("key", "10.0.0.1", 6.0, first=True)
    assert guard.request("another", "10.0.0.1", 6.0, first=True)


def test_the_books_hold_no_app_key():
    guard = Guard()
    guard.request("canary", HERE, 0.0, first=True)
    assert "canary" not in str(guard.told(0.0))
    [name] = guard.told(0.0)
    assert name.startswith("key ")


async def test_a_client_that_connects_and_closes_in_a_loop_is_refused():
    async with serving(limits=FEW) as broker:
        for _ in range(3):
            async with connected(broker):
                pass
        with pytest.raises(InvalidStatus, match="429"):
            async with connected(broker):
                pass
        told = (await control(broker))["usage"][HERE]
        assert (told["connects"], told["blocks"]) == (4, 1)
        assert told["blocked_s"] > 25


async def test_a_client_that_subscribes_without_end_is_cut_and_refused():
    async with serving(limits=FEW) as broker:
        approval = await approve(broker)
        async with connected(broker) as client:
            for tr_type in "12121":
                await client.send(request(approval, tr_type=tr_type))
            await client.drain_until_closed()
        usage = (await control(broker))["usage"]
        [key] = [name for name in usage if name != HERE]
        assert (usage[key]["changes"], usage[key]["connects"], usage[key]["blocks"]) == (5, 1, 1)
        with pytest.raises(InvalidStatus, match="429"):
            async with connected(broker):
                pass


async def test_the_demo_is_far_from_being_blocked():
    async with serving() as broker:
        approval = await approve(broker)
        async with connected(broker) as client:
            for _ in range(500):
                await client.answer(request(approval))
                await client.answer(request(approval, tr_type="2"))
        usage = (await control(broker))["usage"]
    assert not any(each["blocks"] for each in usage.values())
