"""The line at the foot: what it says of link, rate, delays and losses is true at this moment."""

import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from time import perf_counter

import pytest
from PySide6.QtWidgets import QLabel

from kisopt_gui.feed.troubles import ConnectionLostError
from kisopt_gui.market.delay import ExchangeDelay
from kisopt_gui.market.latency import WINDOW_S
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import theme
from kisopt_gui.ui.health.status_bar import StatusBar
from tests.records import trades
from tests.ui.rig import CALL, PUT, Rig

SEOUL = timezone(timedelta(hours=9))


@pytest.fixture
def rig(qapp):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)
    yield Rig()
    qapp.setStyleSheet("")


@pytest.fixture
def opened(qtbot):
    """Open the line of a desk; its second of counting begins now."""

    def make(desk, source="ws://127.0.0.1:1"):
        bar = StatusBar(desk, source)
        qtbot.addWidget(bar)
        bar.resize(1800, 26)
        bar.show()
        return bar

    return make


@pytest.fixture
def bar(rig, opened):
    return opened(rig.desk)


def labels(bar):
    return bar.findChildren(QLabel)


def value(bar, word):
    """The label behind a word."""
    return next(each for each in labels(bar) if each.accessibleName() == word)


def said(bar, word):
    return value(bar, word).text()


def role(bar, word):
    return value(bar, word).property("role")


def link(bar):
    return next(each for each in labels(bar) if each.text().startswith("●"))


def now_in_seoul(late=0.0):
    return (datetime.now(SEOUL) - timedelta(seconds=late)).strftime("%H%M%S")


# the link -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "text", "look"),
    [
        (Link.STARTING, "● Starting", "warning"),
        (Link.CONNECTING, "● Connecting", "warning"),
        (Link.LIVE, "● Connected", "ok"),
        (Link.SILENT, "● Silent", "warning"),
        (Link.WAITING, "● Reconnecting", "warning"),
        (Link.REFUSED, "● Refused", "alarm"),
        (Link.STOPPED, "● Stopped", "muted"),
    ],
)
def test_each_state_of_the_link_has_its_word_and_only_live_is_green(rig, bar, state, text, look):
    rig.status = LinkStatus(link=state)
    bar.refresh()
    assert (link(bar).text(), link(bar).property("role")) == (text, look)


def test_a_link_that_is_down_says_why_and_when_it_tries_again(rig, bar):
    lost = ConnectionLostError(address="ws://127.0.0.1:1", reason="refused")
    rig.status = LinkStatus(link=Link.WAITING, error=lost, retry_at=perf_counter() + 7.2)
    bar.refresh()
    assert link(bar).text() == "● Reconnecting (next try in 7 s)"
    assert link(bar).toolTip() == lost.sentence("en")
    rig.status = LinkStatus(link=Link.LIVE)
    bar.refresh()
    assert link(bar).text() == "● Connected"
    assert link(bar).toolTip() == ""


def test_a_retry_that_is_due_is_not_announced_with_a_negative_time(rig, bar):
    rig.status = LinkStatus(link=Link.WAITING, retry_at=perf_counter() - 3)
    bar.refresh()
    assert link(bar).text() == "● Reconnecting"


def test_the_clock_refreshes_it_every_second(rig, bar):
    rig.status = LinkStatus(link=Link.REFUSED)
    rig.clock.second.emit()
    assert link(bar).text() == "● Refused"


# how much comes -------------------------------------------------------------------


def rate(bar):
    return float(said(bar, "Received").removesuffix(" rec/s").replace(",", ""))


def test_the_rate_is_of_what_came_since_the_last_look(rig, bar):
    bar.refresh()
    began = perf_counter()
    for at in range(50):
        rig.option(volume=240 + at)
    while perf_counter() - began < 0.05:
        pass
    bar.refresh()
    most = 50 / 0.05
    assert most / 4 < rate(bar) <= most
    bar.refresh()
    assert rate(bar) == 0
    assert "50 so far" in value(bar, "Received").toolTip()


def test_a_window_that_is_made_anew_counts_no_record_of_before(rig, opened):
    rig.send(*trades(*range(1000, 1900), code=CALL.code))
    rig.clock.tick()
    again = opened(rig.translated("en"))
    assert rate(again) == 0
    assert "900 so far" in value(again, "Received").toolTip()


# how late it is -------------------------------------------------------------------


def test_before_the_first_paint_there_is_no_delay_and_no_zero(bar):
    assert said(bar, "Receive→screen") == "p50 - · p99 - ms"
    assert said(bar, "Exchange→screen") == "-"
    assert said(bar, "Last heard") == "-"
    assert said(bar, "PINGPONG") == "-"


def test_a_slow_screen_is_said_and_is_a_warning(rig, bar):
    rig.option(age=0.0)
    rig.clock.drawn()
    bar.refresh()
    assert role(bar, "Receive→screen") == "value"
    rig.option(age=0.4)
    rig.clock.drawn()
    bar.refresh()
    p99 = float(said(bar, "Receive→screen").split("p99 ")[1].removesuffix(" ms"))
    assert 400 <= p99 < 3000
    assert role(bar, "Receive→screen") == "warning"


def test_delays_of_more_than_ten_seconds_ago_are_no_delays_of_now(rig, bar):
    then = perf_counter() - WINDOW_S - 1
    rig.clock.latency.add(then, [(then - 0.005, 10)])
    bar.refresh()
    assert said(bar, "Receive→screen") == "p50 - · p99 - ms"


def test_the_exchanges_delay_is_said_when_its_clock_is_ours(rig, bar):
    rig.option(time=now_in_seoul(late=6.0))
    rig.clock.ages.emit()
    bar.refresh()
    seconds = float(said(bar, "Exchange→screen").removesuffix(" s"))
    assert 5.5 <= seconds < 8
    assert role(bar, "Exchange→screen") == "warning"


def test_a_delay_below_the_seconds_of_the_wire_claims_no_more(rig, bar):
    shifted = ExchangeDelay()
    shifted.update(time.time(), (time.time() + 9 * 3600) % 86_400)
    assert shifted.seconds < 1
    rig.option(time=now_in_seoul())
    rig.clock.ages.emit()
    bar.refresh()
    assert said(bar, "Exchange→screen") in ("within 1 s", "1.0 s", "1.1 s")
    assert role(bar, "Exchange→screen") == "value"


@pytest.mark.parametrize("down", [Link.SILENT, Link.WAITING, Link.REFUSED, Link.STOPPED])
def test_while_nothing_comes_no_delay_of_before_is_said(rig, bar, down):
    rig.option(time=now_in_seoul())
    rig.clock.ages.emit()
    bar.refresh()
    assert said(bar, "Exchange→screen") != "-"
    rig.status = LinkStatus(link=down)
    bar.refresh()
    assert said(bar, "Exchange→screen") == "-"
    assert role(bar, "Exchange→screen") == "value"


def test_when_something_was_heard_last_is_a_time_of_day(rig, bar):
    rig.status = replace(rig.status, heard=perf_counter() - 5, pinged=perf_counter() - 42)
    bar.refresh()
    heard = datetime.strptime(said(bar, "Last heard"), "%H:%M:%S.%f")
    expected = datetime.now() - timedelta(seconds=5)
    apart = abs((heard - expected.replace(1900, 1, 1)).total_seconds())
    assert min(apart, 86_400 - apart) < 1
    assert said(bar, "PINGPONG") == "42s ago"


# what is missing -------------------------------------------------------------------


def test_nothing_lost_is_a_calm_zero(rig, bar):
    rig.send(*trades("238", "239", "240"))
    rig.clock.tick()
    bar.refresh()
    assert (said(bar, "Lost"), role(bar, "Lost")) == ("0", "value")
    assert (said(bar, "Bad frames"), role(bar, "Bad frames")) == ("0", "value")


def test_a_gap_in_the_volume_is_an_alarm_with_its_size(rig, bar):
    rig.send(*trades("1000", "1001", "3006"))
    rig.clock.tick()
    bar.refresh()
    assert (said(bar, "Lost"), role(bar, "Lost")) == ("2,004", "alarm")
    assert "2,004 contracts in 1 gaps" in value(bar, "Lost").toolTip()


def test_what_the_window_threw_away_is_lost_too(rig, bar):
    rig.send(*trades("1000", "1003"))
    rig.clock.tick()
    rig.status = replace(rig.status, overflow=1500)
    bar.refresh()
    assert said(bar, "Lost") == "1,502"
    assert "fell behind: 1,500" in value(bar, "Lost").toolTip()


def test_repeated_and_disordered_records_are_counted_over_all_contracts(rig, bar):
    rig.send(*trades("10", "11", "11", "11", code=CALL.code))
    first, late, early, last = trades("20", "21", "22", "23", code=PUT.code)
    rig.send(first, early, late, last, last)
    rig.clock.tick()
    bar.refresh()
    assert said(bar, "Lost") == "0"  # the late one filled its gap
    assert "Repeated 3, out of order 1" in value(bar, "Lost").toolTip()


def test_bad_frames_are_counted_and_say_where_they_can_be_seen(rig, bar):
    rig.bad_frame()
    rig.bad_frame()
    bar.refresh()
    assert (said(bar, "Bad frames"), role(bar, "Bad frames")) == ("2", "warning")
    assert "inspector" in value(bar, "Bad frames").toolTip()


def test_slots_are_a_warning_once_the_server_grants_fewer(rig, bar):
    rig.status = replace(rig.status, held=38, limit=41)
    bar.refresh()
    assert (said(bar, "Slots"), role(bar, "Slots")) == ("38 / 41", "value")
    rig.status = replace(rig.status, held=20, limit=20)
    bar.refresh()
    assert (said(bar, "Slots"), role(bar, "Slots")) == ("20 / 20", "warning")


# the rest ---------------------------------------------------------------------------


def test_it_names_its_source(bar):
    assert said(bar, "Source") == "ws://127.0.0.1:1"


def test_charts_that_thin_out_say_so_and_no_longer_when_they_do_not(bar):
    assert "Charts" not in [each.text() for each in labels(bar) if each.isVisible()]
    bar.set_thinned(4)
    assert said(bar, "Charts") == "thinned 4x"
    assert "Charts" in [each.text() for each in labels(bar) if each.isVisible()]
    bar.set_thinned(1)
    assert said(bar, "Charts") == ""
    assert "Charts" not in [each.text() for each in labels(bar) if each.isVisible()]


def test_it_speaks_korean(qapp, opened):
    rig = Rig("ko")
    rig.send(*trades("1000", "1003"))
    rig.clock.tick()
    rig.status = replace(rig.status, link=Link.REFUSED)
    bar = opened(rig.desk, "내장 모의 중계")
    assert link(bar).text() == "● 거부됨"
    assert said(bar, "유실") == "2계약"
    assert said(bar, "원천") == "내장 모의 중계"
