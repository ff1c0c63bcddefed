"""How fast the embedded broker is: from its start to the ready line, and records a second.

Runs ``kisopt simulate`` as the program does, in a process of its own, and reads
it dry over loopback. The capacity is what one core would do: records over the
processor time that the broker used, market and sends together.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request

import psutil
from websockets.asyncio.client import connect

COMMAND = [sys.executable, "-m", "kisopt_gui.cli", "simulate", "--parent-pipe"]
RATES = (200, 2_000, 20_000, 60_000, 100_000)
SECONDS = 4.0
STARTS = 7


def main() -> None:
    """Print both."""
    starts = sorted(_start_ms() for _ in range(STARTS))
    print(f"start to ready line: median {starts[STARTS // 2]:.0f} ms, best {starts[0]:.0f} ms")
    print(
        f"{'asked/s':>9} {'sent/s':>9} {'frames/s':>9} {'one core':>9} {'records/s of one core':>22}"
    )
    for rate in RATES:
        sent, frames, share = asyncio.run(_measure(rate))
        capacity = sent / share if share else 0.0
        print(f"{rate:9,} {sent:9,.0f} {frames:9,.0f} {share:9.1%} {capacity:22,.0f}")


def _start_ms() -> float:
    began = time.perf_counter()
    with _broker(2_000) as broker:
        _addresses(broker)
        return (time.perf_counter() - began) * 1000.0


async def _measure(rate: int) -> tuple[float, float, float]:
    """Return records and frames a second, and the share of a core they cost."""
    with _broker(rate) as broker:
        stream, web = _addresses(broker)
        process = psutil.Process(broker.pid)
        approval = _ask(
            f"{web}/oauth2/Approval",
            {"grant_type": "client_credentials", "appkey": "bench", "secretkey": "bench"},
        )["approval_key"]
        async with connect(stream, ping_interval=None, compression=None, max_size=None) as socket:
            for tr_id, code in _keys():
                await socket.send(_request(str(approval), tr_id, code))
            await _drain(socket, 1.0)
            before, used = _ask(f"{web}/control"), process.cpu_times()
            began = time.perf_counter()
            await _drain(socket, SECONDS)
            after, now = _ask(f"{web}/control"), process.cpu_times()
            elapsed = time.perf_counter() - began
        cost = now.user + now.system - used.user - used.system
        return (
            (after["records"] - before["records"]) / elapsed,
            (after["frames"] - before["frames"]) / elapsed,
            cost / elapsed,
        )


async def _drain(socket, seconds: float) -> None:
    async def read() -> None:
        while True:
            await socket.recv(decode=False)

    try:
        await asyncio.wait_for(read(), seconds)
    except TimeoutError:
        pass


def _keys() -> list[tuple[str, str]]:
    """Return 41 keys: index, future, and options around the money."""
    options = [f"{side}01612A{serial:02}" for serial in range(26, 46) for side in "BC"]
    return [
        ("H0UPCNT0", "2001"),
        ("H0IFCNT0", "A01612"),
        *(("H0IOCNT0", code) for code in options[:39]),
    ]


def _request(approval: str, tr_id: str, code: str) -> str:
    header = {"approval_key": approval, "custtype": "P", "tr_type": "1", "content-type": "utf-8"}
    return json.dumps({"header": header, "body": {"input": {"tr_id": tr_id, "tr_key": code}}})


def _broker(rate: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "--rate", str(rate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _addresses(broker: subprocess.Popen[str]) -> tuple[str, str]:
    assert broker.stdout is not None
    _, _, addresses = broker.stdout.readline().partition("ready: ")
    stream, web = addresses.split()
    return stream, web


def _ask(address: str, body: dict[str, str] | None = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data)) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
