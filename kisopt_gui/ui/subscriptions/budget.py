"""The slots of the app key: how many are held, by what, and what happens past the limit."""

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from kisopt_gui.market.link import LinkStatus
from kisopt_gui.ui.controls import MARGIN_PX, TextButton, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.watchlist import Watchlist
from kisopt_gui.wire.session import MOST_SLOTS, State

_BAR_PX = 4
_QUEUE_GAP_PX = 5.0
_MOST_QUEUED = 12
"""Cells drawn behind the bar for what waits; the number says the rest."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is done with the slots.

    Attributes:
        limit: Slots that may be held.
        held: Slots held.
        pinned: Held by pinned contracts that are active.
        active: Held by the other active contracts, and by what is not on the list.
        pending: Asked for, held until answered.
        leaving: Held until their release is confirmed.
        waiting: Wishes past the limit.
        refused: Wishes that the server will not serve.
        others: Of those held, what is not on the list: order book, index and futures.
        pins: Pinned contracts, wherever they stand.
    """

    limit: int
    held: int
    pinned: int
    active: int
    pending: int
    leaving: int
    waiting: int
    refused: int
    others: int
    pins: int


def budget(status: LinkStatus, watchlist: Watchlist) -> Budget:
    """Count what is done with the slots."""
    pins = set(watchlist.pins)
    states = Counter(slot.state for slot in status.slots)
    pinned = sum(slot.state is State.ACTIVE and slot.key in pins for slot in status.slots)
    waiting = states[State.WANTED] if status.held >= status.limit else 0
    others = sum(
        slot.state in (State.ACTIVE, State.PENDING) and slot.key not in watchlist
        for slot in status.slots
    )
    return Budget(
        limit=status.limit,
        held=status.held,
        pinned=pinned,
        active=states[State.ACTIVE] - pinned,
        pending=states[State.PENDING],
        leaving=states[State.RELEASING],
        waiting=waiting,
        refused=states[State.REJECTED],
        others=others,
        pins=len(pins),
    )


class SlotBar(QWidget):
    """One cell a slot: pinned, active, asked for, leaving, free; behind it what waits."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._budget: Budget | None = None
        self.setFixedHeight(_BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_budget(self, shown: Budget) -> None:
        """Draw another state of the slots."""
        self._budget = shown
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _BAR_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._budget
        if shown is None:
            return
        tokens = self._desk.tokens
        free = max(0, shown.limit - shown.held)
        closed = max(0, MOST_SLOTS - max(shown.limit, shown.held))
        cells: list[tuple[str, bool]] = [
            *[(tokens.accent, True)] * shown.pinned,
            *[(tokens.ok, True)] * shown.active,
            *[(tokens.accent, False)] * shown.pending,
            *[(tokens.muted, False)] * shown.leaving,
            *[(tokens.line, True)] * free,
            *[(tokens.line, False)] * closed,
        ]
        queued = min(shown.waiting, _MOST_QUEUED)
        behind = _QUEUE_GAP_PX if queued else 0.0
        step = (self.width() + 1 - behind) / max(1, len(cells) + queued)
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        for at, (color, full) in enumerate(cells):
            self._cell(painter, at * step, step - 1, color, full=full)
        for at in range(queued):
            left = behind + (len(cells) + at) * step
            self._cell(painter, left, step - 1, tokens.muted, full=True)
        painter.end()

    @staticmethod
    def _cell(painter: QPainter, left: float, width: float, color: str, *, full: bool) -> None:
        height = _BAR_PX if full else 1.5
        painter.fillRect(QRectF(left, _BAR_PX - height, width, height), QColor(color))


class BudgetLine(QWidget):
    """The slots in words and as a bar, with a sentence when something is to be understood.

    Signals:
        forget_cap_requested: The user wants the full limit to be tried again.
    """

    forget_cap_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Budget | None = None
        texts = desk.texts
        self.count = styled(QLabel(), "muted")
        self.bar = SlotBar(desk)
        self.sentence = styled(QLabel(), "muted")
        self.sentence.setWordWrap(True)
        self.forget = TextButton(texts("subs.forget_cap"))
        self.forget.clicked.connect(self.forget_cap_requested)
        styled(self, "budget")
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(styled(QLabel(texts("subs.slots")), "muted"))
        words.addWidget(self.forget)
        words.addStretch(1)
        words.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 10)
        column.setSpacing(6)
        column.addLayout(words)
        column.addWidget(self.bar)
        column.addWidget(self.sentence)
        self.refresh()

    def refresh(self) -> None:
        """Say where the slots stand now."""
        shown = budget(self._desk.status(), self._desk.watchlist)
        if shown == self._shown:
            return
        self._shown = shown
        texts, tokens = self._desk.texts, self._desk.tokens
        parts = [f'<b style="color:{tokens.text}">{shown.held}</b> / {shown.limit}']
        if shown.pins:
            parts.append(texts("subs.budget_pinned", n=shown.pins))
        if shown.waiting:
            parts.append(texts("subs.budget_waiting", n=shown.waiting))
        self.count.setText(", ".join(parts))
        self.bar.show_budget(shown)
        facts = {name: getattr(shown, name) for name in ("held", "limit", "pending", "leaving")}
        words = texts(
            "subs.budget_long",
            **facts,
            active=shown.active + shown.pinned,
            waiting=shown.waiting,
            refused=shown.refused,
        )
        if shown.others:
            words += " " + texts("subs.budget_others", n=shown.others)
        for widget in (self, self.bar, self.count):
            widget.setToolTip(words)
        self.bar.setAccessibleName(texts("subs.slots"))
        self.bar.setAccessibleDescription(words)
        self._explain(shown)

    def _explain(self, shown: Budget) -> None:
        texts = self._desk.texts
        capped = shown.limit < MOST_SLOTS
        sentences = []
        if capped:
            sentences.append(texts("subs.cap", limit=shown.limit))
        if shown.waiting:
            sentences.append(texts("subs.over", limit=shown.limit, n=shown.waiting))
        self.sentence.setText(" ".join(sentences))
        self.sentence.setVisible(bool(sentences))
        self.forget.setVisible(capped)
