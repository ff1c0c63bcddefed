"""The strip of layout tabs itself, and the field in which a tab's name is edited."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QTabBar, QWidget

from kisopt_gui.layouts.layout import NAME_LENGTH
from kisopt_gui.ui.controls import styled

TAB_PX = 220
"""Width of a tab at most; a longer name is shortened."""


class LayoutStrip(QTabBar):
    """The tabs alone; they are switched by click, arrow or key, never by the wheel.

    Signals:
        menu_requested: A tab's menu was asked for; its index, and a place on the screen.
        edit_requested: A tab's name is to be edited; its index.
        dropped: A tab was dragged and let go; its index now.
        pressed: A mouse button went down, and has changed nothing yet.
    """

    menu_requested = Signal(int, QPoint)
    edit_requested = Signal(int)
    dropped = Signal(int)
    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._dragged = False
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.tabMoved.connect(self._drag)

    def tabSizeHint(self, index: int) -> QSize:
        return super().tabSizeHint(index).boundedTo(QSize(TAB_PX, 999))

    def minimumTabSizeHint(self, index: int) -> QSize:
        # What does not fit is scrolled to, not squeezed.
        return self.tabSizeHint(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._dragged:
            self._dragged = False
            self.dropped.emit(self.currentIndex())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if index >= 0:
            self.edit_requested.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.tabAt(event.pos()) if by_mouse else self.currentIndex()
        if index >= 0:
            place = event.pos() if by_mouse else self.tabRect(index).bottomLeft()
            self.menu_requested.emit(index, self.mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.edit_requested.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A whole desk must not change because the mouse stood here.
        event.ignore()

    def _drag(self) -> None:
        self._dragged = True


class NameEdit(QLineEdit):
    """A name being edited on its tab.

    Signals:
        entered: It was confirmed.
        left: The keyboard went elsewhere.
        cancelled: Escape was pressed.
    """

    entered = Signal()
    left = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        styled(self, "tab-edit")
        self.setMaxLength(NAME_LENGTH)
        self.returnPressed.connect(self.entered)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        stays = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in stays:
            self.left.emit()
