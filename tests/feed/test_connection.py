"""The connection against small servers that do one odd thing each."""

import asyncio
import logging
from itertools import pairwise
from random import Random

import pytest

from kisopt_gui.app.broker import BrokerStartError
from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.connection import Patience
from kisopt_gui.feed.rest import ServiceError
from kisopt_gui.feed.source import Source
from kisopt_gui.feed.troubles import ConnectionLostError, RefusedError
from kisopt_gui.market.link import Link
from kisopt_gui.wire.control import REGISTER, RELEASE, Key, write_ping
from kisopt_gui.wire.session import State
from tests.feed.peers import (
    FUTURE,
    INDEX,
    KEYS,
    OPTIONS,
    Line,
    asked,
    found_at,
    http,
    inject,
    raw,
    reply,
    running,
    service,
    speaking,
    trading,
)
from tests.records import frame, record

A, B, C = OPTIONS[:3]
LONG = Patience(silent=5, dead=5)


class Whole(Random):
    """Dice that never shorten a delay."""

    def uniform(self, low, high):
        return high


def doubling(first=0.02, most=10.0):
    """Return delays without chance."""
    return Backoff(first, most, Whole())


class Script:
    """A server that answers every request with a success, until told otherwise.

    Attributes:
        asked: Every request, by connection.
        times: When each connection came, seconds of the loop.
    """

    def __init__(self, *answers, then=()):
        self.asked = []
        self.times = []
        self._answers = list(answers)
        self._then = then

    async def __call__(self, socket):
        self.asked.append([])
        self.times.append(asyncio.get_running_loop().time())
        async for message in socket:
            tr_type, key = asked(message)
            self.asked[-1].append((tr_type, key))
            answer = self._answers.pop(0) if self._answers else reply
            if answer is not None:
                code = "OPSP0000" if tr_type == REGISTER else "OPSP0001"
                await socket.send(answer(key, code) if answer is reply else answer(key))
                for text in self._then:
                    await socket.send(text)


def saying(code):
    """Answer with an error of one key."""
    return lambda key: reply(key, code, success=False, words="as the table says")


def records_of(key, *volumes):
    """Return frames of one contract."""
    return [frame(record(code=key.code, volume=volume)) for volume in volumes]


# servers that close -------------------------------------------------------------


def gaps(times):
    """Return the pauses between moments."""
    return [later - earlier for earlier, later in pairwise(times)]


async def test_a_server_that_accepts_and_closes_is_called_at_growing_distances():
    times = []

    async def close(socket):
        times.append(asyncio.get_running_loop().time())

    async with speaking(close) as source, running(source, A, backoff=doubling()) as line:
        await line.until(lambda: len(times) == 6)
        assert line.status.connects == 6
    for gap, least in zip(gaps(times), (0.02, 0.04, 0.08, 0.16, 0.32), strict=True):
        assert gap >= least


async def test_a_server_that_serves_before_it_closes_is_called_soon_again():
    async def serve_once(socket):
        served.times.append(asyncio.get_running_loop().time())
        _, key = asked(await socket.recv())
        await socket.send(reply(key))

    served = Script()
    async with speaking(serve_once) as source, running(source, A, backoff=doubling()) as line:
        await line.until(lambda: len(served.times) == 6)
    assert max(gaps(served.times)) < 0.3


async def test_a_server_that_acks_and_closes_at_once_is_called_at_growing_distances():
    async def serve_once(socket):
        served.times.append(asyncio.get_running_loop().time())
        _, key = asked(await socket.recv())
        await socket.send(reply(key))

    served, patience = Script(), Patience(steady=5.0)
    async with (
        speaking(serve_once) as source,
        running(source, A, backoff=doubling(), patience=patience) as line,
    ):
        await line.until(lambda: len(served.times) == 6)
    assert gaps(served.times)[-1] >= 0.3


async def test_a_port_that_accepts_and_closes_is_called_at_growing_distances():
    times = []

    async def close(reader, writer):
        times.append(asyncio.get_running_loop().time())
        writer.close()

    async with raw(close) as address, service() as (web, _):
        source = Source(f"ws://{address}", web)
        async with running(source, A, backoff=doubling()) as line:
            await line.until(lambda: len(times) == 6)
            assert line.status.connects == 0
            assert isinstance(line.status.error, ConnectionLostError)
    assert gaps(times)[-1] >= 0.3


async def test_a_web_server_is_no_stream():
    page = http(200, b"<html>a page</html>", "text/html")
    async with service(page) as (web, _), service() as (good, _):
        for source in (Source(web.replace("http", "ws")), Source(web.replace("http", "ws"), good)):
            async with running(source, A) as line:
                await line.until(lambda line=line: line.links.count(Link.WAITING) == 2)
                expected = ConnectionLostError if source.http else ServiceError
                assert isinstance(line.status.error, expected)
                assert line.status.error.sentence("ko")


async def test_a_port_that_says_nothing_is_given_up():
    calls = []

    async def listen(reader, writer):
        calls.append(writer)

    patience = Patience(opening=0.2)
    async with (
        raw(listen) as address,
        service() as (web, _),
        running(Source(f"ws://{address}", web), A, patience=patience) as line,
    ):
        await line.until(lambda: line.links.count(Link.WAITING) == 2)
        assert "timed out" in str(line.status.error)
    assert len(calls) == 2


async def test_a_message_of_many_megabytes_ends_the_connection():
    script = Script()

    async def flood(socket):
        if not script.times:
            script.times.append(0.0)
            await socket.send("x" * (5 << 20))
            await socket.wait_closed()
        else:
            await script(socket)

    async with speaking(flood) as source, running(source, A) as line:
        await line.until(lambda: line.status.connects == 2 and line.is_active())
    assert any("too big" in str(status.error) for status in line.statuses)


# messages that are none ------------------------------------------------------------


async def test_odd_messages_are_kept_and_the_connection_goes_on():
    good = records_of(A, 100, 101)

    async def talk(socket):
        _, key = asked(await socket.recv())
        await socket.send(reply(key))
        await socket.send(good[0])
        await socket.send(b"\xff\xfe no UTF-8", text=True)
        await socket.send(b"\x00\x01\x02")
        await socket.send("[1, 2]")
        await socket.send("")
        await socket.send(good[1].replace("^11.70^", "^\ud55c^", 1))
        await socket.send(good[1].encode())  # a binary message is read as the text it holds
        await socket.wait_closed()

    async with speaking(talk) as source, running(source, A) as line:
        await line.until(lambda: line.store.records == 2)
        assert line.status.connects == 1
    assert line.store.bad == 5
    assert line.errors[0].frame == "\ufffd\ufffd no UTF-8"
    assert line.store.lost == 0


async def test_what_a_server_repeats_of_our_requests_holds_no_key():
    async def echo(socket):
        async for message in socket:
            await socket.send(message)
            await socket.send("echo: " + message)

    approved = http(200, {"approval_key": "canary-1234"})
    async with speaking(echo, approved) as source, running(source, A) as line:
        await line.until(lambda: line.store.bad > 0)
    assert "***" in line.errors[0].frame
    assert not any("canary" in repr(status) for status in line.statuses)
    assert not any("canary" in f"{each} {each!r} {each.frame}" for each in line.errors)


# requests --------------------------------------------------------------------------


async def test_registrations_go_out_in_the_order_of_the_wishes():
    script = Script()
    async with speaking(script) as source, running(source, C, INDEX, A, FUTURE, B) as line:
        await line.until(line.is_active)
        line.connection.watch([A, OPTIONS[3]])
        await line.until(lambda: len(line.status.slots) == 2 and line.is_active())
    registered = [(REGISTER, key) for key in (C, INDEX, A, FUTURE, B)]
    released = [(RELEASE, key) for key in (C, INDEX, FUTURE, B)]
    assert script.asked == [[*registered, *released, (REGISTER, OPTIONS[3])]]


async def test_a_wish_that_was_taken_back_in_time_never_reaches_the_wire():
    script = Script()
    async with speaking(script) as source, running(source, A, B) as line:
        line.connection.watch([A, C])
        await line.until(line.is_active)
        line.connection.watch([A, C, B])
        line.connection.watch([A, C])
        await asyncio.sleep(0.05)
    assert script.asked == [[(REGISTER, A), (REGISTER, C)]]


async def test_requests_keep_their_distance():
    times = []

    async def note(socket):
        async for message in socket:
            times.append(asyncio.get_running_loop().time())
            await socket.send(reply(asked(message)[1]))

    keys = [Key("H0IOCNT0", f"B01612A{serial}") for serial in range(20, 50)]
    async with speaking(note) as source, running(source, *keys) as line:
        await line.until(line.is_active)
        assert source.pace == 0.002
    assert times[-1] - times[0] >= 0.9 * 29 * source.pace


async def test_a_request_without_an_answer_is_asked_again():
    script = Script(None)
    patience = Patience(silent=5, dead=5, answer=0.2)
    async with speaking(script) as source, running(source, A, patience=patience) as line:
        await line.until(line.is_active, 1.5)
    assert script.asked == [[(REGISTER, A)] * 2]


async def test_a_key_that_the_server_does_not_know_is_refused_until_asked_for_anew():
    script = Script(saying("OPSP8992"))
    async with speaking(script) as source, running(source, A, B, patience=LONG) as line:
        await line.until(lambda: line.state(B) is State.ACTIVE)
        assert line.state(A) is State.REJECTED
        assert "OPSP8992" in line.status.slot(A).reply.reason("ko")
        line.connection.retry(A)
        await line.until(line.is_active)
    assert script.asked == [[(REGISTER, A), (REGISTER, B), (REGISTER, A)]]


async def test_a_key_that_the_server_cannot_take_now_is_asked_for_later():
    script = Script(saying("OPSP0007"))
    async with speaking(script) as source, running(source, A, patience=LONG) as line:
        began = asyncio.get_running_loop().time()
        await line.until(lambda: line.status.slots[0].reply is not None)
        assert line.state(A) is State.WANTED
        await line.until(line.is_active)
        assert asyncio.get_running_loop().time() - began > 0.9
        assert line.status.connects == 1
    assert script.asked == [[(REGISTER, A)] * 2]


async def test_records_say_that_a_key_is_subscribed_and_what_waited_for_that_goes_on():
    async def mute(socket):
        async for message in socket:
            tr_type, key = asked(message)
            requests.append((tr_type, key))
            await socket.send(records_of(key, 7)[0])

    requests = []
    async with speaking(mute) as source, running(source, A, patience=LONG) as line:
        await line.until(lambda: bool(requests))
        line.connection.watch([])  # its release may go only when the registration is answered
        await line.until(lambda: requests == [(REGISTER, A), (RELEASE, A)])


async def test_a_server_short_of_resources_is_left_alone_for_a_while():
    script = Script(saying("OPSP8999"), saying("OPSP9993"))
    async with speaking(script) as source, running(source, A, backoff=doubling()) as line:
        await line.until(line.is_active)
        assert line.status.connects == 3
    assert gaps(script.times)[0] >= 0.02
    assert gaps(script.times)[1] >= 0.04
    assert Link.REFUSED not in line.links
    assert any(isinstance(status.error, RefusedError) for status in line.statuses)


async def test_a_refusal_is_heard_also_when_the_server_closes_right_behind_it():
    async def refuse(socket):
        await socket.recv()
        await socket.send(reply(Key("", ""), "OPSP8996", success=False))

    for _ in range(10):
        async with speaking(refuse) as source, running(source, *KEYS) as line:
            await line.until(lambda line=line: line.status.link is Link.REFUSED)
            assert line.status.connects == 1


async def test_pingpong_is_answered_with_its_own_text():
    ping = write_ping("20261123090500")
    answers = []

    async def talk(socket):
        async for message in socket:
            if message == ping:
                answers.append(message)
                continue
            await socket.send(reply(asked(message)[1]))
            await socket.send(ping)

    async with speaking(talk) as source, running(source, A, B) as line:
        await line.until(lambda: len(answers) == 2)
        assert line.status.pinged > 0
        assert line.store.bad == 0


# addresses and keys -------------------------------------------------------------------


async def test_an_approval_key_is_kept_for_the_same_address_and_not_for_another():
    async with service() as (web, served):

        async def close(socket):
            pass

        async with speaking(close) as first, speaking(close) as second:
            places = [Source(first.ws, web)] * 3 + [Source(second.ws, web)] * 3

            async def locate():
                return places.pop(0) if len(places) > 1 else places[0]

            async with running(locate, A) as line:
                await line.until(lambda: line.status.connects == 6)
    assert len(served.bodies) == 2


@pytest.mark.parametrize(
    ("trouble", "shown"),
    [
        (BrokerStartError(reason="no memory"), BrokerStartError),
        (OSError("no descriptor left"), ConnectionLostError),
    ],
)
async def test_a_broker_that_cannot_be_located_is_asked_for_again(trouble, shown):
    async with trading() as broker:
        troubles = [trouble, trouble]

        async def locate():
            if troubles:
                raise troubles.pop()
            return broker.source

        async with running(locate, *KEYS) as line:
            await line.until(line.is_active)
    assert line.links.count(Link.WAITING) == 2
    assert any(isinstance(status.error, shown) for status in line.statuses)


async def test_the_user_need_not_wait_for_the_next_attempt():
    async with trading() as broker:
        source = broker.source
        port, web = broker.port, int(broker.http_url.rpartition(":")[2])
    async with running(source, A, backoff=doubling(60.0, 60.0)) as line:
        await line.until(lambda: line.status.link is Link.WAITING)
        assert line.status.retry_at > 0
        async with trading(port=port, http_port=web):
            line.connection.reconnect()
            await line.until(line.is_active)


# the end --------------------------------------------------------------------------------


async def test_it_can_be_stopped_at_any_moment():
    for steps in range(0, 60, 3):
        async with trading() as broker:
            line = Line(found_at(broker.source), *KEYS)
            task = asyncio.create_task(line.connection.run())
            for _ in range(steps):
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 2)
            assert line.status.link is (Link.STOPPED if steps else Link.STARTING)
            assert not any(slot.state is State.ACTIVE for slot in line.status.slots)


async def test_it_can_be_stopped_while_it_waits_for_the_user():
    async with trading("in-use") as broker, running(broker.source, A) as line:
        await line.until(lambda: line.status.link is Link.REFUSED)
    assert line.status.link is Link.STOPPED


async def test_records_that_came_before_the_end_are_not_lost():
    async with trading(rate=20_000.0) as broker, running(broker.source, *KEYS) as line:
        await line.until_trading()
    assert line.store.lost == broker.tape.missing(line) == 0


# what is logged -------------------------------------------------------------------------


async def test_no_secret_is_shown_or_logged_whatever_goes_wrong(caplog, capfd):
    caplog.set_level(logging.DEBUG, "kisopt_gui")
    secrets = "canary-app-key", "canary-secret"
    async with trading("garbage=2") as broker:
        source = Source(broker.url, "", *secrets)
        async with running(source, *KEYS) as line:
            await line.until_trading()
            for fault in ("drop", "truncate=2", "stale-key", "in-use"):
                await inject(broker, fault)
            await inject(broker, "drop")
            await line.until(lambda: line.status.link is Link.REFUSED)
            for fault in ("none", "refuse-key", "stale-key"):
                await inject(broker, fault)
            line.connection.reconnect()
            await line.until(lambda: "EGW00103" in str(line.status.error))
            approvals = list(broker._desk._approvals)
    texts = [caplog.text, *capfd.readouterr(), repr(source), str(source), repr(line.connection)]
    texts += [repr(status) + str(status.error) for status in line.statuses]
    texts += [f"{error!r}{error}{error.frame}" for error in line.errors]
    assert "refused" in caplog.text
    for secret in (*secrets, *approvals, "canary"):
        assert not any(secret in text for text in texts)


async def test_a_service_that_repeats_our_secret_is_not_repeated():
    refusal = {"error_description": "no such secret: canary-secret", "error_code": "EGW00105"}
    async with service(http(403, refusal)) as (web, _):
        source = Source(web.replace("http", "ws"), web, "canary-key", "canary-secret")
        async with running(source, A) as line:
            await line.until(lambda: line.status.link is Link.REFUSED)
            assert "no such secret: ***" in str(line.status.error)
    assert "canary" not in repr(line.statuses)
