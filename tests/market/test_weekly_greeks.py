"""The broker's greeks of weekly options are wrong, and are shown nowhere."""

from math import isnan

import pytest

from kisopt_gui.market.intake import Intake
from kisopt_gui.market.snapshot import snapshot
from kisopt_gui.market.store import Store
from kisopt_gui.wire.codec import read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import STREAMS
from kisopt_gui.wire.streams.h0iocnt0 import GREEKS
from tests.records import frame, record

SENT = {"delta": "0.46", "gamma": "0.01", "vega": "48.20", "theta": "-1657.00", "rho": "0.15"}
WEEKLY = ["B09FEWA49", "CAFBZW970"]


def told(code, tr_id):
    store, stream = Store(), STREAMS[tr_id]
    intake = Intake()
    intake.add(read_frame(frame(record(stream, code=code, **SENT), stream=stream)))
    store.apply(intake.flush(1.0)[0])
    return store.watched(Key(tr_id, code))


@pytest.mark.parametrize("tr_id", ["H0IOCNT0", "H0EUCNT0"])
@pytest.mark.parametrize("code", WEEKLY)
def test_of_the_stream(code, tr_id):
    watched = told(code, tr_id)
    assert all(isnan(getattr(watched.record, name)) for name in GREEKS)
    assert watched.record.implied_volatility > 0
    place = watched.stream.position["theta"]
    assert watched.values[place] == "-1657.00"  # as sent, for who wants to see it


@pytest.mark.parametrize("code", WEEKLY)
def test_of_rest(code):
    snap = snapshot(Key("H0IOCNT0", code), SENT | {"price": "3.20", "volume": "9"}, "090005", 0.0)
    assert all(isnan(getattr(snap.record, name)) for name in GREEKS)
    assert snap.record.price == 3.2


@pytest.mark.parametrize("code", ["B01612A49", "C05612A48"])
def test_those_of_monthlies_are_as_sent(code):
    assert told(code, "H0IOCNT0").record.theta == -1657.0
