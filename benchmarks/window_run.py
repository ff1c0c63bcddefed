"""One measured run of the whole program in this process, against a broker process of its own."""

import asyncio
import os
import sys
import tempfile
from functools import partial
from time import perf_counter, process_time

import msgspec

WARM_UP_S = 4.0


class Scene(msgspec.Struct, frozen=True):
    """What is measured.

    Attributes:
        rate: Records a second that the broker sends over all contracts.
        seconds: How long, after the warm-up.
        contracts: How many options are watched and sent.
        charts: How many live charts stand in the window: 0, 3 or 6.
        width: Of the window, pixels.
        height: Of the window, pixels.
    """

    rate: float
    seconds: float
    contracts: int = 41
    charts: int = 0
    width: int = 1920
    height: int = 1080


class Result(msgspec.Struct, frozen=True):
    """What came out.

    Attributes:
        records: Records received a second.
        lost: Contracts lost by volume, and records dropped by the inbox.
        p50: Receive to paint, ms.
        p99: Receive to paint, ms.
        worst: Receive to paint, ms.
        cpu: Of one core, the whole process, percent.
        backlog: Most records that waited in the inbox.
        frames: Frames a second.
        rows: Rows painted a second.
    """

    records: float
    lost: int
    p50: float
    p99: float
    worst: float
    cpu: float
    backlog: int
    frames: float
    rows: float


def warm_up(scene: Scene) -> float:
    """Seconds until the start is over and every contract is registered."""
    return WARM_UP_S + scene.contracts / 200


def run(scene: Scene) -> Result:
    """Run the scene in this process; one scene a process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["KISOPT_HOME"] = tempfile.mkdtemp(prefix="kisopt-bench-")
    from kisopt_gui.app import feed
    from kisopt_gui.app.broker import EmbeddedBroker
    from kisopt_gui.app.options import Options
    from kisopt_gui.app.program import Program
    from kisopt_gui.wire.session import Session

    faults = ["--fault", f"cap={scene.contracts}"] if scene.contracts > 41 else []
    broker = EmbeddedBroker("--rate", str(scene.rate), *faults)
    feed.Session = partial(Session, limit=max(41, scene.contracts))  # type: ignore[misc,assignment]
    try:
        total = warm_up(scene) + scene.seconds + 1.0
        program = Program(Options(seconds=total), broker, perf_counter())
        return _measured(program, scene)
    finally:
        broker.stop()


def _measured(program, scene: Scene) -> Result:  # type: ignore[no-untyped-def] # noqa: ANN001
    from kisopt_gui.market.latency import LatencyMeter

    window = program.window
    window.resize(scene.width, scene.height)
    found: dict[str, float] = {}

    async def fill(kind, master, today) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        program.watchlist.replace(_keys(master, scene.contracts))
        program.watchlist.select(program.watchlist.keys[:2])

    async def observe() -> None:
        await asyncio.sleep(warm_up(scene))
        program.clock.latency = LatencyMeter(float("inf"))
        found.update(
            records=program.store.records,
            cpu=process_time(),
            frames=program.clock.frames,
            rows=window.quotes.rows_painted,
            at=perf_counter(),
        )
        backlog = 0
        end = perf_counter() + scene.seconds - 0.2
        while perf_counter() < end:
            await asyncio.sleep(0.05)
            backlog = max(backlog, len(program.inbox))
        taken = perf_counter() - found["at"]
        found["backlog"] = backlog
        found["records"] = (program.store.records - found["records"]) / taken
        found["cpu"] = (process_time() - found["cpu"]) / taken * 100
        found["frames"] = (program.clock.frames - found["frames"]) / taken
        found["rows"] = (window.quotes.rows_painted - found["rows"]) / taken

    program.fill_watchlist = fill
    program.place_charts = lambda: _place(program, scene.charts)
    program.beside = observe
    sys.stdout.flush()
    program.run(summary=False)
    delay = program.clock.latency.percentiles()
    return Result(
        records=found["records"],
        lost=program.store.lost + program.inbox.overflow,
        p50=delay.p50,
        p99=delay.p99,
        worst=delay.worst,
        cpu=found["cpu"],
        backlog=int(found["backlog"]),
        frames=found["frames"],
        rows=found["rows"],
    )


def _keys(master, count: int):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    from kisopt_gui.market.contract import PRODUCTS, Side
    from kisopt_gui.wire.control import Key

    options = [
        contract
        for contract in master.contracts.values()
        if contract.side in (Side.CALL, Side.PUT) and contract.product is not None
    ]
    first = PRODUCTS["K2I"]
    options.sort(
        key=lambda each: (each.product is not first, each.expiry, abs(each.strike - 1085.0))
    )
    return [Key(each.tr_id, each.code) for each in options[:count]]


def _place(program, charts: int) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QSplitter

    from kisopt_gui.ui.charts.panel import ChartsPanel

    if not charts:
        program.window.workspace.actions()[1].trigger()
        return
    desk = program.window.desk
    side_by_side = QSplitter(Qt.Orientation.Horizontal)
    for _ in range(charts // 3):
        side_by_side.addWidget(ChartsPanel(desk))
    program.window.workspace.place("charts", side_by_side)


def main() -> None:
    """Run the scene given as JSON; print the result as JSON."""
    scene = msgspec.json.decode(sys.argv[1], type=Scene)
    sys.stdout.write(msgspec.json.encode(run(scene)).decode() + "\n")


if __name__ == "__main__":
    main()
