"""A window with a real vault behind it, and brokers on loopback, for the dialogs of app keys."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from qasync import QEventLoop

from kisopt_gui.app.keyholder import Keyholder
from kisopt_gui.keys.profile import Credentials, Place, Profile, Profiles
from kisopt_gui.keys.vault import Vault
from kisopt_gui.simulator.broker import Broker
from kisopt_gui.simulator.faults import parse_fault
from kisopt_gui.simulator.market import Market
from kisopt_gui.ui import theme
from kisopt_gui.ui.keys.key_dialog import KeyDialog
from kisopt_gui.ui.texts import Texts
from tests.feed.peers import hung_up

KEY, SECRET = "canary-app-key", "canary-app-secret"
PASSPHRASE = "canary passphrase"
ENGLISH = Texts("en")


class Scene:
    """A window, a vault, and a loop that both share."""

    def __init__(self, qapp, folder):
        self.loop = QEventLoop(qapp)
        self.window = QMainWindow()
        self.environment = {}
        self.profiles = Profiles(folder / "profiles.json")
        self.vault = Vault(folder / "keys", self.environment)
        self.keys = Keyholder(self.profiles, self.vault)
        self.folder = folder

    def run(self, scene):
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            return runner.run(scene)

    def dialog(self, kind=KeyDialog, *more):
        dialog = kind(self.window, ENGLISH, theme.DARK, self.keys, *more)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        return dialog

    async def until(self, holds, seconds=8.0):
        for _ in range(int(seconds / 0.01)):
            if holds():
                return
            await asyncio.sleep(0.01)
        pytest.fail("it never held")

    def written(self):
        """Everything in the files of the vault and the profiles."""
        return b"".join(p.read_bytes() for p in self.folder.rglob("*") if p.is_file())


def broker(*faults):
    return Broker(Market(), faults=[parse_fault(fault) for fault in faults])


class Mute:
    """A server that takes a question and never answers."""

    def __init__(self, server):
        port = server.sockets[0].getsockname()[1]
        self.url, self.http_url = f"ws://127.0.0.1:{port}", f"http://127.0.0.1:{port}"
        self.asked = False


@asynccontextmanager
async def mute():
    writers = []

    async def take(reader, writer):
        writers.append(writer)
        running.asked = bool(await reader.read(100))
        await reader.read()  # until the other side gives up
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    running = Mute(server)
    yield running
    server.close()
    await hung_up(writers)


def fill(dialog, running, place="file", name="test"):
    dialog.name.setText(name)
    dialog.server._choose("other")
    dialog.address.setText(f"{running.url},{running.http_url}")
    dialog.place._choose(place)
    dialog.app_key.setText(KEY)
    dialog.app_secret.setText(f" {SECRET}\n")
    dialog.passphrase.setText(PASSPHRASE)
    dialog.again.setText(PASSPHRASE)


def kept(scene, name="kept"):
    profile = Profile(name, "paper", "B", Place.FILE)
    scene.vault.write(profile, Credentials(KEY, SECRET), PASSPHRASE)
    scene.profiles.save(profile)
    scene.vault = Vault(scene.vault._folder, {})
    scene.keys = Keyholder(scene.profiles, scene.vault)
    return profile
