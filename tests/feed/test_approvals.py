"""The approval key: issued once a day, kept, and issued anew when it is refused."""

import time

import pytest

from kisopt_gui.feed.approvals import LASTS_S, Approval, Approvals
from kisopt_gui.feed.refusals import KeyRefusedError
from kisopt_gui.feed.source import Source
from kisopt_gui.market.link import Link
from tests.feed.peers import KEYS, http, inject, running, service, trading

SOURCE = Source("ws://127.0.0.1:9", app_key="an app key", app_secret="a secret")


def issued(key):
    return http(200, {"approval_key": key})


async def test_one_is_issued_and_used_until_its_day_is_over():
    kept = []
    async with service(issued("first"), issued("second")) as (web, served):
        approvals = Approvals(keep=kept.append)
        assert [await approvals.current(SOURCE, web) for _ in range(3)] == ["first"] * 3
        assert len(served.bodies) == 1
    assert [each.key for each in kept] == ["first"]
    assert kept[0].until == pytest.approx(time.time() + LASTS_S, abs=5)


@pytest.mark.parametrize(("left", "expected"), [(3600.0, "kept"), (30.0, "new"), (-5.0, "new")])
async def test_one_that_was_kept_is_used_while_it_has_a_minute_left(left, expected):
    async with service(issued("new")) as (web, served):
        approvals = Approvals(Approval("kept", time.time() + left))
        assert await approvals.current(SOURCE, web) == expected
        assert len(served.bodies) == (expected == "new")


async def test_after_it_was_refused_another_one_is_issued():
    async with service(issued("new")) as (web, _):
        approvals = Approvals(Approval("kept", time.time() + LASTS_S))
        assert await approvals.current(SOURCE, web) == "kept"
        approvals.forget()
        assert await approvals.current(SOURCE, web) == "new"


async def test_another_source_gets_one_of_its_own():
    async with service(issued("one"), issued("two")) as (web, _):
        approvals = Approvals()
        assert await approvals.current(SOURCE, web) == "one"
        other = Source("ws://127.0.0.1:10", app_key="an app key", app_secret="a secret")
        assert await approvals.current(other, web) == "two"


async def test_a_refused_key_is_an_error_and_nothing_is_kept():
    kept = []
    refused = http(403, {"error_description": "no", "error_code": "EGW00103"})
    async with service(refused) as (web, _):
        with pytest.raises(KeyRefusedError):
            await Approvals(keep=kept.append).current(SOURCE, web)
    assert kept == []


def test_nobody_reads_it_in_a_log():
    assert "canary" not in repr(Approval("canary", 1.0))


async def test_a_stale_one_that_was_kept_is_renewed_once_on_the_wire():
    kept = []
    async with trading() as broker:
        stale = Approvals(Approval("of yesterday", time.time() + LASTS_S), kept.append)
        async with running(broker.source, *KEYS, approvals=stale) as line:
            await line.until(line.is_active)
            assert line.status.connects == 2  # OPSP0011, then the new key
        assert broker.approvals == 1
    assert len(kept) == 1


async def test_a_good_one_that_was_kept_opens_the_session_without_asking_for_another():
    async with trading() as broker:
        good = Approvals(Approval(broker.approve("demo"), time.time() + LASTS_S))
        before = broker.approvals
        async with running(broker.source, *KEYS, approvals=good) as line:
            await line.until(line.is_active)
            await inject(broker, "drop")
            await line.until(lambda: line.status.connects == 2 and line.is_active())
        assert broker.approvals == before


async def test_reconnecting_after_another_program_had_the_key_asks_for_no_other():
    async with trading("in-use") as broker:
        good = Approvals(Approval(broker.approve("demo"), time.time() + LASTS_S))
        before = broker.approvals
        async with running(broker.source, *KEYS, approvals=good) as line:
            await line.until(lambda: line.status.link is Link.REFUSED)
            await inject(broker, "none")
            line.connection.reconnect()
            await line.until(line.is_active)
        assert broker.approvals == before
