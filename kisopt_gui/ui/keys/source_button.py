"""Which source the window shows, said at every moment, and the menu of the others.

What is invented can never be taken for the market: the words differ, not only the colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.texts import Texts

if TYPE_CHECKING:  # the mark stands in the first paint
    from kisopt_gui.keys.profile import Profile

DEMO = "demo"
_NAME_PX = 160
_LEAST_NAME_PX = 56
_ROUNDED_PX = 2
_RADIUS_PX = 4
_HATCH_PX = 6
_HATCH_ALPHA = 38
_OPENERS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Kind(Enum):
    """What kind of source it is."""

    DEMO = "demo"
    REAL = "real"
    PAPER = "paper"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Shown:
    """A source as the window names it.

    Attributes:
        kind: What kind it is.
        name: Of the profile, or the address; "" of the demo.
        address: Of a profile that has one.
    """

    kind: Kind
    name: str = ""
    address: str = ""

    def text(self, texts: Texts) -> str:
        """Name it in few words: "KIS 실전 · main"."""
        return _joined(self.word(texts), self.name)

    def word(self, texts: Texts) -> str:
        """Name its kind."""
        return texts(f"source.{self.kind.value}.short")

    def tip(self, texts: Texts) -> str:
        """Say what its numbers are."""
        what = f"{self.name} ({self.address})" if self.address else self.name
        return texts(f"source.{self.kind.value}.tip", what=what)


def shown_as(profile: Profile) -> Shown:
    """Return how the window names a profile's source."""
    from kisopt_gui.keys.profile import PAPER, REAL

    kind = {REAL: Kind.REAL, PAPER: Kind.PAPER}.get(profile.server, Kind.ADDRESS)
    return Shown(kind, profile.name, profile.server if kind is Kind.ADDRESS else "")


class SourceButton(QToolButton):
    """The mark of the source; its menu has the other ones and the keys.

    Signals:
        source_requested: Another source is wanted: "demo" or "kis:PROFILE".
        add_requested: Another key is to be added.
        manage_requested: The keys are to be looked at.
    """

    source_requested = Signal(str)
    add_requested = Signal()
    manage_requested = Signal()

    def __init__(self, texts: Texts, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._shown = shown
        self._least_px = _LEAST_NAME_PX
        styled(self, "source")
        self.setProperty("kind", shown.kind.value)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        text = shown.text(texts)
        self.setText(self._cut(_NAME_PX))
        self.setToolTip(f"{text}\n{shown.tip(texts)}")
        self.setAccessibleName(texts("source.button", source=text))
        self.setAccessibleDescription(shown.tip(texts))
        self._menu = QMenu(texts("source.menu"), self)
        self._group = QActionGroup(self._menu)
        self.clicked.connect(self.open_menu)  # a menu of QToolButton's own would run a loop
        self.set_sources([])

    @property
    def sources(self) -> QMenu:
        """The menu, which may stand in another menu too."""
        return self._menu

    def open_menu(self) -> None:
        """Show the menu below the mark."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def keep_name(self, kept: bool) -> None:
        """Keep room for some of the name, or for the kind alone, in a row that is too narrow."""
        least = _LEAST_NAME_PX if kept else 0
        if least != self._least_px:
            self._least_px = least
            self.updateGeometry()

    def set_sources(self, profiles: Sequence[Profile]) -> None:
        """List these profiles beside the demo; the one that is shown is marked."""
        menu = self._menu
        menu.clear()
        self._group.deleteLater()
        self._group = group = QActionGroup(menu)
        listed = [(DEMO, Shown(Kind.DEMO))]
        listed += [(f"kis:{profile.name}", shown_as(profile)) for profile in profiles]
        if self._shown not in [shown for _, shown in listed]:
            listed.append(("", self._shown))  # an address of the command line
        for source, shown in listed:
            action = QAction(_plain(shown.text(self._texts)), menu)
            action.setCheckable(True)
            action.setChecked(shown == self._shown)
            action.setToolTip(shown.tip(self._texts))
            group.addAction(action)
            menu.addAction(action)
            if shown != self._shown:
                action.triggered.connect(
                    lambda _checked=False, source=source: self.source_requested.emit(source)
                )
        menu.addSeparator()
        for name, signal in (
            ("source.add", self.add_requested),
            ("source.manage", self.manage_requested),
        ):
            action = QAction(self._texts(name), menu)
            action.triggered.connect(lambda _checked=False, signal=signal: signal.emit())
            menu.addAction(action)
            action.setEnabled(name == "source.add" or bool(profiles))

    def _cut(self, pixels: int) -> str:
        """Return the text with so much of the name; its kind is never left out."""
        word, name = self._shown.word(self._texts), self._shown.name
        middle = Qt.TextElideMode.ElideMiddle
        short = self.fontMetrics().elidedText(name, middle, max(pixels, 0))
        return _joined(word, short if short.strip("….") else "")  # dots alone say nothing

    def _size(self, name_pixels: int) -> QSize:
        self.ensurePolished()  # else it is measured in another font
        metrics = self.fontMetrics()
        size = super().sizeHint()
        more = metrics.horizontalAdvance(self._cut(name_pixels))
        return QSize(size.width() + more - metrics.horizontalAdvance(self.text()), size.height())

    # Qt overrides ------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return self._size(_NAME_PX)

    def minimumSizeHint(self) -> QSize:
        return self._size(self._least_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        missing = self.sizeHint().width() - self.width()
        text = self._cut(_NAME_PX)
        if missing > _ROUNDED_PX:
            advance = self.fontMetrics().horizontalAdvance
            without = advance(_joined(self._shown.word(self._texts), "-")) - advance("-")
            text = self._cut(advance(text) - without - missing)
        if text != self.text():
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENERS:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = self.palette().buttonText().color()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._shown.kind is Kind.DEMO:
            self._hatch(painter, ink)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        tip = QPointF(self.width() - 10.5, self.height() / 2 + 1.8)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-3.2, -3.6), tip + QPointF(3.2, -3.6)]))
        painter.end()

    def _hatch(self, painter: QPainter, ink: QColor) -> None:
        """Shade what is invented: it is told apart in black and white too."""
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _RADIUS_PX, _RADIUS_PX)
        painter.setClipPath(shape)
        faint = QColor(ink)
        faint.setAlpha(_HATCH_ALPHA)
        painter.setPen(QPen(faint, 1.6))
        height = self.height()
        for x in range(-height, self.width(), _HATCH_PX):
            painter.drawLine(x, height, x + height, 0)


def _joined(word: str, name: str) -> str:
    return f"{word} · {name}" if name else word


def _plain(text: str) -> str:
    """Return a text whose & is no mark of a key."""
    return text.replace("&", "&&")
