"""The banner: the worst news is what stands there, and no click on it is lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from kisopt_gui.ui import theme
from kisopt_gui.ui.health.banner import Banner, Level
from kisopt_gui.ui.texts import Texts


@pytest.fixture
def banner(qtbot, qapp):
    theme.apply(qapp, theme.DARK)
    made = Banner(Texts("en"), theme.DARK)
    qtbot.addWidget(made)
    made.resize(1200, 40)
    yield made
    qapp.setStyleSheet("")


def close(banner):
    """Click the cross at its end."""
    cross = next(
        each for each in banner.findChildren(QToolButton) if each.accessibleName() == "Close"
    )
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)


def shown(banner):
    return banner.label.text() if banner.isVisible() else ""


def test_without_a_message_it_takes_no_room(banner):
    assert not banner.isVisible()
    banner.withdraw("link")
    assert not banner.isVisible()
    assert banner.messages == []


def test_a_message_stands_there_until_it_is_withdrawn(banner):
    banner.say("link", "no link", Level.ALARM)
    assert shown(banner) == "no link"
    assert banner.messages == ["link"]
    banner.withdraw("other")
    assert shown(banner) == "no link"
    banner.withdraw("link")
    assert shown(banner) == ""


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_the_worst_is_shown_whatever_came_last_and_then_the_next(banner, order):
    said = [("a", "an info", Level.INFO), ("b", "a warning", Level.WARNING),
            ("c", "an alarm", Level.ALARM)]  # fmt: skip
    for at in order:
        banner.say(*said[at])
    assert shown(banner) == "an alarm"
    assert banner.property("level") == "alarm"
    banner.withdraw("c")
    assert shown(banner) == "a warning"
    assert banner.property("level") == "warning"
    banner.withdraw("b")
    assert shown(banner) == "an info"
    assert banner.property("level") == "info"


def test_of_two_alarms_the_first_stays_until_it_is_over(banner):
    banner.say("link", "no link", Level.ALARM)
    banner.say("overflow", "dropped", Level.ALARM)
    assert shown(banner) == "no link"
    close(banner)
    assert shown(banner) == "dropped"


def test_a_new_text_of_the_same_name_replaces_the_old(banner):
    banner.say("link", "silent for 30 s", Level.ALARM)
    banner.say("link", "silent for 31 s", Level.ALARM)
    assert shown(banner) == "silent for 31 s"
    assert banner.messages == ["link"]


def test_one_that_got_worse_comes_to_the_front(banner):
    banner.say("link", "trying", Level.INFO)
    banner.say("files", "not saved", Level.WARNING)
    assert shown(banner) == "not saved"
    banner.say("link", "refused", Level.ALARM)
    assert shown(banner) == "refused"
    banner.say("link", "trying", Level.INFO)
    assert shown(banner) == "not saved"


def test_a_button_is_there_only_with_words_and_says_whose_it_is(banner, qtbot):
    banner.say("files", "not saved")
    assert not banner.button.isVisible()
    banner.say("link", "no link", Level.ALARM, "Reconnect")
    assert banner.button.isVisible()
    assert banner.button.text() == "Reconnect"
    with qtbot.waitSignal(banner.action_requested) as caught:
        QTest.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    assert caught.args == ["link"]
    assert shown(banner) == "no link"
    banner.withdraw("link")
    assert not banner.button.isVisible()


def test_the_button_and_the_cross_are_reached_by_keys(banner, qtbot):
    banner.say("link", "no link", Level.ALARM, "Reconnect")
    with qtbot.waitSignal(banner.action_requested):
        QTest.keyClick(banner.button, Qt.Key.Key_Space)
    cross = banner.findChildren(QToolButton)[-1]
    assert cross.accessibleName() == "Close"
    QTest.keyClick(cross, Qt.Key.Key_Space)
    assert shown(banner) == ""


def test_the_cross_takes_away_what_is_shown_and_nothing_else(banner):
    banner.say("files", "not saved")
    banner.say("link", "no link", Level.ALARM)
    close(banner)
    assert shown(banner) == "not saved"
    assert banner.messages == ["files"]
    close(banner)
    assert shown(banner) == ""
    assert banner.messages == []


def test_a_message_that_was_closed_may_be_said_again(banner):
    banner.say("link", "no link", Level.ALARM)
    close(banner)
    banner.say("link", "no link", Level.ALARM)
    assert shown(banner) == "no link"


def test_a_long_sentence_is_shown_whole_in_a_narrow_window(banner):
    banner.say("link", "The numbers on the screen are old. " * 8, Level.ALARM, "Reconnect")
    QApplication.processEvents()
    banner.resize(520, banner.heightForWidth(520))
    QApplication.processEvents()
    label = banner.label
    assert label.height() >= label.heightForWidth(label.width())
    assert banner.button.geometry().right() < banner.width()
    assert banner.label.text().count("old") == 8


@pytest.mark.parametrize("level", list(Level))
def test_each_level_has_a_mark_of_its_own_colour(banner, level):
    banner.say("x", "text", level)
    QApplication.processEvents()
    image = banner.grab().toImage()
    edge = image.pixelColor(1, image.height() // 2).name()
    tokens = theme.DARK
    assert edge == {"info": tokens.ok, "warning": tokens.accent, "alarm": tokens.up}[level.value]
