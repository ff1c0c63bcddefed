"""The panel as a trader uses it: what is drawn, said and kept."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton

from kisopt_gui.market.snapshot import MinuteBar, MinuteBars
from kisopt_gui.ui import theme
from kisopt_gui.ui.charts.panel import MOST_TRACKS, ChartsPanel
from kisopt_gui.wire.control import Key

CALL, PUT = "B01612A01", "C01612A02"
NINE = 9 * 3600.0

# Qt's surface without a screen says so of every window it shows.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot, market):
    made = ChartsPanel(market.desk)
    qtbot.addWidget(made)
    made.resize(1200, 460)
    made.show()
    qtbot.waitExposed(made)
    return made


def paint():
    QApplication.processEvents()


def heading(panel, name="price"):
    return panel.canvas.plots[name].heading.text


def tags(panel, name="price"):
    return [tag.text for tag in panel.canvas.plots[name].scale.tags]


def empty(panel):
    return panel.canvas.findChild(type(panel._empty)).text()


def press(qtbot, panel, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(panel.canvas, key, modifier)


def at(panel, share, y=60):
    return QPoint(round(share * panel.canvas.width_px), y)


def entries(panel):
    return {
        button.text().split()[0]: button
        for button in panel.findChildren(QToolButton)
        if button.property("role") == "legend"
    }


# what is drawn ---------------------------------------------------------


def test_without_a_contract_it_says_what_to_do(panel):
    assert "등록" in empty(panel)
    assert not panel.canvas.times.isVisible()


def test_without_a_trade_it_says_whom_it_waits_for(panel, market):
    market.watch(CALL)
    assert empty(panel).startswith(f"{CALL}:")
    market.trade(market.record(CALL, "090000", 10))
    assert empty(panel) == ""
    assert panel.canvas.times.isVisible()


def test_last_values_stand_on_the_scales(panel, market):
    market.watch(CALL, PUT)
    market.trade(
        market.record(CALL, "090000", 10.25, implied_volatility=21.4, open_interest=11195),
        market.record(PUT, "090001", 9.5, implied_volatility=22.9, open_interest=18000),
    )
    assert tags(panel) == ["10.25", "9.50"]
    assert tags(panel, "iv") == ["21.40", "22.90"]
    assert tags(panel, "interest") == ["11,195"]


def test_headings_say_the_newest_trade(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 2))
    assert heading(panel) == "가격 (pt) 09:01:50 10.55 매수 10.45 매도 10.65"
    assert heading(panel, "iv") == "내재변동성 (%) 18.50"
    assert "거래량" in heading(panel, "interest")


def test_a_volatility_that_was_not_sent_is_a_dash_and_no_tag(panel, market):
    market.watch(CALL)
    market.trade(market.record(CALL, "090000", 10, implied_volatility=0))
    assert heading(panel, "iv") == "내재변동성 (%) -"
    assert tags(panel, "iv") == []


def test_a_last_value_older_than_what_is_shown_is_an_outline(panel, market):
    market.watch(CALL, PUT)
    market.trade(*market.minutes(CALL, 30), market.record(PUT, "085900", 11))
    panel.restore({"span": "5"})
    assert [tag.old for tag in panel.canvas.plots["price"].scale.tags] == [False, True]


def test_a_frame_is_painted_for_new_trades_only(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 2))
    paint()
    painted = panel.frames
    market.clock.chart.emit()
    market.clock.pulse.emit()
    paint()
    assert panel.frames == painted
    market.trade(market.record(CALL, "090300", 10))
    paint()
    assert panel.frames == painted + 1


def test_a_hidden_panel_does_nothing_and_catches_up_when_shown(panel, market):
    market.watch(CALL)
    market.trade(market.record(CALL, "090000", 10))
    panel.hide()
    paint()
    painted = panel.frames
    market.trade(market.record(CALL, "090001", 11))
    paint()
    assert panel.frames == painted
    assert tags(panel) == ["10.00"]
    panel.show()
    assert tags(panel) == ["11.00"]


def test_following_moves_the_axes_on_the_pulse_not_with_every_trade(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 40))
    box = panel.canvas.plots["price"].box
    before = box.viewRange()
    moves = set()
    for record in market.minutes(CALL, 5, start=int(NINE) + 2400):
        market.trade(record)
        moves.add(tuple(shown(panel)))
    assert len(moves) < 10
    assert before[0][1] < shown(panel)[1]


def test_axes_do_not_move_between_pulses(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 40))
    before = shown(panel)
    market.clock.pulse.disconnect(panel.settle)
    market.trade(*market.minutes(CALL, 40, start=int(NINE) + 2400))
    assert shown(panel) == before


def test_a_line_of_many_trades_is_thinned_and_says_so(panel, market):
    market.watch(CALL)
    panel.restore({"span": "all"})
    market.trade(*market.minutes(CALL, 120, per_minute=60))
    panel.restore({"span": "all"})
    assert panel.head.thinned.endswith("배 솎음, 극값 유지")
    panel.restore({"span": "5"})
    assert panel.head.thinned == ""


def test_candles_are_drawn_for_the_first_contract_only(panel, market):
    market.watch(CALL, PUT)
    market.trade(*market.minutes(CALL, 5), *market.minutes(PUT, 5, price=12))
    panel.restore({"interval": "minute"})
    paint()
    assert heading(panel).split()[:4] == ["가격", "(pt)", "09:04", CALL]
    assert "시 11.20 고 11.45 저 11.20 종 11.45" in heading(panel)
    image = panel.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    inks = {image.pixelColor(x, y).name() for x in range(0, 1100, 3) for y in range(30, 180)}
    assert theme.DARK.up in inks


# which contracts -------------------------------------------------------


def test_a_contract_keeps_its_colour_while_others_come_and_go(panel, market):
    market.watch(CALL, PUT)
    market.trade(market.record(CALL, "090000", 10), market.record(PUT, "090000", 11))
    colour = panel.canvas.plots["price"].scale.tags[1].colour
    market.watchlist.select([market.key(PUT)])
    assert [tag.colour for tag in panel.canvas.plots["price"].scale.tags] == [colour]


def test_no_more_contracts_than_colours_are_drawn_and_the_legend_says_so(panel, market):
    codes = [f"B01612A{at:02}" for at in range(9)]
    market.watch(*codes)
    market.trade(*[market.record(code, "090000", 10) for code in codes])
    assert len(tags(panel)) == MOST_TRACKS
    assert len(entries(panel)) == MOST_TRACKS


def test_a_click_on_a_name_hides_and_shows_it(panel, market, qtbot):
    market.watch(CALL, PUT)
    market.trade(market.record(CALL, "090000", 10), market.record(PUT, "090000", 11))
    qtbot.mouseClick(entries(panel)[CALL], Qt.MouseButton.LeftButton)
    assert tags(panel) == ["11.00"]
    assert panel.state()["hidden"] == [["H0IOCNT0", CALL]]
    qtbot.mouseClick(entries(panel)[PUT], Qt.MouseButton.LeftButton)
    assert empty(panel) == "모든 종목을 숨겼습니다"
    qtbot.mouseClick(entries(panel)[CALL], Qt.MouseButton.LeftButton)
    assert tags(panel) == ["10.00"]
    assert empty(panel) == ""


def test_series_of_contracts_no_longer_charted_are_let_go(panel, market):
    market.watch(CALL, PUT)
    market.trade(market.record(CALL, "090000", 10), market.record(PUT, "090000", 11))
    market.watchlist.remove([market.key(CALL), market.key(PUT)])
    assert panel.tracks == []
    assert tags(panel) == []


# what the hand does ----------------------------------------------------


@pytest.fixture
def busy(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 60))
    return panel


def shown(panel):
    return panel.canvas.plots["price"].box.viewRange()[0]


def test_the_crosshair_reads_the_trade_at_or_before_it_in_every_plot(busy, qtbot):
    qtbot.mouseMove(busy.canvas.viewport(), at(busy, 0.5))
    qtbot.mouseMove(busy.canvas.viewport(), at(busy, 0.5) + QPoint(1, 0))
    time = heading(busy).split()[2]
    seconds = sum(int(part) * by for part, by in zip(time.split(":"), (3600, 60, 1), strict=True))
    start, end = shown(busy)
    assert 0 <= (start + end) / 2 - seconds <= 14
    place = round((seconds - NINE) / 10)
    assert heading(busy).split()[3] == f"{10 + place * 0.05:.2f}"


def test_scales_are_round_and_leave_room_for_the_last_value(busy):
    times = busy.canvas.times.times
    assert times[:2] == ["09:35", "09:40"]
    scale = busy.canvas.plots["price"].scale
    assert all(float(number) % 5 == 0 for number in scale.numbers)
    assert scale.tags[0].text not in scale.numbers


def test_the_newest_trade_is_said_again_when_the_cursor_has_left(busy, qtbot):
    newest = heading(busy)
    qtbot.mouseMove(busy.canvas.viewport(), at(busy, 0.3))
    qtbot.mouseMove(busy.canvas.viewport(), at(busy, 0.3) + QPoint(1, 0))
    assert heading(busy) != newest
    press(qtbot, busy, Qt.Key.Key_Escape)
    assert heading(busy) == newest


def test_dragging_pans_and_lets_go_of_the_newest(busy, qtbot):
    viewport = busy.canvas.viewport()
    before = shown(busy)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(busy, 0.3))
    qtbot.mouseMove(viewport, at(busy, 0.4))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(busy, 0.4))
    after = shown(busy)
    assert before[0] - after[0] == pytest.approx(0.1 * (before[1] - before[0]), rel=0.05)
    assert busy.state()["follow"] is False


def test_the_wheel_zooms_around_the_cursor(busy):
    start, end = shown(busy)
    place = QPointF(at(busy, 0.25))
    wheel = QWheelEvent(
        place,
        busy.canvas.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(busy.canvas.viewport(), wheel)
    nearer = shown(busy)
    assert nearer[1] - nearer[0] == pytest.approx((end - start) / 1.2)
    assert nearer[0] + 0.25 * (nearer[1] - nearer[0]) == pytest.approx(
        start + 0.25 * (end - start), abs=2
    )
    assert busy.state()["span"] == ""


def test_keys_pan_zoom_show_all_and_follow(busy, qtbot):
    start, end = shown(busy)
    press(qtbot, busy, Qt.Key.Key_Left)
    assert shown(busy)[0] < start
    press(qtbot, busy, Qt.Key.Key_Plus)
    assert shown(busy)[1] - shown(busy)[0] < end - start
    press(qtbot, busy, Qt.Key.Key_Minus)
    press(qtbot, busy, Qt.Key.Key_Right)
    assert busy.state()["follow"] is False
    press(qtbot, busy, Qt.Key.Key_F)
    assert busy.state()["follow"] is True
    assert shown(busy)[1] >= NINE + 3590
    press(qtbot, busy, Qt.Key.Key_Home)
    assert shown(busy)[0] <= NINE
    assert busy.state()["span"] == "all"


def test_the_f_key_works_with_the_korean_input_method_on(busy):
    event = QKeyEvent(
        QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "\N{HANGUL LETTER RIEUL}"
    )
    QApplication.sendEvent(busy.canvas, event)
    assert busy.state()["follow"] is False


def test_keys_read_trade_after_trade(busy, qtbot):
    press(qtbot, busy, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    first = heading(busy)
    for _ in range(5):
        press(qtbot, busy, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert heading(busy) != first
    assert busy.state()["follow"] is True


def test_a_span_chosen_again_after_a_zoom_is_chosen(busy, qtbot):
    press(qtbot, busy, Qt.Key.Key_Plus)
    [button] = [each for each in busy.findChildren(QToolButton) if each.text() == "30분"]
    assert not button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()
    assert busy.state() == {"interval": "tick", "span": "30", "follow": True, "hidden": []}


# what is kept and said -------------------------------------------------


def test_a_saved_state_is_restored(qtbot, market, panel):
    market.watch(CALL, PUT)
    market.trade(*market.minutes(CALL, 60), *market.minutes(PUT, 60))
    kept = {
        "interval": "five",
        "span": "all",
        "follow": False,
        "hidden": [["H0IOCNT0", PUT]],
    }
    panel.restore(kept)
    assert panel.state() == kept
    other = ChartsPanel(market.desk)
    qtbot.addWidget(other)
    other.restore(panel.state())
    other.show()
    assert other.state() == kept
    assert shown(other)[0] == pytest.approx(shown(panel)[0], abs=60)


@pytest.mark.parametrize(
    "state", [{}, {"interval": 7}, {"span": None}, {"hidden": "x"}, {"hidden": [1, ["a"]]}]
)
def test_a_state_that_makes_no_sense_changes_nothing(panel, state):
    before = panel.state()
    panel.restore(state)
    assert panel.state() == before


def test_a_screen_reader_hears_the_last_values(panel, market):
    market.watch(CALL)
    market.trade(market.record(CALL, "090000", 10.25, implied_volatility=21.4))
    market.clock.second.emit()
    assert panel.accessibleDescription() == f"{CALL} 10.25, IV 21.40"
    assert panel.accessibleName()
    assert panel.canvas.accessibleName()


def test_several_panels_live_on_one_desk(qtbot, market):
    made = [ChartsPanel(market.desk) for _ in range(3)]
    for panel in made:
        qtbot.addWidget(panel)
        panel.show()
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 3))
    made[0].restore({"interval": "minute"})
    assert [tags(panel) for panel in made] == [["10.85"]] * 3
    assert [panel.state()["interval"] for panel in made] == ["minute", "tick", "tick"]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT])
def test_it_is_drawn_in_both_languages_and_themes(qtbot, make_market, language, tokens):
    market = make_market(language, tokens)
    panel = ChartsPanel(market.desk)
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show()
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 3))
    image = panel.canvas.grab().toImage()
    assert image.pixelColor(image.width() - 2, image.height() - 2).name() == tokens.panel
    assert heading(panel).startswith("가격" if language == "ko" else "Price")


def test_the_package_is_light():
    code = "import sys, kisopt_gui.ui.charts; assert 'pyqtgraph' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# before the first trade ----------------------------------------------------------


def borrowed(code, minutes, start=9 * 3600.0):
    """Minute bars of REST, SYNTHETIC."""
    bars = [MinuteBar(start + 60 * at, 9.0, 9.2, 8.9, 9.1, 5, 5 * at + 5) for at in range(minutes)]
    return MinuteBars(Key("H0IOCNT0", code), tuple(bars), 0.0)


def test_minute_bars_stand_before_the_first_trade_and_are_said_to_be_what_they_are(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 2, start=int(NINE) + 1800))
    assert "REST" not in heading(panel)
    market.store.backfill(borrowed(CALL, 30))
    market.clock.redraw_charts()
    market.clock._draw_charts()
    market.clock.pulse.emit()
    assert "09:30 전은 REST 분봉" in heading(panel)
    [track] = panel.tracks
    assert track.told_since == pytest.approx(NINE + 1800, abs=1)
    assert track.series.seconds[0] == pytest.approx(NINE, abs=1)
    # What a minute bar does not tell is not shown as if it did.
    assert np.isnan(track.series.column("iv")[: track.series.borrowed]).all()


def test_volume_is_told_by_whole_minutes_where_minute_bars_are(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 2, start=int(NINE) + 600))
    assert "1분" not in heading(panel, "interest")
    market.store.backfill(borrowed(CALL, 10))
    market.clock.redraw_charts()
    market.clock._draw_charts()
    market.clock.pulse.emit()
    assert "거래량 1분" in heading(panel, "interest")


def test_a_chart_without_bars_says_nothing_of_them(panel, market):
    market.watch(CALL)
    market.trade(*market.minutes(CALL, 2))
    [track] = panel.tracks
    assert np.isnan(track.told_since)
