"""The tool tips of the grid: names in both languages, the unit, the wire, the raw text, the age."""

from html import escape
from time import perf_counter
from typing import TYPE_CHECKING

from kisopt_gui.market.watched import WEEKLIES
from kisopt_gui.ui import figures
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes.columns import COLUMNS, Column
from kisopt_gui.ui.quotes.rows import Row
from kisopt_gui.wire.schema import Field, Stream
from kisopt_gui.wire.streams import INDEX_OPTION
from kisopt_gui.wire.streams.h0iocnt0 import GREEKS

if TYPE_CHECKING:
    from kisopt_gui.ui.quotes.model import QuoteModel

Lines = list[tuple[str, str]]


def of_column(desk: Desk, column: Column) -> str:
    """Tell what a column is."""
    texts = desk.texts
    if column.field is None:
        return _page(texts("quotes.age"), [], texts("quotes.tip.aged"))
    return _page(_names(column.field), _facts(desk, column.field, INDEX_OPTION, column.name))


def of_cell(model: "QuoteModel", desk: Desk, row: Row, place: int) -> str:
    """Tell what a cell is, what the wire said, and how old it is."""
    texts, column = desk.texts, COLUMNS[place]
    age = _age(desk, row)
    if column.field is None:
        lines = [(texts("quotes.tip.age"), age)]
        if row.slot is not None and row.slot.reply is not None:
            lines.append((model.word(row), row.slot.reply.reason(texts.language)))
        out = desk.following.left_out.get(row.key)
        if out is not None:
            return _page(row.label, lines, _left_out(desk, out))
        return _page(row.label, lines, texts("quotes.tip.aged"))
    cell = model.cell(row, place)
    if cell is None:
        stream = texts.pick(row.stream.korean, row.stream.english)
        return _page(_names(column.field), [], texts("quotes.tip.absent", stream=stream))
    lines = _facts(desk, cell.field, row.stream, column.name)
    if row.watched is not None:
        lines.append((texts("quotes.tip.raw"), row.raw(cell) or texts("quotes.tip.empty")))
    lines.append((texts("quotes.tip.age"), age))
    contract = row.contract
    product = contract.product.key if contract is not None and contract.product is not None else ""
    note = texts("quotes.tip.weekly") if product in WEEKLIES and column.name in GREEKS else ""
    return _page(_names(cell.field), lines, note)


def of_contract(desk: Desk, row: Row) -> str:
    """Tell which contract a row is."""
    texts = desk.texts
    lines = [(texts("quotes.contract"), row.key.code)]
    if row.contract is not None:
        lines.append((texts("quotes.tip.expiry"), row.contract.expiry_label(texts.language)))
    if row.is_in_the_money():
        lines.append((texts("quotes.tip.money"), texts("quotes.tip.inside")))
    stream = texts.pick(row.stream.korean, row.stream.english)
    lines.append((texts("quotes.tip.stream"), f"{row.key.tr_id} {stream}"))
    if row.watched is not None:
        lines.append((texts("quotes.tip.received"), f"{row.watched.trades:,}"))
    lines.append((texts("quotes.tip.age"), _age(desk, row)))
    out = desk.following.left_out.get(row.key)
    return _page(row.label, lines, _left_out(desk, out) if out is not None else "")


def _left_out(desk: Desk, time: str) -> str:
    texts = desk.texts
    return texts("quotes.tip.rotated", time=time) if time else texts("quotes.tip.left_out")


def _facts(desk: Desk, field: Field, stream: Stream, name: str) -> Lines:
    texts = desk.texts
    place = stream.position[name] + 1
    return [
        (texts("quotes.tip.broker"), field.name),
        (texts("quotes.tip.unit"), texts(f"quotes.unit.{field.unit.name}")),
        (
            texts("quotes.tip.wire"),
            texts("quotes.tip.place", wire=field.wire, tr_id=stream.tr_id, place=place),
        ),
    ]


def _names(field: Field) -> str:
    return f"{field.korean} · {field.english}"


def _age(desk: Desk, row: Row) -> str:
    texts = desk.texts
    if row.watched is None:
        if row.told is not None:
            return texts("quotes.tip.rest", time=row.told.clock)
        return texts("quotes.tip.unread")
    return texts("quotes.tip.ago", age=figures.age(row.age(perf_counter()), texts.language))


def _page(title: str, lines: Lines, note: str = "") -> str:
    rows = "".join(
        f"<tr><td style='padding-right:12px'>{escape(name)}</td>"
        f"<td><b>{escape(value)}</b></td></tr>"
        for name, value in lines
    )
    body = f"<table cellspacing='0' cellpadding='1'>{rows}</table>" if rows else ""
    end = f"<div>{escape(note)}</div>" if note else ""
    return f"<p style='margin:0 0 4px 0'><b>{escape(title)}</b></p>{body}{end}"
