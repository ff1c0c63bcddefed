"""The head row of the charts: interval, names, what is thinned out, span, follow mode."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from kisopt_gui.ui import figures
from kisopt_gui.ui.charts.legend import Legend
from kisopt_gui.ui.charts.picture import TICK
from kisopt_gui.ui.charts.timespan import SPANS, Timespan
from kisopt_gui.ui.controls import ICON_PX, PanelHead, Segments, icon, styled
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

INTERVALS = {"tick": TICK, "minute": 60, "five": 300}
"""Seconds of a candle, by the name of the choice."""


class ChartHead(PanelHead):
    """What can be chosen about the charts.

    Signals:
        interval_chosen: Another of `INTERVALS`.
        span_chosen: One of `SPANS`, perhaps the one chosen before.
        follow_toggled: Follow mode is to go on or off.

    Attributes:
        legend: The names of the contracts.
        follow: The button that shows follow mode.
    """

    interval_chosen = Signal(str)
    span_chosen = Signal(str)
    follow_toggled = Signal()

    def __init__(self, texts: Texts, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(texts("charts.title"), parent)
        self._texts = texts
        names = [(name, texts(f"charts.{name}")) for name in INTERVALS]
        self._intervals = Segments(names, "tick", self)
        self._intervals.setToolTip(texts("charts.interval"))
        self.legend = Legend(texts, tokens, self)
        self._thinned = styled(QLabel(self), "muted")
        spans = [(name, texts(f"charts.span.{name}")) for name in SPANS]
        self._spans = Segments(spans, "all", self)
        self._spans.setToolTip(texts("charts.span"))
        self._span_buttons = self._spans.findChildren(QToolButton)
        self.follow = self._follow_button(tokens)
        self.add_left(self._intervals)
        self.add_left(self.legend)
        for widget in (self._thinned, self._spans, self.follow):
            self.add_right(widget)
        self._intervals.chosen.connect(self.interval_chosen)
        self._spans.chosen.connect(self.span_chosen)
        for choice, button in zip(SPANS, self._span_buttons, strict=True):
            # To the segments, the choice that held before the user zoomed is no change.
            button.clicked.connect(lambda _checked=False, at=choice: self.span_chosen.emit(at))

    @property
    def thinned(self) -> str:
        """What is said of trades that are not drawn one by one."""
        return self._thinned.text()

    def show_interval(self, interval: str) -> None:
        """Show which of `INTERVALS` holds."""
        self._intervals.set_current(interval)

    def show_state(self, timespan: Timespan, thinned: float) -> None:
        """Show the span, follow mode, and how many times trades are thinned out."""
        self.follow.setChecked(timespan.following)
        self._spans.set_current(timespan.choice)
        for button in self._span_buttons:
            # A zoom of the user's own is none of the choices.
            button.setChecked(button.isChecked() and bool(timespan.choice))
        times = figures.number(thinned, 0 if thinned >= 2 else 1)
        self._thinned.setText(self._texts("charts.thinned", times=times) if thinned > 1 else "")

    def _follow_button(self, tokens: Tokens) -> QToolButton:
        button = styled(QToolButton(self), "follow")
        button.setText(self._texts("charts.follow"))
        button.setToolTip(self._texts("charts.follow.tip"))
        button.setCheckable(True)
        button.setChecked(True)
        picture = icon("follow", tokens.muted)
        on = icon("follow", tokens.ok).pixmap(ICON_PX, ICON_PX)
        picture.addPixmap(on, QIcon.Mode.Normal, QIcon.State.On)
        button.setIcon(picture)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda _checked=False: self.follow_toggled.emit())
        return button
