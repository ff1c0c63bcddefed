"""`kisopt-gui --install-desktop` and `--uninstall-desktop`, with real files and programs."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from kisopt_gui.app import desktop_entry
from kisopt_gui.app.desktop_entry import (
    ENTRY,
    METAINFO,
    DesktopFolderError,
    DesktopPathError,
    DesktopPlatformError,
    exec_value,
    install,
    running,
    uninstall,
)

FOLDERS = [
    "plain",
    "two words",
    "한글 폴더",
    "50% off %f %%",
    "$HOME `id` \"quoted\" 'single'",
    "back\\slash \\n \\\\ end\\",
    "a;b|c&d<e>(f)*?#~",
    "émoji 📈",
]
NOBODY = 65534

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="desktop entries are of Linux")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "share"


@pytest.fixture
def environment(data):
    return {"XDG_DATA_HOME": str(data), "PATH": "/nowhere"}


def program(folder):
    """Make a program that leaves a note of what it was started with beside it."""
    folder.mkdir(parents=True)
    path = folder / "kisopt-gui"
    path.write_text('#!/bin/sh\nprintf "%s\\n" "$#" "$@" > "${0%/*}/started"\n')
    path.chmod(0o755)
    return path


def keys(entry):
    """Read an entry as the specification has it, escapes of strings undone."""
    parser = ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str
    parser.read(entry, "utf-8")
    escapes = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    return {
        name: re.sub(r"\\(.)", lambda found: escapes[found[1]], value)
        for name, value in parser["Desktop Entry"].items()
    }


def arguments(value):
    """Split an Exec value, its string escapes undone, by the quoting rules."""
    found = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value):
        assert not re.search(r"[\s\"'\\><~|&;$*?#()`]", bare), "a reserved letter without quotes"
        assert not re.search(r"(?<!\\)(?:\\\\)*[$`]", quoted), "a letter that needs a backslash"
        word = re.sub(r"\\(.)", r"\1", quoted) or bare
        assert not re.search(r"%[^%]", word.replace("%%", "")), "a field code"
        found.append(word.replace("%%", "%"))
    return found


def everything(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("name", FOLDERS)
def test_the_entry_starts_the_program_wherever_it_stands(tmp_path, data, environment, name):
    path = program(tmp_path / name)
    install(environment, [str(path)])
    entry = keys(data / "applications" / ENTRY)
    assert entry["TryExec"] == str(path)
    subprocess.run(arguments(entry["Exec"]), check=True)
    assert (path.parent / "started").read_text() == "0\n"


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.skipif(shutil.which("gio") is None, reason="GLib's own reader is not here")
def test_glib_starts_the_program_wherever_it_stands(tmp_path, data, environment, name):
    path = program(tmp_path / name)
    install(environment, [str(path), "-m", "a word"])
    # The end of its output is the end of the program's: they share it.
    launched = subprocess.run(
        ["gio", "launch", str(data / "applications" / ENTRY)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert launched.returncode == 0, launched.stderr
    assert (path.parent / "started").read_text() == "2\n-m\na word\n"


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not here"
)
def test_the_validator_takes_the_entry(tmp_path, data, environment, name):
    install(environment, [str(program(tmp_path / name))])
    said = subprocess.run(
        ["desktop-file-validate", str(data / "applications" / ENTRY)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize("name", ["a=b", "two\nlines", "tab\there", "odd \udcff byte"])
def test_a_path_that_no_entry_can_hold_is_refused_and_nothing_written(
    tmp_path, data, environment, name
):
    with pytest.raises(DesktopPathError) as caught:
        install(environment, [f"{tmp_path}/{name}/kisopt-gui"])
    for language in ("en", "ko"):
        sentence = caught.value.sentence(language)
        assert sentence.isprintable()
        sentence.encode()
    assert not data.exists()


def test_what_a_backslash_a_dollar_and_a_percent_become():
    assert exec_value(["/opt/kisopt/kisopt-gui"]) == "/opt/kisopt/kisopt-gui"
    assert exec_value(["/a b/\\$"]) == r'"/a b/\\\\\\$"'
    assert exec_value(["/5%"]) == "/usr/bin/env /5%%"


def test_every_file_is_where_desktops_look(data, environment):
    written = install(environment, ["/opt/kisopt/kisopt-gui"])
    assert [str(path.relative_to(data)) for path in written] == [
        "icons/hicolor/scalable/apps/kisopt.svg",
        *(
            f"icons/hicolor/{size}x{size}/apps/kisopt.png"
            for size in sorted((16, 22, 24, 32, 48, 64, 128, 256, 512), key=str)
        ),
        f"metainfo/{METAINFO}",
        f"applications/{ENTRY}",
    ]
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in written)
    for path in data.rglob("kisopt.png"):
        width = int.from_bytes(path.read_bytes()[16:20], "big")
        assert path.parts[-3] == f"{width}x{width}"


def test_the_entry_says_the_same_as_the_one_that_ships(data, environment):
    install(environment, ["/opt/kisopt/kisopt-gui"])
    own = keys(data / "applications" / ENTRY)
    shipped = keys(Path(__file__).parents[2] / "resources" / "desktop" / ENTRY)
    assert own.pop(desktop_entry.MARK) == "true"
    assert own | {"Exec": "kisopt-gui", "TryExec": "kisopt-gui"} == shipped


def test_without_xdg_data_home_it_is_the_home_folder(tmp_path):
    for given in ({}, {"XDG_DATA_HOME": ""}, {"XDG_DATA_HOME": "relative/folder"}):
        home = tmp_path / f"집 {len(given)}"
        written = install({"HOME": str(home), **given}, ["/opt/kisopt-gui"])
        assert written[-1] == home / ".local" / "share" / "applications" / ENTRY


def test_a_second_time_changes_nothing(data, environment):
    first = install(environment, ["/opt/kisopt-gui"])
    before = {path: path.read_bytes() for path in first}
    assert install(environment, ["/opt/kisopt-gui"]) == first
    assert {path: path.read_bytes() for path in first} == before
    assert len([path for path in data.rglob("*") if path.is_file()]) == len(first)


def test_a_program_that_was_moved_is_found_again(data, environment):
    install(environment, ["/old/kisopt-gui"])
    install(environment, ["/new/kisopt-gui"])
    assert keys(data / "applications" / ENTRY)["TryExec"] == "/new/kisopt-gui"


def test_uninstall_leaves_nothing_behind(data, environment):
    written = install(environment, ["/opt/kisopt-gui"])
    assert sorted(uninstall(environment)) == sorted(written)
    assert everything(data) == []
    assert uninstall(environment) == []


def test_uninstall_without_an_install_makes_no_folder(data, environment):
    assert uninstall(environment) == []
    assert not data.exists()


def test_uninstall_removes_only_what_is_ours(data, environment):
    others = [
        "applications/other.desktop",
        "icons/hicolor/48x48/apps/other.png",
        "icons/hicolor/index.theme",
        "metainfo/other.metainfo.xml",
        "kisopt/recordings/kisopt.png",
    ]
    for name in others:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("mine")
    before = everything(data)
    install(environment, ["/opt/kisopt-gui"])
    uninstall(environment)
    assert everything(data) == before


def test_uninstall_removes_a_size_that_an_earlier_version_had(data, environment):
    old = data / "icons" / "hicolor" / "96x96" / "apps" / "kisopt.png"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    install(environment, ["/opt/kisopt-gui"])
    assert old in uninstall(environment)


def test_an_entry_that_the_user_wrote_is_kept(data, environment):
    own = data / "applications" / ENTRY
    own.parent.mkdir(parents=True)
    own.write_text("[Desktop Entry]\nExec=kisopt-gui --theme light\n")
    assert own not in uninstall(environment)
    install(environment, ["/opt/kisopt-gui"])
    uninstall(environment)
    [kept] = own.parent.iterdir()
    assert kept.name.startswith(f"{ENTRY}.yours-")
    assert "--theme light" in kept.read_text()


def test_what_a_link_points_to_is_not_written_to(tmp_path, data, environment):
    shipped = tmp_path / ENTRY
    shipped.write_text("[Desktop Entry]\n")
    link = data / "applications" / ENTRY
    link.parent.mkdir(parents=True)
    link.symlink_to(shipped)
    install(environment, ["/opt/kisopt-gui"])
    assert shipped.read_text() == "[Desktop Entry]\n"
    assert not link.is_symlink()


@pytest.mark.parametrize("name", ["applications", "metainfo", "icons"])
def test_a_folder_that_cannot_be_made_is_one_sentence(data, environment, name):
    data.mkdir()
    (data / name).write_text("in the way")
    with pytest.raises(DesktopFolderError) as caught:
        install(environment, ["/opt/kisopt-gui"])
    assert str(data / name) in caught.value.sentence("en")
    assert str(data / name) in caught.value.sentence("ko")
    assert not (data / "applications" / ENTRY).exists()


@pytest.fixture
def stranger():
    """Somebody who may write nothing; root may write everywhere, and so becomes nobody."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        yield place
        if os.getuid() == 0:
            os.seteuid(0)
        for path in [place, *place.rglob("*")]:
            path.chmod(0o755)


def give_up_rights(folder):
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(NOBODY)


def test_a_folder_that_is_read_only_is_one_sentence(stranger):
    give_up_rights(stranger)
    with pytest.raises(DesktopFolderError) as caught:
        install({"XDG_DATA_HOME": str(stranger)}, ["/opt/kisopt-gui"])
    assert caught.value.facts["reason"] == "Permission denied"
    assert str(stranger) in str(caught.value)
    assert everything(stranger) == []


def test_files_that_cannot_be_removed_are_one_sentence(stranger):
    written = install({"XDG_DATA_HOME": str(stranger)}, ["/opt/kisopt-gui"])
    give_up_rights(stranger)
    with pytest.raises(DesktopFolderError) as caught:
        uninstall({"XDG_DATA_HOME": str(stranger)})
    assert caught.value.facts["path"] == str(written[-1])
    assert all(path.exists() for path in written)


@pytest.mark.parametrize("act", [install, uninstall])
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_another_platform_is_one_sentence(data, environment, act, platform):
    with pytest.raises(DesktopPlatformError) as caught:
        act(environment, platform=platform)
    assert platform in caught.value.sentence("en")
    assert platform in caught.value.sentence("ko")
    assert not data.exists()


def cache_tools(folder):
    """Make tools of the desktop that note how they were called."""
    folder.mkdir()
    for name in ("update-desktop-database", "gtk-update-icon-cache"):
        tool = folder / name
        note = f'echo "{name} $* $LD_LIBRARY_PATH" >> "{folder}/calls"\n'
        tool.write_text(f"#!/bin/sh\n{note}exit 3\n")
        tool.chmod(0o755)
    return folder / "calls"


def test_caches_that_exist_are_brought_up_to_date_and_none_is_made(tmp_path, data, environment):
    calls = cache_tools(tmp_path / "bin")
    environment = {**environment, "PATH": str(tmp_path / "bin"), "LD_LIBRARY_PATH": "/ours"}
    install(environment, ["/opt/kisopt-gui"])
    assert not calls.exists()
    (data / "applications" / "mimeinfo.cache").touch()
    (data / "icons" / "hicolor" / "icon-theme.cache").touch()
    install(environment, ["/opt/kisopt-gui"])
    assert calls.read_text().splitlines() == [
        f"update-desktop-database -q {data}/applications /ours",
        f"gtk-update-icon-cache -f -q -t {data}/icons/hicolor /ours",
    ]


def test_the_tools_of_a_bundle_get_the_libraries_of_the_system(
    tmp_path, data, environment, monkeypatch
):
    calls = cache_tools(tmp_path / "bin")
    install(environment, ["/opt/kisopt-gui"])
    (data / "applications" / "mimeinfo.cache").touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    path = {"PATH": str(tmp_path / "bin"), "LD_LIBRARY_PATH": "/bundle/_internal"}
    install({**environment, **path}, ["/opt/kisopt-gui"])
    uninstall({**environment, **path, "LD_LIBRARY_PATH_ORIG": "/system"})
    first, second = calls.read_text().splitlines()
    assert first.endswith("applications ")
    assert second.endswith("applications /system")


def test_a_bundle_is_started_by_its_own_program(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "kisopt-gui"))
    assert running() == [str(tmp_path / "kisopt-gui")]


def test_a_checkout_is_started_by_its_script_or_by_python(monkeypatch, tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    assert running() == [str(python), "-m", "kisopt_gui"]
    script = python.with_name("kisopt-gui")
    script.touch(mode=0o755)
    assert running() == [str(script)]


def test_the_entry_of_this_very_installation_starts_it(data, environment):
    install(environment)
    words = arguments(keys(data / "applications" / ENTRY)["Exec"])
    said = subprocess.run(
        [*words, "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout.startswith("kisopt ")


def test_it_needs_no_qt():
    code = "import sys, kisopt_gui.app.desktop_entry; print('PySide6' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
