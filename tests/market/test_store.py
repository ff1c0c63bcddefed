"""What is known of every contract, after batches of any mixture."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kisopt_gui.market.history import History
from kisopt_gui.market.intake import Intake
from kisopt_gui.market.store import MOST_CONTRACTS, Store
from kisopt_gui.wire.codec import FieldError, FrameError, read_frame
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import frame as frame_of
from tests.records import hhmmss, record, thorough, trades

KEY = Key("H0IOCNT0", "B01610A34")


def batches(*frames, received=1.0):
    """Return what an intake makes of frames that came together."""
    intake = Intake()
    for text in frames:
        intake.add(read_frame(text))
    made, errors = intake.flush(received)
    assert errors == []
    return made


def fed(*texts, store=None, stream=INDEX_OPTION, received=1.0):
    """Feed records of one stream, all at once."""
    store = store or Store()
    store.apply(batches(frame_of(*texts, stream=stream), received=received))
    return store


# the newest record -----------------------------------------------------------------


def test_the_newest_record_of_a_contract_is_kept_as_sent_and_as_read():
    store = fed(record(price="11.70"), record(price="11.75", code="C01"), record(price="11.80"))
    watched = store.watched(KEY)
    assert (watched.key, watched.stream, watched.number) == (KEY, INDEX_OPTION, 0)
    assert watched.text == record(price="11.80")
    assert watched.values == record(price="11.80").split("^")
    assert watched.record is watched.record
    assert store.record(KEY).price == 11.80
    assert store.record(KEY) is watched.record
    assert watched.trades == 2
    assert store.records == 3
    assert [each.key.code for each in store.contracts()] == ["B01610A34", "C01"]


def test_fields_the_broker_adds_are_among_the_values():
    store = fed(record(extra=["new"]))
    assert store.watched(KEY).values[-1] == "new"
    assert store.record(KEY).price == 11.70


def test_a_revision_rises_once_a_batch_however_many_records_it_brings():
    store = fed(*trades(1, 2, 3))
    watched = store.watched(KEY)
    assert (watched.revision, watched.trades, watched.received) == (1, 3, 1.0)
    fed(record(code="C01"), store=store, received=2.0)
    assert (watched.revision, watched.received) == (1, 1.0)
    fed(*trades(4, 5), store=store, received=3.5)
    assert (watched.revision, watched.trades, watched.received) == (2, 5, 3.5)
    assert store.record(KEY).volume == 5


def test_a_contract_nobody_told_of_is_unknown():
    store = Store()
    assert store.watched(KEY) is None
    assert store.record(KEY) is None
    assert store.contracts() == []
    assert (store.lost, store.gaps, store.bad, store.records, store.surplus) == (0, 0, 0, 0, 0)


def test_a_chart_may_wait_for_the_first_record():
    store = Store()
    series = store.series(KEY)
    assert series.refresh() == 0
    assert store.watched(KEY) is None
    assert store.contracts() == []
    fed(*trades(10, 11), store=store)
    assert series.refresh() == 2
    assert series.volume.tolist() == [10, 11]
    assert store.watched(KEY).trades == 2


def test_the_same_code_in_two_streams_is_two_contracts():
    """The night session has streams of its own with the codes of the day."""
    night = STREAMS["H0EUCNT0"]
    store = fed(record(price="11.70"))
    fed(record(night, price="11.95"), store=store, stream=night)
    assert store.record(KEY).price == 11.70
    assert store.record(Key("H0EUCNT0", KEY.code)).price == 11.95


def test_a_code_that_is_not_ascii_is_the_key_that_its_record_names():
    store = fed(record(code="é"))
    assert store.record(Key("H0IOCNT0", "é")).code == "é"


# what cannot be read ---------------------------------------------------------------


def test_a_field_that_cannot_be_read_is_counted_once_and_leaves_the_rest_alone():
    """Only what every tick pays for is read at once; the rest shows when somebody looks."""
    store = fed(record(rho="0.5", theoretical="x"))
    series = store.series(KEY)
    assert series.refresh() == 1  # the trade itself is fine
    assert store.bad == 0
    for _ in range(3):
        assert store.record(KEY) is None
    assert store.bad == 1
    [error] = store.errors
    assert isinstance(error, FieldError)
    assert error.facts["wire"] == "HTS_THPR"
    assert read_frame(error.frame).body == record(rho="0.5", theoretical="x")
    fed(record(theoretical="y"), store=store)
    assert store.record(KEY) is None
    assert store.bad == 2
    fed(record(), store=store)
    assert store.record(KEY).price == 11.70
    assert store.bad == 2


def test_what_cannot_be_read_takes_no_more_room_however_long_it_lasts():
    store = Store()
    for number in range(300):
        fed(record(theoretical=f"x{number}"), store=store)
        store.record(KEY)
    assert store.bad == 300
    assert len(store.errors) == 200
    assert store.errors[-1].facts["value"] == "x299"
    assert len(store._suspect) == 1


def test_frames_that_were_refused_are_counted_and_kept():
    store = Store()
    error = FrameError("junk")
    store.refuse(error)
    assert (store.bad, list(store.errors)) == (1, [error])


# losses -----------------------------------------------------------------------------


def test_records_that_follow_one_another_lose_nothing():
    store = fed(*trades(10, 11, 12))
    fed(*trades(13, 14, start="100003"), store=store)
    assert (store.lost, store.gaps) == (0, 0)


def test_losses_are_summed_over_contracts_within_and_between_batches():
    other = {"code": "C01610A34"}
    store = fed(*trades(10, 15), *trades(100, 101, **other))
    assert (store.lost, store.gaps) == (4, 1)
    fed(*trades(103, 104, **other, start="100002"), *trades(16, start="100002"), store=store)
    assert (store.lost, store.gaps) == (5, 2)
    assert store.watched(KEY).ledger.lost == 4


def test_an_index_has_no_trades_to_lose():
    """Its volume is in thousand shares, and rounded: it proves nothing."""
    index = STREAMS["H0UPCNT0"]
    texts = [record(index, volume=volume, quantity=24) for volume in (99196, 99300, 99301)]
    store = fed(*texts, stream=index)
    assert store.lost == 0
    assert store.series(Key("H0UPCNT0", "2001")).refresh() == 3


def test_a_future_and_a_night_option_prove_their_losses_too():
    for tr_id in ("H0IFCNT0", "H0EUCNT0"):
        stream = STREAMS[tr_id]
        texts = [record(stream, volume=volume, quantity=1) for volume in (10, 12)]
        assert fed(*texts, stream=stream).lost == 1


def test_a_volume_that_was_not_sent_proves_nothing():
    store = fed(*trades(10, ""), *trades(12, start="100002"))
    assert (store.lost, store.gaps) == (0, 0)
    assert store.lost == 0
    fed(*trades(15, start="100003"), store=store)
    assert store.lost == 2


@st.composite
def feeds(draw):
    """Records of three contracts in arrival order, cut into batches."""
    arrivals = []
    for code in ("B01", "C02", "B03"):
        at, volume = 36_000, draw(st.integers(0, 50))
        for place in range(draw(st.integers(0, 25))):
            at += draw(st.integers(0, 2))
            quantity = draw(st.integers(1, 5))
            volume += quantity
            text = record(code=code, volume=volume, quantity=quantity, time=hhmmss(at))
            for _ in range(draw(st.sampled_from([1, 1, 1, 1, 0, 2]))):
                late = draw(st.sampled_from([0, 0, 0, 1.5, 4.5]))
                arrivals.append((place + late, code, volume - quantity, volume, text))
    arrivals.sort(key=lambda arrival: arrival[0])
    borders = sorted(draw(st.lists(st.integers(0, len(arrivals)), max_size=5)))
    parts = zip([0, *borders], [*borders, len(arrivals)], strict=True)
    return [arrivals[start:end] for start, end in parts if start < end]


@settings(thorough, max_examples=100)
@given(feeds())
def test_losses_are_exact_over_any_feed(feed):
    store = Store()
    for part in feed:
        fed(*[text for *_, text in part], store=store)
        assert store.gaps >= 0  # asking in between changes nothing
    lost = gaps = 0
    for code in ("B01", "C02", "B03"):
        mine = [(low, high) for part in feed for _, c, low, high, _ in part if c == code]
        if mine:
            heard = {unit for low, high in mine for unit in range(low, high)}
            span = range(mine[0][0], max(high for _, high in mine))
            missing = [unit for unit in span if unit not in heard]
            lost += len(missing)
            gaps += sum(unit - 1 in heard or unit - 1 not in span for unit in missing)
    assert (store.lost, store.gaps) == (lost, gaps)


@settings(thorough, max_examples=100)
@given(feeds())
def test_every_contract_keeps_its_newest_record_and_all_its_trades(feed):
    store = Store()
    total = 0
    for number, part in enumerate(feed):
        fed(*[text for *_, text in part], store=store, received=float(number))
        total += len(part)
    assert store.records == store.history.total == total
    for code in ("B01", "C02", "B03"):
        key = Key("H0IOCNT0", code)
        mine = [
            (number, *each) for number, part in enumerate(feed) for each in part if each[1] == code
        ]
        watched = store.watched(key)
        if not mine:
            assert watched is None
            continue
        assert watched.text == mine[-1][-1]
        assert watched.trades == len(mine)
        assert watched.received == mine[-1][0]
        assert watched.revision == len({number for number, *_ in mine})
        series = store.series(key)
        series.refresh()
        assert series.volume.tolist() == [each[4] for each in mine]


# bounds -------------------------------------------------------------------------------


def test_more_than_65536_contracts_are_turned_away_and_counted():
    codes = [f"B{number:08}" for number in range(MOST_CONTRACTS + 100)]
    store = Store(History(most_rows=65_536))
    template = record(code="@")
    for start in range(0, len(codes), 8192):
        frames = [frame_of(template.replace("@", code)) for code in codes[start : start + 8192]]
        store.apply(batches(*frames))
    assert len(store.contracts()) == store.records == MOST_CONTRACTS
    assert len(store._watched) == MOST_CONTRACTS  # the rest takes no room either
    assert store.surplus == 100
    last, beyond = Key("H0IOCNT0", codes[MOST_CONTRACTS - 1]), Key("H0IOCNT0", codes[-1])
    assert store.watched(last).number == MOST_CONTRACTS - 1
    assert store.record(last).price == 11.70
    series = store.series(last)
    assert series.refresh() == 1
    assert store.watched(beyond) is None
    assert store.series(beyond).refresh() == 0
    # One that is known is still served beside one that is not.
    store.apply(
        batches(frame_of(template.replace("@", codes[-1]), template.replace("@", codes[0])))
    )
    assert (store.surplus, store.watched(Key("H0IOCNT0", codes[0])).trades) == (101, 2)
    store.apply(batches(frame_of(template.replace("@", codes[-1]))))
    assert (store.surplus, store.records) == (102, MOST_CONTRACTS + 1)


@settings(thorough, max_examples=30)
@given(st.integers(60, 140), st.integers(1, 3))
def test_more_contracts_than_there_is_room_for_at_first_lose_nothing(count, rounds):
    store = Store()
    for step in range(rounds):
        texts = [record(code=f"B{n:08}", volume=n + step, quantity=1) for n in range(count)]
        fed(*texts, store=store)
    assert store.lost == 0
    fed(record(code="B00000059", volume=159, quantity=1), store=store)
    assert store.lost == 159 - (59 + rounds - 1) - 1
    assert [watched.number for watched in store.contracts()] == list(range(count))


def test_a_store_may_be_given_a_log():
    log = History(most_rows=1)
    assert Store(log).history is log


def test_with_a_new_day_every_number_of_the_old_one_is_gone():
    store = Store()
    fed(record(volume="10", quantity="1"), record(volume="20", quantity="1"), store=store)
    assert store.lost == 9
    records = store.records
    store.begin_day()
    assert store.contracts() == []
    assert store.watched(KEY) is None
    assert (store.lost, store.gaps) == (0, 0)
    assert store.records == records  # what came has come
    assert store.series(KEY).refresh() == 0
    fed(record(volume="3", quantity="3"), store=store)
    assert store.watched(KEY).trades == 1
    assert store.lost == 0
    assert store.series(KEY).refresh() == 1
