"""Folders, and settings that survive whatever is in their file."""

import json
import os
import tempfile
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kisopt_gui.files import DamagedFileError, FolderError
from kisopt_gui.settings import Folders, SettingError, Settings, SettingsFile, language_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "settings.json"


def kept(path):
    """Files that were set aside."""
    return sorted(path.parent.glob(f"{path.name}.damaged-*"))


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_all_folders_stand_below_kisopt_home(tmp_path):
    folders = Folders.of({"KISOPT_HOME": str(tmp_path)})
    assert (folders.config, folders.data, folders.state) == (
        tmp_path / "config",
        tmp_path / "data",
        tmp_path / "state",
    )
    assert folders.settings == tmp_path / "config" / "settings.json"
    assert folders.layouts == tmp_path / "config" / "layouts.json"
    assert os.listdir(tmp_path) == []


def test_kisopt_home_may_be_relative_or_begin_with_the_users_home():
    assert Folders.of({"KISOPT_HOME": "here"}).config == Path.cwd() / "here" / "config"
    assert Folders.of({"KISOPT_HOME": "~/k"}).data == Path.home() / "k" / "data"


@pytest.mark.parametrize("environment", [{}, {"KISOPT_HOME": ""}, {"KISOPT_HOME": " "}])
def test_without_kisopt_home_the_platform_decides(environment):
    folders = Folders.of(environment)
    assert folders.config == platformdirs.user_config_path("kisopt", appauthor=False)
    assert folders.data == platformdirs.user_data_path("kisopt", appauthor=False)
    assert folders.state == platformdirs.user_state_path("kisopt", appauthor=False)


@pytest.mark.parametrize(
    ("environment", "system", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "", "ko"),
        ({"LANG": "en_US.UTF-8"}, "ko_KR", "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "ko_KR.UTF-8"}, "", "en"),
        ({"LC_MESSAGES": "ko_KR", "LANG": "en_US.UTF-8"}, "", "ko"),
        ({"LC_ALL": "", "LANG": "KO_KR.eucKR"}, "", "ko"),
        ({"LANG": "C.UTF-8"}, "ko-KR", "ko"),
        ({}, "ko_KR", "ko"),
        ({}, "en_US", "en"),
        ({}, "", "en"),
    ],
)
def test_the_language_is_the_users(environment, system, language):
    assert language_of(environment, system) == language


def test_a_first_start_has_standard_settings_and_writes_nothing(path):
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert file.problems == []
    assert not path.parent.exists()


def test_a_change_holds_at_once_and_at_the_next_start(path):
    file = SettingsFile(path)
    file.load()
    file.change(theme="light", layout="등가 감시")
    file.change(inspector_open=True)
    expected = Settings(theme="light", layout="등가 감시", inspector_open=True)
    assert file.settings == expected
    assert SettingsFile(path).load() == expected


def test_the_file_is_for_people_too(path):
    SettingsFile(path).change(layout="등가 감시")
    assert path.read_text("utf-8") == (
        "{\n"
        '  "version": 1,\n'
        '  "language": "",\n'
        '  "theme": "dark",\n'
        '  "layout": "등가 감시",\n'
        '  "inspector_open": false,\n'
        '  "source": "demo"\n'
        "}\n"
    )


def test_what_a_newer_program_wrote_survives(path):
    put(path, b'{"version": 3, "theme": "light", "sound": {"fill": "bell"}}')
    file = SettingsFile(path)
    assert file.load() == Settings(version=3, theme="light")
    assert file.problems == []
    file.change(language="ko")
    found = json.loads(path.read_bytes())
    assert found["sound"] == {"fill": "bell"}
    assert (found["version"], found["language"], found["theme"]) == (3, "ko", "light")


def test_one_wrong_value_does_not_take_the_others_with_it(path):
    put(path, b'{"theme": "blue", "language": "ko", "inspector_open": "yes"}')
    file = SettingsFile(path)
    assert file.load() == Settings(language="ko")
    assert [type(problem) for problem in file.problems] == [SettingError, SettingError]
    assert str(file.problems[0]) == (
        'settings.json: theme cannot be "blue"; the standard value holds until you choose again'
    )
    assert '"blue"' in file.problems[0].sentence("ko")
    assert kept(path) == []


DAMAGED = [
    b"",
    b"{",
    b"\xff\xfe{}",
    b'{"theme": "dark"} and more',
    b"[1, 2]",
    b"null",
    b'"text"',
    b"[" * 100_000,
    b'{"a": ' + b"[" * 600 + b"]" * 600 + b"}",
    b'{"layout": "' + b"x" * (1 << 20) + b'"}',
    b"\x00" * 4096,
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_set_aside_and_told(path, content):
    put(path, content)
    file = SettingsFile(path)
    assert file.load() == Settings()
    [problem] = file.problems
    assert isinstance(problem, DamagedFileError)
    [aside] = kept(path)
    assert aside.read_bytes() == content
    assert str(aside) in str(problem)
    assert str(aside) in problem.sentence("ko")
    file.change(theme="light")
    assert SettingsFile(path).load() == Settings(theme="light")
    assert aside.read_bytes() == content


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=300) | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_settings_and_none_are_lost(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        path.write_bytes(content)
        file = SettingsFile(path)
        assert isinstance(file.load(), Settings)
        assert [content] == [each.read_bytes() for each in [*kept(path), *_still(path)]]
        file.change(theme="light")
        assert SettingsFile(path).load().theme == "light"


def _still(path):
    return [path] if path.exists() else []


@hypothesis_settings(deadline=None)
@given(
    st.builds(
        Settings,
        language=st.sampled_from(["", "ko", "en"]),
        theme=st.sampled_from(["dark", "light"]),
        layout=st.text(),
        inspector_open=st.booleans(),
    )
)
def test_settings_are_read_as_they_were_written(wanted):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        fields = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
        SettingsFile(path).change(**fields)
        assert SettingsFile(path).load() == wanted


def test_a_folder_that_takes_nothing_is_told_and_the_program_goes_on(tmp_path, path):
    path.parent.write_text("in the way")
    file = SettingsFile(path)
    assert file.load() == Settings()
    [problem] = file.problems
    assert isinstance(problem, FolderError)
    with pytest.raises(FolderError):
        file.change(theme="light")
    assert file.settings.theme == "light"
    assert path.parent.read_text() == "in the way"


def test_a_file_that_could_not_be_read_is_not_overwritten(path):
    # A folder in place of the file stands for one whose permissions do not let us in.
    path.mkdir(parents=True)
    file = SettingsFile(path)
    assert file.load() == Settings()
    with pytest.raises(FolderError):
        file.change(theme="light")
    path.rmdir()
    put(path, b'{"sound": "bell"}')
    file.change(theme="light")
    assert json.loads(path.read_bytes())["sound"] == "bell"


def test_a_file_damaged_while_the_program_ran_is_kept_too(path):
    file = SettingsFile(path)
    file.change(theme="light")
    put(path, b"{damaged")
    file.change(language="ko")
    assert [each.read_bytes() for each in kept(path)] == [b"{damaged"]
    assert SettingsFile(path).load() == Settings(theme="light", language="ko")
