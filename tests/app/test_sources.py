"""The source of a run: a profile's key, the dialog where there is none, the way to another one."""

import asyncio
import threading

import msgspec
import pytest

from kisopt_gui.keys.profile import Credentials, Place, Profile, Profiles
from kisopt_gui.keys.vault import Vault
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.exchange import Exchange
from tests.app.test_program import play

pytestmark = pytest.mark.e2e

KEY, SECRET, PASSPHRASE = "canary-key-0123", "canary-secret-4567", "canary passphrase"
ENVIRONMENT = {"KISOPT_APP_KEY": KEY, "KISOPT_APP_SECRET": SECRET}


@pytest.fixture
def broker():
    """A broker on a thread of its own, as one of another machine would be."""
    ready, ended = threading.Event(), None
    made = {}

    async def serve():
        nonlocal ended
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        made["loop"] = loop
        made["stop"] = lambda: loop.call_soon_threadsafe(ended.set)
        async with Broker(Exchange(1, start="10:00:00", rate=300)) as running:
            made["server"] = f"{running.url},{running.http_url}"
            made["broker"] = running
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    yield made
    made["stop"]()
    thread.join(5)


def profile(home, server, place=Place.ENVIRONMENT, name="test"):
    """Keep a profile as `kisopt login` does."""
    made = Profile(name, server, "P", place)
    Profiles(home / "config" / "profiles.json").save(made)
    if place is Place.FILE:
        Vault(home / "config" / "keys", {}).write(made, Credentials(KEY, SECRET), PASSPHRASE)
    return made


WATCH = """
    async def scene(self):
        seen["filled"] = await self.filled()
        seen["records"] = await until(lambda: self.store.records > 100)
        seen["title"] = self.window.windowTitle()
        seen["mark"] = self.window.top.source.accessibleName()
        seen["words"] = self.words()
"""


def test_a_profile_of_the_environment_is_watched_and_named_at_every_moment(tmp_path, broker):
    profile(tmp_path, broker["server"])
    options = "source='kis:test', language='en'"
    seen = play(tmp_path, WATCH, options, "None", **ENVIRONMENT)
    assert seen["filled"]
    assert seen["records"]
    assert "test" in seen["title"]
    assert "test" in seen["mark"]
    assert not any("DEMO" in each or "Demo" in each for each in [seen["title"], *seen["words"]])


def test_the_profile_used_last_is_the_one_meant_by_kis(tmp_path, broker):
    profile(tmp_path, "real", name="another")
    profile(tmp_path, broker["server"])
    Profiles(tmp_path / "config" / "profiles.json").use("test")
    seen = play(tmp_path, WATCH, "source='kis', language='en'", "None", **ENVIRONMENT)
    assert seen["records"]


def test_a_sealed_file_asks_for_its_passphrase_and_then_it_goes_on(tmp_path, broker):
    profile(tmp_path, broker["server"], Place.FILE)
    scene = """
    async def scene(self):
        from kisopt_gui.ui.keys.unlock_dialog import UnlockDialog
        found = lambda: self.window.findChildren(UnlockDialog)
        seen["asked"] = await until(lambda: bool(found()))
        [dialog] = found()
        dialog.passphrase.setText("not this one")
        dialog.ok.click()
        seen["refused"] = await until(lambda: dialog.problem.isVisible())
        dialog.passphrase.setText("canary passphrase")
        dialog.ok.click()
        seen["records"] = await until(lambda: self.store.records > 50)
        seen["filled"] = await self.filled()
    """
    seen = play(tmp_path, scene, "source='kis:test', language='en'", "None")
    assert seen == {**seen, "asked": True, "refused": True, "records": True, "filled": True}


def test_a_dialog_that_is_open_comes_back_in_another_language(tmp_path, broker):
    profile(tmp_path, broker["server"], Place.FILE)
    scene = """
    async def scene(self):
        from kisopt_gui.ui.keys.unlock_dialog import UnlockDialog
        found = lambda: [
            each for each in self.window.findChildren(UnlockDialog) if each.isVisible()
        ]
        seen["asked"] = await until(lambda: bool(found()))
        self.press("Ctrl+Shift+L")
        seen["again"] = await until(lambda: bool(found()))
        found()[0].passphrase.setText("canary passphrase")
        found()[0].ok.click()
        seen["records"] = await until(lambda: self.store.records > 50)
    """
    seen = play(tmp_path, scene, "source='kis:test', language='en'", "None")
    assert seen == {**seen, "asked": True, "again": True, "records": True}


def test_without_any_key_the_dialog_asks_and_the_demo_is_one_click_away(tmp_path):
    scene = """
    async def scene(self):
        from kisopt_gui.ui.keys.key_dialog import KeyDialog
        found = lambda: self.window.findChildren(KeyDialog)
        seen["asked"] = await until(lambda: bool(found()))
        seen["rows"] = self.store.records
        seen["stay"] = True  # the program ends by itself
        found()[0].stay.click()
    """
    after = 'seen["next"] = program.next_source'
    seen = play(tmp_path, scene, "source='kis', language='en'", "None", after)
    assert seen["asked"]
    assert seen["rows"] == 0
    assert seen["next"] == "demo"
    kept = msgspec.json.decode((tmp_path / "config" / "settings.json").read_bytes())
    assert kept["source"] == "demo"


def test_a_dialog_that_is_closed_is_offered_on_the_banner(tmp_path):
    scene = """
    async def scene(self):
        from kisopt_gui.ui.keys.key_dialog import KeyDialog
        found = lambda: [
            each for each in self.window.findChildren(KeyDialog) if each.isVisible()
        ]
        seen["asked"] = await until(lambda: bool(found()))
        found()[0].reject()
        seen["told"] = await until(lambda: "key" in self.window.banner.messages)
        self.window.banner.button.click()
        seen["again"] = await until(lambda: bool(found()))
    """
    seen = play(tmp_path, scene, "source='kis', language='en'", "None")
    assert seen == {**seen, "asked": True, "told": True, "again": True}


def test_a_key_that_cannot_be_had_for_the_moment_is_tried_again_on_a_click(tmp_path, broker):
    profile(tmp_path, broker["server"])
    scene = f"""
    async def scene(self):
        import os
        from kisopt_gui.ui.keys.key_dialog import KeyDialog
        seen["told"] = await until(lambda: "key" in self.window.banner.messages)
        seen["words"] = self.window.banner.label.text()
        seen["asked"] = bool(self.window.findChildren(KeyDialog))
        os.environ["KISOPT_APP_KEY"], os.environ["KISOPT_APP_SECRET"] = "{KEY}", "{SECRET}"
        self.window.banner.button.click()
        seen["records"] = await until(lambda: self.store.records > 50)
        seen["over"] = "key" not in self.window.banner.messages
    """
    seen = play(tmp_path, scene, "source='kis:test', language='en'", "None")
    assert seen["told"]
    assert "KISOPT_APP_KEY" in seen["words"]
    assert not seen["asked"]
    assert seen["records"]
    assert seen["over"]


def test_a_key_that_is_typed_in_the_window_is_kept_checked_and_used_at_once(tmp_path, broker):
    scene = f"""
    async def scene(self):
        from kisopt_gui.ui.keys.key_dialog import KeyDialog
        found = lambda: self.window.findChildren(KeyDialog)
        seen["asked"] = await until(lambda: bool(found()))
        [dialog] = found()
        dialog.name.setText("mine")
        dialog.server._choose("other")
        dialog.address.setText("{broker["server"]}")
        dialog.place._choose("file")
        dialog.app_key.setText("{KEY}")
        dialog.app_secret.setText("{SECRET}")
        dialog.passphrase.setText("{PASSPHRASE}")
        dialog.again.setText("{PASSPHRASE}")
        dialog.ok.click()
        seen["records"] = await until(lambda: self.store.records > 50)
    """
    seen = play(tmp_path, scene, "source='kis', language='en'", "None")
    assert seen["records"]
    assert broker["broker"].rest.tokens <= 1
    written = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    for secret in (KEY, SECRET, PASSPHRASE):
        assert secret.encode() not in written


def test_another_source_is_another_program(tmp_path, broker):
    profile(tmp_path, broker["server"])
    scene = """
    async def scene(self):
        seen["filled"] = await self.filled()
        button = self.window.top.source
        button.sources.aboutToShow.emit()
        seen["listed"] = [each.text() for each in button.sources.actions()]
        [action] = [each for each in button.sources.actions() if "test" in each.text()]
        seen["stay"] = True
        action.trigger()
    """
    after = 'seen["next"] = program.next_source'
    seen = play(tmp_path, scene, after=after)
    assert seen["filled"]
    assert seen["next"] == "kis:test"


def test_an_account_keeps_what_it_was_issued_for_the_next_start(tmp_path, broker):
    profile(tmp_path, broker["server"], Place.FILE)
    scene = """
    async def scene(self):
        from kisopt_gui.ui.keys.unlock_dialog import UnlockDialog
        found = lambda: self.window.findChildren(UnlockDialog)
        await until(lambda: bool(found()))
        found()[0].passphrase.setText("canary passphrase")
        found()[0].ok.click()
        seen["records"] = await until(lambda: self.store.records > 50)
        profile = self._sources._keyholder.profile("test")
        told = lambda: self._sources._keyholder._vault.issued(profile)
        seen["kept"] = await until(lambda: told().token and told().approval_key)
    """
    for _ in range(2):
        assert play(tmp_path, scene, "source='kis:test', language='en'", "None")["records"]
    issued = Vault(tmp_path / "config" / "keys", {})
    kept = Profiles(tmp_path / "config" / "profiles.json").get("test")
    issued.read(kept, PASSPHRASE)
    assert issued.issued(kept).approval_key
    assert issued.issued(kept).token
    assert broker["broker"].rest.tokens == 1
