"""What happens to layouts: nothing that the user made is lost, whatever he clicks and when."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from kisopt_gui.layouts.book import LayoutBook
from kisopt_gui.layouts.layout import Entry, Layout
from kisopt_gui.ui import theme
from kisopt_gui.ui.charts.panel import ChartsPanel
from kisopt_gui.ui.keys.source_button import Kind, Shown
from kisopt_gui.ui.layout_controller import LayoutController
from kisopt_gui.ui.layout_dialogs import DeleteDialog, NameDialog
from kisopt_gui.ui.main_window import MainWindow
from tests.ui.rig import CALL, FUTURE, INDEX, PUT, Rig

# The screen in memory says so whenever a menu opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MINE = Layout(
    name="mine",
    watchlist=(
        Entry(PUT.tr_id, PUT.code, pinned=True),
        Entry(INDEX.tr_id, INDEX.code),
        Entry(CALL.tr_id, CALL.code),
    ),
    quotes={"set": "book"},
)
EMPTY = Layout(name="empty", watchlist=())
AROUND = Layout(name="around")
WEEK = Layout(name="week", fill="nearest")


class Desktop:
    """A window with its panels, and the controller of its layouts.

    Args:
        path: The file of the layouts.
        layouts: What is in it.
        current: Name of the one to begin with.
    """

    def __init__(self, qtbot, path, *layouts, current=""):
        self.path = path
        self.rig = Rig()
        self.watchlist = self.rig.watchlist
        if layouts:
            book = LayoutBook(path, "en")
            for layout in layouts:
                book.save_as(layout.name, layout)
            for name in [each for each in book.names if each not in [one.name for one in layouts]]:
                book.delete(name)
            book.save()
        self.book = LayoutBook(path, "en")
        self.book.load(current)
        self.window = MainWindow(self.rig.desk, Shown(Kind.DEMO), underlying=lambda: 1085.0)
        qtbot.addWidget(self.window)
        self.layouts = LayoutController(self.window, self.book)
        self.fills = []
        self.layouts.fill_requested.connect(self.fills.append)
        self.layouts.arrange(move=True)
        self.window.furnish()
        self.layouts.open()
        self.window.place_subscriptions()
        self.layouts.restore_late()
        self.window.show()
        self.window.activateWindow()
        QApplication.processEvents()

    @property
    def tabs(self):
        return self.window.tabs

    def names(self):
        """What stands on the tabs."""
        strip = self.tabs.strip
        return [strip.tabText(at) for at in range(strip.count())]

    def current(self):
        """The tab that is lit."""
        return self.tabs.strip.tabText(self.tabs.strip.currentIndex())

    def click(self, name):
        """Click a tab."""
        strip = self.tabs.strip
        place = strip.tabRect(self.names().index(name)).center()
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)

    def written(self, name):
        """What the file says of a layout."""
        kept = msgspec.json.decode(self.path.read_bytes())["layouts"]
        return next((each for each in kept if each["name"] == name), None)

    def codes(self, name):
        """The codes that the file has for a layout."""
        return [each["code"] for each in self.written(name)["watchlist"]]

    def banner(self):
        return self.window.banner.label.text() if self.window.banner.isVisible() else ""

    def is_marked(self):
        """Whether the current tab is marked as unsaved, once a second has passed."""
        self.rig.clock.second.emit()
        words = self.rig.desk.texts("layouts.unsaved")
        return words in self.tabs.strip.tabToolTip(self.tabs.strip.currentIndex())

    def block(self):
        """Let the folder of the layouts be one that cannot be written."""
        self.path.unlink()
        self.path.mkdir()

    def unblock(self):
        self.path.rmdir()

    def dialog(self, kind):
        """The dialog that is open now."""
        [found] = [each for each in self.window.findChildren(kind) if each.isVisible()]
        return found


@pytest.fixture
def desktop(qapp, qtbot, tmp_path):
    theme.load_fonts()
    theme.apply(qapp, theme.DARK)

    def make(*layouts, current=""):
        return Desktop(qtbot, tmp_path / "layouts.json", *layouts, current=current)

    yield make
    qapp.setStyleSheet("")


# what is shown --------------------------------------------------------------------------


def test_a_layout_is_shown_in_its_order_with_its_pins_and_its_columns(desktop):
    one = desktop(MINE)
    assert one.watchlist.keys == [PUT, INDEX, CALL]
    assert one.watchlist.pins == [PUT]
    assert one.window.quotes.state()["set"] == "book"
    assert (one.names(), one.current()) == (["mine"], "mine")
    assert one.fills == []
    assert not one.layouts.automatic


def test_what_was_changed_in_a_layout_is_there_when_one_comes_back(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.add([FUTURE])
    one.watchlist.pin(PUT, pinned=False)
    one.window.quotes.restore({"set": "greeks"})
    one.click("empty")
    assert (one.current(), one.watchlist.keys) == ("empty", [])
    one.click("mine")
    assert one.watchlist.keys == [PUT, INDEX, CALL, FUTURE]
    assert one.watchlist.pins == []
    assert one.window.quotes.state()["set"] == "greeks"


def test_what_is_selected_in_one_layout_is_not_selected_in_the_next(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.select([CALL])
    one.click("empty")
    assert one.watchlist.selected == []


def test_a_contract_of_a_stream_that_does_not_exist_costs_that_row_only(desktop):
    strange = Layout(name="odd", watchlist=(Entry("H0ZZZZZ9", "X1"), Entry(*CALL)))
    one = desktop(strange)
    one.rig.option(CALL)
    QApplication.processEvents()
    assert CALL in one.watchlist.keys
    assert one.window.quotes.model.rowCount() >= 1


def test_a_switch_to_a_layout_that_is_gone_is_said_and_nothing_changes(desktop):
    one = desktop(MINE, EMPTY)
    one.layouts.switch("no such layout")
    assert "no such layout" in one.banner()
    assert one.watchlist.keys == [PUT, INDEX, CALL]
    one.click("empty")
    assert one.banner() == ""


def test_charts_that_come_late_are_as_the_layout_left_them(desktop):
    first = desktop(MINE)
    first.window.place_charts(ChartsPanel(first.rig.desk))
    first.layouts.restore_late()
    changed = {**first.window.charts.state()}
    first.window.charts.restore({**changed, "span": "15m"})
    kept = first.window.charts.state()
    assert first.layouts.save()
    again = LayoutBook(first.path, "en")
    again.load()
    assert msgspec.json.decode(msgspec.json.encode(kept)) == again.current.charts


def test_one_that_is_closed_before_its_charts_came_keeps_them(desktop):
    charts = {"span": "15m", "panes": ["price"]}
    one = desktop(msgspec.structs.replace(MINE, charts=charts))
    assert one.layouts.save()
    assert one.written("mine")["charts"] == charts


# around the money -------------------------------------------------------------------------


@pytest.mark.parametrize(("layout", "kind"), [(AROUND, "month"), (WEEK, "nearest")])
def test_a_layout_without_a_list_asks_to_be_filled(desktop, layout, kind):
    one = desktop(layout)
    assert one.fills == [kind]
    assert one.watchlist.keys == []
    assert one.layouts.automatic


def fill(one, *keys):
    one.watchlist.add(keys)
    one.layouts.filled(one.watchlist.keys)


def test_one_that_is_what_it_was_filled_with_stays_around_the_money(desktop):
    one = desktop(AROUND)
    fill(one, INDEX, CALL, PUT)
    assert one.layouts.save()
    assert one.written("around")["watchlist"] is None
    assert not one.is_marked()


def test_one_that_is_closed_while_it_is_filled_is_filled_anew(desktop):
    one = desktop(AROUND)
    one.watchlist.add([INDEX])
    one.layouts.filling(one.watchlist.keys)
    assert one.layouts.save()
    assert one.written("around")["watchlist"] is None


@pytest.mark.parametrize(
    "change",
    [
        lambda watchlist: watchlist.add([FUTURE]),
        lambda watchlist: watchlist.remove([CALL]),
        lambda watchlist: watchlist.move([PUT], 0),
        lambda watchlist: watchlist.pin(CALL, pinned=True),
    ],
)
def test_one_that_the_user_changed_is_his_from_then_on(desktop, change):
    one = desktop(AROUND)
    fill(one, INDEX, CALL, PUT)
    change(one.watchlist)
    assert one.is_marked()
    assert one.layouts.save()
    assert one.codes("around") == [key.code for key in one.watchlist.keys]
    assert not one.is_marked()


def test_a_fill_that_comes_too_late_does_not_take_the_users_own_list(desktop):
    own = Layout(name="own", watchlist=(Entry(*CALL), Entry(*PUT)))
    one = desktop(AROUND, own, current="around")
    one.click("own")
    one.layouts.filling(one.watchlist.keys)
    assert not one.layouts.automatic
    one.layouts.filled(one.watchlist.keys)
    assert not one.layouts.automatic
    assert one.layouts.save()
    assert one.codes("own") == [CALL.code, PUT.code]


# saving -----------------------------------------------------------------------------------


def test_saving_writes_what_is_shown_with_labels_for_a_reader(desktop):
    one = desktop(MINE, EMPTY, current="empty")
    one.watchlist.add([CALL, INDEX])
    one.watchlist.pin(INDEX, pinned=True)
    assert one.is_marked()
    one.tabs.save_requested.emit()
    assert one.written("empty")["watchlist"] == [
        {"tr_id": CALL.tr_id, "code": CALL.code, "pinned": False, "label": "Call 1,085.0"},
        {"tr_id": INDEX.tr_id, "code": INDEX.code, "pinned": True, "label": "KOSPI200"},
    ]
    assert not one.is_marked()


def test_what_is_only_kept_is_not_written(desktop):
    one = desktop(MINE)
    before = one.path.read_bytes()
    one.watchlist.add([FUTURE])
    one.layouts.keep()
    assert one.path.read_bytes() == before
    assert one.is_marked()


def test_the_mark_of_unsaved_work_outlives_a_look_at_another_layout(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.add([FUTURE])
    assert one.is_marked()
    one.click("empty")
    assert not one.is_marked()
    one.click("mine")
    assert one.is_marked()
    one.watchlist.remove([FUTURE])
    assert not one.is_marked()


def test_where_the_window_stands_is_no_unsaved_work(desktop):
    one = desktop(MINE)
    one.window.resize(1500, 900)
    QApplication.processEvents()
    assert not one.is_marked()


def test_a_file_that_cannot_be_written_is_said_and_the_work_is_not_lost(desktop):
    one = desktop(MINE)
    one.watchlist.add([FUTURE])
    one.block()
    assert not one.layouts.save()
    assert one.banner() != ""
    assert one.is_marked()
    one.unblock()
    assert one.layouts.save()
    assert one.banner() == ""
    assert one.codes("mine")[-1] == FUTURE.code


# names ------------------------------------------------------------------------------------


def enter(one, name):
    dialog = one.dialog(NameDialog)
    dialog.name.setText(name)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    QApplication.processEvents()
    return dialog


def test_a_new_layout_is_what_is_shown_under_another_name_and_is_written_at_once(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.add([FUTURE])
    QTest.mouseClick(one.tabs.new, Qt.MouseButton.LeftButton)
    enter(one, "morning")
    assert (one.names(), one.current()) == (["mine", "morning", "empty"], "morning")
    assert one.codes("morning") == [PUT.code, INDEX.code, CALL.code, FUTURE.code]
    assert not one.is_marked()


def test_a_name_that_is_taken_is_asked_for_again_and_overwrites_nothing(desktop):
    one = desktop(MINE, EMPTY)
    before = one.path.read_bytes()
    one.tabs.save_as_requested.emit()
    assert one.dialog(NameDialog).name.text() == "mine (2)"
    dialog = enter(one, "empty")
    assert dialog.isVisible()
    assert "empty" in dialog.error.text()
    assert one.path.read_bytes() == before
    assert one.current() == "mine"
    enter(one, "other")
    assert one.current() == "other"


def test_a_renamed_layout_is_written_under_its_new_name_only(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.add([FUTURE])
    one.tabs.rename_requested.emit("mine", "yours")
    assert (one.names(), one.current()) == (["yours", "empty"], "yours")
    assert one.written("mine") is None
    assert one.written("yours") is not None
    assert one.is_marked()  # the name was saved, the contract was not
    assert one.watchlist.keys[-1] == FUTURE


def test_a_refused_name_says_why_on_the_tab_and_changes_nothing(desktop):
    one = desktop(MINE, EMPTY)
    one.tabs.rename("mine")
    one.tabs.edit.setText("empty")
    QTest.keyClick(one.tabs.edit, Qt.Key.Key_Return)
    assert one.tabs.note.isVisible()
    assert "empty" in one.tabs.note.text()
    assert one.names() == ["mine", "empty"]


def test_a_copy_has_what_is_shown_and_stands_in_the_file(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.add([FUTURE])
    one.tabs.duplicate_requested.emit("mine")
    assert len(one.names()) == 3
    [copy] = {*one.names()} - {"mine", "empty"}
    assert one.codes(copy) == [PUT.code, INDEX.code, CALL.code, FUTURE.code]


def test_the_order_of_the_tabs_is_kept(desktop):
    one = desktop(MINE, EMPTY, AROUND)
    one.tabs.move_requested.emit("around", 0)
    assert one.names() == ["around", "mine", "empty"]
    kept = msgspec.json.decode(one.path.read_bytes())["layouts"]
    assert [each["name"] for each in kept] == ["around", "mine", "empty"]


# deleting -----------------------------------------------------------------------------------


def test_the_current_layout_is_deleted_only_when_that_is_confirmed_and_the_next_is_shown(desktop):
    one = desktop(EMPTY, MINE)
    one.tabs.delete_requested.emit("empty")
    one.dialog(DeleteDialog).reject()
    assert one.names() == ["empty", "mine"]
    one.tabs.delete_requested.emit("empty")
    QTest.mouseClick(one.dialog(DeleteDialog).ok, Qt.MouseButton.LeftButton)
    assert (one.names(), one.current()) == (["mine"], "mine")
    assert one.watchlist.keys == [PUT, INDEX, CALL]
    assert one.written("empty") is None


def test_deleting_another_layout_leaves_what_is_shown_and_its_unsaved_work(desktop):
    one = desktop(MINE, EMPTY)
    one.watchlist.add([FUTURE])
    one.tabs.delete_requested.emit("empty")
    QTest.mouseClick(one.dialog(DeleteDialog).ok, Qt.MouseButton.LeftButton)
    assert one.names() == ["mine"]
    assert one.watchlist.keys == [PUT, INDEX, CALL, FUTURE]
    assert one.codes("mine")[-1] == FUTURE.code


def test_the_last_layout_stays_and_the_reason_is_said(desktop):
    one = desktop(MINE)
    one.tabs.delete_requested.emit("mine")
    QTest.mouseClick(one.dialog(DeleteDialog).ok, Qt.MouseButton.LeftButton)
    assert one.names() == ["mine"]
    assert one.banner() != ""
    assert one.written("mine") is not None


# other files ---------------------------------------------------------------------------------


def test_an_exported_layout_comes_back_by_import_under_a_free_name(desktop, tmp_path):
    one = desktop(MINE)
    one.watchlist.add([FUTURE])
    file = tmp_path / "exported.json"
    one.tabs.export_requested.emit("mine")
    one.dialog(QFileDialog).fileSelected.emit(str(file))
    one.dialog(QFileDialog).reject()
    one.tabs.import_requested.emit()
    one.dialog(QFileDialog).fileSelected.emit(str(file))
    assert one.names() == ["mine", "mine (2)"]
    assert one.current() == "mine"
    assert one.codes("mine (2)") == [PUT.code, INDEX.code, CALL.code, FUTURE.code]


def test_a_file_without_layouts_adds_none_and_says_so(desktop, tmp_path):
    one = desktop(MINE)
    file = tmp_path / "photo.json"
    file.write_bytes(b"\x89PNG")
    one.tabs.import_requested.emit()
    one.dialog(QFileDialog).fileSelected.emit(str(file))
    assert one.names() == ["mine"]
    assert "photo.json" in one.banner()


def test_a_file_that_cannot_be_written_is_said(desktop, tmp_path):
    one = desktop(MINE)
    one.tabs.export_requested.emit("mine")
    (tmp_path / "a file").write_text("where a folder should be")
    one.dialog(QFileDialog).fileSelected.emit(str(tmp_path / "a file" / "x.json"))
    assert "a file" in one.banner()
