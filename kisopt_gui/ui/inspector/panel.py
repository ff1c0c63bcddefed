"""The inspector: the newest record of the current contract as it was sent, and the bad frames."""

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.ui.controls import MARGIN_PX, PanelHead, Segments, TextButton, icon, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.inspector.bad_frames import BadFrames
from kisopt_gui.ui.inspector.cells import CellPainter
from kisopt_gui.ui.inspector.fields import COLUMNS, FieldTable
from kisopt_gui.ui.inspector.identity import Identity
from kisopt_gui.wire.control import Key

ROW_PX = 22
PAGES = ("record", "bad")
_WIDTHS = {"position": 46, "label": 100, "sent": 86, "read": 86, "unit": 80, "wire": 160}


class _Filter(QSortFilterProxyModel):
    """Keeps the fields one of whose names, or whose value, has the words in it."""

    def __init__(self, fields: FieldTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = fields
        self._words = ""
        self.setSourceModel(fields)

    def narrow(self, words: str) -> None:
        """Keep what has these words."""
        self.beginFilterChange()
        self._words = words.strip().casefold()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        cells = self._fields.rows[source_row].texts
        return not self._words or any(self._words in cell.casefold() for cell in cells)


class InspectorPanel(QWidget):
    """Every field of the newest record, and every frame that could not be read.

    It works only while it is seen.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        texts = desk.texts
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "panel")
        self.fields = FieldTable(desk, self)
        self._shown = _Filter(self.fields, self)
        self.pages = Segments([(page, texts(f"inspect.{page}")) for page in PAGES], PAGES[0])
        self.pages.chosen.connect(self._turn)
        self.bad_count = styled(QLabel(), "alarm")
        self.copy = TextButton(texts("inspect.copy"), icon("copy", desk.tokens.muted))
        self.copy.clicked.connect(self._copy)
        head = PanelHead(texts("inspect.title"))
        head.add_left(self.pages)
        head.add_left(self.bad_count)
        head.add_right(self.copy)
        self.bad = BadFrames(desk)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._record_page())
        self._stack.addWidget(self.bad)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)
        self._turn(PAGES[0])
        desk.clock.pulse.connect(self._pulse)
        desk.clock.second.connect(lambda: self.copy.setText(texts("inspect.copy")))
        desk.watchlist.selection_changed.connect(self._pulse)
        desk.watchlist.changed.connect(self._pulse)

    def refresh(self) -> None:
        """Show what is known now."""
        key = self._current()
        self._show(key)
        bad = self._desk.store.bad
        self.bad_count.setText(self._desk.texts("inspect.bad_badge", n=f"{bad:,}") if bad else "")
        if self._stack.currentWidget() is self.bad:
            self.bad.refresh()

    def state(self) -> dict[str, object]:
        """What a layout keeps of the panel."""
        return {"page": self.pages.current}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up what a layout kept; what cannot be understood is passed over."""
        page = state.get("page")
        if isinstance(page, str) and page in PAGES:
            self.pages.set_current(page)
            self._turn(page)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # ------------------------------------------------------------------

    def _record_page(self) -> QWidget:
        texts = self._desk.texts
        self.heading = QLabel()
        self.heading.setContentsMargins(MARGIN_PX, 4, MARGIN_PX, 8)
        self.identity = Identity(self._desk)
        self.drift = styled(QLabel(), "warning")
        self.drift.setWordWrap(True)
        self.drift.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 8)
        self.filter = QLineEdit(placeholderText=texts("inspect.filter"))
        self.filter.setClearButtonEnabled(False)
        self.filter.setAccessibleName(texts("inspect.filter"))
        self.filter.textChanged.connect(self._shown.narrow)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.setFocus)
        row = QVBoxLayout()
        row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 10)
        row.addWidget(self.filter)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.identity)
        column.addWidget(self.drift)
        column.addLayout(row)
        column.addWidget(self._table(), 1)
        return page

    def _table(self) -> QTableView:
        self.table = styled(QTableView(), "fields")
        self.table.setModel(self._shown)
        self.table.setAccessibleName(self._desk.texts("inspect.table"))
        self.table.setItemDelegate(CellPainter(self._desk, self.table))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setMinimumSectionSize(ROW_PX)
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for at, column in enumerate(COLUMNS[:-1]):
            header.resizeSection(at, _WIDTHS[column])
        return self.table

    def _pulse(self) -> None:
        if self.isVisible():
            self.refresh()

    def _current(self) -> Key | None:
        watchlist = self._desk.watchlist
        return next(iter(watchlist.selected or watchlist.charted), None)

    def _show(self, key: Key | None) -> None:
        texts = self._desk.texts
        watched = self._desk.store.watched(key) if key is not None else None
        there = watched is not None and watched.revision > 0
        told = self._desk.store.snapshot(key) if key is not None and not there else None
        self.identity.setVisible(there)
        for widget in (self.filter, self.table):
            widget.setVisible(there or told is not None)
        if key is None:
            self.heading.setText(texts("inspect.none"))
        elif not there and told is None:
            self.heading.setText(texts("inspect.nothing", label=self._desk.label(key)))
        else:
            contract = self._desk.contract(key)
            more = contract.expiry_label(texts.language) if contract is not None else ""
            if told is not None:
                more = f"{more} · {texts('inspect.rest', time=told.clock)}".strip(" ·")
            self.heading.setText(
                f"<b>{escape(self._desk.label(key))}</b>"
                f' <span style="color:{self._desk.tokens.muted}">{escape(more)}</span>'
            )
        self.fields.show_record(watched if there else told)
        extra = sum(row.extra for row in self.fields.rows)
        self.drift.setVisible(bool(extra))
        if watched is not None and there and key is not None:
            self.identity.show_record(watched, self._desk.age(key))
            if extra:
                first = watched.stream.width + 1
                self.drift.setText(texts("inspect.drift", position=first, n=extra))

    def _turn(self, page: str) -> None:
        self._stack.setCurrentIndex(PAGES.index(page))
        record = page == PAGES[0]
        name = "inspect.copy_record" if record else "inspect.copy_frame"
        self.copy.setToolTip(self._desk.texts(name))
        self.copy.setAccessibleName(self._desk.texts(name))
        self._pulse()

    def _copy(self) -> None:
        if self._stack.currentWidget() is self.bad:
            copied = self.bad.copy()
        else:
            copied = bool(self.fields.rows)
            if copied:
                QGuiApplication.clipboard().setText(self.fields.as_table())
        if copied:
            self.copy.setText(self._desk.texts("inspect.copied"))
