"""The dialog that says what went wrong, and gives the report of it."""

from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QDesktopServices,
    QGuiApplication,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.keys.environment import no_keys
from kisopt_gui.ui.controls import TextButton, styled
from kisopt_gui.ui.texts import Texts

WIDTH_PX = 560
BOX_PX = 280
_MARGIN_PX = 20


class Outcome(Enum):
    """What became of the program; the value names its texts."""

    ENDED = "ended"
    SURVIVED = "survived"
    UNSTARTED = "unstarted"


class ReportDialog(QDialog):
    """What happened, what to do, and the report to copy. Open it with `open`.

    Args:
        texts: The language.
        outcome: What became of the program.
        report: The text of the report, without secrets.
        folder: Where the log is.
        sentence: What to do, in place of the usual sentence.
        saved: Where the report was written, "" if nowhere.
        parent: The window, None when there is none any more.

    Signals:
        restart_requested: The program is to be started again.

    Attributes:
        copy: Copies the report.
        folder: Opens the folder of the log.
        restart: Starts the program again; hidden unless it has ended.
        close_button: Closes the dialog.
        details: Unfolds the report.
        box: The report.
    """

    restart_requested = Signal()

    def __init__(
        self,
        texts: Texts,
        outcome: Outcome,
        report: str,
        folder: Path,
        *,
        sentence: str = "",
        saved: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._folder = folder
        ended = outcome is Outcome.ENDED
        title = texts(f"report.{outcome.value}.title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, parent is not None)
        self.setWindowTitle(title if title.startswith("kisopt") else f"kisopt - {title}")
        styled(self, "question")
        heading = styled(QLabel(title, self), "heading")
        text = QLabel(sentence or texts(f"report.{outcome.value}.text"), self)
        notes = [texts("report.private")]
        if saved:
            notes.append(texts("report.saved", path=saved))
        note = styled(QLabel("\n".join(notes), self), "muted")
        for label in (heading, text, note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (text, note):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = styled(TextButton(texts("report.details"), parent=self), "details")
        self.details.setCheckable(True)
        self.details.setArrowType(Qt.ArrowType.RightArrow)
        self.details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details.toggled.connect(self._unfold)
        self.box = self._make_box(report)
        self.copy = QPushButton(texts("report.copy"), self)
        self.folder = QPushButton(texts("report.folder"), self)
        self.restart = QPushButton(texts("report.restart"), self)
        self.close_button = QPushButton(texts("report.close"), self)
        self.copy.clicked.connect(self._copy)
        self.folder.clicked.connect(self._open_folder)
        self.restart.clicked.connect(self._restart)
        self.close_button.clicked.connect(self.reject)
        self.restart.setVisible(ended)
        first = self.restart if ended else self.copy
        first.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addWidget(self.folder)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.restart)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 18, _MARGIN_PX, 18)
        column.setSpacing(8)
        for widget in (heading, text, note):
            column.addWidget(widget)
        column.addWidget(self.details, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.box, 1)
        column.addSpacing(6)
        column.addLayout(row)
        self._column = column
        self._unfold(False)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_box(self, report: str) -> QPlainTextEdit:
        box = QPlainTextEdit(report, self)
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        box.setAccessibleName(self._texts("report.box"))
        return styled(box, "report")

    def _unfold(self, shown: bool) -> None:
        """Show or hide the report, and take the height that is needed for it."""
        self.box.setVisible(shown)
        arrow = Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow
        self.details.setArrowType(arrow)
        self.box.setFixedHeight(BOX_PX)
        self._column.activate()
        self.setFixedSize(WIDTH_PX, self._column.totalHeightForWidth(WIDTH_PX))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.box.toPlainText())
        said = self._texts("report.copied")
        self.copy.setText(said)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def _open_folder(self) -> None:
        with no_keys():  # the file manager outlives us
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _restart(self) -> None:
        self.restart_requested.emit()
        self.accept()
