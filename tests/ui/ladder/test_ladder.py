"""The ladder: the book as it was told, how old it is, and why there is none."""

from time import perf_counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolTip, QVBoxLayout, QWidget

from kisopt_gui.market.book import Book, book_key
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.snapshot import Depth, Level, snapshot
from kisopt_gui.ui import figures, theme
from kisopt_gui.ui.controls import TextButton
from kisopt_gui.ui.ladder.panel import LadderPanel
from kisopt_gui.wire.control import Key, Reply
from kisopt_gui.wire.session import Slot, State
from kisopt_gui.wire.streams import STREAMS
from tests.records import record
from tests.ui.rig import CALL, INDEX, PUT, Rig

BOOK = book_key(CALL)
STREAM = STREAMS[BOOK.tr_id]
STEPS = range(1, 6)


@pytest.fixture(params=["ko", "en"])
def rig(request, qapp):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)
    made = Rig(request.param)
    made.watchlist.replace([INDEX, CALL, PUT])
    made.watchlist.select([CALL])
    made.status = LinkStatus(
        link=Link.LIVE, limit=41, held=3, slots=(Slot(BOOK, State.ACTIVE, None),)
    )
    yield made
    qapp.setStyleSheet("")


@pytest.fixture
def panel(rig, qtbot):
    made = LadderPanel(rig.desk)
    qtbot.addWidget(made)
    made.resize(300, 520)
    made.show()
    return made


def told(rig, age=0.0, **values):
    """Let a change of the book arrive and be shown."""
    facts = {f"ask{step}": f"{10.0 + 0.05 * step:.2f}" for step in STEPS}
    facts |= {f"bid{step}": f"{10.0 - 0.05 * step:.2f}" for step in STEPS}
    facts |= {f"ask_quantity{step}": str(10 * step) for step in STEPS}
    facts |= {f"bid_quantity{step}": str(7 * step) for step in STEPS}
    facts |= {f"ask_orders{step}": str(step) for step in STEPS}
    facts |= {f"bid_orders{step}": str(step) for step in STEPS}
    facts |= {"total_ask_quantity": "1500", "total_bid_quantity": "900"}
    facts |= {"total_ask_orders": "150", "total_bid_orders": "90"}
    rig.send(record(STREAM, code=CALL.code, **(facts | values)), stream=STREAM, age=age)
    rig.clock.tick()
    rig.clock.pulse.emit()


def test_asks_stand_above_bids_the_best_of_both_in_the_middle(rig, panel):
    told(rig)
    lines = panel.sheet.lines()[1:]
    prices = [line[2] for line in lines[:10]]
    assert prices == [
        *("10.25", "10.20", "10.15", "10.10", "10.05"),
        *("9.95", "9.90", "9.85", "9.80", "9.75"),
    ]
    assert lines[4][:2] == ["1", "10"]
    assert lines[5][3:] == ["7", "1"]
    assert lines[10][:2] == ["150", "1,500"]
    assert lines[10][3:] == ["900", "90"]
    assert "0.10" in panel.source.text()
    assert not panel.note.isVisible()


def test_a_step_that_holds_nothing_is_a_dash_and_never_a_zero(rig, panel):
    told(rig, **{f"ask{step}": "0.00" for step in (4, 5)})
    lines = panel.sheet.lines()[1:]
    assert lines[0][:3] == ["-", "-", "-"]
    assert lines[1][:3] == ["-", "-", "-"]
    assert lines[2][2] == "10.15"


def test_its_age_is_told_and_a_book_that_stands_is_drawn_as_old(rig, panel):
    told(rig)
    assert not panel.sheet.scene.old
    told(rig, age=72.0)
    assert figures.age(72.0, rig.desk.texts.language) in panel.source.text()
    rig.option()  # a trade: the session is open
    rig.clock.pulse.emit()
    assert panel.sheet.scene.old


@pytest.mark.parametrize("link", [Link.WAITING, Link.SILENT, Link.REFUSED])
def test_without_a_link_the_book_is_old_at_once(rig, panel, link):
    told(rig)
    rig.status = LinkStatus(link=link, slots=rig.status.slots)
    rig.clock.pulse.emit()
    assert panel.sheet.scene.old


def test_a_book_that_lost_its_slot_is_old(rig, panel):
    told(rig)
    rig.status = LinkStatus(link=Link.LIVE, limit=41, held=41, slots=())
    rig.clock.pulse.emit()
    assert panel.sheet.scene.old


def test_a_crossed_book_is_marked_and_not_repaired(rig, panel):
    told(rig, bid1="10.10")
    assert rig.desk.texts("ladder.crossed") in panel.source.text()
    assert panel.sheet.lines()[6][2] == "10.10"


def test_rests_picture_is_marked_and_old_until_the_stream_tells(rig, panel):
    levels = tuple(Level(10.0 + step, 5.0, 2.0) for step in STEPS)
    below = tuple(Level(10.0 - step, 5.0, 2.0) for step in STEPS)
    quote = snapshot(CALL, {"ask": "11.00", "bid": "9.00"}, "090005", perf_counter())
    rig.store.fill_book(Book.of_depth(Depth(levels, below, "090004", quote)))
    rig.clock.pulse.emit()
    assert "REST 09:00:05" in panel.source.text()
    assert panel.sheet.scene.old
    told(rig)
    assert "REST" not in panel.source.text()
    assert not panel.sheet.scene.old


def test_prices_are_measured_against_the_close_of_the_day_before(rig, panel):
    rig.option(price="10.05", change="0.35")
    told(rig)
    assert panel.sheet.scene.last == 10.05
    assert panel.sheet.scene.previous == pytest.approx(9.70)
    assert ">10.05<" in panel.last.text()


@pytest.mark.parametrize(
    ("slots", "held", "name"),
    [
        ((Slot(BOOK, State.ACTIVE, None),), 3, "ladder.waiting"),
        ((Slot(BOOK, State.WANTED, None),), 41, "ladder.no_slot"),
        ((), 3, "ladder.asking"),
        (
            (Slot(BOOK, State.REJECTED, Reply(*BOOK, False, "OPSP8992", "invalid tr_key")),),
            3,
            "ladder.refused",
        ),
    ],
)
def test_without_a_book_it_says_why(rig, panel, slots, held, name):
    rig.status = LinkStatus(link=Link.LIVE, limit=41, held=held, slots=slots)
    rig.clock.pulse.emit()
    start = rig.desk.texts(name, limit=41, reason="").rstrip(": ")
    assert panel.note.text().startswith(start)


def test_without_a_link_it_says_so(rig, panel):
    rig.status = LinkStatus(link=Link.WAITING, slots=(Slot(BOOK, State.WANTED, None),))
    rig.clock.pulse.emit()
    assert panel.note.text() == rig.desk.texts("ladder.no_link")


def test_the_steps_stay_where_they_are_when_it_says_something(rig, panel):
    told(rig)
    before = panel.sheet.geometry()
    rig.watchlist.select([PUT])
    assert panel.note.isVisible()
    panel.layout().activate()
    assert panel.sheet.geometry() == before


def test_an_index_has_no_book_and_nothing_selected_has_none_either(rig, panel):
    rig.watchlist.select([INDEX])
    assert panel.note.text() == rig.desk.texts("ladder.index")
    rig.watchlist.replace([])
    assert panel.note.text() == rig.desk.texts("ladder.none")
    assert panel.sheet.scene.book is None


def test_it_follows_the_selection_unless_it_is_held(rig, panel):
    assert panel.shown == CALL
    rig.watchlist.select([PUT])
    assert panel.shown == PUT
    panel.hold.click()
    rig.watchlist.select([CALL])
    assert panel.shown == PUT
    panel.hold.click()
    assert panel.shown == CALL


def test_a_held_contract_that_is_not_watched_any_more_is_let_go(rig, panel):
    panel.hold.click()
    rig.watchlist.remove([CALL])
    assert panel.shown != CALL
    assert not panel.hold.isChecked()


def test_held_to_a_contract_it_goes_with_it_into_the_night_and_back(rig, panel):
    night = Key("H0EUCNT0", CALL.code)
    panel.hold.click()
    rig.watchlist.replace([night, Key("H0EUCNT0", PUT.code)])
    assert panel.shown == night
    assert panel.hold.isChecked()
    rig.watchlist.replace([PUT, CALL])
    assert panel.shown == CALL


def test_by_night_it_shows_the_nights_book(rig, panel):
    night = Key("H0EUCNT0", CALL.code)
    rig.watchlist.replace([night])
    rig.watchlist.select([night])
    rig.clock.pulse.emit()
    assert rig.desk.books._shown == Key("H0EUASP0", CALL.code)


def test_what_is_shown_can_be_copied(rig, panel):
    told(rig)
    panel.copy()
    text = QGuiApplication.clipboard().text()
    assert panel.source.text() == rig.desk.texts("ladder.copied")
    rig.clock.second.emit()
    rig.clock.pulse.emit()
    assert panel.source.text() != rig.desk.texts("ladder.copied")
    assert "10.05" in text
    assert len(text.split("\n")) == 12


def test_a_hidden_ladder_wishes_for_nothing(rig, qtbot):
    host = QWidget()
    column = QVBoxLayout(host)
    panel = LadderPanel(rig.desk, host)
    column.addWidget(panel)
    qtbot.addWidget(host)
    host.show()
    assert rig.desk.books._shown == BOOK
    panel.hide()
    assert rig.desk.books._shown is None


def test_behind_the_tab_of_another_panel_it_wishes_for_nothing(rig, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    docks = [QDockWidget(name, window) for name in ("ladder", "other")]
    docks[0].setWidget(LadderPanel(rig.desk))
    docks[1].setWidget(QWidget())
    for dock in docks:
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.tabifyDockWidget(*docks)
    window.resize(800, 600)
    window.show()
    docks[1].raise_()
    rig.clock.pulse.emit()
    assert rig.desk.books._shown is None
    docks[0].raise_()
    rig.clock.pulse.emit()
    assert rig.desk.books._shown == BOOK


def test_the_day_stands_beside_the_asks_and_the_last_trades_beside_the_bids(rig, panel):
    for at, price in enumerate(("9.90", "10.00", "10.05"), 1):
        rig.option(price=price, change="0.35", quantity=str(at), volume=str(700 + at), high="10.40")
    told(rig)
    texts, scene = rig.desk.texts, panel.sheet.scene
    facts = {fact.label: fact.text for fact in scene.facts}
    assert facts[texts("ladder.high")] == "10.40"
    assert facts[texts("ladder.previous")] == "9.70"
    assert facts[texts("ladder.volume")] == "703"
    assert scene.prints == ((10.05, 3.0), (10.0, 2.0), (9.9, 1.0))
    rig.watchlist.select([PUT])
    assert panel.sheet.scene.prints == ()
    assert [fact.text for fact in panel.sheet.scene.facts] == ["-"] * 5


def test_only_the_trades_of_the_day_stand_there(rig, panel):
    rig.option(price="10.05")
    rig.store.begin_day()
    rig.clock.pulse.emit()
    assert panel.sheet.scene.prints == ()
    rig.option(price="10.20", quantity="8")
    assert panel.sheet.scene.prints == ((10.2, 8.0),)


def test_what_stands_at_a_height_is_said_in_the_tip(rig, panel):
    told(rig, ask5="0.00", ask_quantity_change="12", bid_quantity_change="-5")
    heights = range(panel.sheet.height())
    said = list(dict.fromkeys(panel.sheet.words_at(y) for y in heights))
    texts = rig.desk.texts
    assert said[0] == ""
    assert said[1] == texts("ladder.nothing", side=texts("ladder.ask"), rank=5)
    facts = {"rank": 1, "price": "10.05", "quantity": "10", "orders": "1"}
    assert texts("ladder.step", side=texts("ladder.ask"), **facts) in said
    facts = {"rank": 5, "price": "9.75", "quantity": "35", "orders": "5"}
    assert texts("ladder.step", side=texts("ladder.bid"), **facts) in said
    assert len(said) == 12
    assert "1,500" in said[-1]
    assert "\N{MINUS SIGN}25%" in said[-1]
    place = QPoint(20, panel.sheet.height() - 5)
    spot = panel.sheet.mapToGlobal(place)
    QCoreApplication.sendEvent(panel.sheet, QHelpEvent(QEvent.Type.ToolTip, place, spot))
    assert QToolTip.text() == said[-1]
    QToolTip.hideText()


def test_a_frame_is_drawn_for_the_keyboard_only(rig, panel):
    def edge():
        image = panel.sheet.grab().toImage()
        return image.pixelColor(1, 0).name()

    panel.sheet.setFocus(Qt.FocusReason.MouseFocusReason)
    plain = edge()
    panel.hold.setFocus()
    panel.sheet.setFocus(Qt.FocusReason.TabFocusReason)
    assert (plain, edge()) == (theme.DARK.panel, theme.DARK.muted)


def test_everything_of_it_can_be_reached_and_has_a_name(rig, panel):
    told(rig)
    for control in (panel.sheet, panel.hold, *panel.head.findChildren(TextButton)):
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert control.accessibleName()
    spoken = panel.sheet.scene.spoken(rig.desk.texts)
    assert "10.05" in spoken
    assert "9.95" in spoken


def held(*keys):
    slots = tuple(Slot(key, State.ACTIVE, None) for key in (BOOK, *keys))
    return LinkStatus(link=Link.LIVE, limit=41, held=len(slots), slots=slots)


def test_figures_of_trades_are_old_a_minute_after_the_last_one_and_say_their_age(rig, panel):
    rig.status = held(CALL)
    rig.option(age=20.0, price="10.05", change="0.35")
    told(rig)
    assert not panel.sheet.scene.cut
    assert theme.DARK.up in panel.last.text()
    fresh = panel.name.text()
    rig.option(age=200.0, price="10.05", change="0.35")
    told(rig)
    assert panel.sheet.scene.cut
    assert theme.DARK.muted in panel.last.text()
    words = rig.desk.texts("ladder.age", age=figures.age(200.0, rig.desk.texts.language))
    assert words in panel.name.text()
    assert words not in fresh


def test_figures_of_trades_are_old_without_a_registration(rig, panel):
    rig.status = held()
    rig.option(price="10.05", change="0.35")
    told(rig)
    assert panel.sheet.scene.cut


def test_what_rest_told_of_trades_is_old_and_says_when(rig, panel):
    rig.status = held(CALL)
    facts = {"price": "11.70", "change": "0.50", "volume": "800"}
    rig.store.fill([snapshot(CALL, facts, "154500", perf_counter())])
    told(rig)
    assert panel.sheet.scene.cut
    assert theme.DARK.muted in panel.last.text()
    assert rig.desk.texts("ladder.rest", time="15:45") in panel.name.text()


@pytest.mark.parametrize("width", [220, 300, 480])
def test_it_is_drawn_at_every_width(rig, panel, width):
    told(rig)
    panel.resize(width, 520)
    image = panel.grab().toImage()
    assert len({image.pixel(x, y) for x in range(0, width, 3) for y in range(60, 400, 5)}) > 10
