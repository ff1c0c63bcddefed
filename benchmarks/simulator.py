"""How fast the embedded broker is: from its start to the ready line, and records a second.

Runs ``kisopt simulate`` as the program does, in a process of its own, and reads
it dry over loopback. What one core could do is records a second over the
processor time that the broker took for them, market and sends together.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.rounds import header, say

COMMAND = [sys.executable, "-m", "kisopt_gui.cli", "simulate", "--parent-pipe"]
RATES = (200, 2_000, 20_000, 60_000, 100_000)
SECONDS = 4.0
STARTS = 7
AT_LEAST = 60_000
AT_MOST_MS = 250


def main() -> int:
    """Print both; return 1 if one core would not do what it must."""
    header("The embedded broker")
    starts = sorted(_start_ms() for _ in range(STARTS))
    say(
        f"  start to ready line: median {starts[STARTS // 2]:.0f} ms, best {starts[0]:.0f} ms; "
        f"at most {AT_MOST_MS} ms"
    )
    say("    asked/s    sent/s  frames/s  of a core  one core, records/s")
    best = 0.0
    for rate in RATES:
        sent, frames, share = asyncio.run(_measure(rate))
        best = max(best, sent / share)
        say(f"  {rate:9,} {sent:9,.0f} {frames:9,.0f} {share:10.1%} {sent / share:20,.0f}")
    return 0 if best >= AT_LEAST else 1


def _start_ms() -> float:
    began = time.perf_counter()
    with _broker(RATES[0]) as broker:
        _addresses(broker)
        return (time.perf_counter() - began) * 1000.0


async def _measure(rate: int) -> tuple[float, float, float]:
    """Return records and frames a second, and the share of a core that they cost."""
    with _broker(rate) as broker:
        stream, web = _addresses(broker)
        process = psutil.Process(broker.pid)
        asked = {"grant_type": "client_credentials", "appkey": "bench", "secretkey": "bench"}
        approval = str(_ask(f"{web}/oauth2/Approval", asked)["approval_key"])
        async with connect(stream, ping_interval=None, compression=None, proxy=None) as socket:
            for tr_id, code in _keys():
                await socket.send(_request(approval, tr_id, code))
            await _drain(socket, 1.0)
            before, used = _ask(f"{web}/control"), process.cpu_times()
            began = time.perf_counter()
            await _drain(socket, SECONDS)
            after, now = _ask(f"{web}/control"), process.cpu_times()
            elapsed = time.perf_counter() - began
        cost = now.user + now.system - used.user - used.system
        records, frames = (after[name] - before[name] for name in ("records", "frames"))
        return records / elapsed, frames / elapsed, cost / elapsed


async def _drain(socket: ClientConnection, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                await socket.recv(decode=False)


def _keys() -> list[tuple[str, str]]:
    """Return as many keys as may be registered: index, future, options around the money."""
    options = [f"{side}01612A{serial}" for serial in range(26, 46) for side in "BC"]
    return [
        ("H0UPCNT0", "2001"),
        ("H0IFCNT0", "A01612"),
        *(("H0IOCNT0", code) for code in options[:39]),
    ]


def _request(approval: str, tr_id: str, code: str) -> str:
    head = {"approval_key": approval, "custtype": "P", "tr_type": "1", "content-type": "utf-8"}
    return json.dumps({"header": head, "body": {"input": {"tr_id": tr_id, "tr_key": code}}})


def _broker(rate: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "--rate", str(rate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _addresses(broker: subprocess.Popen[str]) -> tuple[str, str]:
    assert broker.stdout is not None
    stream, web = broker.stdout.readline().partition("ready: ")[2].split()
    return stream, web


def _ask(address: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, data)) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


if __name__ == "__main__":
    sys.exit(main())
