"""The mark of the source: what is invented can never be taken for the market."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from kisopt_gui.keys.profile import Place, Profile
from kisopt_gui.ui import theme
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.keys.source_button import Kind, Shown, SourceButton, shown_as
from kisopt_gui.ui.texts import LANGUAGES, Texts

SIMULATOR = "ws://127.0.0.1:1,http://127.0.0.1:2"
PROFILES = [
    Profile("main"),
    Profile("연습", "paper"),
    Profile("here", SIMULATOR, place=Place.ENVIRONMENT),
]


@pytest.fixture
def button(qtbot):
    def make(shown, language="en"):
        made = SourceButton(Texts(language), shown)
        qtbot.addWidget(made)
        made.set_sources(PROFILES)
        return made

    return make


def listed(button):
    return [action.text() for action in button.sources.actions() if not action.isSeparator()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_kinds_of_source_are_called_alike(button, language):
    texts = Texts(language)
    words = {kind: Shown(kind, "main").text(texts) for kind in Kind if kind is not Kind.DEMO}
    words[Kind.DEMO] = Shown(Kind.DEMO).text(texts)
    assert len(set(words.values())) == len(Kind)
    tips = {Shown(kind, "main").tip(texts) for kind in Kind}
    assert len(tips) == len(Kind)
    assert not any(
        words[Kind.DEMO] in each for kind, each in words.items() if kind is not Kind.DEMO
    )


def test_a_profile_is_named_with_its_server():
    assert [shown_as(each).kind for each in PROFILES] == [Kind.REAL, Kind.PAPER, Kind.ADDRESS]


def test_its_menu_lists_the_demo_and_every_profile_and_marks_the_one_that_is_shown(button):
    menu = button(shown_as(PROFILES[0])).sources
    assert listed(button(shown_as(PROFILES[0]))) == [
        "DEMO",
        "KIS REAL · main",
        "KIS PAPER · 연습",
        "ADDRESS · here",
        "Add a key…",
        "Manage keys…",
    ]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["KIS REAL · main"]


def test_an_address_of_the_command_line_is_listed_too(button):
    made = button(Shown(Kind.ADDRESS, "ws://broker:21000"))
    assert "ADDRESS · ws://broker:21000" in listed(made)


@pytest.mark.parametrize(
    ("text", "source"),
    [("DEMO", "demo"), ("KIS PAPER · 연습", "kis:연습"), ("ADDRESS · here", "kis:here")],
)
def test_another_source_is_asked_for(button, qtbot, text, source):
    made = button(shown_as(PROFILES[0]))
    (action,) = [each for each in made.sources.actions() if each.text() == text]
    with qtbot.waitSignal(made.source_requested) as asked:
        action.trigger()
    assert asked.args == [source]


def test_the_source_that_is_shown_is_not_asked_for_again(button, qtbot):
    made = button(shown_as(PROFILES[0]))
    (action,) = [each for each in made.sources.actions() if each.text() == "KIS REAL · main"]
    with qtbot.assertNotEmitted(made.source_requested):
        action.trigger()


def test_keys_are_added_and_managed_from_the_menu(button, qtbot):
    made = button(Shown(Kind.DEMO))
    for text, signal in (
        ("Add a key…", made.add_requested),
        ("Manage keys…", made.manage_requested),
    ):
        (action,) = [each for each in made.sources.actions() if each.text() == text]
        with qtbot.waitSignal(signal):
            action.trigger()


def test_without_a_profile_there_is_nothing_to_manage(qtbot):
    made = SourceButton(Texts("en"), Shown(Kind.DEMO))
    qtbot.addWidget(made)
    assert [each.isEnabled() for each in made.sources.actions()][-2:] == [True, False]


def test_a_long_name_is_cut_in_the_middle_and_whole_in_the_tip(button):
    made = button(Shown(Kind.REAL, "x" * 39 + "y"))
    assert "…" in made.text()
    assert "x" * 39 + "y" in made.toolTip()
    assert "x" * 39 + "y" in made.accessibleName()


# What the platform without a screen says of every popup.
@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Return])
def test_the_keyboard_opens_its_menu_and_no_loop_of_its_own_runs(button, key):
    made = button(shown_as(PROFILES[0]))
    made.show()
    QTest.keyClick(made, key)  # returns at once
    assert made.sources.isVisible()
    made.sources.close()


def test_an_address_of_a_profile_is_in_the_tip(button):
    assert SIMULATOR in button(shown_as(PROFILES[2])).toolTip()


def test_the_list_can_be_made_anew_any_number_of_times(button):
    made = button(shown_as(PROFILES[0]))
    for _ in range(3):
        made.sources.aboutToShow.emit()
        made.set_sources(PROFILES[:1])
    assert listed(made)[:2] == ["DEMO", "KIS REAL · main"]


@pytest.mark.parametrize("tokens", theme.THEMES.values(), ids=theme.THEMES)
def test_no_two_kinds_look_alike_in_black_and_white(qapp, qtbot, button, tokens):
    theme.load_fonts()
    theme.apply(qapp, tokens)
    looks = {}
    for kind in Kind:
        made = button(Shown(kind, "" if kind is Kind.DEMO else "x"))
        ground = styled(QWidget(), "panel")
        qtbot.addWidget(ground)
        made.setParent(ground)
        made.resize(made.sizeHint())
        image = ground.grab(made.geometry()).toImage()
        # What is beside the words: the ground's greys along the left and lower edge.
        row = [image.pixelColor(x, image.height() - 4).lightness() for x in range(3, 40)]
        edge = [image.pixelColor(x, 0).lightness() for x in range(8, 40)]
        looks[kind] = (max(row) - min(row) > 8, min(edge) == max(edge), row[20] > 128)
    qapp.setStyleSheet("")
    assert len(set(looks.values())) >= 3
    assert looks[Kind.DEMO][0]  # hatched, as no other is
    assert not any(hatched for kind, (hatched, _, _) in looks.items() if kind is not Kind.DEMO)
    assert looks[Kind.REAL][2] != looks[Kind.PAPER][2]  # filled and not
    assert looks[Kind.PAPER][1] != looks[Kind.ADDRESS][1]  # a line and dots


@pytest.mark.parametrize("width", [500, 150, 110, 80])
def test_its_kind_is_never_cut(qapp, button, width):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)
    made = button(Shown(Kind.PAPER, "아주 긴 이름의 프로필 " * 2))
    made.show()
    made.resize(width, made.height())
    qapp.setStyleSheet("")
    assert made.text().startswith("KIS PAPER")
    assert made.minimumSizeHint().width() < made.sizeHint().width()


@pytest.mark.parametrize("name", ["연습", "main", "a", "회사 계좌", "paper-2.b"])
def test_a_name_that_fits_is_whole_whatever_it_was_before(qapp, button, name):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)
    made = button(Shown(Kind.PAPER, name))
    made.show()
    for width in (60, made.sizeHint().width(), made.sizeHint().width() - 1, 400):
        made.resize(width, made.height())
    text = made.text()
    qapp.setStyleSheet("")
    assert text == f"KIS PAPER · {name}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.REAL, Kind.PAPER, Kind.ADDRESS])
@pytest.mark.parametrize(
    "name", ["main", "아주 긴 이름의 프로필 회사 계좌 세 번째 열두글자더", "i" * 40]
)
def test_what_is_said_is_never_wider_than_the_mark(qapp, button, language, kind, name):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)
    made = button(Shown(kind, name), language)
    made.show()
    made.keep_name(False)
    word = made._shown.word(Texts(language))
    wide = []
    least = made.minimumSizeHint().width()
    for width in [*range(made.sizeHint().width() + 3, least - 1, -7), least]:
        made.resize(width, made.height())
        around = QToolButton.sizeHint(made).width() - width
        if around > 2 or not made.text().startswith(word) or made.text().endswith("· …"):
            wide.append((width, made.text()))
    alone = made.text()
    qapp.setStyleSheet("")
    assert wide == []
    assert alone == word
