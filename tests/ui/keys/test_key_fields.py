"""What the dialog of app keys says, where, and what is left of what was typed."""

import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kisopt_gui.keys.profile import Place, Profile
from kisopt_gui.ui import theme
from kisopt_gui.ui.keys.asking import finished
from kisopt_gui.ui.keys.key_dialog import KeyDialog
from kisopt_gui.ui.keys.secret_line import SecretLine
from tests.ui.keys.scene import SECRET, broker, fill, mute

pytestmark = pytest.mark.e2e


def below(dialog, field):
    """Whether what is wrong is said right below a field."""
    gap = dialog.problem.y() - (field.y() + field.height())
    return dialog.problem.isVisible() and 0 <= gap < 20


def swap(dialog):
    dialog.app_key.setText("s" * 180)
    dialog.app_secret.setText("k" * 36)


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda dialog: dialog.name.setText("/"), "name"),
        (lambda dialog: dialog.address.setText("nowhere"), "address"),
        (lambda dialog: dialog.app_key.setText("two words"), "app_key"),
        (lambda dialog: dialog.app_secret.setText("two words"), "app_secret"),
        (lambda dialog: swap(dialog), "app_key"),
        (lambda dialog: dialog.passphrase.setText("short"), "passphrase"),
        (lambda dialog: dialog.again.setText("another passphrase"), "again"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_below_it_and_to_those_who_hear_it(scene, spoil, field):
    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            spoil(dialog)
            QTest.keyClick(dialog.name, Qt.Key.Key_Return)
            await scene.until(lambda: dialog.problem.isVisible() and not dialog.busy)
            line = getattr(dialog, field)
            told = below(dialog, line), dialog.focusWidget() is line, line.accessibleDescription()
            sentence = dialog.problem.text()
            dialog.reject()
            return *told, sentence

    under, focused, heard, sentence = scene.run(play())
    assert under
    assert focused
    assert heard == sentence.replace("\u200b", "")


def test_variables_that_are_not_set_are_said_at_the_place(scene):
    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            fill(dialog, running, "environment")
            dialog.ok.click()
            await scene.until(lambda: dialog.problem.isVisible() and not dialog.busy)
            told = below(dialog, dialog.place), dialog.place_note.isVisible()
            dialog.place._choose("file")
            mended = dialog.problem.isVisible(), dialog.place_note.isVisible()
            dialog.reject()
            return told, mended

    assert scene.run(play()) == ((True, False), (False, True))


def test_the_reason_why_the_dialog_opens_stays_while_the_keyring_is_looked_for(scene):
    async def play():
        dialog = scene.dialog()
        dialog.say("the reason")
        await scene.until(lambda: dialog._keyring is not None)
        told = dialog.problem.text(), dialog.problem.isVisible()
        dialog.reject()
        return told

    assert scene.run(play()) == ("The reason.", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("copy them once more", "Copy them once more."),
        ("The two differ.", "The two differ."),
        ("암호를 다시 넣으세요", "암호를 다시 넣으세요."),
        ("ws://a:1 is not encrypted (no)", "ws://a:1 is not encrypted (no)."),
        ("write https://", "Write https://"),
        ("take ws://HOST:PORT,https://HOST:PORT", "Take ws://HOST:PORT,https://HOST:PORT"),
        ('run kisopt login "main"', 'Run kisopt login "main".'),
        ("", ""),
    ],
)
def test_a_sentence_begins_and_ends_as_one_and_an_address_stays_as_it_is(text, shown):
    assert finished(text) == shown


def test_the_field_that_is_wrong_is_edged_while_it_has_the_focus(scene):
    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.again.setText("another passphrase")
            await scene.until(dialog.isActiveWindow)
            dialog.ok.click()
            image = dialog.again.grab().toImage()
            edge = image.pixelColor(image.width() // 2, 0).name()
            focused = dialog.again.hasFocus()
            dialog.custtype._choose("B")  # another choice: what was wrong is said no more
            image = dialog.again.grab().toImage()
            mended = image.pixelColor(image.width() // 2, 0).name()
            dialog.reject()
            return focused, edge, mended

    assert scene.run(play()) == (True, theme.DARK.accent, theme.DARK.muted)


def test_the_profile_whose_key_is_missing_is_filled_in_and_is_no_other_that_is_replaced(scene):
    profile = Profile("held", "ws://127.0.0.1:1,http://127.0.0.1:2", "B", Place.FILE)
    scene.profiles.save(profile)

    async def play():
        dialog = scene.dialog(KeyDialog, profile)
        seen = dialog.profile(), dialog.focusWidget() is dialog.app_key, dialog.address.isVisible()
        dialog.name.setText("Held")  # the same to the vault
        dialog.name.setText("held")
        told = dialog.problem.isVisible()
        dialog.reject()
        return seen, told

    assert scene.run(play()) == ((profile, True, True), False)


def test_a_profile_that_would_be_replaced_is_said_at_the_name(scene):
    scene.profiles.save(Profile("held"))

    async def play():
        dialog = scene.dialog()
        dialog.name.setText("HELD")
        told = dialog.problem.text(), below(dialog, dialog.name)
        dialog.reject()
        return told

    sentence, under = scene.run(play())
    assert "held" in sentence
    assert under


def test_a_defect_of_ours_leaves_the_dialog_usable_and_is_not_lost(scene, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: seen.append(error))
    scene.profiles.save = None  # so that keeping it fails in no way that was thought of

    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.ok.click()
            await scene.until(lambda: seen)
            told = dialog.ok.isEnabled(), dialog.app_secret.text().strip()
            dialog.reject()
            return told

    assert scene.run(play()) == (True, SECRET)
    assert [type(each) for each in seen] == [TypeError]


def test_while_the_broker_is_asked_nothing_can_be_changed_and_escape_ends_it(scene):
    async def play():
        async with mute() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.app_key.eye.click()
            dialog.ok.click()
            await scene.until(lambda: running.asked)
            free = [
                each
                for each in (dialog.name, dialog.place, *dialog.findChildren(SecretLine))
                if each.isEnabled() or (isinstance(each, SecretLine) and each.eye.isEnabled())
            ]
            shown = dialog.app_key.shown
            cancel = dialog.focusWidget() is dialog.cancel
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            return free, shown, cancel, dialog.isVisible()

    assert scene.run(play()) == ([], False, True, False)


def test_what_the_eye_shows_cannot_be_copied_and_is_shown_only_for_the_moment(scene):
    board = QApplication.clipboard()
    board.setText("before")

    async def play():
        dialog = scene.dialog()
        await scene.until(lambda: dialog._keyring is not None)
        line = dialog.app_secret
        line.setText(SECRET)
        line.eye.click()
        line.selectAll()
        for key in (Qt.Key.Key_C, Qt.Key.Key_X):
            QTest.keyClick(line, key, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        line.deselect()
        for key in (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Right):
            QTest.keyClick(line, key, Qt.KeyboardModifier.ShiftModifier)
            assert line.selectedText() == ""  # on X11 to select is to copy
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        assert line.selectedText() == ""
        kept_text = line.text()
        QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
        QTest.mouseMove(line, QPoint(90, 12))
        QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(90, 12))
        QTest.mouseDClick(line, Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
        selected = line.selectedText()
        shown = line.shown
        dialog.name.setFocus()
        after = line.shown
        dialog.reject()
        return kept_text, selected, shown, after

    assert scene.run(play()) == (SECRET, "", True, False)
    assert board.text() == "before"


def test_what_was_typed_cannot_be_had_back_from_a_closed_dialog(scene):
    async def play():
        dialog = scene.dialog()
        QTest.keyClicks(dialog.app_secret, SECRET)
        dialog.reject()
        lines = dialog.findChildren(SecretLine)
        for line in lines:
            line.setEchoMode(SecretLine.EchoMode.Normal)
            line.undo()
        return [(line.text(), line.isUndoAvailable()) for line in lines]

    assert set(scene.run(play())) == {("", False)}


def test_how_long_a_key_is_can_be_seen_while_it_cannot_be_read(scene):
    async def play():
        dialog = scene.dialog()
        dialog.app_secret.setText("x" * 180 + "\n")
        told = [label.text() for label in dialog.app_secret.findChildren(QLabel)]
        dialog.reject()
        return told

    assert scene.run(play()) == ["180 chars"]
