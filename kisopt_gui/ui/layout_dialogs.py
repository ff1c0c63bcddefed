"""What is asked about layouts: a name, a file, whether to delete. Nothing here waits.

Each is opened at once and answers by a signal, so that prices go on while it
stands (docs/decisions: no dialog runs a loop of its own).
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.layouts.layout import NAME_LENGTH, file_name
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.texts import Texts

WIDTH_PX = 380
_MARGIN_PX = 20


class _Question(QDialog):
    """A heading, a sentence, room for more, and two buttons."""

    def __init__(self, texts: Texts, title: str, text: str, ok: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH_PX)
        styled(self, "question")
        heading = styled(QLabel(title, self), "heading")
        heading.setWordWrap(True)
        sentence = styled(QLabel(text, self), "muted")
        sentence.setWordWrap(True)
        sentence.setVisible(bool(text))
        self.ok = QPushButton(ok, self)
        self.cancel = QPushButton(texts("layouts.cancel"), self)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 18, _MARGIN_PX, 18)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addLayout(self.body)
        column.addSpacing(8)
        column.addWidget(buttons)
        self._column = column

    def fit(self) -> None:
        """Take the height that the sentences need at this width; Qt's own guess is too high."""
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(WIDTH_PX))


class NameDialog(_Question):
    """Asks for the name of a layout and stays until the name is good.

    Signals:
        name_entered: The user confirmed a name; answer with `accept` or `refuse`.
    """

    name_entered = Signal(str)

    def __init__(self, texts: Texts, title: str, text: str, name: str, parent: QWidget) -> None:
        super().__init__(texts, title, text, texts("layouts.ok_save"), parent)
        self.name = QLineEdit(name, self)
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setPlaceholderText(texts("layouts.name_tip"))
        self.name.setAccessibleName(texts("layouts.name"))
        self.name.selectAll()
        self.error = styled(QLabel(self), "warning")
        self.error.setWordWrap(True)
        self.error.hide()
        self.body.addWidget(self.name)
        self.body.addWidget(self.error)
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._enter)
        self.name.textChanged.connect(self._change)
        self._change()

    def refuse(self, sentence: str) -> None:
        """Say under the name why it cannot be used."""
        self.error.setText(sentence)
        self.error.show()
        self.name.setAccessibleDescription(sentence)
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def _change(self) -> None:
        self.error.hide()
        self.fit()
        self.ok.setEnabled(bool(self.name.text().strip()))

    def _enter(self) -> None:
        self.name_entered.emit(self.name.text())


class DeleteDialog(_Question):
    """Asks whether a layout is really to go; Enter keeps it.

    Signals:
        confirmed: It is to go.
    """

    confirmed = Signal()

    def __init__(self, texts: Texts, name: str, parent: QWidget) -> None:
        question = texts("layouts.delete_question", layout=name)
        super().__init__(
            texts, question, texts("layouts.delete_text"), texts("layouts.ok_delete"), parent
        )
        self.setWindowTitle(texts("layouts.delete_title"))
        self.cancel.setDefault(True)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ok.setAutoDefault(False)
        self.ok.clicked.connect(self._confirm)
        self.fit()

    def _confirm(self) -> None:
        self.confirmed.emit()
        self.accept()


def ask_new_name(texts: Texts, parent: QWidget, name: str = "") -> NameDialog:
    """Open the question for the name of a new layout."""
    return _opened(
        NameDialog(texts, texts("layouts.new_title"), texts("layouts.new_text"), name, parent)
    )


def ask_other_name(texts: Texts, parent: QWidget, name: str) -> NameDialog:
    """Open the question under which other name to save; ``name`` is the proposal."""
    return _opened(
        NameDialog(texts, texts("layouts.save_as_title"), texts("layouts.new_text"), name, parent)
    )


def ask_delete(texts: Texts, parent: QWidget, name: str) -> DeleteDialog:
    """Open the question whether to delete a layout."""
    dialog = DeleteDialog(texts, name, parent)
    dialog.open()
    return dialog


def choose_import(texts: Texts, parent: QWidget, folder: Path) -> QFileDialog:
    """Open the choice of a file to import; ``fileSelected`` has its path."""
    dialog = _file_dialog(texts, parent, texts("layouts.import_title"), folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()
    return dialog


def choose_export(texts: Texts, parent: QWidget, folder: Path, name: str) -> QFileDialog:
    """Open the choice of a file to export a layout to; ``fileSelected`` has its path."""
    dialog = _file_dialog(texts, parent, texts("layouts.export_title"), folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("json")
    dialog.selectFile(file_name(name))
    dialog.open()
    return dialog


def _opened(dialog: NameDialog) -> NameDialog:
    dialog.open()
    dialog.name.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def _file_dialog(texts: Texts, parent: QWidget, title: str, folder: Path) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilter(texts("layouts.files"))
    if QGuiApplication.platformName() == "offscreen":
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    return dialog
