"""Files that are written whole or not at all, and kept when they cannot be read."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui import files
from kisopt_gui.files import FolderError

WRITER = """
import sys
from pathlib import Path
from kisopt_gui import files
for _ in range(60):
    files.write(Path(sys.argv[1]), sys.argv[2].encode() * 20_000)
"""

FULL = """
import resource, sys
from pathlib import Path
from kisopt_gui import files
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    files.write(Path(sys.argv[1]), b"x" * 20_000)
except files.FolderError as error:
    print("refused", error.facts["path"])
"""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "new" / "folder" / "a.json"
    files.write(path, b"first")
    files.write(path, b"second")
    assert files.read(path, 100) == b"second"
    assert [each.name for each in path.parent.iterdir()] == ["a.json"]


def test_a_file_that_is_not_there_is_none(tmp_path):
    assert files.read(tmp_path / "a.json", 100) is None


def test_no_more_than_asked_for_is_read(tmp_path):
    (tmp_path / "huge").write_bytes(b"x" * 1000)
    assert files.read(tmp_path / "huge", 11) == b"x" * 11


def test_the_mark_of_windows_editors_is_no_content(tmp_path):
    (tmp_path / "a.json").write_text("{}", "utf-8-sig")
    assert files.read(tmp_path / "a.json", 100) == b"{}"


def test_a_folder_in_place_of_the_file_cannot_be_read(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(FolderError):
        files.read(tmp_path / "a.json", 100)


def test_a_file_in_place_of_the_folder_cannot_be_written_to(tmp_path):
    (tmp_path / "config").write_text("in the way")
    path = tmp_path / "config" / "a.json"
    with pytest.raises(FolderError) as caught:
        files.write(path, b"content")
    assert str(path) in caught.value.sentence("ko")
    assert "KISOPT_HOME" in caught.value.sentence("ko")
    assert "KISOPT_HOME" in str(caught.value)
    assert (tmp_path / "config").read_text() == "in the way"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(TypeError):
        files.write(path, "text is not bytes")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_disk_that_takes_no_more_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    pytest.importorskip("resource")  # the limits of POSIX stand for a full disk
    ended = subprocess.run(
        [sys.executable, "-c", FULL, path],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == f"refused {path}\n", ended.stderr
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_link_stays_a_link(tmp_path):
    kept = tmp_path / "dotfiles" / "a.json"
    files.write(kept, b"old")
    link = tmp_path / "a.json"
    link.symlink_to(kept)
    files.write(link, b"new")
    assert link.is_symlink()
    assert kept.read_bytes() == b"new"


def test_two_instances_that_write_at_once_never_leave_half_a_file(tmp_path):
    path = tmp_path / "a.json"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, letter], cwd=Path(__file__).parents[1]
        )
        for letter in "ab"
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        content = files.read(path, 1_000_000)
        if content is not None:
            assert content in (b"a" * 20_000, b"b" * 20_000)
            seen.add(content[:1])
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen == {b"a", b"b"}
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_file_set_aside_keeps_its_bytes_under_a_dated_name(tmp_path):
    path = tmp_path / "settings.json"
    path.write_bytes(b"\xff damaged")
    kept = files.set_aside(path, "damaged")
    assert re.fullmatch(r"settings\.json\.damaged-\d{8}-\d{6}", kept.name)
    assert kept.read_bytes() == b"\xff damaged"
    assert not path.exists()


def test_files_set_aside_in_the_same_second_do_not_replace_each_other(tmp_path):
    path = tmp_path / "a.json"
    kept = []
    for content in (b"1", b"2", b"3"):
        path.write_bytes(content)
        kept.append(files.set_aside(path, "damaged"))
    assert [each.read_bytes() for each in kept] == [b"1", b"2", b"3"]


def test_a_file_that_another_instance_set_aside_leaves_no_empty_one(tmp_path):
    assert files.set_aside(tmp_path / "gone.json", "damaged") is None
    assert os.listdir(tmp_path) == []


def test_a_folder_in_place_of_the_file_is_not_set_aside(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(FolderError):
        files.set_aside(tmp_path / "a.json", "damaged")
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize("keep", [files.set_aside, lambda *given: files.write_beside(*given, b"")])
def test_nothing_is_kept_where_no_folder_is(tmp_path, keep):
    (tmp_path / "config").write_text("in the way")
    with pytest.raises(FolderError):
        keep(tmp_path / "config" / "a.json", "damaged")


def test_a_folder_is_made_when_asked_for(tmp_path):
    folder = tmp_path / "data" / "tape"
    assert files.made(folder) == folder
    assert os.listdir(folder) == []
    assert files.made(folder) == folder


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(FolderError) as caught:
        files.made(tmp_path / "data" / "tape")
    assert caught.value.facts["path"] == tmp_path / "data" / "tape"


@given(json_values)
def test_readable_text_is_the_same_json(value):
    text = files.readable(value)
    assert json.loads(text) == value
    assert msgspec.json.decode(text.encode("utf-8")) == value


def test_readable_text_is_indented_and_short_objects_stay_on_a_line():
    value = {
        "name": "등가 감시",
        "watchlist": [
            {"tr_id": "H0IOCNT0", "code": code, "pinned": False, "label": "콜 1,087.5"}
            for code in ("B01612A39", "B01612A40")
        ],
        "charts": {},
    }
    assert files.readable(value) == (
        "{\n"
        '  "name": "등가 감시",\n'
        '  "watchlist": [\n'
        '    {"tr_id": "H0IOCNT0", "code": "B01612A39", "pinned": false, "label": "콜 1,087.5"},\n'
        '    {"tr_id": "H0IOCNT0", "code": "B01612A40", "pinned": false, "label": "콜 1,087.5"}\n'
        "  ],\n"
        '  "charts": {}\n'
        "}"
    )
