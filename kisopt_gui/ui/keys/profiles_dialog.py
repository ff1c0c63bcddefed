"""The list of the user's app keys: use one, remove one, add another."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kisopt_gui.keys.profile import PAPER, REAL, Profile
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.keys.asking import Asking
from kisopt_gui.ui.keys.ports import Keys
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

WIDTH_PX = 560
_FACTS_PX = 230


class ProfilesDialog(Asking):
    """One line a profile. Removing asks once more, on the same button.

    Signals:
        use_requested: A profile's source is wanted, "kis:PROFILE".
        add_requested: Another key is to be added.
        changed: A profile was removed.
    """

    use_requested = Signal(str)
    add_requested = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget, texts: Texts, tokens: Tokens, keys: Keys) -> None:
        super().__init__(texts, tokens, texts("keys.manage.title"), "", WIDTH_PX, parent)
        self._keys = keys
        self._rows: list[QWidget] = []
        self.form.setColumnStretch(0, 1)
        self.form.setColumnStretch(1, 0)
        self.add = self.add_button(texts("keys.manage.add"))
        self.buttons.addStretch(1)
        self.close_button = self.add_button(texts("keys.manage.close"))
        self.close_button.setDefault(True)
        self.add.clicked.connect(self._add)
        self.close_button.clicked.connect(self.reject)
        self._list()

    @property
    def removers(self) -> list[QPushButton]:
        """The buttons that remove, one a profile."""
        return [each for each in self._rows if each.objectName() == "remove"]  # type: ignore[misc]

    @property
    def users(self) -> list[QPushButton]:
        """The buttons that use, one a profile."""
        return [each for each in self._rows if each.objectName() == "use"]  # type: ignore[misc]

    def freeze(self, *, busy: bool) -> None:
        for row in (*self._rows, self.add):
            row.setEnabled(not busy)

    def _list(self) -> None:
        for widget in self._rows:
            self.form.removeWidget(widget)
            widget.setParent(None)
            widget.deleteLater()
        self._rows = []
        profiles = self._keys.profiles()
        if not profiles:
            empty = styled(QLabel(self._texts("keys.manage.none"), self), "muted")
            self.form.addWidget(empty, 0, 0)
            self._rows.append(empty)
        for row, profile in enumerate(profiles):
            self._add_line(row, profile)
        self.fit()

    def _add_line(self, row: int, profile: Profile) -> None:
        texts = self._texts
        name = QLabel(profile.name, self)
        told = self._facts(profile)
        facts = styled(QLabel(self), "muted")
        middle = Qt.TextElideMode.ElideMiddle
        facts.setText(self.fontMetrics().elidedText(told, middle, _FACTS_PX))
        facts.setToolTip(told)
        use, remove = (
            QPushButton(texts(f"keys.manage.{what}"), self) for what in ("use", "remove")
        )
        for button, what in ((use, "use"), (remove, "remove")):
            button.setObjectName(what)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{button.text()}: {profile.name}")
        use.clicked.connect(lambda: self._use(profile))
        remove.clicked.connect(lambda: self._remove(profile, remove))
        for column, widget in enumerate((name, facts, use, remove)):
            self.form.addWidget(widget, row, column)
            self._rows.append(widget)

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

    def _remove(self, profile: Profile, button: QPushButton) -> None:
        sure = self._texts("keys.manage.sure")
        if button.text() != sure:
            button.setText(sure)
            button.setAccessibleName(f"{sure}: {profile.name}")
            return
        self.run(self._forget(profile))

    async def _forget(self, profile: Profile) -> None:
        await self._keys.forget(profile)
        self.changed.emit()
        self._list()
        self.say(self._texts("keys.manage.removed", what=profile.name))

    def _add(self) -> None:
        self.add_requested.emit()
        self.accept()
