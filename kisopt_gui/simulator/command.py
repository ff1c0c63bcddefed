"""``kisopt simulate``: the embedded broker in the foreground."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date, time

from kisopt_gui.console import say
from kisopt_gui.market import calendar
from kisopt_gui.settings import Folders
from kisopt_gui.simulator import lifeline
from kisopt_gui.simulator.broker import PINGPONG_S, PINGPONG_TIMEOUT_S, Broker
from kisopt_gui.simulator.exchange import Exchange
from kisopt_gui.simulator.faults import Fault, parse_fault
from kisopt_gui.simulator.guard import GENEROUS, STRICT
from kisopt_gui.simulator.market import (
    DEFAULT_DATE,
    DEFAULT_RATE,
    DEFAULT_SEED,
    DEFAULT_START,
)

READY = "kisopt simulate ready: "
"""What the one line of output begins with; both addresses follow."""


def run(argv: Sequence[str]) -> int:
    """Serve until a signal or the end of the parent; return the exit status.

    Writes one line when it can be connected to, and nothing else.

    Raises:
        PortError: A port cannot be had.
        FaultError: A fault that does not exist.
    """
    options = _parser().parse_args(argv)
    faults = [parse_fault(given) for given in options.fault]
    asyncio.run(_serve(options, faults))
    return 0


async def _serve(options: argparse.Namespace, faults: list[Fault]) -> None:
    ended = asyncio.Event()
    _on_signals(ended.set)
    if options.parent_pipe:
        lifeline.hold(ended.set)
    # The user's own calendar holds here as in the window.
    calendar.lay_over(Folders.of(os.environ).config / calendar.FILE_NAME)
    market = Exchange(options.seed, options.date, options.start, options.rate, options.speed)
    async with Broker(
        market,
        port=options.port,
        http_port=options.http_port,
        pingpong=options.pingpong,
        pingpong_timeout=options.pingpong_timeout,
        faults=faults,
        limits=STRICT if options.strict else GENEROUS,
    ) as broker:
        say(f"{READY}{broker.url} {broker.http_url}\n", sys.stdout)
        await ended.wait()


def _on_signals(ended: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kisopt simulate",
        description="A broker on this machine: invented prices, the real protocol. "
        "이 컴퓨터에서 도는 모의 중계: 시세는 지어낸 것, 규약은 실제와 같습니다.",
    )
    add = parser.add_argument
    add("--port", type=_port, default=0, help="port of the stream; 0 takes a free one")
    add("--http-port", type=_port, default=0, help="port of approval keys and the master file")
    add("--seed", type=int, default=DEFAULT_SEED, help="another seed, another day")
    add("--rate", type=_positive, default=DEFAULT_RATE, help="records a second")
    add("--speed", type=_positive, default=1.0, help="market seconds in a second")
    add("--date", type=date.fromisoformat, default=DEFAULT_DATE, help="the day on which it begins")
    add("--start", type=time.fromisoformat, default=DEFAULT_START, help="time of day, 09:05:00")
    add("--pingpong", type=_positive, default=PINGPONG_S, help="quiet seconds before a PINGPONG")
    add(
        "--pingpong-timeout",
        type=_positive,
        default=PINGPONG_TIMEOUT_S,
        help="seconds after which an unanswered PINGPONG ends a connection",
    )
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[=VALUE][@SECONDS]",
        help="something that goes wrong, once or from then on; may be given more than once",
    )
    add("--strict", action="store_true", help="block for a minute who connects or asks too often")
    add("--parent-pipe", action="store_true", help="end when standard input ends")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _positive(text: str) -> float:
    number = float(text)
    if not 0.0 < number < 1e9:
        raise ValueError(text)
    return number
