"""What a broker sees of a connection with manners: settled wishes, never too much of anything."""

import asyncio
import logging

from kisopt_gui.feed.allowance import Allowance
from kisopt_gui.feed.key_lock import KeyHeldError, KeyLock
from kisopt_gui.feed.manners import Manners
from kisopt_gui.feed.patience import Patience
from kisopt_gui.feed.troubles import TooOftenError
from kisopt_gui.market.link import Link
from kisopt_gui.wire.control import REGISTER, RELEASE, Key
from kisopt_gui.wire.session import State
from tests.feed.peers import OPTIONS, asked, hasty, reply, running, speaking

A, B, C = OPTIONS[:3]
MANY = [Key("H0IOCNT0", f"B01612A{serial}") for serial in range(20, 60)]
FREE = Allowance(1000, 0.001)
LONG = Patience(silent=9, dead=9)


def manners(gap=0.001, settle=0.0, changes=FREE, connects=FREE):
    return Manners(gap, settle, changes, connects)


class Witness:
    """A server that says yes, and remembers what it was asked and when."""

    def __init__(self, *, closes=False):
        self.requests = []
        self.times = []
        self.connects = []
        self._closes = closes

    async def __call__(self, socket):
        self.connects.append(now())
        async for message in socket:
            tr_type, key = asked(message)
            self.requests.append((tr_type, key))
            self.times.append(now())
            await socket.send(reply(key, "OPSP0000" if tr_type == REGISTER else "OPSP0001"))
            if self._closes:
                return


def now():
    return asyncio.get_running_loop().time()


def most_within(times, seconds):
    """The most moments that any stretch of so many seconds has."""
    return max(sum(first <= each < first + seconds for each in times) for first in times)


async def test_wishes_are_sent_when_they_have_been_left_alone():
    seen = Witness()
    options = {"manners": manners(settle=0.15), "patience": LONG}
    async with speaking(seen) as source, running(source, A, **options) as line:
        await line.until(line.is_active)
        for keys in ([A, B], [A, C], [A], [B]) * 3:  # a list that is scrolled
            line.connection.watch(keys)
            await asyncio.sleep(0.02)
        assert seen.requests == [(REGISTER, A)]
        await line.until(lambda: len(line.status.slots) == 1 and line.is_active())
    assert seen.requests == [(REGISTER, A), (RELEASE, A), (REGISTER, B)]


async def test_wishes_that_never_rest_are_sent_all_the_same():
    seen = Witness()
    options = {"manners": manners(settle=0.1), "patience": LONG}
    async with speaking(seen) as source, running(source, A, **options) as line:
        await line.until(line.is_active)
        began = now()
        while B not in [key for _, key in seen.requests]:
            line.connection.watch([A, B])
            await asyncio.sleep(0.02)
        assert 0.3 < now() - began < 1.0


async def test_changes_stay_within_what_is_allowed_and_all_are_made():
    seen = Witness()
    few = Allowance(at_once=10, every=0.03)
    options = {"manners": manners(changes=few), "patience": LONG}
    async with speaking(seen) as source, running(source, *MANY[:20], **options) as line:
        await line.until(line.is_active)
        line.connection.watch(MANY[20:30])
        await line.until(lambda: len(line.status.slots) == 10 and line.is_active())
    assert len(seen.requests) == 20 + 20 + 10
    for seconds in (0.1, 0.5, 1.0):
        assert most_within(seen.times, seconds) <= few.most(seconds) + 1


async def test_a_server_that_closes_after_the_ack_is_not_called_more_often_than_allowed():
    seen = Witness(closes=True)
    few = Allowance(at_once=3, every=0.2)
    options = {"manners": manners(connects=few), "backoff": hasty(0.001, 0.002)}
    async with speaking(seen) as source, running(source, A, **options) as line:
        await line.until(lambda: len(seen.connects) == 8)
        assert line.status.connects == 8
    assert most_within(seen.connects, 0.5) <= few.most(0.5) + 1
    assert seen.connects[-1] - seen.connects[0] >= 0.2 * (8 - 3) * 0.95


async def test_the_user_skips_the_delay_but_not_the_limit():
    seen = Witness(closes=True)
    few = Allowance(at_once=4, every=0.3)
    options = {"manners": manners(connects=few), "backoff": hasty(60.0, 60.0)}
    async with speaking(seen) as source, running(source, A, **options) as line:
        for number in range(1, 7):
            await line.until(lambda number=number: line.status.connects == number)
            await line.until(lambda: line.status.link is Link.WAITING)
            assert line.status.retry_at > now()
            line.connection.reconnect()
            line.connection.reconnect()
    assert seen.connects[3] - seen.connects[0] < 0.3
    assert seen.connects[5] - seen.connects[0] >= 0.55


async def test_a_key_that_another_program_holds_is_not_connected_with(tmp_path):
    other = KeyLock(tmp_path, "key", "kisopt watch")
    other.take()
    seen, lock = Witness(), KeyLock(tmp_path, "key")
    async with speaking(seen) as source, running(source, A, lock=lock) as line:
        await line.until(lambda: line.status.link is Link.REFUSED)
        assert isinstance(line.status.error, KeyHeldError)
        assert "kisopt watch" in line.status.error.sentence("ko")
        line.connection.reconnect()  # it still runs
        await asyncio.sleep(0.1)
        assert (line.status.link, seen.connects) == (Link.REFUSED, [])
        other.release()
        line.connection.reconnect()
        await line.until(line.is_active)
        assert lock.held
    assert not lock.held


async def test_a_full_server_is_asked_for_one_key_until_it_has_room():
    answers = ["OPSP0008"]
    requests = []

    async def full(socket):
        async for message in socket:
            _, key = asked(message)
            requests.append(key)
            code = answers.pop() if answers else "OPSP0000"
            await socket.send(reply(key, code, success=code == "OPSP0000"))

    options = {"manners": manners(gap=0.05), "patience": LONG}
    async with speaking(full) as source, running(source, A, B, C, **options) as line:
        await line.until(lambda: line.status.limit == 0)
        assert [slot.state for slot in line.status.slots] == [State.WANTED] * 3
        await line.until(line.is_active, 9.0)
        assert line.status.limit == 41
        assert line.status.connects == 1
    assert requests == [A, A, B, C]


async def test_garbage_is_logged_once_and_kept_whole(caplog):
    caplog.set_level(logging.INFO, "kisopt_gui")

    async def babble(socket):
        for number in range(300):
            await socket.send(f"junk {number}")
        await socket.wait_closed()

    async with speaking(babble) as source, running(source, A, patience=LONG) as line:
        await line.until(lambda: line.store.bad == 300)
    said = [each for each in caplog.records if "bad messages" in each.getMessage()]
    assert [each.args[0] for each in said] == [1, 299]  # the rest is said at the end
    assert line.store.errors[-1].frame == "junk 299"


async def test_a_program_that_is_started_again_and_again_connects_no_more_often(tmp_path):
    seen = Witness()
    few = Allowance(at_once=3, every=0.4)
    for number in range(1, 6):
        options = {"manners": manners(connects=few), "lock": KeyLock(tmp_path, "key")}
        async with speaking(seen) as source, running(source, A, **options) as line:
            await line.until(line.is_active)
            waited = any(isinstance(s.error, TooOftenError) for s in line.statuses)
            assert waited == (number > 3)
            assert line.status.error is None
    assert seen.connects[2] - seen.connects[0] < 0.4
    assert seen.connects[4] - seen.connects[0] >= 2 * 0.4 * 0.9
