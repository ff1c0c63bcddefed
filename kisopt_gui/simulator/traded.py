"""What the broker serves: one day's market, or the exchange over days."""

import datetime as dt
from typing import NamedTuple, Protocol

from kisopt_gui.errors import KisOptError
from kisopt_gui.simulator.chain import Chain
from kisopt_gui.simulator.ticker import Ticker
from kisopt_gui.wire.control import Key


class UnknownCodeError(KisOptError):
    """A contract that is not listed, or a stream that is not sent."""

    english = "{code!r} of {tr_id!r} is not listed here"
    korean = "{tr_id!r}의 {code!r}은(는) 상장되어 있지 않습니다"


class Outgoing(NamedTuple):
    """A frame and who it is for.

    Attributes:
        key: The registration it belongs to.
        records: How many records it has.
        text: The frame.
    """

    key: Key
    records: int
    text: str


class Traded(Protocol):
    """A market as its broker sees it; `market.Market` says what each member is."""

    speed: float

    @property
    def date(self) -> dt.date:
        """Today in Seoul."""

    @property
    def trading_date(self) -> dt.date:
        """The day on which the session began."""

    @property
    def clock(self) -> dt.datetime:
        """Its time."""

    @property
    def chain(self) -> Chain:
        """What is listed."""

    def streams(self, tr_id: str) -> bool:
        """Whether there is such a stream."""

    def knows(self, tr_id: str, code: str) -> bool:
        """Whether there is such a contract in such a stream."""

    def master(self) -> bytes:
        """The master file, a zip."""

    def subscribe(self, tr_id: str, code: str) -> None:
        """Send this contract's records from now on."""

    def unsubscribe(self, tr_id: str, code: str) -> None:
        """Take back one `subscribe`."""

    def look(self, tr_id: str, code: str) -> Ticker:
        """A contract as it stands now."""

    def underlying(self) -> dict[str, str]:
        """What REST tells of the index."""

    def flow(self, seconds: float) -> list[Outgoing]:
        """Let wall time pass."""
