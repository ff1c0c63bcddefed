"""The licences of a bundle: a small one, put together of files that are really installed."""

import json
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
SITE = Path(sysconfig.get_path("platlib"))
LIBRARY = "libz.so.1"
"""Every Debian has it, from the package zlib1g."""

pytest.importorskip("PyInstaller", reason="bundles are made with it")


@pytest.fixture(autouse=True)
def _packaging_is_importable(monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGING))


def installed(name, start, end=""):
    """Return the path of a distribution's file, below site-packages."""
    return next(
        file.as_posix()
        for file in distribution(name).files
        if file.as_posix().startswith(start) and file.as_posix().endswith(end)
    )


def put(bundle, inside, source):
    path = bundle / "_internal" / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    return path


def put_program(bundle, modules):
    """Write what PyInstaller appends to its bootloader, with these modules in it."""
    from PyInstaller.archive.writers import CArchiveWriter, ZlibArchiveWriter

    names = [(name, f"{name}.py", "PYMODULE") for name in modules]
    pyz = bundle.parent / "PYZ.pyz"
    ZlibArchiveWriter(str(pyz), names, {name: compile("", name, "exec") for name in modules})
    entry = ("PYZ.pyz", str(pyz), False, "z")
    CArchiveWriter(str(bundle / "kisopt-gui"), [entry], "libpython")


def make(folder):
    """Make a bundle of a dozen files, each from somewhere else."""
    made = folder / "dist" / "kisopt"
    files = [
        installed("websockets", "websockets/", ".so"),
        installed("numpy", "numpy.libs/libquadmath"),
        installed("PySide6-Essentials", "PySide6/QtSvg."),
        installed("PySide6-Essentials", "PySide6/Qt/lib/libQt6Svg."),
        installed("PySide6-Essentials", "PySide6/Qt/lib/libicuuc."),
        installed("shiboken6", "shiboken6/Shiboken."),
        installed("pyqtgraph", "pyqtgraph/colors/maps/CET-L4"),
        installed("cryptography", "cryptography-", "METADATA"),
    ]
    for inside in files:
        put(made, inside, SITE / inside)
    for inside in ("resources/icons/add.svg", "resources/fonts/OFL.txt"):
        put(made, inside, ROOT / inside)
    font = "resources/fonts/NotoSansKR-Bold-ksx1001.ttf"
    put(made, font, ROOT / font)
    dynamic = Path(sysconfig.get_config_var("DESTSHARED"))
    module = next(dynamic.glob("_json.*"))
    put(made, f"python3/lib-dynload/{module.name}", module)
    (made / "_internal" / "libQt6Svg.so.6").symlink_to("PySide6/Qt/lib/libQt6Svg.so.6")
    put_program(made, ["qasync", "kisopt_gui.errors", "json.decoder", "pyimod02_importers"])
    return made


def run(bundle):
    words = [sys.executable, str(PACKAGING / "licences.py"), str(bundle)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def index(bundle):
    listed = json.loads((bundle / "licences" / "index.json").read_text("utf-8"))
    return {each["name"]: each for each in listed}


@pytest.fixture
def bundle(tmp_path):
    return make(tmp_path)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A bundle with its licences, for the tests that only read."""
    bundle = make(tmp_path_factory.mktemp("written"))
    done = run(bundle)
    assert (done.returncode, done.stderr) == (0, "")
    return bundle


def test_everything_in_the_bundle_is_a_component(written):
    assert set(index(written)) == {
        "cryptography",
        "ICU",
        "kisopt",
        "Noto Sans KR",
        "NumPy",
        "PyInstaller bootloader",
        "pyqtgraph",
        "PySide6",
        "Python",
        "qasync",
        "Qt",
        "shiboken6",
        "websockets",
    }
    names = [
        each["name"]
        for each in json.loads((written / "licences" / "index.json").read_text("utf-8"))
    ]
    assert names == sorted(names, key=str.lower)


def test_each_component_states_its_licence_and_has_its_text(written):
    for each in index(written).values():
        assert each["licence"]
        assert each["for"]
        assert sum((written / "licences" / name).stat().st_size for name in each["files"]) > 1000


def test_qt_comes_with_both_licences_in_full_and_says_that_it_may_be_replaced(written):
    files = index(written)["Qt"]["files"]
    assert files == ["Qt.txt", "common/LGPL-3.0.txt", "common/GPL-3.0.txt"]
    gpl = (written / "licences" / "common" / "GPL-3.0.txt").read_text("utf-8")
    assert "END OF TERMS AND CONDITIONS" in gpl
    readme = (written / "licences" / "README.txt").read_text("utf-8")
    assert "_internal/PySide6" in readme
    assert "공유 라이브러리" in readme
    assert "FreeType" in (written / "licences" / "Qt.txt").read_text("utf-8")


def test_what_is_compiled_into_a_wheel_is_listed_with_it(written):
    numpy = index(written)["NumPy"]["licence"]
    assert "LGPL-2.1-or-later" in numpy
    assert "GCC-exception-3.1" in numpy
    text = (written / "licences" / "cryptography.txt").read_text("utf-8")
    assert "openssl-sys" in text
    assert "Steven Fackler" in text
    assert "common/Apache-2.0.txt" in index(written)["cryptography"]["files"]


def test_licences_beside_the_data_of_a_wheel_are_kept(written):
    text = (written / "licences" / "pyqtgraph.txt").read_text("utf-8")
    assert "Creative Commons Attribution 4.0" in text


def test_a_second_run_changes_nothing_and_leaves_nothing_old(written):
    folder = written / "licences"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "gone.txt").write_text("of a library that is no longer in the bundle", "utf-8")
    assert run(written).returncode == 0
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before


def test_a_file_of_unknown_origin_is_named_and_nothing_is_written(bundle):
    (bundle / "_internal" / "libstray.so.3").write_bytes(b"\x7fELF")
    (bundle / "notes.txt").write_text("?", "utf-8")
    done = run(bundle)
    assert done.returncode == 1
    assert done.stderr == "licences: no known origin: libstray.so.3; notes.txt\n"
    assert not (bundle / "licences").exists()


def test_a_module_of_unknown_origin_is_named(bundle):
    put_program(bundle, ["qasync", "stray.part"])
    assert run(bundle).stderr == "licences: no known origin: module stray.part in kisopt-gui\n"


def test_a_resource_that_was_changed_is_no_longer_ours(bundle):
    (bundle / "_internal" / "resources" / "icons" / "add.svg").write_text("<svg/>", "utf-8")
    assert "resources/icons/add.svg" in run(bundle).stderr


def test_a_link_out_of_the_bundle_is_refused(bundle):
    (bundle / "_internal" / "libelse.so").symlink_to("/usr/lib")
    (bundle / "_internal" / "other.txt").symlink_to(ROOT / "LICENSE")
    assert "other.txt, a link out of the bundle" in run(bundle).stderr


def test_what_is_no_bundle_is_refused(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1
    assert "not a folder that PyInstaller made" in done.stderr


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="asks dpkg")
def test_a_library_of_debian_has_the_copyright_of_its_package(bundle):
    import debian

    library = debian.system_library(LIBRARY)
    put(bundle, LIBRARY, library)
    assert run(bundle).returncode == 0
    component = index(bundle)["zlib"]
    assert component["licence"] == "Zlib"
    text = (bundle / "licences" / "zlib.txt").read_text("utf-8")
    assert "source package zlib" in text
    assert "Jean-loup Gailly" in text


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="asks dpkg")
def test_a_library_that_is_not_the_one_of_the_system_is_refused(bundle):
    import debian

    path = put(bundle, LIBRARY, debian.system_library(LIBRARY))
    path.write_bytes(path.read_bytes() + b"\0")
    assert f"{LIBRARY}, which differs from" in run(bundle).stderr


@pytest.mark.parametrize(
    ("source", "text", "licence"),
    [
        ("lz4", "Files: *\nCopyright: x\nLicense: BSD-2-clause\n", "BSD-2-Clause"),
        ("zstd", "Files: *\nLicense: BSD-3-clause or GPL-2\n", "BSD-3-Clause OR GPL-2.0-only"),
        ("gcc-12", "prose", "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("unheard-of", "prose", ""),
        ("unheard-of", "Files: *\nLicense: MIT/Y with words\n", ""),
    ],
)
def test_the_licence_of_a_package_is_said_only_if_it_is_known(source, text, licence):
    import debian

    assert debian.licence(source, text) == licence
