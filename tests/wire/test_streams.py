"""Real frames, and what their own numbers prove of the tables by arithmetic."""

import math

import pytest

from kisopt_gui.wire.codec import (
    CipherError,
    UnknownStreamError,
    WidthError,
    read_frame,
    read_record,
    read_records,
    split_records,
    tail,
)
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import FRAMES, OPTION, captured, record


def near(value, decimals=2):
    """Compare with what was rounded to so many decimals, and worked out of such numbers."""
    return pytest.approx(value, abs=1.01 * 10**-decimals)


def read(name, line=0):
    [one] = read_records(read_frame(captured(name)[line]))
    return one


FUTURE, NEXT_FUTURE = (read("live_H0IFCNT0_messiah_20260722.txt", line) for line in (0, 1))
INDEX = read("live_H0UPCNT0_2001_20261001.txt")
NIGHT = read("portal_H0EUCNT0.txt")
NIGHT_FUTURE = read("portal_H0MFCNT0.txt")
CUT = captured("live_H0IFCNT0_count002_TRUNCATED_time_edited_messiah.txt")[0]


def cut_record():
    """The whole one of the two records of the frame that was cut short."""
    fields = CUT.split("|", 3)[3].split("^")[:50]
    [one] = read_records(read_frame(f"0|H0IFCNT0|001|{'^'.join(fields)}"))
    return one


FUTURES = {"first": FUTURE, "next": NEXT_FUTURE, "cut": cut_record()}
futures = pytest.mark.parametrize("trade", FUTURES.values(), ids=FUTURES)


def test_a_live_future_trade_reads_as_it_was_sent():
    assert FUTURE.code == "A05608"
    assert FUTURE.time == "152953"
    assert (FUTURE.price, FUTURE.open, FUTURE.high, FUTURE.low) == (
        1080.30,
        1131.06,
        1146.44,
        1079.36,
    )
    assert (FUTURE.volume, FUTURE.value, FUTURE.open_interest) == (134935, 7587962447, 76672)
    assert (FUTURE.ask, FUTURE.bid, FUTURE.ask_quantity) == (1080.30, 1080.04, 1)
    assert (FUTURE.upper_limit, FUTURE.lower_limit) == (1091.10, 1069.50)
    assert (FUTURE.sign, FUTURE.limit_code) == ("5", "2")


@futures
def test_the_theoretical_price_proves_mispricing(trade):
    assert trade.price - trade.theoretical == near(trade.mispricing)
    assert trade.mispricing / trade.theoretical * 100 == near(trade.mispricing_percent)


@futures
def test_both_bases_of_a_future_lead_to_one_index(trade):
    assert trade.price - trade.market_basis == near(1081.21)
    assert trade.theoretical - trade.theoretical_basis == near(1081.21)


@futures
def test_open_high_and_low_changes_of_a_future_are_against_its_last_price(trade):
    assert trade.price - trade.open == near(trade.open_change)
    assert trade.price - trade.high == near(trade.high_change)
    assert trade.price - trade.low == near(trade.low_change)


@futures
def test_signs_agree_with_numbers_that_carry_their_own_minus(trade):
    for sign, change in (
        (trade.sign, trade.change),
        (trade.open_sign, trade.open_change),
        (trade.high_sign, trade.high_change),
        (trade.low_sign, trade.low_change),
    ):
        assert {"2": 1, "5": -1}[sign] == math.copysign(1, change)


@futures
def test_volumes_and_counts_prove_strength_share_and_net(trade):
    assert trade.buy_volume / trade.sell_volume * 100 == near(trade.strength)
    assert trade.buy_volume / (trade.buy_volume + trade.sell_volume) == near(trade.buy_ratio)
    assert trade.buy_trades - trade.sell_trades == trade.net_buy_trades


@futures
def test_dynamic_limits_are_one_percent_off_the_last_price(trade):
    assert trade.upper_limit / trade.price == pytest.approx(1.01, abs=2e-5)
    assert trade.lower_limit / trade.price == pytest.approx(0.99, abs=2e-5)


def test_value_is_in_thousand_won():
    contracts = NEXT_FUTURE.volume - FUTURE.volume
    won = contracts * NEXT_FUTURE.price * 50_000  # the multiplier of the mini future
    assert contracts == NEXT_FUTURE.quantity == 1
    assert NEXT_FUTURE.value - FUTURE.value == won / 1000 == 54_015


def test_times_that_the_server_fills_with_zeros_are_missing():
    stream = STREAMS["H0IFCNT0"]
    for name in ("open_time", "high_time", "low_time"):
        assert getattr(FUTURE, name) == "000000"
        assert stream.is_missing(name, getattr(FUTURE, name))


def test_the_frame_that_was_cut_short_is_refused_with_its_numbers():
    with pytest.raises(WidthError) as refusal:
        read_frame(CUT)
    assert refusal.value.facts["fields"] == CUT.count("^") + 1 == 51
    assert (refusal.value.facts["count"], refusal.value.facts["required"]) == (2, 50)
    assert "H0IFCNT0 has 51 fields for 2 record(s)" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "previous"),
    [("live_H0UPCNT0_2001_20261001.txt", 1081.82), ("portal_H0UPCNT0_0001.txt", 2591.86)],
)
def test_changes_of_an_index_are_against_its_previous_close(name, previous):
    tick = read(name)
    assert tick.price - tick.change == near(previous)
    assert tick.change / previous * 100 == near(tick.change_percent)
    for price, change, percent, sign in (
        (tick.open, tick.open_change, tick.open_percent, tick.open_sign),
        (tick.high, tick.high_change, tick.high_percent, tick.high_sign),
        (tick.low, tick.low_change, tick.low_percent, tick.low_sign),
    ):
        assert price - previous == near(change)
        assert change / previous * 100 == near(percent)
        assert {"2": 1, "5": -1}[sign] == math.copysign(1, change)


def test_a_live_index_tick_reads_as_it_was_sent():
    assert (INDEX.code, INDEX.time, INDEX.price) == ("2001", "145537", 1101.44)
    assert (INDEX.volume, INDEX.value, INDEX.quantity, INDEX.tick_value) == (
        99196,
        12550500,
        24,
        3740,
    )
    counts = (INDEX.upper_limit_issues, INDEX.up_issues, INDEX.flat_issues, INDEX.down_issues)
    assert counts == (0, 105, 8, 88)
    assert sum(counts) + INDEX.lower_limit_issues == pytest.approx(200, abs=2)  # of KOSPI200
    assert INDEX.tick_change == 2


def test_the_night_sample_of_53_fields_reads_with_its_nans():
    assert (NIGHT.code, NIGHT.time, NIGHT.price) == ("301V06362", "190612", 2.98)
    values = {name: getattr(NIGHT, name) for name in STREAMS["H0EUCNT0"].fields}
    assert {name for name, value in values.items() if value != value} == {
        "theoretical",
        "delta",
        "gamma",
        "vega",
        "theta",
        "rho",
        "mispricing",
        "theoretical_basis",
        "historical_volatility",
        "mispricing_percent",
        "upper_limit",
        "lower_limit",
        # Sent as 0 beside a volume of 106.
        "open_interest",
        "value",
    }
    assert NIGHT.limit_code == ""


def test_the_night_sample_proves_its_table_by_arithmetic():
    assert (NIGHT.ask, NIGHT.bid, NIGHT.implied_volatility) == (3.00, 2.98, 84.55)
    assert NIGHT.price - NIGHT.market_basis == near(366.08)  # the index of portal_H0MFCNT0.txt
    assert NIGHT.change / (NIGHT.price - NIGHT.change) * 100 == near(NIGHT.change_percent)
    assert NIGHT.price - NIGHT.open == near(NIGHT.open_change)
    assert NIGHT.price - NIGHT.high == near(NIGHT.high_change)
    assert NIGHT.price - NIGHT.low == near(NIGHT.low_change)
    assert NIGHT.price - NIGHT.intrinsic == near(NIGHT.time_value)
    assert NIGHT.buy_volume / NIGHT.sell_volume * 100 == near(NIGHT.strength)
    assert NIGHT.buy_volume / NIGHT.volume == near(NIGHT.buy_ratio)
    assert NIGHT.buy_trades - NIGHT.sell_trades == NIGHT.net_buy_trades == -15


def test_the_night_sample_of_a_future_proves_its_table_by_arithmetic():
    one = NIGHT_FUTURE
    assert (one.code, one.time, one.price) == ("101V06", "190215", 367.30)
    assert (one.open, one.high, one.low) == (367.10, 367.60, 367.05)
    assert one.price - one.theoretical == near(one.mispricing)
    assert one.mispricing / one.theoretical * 100 == near(one.mispricing_percent)
    assert one.price - one.market_basis == near(366.08)
    assert one.theoretical - one.theoretical_basis == near(366.08)
    assert one.change / (one.price - one.change) * 100 == near(one.change_percent)
    assert one.price - one.open == near(one.open_change)
    assert one.price - one.high == near(one.high_change)
    assert one.price - one.low == near(one.low_change)
    assert one.buy_volume + one.sell_volume == one.volume == 1596
    assert one.buy_volume / one.sell_volume * 100 == near(one.strength)
    assert one.buy_volume / one.volume == near(one.buy_ratio)
    assert one.buy_trades - one.sell_trades == one.net_buy_trades == 13
    assert (one.ask, one.bid) == (367.35, 367.30)
    # Thousand won: the mean price of the night is between its low and its high.
    assert one.low < one.value * 1000 / (one.volume * 250_000) < one.high


def test_the_night_sample_of_a_future_lacks_the_limits_that_came_later():
    assert all(math.isnan(limit) for limit in (NIGHT_FUTURE.upper_limit, NIGHT_FUTURE.lower_limit))
    assert NIGHT_FUTURE.limit_code == ""


@pytest.mark.parametrize("width", [46, 47, 48, 49, 50])
def test_a_night_record_of_a_future_may_lack_the_fields_that_came_later(width):
    night = STREAMS["H0MFCNT0"]
    text = "^".join(record(night, extra=["new"]).split("^")[:width])
    [one] = read_records(read_frame(f"0|H0MFCNT0|001|{text}"))
    expected = [1091.10, 1069.50, "2"][: width - 46]
    assert [one.upper_limit, one.lower_limit, one.limit_code][: width - 46] == expected
    assert tail(night, text) == (["new"] if width == 50 else [])


NIGHT_BOOK = read("portal_H0EUASP0.txt")
WIDE_BOOK = read("portal_H0MFASP0_extra_fields.txt")
MADE_BOOK = read("SYNTHETIC_H0IOASP0_38.txt")


def steps(book, name):
    """Return the five values of a field that each step has."""
    return [getattr(book, f"{name}{step}") for step in range(1, 6)]


def test_the_night_sample_of_a_book_proves_its_order_by_its_totals():
    assert (NIGHT_BOOK.code, NIGHT_BOOK.time) == ("301V06362", "190159")
    assert steps(NIGHT_BOOK, "ask")[:3] == [2.98, 2.99, 3.00]
    assert steps(NIGHT_BOOK, "bid")[:3] == [2.97, 2.96, 2.95]
    assert all(
        math.isnan(price) for name in ("ask", "bid") for price in steps(NIGHT_BOOK, name)[3:]
    )
    assert sum(steps(NIGHT_BOOK, "ask_quantity")) == NIGHT_BOOK.total_ask_quantity == 16
    assert sum(steps(NIGHT_BOOK, "bid_quantity")) == NIGHT_BOOK.total_bid_quantity == 46
    assert (NIGHT_BOOK.ask_quantity_change, NIGHT_BOOK.bid_quantity_change) == (5, 0)


@pytest.mark.parametrize("book", [NIGHT_BOOK, WIDE_BOOK], ids=["option", "future"])
def test_orders_are_not_told_in_the_samples_of_the_night(book):
    counts = [*steps(book, "ask_orders"), *steps(book, "bid_orders")]
    assert all(math.isnan(orders) for orders in counts)
    assert math.isnan(book.total_ask_orders)


def test_the_sample_of_46_fields_reads_as_a_book_of_38_and_a_tail():
    assert (WIDE_BOOK.code, WIDE_BOOK.time) == ("101V06", "190215")
    assert steps(WIDE_BOOK, "ask")[:3] == [367.35, 367.40, 367.45]
    assert steps(WIDE_BOOK, "bid")[:3] == [367.30, 367.25, 367.20]
    assert steps(WIDE_BOOK, "ask_quantity") == [24, 21, 21, 0, 0]
    assert steps(WIDE_BOOK, "bid_quantity") == [2, 28, 20, 0, 0]
    # The trade of the same second has the same best prices.
    assert (NIGHT_FUTURE.time, NIGHT_FUTURE.ask, NIGHT_FUTURE.bid) == ("190215", 367.35, 367.30)
    assert (WIDE_BOOK.total_ask_quantity, WIDE_BOOK.total_bid_quantity) == (0, 0)
    assert math.isnan(WIDE_BOOK.ask_quantity_change)  # sent as an empty text
    assert WIDE_BOOK.bid_quantity_change == 0
    [text] = split_records(read_frame(captured("portal_H0MFASP0_extra_fields.txt")[0]))
    assert tail(STREAMS["H0MFASP0"], text) == ["0", "0", "0", "0", "", "000000", "2", ""]


def test_the_synthetic_book_of_another_project_reads():
    assert (MADE_BOOK.code, MADE_BOOK.time) == ("201S11305", "090130")
    assert steps(MADE_BOOK, "ask") == [3.55, 3.60, 3.65, 3.70, 3.75]
    assert steps(MADE_BOOK, "bid") == [3.45, 3.40, 3.35, 3.30, 3.25]
    assert sum(steps(MADE_BOOK, "ask_orders")) == MADE_BOOK.total_ask_orders == 98
    assert sum(steps(MADE_BOOK, "bid_orders")) == MADE_BOOK.total_bid_orders == 132
    assert sum(steps(MADE_BOOK, "ask_quantity")) == MADE_BOOK.total_ask_quantity == 1240
    assert sum(steps(MADE_BOOK, "bid_quantity")) == MADE_BOOK.total_bid_quantity == 1810
    assert (MADE_BOOK.ask_quantity_change, MADE_BOOK.bid_quantity_change) == (-200, 300)


@pytest.mark.parametrize("width", [53, 54, 55, 56, 57])
def test_a_night_record_may_lack_the_fields_that_came_later(width):
    night = STREAMS["H0EUCNT0"]
    text = "^".join(record(night, extra=["new"]).split("^")[:width])
    frame = read_frame(f"0|H0EUCNT0|002|{text}^{text}")
    assert split_records(frame) == [text, text]
    first, second = read_records(frame)
    assert first == second or width < 56  # NaN is unlike itself
    expected = [25.05, "2", 0.02][: width - 53]
    assert [first.upper_limit, first.limit_code, first.lower_limit][: width - 53] == expected
    assert tail(night, text) == (["new"] if width == 57 else [])


@pytest.mark.parametrize("width", [0, 1, 52])
def test_a_night_record_lacks_nothing_else(width):
    text = "^".join(record(STREAMS["H0EUCNT0"]).split("^")[:width])
    with pytest.raises(WidthError, match="a record needs 53 or more"):
        read_frame(f"0|H0EUCNT0|001|{text}")


def test_the_synthetic_option_frame_of_another_project_reads():
    one = read("SYNTHETIC_H0IOCNT0_58.txt")
    assert (one.code, one.time, one.price, one.sign) == ("201S11305", "090130", 3.50, "2")
    assert (one.delta, one.gamma, one.implied_volatility) == (0.4523, 0.0182, 18.50)
    assert (one.ask, one.bid, one.average_volatility) == (3.55, 3.45, 15.20)
    assert (one.upper_limit, one.lower_limit, one.limit_code) == (5.00, 1.50, "N")


def test_our_synthetic_option_record_obeys_the_same_arithmetic():
    [one] = read_records(read_frame(f"0|H0IOCNT0|001|{record()}"))
    for name, text in OPTION.items():
        value = getattr(one, name)
        assert value == (text if isinstance(value, str) else float(text))
    assert one.price - one.theoretical == near(one.mispricing)
    assert one.mispricing / one.theoretical * 100 == near(one.mispricing_percent)
    assert one.price - one.market_basis == near(1075.44)
    assert one.theoretical - one.theoretical_basis == near(1075.44)
    assert one.buy_volume / one.sell_volume * 100 == near(one.strength)
    assert one.change / (one.price - one.change) * 100 == near(one.change_percent)
    numbers = [text for text in OPTION.values() if len(text) > 2]
    assert len(numbers) == len(set(numbers))


EXPECTED = {
    "SYNTHETIC_H0IOCNT0_58.txt": 1,
    "live_H0IFCNT0_messiah_20260722.txt": 2,
    "live_H0UPCNT0_2001_20261001.txt": 1,
    "portal_H0EUCNT0.txt": 1,
    "portal_H0UPCNT0_0001.txt": 1,
    "live_H0IFCNT0_count002_TRUNCATED_time_edited_messiah.txt": WidthError,
    "portal_H0EUCNI0_encrypted.txt": CipherError,
    "SYNTHETIC_H0IOASP0_38.txt": 1,
    "portal_H0EUASP0.txt": 1,
    "portal_H0MFASP0_extra_fields.txt": 1,
    "portal_H0MFCNT0.txt": 1,
    # Stock options and futures are no part of the product; PROTOCOL.md has their widths only.
    "portal_H0ZFASP0.txt": UnknownStreamError,
    "portal_H0ZFCNT0.txt": UnknownStreamError,
    "portal_H0ZOASP0.txt": UnknownStreamError,
    "portal_H0ZOCNT0.txt": UnknownStreamError,
}
"""How many records each file holds, or how its frame is refused."""


def test_every_file_of_frames_is_looked_at():
    files = {path.name for path in FRAMES.iterdir()} - {"control_acks_and_pingpong.txt"}
    assert files == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_captured_frame_is_read_or_refused_by_name(name):
    expected = EXPECTED[name]
    lines = captured(name)
    if isinstance(expected, int):
        assert sum(len(read_records(read_frame(line))) for line in lines) == expected
        return
    with pytest.raises(expected) as refusal:
        read_frame(lines[0])
    assert refusal.value.facts["tr_id"] == lines[0].split("|")[1]
    assert refusal.value.frame == lines[0]


def test_the_stream_the_program_exists_for():
    assert INDEX_OPTION is STREAMS["H0IOCNT0"]
    assert all(stream.tr_id == tr_id for tr_id, stream in STREAMS.items())


def test_by_night_an_open_interest_of_zero_is_none():
    stream = STREAMS["H0EUCNT0"]
    sent = dict.fromkeys(stream.fields, "0") | {"code": "B01612A34", "volume": "106"}
    night = read_record(stream, "^".join(sent[name] for name in stream.position))
    assert math.isnan(night.open_interest)
    assert math.isnan(night.value)
    assert night.open_interest_change == 0.0
