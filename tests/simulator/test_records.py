"""What docs/spec/PROTOCOL.md section 6 says of the numbers of a record, and of the next one."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kisopt_gui.market.contract import Side
from kisopt_gui.pricing.black76 import price
from kisopt_gui.simulator.market import Market
from kisopt_gui.wire.codec import read_frame, read_record, split_records
from kisopt_gui.wire.streams import STREAMS

SIGNS = {True: "2", False: "5"}
TODAY = date(2026, 11, 23)

markets = st.builds(
    Market,
    seed=st.integers(0, 10_000),
    start=st.sampled_from(["08:45:00", "09:00:30", "09:05:00", "11:17:09", "14:59:30", "15:30:00"]),
    rate=st.sampled_from([20.0, 200.0, 1_000.0]),
    speed=st.sampled_from([1.0, 1.0, 60.0]),
)
few = settings(max_examples=15, deadline=None)


def watch(market, product="K2I", within=60.0, month=None):
    """Subscribe options around the money; return their codes."""
    expiry = min(f.expiry for f in market.chain.options.values() if f.product.key == product)
    codes = [
        facts.code
        for facts in market.chain.options.values()
        if facts.product.key == product
        and abs(facts.strike - 1085) <= within
        and (facts.month == month or (month is None and facts.expiry == expiry))
    ]
    for code in codes:
        market.subscribe("H0IOCNT0", code)
    return codes


def wire(frames, tr_id):
    """Return each record as a dictionary of wire names and texts, numbers as hundredths or ints."""
    stream = STREAMS[tr_id]
    names = [field.wire for field in stream.fields.values()]
    found = []
    for text in frames:
        if text.split("|")[1] == tr_id:
            for record in split_records(read_frame(text)):
                values = record.split("^")
                assert len(values) == stream.width
                read_record(stream, record)  # every number is one
                found.append(dict(zip(names, values, strict=True)))
    return found


def cents(text):
    """Read a number of two decimals without rounding."""
    whole, _, rest = text.partition(".")
    assert len(rest) == 2
    return int(whole + rest)


def sign(change):
    return "3" if change == 0 else SIGNS[change > 0]


def assert_day(record, last, names):
    """Check the nine fields about open, high and low: the time is missing, last less each."""
    for short, past in names.items():
        change = cents(record[f"{short}_VRSS_NMIX_PRPR"])
        assert change == last - cents(record[past])
        assert record[f"{short}_VRSS_PRPR_SIGN"] == sign(change)
        assert record[f"{short}_HOUR"] == "000000"
    opened, high, low = (cents(record[past]) for past in names.values())
    assert low <= last <= high
    assert low <= opened <= high


def assert_flow(record):
    """Check what is bought and sold, which futures have too."""
    sells, buys = int(record["SELN_CNTG_CSNU"]), int(record["SHNU_CNTG_CSNU"])
    sold, bought = int(record["SELN_CNTG_SMTN"]), int(record["SHNU_CNTG_SMTN"])
    volume = int(record["ACML_VOL"])
    assert int(record["NTBY_CNTG_CSNU"]) == buys - sells
    assert sold + bought == volume
    assert record["SHNU_RATE"] == f"{bought / volume:.2f}"
    assert record["CTTR"] == (f"{100 * bought / sold:.2f}" if sold else "0.00")
    assert int(record["LAST_CNQN"]) > 0
    assert record["DYNM_PRC_LIMT_YN"] == "2"
    assert (
        record["DSCS_BLTR_ACML_QTY" if "DSCS_BLTR_ACML_QTY" in record else "DSCS_LRQN_VOL"] == "0"
    )


def assert_change(last, change, percent, code):
    assert code == sign(change)
    previous = last - change
    assert previous > 0
    assert percent == f"{100 * change / previous:.2f}"


def on_grid(value, tick):
    return value > 0 and value % tick == 0


@few
@given(markets)
def test_the_numbers_of_an_option_record_agree(market):
    watch(market)
    watch(market, "MKI", 10.0)
    watch(market, "WKI", 15.0)
    watch(market, "WKM", 15.0)
    records = wire(market.advance(3.0), "H0IOCNT0")
    assert records
    for record in records:
        facts = market.chain.options[record["OPTN_SHRN_ISCD"]]
        last, theory = cents(record["OPTN_PRPR"]), cents(record["HTS_THPR"])
        index = last - cents(record["MRKT_BASIS"])
        assert index == theory - cents(record["THPR_BASIS"])
        assert 90_000 < index < 130_000
        mispriced = cents(record["ESDG"])
        assert mispriced == last - theory
        assert record["DPRT"] == (f"{100 * mispriced / theory:.2f}" if theory else "0.00")
        money = index - round(100 * facts.strike)
        worth = max(0, money if facts.side is Side.CALL else -money)
        assert cents(record["INVL_VAL"]) == worth
        assert cents(record["TMVL_VAL"]) == last - worth
        assert_change(
            last, cents(record["OPTN_PRDY_VRSS"]), record["PRDY_CTRT"], record["PRDY_VRSS_SIGN"]
        )
        names = {"OPRC": "OPTN_OPRC", "HGPR": "OPTN_HGPR", "LWPR": "OPTN_LWPR"}
        assert_day(record, last, names)
        assert_flow(record)
        tick = 5 if last >= 1000 else 2 if facts.product.key == "MKI" and last >= 300 else 1
        assert on_grid(last, tick)
        assert cents(record["DYNM_LLAM"]) <= last <= cents(record["DYNM_MXPR"])
        assert_quotes(record, "OPTN_")


def assert_quotes(record, head):
    ask, bid = cents(record[f"{head}ASKP1"]), cents(record[f"{head}BIDP1"])
    assert ask or bid
    assert not ask or bid < ask
    for side, price_there in (("ASKP", ask), ("BIDP", bid)):
        size, total = int(record[f"{side}_RSQN1"]), int(record[f"TOTAL_{side}_RSQN"])
        assert total >= size
        assert (size > 0) == (price_there > 0)


@few
@given(markets)
def test_each_trade_of_an_option_follows_from_the_one_before(market):
    codes = watch(market, within=20.0)
    before = {}
    for record in wire(market.advance(4.0), "H0IOCNT0"):
        code = record["OPTN_SHRN_ISCD"]
        assert code in codes
        quantity, volume = int(record["LAST_CNQN"]), int(record["ACML_VOL"])
        past = before.get(code)
        if past is not None:
            assert volume == int(past["ACML_VOL"]) + quantity
            step = int(record["OTST_STPL_RGBF_QTY_ICDC"])
            interest = int(record["HTS_OTST_STPL_QTY"])
            assert interest == int(past["HTS_OTST_STPL_QTY"]) + step
            change = int(record["OTST_STPL_QTY_ICDC"]) - int(past["OTST_STPL_QTY_ICDC"])
            assert change == step
            traded = int(record["ACML_TR_PBMN"]) - int(past["ACML_TR_PBMN"])
            # Thousand KRW: 250,000 a point are 2.5 a hundredth of a point and contract.
            assert abs(traded - 2.5 * quantity * cents(record["OPTN_PRPR"])) < 1
            assert record["BSOP_HOUR"] >= past["BSOP_HOUR"]
            assert cents(record["OPTN_HGPR"]) >= cents(past["OPTN_HGPR"])
            assert cents(record["OPTN_LWPR"]) <= cents(past["OPTN_LWPR"])
            assert record["OPTN_OPRC"] == past["OPTN_OPRC"]
        before[code] = record


@few
@given(markets, st.sampled_from(["A01612", "A01703", "A05612"]))
def test_the_numbers_of_a_future_record_agree(market, code):
    market.subscribe("H0IFCNT0", code)
    records = wire(market.advance(2.0), "H0IFCNT0")
    assert records
    multiplier = market.chain.futures[code].multiplier
    past = None
    for record in records:
        last, theory = cents(record["FUTS_PRPR"]), cents(record["HTS_THPR"])
        index = last - cents(record["MRKT_BASIS"])
        assert index == theory - cents(record["THPR_BASIS"])
        assert cents(record["ESDG"]) == last - theory
        assert record["DPRT"] == f"{100 * (last - theory) / theory:.2f}"
        assert_change(
            last,
            cents(record["FUTS_PRDY_VRSS"]),
            record["FUTS_PRDY_CTRT"],
            record["PRDY_VRSS_SIGN"],
        )
        names = {"OPRC": "FUTS_OPRC", "HGPR": "FUTS_HGPR", "LWPR": "FUTS_LWPR"}
        assert_day(record, last, names)
        assert_flow(record)
        assert_quotes(record, "FUTS_")
        assert on_grid(last, 2 if code.startswith("A05") else 5)
        # The limits of the live frame: a hundredth of the price away.
        assert cents(record["DYNM_MXPR"]) == pytest.approx(last * 1.01, abs=6)
        assert cents(record["DYNM_LLAM"]) == pytest.approx(last * 0.99, abs=6)
        if past is not None:
            quantity = int(record["LAST_CNQN"])
            assert int(record["ACML_VOL"]) == int(past["ACML_VOL"]) + quantity
            traded = int(record["ACML_TR_PBMN"]) - int(past["ACML_TR_PBMN"])
            assert abs(traded - quantity * last * multiplier / 100_000) < 1
        past = record


@few
@given(st.integers(0, 10_000), st.sampled_from(["09:00:00", "09:05:00", "13:00:00", "15:29:50"]))
def test_the_numbers_of_an_index_record_agree(seed, start):
    market = Market(seed, start=start)
    market.subscribe("H0UPCNT0", "2001")
    records = wire(market.advance(5.0), "H0UPCNT0")
    assert len(records) == 5
    volume, last = None, None
    for record in records:
        index, change = cents(record["PRPR_NMIX"]), cents(record["BSTP_NMIX_PRDY_VRSS"])
        assert_change(index, change, record["PRDY_CTRT"], record["PRDY_VRSS_SIGN"])
        previous = index - change
        values = list(record.values())
        for at in range(3):  # open, high, low: against the previous close here
            level = cents(values[10 + at])
            assert cents(values[13 + 2 * at]) == level - previous
            assert values[14 + 2 * at] == sign(level - previous)
            assert values[19 + at] == f"{100 * (level - previous) / previous:.2f}"
        assert cents(values[12]) <= index <= cents(values[11])
        assert sum(map(int, values[22:27])) == 200
        if volume is not None:
            assert int(record["ACML_VOL"]) == volume + int(record["PCAS_VOL"])
            assert int(record["TICK_VRSS"]) == index - last
        volume, last = int(record["ACML_VOL"]), index


@few
@given(st.integers(0, 10_000))
def test_volatility_and_greeks_are_the_broker_s(seed):
    market = Market(seed, rate=500.0)
    watch(market, within=40.0)
    checked = 0
    for record in wire(market.advance(2.0), "H0IOCNT0"):
        facts = market.chain.options[record["OPTN_SHRN_ISCD"]]
        call, last = facts.side is Side.CALL, float(record["OPTN_PRPR"])
        index = last - float(record["MRKT_BASIS"])
        days = (facts.expiry - TODAY).days
        forward, years = index * 1.023 ** (days / 365), days / 365
        volatility = float(record["HTS_INTS_VLTL"]) / 100
        vega, delta = float(record["VEGA"]), float(record["DELTA"])
        if volatility and vega >= 0.3:
            # Within the rounding of the volatility, of the carry and of the last price.
            found = price(call, forward, facts.strike, years, volatility, 0.026)
            assert found == pytest.approx(last, abs=0.04)
            checked += 1
        assert (delta >= 0) if call else (delta <= 0)
        assert abs(delta) <= 1
        assert float(record["GAMA"]) >= 0
        assert float(record["THETA"]) <= 0.1
        assert record["UNAS_HIST_VLTL"] == "21.84"
    assert checked


def test_a_price_below_intrinsic_value_has_no_volatility():
    market = Market(3, rate=5_000.0, start="14:00:00")
    watch(market, "WKM", 60.0)  # expires today
    records = wire(market.advance(5.0), "H0IOCNT0")
    below = set()
    for record in records:
        facts = market.chain.options[record["OPTN_SHRN_ISCD"]]
        index = float(record["OPTN_PRPR"]) - float(record["MRKT_BASIS"])
        money = index - facts.strike if facts.side is Side.CALL else facts.strike - index
        if float(record["OPTN_PRPR"]) < money - 0.1:  # more than carry and discount of half a day
            below.add(record["HTS_INTS_VLTL"])
    assert below == {"0.00"}


def test_wings_have_empty_sides_and_last_prices_lie_outside_the_quotes():
    market = Market(5, rate=8_000.0)
    watch(market, within=200.0)
    records = wire(market.advance(5.0), "H0IOCNT0")
    empty = sum(
        record["OPTN_BIDP1"] == "0.00" or record["OPTN_ASKP1"] == "0.00" for record in records
    )
    outside = sum(
        not cents(record["OPTN_BIDP1"]) <= cents(record["OPTN_PRPR"]) <= cents(record["OPTN_ASKP1"])
        for record in records
        if record["OPTN_ASKP1"] != "0.00"
    )
    assert 0 < empty < len(records) / 10
    assert 0 < outside < len(records) / 4


def test_calls_get_cheaper_and_puts_dearer_with_the_strike():
    market = Market(11, rate=5_000.0)
    watch(market, within=80.0)
    theory = {Side.CALL: {}, Side.PUT: {}}
    for record in wire(market.advance(3.0), "H0IOCNT0"):
        facts = market.chain.options[record["OPTN_SHRN_ISCD"]]
        theory[facts.side][facts.strike] = float(record["HTS_THPR"])
    for side, direction in ((Side.CALL, -1), (Side.PUT, 1)):
        values = [value for _, value in sorted(theory[side].items())]
        assert len(values) > 50
        assert all(direction * (b - a) > -0.2 for a, b in pairwise(values))
