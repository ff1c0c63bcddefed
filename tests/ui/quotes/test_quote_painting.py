"""The painting: only what changed and can be seen, flashes that fade, the delay measured."""

import math
import subprocess
import sys
from time import perf_counter

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kisopt_gui.ui import theme
from kisopt_gui.ui.quotes.columns import COLUMNS, PLACES
from kisopt_gui.ui.quotes.ink import FADE_S, Ink, Pen
from kisopt_gui.ui.quotes.panel import QuotesPanel

PRICE = PLACES["price"]


@pytest.fixture
def many(world, open_panel):
    """Five hundred watched calls, of which about twenty can be seen."""
    keys = world.list_options(500)
    world.watch(*keys)
    panel = open_panel(world)
    panel.keys = keys
    return panel


@pytest.fixture
def changes(many):
    """The rows that the model says have changed, frame by frame."""
    seen = []
    many.model.dataChanged.connect(lambda first, last: seen.append((first.row(), last.row())))
    return seen


def painted(panel):
    """Rows drawn since the last call."""
    QApplication.processEvents()
    before, panel.view.rows_painted = panel.view.rows_painted, 0
    return before


def test_only_the_row_that_changed_is_drawn(world, many):
    world.trade(many.keys[3])
    painted(many)
    world.trade(many.keys[3])
    assert painted(many) == 1


def test_a_contract_that_cannot_be_seen_costs_nothing(world, many, changes):
    painted(many)
    world.trade(many.keys[300], price="9.99")
    assert painted(many) == 0
    assert changes == []
    assert many.model.rows[300].revision == -1


def test_it_is_up_to_date_when_it_is_scrolled_into_view(world, many):
    world.trade(many.keys[300], price="9.99")
    many.view.scrollTo(many.model.index(300, PRICE))
    QApplication.processEvents()
    row = many.model.rows[300]
    assert row.texts[PRICE] == "9.99"
    assert row.flashes == {}


def test_five_hundred_records_of_a_contract_in_one_frame_are_one_change(world, many, changes):
    for at in range(500):
        world.send(many.keys[2], price=f"{at / 100 + 1:.2f}")
    world.clock.tick()
    assert changes == [(2, 2)]
    assert many.model.rows[2].texts[PRICE] == "5.99"


def test_rows_below_one_another_are_one_change(world, many, changes):
    for at in (2, 3, 4, 7):
        world.send(many.keys[at])
    world.clock.tick()
    assert changes == [(2, 4), (7, 7)]


def test_a_frame_costs_the_same_for_few_rows_and_for_many(world, many):
    """Counted, not timed: as many rows are looked at as there is room for."""
    assert len(many.view._visible_rows()) <= many.view.viewport().height() // 23 + 2


def test_the_delay_is_measured_when_the_numbers_are_on_the_screen(world, many):
    world.send(many.keys[0])
    world.clock.tick()
    assert math.isnan(world.clock.latency.percentiles().p50)
    QApplication.processEvents()
    assert world.clock.latency.percentiles().p50 >= 0


def test_the_delay_is_measured_at_once_when_nothing_to_be_seen_has_changed(world, many):
    world.send(many.keys[300])
    world.clock.tick()
    assert world.clock.latency.percentiles().p50 >= 0


def test_the_delay_is_measured_while_the_panel_is_hidden(world, many):
    many.hide()
    world.send(many.keys[0])
    world.clock.tick()
    assert world.clock.latency.percentiles().p50 >= 0


def test_a_hidden_panel_is_up_to_date_and_calm_when_it_is_shown_again(world, many):
    world.trade(many.keys[0], price="3.50")
    many.hide()
    world.trade(many.keys[0], price="3.60")
    assert many.model.rows[0].texts[PRICE] == "3.50"
    many.show()
    QApplication.processEvents()
    assert many.model.rows[0].texts[PRICE] == "3.60"
    assert many.model.rows[0].flashes == {}


def turns(panel, place=0):
    return {COLUMNS[at].name: turn for at, (_, turn) in panel.model.rows[place].flashes.items()}


def test_the_first_record_does_not_flash(world, panel):
    world.trade(world.call, price="3.50")
    assert turns(panel) == {}


def test_a_price_flashes_up_or_down_against_the_one_shown_before(world, panel):
    world.trade(world.call, price="3.50", sign="2", change="0.30")
    world.trade(world.call, price="3.45", sign="2", change="0.25")
    assert turns(panel)["price"] == -1
    world.trade(world.call, price="3.60", sign="2", change="0.40")
    assert turns(panel)["price"] == 1


def test_only_cells_whose_value_changed_flash(world, panel):
    world.trade(world.call, price="3.50", bid="3.45", delta="0.45")
    world.trade(world.call, price="3.50", bid="3.45", delta="0.46", volume="90000")
    assert turns(panel) == {"delta": 0}


def test_a_number_that_comes_or_goes_has_gone_neither_up_nor_down(world, panel):
    world.trade(world.call, bid="3.45")
    world.trade(world.call, bid="0")
    world.trade(world.call, bid="3.40")
    assert "bid" not in turns(panel)


def ground(panel, place, name):
    """The colour behind a cell, as it is on the screen."""
    picture = panel.view.viewport().grab().toImage()
    x = panel.view.columns.sectionViewportPosition(PLACES[name]) + 3
    return QColor(picture.pixel(x, place * 23 + 3)).name()


def test_a_flash_tints_the_cell_and_fades_while_the_text_keeps_its_colour(world, panel, qtbot):
    plain = world.desk.tokens.panel
    world.trade(world.call, price="3.50")
    assert ground(panel, 0, "price") == plain
    world.trade(world.call, price="3.60")
    row = panel.model.rows[0]
    bright = ground(panel, 0, "price")
    assert bright != plain
    began, turn = row.flashes[PRICE]
    row.flashes[PRICE] = (began - FADE_S / 2, turn)
    half = ground(panel, 0, "price")
    assert half not in (plain, bright)
    row.flashes[PRICE] = (began - FADE_S, turn)
    world.clock.pulse.emit()
    assert row.flashes == {}
    assert ground(panel, 0, "price") == plain


def test_once_the_fading_is_over_a_pulse_draws_only_the_ages(world, panel):
    world.trade(world.call, price="3.50")
    world.trade(world.call, price="3.60")
    for row in panel.model.rows:
        row.flashes.clear()
    world.clock.pulse.emit()
    assert panel.view._flashing == {}


def test_an_old_row_does_not_flash(world, panel):
    world.trade(world.call, price="3.50", age=100)
    world.trade(world.call, price="3.60", age=100)
    assert ground(panel, 0, "price") == world.desk.tokens.panel


@pytest.mark.usefixtures("_fonts")
def test_a_text_that_is_laid_out_looks_like_one_that_is_not():
    def drawn(times):
        pen = Pen(theme.font())
        image = QImage(80, 20, QImage.Format.Format_RGB32)
        for _ in range(times):
            image.fill(0)
            painter = QPainter(image)
            painter.setFont(pen.font)
            painter.setPen(QColor("white"))
            pen.right(painter, 70.25, 2.5, "▼1,234.56")
            painter.end()
        assert bool(pen.laid) is (times > 3)
        return image

    assert drawn(1) == drawn(9)


@pytest.mark.usefixtures("_fonts")
def test_what_is_laid_out_does_not_grow_without_end():
    pen = Pen(theme.font())
    image = QImage(80, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(pen.font)
    for at in range(3000):
        for _ in range(5):
            pen.right(painter, 70, 2, str(at))
    painter.end()
    assert len(pen.laid) <= 1024


@pytest.mark.usefixtures("_fonts")
@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT])
@pytest.mark.parametrize("turn", [1, -1, 0])
@pytest.mark.parametrize("chosen", [False, True])
def test_a_text_can_be_read_on_its_flash(tokens, turn, chosen):
    tint = Ink(tokens).tint(turn, 0.0, chosen=chosen)
    for token in (tokens.text, tokens.up, tokens.down):
        assert contrast(QColor(token), tint) >= 3.0


def contrast(one, other):
    def luminance(color):
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_number_that_does_not_fit_says_so(world, panel):
    header = panel.view.columns
    world.trade(world.call, open_interest="188761")
    pen = Ink(world.desk.tokens).plain
    assert pen.elided("188,761", 20).endswith("…")
    header.resizeSection(PLACES["open_interest"], 40)
    panel.view.viewport().repaint()


def test_the_counters_tell_what_painting_costs(world, panel):
    world.trade(world.call)
    assert panel.rows_painted > 0
    assert panel.paint_ms > 0


def test_a_part_of_the_screen_draws_what_the_whole_does(world, panel):
    world.trade(world.call)
    world.trade(world.put)
    panel.hide_column("age")  # it goes on between two pictures
    viewport = panel.view.viewport()
    whole = viewport.grab().toImage()
    for part in (QRect(100, 0, 333, 30), QRect(0, 23, 1400, 23), QRect(700, 10, 1, 1)):
        assert viewport.grab(part).toImage() == whole.copy(part)


def test_a_panel_that_is_gone_hears_nothing_any_more(world, qtbot):
    world.watch(world.call)
    panel = QuotesPanel(world.desk)
    panel.show()
    QApplication.processEvents()
    panel.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    world.trade(world.call)
    world.clock.pulse.emit()
    world.clock.second.emit()
    world.watchlist.add([world.put])


def test_building_the_panel_is_quick_and_needs_no_charts(world):
    world.watch(*world.list_options(41))
    took = []
    for _ in range(3):
        began = perf_counter()
        panel = QuotesPanel(world.desk)
        took.append(perf_counter() - began)
        panel.deleteLater()
    assert min(took) < 0.1  # 10 ms on a quiet machine
    code = (
        "import sys, kisopt_gui.ui.quotes.panel;"
        "sys.exit(any(name in sys.modules for name in ('pyqtgraph', 'scipy', 'qasync')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_grid_says_to_a_screen_reader_what_it_is(world, panel):
    assert panel.view.accessibleName() == "시세와 민감도 표"
    assert panel.view.corner.accessibleName() == "종목"
    assert panel.view.focusPolicy() & Qt.FocusPolicy.TabFocus
