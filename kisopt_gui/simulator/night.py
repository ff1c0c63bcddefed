"""The night session: the same contracts in other streams, by the clock of a day of its own.

Prices, volumes and bars are those of the day's machinery; its clock is a day's, shifted so that
18:00 is its opening. The records of the night streams are the day's without what they do not have
(docs/spec/PROTOCOL.md section 2, and the tables in wire/streams). Stocks do not trade, so the index
stands where it closed, and what moves prices is what the futures make of the world.
"""

from functools import cache

from kisopt_gui.simulator.dice import stream
from kisopt_gui.simulator.future import FutureTicker
from kisopt_gui.simulator.market import CLOSES_S, Market
from kisopt_gui.simulator.option import OptionTicker
from kisopt_gui.simulator.past import Past
from kisopt_gui.simulator.ticker import OPENS_S
from kisopt_gui.simulator.underlying import Underlying
from kisopt_gui.wire.streams import STREAMS

OPENS_AT_S = 18 * 3600.0
"""When continuous trading begins, seconds since midnight in Seoul."""

AUCTION_AT_S = 30 * 3600.0 - 600.0
"""When orders are collected for the closing price: ten to six on the next morning."""

SHIFT_S = OPENS_AT_S - OPENS_S
SHARE = 0.06
"""What is traded by night against the day, invented but of the right size."""

_DAY_S = 86_400


@cache
def _dressed(day: str, night: str) -> list[int]:
    """Return where the fields of a night record stand in the day's."""
    position = STREAMS[day].position
    return [position[name] for name in STREAMS[night].fields]


class NightOption(OptionTicker):
    """An option by night."""

    tr_id = "H0EUCNT0"
    shift = SHIFT_S
    share = SHARE

    def as_sent(self, record: str) -> str:
        return _as_sent(record, _dressed("H0IOCNT0", self.tr_id))

    def trades(self, seconds: float) -> bool:
        return self._days > 0  # on its last day nothing is left for the night


class NightFuture(FutureTicker):
    """A future by night."""

    tr_id = "H0MFCNT0"
    shift = SHIFT_S
    share = SHARE

    def as_sent(self, record: str) -> str:
        return _as_sent(record, _dressed("H0IFCNT0", self.tr_id))

    def trades(self, seconds: float) -> bool:
        return self._days > 0


class NightMarket(Market):
    """One night of KOSPI200 derivatives, from 18:00 until ten to six.

    Its date is the day on which it begins.
    """

    OPTION = NightOption
    FUTURE = NightFuture
    CLOSES = AUCTION_AT_S - SHIFT_S

    def knows(self, tr_id: str, code: str) -> bool:
        if not super().knows(tr_id, code):
            return False
        facts = self.chain.options.get(code) or self.chain.futures.get(code)
        return facts is None or facts.expiry > self.date

    def _opened(self, past: Past | None) -> Underlying:
        closed = CLOSES_S - SHIFT_S
        draw = stream(self._seed, "night")
        if past is None:
            return Underlying(draw, OPENS_S, closed, still=True)
        return Underlying(draw, OPENS_S, closed, past.closed, past.reached, still=True)


def _as_sent(record: str, fields: list[int]) -> str:
    """Return a day's record as the night's stream carries it.

    Its time is that of the wall. That REST writes 253000 for half past one is documented, how
    the stream writes it is not (docs/spec/PROTOCOL.md section 5) [I].
    """
    values = record.split("^")
    hours = int(values[1][:2]) % 24
    values[1] = f"{hours:02}{values[1][2:]}"
    return "^".join(values[at] for at in fields)
