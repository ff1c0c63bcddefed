"""The ladder's panel: whose book it is, how old, where it comes from, and why it is empty."""

from math import nan
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from kisopt_gui.market.book import STEPS, Book, book_key, day_key, night_key
from kisopt_gui.market.link import Link
from kisopt_gui.ui import figures
from kisopt_gui.ui.controls import MARGIN_PX, PanelHead, TextButton, icon, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.ladder.scene import Fact, Scene
from kisopt_gui.ui.ladder.sheet import Sheet
from kisopt_gui.ui.ladder.tape import Tape
from kisopt_gui.ui.subscriptions.naming import term
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.schema import Record
from kisopt_gui.wire.session import State

_NARROW_PX = 270
"""A narrower panel has no room for the change in percent."""

_NOTE_PX = 48
"""Two lines."""


class LadderPanel(QWidget):
    """The order book of the selected contract, or of the one it is held to.

    It works, and wishes for a book, only while it is seen.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._held: Key | None = None
        self._drawn: tuple[object, ...] = ()
        self._tape = Tape(desk.store)
        self._copied = False
        texts = desk.texts
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "panel")
        self.head = PanelHead(texts("ladder.title"))
        self._copy = self._button("copy", texts("ladder.copy"))
        self._copy.clicked.connect(self.copy)
        self.hold = self._button("pin", texts("ladder.hold"))
        self.hold.setCheckable(True)
        self.hold.toggled.connect(self._hold)
        self.name = QLabel(self)
        self.last = styled(QLabel(self), "ladder-last")
        self.source = styled(QLabel(self), "muted")
        self.change = styled(QLabel(self), "ladder-change")
        self.sheet = Sheet(texts, desk.tokens, self)
        self.note = styled(QLabel(self), "muted")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._build()
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.activated.connect(self.copy)
        desk.clock.frame.connect(self._follow)
        desk.clock.pulse.connect(self._pulse)
        desk.clock.second.connect(self._second)
        desk.watchlist.selection_changed.connect(self._pulse)
        desk.watchlist.changed.connect(self._pulse)

    @property
    def shown(self) -> Key | None:
        """The contract that is shown, None if there is none."""
        watchlist = self._desk.watchlist
        if self._held is not None:
            # The night's contracts replace the day's, and in the morning these come back.
            for key in (self._held, night_key(self._held), day_key(self._held)):
                if key is not None and key in watchlist:
                    self._held = key
                    return key
            self.hold.setChecked(False)  # it is not watched any more
        return self._current()

    def copy(self) -> None:
        """Put the table onto the clipboard, for a spreadsheet."""
        text = "\n".join("\t".join(line) for line in self.sheet.lines())
        QGuiApplication.clipboard().setText(text)
        self._copied = True
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        key = self.shown
        book = self._book(key)
        record = self._record(key)
        scene = self._scene(key, book, record)
        self._name(key, record, scene)
        self._tell_source(book)
        why = self._why_empty(key, book)
        self.note.setText(why)
        self.note.setVisible(bool(why))
        self.sheet.show_scene(scene)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pulse()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pulse()

    # ------------------------------------------------------------------

    def _button(self, picture: str, text: str) -> TextButton:
        button = TextButton(picture=icon(picture, self._desk.tokens.muted), parent=self)
        button.setToolTip(text)
        button.setAccessibleName(text)
        self.head.add_right(button)
        return button

    def _build(self) -> None:
        for label in (self.name, self.source):  # what does not fit is cut, the panel stays narrow
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self.name, self.last, self.change):
            label.setTextFormat(Qt.TextFormat.RichText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        for left, right, below in ((self.name, self.last, 2), (self.source, self.change, 6)):
            row = QHBoxLayout()
            row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, below)
            row.setSpacing(8)
            row.addWidget(left, 1)
            row.addWidget(right)
            column.addLayout(row)
        # It keeps its place: the steps must not move under the eyes of who goes from row to row.
        kept = self.note.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.note.setSizePolicy(kept)
        self.note.setMinimumHeight(_NOTE_PX)
        self.note.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        column.addWidget(self.sheet, 1)
        column.addWidget(self.note)
        column.addStretch()

    def _current(self) -> Key | None:
        watchlist = self._desk.watchlist
        return next(iter(watchlist.selected or watchlist.charted), None)

    def _hold(self, held: bool) -> None:
        self._held = self._current() if held else None
        picture = "pin-filled" if held else "pin"
        color = self._desk.tokens.accent if held else self._desk.tokens.muted
        self.hold.setIcon(icon(picture, color))
        self._pulse()

    def _is_seen(self) -> bool:
        # Qt takes a panel behind another one's tab for visible, and keeps it outside of the window.
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def _pulse(self) -> None:
        seen = self._is_seen()
        key = self.shown if seen else None
        self._desk.books.show_book(book_key(key) if key is not None else None)
        if seen:
            self.refresh()

    def _second(self) -> None:
        self._copied = False
        if QAccessible.isActive() and self._is_seen():
            self.sheet.setAccessibleDescription(self.sheet.scene.spoken(self._desk.texts))

    def _follow(self) -> None:
        """Redraw when a record of the contract or of its book has come."""
        if not self.isVisible():
            return
        key = self.shown
        if key is None:
            return
        store, of_book = self._desk.store, book_key(key)
        known = [store.watched(each) for each in (key, of_book) if each is not None]
        # Another day begins its revisions anew.
        now = (key, store.filled, *(each.revision if each is not None else 0 for each in known))
        if now != self._drawn and self._is_seen():
            self._drawn = now
            self.refresh()

    def _book(self, key: Key | None) -> Book | None:
        of_book = book_key(key) if key is not None else None
        return self._desk.store.book(of_book) if of_book is not None else None

    def _record(self, key: Key | None) -> Record | None:
        """The newest trade of the stream, until there is one what REST told."""
        if key is None:
            return None
        record = self._desk.store.record(key)
        if record is None:
            told = self._desk.store.snapshot(key)
            record = told.record if told is not None else None
        return record

    def _scene(self, key: Key | None, book: Book | None, record: Record | None) -> Scene:
        last, change = getattr(record, "price", nan), getattr(record, "change", nan)
        previous = round(last - change, 6) if last == last and change == change else nan
        has_book = key is not None and book_key(key) is not None
        return Scene(
            book=book,
            last=last,
            previous=previous,
            old=book is not None and self._is_old(book),
            cut=key is None or self._is_cut(key),
            facts=self._facts(record, previous) if has_book else (),
            prints=self._tape.last(key if has_book else None, STEPS),
        )

    def _facts(self, record: Record | None, previous: float) -> tuple[Fact, ...]:
        texts = self._desk.texts
        told = [(name, getattr(record, name, nan)) for name in ("open", "high", "low")]
        told.append(("previous", previous))
        facts = [
            Fact(texts(f"ladder.{name}"), figures.number(price, 2), price) for name, price in told
        ]
        volume = figures.number(getattr(record, "volume", nan), 0)
        return (*facts, Fact(texts("ladder.volume"), volume))

    def _is_cut(self, key: Key) -> bool:
        """Whether the trades beside the book are drawn as old, by the rules of the grid's rows."""
        return not (self._comes(key) and self._desk.age(key) < figures.FRESH_S)

    def _comes(self, key: Key) -> bool:
        """Whether records of a stream would come: it is registered on a link that is up."""
        status = self._desk.status()
        slot = status.slot(key)
        return status.link is Link.LIVE and slot is not None and slot.state is State.ACTIVE

    def _since(self, key: Key) -> str:
        """Since when old figures of trades stand there; "" if nothing is known."""
        told = self._desk.store.snapshot(key)
        if told is not None:
            return self._desk.texts("ladder.rest", time=told.clock[:5])
        return self._aged(self._desk.age(key))

    def _aged(self, age: float) -> str:
        texts = self._desk.texts
        return texts("ladder.age", age=figures.age(age, texts.language)) if age == age else ""

    def _is_old(self, book: Book) -> bool:
        """Whether a book is drawn as old: REST's, one of a link that is down, one that stands."""
        if book.from_rest or not self._comes(book.key):
            return True
        session = self._desk.session()
        moves = session is None or not session.silence_is_normal
        return moves and perf_counter() - book.received > figures.FRESH_S

    def _name(self, key: Key | None, record: Record | None, scene: Scene) -> None:
        desk = self._desk
        if key is None:
            for label in (self.name, self.last, self.change):
                label.clear()
            return
        tokens = desk.tokens
        parts = [term(desk.contract(key), desk.texts.language)]
        if scene.cut:
            parts.append(self._since(key))
        more = " · ".join(part for part in parts if part)
        self.name.setText(
            f'<b>{desk.label(key)}</b> <span style="color:{tokens.muted}">{more}</span>'
        )
        inks = {1: tokens.up, -1: tokens.down, 0: tokens.text}
        ink = tokens.muted if scene.cut else inks[scene.trend(scene.last)]
        self.last.setText(f'<span style="color:{ink}">{figures.number(scene.last, 2)}</span>')
        change = getattr(record, "change", nan)
        words = []
        if change == change:
            words.append(figures.marked(change, getattr(record, "sign", ""), 2))
            percent = getattr(record, "change_percent", nan)
            if percent == percent and self.width() >= _NARROW_PX:
                words.append(f"{figures.number(percent, 2)}%")
        self.change.setText(f'<span style="color:{ink}">{"&nbsp; ".join(words)}</span>')

    def _tell_source(self, book: Book | None) -> None:
        texts = self._desk.texts
        parts = []
        if self._copied:
            parts.append(texts("ladder.copied"))
        elif book is not None:
            if book.crossed:
                parts.append(texts("ladder.crossed"))
            if book.from_rest:
                parts.append(texts("ladder.rest", time=figures.clock(book.as_of)))
            else:
                parts.append(self._aged(perf_counter() - book.received))
            parts.append(texts("ladder.spread", spread=figures.number(book.spread, 2)))
        told = " · ".join(parts)
        if book is not None:
            told += f"\n{texts('ladder.time', time=figures.clock(book.time))}"
        self.source.setToolTip(told)
        width = self.source.fontMetrics().horizontalAdvance
        while len(parts) > 1 and width(" · ".join(parts)) > self.source.width():
            parts.pop()
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
        state = slot.state if slot is not None else None
        if slot is not None and state is State.REJECTED:
            reason = slot.reply.reason(texts.language) if slot.reply is not None else ""
            return texts("ladder.refused", reason=reason)
        if status.link not in (Link.LIVE, Link.SILENT):
            return texts("ladder.no_link")
        if state is State.WANTED and status.held >= status.limit:
            return texts("ladder.no_slot", limit=status.limit)
        if book is not None:
            return ""
        if state is State.ACTIVE:
            return texts("ladder.waiting")
        return texts("ladder.asked" if state is State.PENDING else "ladder.asking")
