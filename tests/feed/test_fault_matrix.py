"""Every fault, with the manners for the real broker: all comes back, and the loss is known exactly.

The broker counts as the real one must be expected to and blocks an abuser. The
table of times is printed at the end of the run (tests/feed/conftest.py).
"""

import asyncio
import socket
from random import Random

import pytest

from kisopt_gui.feed.backoff import Backoff
from kisopt_gui.feed.manners import BROKER
from kisopt_gui.feed.patience import Patience
from kisopt_gui.feed.rest import KeyRefusedError
from kisopt_gui.feed.source import Source
from kisopt_gui.feed.troubles import ConnectionLostError, RefusedError, SilenceError
from kisopt_gui.market.link import Link
from kisopt_gui.simulator.guard import STRICT
from kisopt_gui.wire.session import MOST_SLOTS, State
from tests.feed.drops import many_drops
from tests.feed.peers import HOST, KEYS, inject, running, trading
from tests.feed.recoveries import PROPERTY, TimelessLoop, row

pytestmark = pytest.mark.e2e

SHORT = Patience(silent=0.4, dead=0.8)
DROPS = 40


class Trial:
    """A feed with the manners for the real broker, and a broker that blocks who has none.

    Attributes:
        place: What `locate` returns; the broker's address at first.
    """

    def __init__(self, name, note, broker, line):
        self.broker = broker
        self.line = line
        self.place = broker.source
        self._name = name
        self._note = note
        self._began = 0.0

    async def locate(self):
        return self.place

    async def fault(self, *faults):
        """Make faults happen."""
        self._began = asyncio.get_running_loop().time()
        for fault in faults:
            await inject(self.broker, fault)

    async def recovered(self, connects=1):
        """Wait until all is subscribed over the connection of this number; check everything."""
        line, broker = self.line, self.broker
        await line.until(lambda: line.status.connects >= connects and line.is_active(), 12.0)
        took = asyncio.get_running_loop().time() - self._began
        assert line.status.connects == connects
        assert [line.state(key) for key in KEYS] == [State.ACTIVE] * len(KEYS)
        await line.until_trading()
        lost = broker.tape.missing(line)
        assert line.store.lost == lost
        usage = broker.counters()["usage"]
        attempts = line.links.count(Link.CONNECTING)
        kept_within(usage)
        assert attempts <= BROKER.connects.most(60)
        self._note(PROPERTY, row(self._name, took, attempts, usage, lost))
        return lost

    def errors(self, kind):
        """Return the errors of a kind that were shown."""
        return [s.error for s in self.line.statuses if isinstance(s.error, kind)]


def kept_within(usage):
    """Assert by the broker's books that nobody asked more than the manners allow."""
    for party in usage.values():
        assert party["blocks"] == party["refused"] == 0
        assert party["most_connects_a_minute"] <= BROKER.connects.most(60)
        assert party["most_connects_an_hour"] <= BROKER.connects.most(3600)
        assert party["most_changes_a_minute"] <= BROKER.changes.most(60)


@pytest.fixture
async def trial(request, record_property):
    """All is subscribed and trades; what is marked `patience` is the connection's."""
    name = request.node.name.removeprefix("test_").replace("_", " ")
    made = []

    async def locate():
        return await made[0].locate() if made else broker.source

    options = {
        "patience": SHORT if "silence" in name else Patience(),
        "backoff": Backoff(dice=Random(1)),
        "manners": BROKER,
    }
    async with (
        trading(limits=STRICT) as broker,
        running(locate, *KEYS, **options) as line,
    ):
        made.append(Trial(name, record_property, broker, line))
        await line.until_trading()
        yield made[0]


async def test_drop(trial):
    await trial.fault("drop")
    assert await trial.recovered(connects=2) > 0
    assert trial.errors(ConnectionLostError)


async def test_half_open_silence(trial):
    await trial.fault("silence=0.2")
    assert await trial.recovered(connects=2) > 0
    assert trial.errors(SilenceError)
    assert Link.SILENT in trial.line.links


async def test_connect_refused(trial):
    with socket.socket() as unused:
        unused.bind((HOST, 0))
        trial.place = Source(f"ws://{HOST}:{unused.getsockname()[1]}", trial.broker.http_url)
        await trial.fault("drop")
        await trial.line.until(
            lambda: any(
                "111" in str(e) or "refused" in str(e) for e in trial.errors(ConnectionLostError)
            )
        )
    trial.place = trial.broker.source
    assert await trial.recovered(connects=2) > 0


async def test_name_server_fails(trial):
    trial.place = Source("ws://broker.invalid:21000", trial.broker.http_url)
    await trial.fault("drop")
    await trial.line.until(
        lambda: any("broker.invalid" in str(e) for e in trial.errors(ConnectionLostError))
    )
    trial.place = trial.broker.source
    assert await trial.recovered(connects=2) > 0


async def test_restart(trial):
    await trial.fault("restart=0.7")
    assert await trial.recovered(connects=2) > 0


async def test_key_in_use(trial):
    await trial.fault("in-use", "drop")
    await trial.line.until(lambda: trial.line.status.link is Link.REFUSED)
    assert trial.errors(RefusedError)
    await asyncio.sleep(0.3)
    assert trial.line.status.connects == 2  # nothing is tried until the user says so
    await inject(trial.broker, "none")
    trial.line.connection.reconnect()
    assert await trial.recovered(connects=3) > 0


async def test_stale_key(trial):
    await trial.fault("stale-key", "drop")
    assert await trial.recovered(connects=3) > 0
    assert trial.broker.approvals == 2  # the key was renewed exactly once
    assert not trial.errors(KeyRefusedError)


async def test_cap_of_3(trial):
    line = trial.line
    await trial.fault("cap=3", "drop")
    await line.until(lambda: (line.status.limit, line.status.held) == (3, 3))
    refused = [slot for slot in line.status.slots if slot.reply is not None]
    assert [slot.reply.msg_cd for slot in refused] == ["OPSP0008"]  # one was enough
    await inject(trial.broker, "none")
    line.connection.forget_cap()
    assert await trial.recovered(connects=2) > 0
    assert line.status.limit == MOST_SLOTS


async def test_no_slot_at_all(trial):
    """Somebody else holds them: nothing is learned of the cap, and one key is tried at a time."""
    line = trial.line
    await trial.fault("cap=0", "drop")
    await line.until(lambda: line.status.limit == 0)
    asked = changes(trial.broker)
    await asyncio.sleep(0.5)
    assert changes(trial.broker) == asked
    await inject(trial.broker, "none")
    assert await trial.recovered(connects=2) > 0  # by itself
    assert line.status.limit == MOST_SLOTS


async def test_garbage(trial):
    await trial.fault("garbage=2")
    await trial.line.until(lambda: trial.line.store.bad > 20)
    await inject(trial.broker, "none")
    assert await trial.recovered(connects=1) == 0


def changes(broker):
    """How many registrations and releases were asked of a broker."""
    return sum(party["changes"] for party in broker.counters()["usage"].values())


def test_drops_in_a_row_at_accelerated_time(record_property):
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        told = runner.run(many_drops(DROPS))
    kept_within(told.usage)
    assert told.lost == told.missing > 0
    seconds = f"{told.worst:.0f} at worst"
    record_property(
        PROPERTY,
        row(f"{DROPS} drops, {told.hours:.1f} h", seconds, told.attempts, told.usage, told.lost),
    )
