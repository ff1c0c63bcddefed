"""The dialog that opens an encrypted file with its passphrase."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Profile
from kisopt_gui.ui.keys.asking import Asking
from kisopt_gui.ui.keys.elided import Elided
from kisopt_gui.ui.keys.ports import Keys
from kisopt_gui.ui.keys.secret_line import SecretLine
from kisopt_gui.ui.keys.source_button import shown_as
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

WIDTH_PX = 440


class UnlockDialog(Asking):
    """Asks for a passphrase and stays until it opens the file.

    Signals:
        entered: It is open; the profile's source, "kis:PROFILE".
        demo: The demo will do.
    """

    entered = Signal(str)
    demo = Signal()

    def __init__(
        self, parent: QWidget, texts: Texts, tokens: Tokens, keys: Keys, profile: Profile
    ) -> None:
        title = texts("keys.unlock.title")
        super().__init__(texts, tokens, title, texts("keys.unlock.text"), WIDTH_PX, parent)
        self._keys = keys
        self._profile = profile
        self.passphrase = SecretLine(texts, tokens, texts("keys.passphrase"), self)
        self.add_row(texts("keys.name"), Elided(shown_as(profile).text(texts), self))
        self.add_row(texts("keys.passphrase"), self.passphrase, self.passphrase.eye)
        self.stay = self.add_button(texts("keys.demo"))
        self.buttons.addStretch(1)
        self.cancel = self.add_button(texts("keys.cancel"))
        self.ok = self.add_button(texts("keys.unlock.ok"))
        self.ok.setDefault(True)
        self.stay.clicked.connect(self._stay)
        self.cancel.clicked.connect(self.reject)
        self.ok.clicked.connect(self._enter)
        self.passphrase.textChanged.connect(self._change)
        self._change()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def freeze(self, *, busy: bool) -> None:
        super().freeze(busy=busy)
        if busy:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        for widget in (self.passphrase, self.passphrase.eye, self.stay, self.ok):
            widget.setEnabled(not busy)
        self.ok.setText(self._texts("keys.unlock.opening" if busy else "keys.unlock.ok"))

    def settle(self, error: KisOptError) -> None:
        self.say(error.sentence(self._texts.language), self.passphrase)
        self.passphrase.selectAll()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        self.ok.setEnabled(bool(self.passphrase.text()))
        self.say("")

    def _enter(self) -> None:
        if self.passphrase.isEnabled() and self.passphrase.text():
            self.run(self._open(self.passphrase.text()))

    async def _open(self, passphrase: str) -> None:
        await self._keys.unlock(self._profile, passphrase)
        self.entered.emit(f"kis:{self._profile.name}")
        self.accept()

    def _stay(self) -> None:
        self.demo.emit()
        self.accept()
