"""The ladder's panel: whose book it is, how old, where it comes from, and why it is empty."""

from collections.abc import Mapping
from math import nan
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kisopt_gui.market.book import Book, book_key
from kisopt_gui.market.link import Link
from kisopt_gui.ui import figures
from kisopt_gui.ui.controls import MARGIN_PX, PanelHead, TextButton, icon, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.ladder.sheet import Scene, Sheet
from kisopt_gui.ui.subscriptions.naming import term
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State

OLD_S = 5.0
"""After so long a book that should move is drawn as old; the real ones come up to 5 a second."""


class LadderPanel(QWidget):
    """The order book of the selected contract, or of the one it is held to.

    It works, and wishes for a book, only while it is seen.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._held: Key | None = None
        self._drawn: tuple[object, ...] = ()
        texts = desk.texts
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "panel")
        self.head = PanelHead(texts("ladder.title"))
        self.hold = TextButton(picture=icon("pin", desk.tokens.muted), parent=self)
        self.hold.setCheckable(True)
        self.hold.setToolTip(texts("ladder.hold"))
        self.hold.setAccessibleName(texts("ladder.hold"))
        self.hold.toggled.connect(self._hold)
        self.head.add_right(self.hold)
        self.name = QLabel(self)
        self.last = QLabel(self)
        self.source = styled(QLabel(self), "muted")
        self.sheet = Sheet(texts, desk.tokens, self)
        self.note = styled(QLabel(self), "muted")
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._build()
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.activated.connect(self.copy)
        desk.clock.frame.connect(self._follow)
        desk.clock.pulse.connect(self._pulse)
        desk.watchlist.selection_changed.connect(self._pulse)
        desk.watchlist.changed.connect(self._pulse)

    @property
    def shown(self) -> Key | None:
        """The contract that is shown, None if there is none."""
        watchlist = self._desk.watchlist
        if self._held is not None:
            if self._held in watchlist:
                return self._held
            self.hold.setChecked(False)  # it is not watched any more
        return next(iter(watchlist.selected or watchlist.charted), None)

    def copy(self) -> None:
        """Put the table onto the clipboard, for a spreadsheet."""
        text = "\n".join("\t".join(line) for line in self.sheet.lines())
        QGuiApplication.clipboard().setText(text)

    def refresh(self) -> None:
        """Show what is known now."""
        key = self.shown
        book = self._book(key)
        self._name(key, book)
        why = self._why_empty(key, book)
        self.note.setText(why)
        self.note.setVisible(bool(why))
        self.sheet.show_scene(self._scene(key, book))

    def state(self) -> dict[str, object]:
        """What a layout keeps of the panel."""
        return {}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up what a layout kept."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pulse()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pulse()

    # ------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 8)
        row.setSpacing(8)
        self.last.setStyleSheet("font-size: 13px; font-weight: 700;")
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.last)
        under = QHBoxLayout()
        under.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 6)
        under.addWidget(self.source)
        self.note.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(row)
        column.addLayout(under)
        column.addWidget(self.sheet)
        column.addWidget(self.note)
        column.addStretch(1)

    def _hold(self, held: bool) -> None:
        watchlist = self._desk.watchlist
        current = next(iter(watchlist.selected or watchlist.charted), None)
        self._held = current if held else None
        picture = "pin-filled" if held else "pin"
        color = self._desk.tokens.accent if held else self._desk.tokens.muted
        self.hold.setIcon(icon(picture, color))
        self._pulse()

    def _pulse(self) -> None:
        seen = self.isVisible()
        key = self.shown if seen else None
        self._desk.books.show_book(book_key(key) if key is not None else None)
        if seen:
            self.refresh()

    def _follow(self) -> None:
        """Redraw when a record of the contract or of its book has come."""
        if not self.isVisible():
            return
        key = self.shown
        if key is None:
            return
        store, of_book = self._desk.store, book_key(key)
        known = [store.watched(each) for each in (key, of_book) if each is not None]
        now = tuple(each.revision if each is not None else 0 for each in known)
        if (key, *now) != self._drawn:
            self._drawn = (key, *now)
            self.refresh()

    def _book(self, key: Key | None) -> Book | None:
        of_book = book_key(key) if key is not None else None
        return self._desk.store.book(of_book) if of_book is not None else None

    def _scene(self, key: Key | None, book: Book | None) -> Scene:
        last = previous = nan
        if key is not None:
            told = self._desk.store.snapshot(key)
            record = self._desk.store.record(key) or (told.record if told is not None else None)
            last = getattr(record, "price", nan)
            previous = last - getattr(record, "change", nan)
        return Scene(book, last, round(previous, 6), book is not None and self._is_old(book))

    def _is_old(self, book: Book) -> bool:
        """Whether a book is drawn as old: REST's, one of a link that is down, one that stands."""
        if book.from_rest or self._desk.status().link is not Link.LIVE:
            return True
        slot = self._desk.status().slot(book.key)
        if slot is None or slot.state is not State.ACTIVE:
            return True
        session = self._desk.session()
        moves = session is None or not session.silence_is_normal
        return moves and perf_counter() - book.received > OLD_S

    def _name(self, key: Key | None, book: Book | None) -> None:
        desk, texts = self._desk, self._desk.texts
        if key is None:
            for label in (self.name, self.last, self.source):
                label.clear()
            return
        contract = desk.contract(key)
        more = term(contract, texts.language)
        self.name.setText(
            f'<b>{desk.label(key)}</b> <span style="color:{desk.tokens.muted}">{more}</span>'
        )
        self.last.setText(figures.number(self._scene(key, book).last, 2))
        if book is None:
            self.source.clear()
            return
        parts = []
        if book.from_rest:
            parts.append(texts("ladder.rest", time=figures.clock(book.as_of)))
        else:
            age = perf_counter() - book.received
            parts.append(texts("ladder.age", age=figures.age(age, texts.language)))
        parts.append(texts("ladder.spread", spread=figures.number(book.spread, 2)))
        if book.crossed:
            parts.append(texts("ladder.crossed"))
        self.source.setText(" · ".join(parts))

    def _why_empty(self, key: Key | None, book: Book | None) -> str:
        texts = self._desk.texts
        if key is None:
            return texts("ladder.none")
        of_book = book_key(key)
        if of_book is None:
            return texts("ladder.index")
        status = self._desk.status()
        slot = status.slot(of_book)
        if slot is not None and slot.state is State.REJECTED:
            reason = slot.reply.reason(texts.language) if slot.reply is not None else ""
            return texts("ladder.refused", reason=reason)
        if slot is not None and slot.state is State.WANTED and status.held >= status.limit:
            return texts("ladder.no_slot", limit=status.limit)
        if book is None and slot is not None and slot.state is State.ACTIVE:
            return texts("ladder.waiting")
        return "" if book is not None else texts("ladder.asking")
