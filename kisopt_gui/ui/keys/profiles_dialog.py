"""The list of the user's app keys: use one, remove one, add another."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import PAPER, REAL, Profile
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.keys.asking import Asking, dress
from kisopt_gui.ui.keys.elided import Elided
from kisopt_gui.ui.keys.ports import Keys
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

WIDTH_PX = 560
_MOST_PX = 384
"""Height of the list; eight profiles. Further ones are scrolled to."""
_PADDING_PX = 32


class _Line(QWidget):
    """One profile: its name, what it is below it, and what can be done with it."""

    def __init__(self, profile: Profile, facts: str, texts: Texts, *, shown: bool) -> None:
        super().__init__()
        self.profile = profile
        self._texts = texts
        self._shown = shown
        self.use = QPushButton(texts("keys.manage.shown" if shown else "keys.manage.use"), self)
        self.use.setEnabled(not shown)
        self.remove = QPushButton(self)
        self.ask_once_more(sure=False)
        for button in (self.use, self.remove):
            button.setAutoDefault(False)
        self.use.setAccessibleName(f"{self.use.text()}: {profile.name}")
        name = styled(Elided(profile.name, self), "profile")
        below = styled(Elided(facts, self), "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 5, 0, 5)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        # The columns have the width of the longer words, so that nothing moves under the mouse.
        longer = ("keys.manage.shown", "keys.manage.sure")
        for column, text in enumerate(longer, start=1):
            width = self.fontMetrics().horizontalAdvance(texts(text)) + _PADDING_PX
            grid.setColumnMinimumWidth(column, width)
        grid.addWidget(name, 0, 0)
        grid.addWidget(below, 1, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.use, 0, 1, 2, 1, middle)
        grid.addWidget(self.remove, 0, 2, 2, 1, middle)

    def ask_once_more(self, *, sure: bool) -> None:
        """Let the button that removes say that it does so now, or that it asks first."""
        word = self._texts("keys.manage.sure" if sure else "keys.manage.remove")
        self.remove.setText(word)
        self.remove.setAccessibleName(f"{word}: {self.profile.name}")
        self.remove.setProperty("sure", sure)
        dress(self.remove)

    def freeze(self, *, busy: bool) -> None:
        """Let nothing be done with it meanwhile, or again."""
        self.use.setEnabled(not busy and not self._shown)
        self.remove.setEnabled(not busy)


class ProfilesDialog(Asking):
    """One line a profile. Removing asks once more, on the same button.

    Args:
        parent: The window.
        texts: Texts in the user's language.
        tokens: Colours of the theme.
        keys: What lists and forgets.
        shown: The source that the window shows, "kis:PROFILE" if it is one of them.

    Signals:
        use_requested: A profile's source is wanted, "kis:PROFILE".
        add_requested: Another key is to be added.
        changed: A profile was removed.
    """

    use_requested = Signal(str)
    add_requested = Signal()
    changed = Signal()

    def __init__(
        self, parent: QWidget, texts: Texts, tokens: Tokens, keys: Keys, shown: str = ""
    ) -> None:
        super().__init__(texts, tokens, texts("keys.manage.title"), "", WIDTH_PX, parent)
        self._keys = keys
        self._shown = shown
        self._lines: list[_Line] = []
        self._sure: _Line | None = None
        self._list = QScrollArea(self)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setWidgetResizable(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.form.addWidget(self._list, 0, 0, 1, 2)
        self.add = self.add_button(texts("keys.manage.add"))
        self.buttons.addStretch(1)
        self.close_button = self.add_button(texts("keys.manage.close"))
        self.close_button.setDefault(True)
        self.add.clicked.connect(self._add)
        self.close_button.clicked.connect(self.reject)
        self._fill()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def removers(self) -> list[QPushButton]:
        """The buttons that remove, one a profile."""
        return [line.remove for line in self._lines]

    @property
    def users(self) -> list[QPushButton]:
        """The buttons that use, one a profile."""
        return [line.use for line in self._lines]

    def freeze(self, *, busy: bool) -> None:
        for line in self._lines:
            line.freeze(busy=busy)
        self.add.setEnabled(not busy)

    def settle(self, error: KisOptError) -> None:
        self._ask_about(None)
        super().settle(error)

    def _fill(self) -> None:
        texts = self._texts
        inner = styled(QWidget(), "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._sure = None
        self._lines = []
        for profile in self._keys.profiles():
            shown = f"kis:{profile.name}" == self._shown
            line = _Line(profile, self._facts(profile), texts, shown=shown)
            line.use.clicked.connect(lambda _=False, line=line: self._use(line.profile))
            line.remove.clicked.connect(lambda _=False, line=line: self._remove(line))
            column.addWidget(line)
            self._lines.append(line)
        if not self._lines:
            column.addWidget(styled(QLabel(texts("keys.manage.none"), inner), "muted"))
        order = [each for line in self._lines for each in (line.use, line.remove)]
        self._list.setWidget(inner)
        for before, after in pairwise([*order, self.add, self.close_button]):
            self.setTabOrder(before, after)
        inner.ensurePolished()
        self._list.setFixedHeight(min(inner.sizeHint().height(), _MOST_PX))
        self.fit()

    def _facts(self, profile: Profile) -> str:
        texts = self._texts
        server = profile.server
        if server in (REAL, PAPER):
            server = texts(f"keys.server.{server}")
        return texts(
            "keys.manage.line",
            server=server,
            custtype=texts(f"keys.custtype.{profile.custtype}"),
            place=texts(f"keys.place.{profile.place.value}"),
        )

    def _use(self, profile: Profile) -> None:
        self.use_requested.emit(f"kis:{profile.name}")
        self.accept()

    def _remove(self, line: _Line) -> None:
        if self._sure is line:
            self.run(self._forget(line.profile))
            return
        self._ask_about(line)
        self.say(self._texts("keys.manage.warning", what=line.profile.name))

    def _ask_about(self, line: _Line | None) -> None:
        """Ask once more about one profile, and no more about another."""
        for each in self._lines:
            each.ask_once_more(sure=each is line)
        self._sure = line

    async def _forget(self, profile: Profile) -> None:
        await self._keys.forget(profile)
        self.changed.emit()
        self._fill()
        self.say(self._texts("keys.manage.removed", what=profile.name), calm=True)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> None:
        self.add_requested.emit()
        self.accept()
