"""The screens of now, as layouts remember them."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QScreen

from kisopt_gui.layouts.arrangement import Area, Screen, Window

_LIMIT = 99_999


def screens() -> list[Screen]:
    """Return the screens, the main one first."""
    found = []
    for screen in _main_first():
        box = screen.geometry()
        found.append(Screen(screen.name(), box.x(), box.y(), box.width(), box.height()))
    return found


def areas() -> list[Area]:
    """Return what of each screen is free for windows, the main one's first."""
    boxes = [screen.availableGeometry() for screen in _main_first()]
    return [Area(box.x(), box.y(), box.width(), box.height()) for box in boxes]


def window(box: QRect, *, maximised: bool = False) -> Window:
    """Return a window's place within what can be kept; a minimised one may be anywhere."""
    x, y = (min(max(each, -_LIMIT), _LIMIT) for each in (box.x(), box.y()))
    width, height = (min(max(each, 1), _LIMIT) for each in (box.width(), box.height()))
    return Window(x, y, width, height, maximised)


def _main_first() -> list[QScreen]:
    main = QGuiApplication.primaryScreen()
    return sorted(QGuiApplication.screens(), key=lambda screen: screen is not main)
