"""Finding the files that ship with the program, in each way of running it."""

import pytest

from kisopt_gui import assets
from kisopt_gui.assets import ResourceError, resource


def test_a_file_of_the_checkout():
    assert resource("fonts", "OFL.txt").read_text("utf-8").startswith("Copyright")


def test_a_folder():
    assert resource("icons").is_dir()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """As if the package stood in an otherwise empty folder."""
    monkeypatch.setattr(assets, "HERE", tmp_path / "kisopt_gui")
    return tmp_path


def add(path):
    path.parent.mkdir(parents=True)
    path.write_text("here")
    return path


def test_a_wheel_has_them_inside_the_package(elsewhere):
    installed = add(elsewhere / "kisopt_gui" / "_resources" / "a" / "b.txt")
    add(elsewhere / "resources" / "a" / "b.txt")
    assert resource("a", "b.txt") == installed


@pytest.mark.parametrize("root", ["resources", "kisopt_gui/_resources"])
def test_a_bundle_unpacks_them(elsewhere, monkeypatch, root):
    monkeypatch.setattr("sys._MEIPASS", str(elsewhere / "bundle"), raising=False)
    unpacked = add(elsewhere / "bundle" / root / "a" / "b.txt")
    assert resource("a", "b.txt") == unpacked


def test_a_missing_file_is_named(elsewhere):
    with pytest.raises(ResourceError) as caught:
        resource("fonts", "gone.ttf")
    assert str(caught.value) == (
        "the program's file fonts/gone.ttf is missing; install the program again"
    )
    assert "fonts/gone.ttf" in caught.value.sentence("ko")
