"""The switch that follows the money, the look ahead, and how those left out are shown."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.rotation import Rotation
from kisopt_gui.ui import theme
from kisopt_gui.ui.quotes.columns import AGE, PLACES
from kisopt_gui.ui.quotes.panel import QuotesPanel
from kisopt_gui.ui.rotation_controller import RotationController
from kisopt_gui.ui.subscriptions.panel import SubscriptionsPanel
from kisopt_gui.wire.session import Slot, State
from tests.ui.rig import CALL, EXPIRY, Rig

LIMIT = 8


@pytest.fixture
def opened(qapp, qtbot):
    """A subscription panel and a grid on one desk, in a language, with the money at 1085."""
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)

    def make(language="en"):
        rig = Rig(language)
        rig.index(price="1085.00", time="100000")
        rig.status = LinkStatus(link=Link.LIVE, limit=LIMIT)
        rig.rotation = RotationController(rig.desk, Rotation(dwell=0.0, most=1000))
        rig.panel = SubscriptionsPanel(rig.desk, underlying=lambda: 1085.0)
        rig.grid = QuotesPanel(rig.desk)
        for widget, width in ((rig.panel, 312), (rig.grid, 1200)):
            qtbot.addWidget(widget)
            widget.resize(width, 700)
            widget.show()
        rig.panel.follow.each_side.setValue(1)
        return rig

    yield make
    qapp.setStyleSheet("")


def subscribe(rig):
    """Let the broker take what is wished for."""
    slots = tuple(Slot(key, State.ACTIVE) for key in rig.rotation.wished())
    rig.status = LinkStatus(link=Link.LIVE, limit=LIMIT, held=len(slots), slots=slots)
    rig.clock.pulse.emit()
    rig.clock.ages.emit()


def move(rig, price, time="100203"):
    rig.index(price=price, time=time)
    rig.clock.second.emit()
    subscribe(rig)


def plain(text):
    return re.sub(r"<[^>]*>", " ", text)


def test_a_click_follows_what_the_chips_name_and_another_stops(opened):
    rig = opened()
    QTest.mouseClick(rig.panel.follow.switch, Qt.MouseButton.LeftButton)
    following = rig.desk.following
    assert (following.on, following.product, following.expiry) == (True, "K2I", EXPIRY)
    assert following.each_side == 1
    assert len(rig.watchlist) == 6
    assert rig.panel.follow.what.text() == "12/10"
    QTest.keyClick(rig.panel.follow.switch, Qt.Key.Key_Space)
    assert not following.on
    assert not rig.panel.follow.unfold.isEnabled()


def test_without_a_contract_list_there_is_nothing_to_follow(opened):
    rig = opened()
    rig.master = None
    rig.panel.filters.refresh()
    rig.panel.follow.switch.click()
    assert not rig.desk.following.on
    assert not rig.panel.follow.switch.isChecked()


def test_the_number_changes_who_is_followed(opened):
    rig = opened()
    rig.panel.follow.switch.click()
    rig.panel.follow.each_side.setValue(0)
    assert rig.desk.following.each_side == 0


def test_a_layout_keeps_what_is_followed(opened):
    first = opened()
    first.panel.follow.switch.click()
    state = first.panel.state()
    assert state["follow"] == {
        "on": True,
        "each_side": 1,
        "product": "K2I",
        "expiry": EXPIRY.isoformat(),
    }
    second = opened()
    second.panel.restore(state)
    assert second.desk.following.on
    assert second.panel.follow.switch.isChecked()
    assert len(second.watchlist) == 6
    second.panel.restore({})
    assert not second.desk.following.on
    assert not second.panel.follow.switch.isChecked()


@pytest.mark.parametrize(
    "follow",
    [
        7,
        {"on": True},
        {"on": True, "product": "XXX", "expiry": "2026-12-10"},
        {"on": True, "product": "K2I", "expiry": "soon"},
        {"on": "yes", "product": "K2I", "expiry": "2026-12-10", "each_side": "many"},
    ],
)
def test_a_layout_that_was_damaged_follows_nothing(opened, follow):
    rig = opened()
    rig.panel.restore({"follow": follow})
    assert not rig.desk.following.on


def test_an_expiry_that_is_over_gives_way_to_the_next(opened):
    rig = opened()
    state = {"on": True, "product": "K2I", "expiry": "2026-11-12", "each_side": 2}
    rig.panel.restore({"follow": state})
    assert rig.desk.following.expiry == EXPIRY


@pytest.mark.parametrize(
    ("language", "head", "line"),
    [
        ("en", "6 rotate out and 6 in", "Call 1,085.0"),
        ("ko", "6종목 나가고 6종목 들어옵니다", "콜 1,085.0"),
    ],
)
def test_the_look_ahead_names_who_goes_and_who_comes(opened, language, head, line):
    rig = opened(language)
    rig.panel.follow.switch.click()
    subscribe(rig)
    before = rig.rotation.wished()
    rig.panel.follow.unfold.click()
    told = plain(rig.panel.follow.told.text())
    assert head in told
    assert line in told
    assert "1,095.0" in told  # of 1085 one percent more is 1095.85
    QTest.keyClick(rig.panel.follow.moves, Qt.Key.Key_Left)
    assert "1,075.0" in plain(rig.panel.follow.told.text())
    assert rig.rotation.wished() == before


@pytest.mark.parametrize(
    ("language", "word", "tip"),
    [("en", "out 10:02:03", "Rotated out at 10:02:03"), ("ko", "빠짐 10:02:03", "빠졌습니다")],
)
def test_who_rotated_out_keeps_its_values_dimmed_with_the_time(opened, language, word, tip):
    rig = opened(language)
    rig.panel.follow.switch.click()
    subscribe(rig)
    rig.option(CALL, price="11.70", time="100001")
    row = next(row for row in rig.grid.model.rows if row.key == CALL)
    model = rig.grid.model
    model.look()
    model.refresh(row)
    assert model.level(row, row.watched.received) == 0
    move(rig, "1095.00")
    model.look()
    assert model.level(row, row.watched.received) == 1
    assert model.word(row) == word
    assert model.text(row, PLACES["price"]) == "11.70"
    index = model.index(row.place, PLACES[AGE])
    assert tip in model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert tip in model.headerData(row.place, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    listed = rig.panel.rows.rows[rig.panel.rows.place(CALL)]
    assert listed.standing.note == word
    assert tip in listed.standing.sentence
    move(rig, "1085.00", "100300")
    model.look()
    assert model.word(row) == ""


def test_the_row_of_the_panel_shows_its_words_whole(opened):
    for language in ("ko", "en"):
        follow = opened(language).panel.follow
        for button in (follow.switch, follow.unfold):
            assert button.width() >= button.sizeHint().width()
