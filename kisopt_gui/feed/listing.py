"""The master file of a source, and the last good one on this disk for when there is none.

A file that is cut short never replaces the one that is kept, and what is shown from a kept
one is said with its date. Nothing of an embedded broker is kept: its contracts are invented.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kisopt_gui import files
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.rest import master_file
from kisopt_gui.market.master import Master, parse_master

_LIMIT_BYTES = 32 << 20


class OldListingError(KisOptError):
    """The contracts are those of an earlier day: today's cannot be had.

    Attributes:
        facts: ``day`` on which they were fetched, ``reason``.
    """

    english = (
        "today's contracts cannot be had ({reason}), so those of {day} are used; "
        "new ones are missing until it works"
    )
    korean = (
        "오늘의 종목 목록을 받지 못해({reason}) {day}의 목록을 씁니다. "
        "받을 때까지 새 종목은 보이지 않습니다"
    )

    def __init__(self, day: str, error: KisOptError) -> None:
        self._error = error
        super().__init__(day=day, reason=str(error))

    def sentence(self, language: str = "en") -> str:
        self.facts["reason"] = self._error.sentence(language)
        return super().sentence(language)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed.

    Attributes:
        master: The contracts.
        day: The trading day of the source.
        problem: Why they are of an earlier day, None if they are not.
        clock: What time it was at the source, Seoul, without a zone; None if it does not tell.
        told: Monotonic seconds at which it told.
        speed: Seconds that pass there in one of ours.
    """

    master: Master
    day: date
    problem: KisOptError | None = None
    clock: datetime | None = None
    told: float = 0.0
    speed: float = 1.0


class Listings:
    """Fetches listings and keeps the last good one of each source.

    Args:
        folder: Where they are kept; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def fetch(self, http: str, day: date) -> Listing:
        """Return today's listing, or the kept one and why.

        Args:
            http: Address of the source's HTTP service.
            day: Its trading day.

        Raises:
            KisOptError: There is neither.
        """
        try:
            data = await master_file(http)
            master = await asyncio.to_thread(parse_master, data, day)
        except KisOptError as error:
            return await asyncio.to_thread(self._kept, http, day, error)
        await asyncio.to_thread(self._keep, http, data)
        return Listing(master, day)

    def _keep(self, http: str, data: bytes) -> None:
        if self._folder is None:
            return
        try:
            files.write(self._path(http), data)
        except KisOptError:  # a full disk costs tomorrow's convenience, not today's listing
            return

    def _kept(self, http: str, day: date, error: KisOptError) -> Listing:
        if self._folder is None:
            raise error
        path = self._path(http)
        try:
            data = files.read(path, _LIMIT_BYTES)
            if data is None:
                raise error
            fetched = datetime.fromtimestamp(path.stat().st_mtime)
            return Listing(
                parse_master(data, day), day, OldListingError(f"{fetched:%Y-%m-%d %H:%M}", error)
            )
        except (KisOptError, OSError):
            raise error from None

    def _path(self, http: str) -> Path:
        assert self._folder is not None
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", http.partition("://")[2]).strip("-.") or "source"
        return self._folder / f"{name}.mst.zip"
