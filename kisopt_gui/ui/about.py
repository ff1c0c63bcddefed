"""What the program says of itself, and a picture of it."""

import platform
from datetime import datetime
from pathlib import Path

import PySide6
from PySide6.QtCore import QSize, QStandardPaths, Qt, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox, QWidget

from kisopt_gui import __version__
from kisopt_gui.assets import resource
from kisopt_gui.ui.health.banner import Banner, Level
from kisopt_gui.ui.texts import Texts

_ICON_PX = 64


def show_about(window: QWidget, texts: Texts) -> QMessageBox:
    """Open the box with versions and licences; it does not block."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(texts("menu.about"))
    mark = QIcon(str(resource("icons", "kisopt.svg")))
    box.setIconPixmap(mark.pixmap(QSize(_ICON_PX, _ICON_PX)))
    box.setText(
        texts(
            "about.text",
            version=__version__,
            python=platform.python_version(),
            qt=qVersion(),
            pyside=PySide6.__version__,
        )
    )
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.open()
    return box


def save_picture(window: QWidget, texts: Texts, banner: Banner) -> Path:
    """Save a picture of the window with the user's pictures, and say where."""
    kind = QStandardPaths.StandardLocation.PicturesLocation
    folder = Path(QStandardPaths.writableLocation(kind) or Path.home())
    path = folder / f"kisopt-{datetime.now():%Y%m%d-%H%M%S}.png"
    if folder.is_dir() and window.grab().save(str(path)):
        banner.say("picture", texts("banner.saved", path=path), Level.INFO)
    else:
        banner.say("picture", texts("banner.unsaved", path=path))
    return path
