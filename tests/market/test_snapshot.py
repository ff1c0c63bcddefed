"""What REST told, in the shape of the stream, and how the stream takes its place. SYNTHETIC."""

from math import isnan

import pytest

from kisopt_gui.market.intake import Intake
from kisopt_gui.market.minutes import Minutes
from kisopt_gui.market.snapshot import MinuteBar, MinuteBars, snapshot
from kisopt_gui.market.store import Store
from kisopt_gui.wire.codec import FieldError, read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import STREAMS

KEY = Key("H0IOCNT0", "B01612A34")
OPENS = 31_500.0
QUOTE = {
    "price": "11.70",
    "sign": "2",
    "change": "0.35",
    "open": "11.40",
    "volume": "812",
    "ask": "11.60",
    "bid": "11.50",
    "implied_volatility": "36.1842",
    "delta": "0.4621",
    "gamma": "0.0047",
    "vega": "0.4821",
    "theta": "-3.1812",
    "rho": "0.0312",
}


def told(received=0.0, as_of="090005", key=KEY, **fields):
    return snapshot(key, QUOTE | fields, as_of, received)


def frame(time="090010", quantity="1", volume="813", price="11.75"):
    stream = STREAMS["H0IOCNT0"]
    values = dict.fromkeys(stream.fields, "0")
    values |= {"code": KEY.code, "time": time, "price": price}
    values |= {"quantity": quantity, "volume": volume, "ask": "11.80", "bid": "11.70"}
    return f"0|H0IOCNT0|001|{'^'.join(values.values())}"


def live(store, received=1.0, **fields):
    intake = Intake()
    intake.add(read_frame(frame(**fields)))
    batches, errors = intake.flush(received)
    assert errors == []
    store.apply(batches)


def bars(*starts, volume=10.0, total=float("nan"), price=10.0):
    made = tuple(
        MinuteBar(start, price, price + 2, price - 2, price + 1, volume, float("nan"))
        for start in starts
    )
    return (*made[:-1], made[-1]._replace(total=total))


def test_a_snapshot_is_a_record_in_which_what_rest_does_not_tell_is_missing():
    record = told().record
    assert (record.code, record.price, record.delta) == (KEY.code, 11.7, 0.4621)
    assert isnan(record.quantity)
    assert isnan(record.buy_volume)
    assert record.time == ""
    assert told().clock == "09:00:05"


@pytest.mark.parametrize("zero", ["0", "0.00", "0.0000", "", " ", "nan", "-nan"])
@pytest.mark.parametrize("name", ["price", "ask", "bid", "implied_volatility", "open"])
def test_a_zero_that_means_none_is_missing(name, zero):
    assert isnan(getattr(told(**{name: zero}).record, name))


def test_greeks_are_missing_only_all_at_once():
    greeks = ("delta", "gamma", "vega", "theta", "rho")
    assert all(isnan(getattr(told(**dict.fromkeys(greeks, "0")).record, name)) for name in greeks)
    assert told(gamma="0.0000").record.gamma == 0.0


def test_the_price_of_a_contract_that_did_not_trade_is_yesterday_s_and_is_not_shown():
    record = told(volume="0").record
    assert isnan(record.price)
    assert isnan(record.change)
    assert isnan(record.implied_volatility)
    assert record.sign == ""
    assert (record.volume, record.ask, record.delta) == (0.0, 11.6, 0.4621)


def test_text_in_place_of_a_number_is_an_error():
    with pytest.raises(FieldError):
        told(price="11,70")


def test_a_mark_inside_a_text_shifts_nothing():
    assert told(sign="2^99").record.price == 11.7


def test_answers_of_one_moment_are_one_picture_as_old_as_its_oldest_part():
    board = told(0.0, "090005", volume="800")
    price = snapshot(KEY, {"price": "11.75", "volume": "812"}, "090007", 2.0)
    both = price.over(board)
    assert (both.record.price, both.record.volume, both.record.ask) == (11.75, 812.0, 11.6)
    assert both.as_of == "090005"


def test_answers_of_two_moments_are_not_mixed():
    price = snapshot(KEY, {"price": "11.75"}, "093000", 1800.0)
    assert isnan(price.over(told()).record.ask)


def test_the_store_shows_a_snapshot_until_the_stream_speaks():
    store = Store()
    store.fill([told()])
    assert store.snapshot(KEY).record.price == 11.7
    assert store.filled == 1
    assert store.watched(KEY) is None
    assert store.contracts() == []
    live(store)
    assert store.snapshot(KEY) is None
    store.fill([told(received=9.0)])
    assert store.snapshot(KEY) is None
    assert store.record(KEY).price == 11.75


def test_a_snapshot_is_no_trade_and_proves_no_loss():
    store = Store()
    store.fill([told(volume="5")])
    live(store, volume="813")
    assert (store.records, store.lost, store.gaps, store.watched(KEY).trades) == (1, 0, 0, 1)


# minute bars --------------------------------------------------------------------


def test_minute_bars_stand_in_the_chart_before_the_first_trade():
    store = Store()
    series = store.series(KEY)
    store.backfill(MinuteBars(KEY, bars(OPENS, OPENS + 60, total=20.0), 0.0))
    assert series.refresh() == 8
    assert series.borrowed == series.length == 8
    assert series.column("price").tolist() == [10, 8, 12, 11] * 2
    assert series.volume[[0, 3, 7]].tolist() == [2.5, 10.0, 20.0]
    live(store, time="084700", volume="21")
    assert series.refresh() == 1
    assert series.restarts == 1
    assert series.volume[-1] == 21.0
    assert (store.records, store.lost, store.history.total) == (1, 0, 1)


def test_bars_that_come_after_the_first_trade_stand_before_it():
    store = Store()
    series = store.series(KEY)
    live(store, time="084630", volume="15")
    assert series.refresh() == 1
    store.backfill(MinuteBars(KEY, bars(OPENS, OPENS + 60, OPENS + 120, total=30.0), 1.0))
    assert series.refresh() == 5
    # The minute of the first trade is the stream's.
    assert (series.borrowed, series.length, series.restarts) == (4, 5, 1)
    assert series.seconds[-1] > series.seconds[-2]
    assert series.volume.tolist() == [2.5, 5.0, 7.5, 10.0, 15.0]
    live(store, time="084631", volume="16")
    assert series.refresh() == 1


def test_an_older_page_lies_before_the_newer_one_and_the_volume_fits():
    minutes = Minutes()
    minutes.add(bars(OPENS + 120, OPENS + 180, total=40.0))
    minutes.add(bars(OPENS, OPENS + 60))
    rows = minutes.rows(float("inf"))
    assert rows["volume"][3::4].tolist() == [10, 20, 30, 40]
    revision = minutes.revision
    minutes.add(bars(OPENS, OPENS + 60))
    assert minutes.revision == revision


def test_a_night_s_bars_stand_before_a_trade_after_midnight():
    minutes = Minutes()
    minutes.add(bars(64_800.0, 91_740.0))
    rows = minutes.rows(5_400.0 + 60.0)
    assert rows["time"][[0, 4]].tolist() == [180_000, 252_900]
    store = Store()
    store.backfill(MinuteBars(KEY, bars(64_800.0, 91_740.0), 0.0))
    live(store, time="013100")
    series = store.series(KEY)
    series.refresh()
    assert series.seconds[0] == 64_800.0
    assert series.seconds[-1] // 1 == 86_400 + 5_460


def test_bars_of_today_do_not_go_before_trades_of_yesterday():
    store = Store()
    live(store, received=0.0, time="154000")
    store.backfill(MinuteBars(KEY, bars(OPENS), 17 * 3600.0))
    series = store.series(KEY)
    series.refresh()
    assert series.borrowed == 0


def test_a_part_of_a_quote_never_takes_the_place_of_a_fuller_one():
    store = Store()
    store.fill([told(0.0)])
    depth = snapshot(KEY, {"ask": "11.80", "bid": "11.60"}, "093000", 30.0)
    store.fill([depth], part=True)
    assert (store.snapshot(KEY).record.price, store.snapshot(KEY).record.ask) == (11.7, 11.6)
    at_once = snapshot(KEY, {"ask": "11.80"}, "090006", 5.0)
    store.fill([at_once], part=True)
    assert (store.snapshot(KEY).record.price, store.snapshot(KEY).record.ask) == (11.7, 11.8)
    store.fill([depth])  # a whole answer stands alone
    assert isnan(store.snapshot(KEY).record.price)


def test_a_part_of_a_quote_stands_where_nothing_did():
    store = Store()
    store.fill([snapshot(KEY, {"ask": "11.80"}, "093000", 30.0)], part=True)
    assert store.snapshot(KEY).record.ask == 11.8
