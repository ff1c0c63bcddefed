"""What the bundles of Windows and macOS say of themselves; they cannot be built here."""

import ast
import importlib.util
import plistlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PyInstaller.utils.win32.winmanifest import create_application_manifest

import kisopt_gui

ROOT = Path(__file__).parent.parent.parent
PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def load(name):
    path = PACKAGING / name
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


version = load("windows/version.py")
info = load("macos/info.py")


def arguments(call):
    """Return the arguments of a call that stands in PyInstaller's text form."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    return call.func.id, call.args, named


@pytest.fixture
def resource():
    """The version resource: numbers, strings by table, languages."""
    kind, _, named = arguments(ast.parse(version.version_info(), mode="eval").body)
    assert kind == "VSVersionInfo"
    kind, _, numbers = arguments(named["ffi"])
    assert kind == "FixedFileInfo"
    strings, variables = named["kids"].elts
    kind, [tables], _ = arguments(strings)
    assert kind == "StringFileInfo"
    found = {}
    for table in tables.elts:
        kind, [name, rows], _ = arguments(table)
        assert kind == "StringTable"
        found[name.value] = {}
        for row in rows.elts:
            kind, [key, value], _ = arguments(row)
            assert kind == "StringStruct"
            found[name.value][key.value] = value.value
    kind, [structs], _ = arguments(variables)
    assert kind == "VarFileInfo"
    kind, [name, spoken], _ = arguments(structs.elts[0])
    assert (kind, name.value) == ("VarStruct", "Translation")
    fixed = {key: ast.literal_eval(value) for key, value in numbers.items()}
    return fixed, found, ast.literal_eval(spoken)


def test_the_version_resource_is_of_this_version(resource):
    numbers, tables, _ = resource
    assert numbers["filevers"] == numbers["prodvers"]
    assert ".".join(map(str, numbers["filevers"])).startswith(f"{kisopt_gui.__version__}.")
    for strings in tables.values():
        assert strings["FileVersion"] == strings["ProductVersion"] == kisopt_gui.__version__


def test_the_version_resource_speaks_korean_and_english(resource):
    _, tables, spoken = resource
    assert spoken == [0x0412, 1200, 0x0409, 1200]
    assert list(tables) == ["041204b0", "040904b0"]
    assert re.search("[가-힣]", tables["041204b0"]["FileDescription"])
    assert tables["040904b0"]["FileDescription"].isascii()


def test_the_version_resource_has_what_windows_requires(resource):
    numbers, tables, _ = resource
    assert numbers["fileType"] == 1
    for strings in tables.values():
        assert strings["CompanyName"] == PROJECT["authors"][0]["name"]
        assert strings["ProductName"] == strings["InternalName"] == "kisopt"
        assert strings["OriginalFilename"] == "kisopt-gui.exe"
        assert strings["LegalCopyright"] in (ROOT / "LICENSE").read_text("utf-8")


def test_the_version_file_is_written_for_the_spec(tmp_path):
    path = version.write(tmp_path / "build" / "kisopt")
    assert path.read_text("utf-8") == version.version_info()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("2.3", (2, 3, 0, 0)), ("1.2.3rc1", (1, 2, 3, 0))],
)
def test_a_version_is_four_numbers(text, numbers):
    assert version.numbers(text) == numbers


@pytest.mark.parametrize("text", ["", "next", "1.70000"])
def test_what_windows_cannot_count_is_no_version(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        version.numbers(text)


def test_pyinstallers_own_manifest_is_enough():
    # Paths over 260 characters, no elevation, Windows 10 as it is. Qt sets the scaling.
    root = ElementTree.fromstring(create_application_manifest())
    text = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    assert text["longPathAware"].text == "true"
    assert text["requestedExecutionLevel"].attrib == {"level": "asInvoker", "uiAccess": "false"}
    systems = {element.get("Id") for element in root.iter() if element.tag.endswith("}supportedOS")}
    assert "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}" in systems
    assert not {"dpiAware", "dpiAwareness", "activeCodePage"} & text.keys()


def test_info_plist_is_of_this_version_and_survives_being_written():
    plist = info.info_plist()
    assert plistlib.loads(plistlib.dumps(plist)) == plist
    assert plist["CFBundleShortVersionString"] == plist["CFBundleVersion"]
    assert plist["CFBundleVersion"] == kisopt_gui.__version__


def test_info_plist_has_what_macos_asks_of_a_program():
    plist = info.info_plist()
    assert re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+){2,}", plist["CFBundleIdentifier"])
    assert plist["CFBundleName"] == PROJECT["name"]
    assert plist["CFBundleLocalizations"] == ["ko", "en"]
    assert plist["LSApplicationCategoryType"] == "public.app-category.finance"
    assert plist["NSHighResolutionCapable"] is True
    assert plist["NSRequiresAquaSystemAppearance"] is False
    assert plist["NSHumanReadableCopyright"] in (ROOT / "LICENSE").read_text("utf-8")


def test_info_plist_asks_for_nothing_that_is_not_needed():
    # Why is said in packaging/macos/info.py.
    unwanted = {"NSAppTransportSecurity", "LSMultipleInstancesProhibited", "LSUIElement"}
    assert not unwanted & info.info_plist().keys()
    assert not [key for key in info.info_plist() if key.endswith("UsageDescription")]


@pytest.mark.parametrize(
    ("tags", "oldest"),
    [
        ([], "13.0"),
        (["cp310-abi3-macosx_13_0_universal2"], "13.0"),
        (["cp310-abi3-macosx_13_0_universal2", "cp311-cp311-macosx_11_0_arm64"], "13.0"),
        (["cp310-abi3-macosx_13_0_universal2", "cp311-cp311-macosx_14_0_arm64"], "14.0"),
        (["py3-none-any", "cp311-cp311-macosx_10_9_x86_64"], "13.0"),
        (["py3-none-manylinux_2_34_x86_64"], "13.0"),
    ],
)
def test_the_strictest_wheel_says_which_macos_is_needed(tags, oldest):
    wheels = [f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n" for tag in tags]
    assert info.minimum_system(wheels) == oldest


def test_the_entitlements_are_one():
    granted = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert granted == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


@pytest.mark.parametrize("path", ["windows/version.py", "macos/info.py"])
def test_each_prints_what_it_makes(path):
    told = subprocess.run(
        [sys.executable, PACKAGING / path],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1", "PATH": ""},
    )
    assert told.stdout
    assert told.stderr == ""
