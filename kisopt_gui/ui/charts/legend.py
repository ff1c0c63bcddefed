"""The names of the charted contracts with their last values; a click hides or shows one."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from kisopt_gui.ui import figures
from kisopt_gui.ui.charts.track import Track
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens
from kisopt_gui.wire.control import Key

_MARK = QSize(14, 14)
_MORE_PX = 72


class Legend(QWidget):
    """One switch a contract. What has no room says how many more there are.

    Signals:
        toggled: The user hides or shows this contract.
    """

    toggled = Signal(object)

    def __init__(self, texts: Texts, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._tokens = tokens
        self._entries: dict[Key, QToolButton] = {}
        self._beyond = 0
        self._more = styled(QLabel(self), "muted")
        self._more.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self._more)
        self._row.addStretch(1)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + (_MORE_PX if self._beyond else 0), 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(_MORE_PX, 24)

    def show_tracks(self, tracks: list[Track], beyond: int) -> None:
        """List these contracts.

        Args:
            tracks: The charted contracts.
            beyond: How many more there are than can be drawn.
        """
        self._beyond = beyond
        for entry in self._entries.values():
            self._row.removeWidget(entry)
            entry.setParent(None)
            entry.deleteLater()
        self._entries = {track.key: self._entry(track) for track in tracks}
        for place, entry in enumerate(self._entries.values()):
            self._row.insertWidget(place, entry)
        self.refresh(tracks)

    def refresh(self, tracks: list[Track]) -> None:
        """Write the last values."""
        changed = False
        for track in tracks:
            entry = self._entries.get(track.key)
            if entry is None:
                continue
            text = f"{track.label}  {figures.number(track.value('price'), 2)}"
            if entry.text() != text:
                changed |= len(entry.text()) != len(text)
                entry.setText(text)
                entry.setAccessibleName(text)
        if changed:
            self.updateGeometry()
            self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        room = self.width()
        entries, widths = list(self._entries.values()), self._widths()
        shown = len(entries)
        reserve = _MORE_PX if self._beyond or sum(widths) > room else 0
        while shown and sum(widths[:shown]) + reserve > room:
            shown -= 1
        for place, entry in enumerate(entries):
            entry.setVisible(place < shown)
        left_out = len(entries) - shown + self._beyond
        self._more.setVisible(left_out > 0)
        self._more.setText(self._texts("charts.more", count=left_out))

    def _widths(self) -> list[int]:
        gap = self._row.spacing()
        return [entry.sizeHint().width() + gap for entry in self._entries.values()]

    def _entry(self, track: Track) -> QToolButton:
        entry = styled(QToolButton(self), "legend")
        entry.setCheckable(True)
        entry.setChecked(not track.hidden)
        entry.setIcon(self._icon(track))
        entry.setIconSize(_MARK)
        entry.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        entry.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        entry.setCursor(Qt.CursorShape.PointingHandCursor)
        entry.setToolTip(self._texts("charts.hide", label=track.label))
        entry.clicked.connect(lambda _checked=False, key=track.key: self.toggled.emit(key))
        return entry

    def _icon(self, track: Track) -> QIcon:
        colour = self._tokens.series[track.colour % len(self._tokens.series)]
        icon = QIcon()
        for state, ink in ((QIcon.State.On, colour), (QIcon.State.Off, self._tokens.faint)):
            for scale in (1, 2):
                pixmap = QPixmap(_MARK * scale)
                pixmap.fill(Qt.GlobalColor.transparent)
                painter = QPainter(pixmap)
                painter.fillRect(QRectF(0, 6 * scale, 12 * scale, 2 * scale), QColor(ink))
                painter.end()
                pixmap.setDevicePixelRatio(scale)
                icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
        return icon
