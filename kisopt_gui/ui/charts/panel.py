"""The charts of the pinned and selected contracts: price, implied volatility, open interest."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kisopt_gui.ui import figures
from kisopt_gui.ui.charts.canvas import Canvas
from kisopt_gui.ui.charts.head import INTERVALS, ChartHead
from kisopt_gui.ui.charts.picture import TICK, Picture
from kisopt_gui.ui.charts.reading import Reading
from kisopt_gui.ui.charts.ticks import time_label
from kisopt_gui.ui.charts.timespan import SPANS, Timespan
from kisopt_gui.ui.charts.track import Track
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.wire.control import Key

MOST_TRACKS = 6
"""Contracts drawn at once: one a colour of the theme."""

_PAN_SHARE = 0.1
_ZOOM_STEP = 1.25
_READ_SHARE = 0.005


class ChartsPanel(QWidget):
    """Three plots above one axis of time, for the contracts that the watchlist charts.

    Redraws on the clock's ``chart`` only, and not while hidden; axes move on its
    ``pulse``. The first contract that is not hidden is drawn in full, the others
    as lines over it.

    Attributes:
        frames: How many chart frames were painted.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tracks: list[Track] = []
        self._beyond = 0
        self._hidden: set[Key] = set()
        self._interval = TICK
        self._timespan = Timespan()
        self._cursor: tuple[float, float] | None = None
        self._unsettled = False
        self._canvas = Canvas(desk.tokens, self)
        self._picture = Picture(self._canvas, desk.tokens)
        self._reading = Reading(desk.texts, desk.tokens)
        self._build()
        self._connect()
        self._choose_tracks()

    @property
    def frames(self) -> int:
        """How many chart frames were painted."""
        return self._canvas.frames

    @property
    def canvas(self) -> Canvas:
        """The plots."""
        return self._canvas

    @property
    def head(self) -> ChartHead:
        """The row of choices."""
        return self._head

    @property
    def tracks(self) -> list[Track]:
        """The charted contracts, hidden ones too."""
        return list(self._tracks)

    def state(self) -> dict[str, Any]:
        """Return what a saved layout keeps: plain values only."""
        return {
            "interval": next(name for name, at in INTERVALS.items() if at == self._interval),
            "span": self._timespan.choice,
            "follow": self._timespan.following,
            "hidden": sorted([key.tr_id, key.code] for key in self._hidden),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a saved state; what it does not say, or says wrongly, stays as it is."""
        if state.get("interval") in INTERVALS:
            self._head.show_interval(state["interval"])
            self._interval = INTERVALS[state["interval"]]
        if state.get("span") in SPANS:
            self._timespan.choose(state["span"])
        if state.get("follow") is False:
            self._timespan.following = False
        hidden = state.get("hidden")
        if isinstance(hidden, list):
            self._hidden = {
                Key(*each) for each in hidden if isinstance(each, list | tuple) and len(each) == 2
            }
        self._choose_tracks()

    def follow(self) -> None:
        """Follow the newest trades."""
        self._timespan.follow()
        self._redraw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        keys = Qt.Key
        way = {keys.Key_Left: -1, keys.Key_Right: 1}.get(keys(key), 0)
        if way and shift:
            self._read_beside(way)
        elif way:
            self._pan(way * _PAN_SHARE)
        elif key in (keys.Key_Plus, keys.Key_Equal, keys.Key_Up):
            self._zoom(1 / _ZOOM_STEP)
        elif key in (keys.Key_Minus, keys.Key_Underscore, keys.Key_Down):
            self._zoom(_ZOOM_STEP)
        elif key == keys.Key_Home:
            self._choose_span("all")
        elif key == keys.Key_End:
            self.follow()
        elif key == keys.Key_Escape and self._cursor is not None:
            self._hover(-1.0, -1.0)
        # With the Korean input method on, the F key writes a letter of its own.
        elif key == keys.Key_F or event.text() == "ㄹ":
            self._toggle_follow()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hover(-1.0, -1.0)

    # data --------------------------------------------------------------

    @property
    def _seen(self) -> list[Track]:
        return [track for track in self._tracks if not track.hidden]

    def _choose_tracks(self) -> None:
        charted = self._desk.watchlist.charted
        keys, beyond = charted[:MOST_TRACKS], len(charted) - MOST_TRACKS
        known = {track.key: track for track in self._tracks if track.key in keys}
        taken = {track.colour for track in known.values()}
        free = iter([colour for colour in range(MOST_TRACKS) if colour not in taken])
        self._tracks = [
            known[key] if key in known else self._track(key, next(free)) for key in keys
        ]
        for track in self._tracks:
            track.hidden = track.key in self._hidden
        self._beyond = max(beyond, 0)
        self._name()
        self._redraw()

    def _track(self, key: Key, colour: int) -> Track:
        track = Track(key, self._desk.label(key), colour, self._desk.store.series(key))
        track.refresh()
        return track

    def _take_in(self) -> int:
        return sum([track.refresh() for track in self._tracks])

    def _reach(self) -> bool:
        ends = [
            (track.series.seconds[0], track.series.seconds[-1])
            for track in self._tracks
            if len(track)
        ]
        if not ends:
            return False
        return self._timespan.reach(
            float(min(first for first, _ in ends)), float(max(last for _, last in ends))
        )

    # drawing -----------------------------------------------------------

    def _draw_new(self) -> None:
        if not self.isVisible() or not self._take_in():
            return
        first = not self._unsettled and self._empty.isVisible()
        self._unsettled = True
        if first:
            self._redraw()
        else:
            self._draw()

    def settle(self) -> None:
        """Move the axes if the trades ask for it, and write what needs no hurry."""
        if not self._unsettled or not self.isVisible():
            return
        self._unsettled = False
        if self._reach() or self._picture.fit():
            self._redraw()
        self._head.show_state(self._timespan, self._picture.thinned)
        self._head.legend.refresh(self._tracks)

    def _redraw(self) -> None:
        """Draw everything again: axes, points and words."""
        if not self.isVisible():
            return
        self._take_in()
        self._reach()
        seen = self._seen
        self._canvas.arrange(self._timespan)
        self._picture.draw(seen, self._timespan, self._interval)
        if self._picture.fit():
            self._canvas.arrange(self._timespan)
            self._picture.draw(seen, self._timespan, self._interval)
        self._show_state()
        self._read()

    def _draw(self) -> None:
        self._picture.draw(self._seen, self._timespan, self._interval)
        self._read()

    def _show_state(self) -> None:
        self._head.show_state(self._timespan, self._picture.thinned)
        self._say_why_empty()

    def _say_why_empty(self) -> None:
        texts, seen = self._desk.texts, self._seen
        if not self._tracks:
            why = texts("charts.nothing")
        elif not seen:
            why = texts("charts.all_hidden")
        elif not any(len(track) for track in seen):
            why = texts("charts.waiting", label=seen[0].label)
        else:
            why = ""
        self._empty.setText(why)
        self._empty.setVisible(bool(why))
        self._canvas.set_blank(bool(why))

    def _read(self) -> None:
        """Write the headings, for the place of the cursor or the newest trades."""
        at = None
        if self._cursor is not None:
            share, y = self._cursor
            at = self._timespan.start + share * self._timespan.length
            self._canvas.point(share * self._canvas.width_px, y, time_label(at, 1))
        seen = [track for track in self._seen if len(track)]
        runs = self._reading.runs(seen, at, self._interval, self._picture.volume_s)
        for name, plot in self._canvas.plots.items():
            plot.heading.set_runs(runs[name])

    def _describe(self) -> None:
        """Tell a screen reader the last values: the picture itself is closed to it."""
        if not self.isVisible():
            return
        if any(track.label != self._desk.label(track.key) for track in self._tracks):
            self._name()
            self._redraw()
        said = ", ".join(
            self._desk.texts(
                "charts.said",
                label=track.label,
                price=figures.number(track.value("price"), 2),
                iv=figures.number(track.value("iv"), 2),
            )
            for track in self._seen
        )
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def _name(self) -> None:
        """Write the names; they are known late when the master file comes late."""
        for track in self._tracks:
            track.label = self._desk.label(track.key)
        self._head.legend.show_tracks(self._tracks, self._beyond)
        seen = self._seen
        self._head.title.setText(seen[0].label if seen else self._desk.texts("charts.title"))

    # what the user does ------------------------------------------------

    def _hover(self, share: float, y: float) -> None:
        if share < 0 or self._empty.isVisible():
            self._cursor = None
            self._canvas.unpoint()
        else:
            self._cursor = (share, y)
        self._read()

    def _read_beside(self, way: int) -> None:
        timespan = self._timespan
        newest = max((track.series.seconds[-1] for track in self._seen if len(track)), default=0.0)
        start = (newest - timespan.start) / timespan.length
        share, y = self._cursor or (start, -1.0)
        self._hover(min(max(share + way * _READ_SHARE, 0.0), 1.0), y)

    def _pan(self, share: float) -> None:
        self._timespan.pan(share * self._timespan.length)
        self._redraw()

    def _zoom(self, factor: float, share: float = 1.0) -> None:
        timespan = self._timespan
        timespan.zoom(factor, timespan.start + share * timespan.length)
        self._redraw()

    def _choose_span(self, choice: str) -> None:
        if self._timespan.choice == choice and self._timespan.following:
            return
        self._timespan.choose(choice)
        self._redraw()

    def _choose_interval(self, choice: str) -> None:
        self._interval = INTERVALS[choice]
        self._redraw()

    def _toggle_follow(self) -> None:
        if self._timespan.following:
            self._timespan.following = False
            self._show_state()
        else:
            self.follow()

    def _toggle_track(self, key: Key) -> None:
        self._hidden ^= {key}
        for track in self._tracks:
            track.hidden = track.key in self._hidden
        self._name()
        self._redraw()

    # parts -------------------------------------------------------------

    def _build(self) -> None:
        texts = self._desk.texts
        styled(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(texts("charts.title"))
        self.setFocusProxy(self._canvas)
        self._canvas.setAccessibleName(texts("charts.canvas"))
        self._head = ChartHead(texts, self._desk.tokens, self)
        self._empty = styled(QLabel(self._canvas.viewport()), "empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        over = QHBoxLayout(self._canvas.viewport())
        over.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._canvas, 1)

    def _connect(self) -> None:
        clock, watchlist, canvas = self._desk.clock, self._desk.watchlist, self._canvas
        clock.chart.connect(self._draw_new)
        clock.pulse.connect(self.settle)
        clock.second.connect(self._describe)
        watchlist.changed.connect(self._choose_tracks)
        watchlist.selection_changed.connect(self._choose_tracks)
        canvas.pan_requested.connect(self._pan)
        canvas.zoom_requested.connect(self._zoom)
        canvas.hovered.connect(self._hover)
        canvas.resized.connect(self._redraw)
        head = self._head
        head.interval_chosen.connect(self._choose_interval)
        head.span_chosen.connect(self._choose_span)
        head.follow_toggled.connect(self._toggle_follow)
        head.legend.toggled.connect(self._toggle_track)
