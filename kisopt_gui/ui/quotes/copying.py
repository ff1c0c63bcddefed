"""What goes to the clipboard: rows as a spreadsheet reads them, records as the wire wrote them."""

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication

from kisopt_gui.ui import figures
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes.columns import AGE, CONTRACT, PLACES
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.ui.quotes.rows import Row
from kisopt_gui.wire.codec import write_frame


def table(desk: Desk, model: QuoteModel, rows: Sequence[Row], names: Sequence[str]) -> str:
    """Write rows as tab-separated text with a line of headings.

    Numbers are plain, as a spreadsheet reads them: no thousands commas, a
    hyphen as minus, no mark before a change, nothing where nothing was sent.
    """
    headings = [desk.texts(f"quotes.{CONTRACT}"), desk.texts("quotes.code")]
    lines = [[*headings, *(model.column_name(name) for name in names)]]
    for row in rows:
        cells = [_plain(model, row, name) for name in names]
        lines.append([row.label.replace(",", ""), row.key.code, *cells])
    return "\n".join("\t".join(line) for line in lines) + "\n"


def frames(rows: Sequence[Row]) -> str:
    """Write the newest record of each row as a frame of its own, one a line."""
    return "\n".join(
        write_frame(row.stream, [row.watched.text]) for row in rows if row.watched is not None
    )


def put(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def _plain(model: QuoteModel, row: Row, name: str) -> str:
    text = model.text(row, PLACES[name])
    cell = model.cell(row, PLACES[name])
    if name == AGE:
        return "" if text == figures.MISSING else text
    if cell is None or text == figures.MISSING:
        return ""
    if cell.field.kind.is_text:
        return text
    if cell.shared and name == "change":
        text = figures.as_sent(row.raw(cell), getattr(row.record, name), cell.field)
    return text.replace(",", "").replace(figures.MINUS, "-")
