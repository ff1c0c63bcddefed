"""What a timed run says at its end."""

from dataclasses import dataclass
from pathlib import Path

from kisopt_gui.app.moments import Moments
from kisopt_gui.feed.inbox import Inbox
from kisopt_gui.market.latency import Percentiles
from kisopt_gui.market.store import Store
from kisopt_gui.ui.clock import FrameClock
from kisopt_gui.ui.figures import number


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of one run.

    Attributes:
        seconds: How long it ran.
        records: Records received.
        lost: Contracts traded that no record told of, and records dropped here.
        bad: Frames that could not be read.
        rows: Rows of the grid painted.
        frames: Frames painted, charts included.
        delay: From the read of the socket to the end of the paint, ms.
        first_paint: Seconds from the start of the program to the first paint.
        first_quote: The same to the first painted quote.
        picture: Where the picture was saved, None if none was.
    """

    seconds: float
    records: int
    lost: int
    bad: int
    rows: int
    frames: int
    delay: Percentiles
    first_paint: float
    first_quote: float
    picture: Path | None

    @classmethod
    def of(
        cls,
        store: Store,
        inbox: Inbox,
        clock: FrameClock,
        moments: Moments,
        rows: int,
        picture: Path | None,
    ) -> "Summary":
        """Sum up a run that has ended; the moment "end" is noted."""
        return cls(
            seconds=moments.since_start("end"),
            records=store.records,
            lost=store.lost + inbox.overflow,
            bad=store.bad,
            rows=rows,
            frames=clock.frames,
            delay=clock.latency.percentiles(),
            first_paint=moments.since_start("paint"),
            first_quote=moments.since_start("quote"),
            picture=picture.absolute() if picture is not None and picture.exists() else None,
        )

    def text(self, language: str) -> str:
        """Say it, one line a figure."""
        korean = language == "ko"
        rows = [
            (("실행 시간", "ran for"), f"{self.seconds:.1f} s"),
            (("수신", "records received"), f"{self.records:,}"),
            (("유실", "lost"), f"{self.lost:,}"),
            (("불량 프레임", "bad frames"), f"{self.bad:,}"),
            (("그린 행", "rows painted"), f"{self.rows:,}"),
            (("그린 프레임", "frames painted"), f"{self.frames:,}"),
            (
                ("수신→화면", "receive to paint"),
                f"p50 {number(self.delay.p50, 1)} ms, p99 {number(self.delay.p99, 1)} ms",
            ),
            (("첫 화면", "first paint"), f"{number(self.first_paint, 2)} s"),
            (("첫 시세", "first quote"), f"{number(self.first_quote, 2)} s"),
            (("그림", "screenshot"), str(self.picture) if self.picture else "-"),
        ]
        width = max(len(english) for (_, english), _ in rows)
        lines = (
            f"  {name[0]}: {value}" if korean else f"  {name[1]:<{width}}  {value}"
            for name, value in rows
        )
        return "\n".join(lines) + "\n"
