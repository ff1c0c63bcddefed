"""The profile of a run: what was opened is what is shown, whatever is written meanwhile."""

import os

import pytest

from kisopt_gui.app.choice import Choice
from kisopt_gui.app.sources import Sources
from kisopt_gui.files import FolderError
from kisopt_gui.keys.profile import Place, Profile, Profiles
from kisopt_gui.settings import Folders, SettingsFile
from kisopt_gui.ui.keys.source_button import Kind

REAL = Profile("main", "real", "P", Place.ENVIRONMENT)
PAPER = Profile("main", "paper", "P", Place.ENVIRONMENT)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("KISOPT_HOME", str(tmp_path))
    monkeypatch.setenv("KISOPT_APP_KEY_MAIN", "canary-key-0123")
    monkeypatch.setenv("KISOPT_APP_SECRET_MAIN", "canary-secret-4567")
    return Folders.of(os.environ)


@pytest.fixture
def profiles(folders):
    made = Profiles(folders.config / "profiles.json")
    made.save(REAL)
    return made


def sources(folders):
    return Sources(Choice("kis:main"), folders, SettingsFile(folders.config / "settings.json"))


async def test_another_server_under_its_name_does_not_change_what_is_said_of_the_stream(
    folders, profiles
):
    run = sources(folders)
    await run.open()
    profiles.save(PAPER)
    assert run.shown.kind is Kind.REAL
    assert run.profile == REAL


async def test_another_key_for_the_shown_profile_is_another_start(folders, profiles):
    run, ended = sources(folders), []
    run._end = lambda: ended.append(run.next)
    await run.open()
    run.switch("kis:main")
    assert ended == []  # its entry in the menu
    run._done("kis:main")  # the dialog has taken another key
    assert ended == ["kis:main"]


@pytest.mark.logs_warnings
async def test_a_disk_that_is_full_makes_no_key_unusable(folders, profiles, monkeypatch, caplog):
    def full(*_):
        raise FolderError(path=folders.config, reason="No space left on device")

    monkeypatch.setattr(Profiles, "use", full)
    account = await sources(folders).open()
    assert account.source.app_key == "canary-key-0123"
    assert "No space left" in caplog.text
