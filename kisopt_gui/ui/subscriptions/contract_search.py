"""The search: a box, the list under it, and what Enter adds."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.filters import Filters
from kisopt_gui.ui.subscriptions.finder import Place, find
from kisopt_gui.ui.subscriptions.hits import Hit, HitList
from kisopt_gui.ui.subscriptions.search_box import SearchBox


class ContractSearch(QWidget):
    """Finds while one types; Enter adds what is highlighted.

    Signals:
        add_requested: Keys to watch, and words among them that could not be read.
        explained: A sentence about the words in the box, "" if there is nothing to say.
        cancelled: Escape was pressed in an empty box.
    """

    add_requested = Signal(list, str)
    explained = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        desk: Desk,
        filters: Filters,
        underlying: Callable[[], float],
        ground: QWidget,
        above: QWidget,
    ) -> None:
        """Build the search.

        Args:
            desk: Data and manners.
            filters: What the search is narrowed to.
            underlying: Returns the index, points, NaN if it is not known.
            ground: The widget that the list of results lies on.
            above: The widget on it that the list hangs under.
        """
        super().__init__(ground)
        self._desk = desk
        self._filters = filters
        self._underlying = underlying
        self._ground = ground
        self._above = above
        self._unreadable = ""
        self._sentence = ""
        self.box = SearchBox(desk)
        self.list = HitList(desk, ground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.edited.connect(self.refresh)
        self.box.stepped.connect(self._step)
        self.box.accepted.connect(self._accept)
        self.box.cancelled.connect(self._cancel)
        self.box.left.connect(self.list.hide)
        self.list.clicked.connect(self._accept)
        filters.changed.connect(self.refresh)
        above.installEventFilter(self)

    def refresh(self) -> None:
        """Look again: the words, the filters, or what is known has changed."""
        self._look(final=False)

    def begin(self) -> None:
        """Take the focus, with what was written before marked to be overwritten."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.list.isVisible():
            self._hang()
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------

    def _look(self, *, final: bool) -> None:
        """Find and show.

        Args:
            final: Whether the user says that this is all; else words that are
                only begun are not complained of.
        """
        place = Place(self._filters.product, self._filters.expiry, self._underlying())
        found = find(self._desk, self.box.query, place)
        self._unreadable = found.unreadable
        self.list.put(found.lines)
        sentence = found.sentence if final or not found.premature else ""
        if sentence != self._sentence:
            self._sentence = sentence
            self.explained.emit(sentence)
        self._hang()

    def _hang(self) -> None:
        left = self.box.mapTo(self._ground, QPoint(0, 0)).x()
        below = self._above.mapTo(self._ground, QPoint(0, self._above.height() + 2)).y()
        self.list.move(left, below)
        self.list.setFixedWidth(self.box.width())

    def _step(self, by: int) -> None:
        if self.list.isVisible():
            self.list.step(by)
        elif self.box.query:
            self.refresh()

    def _accept(self) -> None:
        hit: Hit | None = self.list.current if self.list.isVisible() else None
        if hit is None:
            self._look(final=True)
            return
        unreadable = self._unreadable
        self.box.clear()
        self.list.hide()
        self.add_requested.emit(list(hit.keys), unreadable)

    def _cancel(self) -> None:
        if self.list.isVisible():
            self.list.hide()
        elif self.box.query:
            self.box.clear()
        else:
            self.cancelled.emit()
