"""The .tar.xz and the .deb, made of a small bundle whose libraries are real."""

import gzip
import lzma
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest

import kisopt_gui

LINUX = Path(__file__).parents[2] / "packaging" / "linux"
SITE = Path(sysconfig.get_path("platlib"))
VERSION = kisopt_gui.__version__
MOMENT = "1700000000"

pytestmark = [
    pytest.mark.skipif(
        platform.system() != "Linux" or platform.machine() != "x86_64",
        reason="the packages are for Linux x86_64",
    ),
    pytest.mark.timeout(120),
]


@pytest.fixture
def bundle(tmp_path):
    """Make what looks like a bundle; its program prints a line."""
    made = tmp_path / "한글 dist" / "kisopt"
    internal = made / "_internal"
    plugins = internal / "PySide6" / "Qt" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    (made / "licences").mkdir()
    (made / "licences" / "Qt.txt").write_text("LGPL")
    shutil.copy(shutil.which("true"), made / "kisopt-gui")
    (internal / "data.txt").write_text("data")
    (internal / "data.txt").chmod(0o600)
    (internal / "link").symlink_to("data.txt")
    [binding] = SITE.glob("msgspec/_core*.so")
    shutil.copy(binding, internal)
    return made


def packed(packer, *words, **environment):
    return subprocess.run(
        [sys.executable, str(LINUX / f"{packer}.py"), *map(str, words)],
        env={**os.environ, "SOURCE_DATE_EPOCH": MOMENT, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def touched(bundle):
    """Change what must not matter: times, and permissions beyond "executable"."""
    for path in bundle.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    (bundle / "_internal" / "data.txt").chmod(0o640)
    return bundle


def archive_of(bundle, target, **environment):
    done = packed("archive", bundle, target, **environment)
    assert done.returncode == 0, done.stderr
    [path] = target.glob("*")
    assert path.name == f"kisopt-{VERSION}-linux-x86_64.tar.xz"
    return path


def test_the_archive_holds_the_bundle_in_a_folder_of_its_version(bundle, tmp_path):
    with tarfile.open(archive_of(bundle, tmp_path / "out")) as archive:
        entries = {entry.name: entry for entry in archive}
    top = f"kisopt-{VERSION}"
    inside = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*")}
    assert set(entries) == {top} | {f"{top}/{name}" for name in inside}
    assert list(entries) == sorted(entries, key=lambda name: name.split("/"))
    assert {entry.uid for entry in entries.values()} == {0}
    assert {entry.gid for entry in entries.values()} == {0}
    assert {entry.mtime for entry in entries.values()} == {int(MOMENT)}
    assert entries[f"{top}/kisopt-gui"].mode == 0o755
    assert entries[f"{top}/_internal/data.txt"].mode == 0o644
    assert entries[f"{top}/_internal/link"].linkname == "data.txt"


@pytest.mark.parametrize("packer", ["archive", "deb"])
def test_the_same_bundle_gives_the_same_bytes(bundle, tmp_path, packer):
    if packer == "deb" and shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    first = packed(packer, bundle, tmp_path / "first")
    assert first.returncode == 0, first.stderr
    assert packed(packer, touched(bundle), tmp_path / "second").returncode == 0
    [one], [two] = (list((tmp_path / name).iterdir()) for name in ("first", "second"))
    assert one.read_bytes() == two.read_bytes()


def test_without_the_command_xz_python_makes_the_same_archive(bundle, tmp_path):
    one = archive_of(bundle, tmp_path / "one")
    two = archive_of(bundle, tmp_path / "two", PATH="/nowhere")
    assert lzma.decompress(one.read_bytes()) == lzma.decompress(two.read_bytes())


def test_without_a_moment_it_is_that_of_the_newest_commit(bundle, tmp_path):
    if not (LINUX.parents[1] / ".git").exists():
        pytest.skip("only a repository has commits")
    newest = subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=LINUX, text=True)
    with tarfile.open(archive_of(bundle, tmp_path / "out", SOURCE_DATE_EPOCH="")) as archive:
        assert archive.next().mtime == int(newest)


@pytest.mark.parametrize("packer", ["archive", "deb"])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda bundle: (bundle / "kisopt-gui").unlink(), "make bundle"),
        (lambda bundle: shutil.rmtree(bundle / "licences"), "licences"),
        (lambda bundle: shutil.rmtree(bundle), "make bundle"),
    ],
)
def test_what_is_no_bundle_is_one_sentence(bundle, tmp_path, packer, damage, said):
    damage(bundle)
    done = packed(packer, bundle, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert said in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("packer", ["archive", "deb"])
def test_a_folder_that_takes_nothing_is_one_sentence(bundle, tmp_path, packer):
    (tmp_path / "out").write_text("in the way")
    done = packed(packer, bundle, tmp_path / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


@pytest.mark.parametrize("packer", ["archive", "deb"])
def test_a_moment_that_is_none_is_one_sentence(bundle, tmp_path, packer):
    done = packed(packer, bundle, tmp_path / "out", SOURCE_DATE_EPOCH="yesterday")
    assert done.returncode == 1
    assert done.stderr == "kisopt: SOURCE_DATE_EPOCH is no number of seconds: yesterday\n"


@pytest.fixture
def unpacked(bundle, tmp_path):
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    done = packed("deb", bundle, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    [deb] = (tmp_path / "out").iterdir()
    assert deb.name == f"kisopt_{VERSION}_amd64.deb"
    subprocess.run(["dpkg-deb", "-R", deb, tmp_path / "tree"], check=True)
    return tmp_path / "tree"


def control(tree):
    lines = (tree / "DEBIAN" / "control").read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith(" "))


def test_the_package_puts_everything_in_its_place(unpacked):
    for name in (
        "usr/lib/kisopt/_internal/data.txt",
        "usr/lib/kisopt/licences/Qt.txt",
        "usr/share/applications/kisopt-gui.desktop",
        "usr/share/metainfo/localhost.kisopt.kisopt_gui.metainfo.xml",
        "usr/share/icons/hicolor/48x48/apps/kisopt.png",
        "usr/share/icons/hicolor/scalable/apps/kisopt.svg",
        "usr/share/lintian/overrides/kisopt",
    ):
        assert (unpacked / name).is_file(), name
    link = unpacked / "usr" / "bin" / "kisopt-gui"
    assert os.readlink(link) == "../lib/kisopt/kisopt-gui"
    subprocess.run([link], check=True)
    assert not (unpacked / "usr" / "bin" / "kisopt").exists()
    documents = unpacked / "usr" / "share" / "doc" / "kisopt"
    copyright_file = (documents / "copyright").read_text("utf-8")
    assert "Permission is hereby granted" in copyright_file
    assert "SIL OPEN FONT LICENSE" in copyright_file
    changes = gzip.decompress((documents / "changelog.gz").read_bytes()).decode()
    assert changes.startswith(f"kisopt ({VERSION}) ")
    assert sorted(os.listdir(unpacked / "DEBIAN")) == ["control", "md5sums"]


def test_permissions_are_0755_and_0644(unpacked):
    tree = unpacked / "usr"
    modes = {path: path.stat().st_mode & 0o7777 for path in tree.rglob("*") if path.exists()}
    program = tree / "lib" / "kisopt" / "kisopt-gui"
    for path, mode in modes.items():
        wanted = 0o755 if path.is_dir() or path.resolve() == program else 0o644
        assert mode == wanted, path


def test_a_second_program_gets_a_command_too(bundle, tmp_path):
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    shutil.copy(bundle / "kisopt-gui", bundle / "kisopt")
    packed("deb", bundle, tmp_path / "out")
    [deb] = (tmp_path / "out").iterdir()
    listed = subprocess.check_output(["dpkg-deb", "-c", deb], text=True)
    assert "./usr/bin/kisopt -> ../lib/kisopt/kisopt\n" in listed
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}


def test_the_sums_are_right_and_of_every_file(unpacked):
    subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=unpacked, check=True)
    lines = (unpacked / "DEBIAN" / "md5sums").read_text("utf-8").splitlines()
    files = [path for path in (unpacked / "usr").rglob("*") if not path.is_symlink()]
    assert len(lines) == len([path for path in files if path.is_file()])


def test_the_package_depends_on_what_its_programs_take_from_the_system(unpacked):
    fields = control(unpacked)
    assert fields["Depends"].startswith("libc6 (>= 2.")
    assert "," not in fields["Depends"]
    assert fields["Maintainer"] == "kisopt authors <kisopt@localhost>"
    assert int(fields["Installed-Size"]) > 100


def compiled(path, *libraries):
    """Make a library that needs others, which are searched for beside it and in the system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *("cc", "-shared", "-o", path, f"-Wl,--no-as-needed,-soname,{path.name}"),
            *(*libraries, "-xc", "/dev/null"),
        ],
        check=True,
    )


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no compiler")
@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="there is no dpkg")
def test_what_only_a_plugin_of_a_screen_needs_is_recommended(bundle, tmp_path, monkeypatch):
    """libz stands for a library of the program, libgcc_s for one of a screen."""
    monkeypatch.syspath_prepend(str(LINUX))
    from needs import needs

    libz, libgcc = (
        subprocess.check_output(["cc", f"-print-file-name={name}"], text=True).strip()
        for name in ("libz.so.1", "libgcc_s.so.1")
    )
    if not (os.path.isabs(libz) and os.path.isabs(libgcc)):
        pytest.skip("the libraries are not here")
    internal = bundle / "_internal"
    compiled(internal / "libscreen.so", libgcc)
    compiled(internal / "libours.so", libz)
    compiled(internal / "module.abi3.so", str(internal / "libours.so"))
    plugin = internal / "PySide6" / "Qt" / "plugins" / "platforms" / "libqwayland.so"
    compiled(plugin, str(internal / "libscreen.so"), str(internal / "libours.so"))
    found = needs(bundle)
    assert "zlib1g" in found.always
    assert found.screens == ["libgcc-s1"]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not here")
def test_shellcheck_finds_nothing_in_the_bare_root():
    words = ["shellcheck", LINUX / "bare-debian.sh"]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.skipif(os.getuid() == 0, reason="root may make a bare root")
def test_the_bare_root_says_that_it_needs_root():
    said = subprocess.run([LINUX / "bare-debian.sh"], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 1
