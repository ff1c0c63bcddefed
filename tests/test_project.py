"""What the files around the code promise each other."""

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import kisopt_gui

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ICONS = sorted((ROOT / "resources" / "icons").glob("*.svg"))
UI_ICONS = [path for path in ICONS if not path.stem.startswith("kisopt")]
SVG = "{http://www.w3.org/2000/svg}"

# Written so that this file may be searched too.
REGISTRIES = re.compile(
    r"\b(pypi|pythonhosted|registry\.npmjs|\w+\.debian|\w+\.ubuntu)" r"\.(org|com)\b"
)
OWN_PATHS = re.compile(r"(?<![\w.~${}-])/(?:work|home|root)/")


def locked() -> dict[str, tuple[Version, list[str]]]:
    """Return each package of the lock with its version and hashes."""
    entries = re.findall(r"^([\w.-]+)==([^\s;]+)(.*(?:\n    --hash=.*)*)", LOCK, re.M)
    return {
        canonicalize_name(name): (Version(version), re.findall(r"sha256:[0-9a-f]{64}\b", rest))
        for name, version, rest in entries
    }


def tracked() -> list[Path]:
    """Return the files that are, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_version_is_said_once():
    assert kisopt_gui.__version__ == PROJECT["version"]


@pytest.mark.parametrize(
    "requirement",
    [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]],
    ids=lambda text: Requirement(text).name,
)
def test_every_dependency_is_pinned_with_hashes(requirement):
    wanted = Requirement(requirement)
    version, hashes = locked()[canonicalize_name(wanted.name)]
    assert version in wanted.specifier
    assert hashes


def test_the_lock_has_nothing_without_a_hash():
    assert all(hashes for _, hashes in locked().values())
    assert len(locked()) == LOCK.count("==") - len(re.findall(r";.*==", LOCK))


def test_the_lock_names_no_address():
    assert "://" not in LOCK
    assert "--index-url" not in LOCK
    assert "--find-links" not in LOCK


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a repository knows its files")
def test_no_file_names_a_package_registry_or_a_folder_of_one_machine():
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            if REGISTRIES.search(line) or OWN_PATHS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_every_make_command_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    asked = {
        (path.name, word)
        for path in documents
        for code in re.findall(r"```.*?```|`[^`\n]+`", path.read_text("utf-8"), re.S)
        for word in re.findall(r"^[`$ ]*make ([a-z-]+)", code, re.M)
    }
    assert {each for each in asked if each[1] not in targets} == set()


def test_every_test_file_of_frames_has_its_provenance():
    text = (ROOT / "tests" / "data" / "PROVENANCE.md").read_text("utf-8")
    stated = dict(re.findall(r"^\| (\S+\.txt) \|.*\| ([0-9a-f]{64}) \|$", text, re.M))
    frames = (ROOT / "tests" / "data" / "frames").iterdir()
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in frames} == stated


def test_a_frame_of_our_stream_says_that_it_is_invented():
    for path in (ROOT / "tests" / "data" / "frames").iterdir():
        if "|H0IOCNT0|" in path.read_text("utf-8"):
            assert path.name.startswith("SYNTHETIC_")


def test_the_fonts_ship_with_their_licence():
    fonts = ROOT / "resources" / "fonts"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts / "OFL.txt").read_text("utf-8")
    provenance = (fonts / "PROVENANCE.md").read_text("utf-8")
    for font in fonts.glob("*.ttf"):
        assert f"{font.name} |" in provenance
        assert hashlib.sha256(font.read_bytes()).hexdigest() in provenance


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_every_icon_is_a_drawing(path, qapp):
    from PySide6.QtSvg import QSvgRenderer

    assert ElementTree.parse(path).getroot().tag == f"{SVG}svg"
    assert QSvgRenderer(str(path)).isValid()


@pytest.mark.parametrize("path", UI_ICONS, ids=lambda path: path.stem)
def test_an_icon_of_the_window_has_the_one_colour_that_the_theme_replaces(path):
    root = ElementTree.parse(path).getroot()
    assert root.get("viewBox") == "0 0 16 16"
    colours = {
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if name in ("stroke", "fill", "style", "color")
    }
    assert colours <= {"#000", "none"}
    assert "#000" in colours


def test_the_application_icon_has_the_sizes_that_desktops_ask_for(qapp):
    from PySide6.QtGui import QImage

    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        image = QImage(str(ROOT / "resources" / "icons" / f"kisopt-{size}.png"))
        assert (image.width(), image.height()) == (size, size)


def test_a_wheel_holds_the_package_and_the_resources(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "setup.py", "LICENSE", PROJECT.get("readme")):
        if name is not None:
            shutil.copy(ROOT / name, source)
    for name in ("kisopt_gui", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    built = subprocess.run(
        [sys.executable, "-c", "from setuptools.build_meta import *; build_wheel('.')"],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = source.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(source).as_posix().replace("resources/", "kisopt_gui/_resources/", 1)
        for folder in ("kisopt_gui", "resources")
        for path in (source / folder).rglob("*")
        if path.is_file()
    }
    assert names == expected
