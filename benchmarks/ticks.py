"""What a tick costs: from the frame to the store, and a whole record when somebody looks.

Frames come from the simulated market. Batches stand for what one read of the
socket brings: a quiet market brings one record, 50,000 records/s bring 200 at
once, because the feed converts at most every 4 ms.
"""

from collections.abc import Callable
from datetime import date

from benchmarks.rounds import header, measure, row, say
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.store import Store
from kisopt_gui.simulator.market import Market
from kisopt_gui.wire.codec import read_frame, read_record, split_records, write_frame
from kisopt_gui.wire.streams import INDEX_OPTION

RECORDS = 8_000
CONTRACTS = 41
IN_FRAME = 20


def main() -> None:
    """Print the table."""
    records = _records()
    singles = [write_frame(INDEX_OPTION, [text]) for text in records]
    joined = [
        write_frame(INDEX_OPTION, records[at : at + IN_FRAME])
        for at in range(0, len(records), IN_FRAME)
    ]
    header("What a tick costs")
    size = sum(map(len, records)) / len(records)
    say(f"  {len(records):,} records of {CONTRACTS} contracts, {size:.0f} characters in the mean")

    bare = "bare body.split('^')"
    work: dict[str, Callable[[], object]] = {bare: lambda: _split(records)}
    for batch in (1, 8, 32, 128, 200, 800):
        work[f"frame to store, batches of {batch}"] = _into_store(singles, batch)
    taken = measure(work)
    for name, seconds in taken.items():
        target = "at most 2.0 x" if name.endswith((" 200", " 800")) else ""
        row(name, seconds, len(records), taken[bare], target)

    say(f"  frames of {IN_FRAME} records")
    bodies = [frame.split("|", 3)[3] for frame in joined]
    work = {bare: lambda: _split(bodies)}
    for frames in (1, 10, 40):
        work[f"frame to store, {frames} frame(s) a read"] = _into_store(joined, frames)
    taken = measure(work)
    for name, seconds in taken.items():
        row(name, seconds, len(records), taken[bare], "at most 2.0 x" if "10 f" in name else "")

    say("  all 58 fields of a record")
    floats = "list(map(float, body.split('^')[1:]))"
    numeric = [_numeric(text) for text in records]
    work = {
        floats: lambda: _floats(numeric),
        "typed and checked": lambda: _typed(records),
    }
    taken = measure(work)
    for name, seconds in taken.items():
        target = "at most 1.0 x" if name != floats else ""
        row(name, seconds, len(records), taken[floats], target)


def _records() -> list[str]:
    market = Market(7, date=date(2026, 11, 23), rate=20_000.0)
    listed = [
        facts.code
        for facts in market.chain.options.values()
        if facts.product.key == "K2I" and 1030 <= facts.strike <= 1140
    ]
    for code in listed[:CONTRACTS]:
        market.subscribe(INDEX_OPTION.tr_id, code)
    found: list[str] = []
    while len(found) < RECORDS:
        for text in market.advance(0.05):
            found += split_records(read_frame(text))
    return found[:RECORDS]


def _split(bodies: list[str]) -> None:
    for body in bodies:
        body.split("^")


def _floats(bodies: list[str]) -> None:
    for body in bodies:
        list(map(float, body.split("^")[1:]))


def _typed(texts: list[str]) -> None:
    for text in texts:
        read_record(INDEX_OPTION, text)


def _numeric(text: str) -> str:
    """The same record with the last code as a number: the baseline converts every field."""
    return text if text[-1].isdigit() else text[:-1] + "0"


def _into_store(frames: list[str], batch: int) -> Callable[[], object]:
    def run() -> None:
        intake, store = Intake(), Store()
        for at in range(0, len(frames), batch):
            for frame in frames[at : at + batch]:
                intake.add(read_frame(frame))
            batches, _ = intake.flush(0.0)
            store.apply(batches)
        if store.records != RECORDS or store.bad or store.lost:
            raise SystemExit(f"{store.records} of {RECORDS} records, {store.lost} lost")

    return run


if __name__ == "__main__":
    main()
