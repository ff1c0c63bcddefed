"""The few controls that every panel is made of. The style sheet dresses them by their role."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from kisopt_gui.assets import resource

ICON_PX = 16
HEAD_PX = 38
MARGIN_PX = 14

_W = TypeVar("_W", bound=QWidget)


def icon(name: str, color: str) -> QIcon:
    """Draw one of resources/icons in a colour, for screens of one and two pixels a point."""
    svg = resource("icons", f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(svg.replace("#000", color).encode()))
    made = QIcon()
    for scale in (1, 2):
        image = QImage(ICON_PX * scale, ICON_PX * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(image.rect()))
        painter.end()
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(scale)
        made.addPixmap(pixmap)
    return made


def styled(widget: _W, role: str) -> _W:
    """Give a widget the role that the style sheet selects on, and return it."""
    widget.setProperty("role", role)
    return widget


class TextButton(QToolButton):
    """A flat button of words, an icon, or both."""

    def __init__(
        self, text: str = "", picture: QIcon | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if picture is not None:
            self.setIcon(picture)
            self.setIconSize(QSize(ICON_PX, ICON_PX))
        style = Qt.ToolButtonStyle
        if picture is None:
            self.setToolButtonStyle(style.ToolButtonTextOnly)
        else:
            self.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly
            )
        styled(self, "text-button")


class Chip(QToolButton):
    """A small rounded switch."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        styled(self, "chip")


class Segments(QWidget):
    """A row of choices of which one holds.

    Signals:
        chosen: The user chose another one; its name.
    """

    chosen = Signal(str)

    def __init__(
        self, items: Sequence[tuple[str, str]], current: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "segments")
        self._current = current
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for name, text in items:
            button = styled(QToolButton(self), "segment")
            button.setText(text)
            button.setCheckable(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            row.addWidget(button)
            self._buttons[name] = button
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.set_current(current)

    @property
    def current(self) -> str:
        """Name of the choice that holds."""
        return self._current

    def set_current(self, name: str) -> None:
        """Let another choice hold, silently; an unknown name changes nothing."""
        if name in self._buttons:
            self._current = name
        for at, button in self._buttons.items():
            button.setChecked(at == self._current)
        self.setAccessibleName(self._buttons[self._current].text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        names = list(self._buttons)
        self._choose(names[(names.index(self._current) + step) % len(names)])

    def _choose(self, name: str) -> None:
        changed = name != self._current
        self.set_current(name)
        if changed:
            self.chosen.emit(name)


class PanelHead(QWidget):
    """The head row of a panel: its title, choices beside it, tools at the right.

    Attributes:
        title: The title's label; it may hold rich text.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEAD_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "panel-head")
        self.title = styled(QLabel(title, self), "title")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        self._row.setSpacing(16)
        self._row.addWidget(self.title)
        self._row.addStretch(1)
        self._lefts = 1

    def add_left(self, widget: QWidget) -> None:
        """Put a widget behind the title and what was put there before."""
        self._row.insertWidget(self._lefts, widget)
        self._lefts += 1

    def add_right(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._row.addWidget(widget)
