"""The subscription manager: find, add, see, order, let go. It changes the watchlist only."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from kisopt_gui.market.contract import Side
from kisopt_gui.market.search import strike_range
from kisopt_gui.ui.controls import MARGIN_PX, PanelHead, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.actions import RowActions
from kisopt_gui.ui.subscriptions.budget import BudgetLine
from kisopt_gui.ui.subscriptions.contract_search import ContractSearch
from kisopt_gui.ui.subscriptions.filters import Filters
from kisopt_gui.ui.subscriptions.follow_row import FollowRow
from kisopt_gui.ui.subscriptions.message import MessageLine
from kisopt_gui.ui.subscriptions.range_row import RangeRow
from kisopt_gui.ui.subscriptions.row_list import RowList
from kisopt_gui.ui.subscriptions.rows import SubscriptionRows
from kisopt_gui.ui.subscriptions.wishes import Wishes
from kisopt_gui.wire.control import Key

WIDTH_PX = 312
_SIDES = {"call": (Side.CALL,), "put": (Side.PUT,), "both": (Side.CALL, Side.PUT)}
_FIND_KEYS = (QKeySequence("Ctrl+K"), QKeySequence("Ctrl+ㅏ"))
"""The second is the same key while a Hangul layout is on."""


def _unknown() -> float:
    return float("nan")


class SubscriptionsPanel(QWidget):
    """What is watched, and the ways to change it.

    Nothing here waits: the watchlist changes at once, whoever owns the feed
    follows it, and the rows show what the feed says of it.

    Signals:
        forget_cap_requested: The full number of slots should be tried again.
        retry_requested: A refused contract should be asked for again; its key.
        chart_requested: A contract should be looked at; its key, selected already.
    """

    forget_cap_requested = Signal()
    retry_requested = Signal(object)
    chart_requested = Signal(object)

    def __init__(
        self,
        desk: Desk,
        underlying: Callable[[], float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Build the panel.

        Args:
            desk: Data and manners.
            underlying: Returns the index, points, NaN while it is not known.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._desk = desk
        self._underlying = underlying or _unknown
        self._leading = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "panel")
        texts = desk.texts
        self.wishes = Wishes(desk, self)
        self.filters = Filters(desk)
        self.message = MessageLine()
        self.search = ContractSearch(desk, self.filters, self._underlying, self, self.message)
        self.message.set_hint(self._hint())
        self.range = RangeRow(desk)
        self.follow = FollowRow(desk, self.filters)
        self.budget = BudgetLine(desk)
        self.rows = SubscriptionRows(desk, self)
        self.list = RowList(desk, self.rows)
        self.actions_of_rows = RowActions(desk, self.list, self.rows, self.wishes)
        head = PanelHead(texts("subs.title"))
        read_only = styled(QLabel(texts("subs.read_only")), "muted")
        read_only.setToolTip(texts("subs.read_only_long"))
        head.add_right(read_only)
        self._lay_out(head)
        self._connect()
        self.search.list.raise_()
        self._follow_selection()

    def show_message(self, text: str, kind: str = "value") -> None:
        """Say one sentence under the search.

        Args:
            text: The sentence, in the user's language.
            kind: "muted", "value", "ok", "warning" or "alarm".
        """
        self.message.say(text, kind)

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.search.begin()

    def add_range(self) -> None:
        """Add the strikes around the money, as the line under the chips says."""
        texts, master = self._desk.texts, self._desk.master()
        place = self.filters.narrowest
        around = self._underlying()
        if master is None or place is None:
            self.show_message(texts("subs.no_master_range"), "warning")
        elif not around > 0:
            self.show_message(texts("subs.no_underlying"), "warning")
        else:
            sides = _SIDES[self.range.sides.current]
            found = strike_range(master, *place, around, self.range.each_side.value(), sides)
            if found:
                self.wishes.add([Key(contract.tr_id, contract.code) for contract in found])
            else:
                self.show_message(texts("subs.no_range"), "warning")

    def state(self) -> dict[str, object]:
        """What a layout keeps of the panel: chips, n and sides, what is followed."""
        return {
            **self.filters.state(),
            "each_side": self.range.each_side.value(),
            "sides": self.range.sides.current,
            **({"follow": self.follow.state()} if self._desk.following.product else {}),
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up what a layout kept; what cannot be understood is passed over."""
        product, expiry = state.get("product"), state.get("expiry")
        if isinstance(product, str) and isinstance(expiry, str):
            self.filters.restore(product, expiry)
        each_side, sides = state.get("each_side"), state.get("sides")
        if isinstance(each_side, int):
            self.range.each_side.setValue(each_side)
        if isinstance(sides, str):
            self.range.sides.set_current(sides)
        follow = state.get("follow")
        self.follow.restore(follow if isinstance(follow, Mapping) else {})

    # ------------------------------------------------------------------

    def _lay_out(self, head: PanelHead) -> None:
        upper = QVBoxLayout()
        upper.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 12)
        upper.setSpacing(0)
        upper.addWidget(self.search)
        upper.addSpacing(4)
        upper.addWidget(self.message)
        upper.addSpacing(4)
        upper.addWidget(self.filters)
        upper.addSpacing(10)
        upper.addWidget(self.range)
        upper.addSpacing(6)
        upper.addWidget(self.follow)
        hairline = styled(QFrame(), "hairline")
        hairline.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(upper)
        column.addWidget(self.budget)
        column.addWidget(hairline)
        column.addWidget(self.list, 1)

    def _connect(self) -> None:
        desk = self._desk
        desk.watchlist.changed.connect(self._refresh)
        desk.watchlist.selection_changed.connect(self._follow_selection)
        desk.clock.ages.connect(self._age)
        self.list.verticalScrollBar().valueChanged.connect(self._age)
        desk.clock.second.connect(self._second)
        self.search.add_requested.connect(self._add)
        self.search.explained.connect(lambda text: self.message.say(text, "muted"))
        self.search.cancelled.connect(self.list.setFocus)
        for turned in (self.search.box.entered, self.search.box.left):
            turned.connect(lambda: self.message.set_hint(self._hint()))
        self.range.add_requested.connect(self.add_range)
        self.budget.forget_cap_requested.connect(self.forget_cap_requested)
        self.message.action.connect(self.wishes.undo)
        self.wishes.said.connect(self._say)
        self.list.selectionModel().selectionChanged.connect(self._lead_selection)
        self.list.pin_toggled.connect(lambda at: self.wishes.pin([self.rows.rows[at].key]))
        self.list.doubleClicked.connect(
            lambda index: self.wishes.pin([self.rows.rows[index.row()].key])
        )
        self.actions_of_rows.chart_requested.connect(self._chart)
        self.actions_of_rows.retry_requested.connect(self.retry_requested)
        for keys in _FIND_KEYS:
            QShortcut(keys, self).activated.connect(self.focus_search)

    def _hint(self) -> str:
        """What stands in the message line while there is nothing to say."""
        if self._desk.master() is None:
            return self._desk.texts("subs.no_master")
        return self._desk.texts("subs.hint") if self.search.box.hasFocus() else ""

    def _refresh(self) -> None:
        self.rows.refresh()
        self.budget.refresh()

    def _age(self) -> None:
        if self.isVisible():
            self.list.repaint_ages(self.rows.refresh_ages(self.list.shown()))
            self.budget.refresh()

    def _second(self) -> None:
        self.filters.refresh()
        self.message.set_hint(self._hint())
        self.message.second()

    def _add(self, keys: list[Key], unreadable: str) -> None:
        self.wishes.add(keys, unreadable)
        if keys:
            self._desk.watchlist.select(keys[:1])
            self.list.scrollTo(self.rows.index(self.rows.place(keys[0])))

    def _say(self, text: str, kind: str, undo: bool) -> None:
        self.message.say(text, kind, self._desk.texts("subs.undo") if undo else "")

    def _chart(self, key: Key) -> None:
        self._desk.watchlist.select([key])
        self.chart_requested.emit(key)

    def _lead_selection(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """The user selects rows: the current one leads, the others follow in order."""
        if self._leading:
            return
        places = self.list.chosen()
        current = self.list.currentIndex().row()
        if current in places:
            places.remove(current)
            places.insert(0, current)
        self._leading = True
        self._desk.watchlist.select([self.rows.rows[place].key for place in places])
        self._leading = False

    def _follow_selection(self) -> None:
        """Another panel selects contracts."""
        if self._leading:
            return
        places = [self.rows.place(key) for key in self._desk.watchlist.selected]
        places = [place for place in places if place >= 0]
        self._leading = True
        self.list.choose(places, places[0] if places else -1)
        self._leading = False
