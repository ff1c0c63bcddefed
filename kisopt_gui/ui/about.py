"""What the program says of itself, and a picture of it."""

import platform
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import PySide6
from PySide6.QtCore import QSize, QStandardPaths, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui import __version__
from kisopt_gui.assets import ResourceError, resource
from kisopt_gui.licences import Component, components
from kisopt_gui.ui.controls import MARGIN_PX, Segments, TextButton, icon, styled
from kisopt_gui.ui.health.banner import Banner, Level
from kisopt_gui.ui.licence_page import LicencePage
from kisopt_gui.ui.texts import Texts

SIZE = QSize(800, 560)
_ICON_PX = 56
_PAGES = ("versions", "licences")


class AboutDialog(QDialog):
    """Name, versions and licences; nothing waits for it.

    Attributes:
        pages: Which page is shown: "versions", "licences".
        copy: Puts the versions on the clipboard, for a report.
        licences: The page of licences.
    """

    def __init__(
        self, texts: Texts, made_of: Sequence[Component], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self.facts = facts(texts, made_of)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(texts("menu.about"))
        styled(self, "about")
        self.resize(SIZE)
        self.setMinimumSize(620, 420)
        items = [(name, texts(f"about.{name}")) for name in _PAGES]
        self.pages = Segments(items, "versions", self)
        self.pages.chosen.connect(self.show_page)
        self.licences = LicencePage(made_of, texts, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._versions())
        self._stack.addWidget(self.licences)
        muted = QGuiApplication.palette().placeholderText().color().name()
        self.copy = TextButton(texts("about.copy"), icon("copy", muted), self)
        self.copy.clicked.connect(self._copy)
        self.close_button = QPushButton(texts("about.close"), self)
        self.close_button.clicked.connect(self.accept)
        # Enter in the search must not close the box.
        self.close_button.setAutoDefault(False)
        self._arrange()
        QShortcut(QKeySequence.StandardKey.Find, self, self._search)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, name: str) -> None:
        """Turn to "versions" or "licences"."""
        self.pages.set_current(name)
        self._stack.setCurrentIndex(_PAGES.index(name))
        if name == "licences":
            self.licences.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _search(self) -> None:
        self.show_page("licences")
        self.licences.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _copy(self) -> None:
        lines = [f"{name}: {value}" for name, value in self.facts]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copy.setText(self._texts("about.copied"))

    def _arrange(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 10)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(_line(self))
        column.addWidget(self._stack, 1)
        column.addWidget(_line(self))
        column.addLayout(foot)

    def _head(self) -> QHBoxLayout:
        """Return the row with icon, name, what it is, and the choice of page."""
        picture = QLabel(self)
        mark = QIcon(str(resource("icons", "kisopt.svg")))
        size = QSize(_ICON_PX, _ICON_PX)
        picture.setPixmap(mark.pixmap(size, self.devicePixelRatioF()))
        badge = styled(QLabel(self._texts("about.read_only"), self), "badge")
        name = QHBoxLayout()
        name.setSpacing(8)
        name.addWidget(styled(QLabel("kisopt", self), "program"))
        name.addWidget(styled(QLabel(__version__, self), "program-version"))
        name.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        name.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addLayout(name)
        words.addWidget(styled(QLabel(self._texts("about.what"), self), "what"))
        words.addStretch(1)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN_PX + 6, 16, MARGIN_PX, 14)
        row.setSpacing(16)
        row.addWidget(picture)
        row.addLayout(words, 1)
        row.addWidget(self.pages, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _versions(self) -> QWidget:
        page = QWidget(self)
        grid = QGridLayout(page)
        grid.setContentsMargins(MARGIN_PX + 6, 16, MARGIN_PX, 16)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(11)
        # Our own version stands in the head.
        for row, (name, value) in enumerate(self.facts[1:]):
            shown = styled(QLabel(value, page), "fact")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{name} {value}")
            grid.addWidget(styled(QLabel(name, page), "fact-name"), row, 0)
            grid.addWidget(shown, row, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(self.facts), 1)
        return page


def facts(texts: Texts, made_of: Sequence[Component]) -> list[tuple[str, str]]:
    """Return the versions that a report of a fault should state.

    A bundle has no metadata of its distributions; its list of components has the versions.
    """
    known = {each.name.lower(): each.version for each in made_of}

    def version(name: str) -> str:
        module = sys.modules.get(name)
        return known.get(name) or str(getattr(module, "__version__", "-"))

    return [
        ("kisopt", __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", PySide6.__version__),
        ("pyqtgraph", version("pyqtgraph")),
        ("NumPy", version("numpy")),
        ("websockets", version("websockets")),
        (texts("about.system"), platform.platform()),
        (texts("about.screen"), QGuiApplication.platformName()),
    ]


def show_about(window: QWidget, texts: Texts) -> AboutDialog:
    """Open the box with versions and licences; it does not block."""
    try:
        made_of = components()
    except ResourceError as error:
        made_of = [Component("kisopt", __version__, "MIT", "", error.sentence(texts.language))]
    dialog = AboutDialog(texts, made_of, window)
    dialog.open()
    return dialog


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


def _line(parent: QWidget) -> QFrame:
    line = styled(QFrame(parent), "hairline")
    line.setFixedHeight(1)
    return line
