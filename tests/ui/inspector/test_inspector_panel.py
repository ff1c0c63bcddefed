"""The inspector: every field of a record, and every frame that could not be read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from kisopt_gui.market.snapshot import snapshot
from kisopt_gui.ui import theme
from kisopt_gui.ui.inspector.bad_frames import FrameErrors
from kisopt_gui.ui.inspector.fields import COLUMNS, FieldTable, field_rows, unit_words
from kisopt_gui.ui.inspector.panel import InspectorPanel
from kisopt_gui.ui.texts import Texts
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Unit
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import frame, record, trades

CODE = "B01610A34"


@pytest.fixture
def open_panel(qtbot):
    def opened(market):
        panel = InspectorPanel(market.desk)
        qtbot.addWidget(panel)
        panel.resize(680, 860)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return opened


@pytest.fixture
def panel(market, open_panel):
    return open_panel(market)


def cells(rows, name):
    return dict(zip(COLUMNS, rows[INDEX_OPTION.position[name]].texts, strict=True))


def rows_of(market, language="ko"):
    [watched] = market.store.contracts()
    return field_rows(watched, Texts(language))


# one record ------------------------------------------------------------


def test_every_field_stands_in_wire_order_with_all_its_names(market):
    market.receive(record())
    rows = rows_of(market)
    assert [row.texts[0] for row in rows] == [str(at) for at in range(1, 59)]
    assert [row.texts[COLUMNS.index("wire")] for row in rows] == [
        field.wire for field in INDEX_OPTION.fields.values()
    ]
    assert cells(rows, "implied_volatility") == {
        "position": str(INDEX_OPTION.position["implied_volatility"] + 1),
        "label": INDEX_OPTION.fields["implied_volatility"].korean,
        "sent": "36.18",
        "read": "36.18",
        "unit": "%",
        "wire": INDEX_OPTION.fields["implied_volatility"].wire,
        "name": INDEX_OPTION.fields["implied_volatility"].name,
    }


@pytest.mark.parametrize(
    ("name", "sent", "read", "unit"),
    [
        ("price", "11.70", "11.70", "pt"),
        ("price", "11.7", "11.70", "pt"),
        ("volume", "1238", "1,238", "계약"),
        ("open_interest_change", "-27", "−27", "계약"),
        ("time", "092202", "09:22:02", ""),
        ("sign", "5", "▼", ""),
        ("theta", "-3.1812", "−3.1812", "pt/일"),
        ("value", "704125", "704,125", "단위 미확인"),
        ("code", CODE, CODE, ""),
    ],
)
def test_a_field_is_read_as_a_trader_reads_it_beside_what_was_sent(market, name, sent, read, unit):
    market.receive(record(**{name: sent}))
    found = cells(rows_of(market), name)
    assert (found["sent"], found["read"], found["unit"]) == (sent, read, unit)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("ask", "0"), ("bid", ""), ("implied_volatility", "0.00"), ("delta", "nan"),
     ("open_time", "000000")],
)  # fmt: skip
def test_what_was_not_sent_is_marked_as_missing_and_never_0(market, name, sent):
    market.receive(record(**{name: sent}))
    rows = rows_of(market)
    found = cells(rows, name)
    assert rows[INDEX_OPTION.position[name]].missing
    assert (found["sent"], found["read"], found["unit"]) == (sent, "값 없음", "")


def test_fields_the_broker_added_are_shown_behind_the_known_ones_unread(market):
    market.receive(record(extra=("7.5", "K")))
    rows = rows_of(market)
    assert [row.texts[:4] for row in rows[58:]] == [
        ("59", "추가 필드 59", "7.5", "읽지 않음"),
        ("60", "추가 필드 60", "K", "읽지 않음"),
    ]
    assert all(row.extra for row in rows[58:])


def test_a_record_with_text_where_a_number_belongs_is_shown_field_by_field(market):
    market.receive(record(premium="x"))  # not read of every tick: found when somebody looks
    rows = rows_of(market)
    assert rows[INDEX_OPTION.position["premium"]].wrong
    assert cells(rows, "premium")["read"] == "수가 아님"
    assert cells(rows, "delta")["read"] == "0.46"


def test_names_and_units_come_in_english_too(market):
    market.receive(record())
    rows = rows_of(market, "en")
    assert cells(rows, "price")["label"] == "Last"
    assert cells(rows, "volume")["unit"] == "contracts"
    assert cells(rows, "value")["unit"] == "unverified"


def test_every_unit_has_words_in_both_languages():
    for unit in Unit:
        assert unit_words(unit, Texts("ko")) or unit is Unit.NONE
        assert unit_words(unit, Texts("en")) or unit is Unit.NONE


@pytest.mark.parametrize("tr_id", list(STREAMS))
def test_every_stream_can_be_inspected(market, tr_id):
    stream = STREAMS[tr_id]
    market.receive(record(stream), stream=stream)
    watched = market.store.watched(Key(tr_id, record(stream).split("^")[0]))
    rows = field_rows(watched, Texts("ko"))
    assert len(rows) == stream.width
    assert not any(row.wrong for row in rows)


# the table -------------------------------------------------------------


def test_a_record_that_changes_three_fields_marks_and_announces_those(market):
    market.receive(record())
    [watched] = market.store.contracts()
    table = FieldTable(market.desk)
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.show_record(watched)
    changed = QSignalSpy(table.dataChanged)
    market.receive(record(price="11.75", quantity="1", volume="239"))
    assert table.show_record(watched)
    new = [INDEX_OPTION.position[name] for name in ("price", "quantity", "volume")]
    assert [changed.at(at)[0].row() for at in range(changed.count())] == new
    sent = COLUMNS.index("sent")
    tinted = [
        at
        for at in range(table.rowCount())
        if table.data(table.index(at, sent), Qt.ItemDataRole.BackgroundRole) is not None
    ]
    assert tinted == new


def test_a_record_seen_already_is_not_redone(market):
    market.receive(record())
    [watched] = market.store.contracts()
    table = FieldTable(market.desk)
    assert table.show_record(watched)
    assert not table.show_record(watched)


def test_another_contract_marks_nothing_as_changed(market):
    market.receive(record(), record(code="B01610A35", price="9.10"))
    first, second = market.store.contracts()
    table = FieldTable(market.desk)
    table.show_record(first)
    table.show_record(second)
    assert not any(
        table.data(table.index(at, 2), Qt.ItemDataRole.BackgroundRole)
        for at in range(table.rowCount())
    )


def test_the_table_can_be_pasted_into_a_spreadsheet(market):
    market.receive(record())
    table = FieldTable(market.desk)
    table.show_record(market.store.contracts()[0])
    lines = table.as_table().split("\n")
    assert lines[0].split("\t")[0:3] == ["번호", "항목", "받은 값"]
    assert len(lines) == 59
    assert {len(line.split("\t")) for line in lines} == {len(COLUMNS)}


# the panel -------------------------------------------------------------


def test_it_follows_the_selection_and_then_the_records(market, panel):
    market.receive(record(), record(code="B01610A35", price="9.10"))
    market.watch(CODE)
    assert CODE in panel.heading.text()
    assert cells(panel.fields.rows, "price")["sent"] == "11.70"
    market.watch("B01610A35")
    assert cells(panel.fields.rows, "price")["sent"] == "9.10"
    market.receive(record(code="B01610A35", price="9.15"))
    market.clock.pulse.emit()
    assert cells(panel.fields.rows, "price")["sent"] == "9.15"


def test_hidden_it_rests_and_shown_it_is_up_to_date(market, panel):
    market.receive(record())
    market.watch(CODE)
    panel.hide()
    market.receive(record(price="11.75"))
    market.clock.pulse.emit()
    assert cells(panel.fields.rows, "price")["sent"] == "11.70"
    panel.show()
    assert cells(panel.fields.rows, "price")["sent"] == "11.75"


def test_without_a_contract_or_a_record_it_says_so(market, panel):
    assert panel.heading.text() == "종목을 고르면 최근 레코드가 여기에 나옵니다."
    market.watch(CODE)
    assert panel.heading.text() == f"{CODE}: 아직 받은 레코드가 없습니다."
    assert not panel.table.isVisible()


def test_the_identity_tells_what_the_volumes_prove(market, panel):
    market.receive(*trades(100, 101, 101, 150, 3))
    market.watch(CODE)
    shown = {name: label.text() for name, label in panel.identity.values.items()}
    assert shown["stream"] == "H0IOCNT0 지수옵션 실시간체결가"
    assert shown["code"] == CODE
    assert (shown["trades"], shown["revision"]) == ("5", "5")
    assert (shown["lost"], shown["gaps"]) == ("48", "1")
    assert (shown["repeated"], shown["restarts"], shown["disordered"]) == ("1", "1", "0")
    assert panel.identity.values["gaps"].property("role") == "alarm"
    assert panel.identity.values["restarts"].property("role") == "value"


def test_added_fields_are_announced_by_their_place(market, panel):
    market.receive(record())
    market.watch(CODE)
    assert not panel.drift.isVisible()
    market.receive(record(extra=("7.5", "K")))
    market.clock.pulse.emit()
    assert panel.drift.isVisible()
    assert panel.drift.text().startswith("59번째부터 2개는")
    assert panel.fields.rowCount() == 60


def test_fields_can_be_found_by_any_of_their_names(qtbot, market, panel):
    market.receive(record())
    market.watch(CODE)
    qtbot.keyClicks(panel.filter, "hts_ints")
    assert panel.table.model().rowCount() == 1
    panel.filter.setText("매도")
    assert panel.table.model().rowCount() > 1
    panel.filter.clear()
    assert panel.table.model().rowCount() == 58


def test_copy_copies_the_page_that_is_seen(market, panel):
    market.receive(record())
    market.receive_frame("nonsense")
    market.watch(CODE)
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == panel.fields.as_table()
    assert panel.copy.text() == "복사함"
    market.clock.second.emit()
    assert panel.copy.text() == "복사"
    panel.restore({"page": "bad"})
    panel.copy.click()
    assert QGuiApplication.clipboard().text().endswith("\nnonsense")


def test_the_page_is_kept_by_a_layout(market, panel):
    assert panel.state() == {"page": "record"}
    panel.restore({"page": "bad"})
    assert panel.bad.isVisible()
    assert panel.state() == {"page": "bad"}
    for nonsense in ({}, {"page": 3}, {"page": "?"}):
        panel.restore(nonsense)
        assert panel.state() == {"page": "bad"}


# bad frames ------------------------------------------------------------


def test_bad_frames_stand_newest_first_with_their_number_and_reason(market, panel):
    market.receive_frame("nonsense")
    market.receive_frame(frame(record(delta="x")))
    panel.restore({"page": "bad"})
    model = panel.bad.errors
    assert [model.index(at).data() for at in range(model.rowCount())] == [
        "2   프레임을 읽을 수 없습니다. H0IOCNT0의 29번째 필드 DELTA 값 'x'이(가) 수가 아닙니다",
        "1   프레임을 읽을 수 없습니다. flag|tr_id|count|body 꼴이 아닙니다",
    ]
    assert panel.bad_count.text() == "불량 2"
    assert panel.bad.count.text() == "모두 2건"


def test_the_raw_text_of_the_chosen_frame_can_be_selected_whole(market, panel):
    text = frame(record(delta="x"))
    market.receive_frame(text)
    panel.restore({"page": "bad"})
    assert panel.bad.raw.toPlainText() == text
    assert panel.bad.raw.isReadOnly()
    panel.bad.raw.selectAll()
    assert panel.bad.raw.textCursor().selectedText() == text


def test_what_is_being_read_stays_chosen_when_more_come(market, panel):
    market.receive_frame("first")
    panel.restore({"page": "bad"})
    assert panel.bad.raw.toPlainText() == "first"
    market.receive_frame("second")
    market.clock.pulse.emit()
    assert panel.bad.errors.rowCount() == 2
    assert panel.bad.raw.toPlainText() == "first"


def test_only_what_the_store_keeps_is_kept_and_numbers_go_on(market):
    model = FrameErrors(market.desk)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for at in range(150):
        market.receive_frame(f"first {at}")
    model.refresh()
    for at in range(150):
        market.receive_frame(f"second {at}")
    model.refresh()
    assert model.rowCount() == 200
    assert model.index(0).data().startswith("300   ")
    assert model.error(model.index(0)).frame == "second 149"
    assert model.error(model.index(199)).frame == "first 100"
    for at in range(450):
        market.receive_frame(f"third {at}")
    model.refresh()
    assert [model.error(model.index(at)).frame for at in (0, 199)] == ["third 449", "third 250"]


def test_how_many_are_kept_of_how_many_is_said(market, panel):
    for at in range(201):
        market.receive_frame(f"bad {at}")
    panel.restore({"page": "bad"})
    assert panel.bad.count.text() == "모두 201건, 최근 200건을 보관"


def test_without_bad_frames_it_says_that_every_frame_could_be_read(market, panel):
    panel.restore({"page": "bad"})
    assert panel.bad.count.text() == "읽지 못한 프레임이 없습니다."
    assert panel.bad_count.text() == ""
    panel.copy.click()


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_both_pages_are_painted_in_both_themes_and_languages(
    qapp, make_market, open_panel, tokens, language
):
    theme.apply(qapp, tokens)
    market = make_market(language=language, tokens=tokens)
    market.receive(record())
    market.watch(CODE)
    panel = open_panel(market)
    market.receive(record(price="11.75", ask="0", extra=("7",)))
    market.receive_frame("nonsense")
    for page in ("record", "bad"):
        panel.restore({"page": page})
        picture = panel.grab().toImage()
        assert picture.pixelColor(2, 2) == QColor(tokens.panel)


def test_before_the_first_record_rests_word_is_shown_and_named(panel, market):
    key = Key("H0IOCNT0", CODE)
    market.desk.watchlist.replace([key])
    market.store.fill([snapshot(key, {"price": "11.70", "delta": "0.4850"}, "090005", 1.0)])
    panel.refresh()
    assert "REST 09:00:05" in panel.heading.text()
    rows = panel.fields.rows
    assert rows[INDEX_OPTION.position["delta"]].texts[COLUMNS.index("sent")] == "0.4850"
    assert rows[INDEX_OPTION.position["vega"]].missing
    assert not panel.identity.isVisible()
    market.receive(record(code=CODE))
    panel.refresh()
    assert "REST" not in panel.heading.text()
    assert panel.identity.isVisible()
