"""Layouts: what is kept, what happens to damaged and foreign files, and two instances at once."""

import json
import math
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kisopt_gui.files import DamagedFileError, FolderError
from kisopt_gui.layouts import Arrangement, Docks, Entry, Layout, LayoutBook, Screen, Window
from kisopt_gui.layouts.errors import (
    DamagedLayoutError,
    EmptyNameError,
    ImportLayoutError,
    LastLayoutError,
    LongNameError,
    NewerFileError,
    NewerLayoutError,
    OwnFileError,
    TakenNameError,
    UnknownLayoutError,
)
from kisopt_gui.layouts.layout import NAME_LENGTH, clean_name, free_name, standard_layouts

ONE = Arrangement(
    screens=(Screen("DP-1", 0, 0, 2560, 1440),),
    window=Window(100, 60, 1920, 1080),
    docks=Docks.of(b"\x00\x00\x00\xff how the docks stood", 1),
)
TWO = Arrangement(
    screens=(Screen("DP-1", 0, 0, 2560, 1440), Screen("HDMI-1", 2560, 0, 1920, 1080)),
    window=Window(2600, 20, 1800, 1000, maximised=True),
)
FULL = Layout(
    name="장 마감",
    watchlist=(
        Entry("H0IOCNT0", "B01612A39", pinned=True, label="콜 1,087.5"),
        Entry("H0IOCNT0", "C01612A40", label="풋 1,087.5"),
        Entry("H0IFCNT0", "A01612"),
    ),
    quotes={"columns": ["last", "iv"], "widths": {"last": 74}},
    charts={"contracts": ["B01612A39"], "span": 1800.0},
    subscriptions={"product": "KOSPI200"},
    arrangements=(ONE, TWO),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "layouts.json"


@pytest.fixture
def book(path):
    book = LayoutBook(path)
    book.load()
    return book


def opened(path, current=""):
    book = LayoutBook(path)
    book.load(current)
    return book


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def aside(path, tag="damaged"):
    return sorted(path.parent.glob(f"{path.name}.{tag}-*"))


# what is kept


def test_a_first_start_offers_a_watch_around_the_money_and_one_for_expiry_day(book, path):
    assert book.names == ["등가 감시", "만기일"]
    assert book.current.name == "등가 감시"
    assert [book[name].watchlist for name in book.names] == [None, None]
    assert [book[name].fill for name in book.names] == ["month", "nearest"]
    assert book.take_problems() == []
    assert not path.exists()


def test_the_standard_layouts_have_english_names_too(path):
    assert LayoutBook(path, "en").names == ["ATM watch", "Expiry day"]


def test_everything_of_a_layout_is_there_at_the_next_start(book, path):
    book.save_as("장 마감", FULL)
    book.save()
    again = opened(path, "장 마감")
    assert again.current == FULL
    assert again.names == ["등가 감시", "장 마감", "만기일"]
    assert again.take_problems() == []


def test_the_file_is_for_people_too(book, path):
    book.save_as("장 마감", FULL)
    book.delete("등가 감시")
    book.save()
    text = path.read_text("utf-8")
    assert '\n  "version": 2,\n' in text
    assert '\n      "name": "장 마감",\n' in text
    entry = '{"tr_id": "H0IOCNT0", "code": "B01612A39", "pinned": true, "label": "콜 1,087.5"}'
    assert f"\n        {entry},\n" in text
    assert '"watchlist": null' in text
    assert max(map(len, text.splitlines())) < 120


def test_a_state_is_kept_as_it_will_be_read_again(book):
    book.put(Layout(name="만기일", charts={"range": (math.nan, 2.0), 3: "key"}))
    assert book["만기일"].charts == {"range": [None, 2.0], "3": "key"}


def test_a_layout_that_could_not_be_read_again_is_a_defect(book):
    with pytest.raises(ValueError, match="code"):
        book.put(Layout(name="만기일", watchlist=(Entry("H0IOCNT0", "no code"),)))
    assert book["만기일"].watchlist is None


def test_work_is_the_same_wherever_windows_stand_and_however_rows_are_labelled():
    moved = FULL.arranged(msgspec.structs.replace(ONE, window=Window(0, 0, 800, 600)))
    assert moved.same_work(FULL)
    unlabelled = tuple(msgspec.structs.replace(each, label="") for each in FULL.watchlist)
    assert msgspec.structs.replace(FULL, watchlist=unlabelled).same_work(FULL)
    fresh = msgspec.structs.replace(
        FULL, quotes={"widths": {"last": 74}, "columns": ("last", "iv")}
    )
    assert fresh.same_work(FULL)


@pytest.mark.parametrize(
    "change",
    [
        {"watchlist": None},
        {"watchlist": FULL.watchlist[::-1]},
        {"watchlist": (Entry("H0IOCNT0", "B01612A39"), *FULL.watchlist[1:])},
        {"fill": "nearest"},
        {"quotes": {}},
        {"charts": {"span": 60.0}},
        {"subscriptions": {"product": "MKI"}},
    ],
)
def test_other_work_is_seen(change):
    assert not msgspec.structs.replace(FULL, **change).same_work(FULL)


def test_each_set_of_screens_is_remembered_newest_first():
    layout = Layout(name="a").arranged(TWO).arranged(ONE)
    assert layout.arrangements == (ONE, TWO)
    moved = msgspec.structs.replace(TWO, window=Window(0, 0, 900, 700))
    assert layout.arranged(moved).arrangements == (moved, ONE)


def test_no_more_than_eight_sets_of_screens_are_remembered():
    layout = Layout(name="a")
    for at in range(12):
        screens = (Screen(f"DP-{at}", 0, 0, 1920, 1080),)
        layout = layout.arranged(Arrangement(screens, Window(at, 0, 800, 600)))
    assert [each.window.x for each in layout.arrangements] == [11, 10, 9, 8, 7, 6, 5, 4]


# names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  만기일  ", "만기일"),
        ("두  단어\n한 줄", "두 단어 한 줄"),
        ("\u1106\u1161\u11ab기", "만기"),
        ("a\x00\x1bb\ud800", "ab"),
        ("👩‍💻 ATM", "👩‍💻 ATM"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_name_is_kept_clean(text, name):
    assert clean_name(text) == name


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "\x00", "\u200d \u200d"])
def test_a_name_must_be_seen(text):
    with pytest.raises(EmptyNameError):
        clean_name(text)


def test_a_name_must_fit_on_a_tab():
    with pytest.raises(LongNameError) as caught:
        clean_name("만" * 41)
    assert "40" in str(caught.value)
    assert "41자" in caught.value.sentence("ko")


@given(st.text(st.characters(exclude_categories=())))
@example("0 \x1b 0")
def test_any_text_makes_a_good_name_or_is_refused(text):
    try:
        name = clean_name(text)
    except (EmptyNameError, LongNameError):
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= NAME_LENGTH
    name.encode("utf-8")


def test_a_taken_name_gets_a_number_and_stays_short_enough():
    assert free_name("만기일", {"등가"}) == "만기일"
    assert free_name("만기일", {"만기일", "만기일 (2)"}) == "만기일 (3)"
    assert free_name("x" * 40, {"x" * 40}) == "x" * 36 + " (2)"


# the book


def test_a_layout_saved_under_a_new_name_is_the_current_one(book):
    assert book.save_as("  내 것 ", FULL) == "내 것"
    assert book.names == ["등가 감시", "내 것", "만기일"]
    assert book.current == FULL.named("내 것")


def test_a_name_that_is_taken_is_refused_and_nothing_changes(book):
    for ask in (lambda: book.save_as("만기일", FULL), lambda: book.rename("등가 감시", " 만기일")):
        with pytest.raises(TakenNameError) as caught:
            ask()
        assert "만기일" in caught.value.sentence("ko")
    assert book.names == ["등가 감시", "만기일"]


def test_a_renamed_layout_keeps_its_place_and_stays_current(book):
    book.put(FULL.named("등가 감시"))
    assert book.rename("등가 감시", "아침") == "아침"
    assert book.names == ["아침", "만기일"]
    assert book.current == FULL.named("아침")
    assert book.rename("아침", " 아침 ") == "아침"


def test_renaming_another_layout_leaves_the_current_one(book):
    book.rename("만기일", "만기")
    assert book.names == ["등가 감시", "만기"]
    assert book.current.name == "등가 감시"


def test_a_copy_stands_behind_its_original(book):
    book.put(FULL.named("등가 감시"))
    assert book.duplicate("등가 감시") == "등가 감시 (2)"
    assert book.names == ["등가 감시", "등가 감시 (2)", "만기일"]
    assert book["등가 감시 (2)"].same_work(FULL)
    assert book.current.name == "등가 감시"


def test_the_neighbour_of_a_deleted_layout_becomes_the_current_one(book):
    book.duplicate("만기일")
    book.switch("만기일")
    book.delete("만기일")
    assert book.current.name == "만기일 (2)"
    book.delete("만기일 (2)")
    assert book.current.name == "등가 감시"


def test_the_last_layout_stays(book):
    book.delete("만기일")
    with pytest.raises(LastLayoutError):
        book.delete("등가 감시")
    assert book.names == ["등가 감시"]


@pytest.mark.parametrize(
    ("place", "names"),
    [(0, ["만기일", "등가 감시"]), (1, ["등가 감시", "만기일"]), (9, ["등가 감시", "만기일"])],
)
def test_layouts_are_put_in_order(book, path, place, names):
    book.move("만기일", place)
    book.save()
    assert opened(path).names == names


def test_a_layout_that_is_not_there_is_named(book):
    for ask in (
        book.switch,
        book.delete,
        book.duplicate,
        lambda name: book.rename(name, "b"),
        lambda name: book.move(name, 0),
        lambda name: book.put(Layout(name=name)),
        lambda name: book.export_layout(name, Path("never.json")),
    ):
        with pytest.raises(UnknownLayoutError) as caught:
            ask("없음")
        assert "없음" in caught.value.sentence("ko")


def test_the_program_begins_with_the_layout_used_last_if_it_is_there(book, path):
    book.save()
    assert opened(path, "만기일").current.name == "만기일"
    assert opened(path, "지워진 것").current.name == "등가 감시"


# export and import


def test_an_exported_layout_is_imported_on_another_machine(book, tmp_path):
    book.put(FULL.named("만기일"))
    book.export_layout("만기일", tmp_path / "expiry.json")
    other = opened(tmp_path / "other" / "layouts.json")
    assert other.import_layouts(tmp_path / "expiry.json") == ["만기일 (2)"]
    assert other["만기일 (2)"].same_work(FULL)
    assert other["만기일 (2)"].arrangements == FULL.arrangements
    assert other.names == ["등가 감시", "만기일", "만기일 (2)"]


def test_a_whole_book_can_be_imported(book, path, tmp_path):
    book.save()
    other = opened(tmp_path / "other" / "layouts.json")
    assert other.import_layouts(path) == ["등가 감시 (2)", "만기일 (2)"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\x89PNG", b'{"version": 2, "layouts": []}', b'{"version": 2, "layouts": [1]}'],
)
def test_a_file_without_layouts_is_not_imported_and_not_touched(book, tmp_path, content):
    chosen = tmp_path / "chosen.json"
    chosen.write_bytes(content)
    with pytest.raises(ImportLayoutError) as caught:
        book.import_layouts(chosen)
    assert str(chosen) in caught.value.sentence("ko")
    assert book.names == ["등가 감시", "만기일"]
    assert chosen.read_bytes() == content


def test_a_file_that_is_gone_or_a_folder_is_not_imported(book, tmp_path):
    with pytest.raises(ImportLayoutError):
        book.import_layouts(tmp_path / "gone.json")
    with pytest.raises(FolderError):
        book.import_layouts(tmp_path)


def test_a_file_of_a_newer_program_is_not_imported(book, tmp_path):
    put(tmp_path / "new.json", {"version": 3, "layouts": [{"name": "a"}]})
    with pytest.raises(NewerLayoutError):
        book.import_layouts(tmp_path / "new.json")


def test_no_layout_is_exported_over_the_book(book, path):
    book.save()
    before = path.read_bytes()
    with pytest.raises(OwnFileError):
        book.export_layout("만기일", path.parent / "." / path.name)
    assert path.read_bytes() == before


# damage


DAMAGED = [
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"null",
    b"[]",
    b'{"layouts": []}',
    b'{"version": "2", "layouts": []}',
    b'{"version": true, "layouts": []}',
    b'{"version": 0, "layouts": []}',
    b'{"version": 2, "layouts": {}}',
    b'{"version": 1, "layouts": []}',
    b"[" * 200_000,
    b'{"version": 2, "layouts": ' + b"[" * 700 + b"]" * 700 + b"}",
    b'{"version": 2, "layouts": []}' + b" " * (8 << 20),
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_set_aside_and_the_program_starts(path, content):
    put(path, content)
    book = opened(path)
    assert book.names == ["등가 감시", "만기일"]
    [problem] = book.take_problems()
    assert isinstance(problem, DamagedFileError)
    [kept] = aside(path)
    assert kept.read_bytes() == content
    assert str(kept) in problem.sentence("ko")
    book.save()
    assert opened(path).take_problems() == []
    assert kept.read_bytes() == content


def test_a_truncated_file_is_kept_whole(book, path):
    book.put(FULL.named("만기일"))
    book.save()
    half = path.read_bytes()[:-40]
    path.write_bytes(half)
    assert opened(path).names == ["등가 감시", "만기일"]
    assert [each.read_bytes() for each in aside(path)] == [half]


BAD = [
    {"name": "빈 목록", "watchlist": "all"},
    {"name": "나쁜 코드", "watchlist": [{"tr_id": "H0IOCNT0", "code": "B0|1^2"}]},
    {"name": "줄바꿈", "watchlist": [{"tr_id": "H0IOCNT0", "code": "B01612A39\n"}]},
    {"name": "열", "quotes": []},
    {"name": " "},
    {"name": "x" * 41},
    {"name": "창", "arrangements": [{"screens": [], "window": {"x": 0, "y": 0, "width": 1e9}}]},
    {"watchlist": None},
    7,
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_one_bad_layout_is_set_aside_alone(path, bad):
    good = {"name": "아침", "watchlist": [{"tr_id": "H0IOCNT0", "code": "B01612A39"}]}
    put(path, {"version": 2, "layouts": [good, bad, {"name": "저녁"}]})
    book = opened(path)
    assert book.names == ["아침", "저녁"]
    assert book["아침"].watchlist == (Entry("H0IOCNT0", "B01612A39"),)
    [problem] = book.take_problems()
    assert isinstance(problem, DamagedLayoutError)
    [kept] = aside(path)
    assert json.loads(kept.read_bytes()) == {"version": 2, "layouts": [bad]}
    name = bad.get("name", "?") if isinstance(bad, dict) else "?"
    assert name in problem.sentence("ko")
    again = opened(path)
    assert again.names == ["아침", "저녁"]
    assert again.take_problems() == []
    assert aside(path) == [kept]


def test_a_book_of_bad_layouts_only_becomes_the_standard_one(path):
    put(path, {"version": 2, "layouts": [1, 2]})
    assert opened(path).names == ["등가 감시", "만기일"]
    assert opened(path).take_problems() == []
    assert len(aside(path)) == 1


def test_layouts_of_one_name_are_told_apart(path):
    put(path, {"version": 2, "layouts": [{"name": "a"}, {"name": " a "}, {"name": "a"}]})
    book = opened(path)
    assert book.names == ["a", "a (2)", "a (3)"]
    assert book.take_problems() == []


def test_a_newer_file_is_kept_under_another_name(path):
    content = b'{"version": 3, "panes": "what this program cannot know"}'
    put(path, content)
    book = opened(path)
    assert book.names == ["등가 감시", "만기일"]
    [problem] = book.take_problems()
    assert isinstance(problem, NewerFileError)
    [kept] = aside(path, "version-3")
    assert kept.read_bytes() == content
    assert str(kept) in str(problem)
    book.save()
    assert kept.read_bytes() == content


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_layouts_and_none_are_lost(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layouts.json"
        path.write_bytes(content)
        book = opened(path)
        assert book.names == ["등가 감시", "만기일"]
        assert len(book.take_problems()) == 1
        assert [each.read_bytes() for each in Path(folder).iterdir()] == [content]
        book.save()
        assert opened(path).take_problems() == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
states = st.dictionaries(st.text(), json_values, max_size=3)
words = st.from_regex(r"\A[A-Za-z0-9]{1,20}\Z")
places = st.integers(-99_999, 99_999)
lengths = st.integers(1, 99_999)
layouts = st.builds(
    Layout,
    name=st.text(min_size=1, max_size=40).filter(lambda text: _is_clean(text)),
    watchlist=st.none()
    | st.lists(st.builds(Entry, words, words, st.booleans(), st.text()), max_size=3).map(tuple),
    fill=st.sampled_from(["month", "nearest"]),
    quotes=states,
    charts=states,
    subscriptions=states,
    arrangements=st.lists(
        st.builds(
            Arrangement,
            st.lists(
                st.builds(Screen, st.text(), places, places, lengths, lengths), max_size=2
            ).map(tuple),
            st.builds(Window, places, places, lengths, lengths, st.booleans()),
            st.none() | st.builds(Docks.of, st.binary(), st.integers(0, 99)),
        ),
        max_size=2,
    ).map(tuple),
)


def _is_clean(text):
    try:
        return clean_name(text) == text
    except (EmptyNameError, LongNameError):
        return False


@settings(deadline=None)
@given(st.lists(layouts, min_size=1, max_size=3, unique_by=lambda layout: layout.name))
def test_layouts_are_read_as_they_were_written(wanted):
    with tempfile.TemporaryDirectory() as folder:
        book = opened(Path(folder) / "layouts.json")
        for layout in wanted:
            if layout.name in book.names:
                book.put(layout)
            else:
                book.save_as(layout.name, layout)
        book.save()
        again = opened(Path(folder) / "layouts.json")
        assert again.take_problems() == []
        assert again.names == book.names
        for layout in wanted:
            assert again[layout.name] == layout


@settings(deadline=None)
@given(layout=layouts, wrong=json_values, data=st.data())
def test_a_wrong_type_anywhere_never_stops_the_program_or_loses_the_layout(layout, wrong, data):
    plain = msgspec.to_builtins(layout)
    field = data.draw(st.sampled_from(sorted(plain)))
    plain[field] = wrong
    content = json.dumps({"version": 2, "layouts": [plain, {"name": "good"}]}).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layouts.json"
        path.write_bytes(content)
        book = opened(path)
        book.save()
        assert "good" in book.names
        kept = [json.loads(each.read_bytes())["layouts"] for each in aside(path)]
        assert len(book.names) + len(kept) == 2
        assert kept in ([], [[json.loads(json.dumps(plain))]])


# folders that do not take anything


def test_a_folder_that_takes_nothing_is_told_and_the_program_goes_on(tmp_path, path):
    path.parent.write_text("in the way")
    book = opened(path)
    assert book.names == ["등가 감시", "만기일"]
    [problem] = book.take_problems()
    assert isinstance(problem, FolderError)
    book.put(FULL.named("만기일"))
    with pytest.raises(FolderError):
        book.save()
    assert book["만기일"].same_work(FULL)


def test_saving_works_again_when_the_folder_does(path):
    path.parent.write_text("in the way")
    book = opened(path)
    book.put(FULL.named("만기일"))
    with pytest.raises(FolderError):
        book.save()
    path.parent.unlink()
    book.save()
    assert opened(path)["만기일"].same_work(FULL)


def test_layouts_that_could_not_be_read_at_the_start_are_not_overwritten_later(book, path):
    book.put(FULL.named("등가 감시"))
    book.save_as("내 것", FULL)
    book.save()
    stored = path.rename(path.parent / "elsewhere")
    path.mkdir()  # stands for a file that permissions keep from us
    late = opened(path)
    assert [type(each) for each in late.take_problems()] == [FolderError]
    with pytest.raises(FolderError):
        late.save()
    path.rmdir()
    stored.rename(path)
    late.save()
    again = opened(path)
    assert again["등가 감시"].same_work(FULL)
    assert again["내 것"].same_work(FULL)


# older versions


def version_1():
    return {
        "version": 1,
        "layouts": {
            "등가 감시": {
                "codes": ["B01612A39", "C01612A40"],
                "pinned": ["C01612A40"],
                "columns": {"set": "greeks"},
                "docks": "AAAA/w==",
                "window": [100, 60, 1920, 1080],
            },
            "만기일": {"codes": []},
        },
    }


def test_version_1_is_migrated(path):
    put(path, version_1())
    book = opened(path)
    assert book.take_problems() == []
    assert book["등가 감시"] == Layout(
        name="등가 감시",
        watchlist=(
            Entry("H0IOCNT0", "B01612A39"),
            Entry("H0IOCNT0", "C01612A40", pinned=True),
        ),
        quotes={"set": "greeks"},
        arrangements=(
            Arrangement((), Window(100, 60, 1920, 1080), Docks.of(b"\x00\x00\x00\xff", 1)),
        ),
    )
    assert book["만기일"] == Layout(name="만기일", watchlist=())


def test_a_migrated_file_is_written_once_and_its_old_form_kept(path):
    put(path, version_1())
    before = path.read_bytes()
    opened(path)
    assert json.loads(path.read_bytes())["version"] == 2
    assert [each.read_bytes() for each in aside(path, "version-1")] == [before]
    opened(path).save()
    assert len(aside(path, "version-1")) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"codes": [1]},
        {"codes": ["no code"]},
        {"codes": [], "window": [1, 2, 3]},
        {"codes": [], "window": [0, 0, 0, 0]},
        {"codes": [], "window": [0, 0, 1, 1], "docks": "no base64"},
        [],
        None,
    ],
)
def test_one_bad_layout_of_version_1_is_set_aside_alone(path, bad):
    put(path, version_1() | {"layouts": {"나쁜 것": bad, "좋은 것": {"codes": ["B01612A39"]}}})
    book = opened(path)
    assert book.names == ["좋은 것"]
    [problem] = book.take_problems()
    assert "나쁜 것" in str(problem)
    assert len(aside(path)) == len(aside(path, "version-1")) == 1


def test_an_exported_layout_of_version_1_is_imported(book, tmp_path):
    put(tmp_path / "old.json", version_1())
    assert book.import_layouts(tmp_path / "old.json") == ["등가 감시 (2)", "만기일 (2)"]


@pytest.mark.parametrize("damaged", [[], [{"name": "나쁜 것", "quotes": 1}]])
def test_where_nothing_can_be_kept_nothing_is_overwritten(tmp_path, damaged):
    # With a name this long no longer one fits beside it: a folder that can be read only.
    path = tmp_path / ("x" * 245 + ".json")
    content = {"version": 2, "layouts": [{"name": "좋은 것"}, *damaged]}
    put(path, content if damaged else version_1())
    before = path.read_bytes()
    book = opened(path)
    assert book.names == (["좋은 것"] if damaged else ["등가 감시", "만기일"])
    assert [type(each) for each in book.take_problems()] == [FolderError]
    with pytest.raises(FolderError):
        book.save()
    assert path.read_bytes() == before


# two instances of the program


def test_what_another_instance_added_is_not_lost(book, path):
    other = opened(path)
    other.save_as("다른 창", FULL)
    other.save()
    book.save_as("이 창", FULL)
    book.save()
    assert sorted(opened(path).names) == sorted(["등가 감시", "이 창", "만기일", "다른 창"])
    assert "다른 창" in book.names


def test_what_another_instance_changed_is_not_undone(book, path):
    book.save()
    other = opened(path)
    other.put(FULL.named("만기일"))
    other.save()
    book.move("만기일", 0)
    book.save()
    assert opened(path)["만기일"].same_work(FULL)
    assert opened(path).names == ["만기일", "등가 감시"]


def test_of_two_changes_to_one_layout_the_last_wins(book, path):
    book.save()
    other = opened(path)
    other.put(FULL.named("만기일"))
    other.save()
    book.put(Layout(name="만기일", quotes={"set": "here"}))
    book.save()
    assert opened(path)["만기일"].quotes == {"set": "here"}


def test_what_another_instance_deleted_goes_here_too_but_not_the_current_one(book, path):
    book.duplicate("만기일")
    book.switch("만기일")
    book.save()
    other = opened(path, "등가 감시")
    other.delete("만기일")
    other.delete("만기일 (2)")
    other.save()
    book.save()
    assert book.names == ["등가 감시", "만기일"]


def test_what_was_deleted_here_does_not_come_back(book, path):
    book.save()
    other = opened(path)
    book.delete("만기일")
    book.save()
    assert opened(path).names == ["등가 감시"]
    other.save()
    assert opened(path).names == ["등가 감시"]


def test_a_file_damaged_while_the_program_ran_is_kept_and_replaced(book, path):
    book.save()
    path.write_bytes(b"{damaged")
    book.put(FULL.named("만기일"))
    book.save()
    assert [type(each) for each in book.take_problems()] == [DamagedFileError]
    assert [each.read_bytes() for each in aside(path)] == [b"{damaged"]
    assert opened(path)["만기일"].same_work(FULL)


def test_the_standard_layouts_are_good_ones():
    for language in ("ko", "en"):
        for layout in standard_layouts(language):
            assert clean_name(layout.name) == layout.name
