"""The controls that panels are made of: what a click and a key do, and what a reader is told."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from kisopt_gui.assets import resource
from kisopt_gui.ui import theme
from kisopt_gui.ui.controls import (
    HEAD_PX,
    ICON_PX,
    Chip,
    PanelHead,
    Segments,
    TextButton,
    icon,
    styled,
)

ICONS = sorted(path.stem for path in resource("icons", "close.svg").parent.glob("*.svg"))
CHOICES = [("minute", "1 min"), ("hour", "1 h"), ("day", "Day")]


def colours(picture, size=ICON_PX):
    image = picture.pixmap(size, size).toImage()
    points = [QPoint(x, y) for x in range(image.width()) for y in range(image.height())]
    return [image.pixelColor(point) for point in points]


@pytest.fixture
def segments(qtbot, qapp):
    theme.apply(qapp, theme.DARK)
    made = Segments(CHOICES, "hour")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.setFocus()
    yield made
    qapp.setStyleSheet("")


def buttons(segments):
    return {button.text(): button for button in segments.findChildren(QToolButton)}


def checked(segments):
    return [text for text, button in buttons(segments).items() if button.isChecked()]


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


# icons --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qapp, name):
    red = [each for each in colours(icon(name, "#ff0000")) if each.alpha() > 200]
    assert red
    if not name.startswith("kisopt"):  # the mark has colours of its own
        assert all(each.red() > 200 and each.green() < 60 for each in red)


def test_an_icon_is_sharp_on_a_fine_screen(qapp):
    sizes = {size.width() for size in icon("close", "#ffffff").availableSizes()}
    assert sizes == {ICON_PX, 2 * ICON_PX}


def test_the_ground_of_an_icon_can_be_seen_through(qapp):
    assert QColor(colours(icon("close", "#ffffff"))[0]).alpha() == 0


# segments -----------------------------------------------------------------------


def test_one_choice_holds_and_it_is_the_one_that_is_lit(segments):
    assert segments.current == "hour"
    assert checked(segments) == ["1 h"]
    assert segments.accessibleName() == "1 h"


def test_a_click_chooses_and_is_told_once(segments, qtbot):
    with qtbot.waitSignal(segments.chosen) as caught:
        click(buttons(segments)["Day"])
    assert caught.args == ["day"]
    assert segments.current == "day"
    assert checked(segments) == ["Day"]


def test_a_click_on_what_holds_already_leaves_it_lit_and_says_nothing(segments, qtbot):
    with qtbot.assertNotEmitted(segments.chosen):
        click(buttons(segments)["1 h"])
    assert checked(segments) == ["1 h"]


@pytest.mark.parametrize(
    ("key", "chosen"), [(Qt.Key.Key_Right, ["day", "minute"]), (Qt.Key.Key_Left, ["minute", "day"])]
)
def test_the_arrows_choose_and_go_round_at_the_end(segments, key, chosen):
    told = []
    segments.chosen.connect(told.append)
    QTest.keyClick(segments, key)
    QTest.keyClick(segments, key)
    assert told == chosen
    assert segments.current == chosen[-1]
    assert segments.accessibleName() == dict(CHOICES)[chosen[-1]]


class Listener(QWidget):
    """Hears the keys that its children leave."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def keyPressEvent(self, event):
        self.heard.append(event.text())


@pytest.mark.parametrize(("code", "text"), [(Qt.Key.Key_X, "x"), (0x3134, "ㄴ"), (0xAC00, "가")])
def test_other_keys_are_for_somebody_else(qtbot, code, text):
    listener = Listener()
    qtbot.addWidget(listener)
    segments = Segments(CHOICES, "hour", listener)
    listener.show()
    pressed = QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, text)
    QApplication.sendEvent(segments, pressed)
    assert segments.current == "hour"
    assert listener.heard == [text]


def test_the_program_sets_a_choice_silently(segments, qtbot):
    with qtbot.assertNotEmitted(segments.chosen):
        segments.set_current("minute")
    assert checked(segments) == ["1 min"]
    assert segments.current == "minute"


def test_a_name_of_an_older_layout_that_is_none_changes_nothing(segments):
    segments.set_current("fortnight")
    assert segments.current == "hour"
    assert checked(segments) == ["1 h"]


def test_the_tab_key_reaches_the_whole_and_not_each_part(segments):
    assert segments.focusPolicy() == Qt.FocusPolicy.TabFocus
    parts = {button.focusPolicy() for button in buttons(segments).values()}
    assert parts == {Qt.FocusPolicy.NoFocus}


# buttons ------------------------------------------------------------------------


def test_a_chip_is_a_switch_for_mouse_and_space_bar(qtbot):
    chip = Chip("Greeks")
    qtbot.addWidget(chip)
    chip.show()
    told = []
    chip.toggled.connect(told.append)
    click(chip)
    QTest.keyClick(chip, Qt.Key.Key_Space)
    assert told == [True, False]
    assert chip.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize(
    ("text", "drawn", "style"),
    [
        ("Add", False, Qt.ToolButtonStyle.ToolButtonTextOnly),
        ("Add", True, Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
        ("", True, Qt.ToolButtonStyle.ToolButtonIconOnly),
    ],
)
def test_a_button_shows_what_it_has_and_answers_the_space_bar(qtbot, text, drawn, style):
    button = TextButton(text, icon("close", "#ffffff") if drawn else None)
    qtbot.addWidget(button)
    button.show()
    assert button.toolButtonStyle() == style
    assert button.icon().isNull() is not drawn
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_a_head_has_its_title_then_choices_and_tools_at_the_right_end(qtbot):
    head = PanelHead("Quotes")
    qtbot.addWidget(head)
    parts = [QLabel(text) for text in ("first", "second", "tool", "last tool")]
    head.add_left(parts[0])
    head.add_left(parts[1])
    head.add_right(parts[2])
    head.add_right(parts[3])
    head.resize(800, HEAD_PX)
    head.show()
    places = [widget.x() for widget in (head.title, *parts)]
    assert places == sorted(places)
    assert parts[2].x() > 600
    assert head.height() == HEAD_PX
    assert head.title.text() == "Quotes"


def test_a_role_is_what_the_style_sheet_selects_on(qtbot):
    label = QLabel("x")
    qtbot.addWidget(label)
    assert styled(label, "alarm") is label
    assert label.property("role") == "alarm"
