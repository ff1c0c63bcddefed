"""A client of the broker for tests: the public `websockets` library and nothing of ours."""

import asyncio
import json
import urllib.error
import urllib.request
from contextlib import asynccontextmanager, suppress

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.faults import parse_fault
from kisopt_gui.simulator.market import Market

CODES = [f"{side}01612A{serial}" for serial in range(20, 50) for side in "BC"]
PATIENCE = 5.0


def fetch(address, body=None):
    """Return status, content type and body of an HTTP answer. Blocks."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, data), timeout=PATIENCE) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


async def ask(address, body=None):
    """Return status and JSON of an HTTP answer."""
    status, _, content = await asyncio.to_thread(fetch, address, body)
    return status, json.loads(content)


def approval_request(app_key="key", secret="secret"):
    return {"grant_type": "client_credentials", "appkey": app_key, "secretkey": secret}


async def approve(broker, app_key="key"):
    _, answer = await ask(f"{broker.http_url}/oauth2/Approval", approval_request(app_key))
    return answer["approval_key"]


async def control(broker, fault=None, value=None):
    body = None if fault is None else {"fault": fault, "value": value}
    _, answer = await ask(f"{broker.http_url}/control", body)
    return answer


def request(approval, code="B01612A34", tr_id="H0IOCNT0", tr_type="1", **header):
    parts = {
        "approval_key": approval,
        "custtype": "P",
        "tr_type": tr_type,
        "content-type": "utf-8",
    } | header
    parts = {name: value for name, value in parts.items() if value is not None}
    return {"header": parts, "body": {"input": {"tr_id": tr_id, "tr_key": code}}}


async def until(broker, condition, patience=PATIENCE):
    """Ask for the counters until they fulfil a condition, and return them."""
    async with asyncio.timeout(patience):
        while True:
            counters = await control(broker)
            if condition(counters):
                return counters


class Client:
    """One connection: what came, apart by kind."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = []

    async def send(self, message):
        await self.socket.send(message if isinstance(message, str) else json.dumps(message))

    async def next(self, patience=PATIENCE):
        return await asyncio.wait_for(self.socket.recv(), patience)

    async def reply(self, patience=PATIENCE):
        """Return the next answer to a request; data frames before it are kept."""
        while True:
            text = await self.next(patience)
            if text[:1] != "{":
                self.frames.append(text)
            elif "PINGPONG" not in text:
                return json.loads(text)

    async def frame(self, patience=PATIENCE):
        """Return the next data frame; control messages before it are dropped."""
        while True:
            text = await self.next(patience)
            if text[:1] != "{":
                return text

    async def answer(self, message):
        """Send a request and return message code, success and header of the answer."""
        await self.send(message)
        reply = await self.reply()
        return reply["body"]["msg_cd"], reply["body"]["rt_cd"], reply["header"]

    async def quiet(self, seconds):
        """Whether nothing comes for so long."""
        try:
            await self.next(seconds)
        except TimeoutError:
            return True
        return False

    async def drain(self, seconds):
        """Read what comes for so long and return it."""
        found = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    found.append(await self.socket.recv())
        return found

    async def drain_until_closed(self):
        """Read until the connection has ended."""
        with suppress(ConnectionClosed):
            while True:
                await self.next()

    async def closed(self, patience=PATIENCE):
        """Wait until the connection has ended."""
        await asyncio.wait_for(self.socket.wait_closed(), patience)


@asynccontextmanager
async def serving(*faults, rate=500.0, start="10:00:00", seed=1, speed=1.0, **options):
    market = Market(seed, rate=rate, start=start, speed=speed)
    options["faults"] = [parse_fault(fault) for fault in faults]
    async with Broker(market, **options) as broker:
        yield broker


@asynccontextmanager
async def connected(broker, path="/tryitout/H0IOCNT0", **options):
    options = {"ping_interval": None, "compression": None, "close_timeout": 1.0} | options
    async with connect(broker.url + path, proxy=None, **options) as socket:
        yield Client(socket)
