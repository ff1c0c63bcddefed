"""A dialog that asks something which takes a while to answer: prices go on while it stands."""

import asyncio
import re
import sys
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.errors import KisOptError
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.keys.secret_line import SecretLine
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

_MARGIN_PX = 22
_LABEL_PX = 92
_BREATH_PX = 6
"""What parts the buttons from what is said above them."""
_LONG_WORD = re.compile(r"(\S{28})(?=\S)")
"""A path or a name that would not be broken at the end of a line."""


class Asking(QDialog):
    """Heading, sentence, fields, a line for what is wrong, buttons.

    Args:
        texts: Texts in the user's language.
        tokens: Colours of the theme.
        title: Heading.
        text: A sentence below it, "" for none.
        width: Pixels.

    Attributes:
        problem: What is wrong, below the field that is, else over the buttons.
    """

    def __init__(
        self, texts: Texts, tokens: Tokens, title: str, text: str, width: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "question")
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self._texts = texts
        self._tokens = tokens
        self._width = width
        self._task: asyncio.Task[None] | None = None
        self._aside: asyncio.Task[None] | None = None
        self._rows: dict[QWidget, int] = {}
        self._wrong: QLineEdit | None = None
        heading = styled(QLabel(title, self), "heading")
        heading.setWordWrap(True)
        self.sentence = note(text, self)
        self.sentence.setVisible(bool(text))
        self.form = QGridLayout()
        self.form.setHorizontalSpacing(12)
        self.form.setVerticalSpacing(8)
        self.form.setColumnMinimumWidth(0, _LABEL_PX)
        self.form.setColumnStretch(1, 1)
        self.notes = QVBoxLayout()
        self.notes.setSpacing(4)
        self.problem = note("", self)
        styled(self.problem, "problem")
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 20, _MARGIN_PX, 20)
        column.setSpacing(10)
        for part in (heading, self.sentence, self.form, self.notes, self.problem, self.buttons):
            if part is self.buttons:
                column.addSpacing(_BREATH_PX)
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        self._column = column

    # what it is made of ----------------------------------------------------

    def add_row(self, label: str, *widgets: QWidget) -> list[QWidget]:
        """Add a field with its label, and room below for what is wrong with it.

        Returns:
            All of the row's widgets.
        """
        row = 2 * len(self._rows)
        self._rows[widgets[0]] = row
        name = styled(QLabel(label, self), "muted")
        self.form.addWidget(name, row, 0)
        if len(widgets) == 1:
            self.form.addWidget(widgets[0], row, 1)
        else:
            line = QHBoxLayout()
            line.setSpacing(4)
            for widget in widgets:
                line.addWidget(widget)
            self.form.addLayout(line, row, 1)
        name.setBuddy(widgets[0])
        return [name, *widgets]

    def add_button(self, text: str) -> QPushButton:
        """Add a button at the right end; Enter does not press it."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        self.buttons.addWidget(button)
        return button

    def fit(self) -> None:
        """Take the height that the sentences need at this width."""
        self._column.activate()
        height = self._column.totalHeightForWidth(self._width)
        self.setFixedHeight(height if height > 0 else self._column.totalSizeHint().height())

    # what it says ------------------------------------------------------------

    def say(self, sentence: str, at: QWidget | None = None, *, calm: bool = False) -> None:
        """Say what is wrong.

        Args:
            sentence: "" for nothing.
            at: The field that is, None if it is none of them.
            calm: Whether nothing is wrong: something was done.
        """
        self.form.removeWidget(self.problem)
        self._column.removeWidget(self.problem)
        if at in self._rows:
            self.form.addWidget(self.problem, self._rows[at] + 1, 1)
        else:
            self._column.insertWidget(self._column.count() - 2, self.problem)
        sentence = finished(sentence)
        dress(styled(self.problem, "muted" if calm else "problem"))
        self.problem.setText(breakable(sentence))
        self.problem.setVisible(bool(sentence))
        self._mark(at if sentence and isinstance(at, QLineEdit) else None, sentence)
        self.fit()

    def _mark(self, line: QLineEdit | None, sentence: str) -> None:
        for each in {self._wrong, line} - {None}:
            assert each is not None
            each.setAccessibleDescription(sentence if each is line else "")
            each.setProperty("wrong", each is line)
            dress(each)
        self._wrong = line

    @property
    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._task is not None and not self._task.done()

    def run(self, work: Coroutine[Any, Any, None], *, beside: bool = False) -> None:
        """Do something that takes a while; `settle` is told what went wrong, `freeze` the state.

        Args:
            work: What is done.
            beside: Whether the user goes on meanwhile.
        """

        async def done() -> None:
            self.freeze(busy=True)
            try:
                await work
            except asyncio.CancelledError:
                raise  # the dialog is closed
            except KisOptError as error:
                self.freeze(busy=False)
                self.settle(error)
            except BaseException:
                self.freeze(busy=False)
                raise
            else:
                self.freeze(busy=False)

        def ended(task: asyncio.Task[None]) -> None:
            # Cancelled before it began, it would complain that nobody awaited it.
            work.close()
            if not task.cancelled() and (error := task.exception()) is not None:
                sys.excepthook(type(error), error, error.__traceback__)  # a defect of ours

        task = asyncio.ensure_future(work if beside else done())
        task.add_done_callback(ended)
        if beside:
            self._aside = task
        else:
            self._task = task

    def freeze(self, *, busy: bool) -> None:
        """Let nothing be changed while an answer is waited for, or again. Subclasses add to it."""
        if busy:
            for line in self.findChildren(SecretLine):
                line.conceal()

    def settle(self, error: KisOptError) -> None:
        """Say what went wrong; what was typed stays."""
        self.say(error.sentence(self._texts.language))

    # Qt overrides ----------------------------------------------------------------

    def reject(self) -> None:
        self._stop()
        super().reject()

    def accept(self) -> None:
        self._stop()
        super().accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)

    def _stop(self) -> None:
        """Wait for nothing any more, and forget what was typed in secret."""
        for task in (self._task, self._aside):
            if task is not None and not task.done() and task is not _current():
                task.cancel()
        for line in self.findChildren(SecretLine):
            line.wipe()


def note(text: str, parent: QWidget) -> QLabel:
    """Return a calm sentence."""
    label = styled(QLabel(breakable(text), parent), "muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def finished(text: str) -> str:
    """Return a sentence with a capital and a full stop.

    An error's has neither in English, since it also stands behind the name of a program. An
    address is left as it is to be typed.
    """
    first, last = text.partition(" ")[0], text.rpartition(" ")[2]
    if first.isalpha() and first.islower():
        text = text[:1].upper() + text[1:]
    ends = text[-1:].isalnum() or text[-1:] in (")", '"')
    return f"{text}." if ends and "://" not in last else text


def breakable(text: str) -> str:
    """Return a sentence whose long words break at the end of a line, which Qt's do not."""
    return _LONG_WORD.sub("\\1\u200b", text)


def dress(widget: QWidget) -> None:
    """Have the style sheet look at a widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _current() -> "asyncio.Task[Any] | None":
    try:
        return asyncio.current_task()
    except RuntimeError:  # no loop runs
        return None
