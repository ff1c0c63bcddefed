"""The head of the window: no number of it is wrong, and none is old and looks new."""

import re
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from kisopt_gui.market.calendar import calendar, lay_over
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import theme
from kisopt_gui.ui.keys.source_button import Kind, Shown
from kisopt_gui.ui.layout_tabs import LayoutTabs
from kisopt_gui.ui.texts import LANGUAGES
from kisopt_gui.ui.top_bar import HEIGHT_PX, Fact, TopBar
from tests.ui.rig import CALL, PUT, TODAY, Rig

TOKENS = theme.DARK
DEMO, ADDRESS = Shown(Kind.DEMO), Shown(Kind.ADDRESS, "ws://127.0.0.1:1")


@pytest.fixture
def rig(qapp):
    theme.load_fonts()
    theme.apply(qapp, TOKENS)
    yield Rig()
    qapp.setStyleSheet("")


@pytest.fixture
def bar(rig, qtbot):
    return opened(rig, qtbot)


def opened(rig, qtbot, *, demo=True, width=1600, shown=None, tabs=None):
    head = QWidget()  # as in the window: a top-level widget is never narrower than its row
    column = QVBoxLayout(head)
    column.setContentsMargins(0, 0, 0, 0)
    bar = TopBar(rig.desk, tabs or QWidget(), shown or (DEMO if demo else ADDRESS), parent=head)
    bar.set_today(TODAY)
    column.addWidget(bar)
    qtbot.addWidget(head)
    head.resize(width, HEIGHT_PX)
    head.show()
    bar.head = head  # else it is deleted with the bar in it
    return bar


def plain(text):
    return re.sub(r"<[^>]*>", "", text).replace("&nbsp;", "").strip()


def facts(bar):
    """What stands there by its word: value and change without their colours."""
    return {
        plain(fact.word.text()): (plain(fact.value.text()), plain(fact.change.text()))
        for fact in bar.findChildren(Fact)
    }


def colour(bar, word):
    """The colour of a value, that of plain text if it has none of its own."""
    fact = next(each for each in bar.findChildren(Fact) if plain(each.word.text()) == word)
    found = re.findall(r"color:(#\w+)", fact.value.text())
    return found[0] if found else TOKENS.text


def labels(bar):
    return [plain(label.text()) for label in bar.findChildren(QLabel) if label.isVisible()]


def exchange_clock(bar):
    """The label of the exchange's clock."""
    found = [
        label
        for form in (r"[\d-]{2}(:[\d-]{2}){2}", "-")
        for label in bar.findChildren(QLabel)
        if re.fullmatch(form, plain(label.text()))
    ]
    return found[0]


def trading(rig, age=0.0):
    """Let index, future, call and put come, whose values all differ."""
    rig.option(CALL, age=age, implied_volatility="18.11", time="100000")
    rig.option(PUT, age=age, implied_volatility="19.22", time="100000")
    rig.index(age=age, price="1085.35", sign="2", change="4.15", change_percent="0.38")
    rig.future(
        age=age, price="1086.60", sign="5", change="-2.05", change_percent="-0.19", time="100003"
    )


# numbers ------------------------------------------------------------------------


def test_before_the_first_record_everything_is_missing_and_nothing_is_zero(bar):
    bar.refresh()
    assert facts(bar) == {
        "KOSPI200": ("-", ""),
        "Future": ("-", ""),
        "Basis": ("-", ""),
        "ATM IV": ("C - P -", ""),
        "Days left": ("-", ""),
    }
    assert plain(exchange_clock(bar).text()) == "--:--:--"
    assert not any("0" in text for text in labels(bar) if text != "KOSPI200")


def test_each_number_stands_at_its_word(rig, bar):
    trading(rig)
    bar.refresh()
    assert facts(bar) == {
        "KOSPI200": ("1,085.35", "▲4.15 0.38%"),
        "Future A01612": ("1,086.60", "▼2.05 −0.19%"),
        "Basis": ("1.25", ""),
        "ATM IV": ("C 18.11 P 19.22", ""),
        "Days left": ("17", ""),
    }
    assert plain(exchange_clock(bar).text()) == "10:00:03"


def test_up_is_red_and_down_is_blue(rig, bar):
    trading(rig)
    bar.refresh()
    assert colour(bar, "KOSPI200") == TOKENS.up
    assert colour(bar, "Future A01612") == TOKENS.down
    rig.index(price="1081.20", sign="3", change="0.00", change_percent="0.00")
    bar.refresh()
    assert colour(bar, "KOSPI200") == TOKENS.text


def test_the_clock_of_the_window_refreshes_it(rig, bar):
    trading(rig)
    rig.clock.ages.emit()
    assert facts(bar)["KOSPI200"][0] == "1,085.35"


def test_a_number_that_vanishes_is_missing_again(rig, bar):
    trading(rig)
    rig.option(CALL, implied_volatility="")
    bar.refresh()
    assert facts(bar)["ATM IV"] == ("C - P 19.22", "")


def test_an_index_that_was_worked_out_says_so_and_claims_no_change(rig, bar):
    rig.option(CALL, price="11.70", theoretical="12.14", market_basis="-1073.65",
               theoretical_basis="-1073.21")  # fmt: skip
    bar.refresh()
    assert facts(bar)["KOSPI200"] == ("≈1,085.35", "")
    index = next(fact for fact in bar.findChildren(Fact) if fact.word.text() == "KOSPI200")
    assert "Worked out" in index.toolTip()
    rig.index(price="1085.40")
    bar.refresh()
    assert facts(bar)["KOSPI200"][0] == "1,085.40"
    assert index.toolTip() == ""


def test_without_the_future_there_is_no_basis(rig, bar):
    rig.index(price="1085.35")
    bar.refresh()
    assert facts(bar)["Basis"] == ("-", "")


def test_the_last_day_says_that_it_is_one(rig, bar):
    trading(rig)
    bar.set_today(date(2026, 12, 10))
    bar.refresh()
    assert facts(bar)["Days left"] == ("expires today", "")
    assert colour(bar, "Days left") == TOKENS.accent


# old numbers --------------------------------------------------------------------


def test_fresh_numbers_are_bright(rig, bar):
    trading(rig)
    bar.refresh()
    words = ("KOSPI200", "Future A01612", "Basis", "ATM IV")
    assert TOKENS.muted not in [colour(bar, word) for word in words]
    assert TOKENS.muted not in exchange_clock(bar).text()


def test_what_is_older_than_a_minute_fades_all_of_it(rig, bar):
    trading(rig, age=61.0)
    bar.refresh()
    words = ("KOSPI200", "Future A01612", "Basis", "ATM IV")
    assert {colour(bar, word) for word in words} == {TOKENS.muted}
    assert TOKENS.muted in exchange_clock(bar).text()
    assert facts(bar)["Basis"] == ("1.25", "")  # it is still there


def test_a_basis_of_an_old_future_and_a_new_index_fades(rig, bar):
    rig.future(age=61.0, price="1086.60")
    rig.index(price="1085.35")
    bar.refresh()
    assert facts(bar)["Basis"] == ("1.25", "")
    assert colour(bar, "Basis") == TOKENS.muted
    assert colour(bar, "KOSPI200") != TOKENS.muted


@pytest.mark.parametrize("late", [CALL, PUT])
def test_a_volatility_is_as_old_as_the_older_of_the_two(rig, bar, late):
    for key in (CALL, PUT):
        rig.option(key, age=61.0 if key == late else 0.0)
    rig.index(price="1085.35")
    bar.refresh()
    assert colour(bar, "ATM IV") == TOKENS.muted


@pytest.mark.parametrize("link", [each for each in Link if each is not Link.LIVE])
def test_while_the_link_is_not_live_no_number_looks_new(rig, bar, link):
    trading(rig)
    rig.status = LinkStatus(link=link)
    bar.refresh()
    words = ("KOSPI200", "Future A01612", "Basis", "ATM IV")
    assert {colour(bar, word) for word in words} == {TOKENS.muted}
    assert TOKENS.muted in exchange_clock(bar).text()
    rig.status = LinkStatus(link=Link.LIVE)
    bar.refresh()
    assert colour(bar, "KOSPI200") == TOKENS.up


# the exchange's clock -------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "korean", "english"),
    [
        ("075959", "장 마감 · 08:45 정규장 개장", "Closed · regular session opens 08:45"),
        (
            "084000",
            "시가 단일가 · 08:45까지 · 체결 없음이 정상",
            "Opening auction · until 08:45 · no trades is normal",
        ),
        ("100003", "정규장 · 15:45까지", "Regular · until 15:45"),
        (
            "153930",
            "종가 단일가 · 15:45까지 · 체결 없음이 정상",
            "Closing auction · until 15:45 · no trades is normal",
        ),
        ("154500", "장 마감 · 18:00 야간 개장", "Closed · night session opens 18:00"),
        ("200000", "야간장 · 06:00까지", "Night · until 06:00"),
    ],
)
def test_the_session_is_the_one_of_the_newest_record(qapp, qtbot, time, korean, english):
    for language, line in (("ko", korean), ("en", english)):
        rig = Rig(language)
        rig.at(time)
        bar = opened(rig, qtbot)
        bar.refresh()
        assert line in labels(bar)


def tip_of(bar, text):
    return next(label.toolTip() for label in bar.findChildren(QLabel) if text in label.text())


def test_the_tip_of_the_session_says_how_long_what_follows_and_what_silence_means(rig, bar):
    rig.at("100003")
    bar.refresh()
    tip = tip_of(bar, "Regular").splitlines()
    assert tip[0] == "Regular · until 15:45 (5:34:57 left)"
    assert tip[1] == "Next: Closing auction 15:35"
    assert tip[2] == "Contracts that expire today trade until 15:20"  # Monday's weeklies
    assert "Trades are expected now" in tip[3]
    rig.at("200000", volume=300)
    bar.refresh()
    assert "Booked to Tue 11/24" in tip_of(bar, "Night")


def test_a_record_without_a_time_gives_no_session(rig, bar):
    rig.option(time="")
    bar.refresh()
    assert plain(exchange_clock(bar).text()) in ("-", "--:--:--")
    assert "Regular" not in labels(bar)


@pytest.fixture
def broken_calendar(tmp_path):
    """The user's own calendar after a slip of the pen."""
    path = tmp_path / "krx.toml"
    path.write_text('[holidays]\n"2026-13-45" = "no day"\n')
    lay_over(path)
    yield path
    lay_over(tmp_path / "none")


def test_a_calendar_that_was_broken_by_hand_is_said_and_the_built_in_one_holds(
    rig, bar, broken_calendar
):
    trading(rig)
    bar.refresh()
    assert plain(exchange_clock(bar).text()) == "10:00:03"
    tip = tip_of(bar, "Regular · until 15:45")
    assert str(broken_calendar) in tip
    assert "built-in one holds" in tip


@pytest.fixture
def damaged_calendar(monkeypatch, tmp_path):
    """The calendar of a damaged installation."""
    path = tmp_path / "krx.toml"
    path.write_text("[holidays\n")
    monkeypatch.setattr("kisopt_gui.market.calendar.resource", lambda *_: path)
    calendar.cache_clear()
    yield path
    calendar.cache_clear()


def test_a_damaged_calendar_costs_the_session_only(rig, bar, damaged_calendar):
    trading(rig)
    bar.refresh()
    assert facts(bar)["KOSPI200"][0] == "1,085.35"
    tips = [label.toolTip() for label in bar.findChildren(QLabel)]
    assert any(str(damaged_calendar) in tip for tip in tips)


# the row --------------------------------------------------------------------------


def test_invented_numbers_are_marked_as_such(rig, qtbot):
    assert opened(rig, qtbot, demo=True).source.text() == "DEMO"
    assert "DEMO" not in opened(rig, qtbot, demo=False).source.text()


def test_in_a_narrow_window_index_and_clock_are_what_stays(rig, bar):
    trading(rig)
    bar.refresh()
    assert len([fact for fact in bar.findChildren(Fact) if fact.isVisible()]) == 5
    bar.window().resize(640, HEIGHT_PX)
    QApplication.processEvents()
    seen = [plain(fact.word.text()) for fact in bar.findChildren(Fact) if fact.isVisible()]
    assert seen[0] == "KOSPI200"
    assert len(seen) < 5
    assert exchange_clock(bar).isVisible()
    assert bar.menu_button.geometry().right() < 640
    bar.window().resize(1600, HEIGHT_PX)
    QApplication.processEvents()
    assert len([fact for fact in bar.findChildren(Fact) if fact.isVisible()]) == 5


LONG = Shown(Kind.REAL, "아주 긴 이름의 프로필 회사 계좌")


def cut(bar):
    """What is shown in less room than it takes."""
    seen = [label for label in bar.findChildren(QLabel) if label.isVisible() and label.text()]
    return [plain(each.text()) for each in seen if each.width() < each.sizeHint().width()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [640, 700, 800, 960, 1024, 1100, 1280, 1366, 1600])
def test_no_number_is_ever_cut_nor_the_kind_of_the_source(qapp, qtbot, width, language):
    theme.load_fonts()
    theme.apply(qapp, TOKENS)
    rig = Rig(language)
    tabs = LayoutTabs(rig.desk.texts, TOKENS)
    tabs.show_layouts(["등가 감시", "만기일", "야간"], "등가 감시")
    bar = opened(rig, qtbot, shown=LONG, width=width, tabs=tabs)
    QApplication.processEvents()
    first = cut(bar)
    trading(rig)
    bar.refresh()  # once: every number has just become wider
    QApplication.processEvents()
    wider = cut(bar)
    rig.index(price="11085.35", sign="2", change="1104.15", change_percent="10.38")
    bar.refresh()
    QApplication.processEvents()
    widest, index, mark = cut(bar), facts(bar)[first_word(bar)], bar.source.text()
    fits = bar.menu_button.geometry().right() < width
    qapp.setStyleSheet("")
    assert (first, wider, widest) == ([], [], [])
    assert index[0] == "11,085.35"
    assert mark.startswith(LONG.word(rig.desk.texts))
    assert fits


def first_word(bar):
    """The word of the first fact that is visible."""
    return next(plain(f.word.text()) for f in bar.findChildren(Fact) if f.isVisible())


def test_the_name_of_the_program_goes_before_any_number_and_comes_back(rig, bar):
    trading(rig)
    bar.refresh()
    wide = "kisopt" in labels(bar)
    narrow = next(
        width
        for width in range(1600, 640, -10)
        if not (bar.window().resize(width, HEIGHT_PX) or "kisopt" in labels(bar))
    )
    shown = [fact for fact in bar.findChildren(Fact) if fact.isVisible()]
    bar.window().resize(narrow + 100, HEIGHT_PX)
    assert wide
    assert len(shown) == 5
    assert "kisopt" in labels(bar)


def test_the_menu_opens_by_mouse_and_by_key_and_says_its_name(bar, qtbot):
    with qtbot.waitSignal(bar.menu_requested):
        QTest.mouseClick(bar.menu_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.menu_requested):
        QTest.keyClick(bar.menu_button, Qt.Key.Key_Space)
    assert bar.menu_button.accessibleName() == "Menu"


def test_it_speaks_korean(qapp, qtbot):
    rig = Rig("ko")
    trading(rig)
    bar = opened(rig, qtbot)
    bar.refresh()
    assert facts(bar)["선물 A01612"][0] == "1,086.60"
    assert facts(bar)["잔존"] == ("17일", "")
    assert "정규장 · 15:45까지" in labels(bar)
