"""The head of the window: name, layouts, the market at a glance, the exchange's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from kisopt_gui.market.hours import seoul
from kisopt_gui.market.link import Link
from kisopt_gui.ui import figures, session_words
from kisopt_gui.ui.controls import TextButton, icon, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.keys.source_button import Kind, Shown, SourceButton
from kisopt_gui.ui.theme import font

if TYPE_CHECKING:
    from kisopt_gui.market.overview import Overview, Quote

HEIGHT_PX = 44
_GAP_PX = 15
_LEAST_TABS_PX = 160
"""The current tab and the arrows to the others."""


class Fact(QWidget):
    """A word and what it says: muted word, bright number, change behind it."""

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, _GAP_PX, 0)  # the gap goes with it when it is hidden
        row.setSpacing(7)
        self.word = styled(QLabel(word, self), "muted")
        self.value = QLabel(self)
        self.value.setFont(font(13, bold=True))
        self.value.setStyleSheet("font-size: 13px; font-weight: 700;")
        self.change = QLabel(self)
        self._keeps_change = True
        self.change.hide()
        for label in self.labels:
            label.setTextFormat(Qt.TextFormat.RichText)
            row.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row = row

    @property
    def labels(self) -> tuple[QLabel, QLabel, QLabel]:
        """Word, value and change."""
        return self.word, self.value, self.change

    def measure(self) -> None:
        """Let the row that this stands in know at once how wide it is now."""
        self._row.activate()

    def show_text(self, value: str, change: str = "") -> None:
        """Put in new texts; rich text is allowed. Nothing happens if they are the same."""
        if self.value.text() != value:
            self.value.setText(value)
        if self.change.text() != change:
            self.change.setText(change)
            self.keep_change(self._keeps_change)

    def keep_change(self, kept: bool) -> None:
        """Show the change, if there is one, or not, in a row that is too narrow."""
        self._keeps_change = kept
        self.change.setVisible(kept and bool(self.change.text()))  # empty, it would leave a gap


class TopBar(QWidget):
    """One row over the panels.

    Signals:
        menu_requested: The menu button was used.

    Attributes:
        source: Says which source is shown; its menu has the others.
    """

    menu_requested = Signal()

    def __init__(
        self, desk: Desk, tabs: QWidget, shown: Shown, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        if shown.kind is Kind.DEMO:
            desk.market_clock.simulated = True
        self._live = False
        self._fitted: tuple[int, ...] = ()
        texts = desk.texts
        self.setFixedHeight(HEIGHT_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(9)
        mark = QLabel(self)
        mark.setPixmap(icon("kisopt-small", desk.tokens.text).pixmap(QSize(18, 18)))
        row.addWidget(mark)
        self._brand = QLabel(texts("app.name"), self)
        self._brand.setStyleSheet("font-size: 14px; font-weight: 700;")
        row.addWidget(self._brand)
        self.source = SourceButton(texts, shown, self)
        row.addWidget(self.source, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(13)
        row.addWidget(tabs, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._tabs = tabs
        self._row = row
        self._index = Fact(texts("top.index"), self)
        self._future = Fact(texts("top.future", code=""), self)
        self._basis = Fact(texts("top.basis"), self)
        self._iv = Fact(texts("top.iv"), self)
        self._days = Fact(texts("top.days"), self)
        self._facts = [self._index, self._future, self._basis, self._iv, self._days]
        for fact in self._facts:
            row.addWidget(fact)
        line = styled(QFrame(self), "hairline")
        line.setFixedSize(1, 18)
        row.addWidget(line)
        row.addSpacing(12)
        self._session = styled(QLabel(self), "muted")
        self._clock = QLabel("--:--:--", self)
        self._clock.setStyleSheet("font-size: 14px; font-weight: 700;")
        for label in (self._session, self._clock):
            row.addWidget(label)
        row.addSpacing(6)
        menu = TextButton(picture=icon("menu", desk.tokens.muted), parent=self)
        menu.setToolTip(f"{texts('menu.open')} (F10)")
        menu.setAccessibleName(texts("menu.open"))
        menu.clicked.connect(self.menu_requested)
        self.menu_button = menu
        row.addWidget(menu)
        desk.clock.ages.connect(self.refresh)

    def set_today(self, today: date) -> None:
        """Say which trading day the source is on."""
        self._desk.market_clock.begin(today, time.time())

    def refresh(self) -> None:
        """Show what the store knows now."""
        from kisopt_gui.market.overview import overview

        moment = self._desk.moment()
        today = moment.date() if moment is not None else self._desk.market_clock.today
        today = today or seoul(time.time()).date()
        seen = overview(self._desk.store, self._desk.master(), today)
        self._live = self._desk.status().link is Link.LIVE
        texts = self._desk.texts
        self._index.show_text(*self._quote(seen.index))
        self._index.setToolTip(self._index_tip(seen.index))
        self._future.word.setText(texts("top.future", code=seen.future_code).strip())
        self._future.show_text(*self._quote(seen.future))
        ages = (seen.index.age, seen.future.age)
        self._basis.show_text(self._faded(figures.number(seen.basis, 2), *ages))
        call = texts("top.iv.call", value=figures.number(seen.call_iv, 2))
        put = texts("top.iv.put", value=figures.number(seen.put_iv, 2))
        self._iv.show_text(self._faded(f"{call}&nbsp; {put}", seen.iv_age))
        self._iv.setToolTip(texts("top.iv.tip", strike=figures.number(seen.strike, 1)))
        self._days.show_text(self._days_text(seen))
        self._show_clock(seen)
        self._fit()

    def _index_tip(self, index: Quote) -> str:
        texts = self._desk.texts
        if index.rest:
            return texts("top.index.rest", time=index.rest)
        return texts("top.index.derived") if index.derived else ""

    def _quote(self, quote: Quote) -> tuple[str, str]:
        tokens = self._desk.tokens
        way = figures.direction(quote.sign)
        color = tokens.up if way > 0 else tokens.down if way < 0 else tokens.text
        if quote.rest or self._is_old(quote.age):
            color = tokens.muted
        approx = "≈" if quote.derived else ""
        value = f'<span style="color:{color}">{approx}{figures.number(quote.price, 2)}</span>'
        if quote.change != quote.change:
            return value, ""
        change = figures.marked(quote.change, quote.sign, 2)
        percent = figures.number(quote.percent, 2)
        return value, f'<span style="color:{color}">{change}&nbsp; {percent}%</span>'

    def _is_old(self, *ages: float) -> bool:
        return not (self._live and all(age <= figures.FRESH_S for age in ages))

    def _faded(self, text: str, *ages: float) -> str:
        """Return rich text, muted as that of the rows is if what it was made of is old."""
        muted = self._desk.tokens.muted
        return f'<span style="color:{muted}">{text}</span>' if self._is_old(*ages) else text

    def _days_text(self, seen: Overview) -> str:
        if seen.days_left is None:
            return figures.MISSING
        if seen.days_left == 0:
            accent = self._desk.tokens.accent
            return f'<span style="color:{accent}">{self._desk.texts("top.days.today")}</span>'
        return self._desk.texts("top.days.value", days=seen.days_left)

    def _show_clock(self, seen: Overview) -> None:
        newest = max((each.received for each in self._desk.store.contracts()), default=0.0)
        shown = figures.clock(seen.time) if seen.time else "--:--:--"
        self._clock.setText(self._faded(shown, perf_counter() - newest))  # it stands still
        moment, session = self._desk.moment(), self._desk.session()
        problem = self._desk.calendar_problem()
        texts = self._desk.texts
        if moment is None or session is None:
            self._session.setText(figures.MISSING if problem is not None else "")
            tip = ""
        else:
            self._session.setText(session_words.line(session, moment, texts))
            tip = session_words.tip(session, moment, texts)
        if problem is not None:
            tip = f"{problem.sentence(texts.language)}\n{tip}".strip()
        self._session.setToolTip(tip)

    def _fit(self) -> None:
        """Hide what does not fit, the least important first: no number is ever cut."""
        labels = [label for fact in self._facts for label in fact.labels]
        measured = (
            self.width(),
            self._tabs.minimumSizeHint().width(),
            *[label.sizeHint().width() for label in (*labels, self._session, self._clock)],
        )
        if measured == self._fitted:
            return
        self._fitted = measured
        order: tuple[Callable[[bool], None], ...] = (
            self._brand.setVisible,
            self._days.setVisible,
            self._basis.setVisible,
            self._iv.setVisible,
            self._future.setVisible,
            self._session.setVisible,
            self._keep_tabs,
            self.source.keep_name,
            self._index.keep_change,
            self._index.setVisible,
        )
        for show in order:
            show(True)
        for hide in order:
            for fact in self._facts:
                fact.measure()
            if self._row.minimumSize().width() <= self.width():
                return
            hide(False)

    def _keep_tabs(self, kept: bool) -> None:
        least = 0 if kept else min(_LEAST_TABS_PX, self._tabs.minimumSizeHint().width())
        self._tabs.setMinimumWidth(least)  # 0 for the one of its own

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(640, HEIGHT_PX)
