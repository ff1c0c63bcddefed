"""The list of app keys."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from kisopt_gui.ui.keys.elided import Elided
from kisopt_gui.ui.keys.profiles_dialog import ProfilesDialog
from tests.ui.keys.scene import ENGLISH, kept

pytestmark = pytest.mark.e2e


def test_profiles_are_listed_used_and_removed_after_a_second_click(scene):
    for name in ("one", "two"):
        kept(scene, name)

    async def play():
        dialog = scene.dialog(ProfilesDialog)
        used, changed = [], []
        dialog.use_requested.connect(used.append)
        dialog.changed.connect(lambda: changed.append(True))
        remove = dialog.removers[0]
        remove.click()
        kept_still = len(scene.profiles.all())
        remove.click()
        await scene.until(lambda: changed)
        dialog.users[0].click()
        return kept_still, used

    assert scene.run(play()) == (2, ["kis:two"])
    assert [each.name for each in scene.profiles.all()] == ["two"]
    assert b"one" not in scene.written()


def test_the_list_keeps_its_shape_after_a_profile_is_removed(scene):
    for name in ("one", "two", "three"):
        kept(scene, name)

    async def play():
        dialog = scene.dialog(ProfilesDialog)
        before = dialog.height(), dialog.removers[0].height()
        changed = []
        dialog.changed.connect(lambda: changed.append(True))
        for _ in range(2):
            dialog.removers[0].click()
        await scene.until(lambda: changed and not dialog.busy)
        QApplication.processEvents()
        tops = [each.mapTo(dialog, QPoint()).y() for each in dialog.removers]
        after = dialog.removers[0].height(), [each.isVisible() for each in dialog.removers]
        height = dialog.height()
        dialog.reject()
        return before, after, tops, height

    before, after, tops, height = scene.run(play())
    assert after == (before[1], [True, True])
    assert tops[1] - tops[0] > before[1]
    assert height < before[0] + 40  # one line less, one sentence more


def test_asking_about_one_profile_takes_back_the_question_about_another(scene):
    for name in ("one", "two"):
        kept(scene, name)

    async def play():
        dialog = scene.dialog(ProfilesDialog)
        dialog.removers[0].click()
        dialog.removers[1].click()
        words = [each.text() for each in dialog.removers]
        dialog.removers[0].click()
        still = dialog.busy
        dialog.reject()
        return words, still

    assert scene.run(play()) == (
        [ENGLISH("keys.manage.remove"), ENGLISH("keys.manage.sure")],
        False,
    )


def test_the_profile_that_is_shown_is_marked_and_not_used_again(scene):
    for name in ("one", "two"):
        kept(scene, name)

    async def play():
        dialog = scene.dialog(ProfilesDialog, "kis:two")
        seen = [(each.text(), each.isEnabled()) for each in dialog.users]
        dialog.reject()
        return seen

    assert scene.run(play()) == [("Use", True), (ENGLISH("keys.manage.shown"), False)]


def test_no_word_of_the_list_is_cut_however_long_a_name_is(scene):
    name = "긴 이름의 " * 6
    kept(scene, name.strip())

    async def play():
        dialog = scene.dialog(ProfilesDialog)
        dialog.removers[0].click()
        QApplication.processEvents()
        buttons = [*dialog.users, *dialog.removers]
        cut = [each.text() for each in buttons if each.width() < each.sizeHint().width()]
        right = max(each.mapTo(dialog, each.rect().topRight()).x() for each in buttons)
        (line,) = [each for each in dialog.findChildren(Elided) if "긴" in each.text()]
        told = line.accessibleName()
        dialog.reject()
        return cut, right < dialog.width(), told

    assert scene.run(play()) == ([], True, name.strip())
