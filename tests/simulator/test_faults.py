"""Every fault, first as a value, then as its victims see it."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from kisopt_gui.simulator import faults
from kisopt_gui.simulator.faults import DEFAULTS, Fault, FaultError, Losses, Tamper, parse_fault
from kisopt_gui.simulator.market import Market
from kisopt_gui.simulator.night import NightMarket
from kisopt_gui.wire.codec import FrameError, is_data, read_frame, read_records, split_records
from kisopt_gui.wire.control import ControlError
from kisopt_gui.wire.session import Session
from tests.simulator.client import (
    CODES,
    approval_request,
    approve,
    ask,
    connected,
    control,
    request,
    serving,
    until,
)

# parsing ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("drop", Fault("drop", 0.0, 0.0)),
        ("drop@5", Fault("drop", 0.0, 5.0)),
        ("cap=7", Fault("cap", 7.0, 0.0)),
        ("cap", Fault("cap", 20.0, 0.0)),
        ("late-acks=0.5@2.5", Fault("late-acks", 0.5, 2.5)),
        ("stale-key=1", Fault("stale-key", 1.0, 0.0)),
    ],
)
def test_a_fault_is_a_name_a_value_and_a_time(text, fault):
    assert parse_fault(text) == fault


@pytest.mark.parametrize("text", ["", "fire", "cap=", "cap=x", "cap=-1", "cap@", "cap=1@x", "=1"])
def test_any_other_text_is_no_fault(text):
    with pytest.raises(FaultError, match="there is no fault") as caught:
        parse_fault(text)
    assert "late-acks" in caught.value.sentence("en")
    assert "장애" in caught.value.sentence("ko")


def test_every_fault_is_documented():
    for name in DEFAULTS:
        assert f"\n    {name}" in faults.__doc__


# as values ------------------------------------------------------------------


def frames(tr_id="H0IOCNT0", code="B01612A34", seconds=2.0):
    market = Market(1, rate=500.0)
    market.subscribe(tr_id, code)
    return market.advance(seconds)


def test_without_faults_frames_pass_unchanged():
    tamper = Tamper({})
    assert [tamper(text) for text in frames()] == [[text] for text in frames()]


def test_junk_follows_every_nth_frame():
    tamper = Tamper({"garbage": 5.0})
    sent = [tamper(text) for text in frames()]
    assert [len(texts) for texts in sent[:10]] == [1, 1, 1, 1, 2, 1, 1, 1, 1, 2]
    junk = {texts[1] for texts in sent if len(texts) == 2}
    assert len(junk) > 4
    for text in junk:
        with pytest.raises((FrameError, ControlError)):
            Session().receive(text)


def test_every_nth_frame_is_cut_in_a_record():
    tamper = Tamper({"truncate": 4.0})
    for number, text in enumerate(frames(), 1):
        [sent] = tamper(text)
        if number % 4:
            assert sent == text
        else:
            assert text.startswith(sent)
            with pytest.raises(FrameError):
                read_frame(sent)


@pytest.mark.parametrize(("tr_id", "code"), [("H0IOCNT0", "B01612A34"), ("H0UPCNT0", "2001")])
def test_records_get_more_fields_at_the_end(tr_id, code):
    tamper = Tamper({"extra": 3.0})
    for text in frames(tr_id, code):
        plain, frame = read_frame(text), read_frame(tamper(text)[0])
        assert frame.shape.width == plain.shape.width + 3
        assert frame.shape.records == plain.shape.records
        assert read_records(frame) == read_records(plain)


@pytest.mark.parametrize("tr_id", ["H0IOCNT0", "H0EUCNT0"])
def test_greeks_become_nan_or_empty(tr_id):
    market = (NightMarket if tr_id == "H0EUCNT0" else Market)(
        1, start="20:00" if tr_id == "H0EUCNT0" else "10:00", rate=500.0
    )
    market.subscribe(tr_id, "B01612A34")
    tamper = Tamper({"nan": 0.0})
    seen = set()
    for text in market.advance(2.0):
        frame = read_frame(tamper(text)[0])
        for record in split_records(frame):
            seen |= set(record.split("^")[28:34])
        for record, before in zip(read_records(frame), read_records(read_frame(text)), strict=True):
            assert record.delta != record.delta
            assert record.implied_volatility != record.implied_volatility
            assert record.price == before.price
    assert seen == {"nan", "-nan", ""}


def test_other_streams_have_no_greeks_to_spoil():
    tamper = Tamper({"nan": 0.0})
    [text, *_] = frames("H0UPCNT0", "2001")
    assert tamper(text) == [text]


def test_lost_records_are_counted_by_contract():
    losses = Losses()
    losses.pending = 5
    sent = list(frames())
    kept = [left for text in sent if (left := losses.take(text))]
    before = [record for text in sent for record in split_records(read_frame(text))]
    after = [record for text in kept for record in split_records(read_frame(text))]
    assert after == before[5:]
    contracts = sum(int(record.split("^")[9]) for record in before[:5])
    assert losses.lost == {"B01612A34": {"records": 5, "contracts": contracts}}
    assert losses.pending == 0


# over a socket ----------------------------------------------------------------

e2e = pytest.mark.e2e


async def subscribed(client, broker, app_key="key", code="B01612A34"):
    return await client.answer(request(await approve(broker, app_key), code))


@e2e
async def test_drop_cuts_every_connection_without_a_closing_frame():
    async with serving() as broker, connected(broker) as client:
        await subscribed(client, broker)
        await control(broker, "drop")
        await client.drain_until_closed()
        assert client.socket.close_code == 1006
        async with connected(broker) as again:
            assert (await subscribed(again, broker))[0] == "OPSP0000"


@e2e
async def test_a_fault_may_come_later():
    async with serving("drop@0.3") as broker, connected(broker) as client:
        await subscribed(client, broker)
        await client.frame()
        await client.drain_until_closed()


@e2e
async def test_silence_is_half_open_and_the_key_is_free_again():
    async with serving(pingpong=0.3, pingpong_timeout=0.6) as broker:
        key = await approve(broker)
        async with connected(broker) as client:
            await client.answer(request(key))
            await broker.inject(Fault("silence", 0.3))
            await client.drain(0.1)
            await client.send(request("x"))
            waiter = await client.socket.ping()
            assert await client.quiet(1.0)  # no trade, no answer, no PINGPONG, no end
            assert not waiter.done()
            waiter.cancel()
            assert broker.counters()["faults"] == {}
            assert await client.quiet(0.2)  # what was half-open stays so
            async with connected(broker) as again:
                assert (await again.answer(request(key)))[0] == "OPSP0000"
                await again.frame()


@e2e
async def test_new_connections_are_silent_too_until_none():
    async with serving("silence") as broker:
        async with connected(broker, close_timeout=0.1) as client:
            await client.send(request(await approve(broker)))
            assert await client.quiet(0.3)
        await control(broker, "none")
        async with connected(broker) as client:
            assert (await subscribed(client, broker))[0] == "OPSP0000"


@e2e
@pytest.mark.parametrize("fault", ["garbage=2", "truncate=2"])
async def test_what_cannot_be_read_arrives_among_what_can(fault):
    async with serving(fault) as broker, connected(broker) as client:
        await subscribed(client, broker)
        good = bad = 0
        while good < 20 or bad < 5:
            text = await client.next()
            try:
                good += is_data(text) and bool(read_frame(text))
                bad += not is_data(text)
            except FrameError:
                bad += 1


@e2e
async def test_acks_come_late_and_trades_do_not():
    async with serving("late-acks=0.4") as broker, connected(broker) as client:
        began = asyncio.get_running_loop().time()
        await client.send(request(await approve(broker)))
        await client.frame()
        assert asyncio.get_running_loop().time() - began < 0.4
        assert (await client.reply())["body"]["msg_cd"] == "OPSP0000"
        assert asyncio.get_running_loop().time() - began >= 0.4


@e2e
async def test_acks_come_twice():
    async with serving("duplicate-acks") as broker, connected(broker) as client:
        await client.send(request(await approve(broker)))
        assert await client.reply() == await client.reply()


@e2e
async def test_the_cap_is_lower():
    async with serving("cap=2", rate=10.0) as broker, connected(broker) as client:
        key = await approve(broker)
        answers = [(await client.answer(request(key, code)))[0] for code in CODES[:3]]
        assert answers == ["OPSP0000", "OPSP0000", "OPSP0008"]
        await control(broker, "none")
        assert (await client.answer(request(key, CODES[3])))[0] == "OPSP0000"


@e2e
async def test_the_app_key_is_in_use():
    async with serving("in-use") as broker, connected(broker) as client:
        assert (await subscribed(client, broker))[:2] == ("OPSP8996", "9")
        await client.closed()


@e2e
async def test_the_app_key_is_refused():
    async with serving("refuse-key") as broker:
        address = f"{broker.http_url}/oauth2/Approval"
        status, answer = await ask(address, approval_request())
        assert (status, answer["error_code"]) == (403, "EGW00103")
        await control(broker, "none")
        assert (await ask(address, approval_request()))[0] == 200


@e2e
async def test_an_approval_key_goes_stale_and_a_new_one_works():
    async with serving() as broker, connected(broker) as client:
        old = await approve(broker)
        await control(broker, "stale-key")
        assert (await client.answer(request(old)))[:2] == ("OPSP0011", "9")
        assert (await client.answer(request(await approve(broker))))[0] == "OPSP0000"


@e2e
async def test_approval_keys_may_be_stale_from_the_start():
    async with serving("stale-key=1") as broker, connected(broker) as client:
        assert (await client.answer(request(await approve(broker))))[0] == "OPSP0011"


@e2e
async def test_a_restart_closes_every_socket_and_refuses_for_a_while():
    async with serving() as broker, connected(broker) as client:
        await subscribed(client, broker)
        port = broker.port
        await control(broker, "restart", 0.4)
        await client.drain_until_closed()
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.6)
        async with connected(broker) as again:
            assert broker.port == port
            assert (await subscribed(again, broker))[0] == "OPSP0000"


@e2e
async def test_it_can_end_in_the_middle_of_a_restart():
    async with serving() as broker:
        await control(broker, "restart", 60)


@e2e
async def test_it_can_end_with_a_connection_that_is_half_open():
    async with serving("silence") as broker, connected(broker, close_timeout=0.1) as client:
        assert await client.quiet(0.1)


@e2e
async def test_no_pingpong_is_sent():
    async with serving("no-pingpong", pingpong=0.1) as broker, connected(broker) as client:
        assert await client.quiet(0.5)
        await control(broker, "none")
        assert "PINGPONG" in await client.next()


@e2e
async def test_lost_records_leave_a_gap_in_the_volume_and_are_told():
    async with serving(rate=300.0) as broker, connected(broker) as client:
        key = await approve(broker)
        for code in CODES[20:24]:
            await client.answer(request(key, code))
        texts = [*client.frames, *await client.drain(0.5)]
        await control(broker, "lose", 7)
        texts += await client.drain(0.5)
        counters = await until(broker, lambda now: not now["to_lose"])
        texts += await client.drain(0.5)
        missing: dict[str, int] = {}
        volume: dict[str, int] = {}
        for text in texts:
            for record in read_records(read_frame(text)) if is_data(text) else ():
                gap = record.volume - record.quantity - volume.get(record.code, 0)
                if record.code in volume and gap:
                    missing[record.code] = missing.get(record.code, 0) + gap
                volume[record.code] = record.volume
        lost = counters["lost"]
        assert sum(each["records"] for each in lost.values()) == 7
        assert missing == {code: each["contracts"] for code, each in lost.items()}


@e2e
async def test_trades_are_lost_and_books_are_not():
    async with serving() as broker, connected(broker) as client:
        key = await approve(broker)
        for tr_id in ("H0IOASP0", "H0UPCNT0", "H0IOCNT0"):
            await client.answer(request(key, "2001" if tr_id == "H0UPCNT0" else CODES[0], tr_id))
        await client.frame()
        await control(broker, "lose", 30)
        told = await until(broker, lambda counters: not counters["to_lose"])
        assert {code: one["records"] for code, one in told["lost"].items()} == {CODES[0]: 30}
        assert await client.frame()


@e2e
async def test_control_takes_no_nonsense():
    async with serving() as broker:
        for body in (b"", b"{", b"[]", b'{"fault":"fire"}', b'{"fault":"cap","value":"x"}'):
            status, answer = await ask(f"{broker.http_url}/control", body)
            assert status == 400
            assert "there is no fault" in answer["error"]
        assert (await control(broker, "cap", -1))["error"]
        assert (await control(broker, "cap"))["faults"] == {"cap": 20.0}
        assert (await control(broker, "none"))["faults"] == {}


@e2e
async def test_a_connection_that_is_cut_says_so():
    async with serving() as broker, connected(broker) as client:
        await control(broker, "drop")
        with pytest.raises(ConnectionClosed):
            await client.next()
