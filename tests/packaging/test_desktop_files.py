"""The menu entry and the AppStream description that ship with the program."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

import kisopt_gui
from kisopt_gui.app.desktop_entry import ENTRY, METAINFO

ROOT = Path(__file__).parents[2]
DESKTOP = ROOT / "resources" / "desktop" / ENTRY
APPSTREAM = ROOT / "resources" / "desktop" / METAINFO
HANGUL = re.compile("[가-힣]")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def entry():
    head, *lines = DESKTOP.read_text("utf-8").splitlines()
    assert head == "[Desktop Entry]"
    pairs = [line.split("=", 1) for line in lines]
    assert len(dict(pairs)) == len(pairs), "a key stands twice"
    return dict(pairs)


def component():
    return ElementTree.parse(APPSTREAM).getroot()


def validated(*words):
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_the_validator_takes_the_entry():
    said = validated("desktop-file-validate", DESKTOP)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_the_validator_takes_the_description():
    said = validated("appstreamcli", "validate", "--no-net", "--pedantic", APPSTREAM)
    assert said.returncode == 0, said.stdout
    # The project has no domain to make an id of.
    remarks = re.findall(r"^[EWIP]: \S+ (\S+)", said.stdout, re.M)
    assert set(remarks) <= {"cid-maybe-not-rdns"}


@pytest.mark.parametrize("name", ["Name", "GenericName", "Comment", "Keywords"])
def test_what_a_user_reads_in_the_menu_is_in_both_languages(name):
    keys = entry()
    assert not HANGUL.search(keys[name])
    assert HANGUL.search(keys[f"{name}[ko]"]) or name == "Name"
    assert keys[name].endswith(";") == keys[f"{name}[ko]"].endswith(";") == (name == "Keywords")


def test_the_entry_starts_the_program_and_has_its_icon():
    keys = entry()
    assert (keys["Exec"], keys["TryExec"], keys["Terminal"]) == (
        "kisopt-gui",
        "kisopt-gui",
        "false",
    )
    assert keys["Categories"] == "Office;Finance;"
    icons = ROOT / "resources" / "icons"
    assert (icons / f"{keys['Icon']}.svg").is_file()
    assert (icons / f"{keys['Icon']}-48.png").is_file()
    assert keys["Icon"] == component().findtext("icon")


def test_the_window_is_found_by_the_entry():
    # On Wayland by the name of the file, on X11 by WM_CLASS, whose first half is Qt's argv[0].
    program = (ROOT / "kisopt_gui" / "app" / "program.py").read_text("utf-8")
    assert f'setDesktopFileName("{DESKTOP.stem}")' in program
    assert f'QApplication(["{entry()["StartupWMClass"]}"])' in program


def test_the_description_is_of_this_program_and_this_version():
    found = component()
    assert f"{found.findtext('id')}.metainfo.xml" == APPSTREAM.name
    assert found.findtext("launchable") == ENTRY
    assert found.findtext("provides/binary") == entry()["Exec"]
    assert [each.text for each in found.findall("categories/category")] == ["Office", "Finance"]
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'license = "{found.findtext("project_license")}"' in pyproject
    assert found.findtext("developer_name") == "kisopt authors"
    assert found.find("content_rating").get("type") == "oars-1.1"
    newest = found.find("releases/release")
    assert newest.get("version") == kisopt_gui.__version__
    date.fromisoformat(newest.get("date"))


def test_the_changelog_has_every_release_that_the_description_has():
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for release in component().findall("releases/release"):
        assert release.get("version") in changes
        dated = re.search(rf"## \[{re.escape(release.get('version'))}\] - (\S+)", changes)
        assert dated is None or dated[1] == release.get("date")


def test_every_sentence_of_the_description_is_followed_by_the_korean_one():
    found = component()
    texts = [
        each
        for parent in ("description", "description/ul", "releases/release/description", ".")
        for each in found.find(parent)
        if each.tag in ("p", "li", "summary")
    ]
    assert len(texts) > 10
    for english, korean in zip(texts[::2], texts[1::2], strict=True):
        assert english.get(LANGUAGE) is None
        assert korean.get(LANGUAGE) == "ko"
        assert not HANGUL.search(english.text)
        assert HANGUL.search(korean.text)


def test_the_description_says_what_must_be_known_and_invents_no_address():
    text = " ".join("".join(component().itertext()).split())
    for said in ("read-only", "조회 전용", "simulated broker", "모의 증권사"):
        assert said in text
    assert "://" not in text
    assert component().findall("url") == []
