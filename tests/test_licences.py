"""What the program knows about what it is made of."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from kisopt_gui import licences
from kisopt_gui.assets import ResourceError

ROOT = Path(__file__).parents[1]


@pytest.fixture
def place(tmp_path):
    """A folder as packaging/licences.py writes it."""
    entries = [
        {
            "name": "zlib",
            "version": "1.3",
            "licence": "Zlib",
            "homepage": "https://zlib.net",
            "files": ["zlib.txt", "common/Apache-2.0.txt"],
            "for": "compression",
        },
        {
            "name": "kisopt",
            "version": "0.1.0",
            "licence": "MIT",
            "homepage": "",
            "files": [],
            "for": "This program",
        },
    ]
    (tmp_path / "common").mkdir()
    (tmp_path / "index.json").write_text(json.dumps(entries), "utf-8")
    (tmp_path / "zlib.txt").write_text("zlib 1.3\n", "utf-8")
    (tmp_path / "common" / "Apache-2.0.txt").write_text("Apache License\n", "utf-8")
    return tmp_path


def test_a_bundle_lists_what_was_written_when_it_was_built(place):
    zlib, own = licences.bundled(place)
    assert (zlib.name, zlib.version, zlib.licence) == ("zlib", "1.3", "Zlib")
    assert (zlib.homepage, zlib.purpose) == ("https://zlib.net", "compression")
    assert zlib.text() == "zlib 1.3\n\n\nApache License"
    assert own.text() == ""


def test_a_text_is_read_only_when_it_is_asked_for(place):
    zlib, _ = licences.bundled(place)
    (place / "zlib.txt").unlink()
    with pytest.raises(ResourceError, match=r"zlib\.txt"):
        zlib.text()


@pytest.mark.parametrize("damaged", [None, "", "[{}]", "{"])
def test_a_damaged_index_is_a_damaged_installation(place, damaged):
    (place / "index.json").unlink()
    if damaged is not None:
        (place / "index.json").write_text(damaged, "utf-8")
    with pytest.raises(ResourceError, match=r"licences/index\.json"):
        licences.bundled(place)


@pytest.mark.parametrize(
    ("executable", "folder"),
    [
        ("opt/kisopt/kisopt-gui", "opt/kisopt/licences"),
        ("a/kisopt.app/Contents/MacOS/kisopt-gui", "a/kisopt.app/Contents/Resources/licences"),
    ],
)
def test_the_texts_stand_beside_the_program_but_in_an_app_with_its_data(executable, folder):
    assert licences.folder(executable) == Path(folder)


def test_a_bundle_that_runs_looks_beside_itself(place, monkeypatch):
    monkeypatch.setattr("sys.frozen", True, raising=False)
    (place / "licences").mkdir()
    monkeypatch.setattr("sys.executable", str(place / "licences" / ".." / "kisopt-gui"))
    for name in ("index.json", "zlib.txt"):
        (place / name).rename(place / "licences" / name)
    assert [each.name for each in licences.components()] == ["kisopt", "zlib"]


def test_a_checkout_lists_every_distribution_that_we_import():
    names = [each.name.lower() for each in licences.components()]
    assert names[0] == "kisopt"
    assert names[1:] == sorted(names[1:])
    assert {"python", "pyside6", "shiboken6", "numpy", "websockets", "cffi"} <= set(names)
    assert "pytest" not in names


def test_the_names_are_those_that_the_project_requires():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    required = [re.split(r"[^\w-]", each)[0] for each in project["dependencies"]]
    assert sorted(licences.IMPORTED) == sorted(required)


def test_each_component_of_a_checkout_states_a_licence_and_nearly_all_have_its_text():
    components = licences.components()
    assert all(each.licence for each in components)
    without = {each.name for each in components if not each.text()}
    # Their wheels bring no text; a bundle adds it.
    assert without <= {"PySide6", "shiboken6"}


def test_a_distribution_that_is_not_installed_is_left_out():
    found = licences._required(["websockets", "not-installed-anywhere"])
    assert [each.name for each in found] == ["websockets"]
