"""Every fault of the broker over loopback: the feed comes back, and knows exactly what it lost."""

import asyncio
import os
import signal

import pytest

from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.feed.connection import Patience
from kisopt_gui.feed.rest import KeyRefusedError
from kisopt_gui.feed.source import Source, parse_source
from kisopt_gui.feed.troubles import ConnectionLostError, RefusedError, SilenceError
from kisopt_gui.market.link import Link
from kisopt_gui.wire.session import MOST_SLOTS, State
from tests.feed.peers import INDEX, KEYS, OPTIONS, inject, running, trading
from tests.simulator.client import control

pytestmark = pytest.mark.e2e


async def test_all_is_subscribed_and_nothing_is_lost_when_nothing_goes_wrong():
    async with trading() as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        await line.until(lambda: INDEX in line.trades())  # which is published once a second
    assert line.links == [Link.STARTING, Link.CONNECTING, Link.LIVE, Link.STOPPED]
    assert (line.store.lost, line.store.gaps, line.store.bad) == (0, 0, 0)
    assert broker.tape.missing(line) == 0


async def test_a_cut_connection_comes_back_and_what_traded_meanwhile_is_known_as_lost():
    async with trading() as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        await inject(broker, "drop")
        await line.until(lambda: line.status.connects == 2)
        await line.until_trading()
        lost = broker.tape.missing(line)
    assert any(isinstance(status.error, ConnectionLostError) for status in line.statuses)
    assert Link.WAITING in line.links
    assert line.store.lost == lost > 0
    assert broker.approvals == 1  # the approval key is good for a day


async def test_a_half_open_connection_is_given_up_and_comes_back():
    async with trading() as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        await inject(broker, "silence=0.2")
        await line.until(lambda: line.status.connects >= 2)
        await line.until_trading()
        lost = broker.tape.missing(line)
    at = line.links.index(Link.SILENT)
    assert line.links[at - 1 : at + 4] == [
        Link.LIVE,
        Link.SILENT,
        Link.WAITING,
        Link.CONNECTING,
        Link.LIVE,
    ]
    [silence] = {s.error for s in line.statuses if isinstance(s.error, SilenceError)}
    assert 0.8 <= silence.facts["seconds"] < 2
    assert line.store.lost == lost > 0


async def test_a_link_that_is_only_quiet_for_a_while_is_silent_and_then_live_again():
    patience = Patience(silent=0.3, dead=3.0)
    quiet = trading(rate=0.001, pingpong=0.7, keys=[])
    async with quiet as broker, running(broker.source, OPTIONS[0], patience=patience) as line:
        await line.until(lambda: line.links.count(Link.LIVE) == 3)
        assert line.status.connects == 1
    assert Link.WAITING not in line.links


async def test_a_broker_that_is_not_there_yet_is_found_when_it_comes():
    async with trading() as first:
        port, web = first.port, int(first.http_url.rpartition(":")[2])
    async with running(Source(f"ws://127.0.0.1:{port}"), *KEYS) as line:
        await line.until(lambda: line.links.count(Link.WAITING) == 3)
        assert line.status.error is not None
        assert line.status.retry_at == line.status.retry_at
        async with trading(port=port, http_port=web) as broker:
            await line.until_trading()
            assert line.status.error is None
            lost = broker.tape.missing(line)
    assert line.store.lost == lost == 0


async def test_the_friday_restart_is_sat_out():
    async with trading() as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        await inject(broker, "restart=0.3")
        await line.until(lambda: line.status.connects == 2)
        await line.until_trading()
        lost = broker.tape.missing(line)
    assert line.links.count(Link.WAITING) > 1
    assert line.store.lost == lost > 0


async def test_an_app_key_in_use_ends_the_attempts_until_the_user_says_so():
    async with trading("in-use") as broker, running(broker.source, *KEYS) as line:
        await line.until(lambda: line.status.link is Link.REFUSED)
        assert isinstance(line.status.error, RefusedError)
        assert "OPSP8996" in line.status.error.sentence("ko")
        await asyncio.sleep(0.5)
        told = broker.counters()
        assert (told["connects"], told["connections"], broker.approvals) == (1, 0, 1)
        await inject(broker, "none")
        await asyncio.sleep(0.2)
        assert line.status.link is Link.REFUSED
        line.connection.reconnect()
        await line.until_trading()
        assert line.status.error is None
        assert broker.approvals == 1  # the approval key was good: it serves for its 24 h
    assert line.store.lost == broker.tape.missing(line) == 0


async def test_a_second_program_with_the_same_app_key_does_not_disturb_the_first():
    async with trading() as broker:
        async with running(broker.source, *KEYS) as first:
            await first.until_trading()
            async with running(broker.source, *KEYS) as second:
                await second.until(lambda: second.status.link is Link.REFUSED)
            assert not second.trades()
            await first.until_trading()
            assert first.status.connects == 1
        async with running(broker.source, *KEYS) as third:
            await third.until_trading()


async def test_a_stale_approval_key_is_renewed_once():
    async with trading() as broker, running(broker.source, *KEYS[:3]) as line:
        await line.until_trading()
        await inject(broker, "stale-key")
        line.connection.watch(KEYS)
        await line.until(lambda: line.status.connects == 2)
        await line.until_trading()
        assert broker.approvals == 2
        lost = broker.tape.missing(line)
    assert Link.REFUSED not in line.links
    assert line.store.lost == lost


async def test_a_renewed_approval_key_that_is_unknown_too_is_a_refusal():
    async with trading("stale-key=1") as broker, running(broker.source, *KEYS) as line:
        await line.until(lambda: line.status.link is Link.REFUSED)
        assert "OPSP0011" in str(line.status.error)
        await asyncio.sleep(0.4)
        assert broker.approvals == broker.counters()["connects"] == 2
        await inject(broker, "none")
        line.connection.reconnect()
        await line.until_trading()
        assert broker.approvals == 3


async def test_a_stale_key_of_the_next_day_is_renewed_again():
    async with trading() as broker, running(broker.source, *KEYS[:3]) as line:
        for number, keys in enumerate((KEYS[:4], KEYS[:5]), 2):
            await line.until_trading()
            await inject(broker, "stale-key")
            line.connection.watch(keys)
            await line.until(lambda number=number: line.status.connects == number)
        await line.until_trading()
    assert Link.REFUSED not in line.links


async def test_fewer_slots_than_documented_are_found_out_and_tried_again_on_request():
    async with trading("cap=3") as broker, running(broker.source, *KEYS) as line:
        await line.until(lambda: line.status.limit == 3 and line.status.held == 3)
        states = [line.state(key) for key in KEYS]
        assert states == [State.ACTIVE] * 3 + [State.WANTED] * 3
        await inject(broker, "none")
        line.connection.forget_cap()
        await line.until_trading()
        assert line.status.limit == MOST_SLOTS
        assert line.status.connects == 1


async def test_a_freed_slot_goes_to_who_waits():
    async with trading("cap=3") as broker, running(broker.source, *KEYS) as line:
        await line.until(lambda: line.status.limit == 3 and line.status.held == 3)
        line.connection.watch([KEYS[5], *KEYS[1:5]])
        await line.until(lambda: line.state(KEYS[5]) is State.ACTIVE)
        assert [line.state(key) for key in KEYS[1:5]] == [State.ACTIVE] * 2 + [State.WANTED] * 2
        assert broker.counters()["registrations"] == 3


async def test_a_refused_app_key_ends_the_attempts_until_the_user_says_so():
    async with trading("refuse-key") as broker, running(broker.source, *KEYS) as line:
        await line.until(lambda: line.status.link is Link.REFUSED)
        assert isinstance(line.status.error, KeyRefusedError)
        assert "유효하지 않은 AppKey입니다. (EGW00103)" in str(line.status.error)
        await asyncio.sleep(0.3)
        assert (broker.approvals, broker.counters()["connects"]) == (1, 0)
        await inject(broker, "none")
        line.connection.reconnect()
        await line.until_trading()


@pytest.mark.parametrize("fault", ["garbage=3", "truncate=7"])
async def test_what_cannot_be_read_is_kept_and_the_connection_goes_on(fault):
    async with trading(fault) as broker, running(broker.source, *KEYS) as line:
        await line.until(lambda: line.store.bad > 5)
        await inject(broker, "none")
        await line.until_trading()
        lost = broker.tape.missing(line)
        assert line.status.connects == 1
    assert line.store.lost == lost
    assert (lost > 0) == (fault == "truncate=7")
    assert list(line.store.errors) == line.errors


async def test_added_fields_are_told_once_a_stream_and_lose_nothing():
    async with trading("extra=2") as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        await line.until(lambda: len(line.status.drift) == 3)
        await inject(broker, "extra=4")
        await line.until_trading()
        widths = {"H0IOCNT0": 60, "H0IFCNT0": 52, "H0UPCNT0": 32}
        assert dict(line.status.drift) == widths
        assert len(line.status.drift) == 3
    assert (line.store.bad, line.store.lost) == (0, 0)


async def test_greeks_that_were_not_computed_are_missing_and_lose_nothing():
    async with trading("nan") as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        record = line.store.record(OPTIONS[0])
        assert record.delta != record.delta
        assert record.price > 0
    assert (line.store.bad, line.store.lost, broker.tape.missing(line)) == (0, 0, 0)


async def test_late_answers_are_not_waited_for_where_records_say_enough():
    async with trading("late-acks=1.2") as broker, running(broker.source, *OPTIONS[:4]) as line:
        await line.until_trading()
        assert broker.counters()["registrations"] == 4
        await asyncio.sleep(1.3)  # what comes late changes nothing
        await line.until_trading()
        assert line.status.connects == 1
    assert line.store.lost == broker.tape.missing(line) == 0


async def test_answers_later_than_our_patience_end_with_every_slot_known():
    patience = Patience(silent=5, dead=5, answer=0.2)
    quiet = trading("late-acks=0.5", rate=0.001, keys=[])
    async with quiet as broker, running(broker.source, *OPTIONS, patience=patience) as line:
        await line.until(line.is_active)
        assert broker.counters()["registrations"] == line.status.held == len(OPTIONS)


async def test_answers_that_come_twice_change_nothing():
    async with trading("duplicate-acks") as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        line.connection.watch(KEYS[:2])
        await line.until(lambda: len(line.status.slots) == 2 and line.is_active())
        line.connection.watch(KEYS)
        await line.until_trading()
        assert broker.counters()["registrations"] == line.status.held == len(KEYS)
    assert line.store.bad == 0


async def test_pingpong_is_answered():
    pings = trading(rate=0.001, pingpong=0.1, pingpong_timeout=0.3, keys=[])
    async with pings as broker, running(broker.source, OPTIONS[0]) as line:
        await line.until(lambda: broker.counters()["pongs"] > 6)
        assert line.status.connects == 1
        assert line.status.pinged == line.status.pinged
        assert line.is_active()


async def test_trades_are_life_enough_where_no_pingpong_comes():
    async with trading("no-pingpong") as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        await asyncio.sleep(1.0)  # longer than a connection without any message may last
        await line.until_trading()
        assert line.status.connects == 1
        assert line.status.pinged != line.status.pinged


async def test_lost_records_are_counted_exactly():
    async with trading() as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
        for records in (1, 40):
            await inject(broker, f"lose={records}")
            await line.until(lambda: not broker.counters()["to_lose"])
        await line.until_trading()
        told = await control(broker)
    contracts = sum(each["contracts"] for each in told["lost"].values())
    assert sum(each["records"] for each in told["lost"].values()) == 41
    assert line.store.lost == contracts == broker.tape.missing(line)
    assert 0 < line.store.gaps <= 41


async def test_a_killed_broker_is_found_at_its_new_address():
    broker = EmbeddedBroker("--rate", "1000")
    broker.start()
    ready = []

    async def locate():
        if not broker.alive:
            await asyncio.to_thread(broker.start)
        ready.append(await asyncio.to_thread(broker.wait_ready))
        return parse_source(ready[-1])

    try:
        async with running(locate, *KEYS) as line:
            await line.until(line.is_active)
            os.kill(broker.pid, signal.SIGKILL)
            await line.until(lambda: line.status.connects == 2)
            await line.until_trading()
        assert ready[0] != ready[-1]
    finally:
        await asyncio.to_thread(broker.stop)
