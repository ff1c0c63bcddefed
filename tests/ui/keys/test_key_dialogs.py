"""The dialog that takes an app key, with real vaults, against the embedded broker on loopback."""

import asyncio
import os
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kisopt_gui.app.keyholder import Keyholder
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Credentials, Place, Profile
from kisopt_gui.keys.vault import Vault
from kisopt_gui.ui.keys import key_dialog
from kisopt_gui.ui.keys.secret_line import SecretLine
from kisopt_gui.ui.keys.unlock_dialog import UnlockDialog
from tests.keys.rings import use_ring
from tests.ui.keys.scene import ENGLISH, KEY, PASSPHRASE, SECRET, broker, fill, kept, mute

pytestmark = pytest.mark.e2e


def test_a_key_that_the_broker_takes_is_kept_and_its_source_told(scene):
    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            told = []
            dialog.entered.connect(told.append)
            fill(dialog, running)
            assert dialog.ok.isEnabled()
            dialog.ok.click()
            await scene.until(lambda: told)
            return told, f"{running.url},{running.http_url}"

    told, server = scene.run(play())
    assert told == ["kis:test"]
    assert scene.profiles.all() == [Profile("test", server, "P", Place.FILE)]
    fresh = Vault(scene.vault._folder, {})
    assert fresh.read(scene.profiles.get("test"), PASSPHRASE) == Credentials(KEY, SECRET)
    assert fresh.issued(scene.profiles.get("test")).approval_key
    for secret in (KEY, SECRET, PASSPHRASE):
        assert secret.encode() not in scene.written()


def test_a_refused_key_is_one_sentence_and_nothing_that_was_typed_is_lost(scene):
    async def play():
        async with broker("refuse-key") as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.ok.click()
            await scene.until(lambda: dialog.problem.isVisible() and not dialog.busy)
            told = dialog.problem.text(), dialog.app_secret.text(), dialog.ok.isEnabled()
            dialog.reject()
            return told

    sentence, typed, again = scene.run(play())
    assert sentence
    assert KEY not in sentence
    assert SECRET not in sentence
    assert typed.strip() == SECRET
    assert again
    assert scene.profiles.all() == []
    assert not scene.written()


def test_without_the_broker_it_says_so_and_keeps_nothing(scene):
    async def play():
        async with broker() as gone:
            pass
        dialog = scene.dialog()
        fill(dialog, gone)
        dialog.ok.click()
        await scene.until(lambda: dialog.problem.isVisible() and not dialog.busy)
        told = dialog.problem.text()
        dialog.reject()
        return told

    assert "127.0.0.1" in scene.run(play())
    assert scene.profiles.all() == []


def test_where_no_keyring_is_it_says_so_and_another_place_must_be_chosen(scene):
    async def play():
        dialog = scene.dialog()
        dialog.app_key.setText(KEY)
        dialog.app_secret.setText(SECRET)
        await scene.until(lambda: dialog._keyring is not None)
        told = dialog.place_note.text(), dialog.ok.isEnabled(), dialog.place.current
        dialog.reject()
        return told

    words, usable, place = scene.run(play())
    assert "keyring" in words
    assert (usable, place) == (False, "keyring")  # nothing else is taken silently


def test_a_keyring_is_named_and_used(scene, monkeypatch, tmp_path):
    use_ring(monkeypatch, tmp_path)
    scene.vault = Vault(scene.folder / "keys", dict(os.environ))
    scene.keys = Keyholder(scene.profiles, scene.vault)

    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            told = []
            dialog.entered.connect(told.append)
            await scene.until(lambda: dialog._keyring is not None)
            fill(dialog, running, "keyring")
            words = dialog.place_note.text()
            dialog.ok.click()
            await scene.until(lambda: told)
            return words

    assert scene.vault.keyring_state().name in scene.run(play())
    assert scene.vault.read(scene.profiles.get("test")) == Credentials(KEY, SECRET)


def test_of_the_environment_the_variables_are_named_and_no_field_asks(scene):
    scene.environment |= {"KISOPT_APP_KEY": KEY, "KISOPT_APP_SECRET": SECRET}

    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            told = []
            dialog.entered.connect(told.append)
            fill(dialog, running, "environment")
            seen = dialog.place_note.text(), dialog.app_key.isVisible()
            dialog.ok.click()
            await scene.until(lambda: told)
            return seen

    words, asks = scene.run(play())
    assert "KISOPT_APP_KEY" in words
    assert "KISOPT_APP_SECRET" in words
    assert not asks
    assert scene.profiles.get("test").place is Place.ENVIRONMENT


def test_two_passphrases_that_differ_are_told_before_anything_is_sent(scene):
    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.again.setText(PASSPHRASE[:-1])
            dialog.ok.click()
            told = dialog.problem.text(), dialog.busy
            dialog.reject()
            return told

    assert scene.run(play()) == (ENGLISH("keys.differ"), False)


def test_a_server_to_which_secrets_would_go_in_the_open_is_refused(scene):
    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.address.setText("ws://example.com:1,http://example.com:2")
            dialog.ok.click()
            told = dialog.problem.text(), dialog.busy
            dialog.reject()
            return told

    sentence, busy = scene.run(play())
    assert "https://" in sentence
    assert not busy


def test_a_dialog_that_is_closed_while_it_asks_keeps_nothing_and_forgets_what_was_typed(scene):
    async def play():
        async with mute() as running:
            dialog = scene.dialog()
            fill(dialog, running)
            dialog.ok.click()
            await scene.until(lambda: running.asked)
            dialog.reject()
            left = [line.text() for line in dialog.findChildren(SecretLine)]
            await scene.until(lambda: not dialog.busy)
            return left

    assert set(scene.run(play())) == {""}
    assert scene.profiles.all() == []
    assert not scene.written()


class Held(Vault):
    """A vault that writes only when it may, as a keyring does that asks the user."""

    def __init__(self, folder):
        super().__init__(folder, {})
        self.gate = threading.Event()
        self.begun = self.forgotten = False

    def write(self, *what):
        self.begun = True
        self.gate.wait(8)
        super().write(*what)

    def forget(self, profile):
        self.forgotten = True
        return super().forget(profile)


def test_what_is_kept_only_after_the_dialog_was_closed_goes_again(scene):
    vault = Held(scene.folder / "keys")
    scene.keys = Keyholder(scene.profiles, vault)

    async def play():
        async with broker() as running:
            dialog = scene.dialog()
            entered = []
            dialog.entered.connect(entered.append)
            fill(dialog, running)
            dialog.ok.click()
            await scene.until(lambda: vault.begun)
            dialog.reject()
            await asyncio.sleep(0)
            vault.gate.set()
            await scene.until(lambda: vault.forgotten and not key_dialog._AFTER)
            return entered

    assert scene.run(play()) == []
    assert scene.profiles.all() == []
    assert b"credentials" not in scene.written()


def test_secrets_are_shown_only_while_the_eye_is_open_and_never_read_out(scene):
    async def play():
        dialog = scene.dialog()
        mode = SecretLine.EchoMode
        found = []
        for line in dialog.findChildren(SecretLine):
            found.append(line.echoMode() is mode.Password)
            line.eye.click()
            found.append(line.echoMode() is mode.Normal)
            line.eye.click()
            found.append(line.echoMode() is mode.Password)
        dialog.app_key.setText(KEY)
        shown = dialog.app_key.accessibleName() + dialog.app_key.accessibleDescription()
        found.append(KEY not in shown + repr(dialog) + dialog.app_key.displayText())
        await scene.until(lambda: dialog._keyring is not None)
        dialog.reject()
        return found

    assert all(scene.run(play()))


def test_the_demo_is_one_click_away(scene, qtbot):
    async def play():
        dialog = scene.dialog()
        chosen = []
        dialog.demo.connect(lambda: chosen.append(True))
        await scene.until(lambda: dialog._keyring is not None)
        dialog.stay.click()
        return chosen, dialog.isVisible()

    assert scene.run(play()) == ([True], False)


def test_the_keyboard_reaches_every_field_in_their_order(scene):
    async def play():
        dialog = scene.dialog()
        await scene.until(lambda: dialog._keyring is not None)
        dialog.name.setFocus()
        reached = []
        for _ in range(20):
            reached.append(dialog.focusWidget())
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        fields = [dialog.name, dialog.server, dialog.custtype, dialog.place, dialog.app_key]
        fields += [dialog.app_key.eye, dialog.app_secret]
        dialog.reject()
        return [reached.index(field) for field in fields]

    places = scene.run(play())
    assert places == sorted(places)


def test_a_wrong_passphrase_is_told_in_place_and_the_right_one_opens(scene):
    profile = kept(scene)

    async def play():
        dialog = scene.dialog(UnlockDialog, profile)
        opened = []
        dialog.entered.connect(opened.append)
        dialog.passphrase.setText("not this one")
        dialog.ok.click()
        await scene.until(lambda: dialog.problem.isVisible())
        told = dialog.problem.text()
        dialog.passphrase.setText(PASSPHRASE)
        QTest.keyClick(dialog.passphrase, Qt.Key.Key_Return)
        await scene.until(lambda: opened)
        return told, opened

    told, opened = scene.run(play())
    assert "kept" in told
    assert opened == ["kis:kept"]
    assert not scene.vault.needs_passphrase(profile)


def test_a_key_that_could_not_be_taken_out_of_its_old_place_is_said_before_it_goes_on(
    scene, monkeypatch
):
    class LockedError(KisOptError):
        english = korean = "the keyring is locked"

    former = kept(scene)  # of the encrypted file
    scene.environment |= {"KISOPT_APP_KEY": KEY, "KISOPT_APP_SECRET": SECRET}
    scene.vault = Vault(scene.vault._folder, scene.environment)
    scene.keys = Keyholder(scene.profiles, scene.vault)

    def locked(profile):
        raise LockedError

    monkeypatch.setattr(scene.vault, "forget", locked)

    async def play():
        async with broker() as running:
            dialog, entered = scene.dialog(), []
            dialog.entered.connect(entered.append)
            fill(dialog, running, place="environment", name=former.name)
            dialog.ok.click()
            await scene.until(lambda: not dialog.busy)
            said, before, stays = dialog.problem.text(), list(entered), dialog.isVisible()
            dialog.ok.click()
            await scene.until(lambda: bool(entered))
            return said, before, stays, entered

    said, before, stays, entered = scene.run(play())
    assert "the keyring is locked" in said
    assert (before, stays) == ([], True)
    assert entered == [f"kis:{former.name}"]
