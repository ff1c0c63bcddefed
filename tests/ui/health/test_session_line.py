"""The foot says what is open, and silence alarms only where somebody should speak."""

import re
from time import perf_counter

import pytest
from PySide6.QtWidgets import QLabel

from kisopt_gui.feed.host import FeedHost
from kisopt_gui.market.calendar import lay_over
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import theme
from kisopt_gui.ui.controller import FeedController
from kisopt_gui.ui.health.banner import Banner
from kisopt_gui.ui.health.status_bar import StatusBar
from tests.ui.rig import Rig

NAMES = {"ko": "장 운영", "en": "Market hours"}


async def nothing():
    raise AssertionError("the feed of these tests does not run")


@pytest.fixture
def opened(qapp, qtbot):
    """A desk in a language at a time of the exchange, with its foot and its banner."""
    hosts = []

    def make(language, time, link=Link.LIVE):
        rig = Rig(language)
        if time:
            rig.at(time)
        bar, banner = StatusBar(rig.desk, "demo"), Banner(rig.desk.texts, theme.DARK)
        for widget in (bar, banner):
            qtbot.addWidget(widget)
        hosts.append(FeedHost(nothing))
        FeedController(rig.desk, hosts[-1], banner, banner)
        rig.bar, rig.banner = bar, banner
        rig.status = LinkStatus(link=link, heard=perf_counter() - 31)
        rig.clock.second.emit()
        return rig

    yield make
    for host in hosts:
        host.stop()


def label(rig):
    name = NAMES[rig.desk.texts.language]
    return next(each for each in rig.bar.findChildren(QLabel) if each.accessibleName() == name)


@pytest.mark.parametrize(
    ("time", "korean", "english", "role"),
    [
        ("", "", "", "muted"),
        ("083000", "시가 단일가 · 08:45까지", "Opening auction · until 08:45", "muted"),
        ("084500", "정규장 · 15:45까지", "Regular · until 15:45", "value"),
        ("153500", "종가 단일가 · 15:45까지", "Closing auction · until 15:45", "muted"),
        ("154500", "장 마감 · 18:00 야간 개장", "Closed · night session opens 18:00", "muted"),
        ("175000", "야간 시가 단일가 · 18:00까지", "Night opening auction · until 18:00", "muted"),
        ("180000", "야간장 · 06:00까지", "Night · until 06:00", "value"),
    ],
)
def test_the_foot_says_what_is_open_in_both_languages(opened, time, korean, english, role):
    for language, line in (("ko", korean), ("en", english)):
        shown = label(opened(language, time))
        assert shown.text().startswith(line)
        assert bool(shown.text()) == bool(line)
        assert shown.property("role") == role


def test_the_foot_says_where_silence_is_normal(opened):
    assert "체결 없음이 정상" in label(opened("ko", "154000")).text()
    assert "정상입니다" in label(opened("ko", "160000")).toolTip()
    assert "no trades is normal" in label(opened("en", "154000")).text()
    assert "silence is normal" in label(opened("en", "160000")).toolTip()
    assert "Trades are expected" in label(opened("en", "100000")).toolTip()


@pytest.mark.parametrize("time", ["082959", "083000", "153500", "154500", "174959", "175500"])
def test_silence_is_said_calmly_where_it_is_normal(opened, time):
    for language, words in (("ko", "정상이며"), ("en", "Hearing nothing is normal now")):
        rig = opened(language, time, Link.SILENT)
        assert words in rig.banner.label.text()
        assert rig.banner.property("level") == "info"
        assert rig.banner.messages == ["quiet"]
        silent = next(each for each in rig.bar.findChildren(QLabel) if each.text()[:1] == "●")
        assert silent.property("role") == "muted"


@pytest.mark.parametrize("time", ["", "084500", "120000", "153459", "180000"])
def test_silence_alarms_where_trades_are_expected_or_the_hour_is_not_known(opened, time):
    rig = opened("en", time, Link.SILENT)
    assert re.match(r"Nothing was heard for 3\d s", rig.banner.label.text())
    assert rig.banner.property("level") == "alarm"


def test_the_calm_word_goes_when_something_is_heard_and_when_the_market_opens(opened):
    rig = opened("en", "084400", Link.SILENT)
    assert rig.banner.messages == ["quiet"]
    rig.at("084501", volume=300)
    rig.clock.second.emit()
    assert rig.banner.messages == ["link"]
    rig.status = LinkStatus(link=Link.LIVE)
    rig.clock.second.emit()
    assert rig.banner.messages == []


def test_a_link_that_is_down_alarms_whatever_the_hour(opened):
    rig = opened("en", "160000", Link.STOPPED)
    assert rig.banner.property("level") == "alarm"


def test_a_damaged_calendar_of_ones_own_is_one_sentence_that_stays_closed(opened, tmp_path):
    own = tmp_path / "krx.toml"
    own.write_text("[holiday]\n", "utf-8")
    lay_over(own)
    try:
        rig = opened("en", "100000")
        assert "the built-in one holds" in rig.banner.label.text()
        assert rig.banner.property("level") == "warning"
        rig.banner.withdraw("calendar")
        rig.clock.second.emit()
        assert rig.banner.messages == []
        assert label(rig).text() == "Regular · until 15:45"
    finally:
        lay_over(tmp_path / "none")
