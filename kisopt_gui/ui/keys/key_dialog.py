"""The dialog that takes an app key: at the first start, and for every further one."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.errors import (
    AppKeyError,
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
    PassphraseError,
    ProfileError,
    ProfileNameError,
    ShortPassphraseError,
    SwappedKeyError,
    VariablesError,
)
from kisopt_gui.keys.profile import NAME_LENGTH, PAPER, REAL, Credentials, Place, Profile
from kisopt_gui.keys.vault import PASSPHRASE_LENGTH, KeyringState
from kisopt_gui.ui.controls import Segments, styled
from kisopt_gui.ui.keys.asking import Asking, breakable, dress, finished, note
from kisopt_gui.ui.keys.ports import Keys
from kisopt_gui.ui.keys.secret_line import SecretLine
from kisopt_gui.ui.texts import Texts
from kisopt_gui.ui.theme import Tokens

WIDTH_PX = 520
_OTHER = "other"

_AFTER: set[asyncio.Task[None]] = set()
"""What goes on when its dialog is gone; a loop alone would not keep it from the collector."""


class KeyDialog(Asking):
    """Asks for profile, server, app key and secret, has them checked, and keeps them.

    Args:
        parent: The window.
        texts: Texts in the user's language.
        tokens: Colours of the theme.
        keys: What checks and keeps.
        profile: The one whose key is missing, None for a new one.

    Signals:
        entered: A key is kept; its source, "kis:PROFILE".
        demo: The demo will do.
    """

    entered = Signal(str)
    demo = Signal()

    def __init__(
        self,
        parent: QWidget,
        texts: Texts,
        tokens: Tokens,
        keys: Keys,
        profile: Profile | None = None,
    ) -> None:
        super().__init__(texts, tokens, texts("keys.title"), texts("keys.intro"), WIDTH_PX, parent)
        self._keys = keys
        self._keyring: KeyringState | None = None
        self._given = profile
        self._known = {each.identity: each for each in keys.profiles()}
        name = "" if self._known else texts("keys.name.default")
        first = profile or Profile(texts("keys.name.default"))
        listed = first.server in (REAL, PAPER)
        self.name = QLineEdit(name if profile is None else profile.name, self)
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setAccessibleName(texts("keys.name"))
        servers = (REAL, PAPER, _OTHER)
        self.server = self._segments("keys.server", servers, first.server if listed else _OTHER)
        self.address = QLineEdit("" if listed else first.server, self)
        self.address.setPlaceholderText("ws://HOST:PORT,https://HOST:PORT")
        self.address.setAccessibleName(texts("keys.address"))
        self.custtype = self._segments("keys.custtype", ("P", "B"), first.custtype)
        places = [place.value for place in (Place.KEYRING, Place.FILE, Place.ENVIRONMENT)]
        self.place = self._segments("keys.place", places, first.place.value)
        self.place_note = note("", self)
        self.place_note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.app_key, self.app_secret = (
            SecretLine(texts, tokens, texts(name), self, counted=True)
            for name in ("keys.app_key", "keys.app_secret")
        )
        self.passphrase, self.again = (
            SecretLine(texts, tokens, texts(name), self)
            for name in ("keys.passphrase", "keys.again")
        )
        self.passphrase.setPlaceholderText(texts("keys.passphrase.least", count=PASSPHRASE_LENGTH))
        self._build()
        self._show_fields()
        self.run(self._look_for_keyring(), beside=True)

    def profile(self) -> Profile:
        """Return the profile as it is filled in.

        Raises:
            ProfileError: It cannot be called so, or there is no such server.
        """
        server = self.server.current
        return Profile(
            self.name.text(),
            self.address.text() if server == _OTHER else server,
            "B" if self.custtype.current == "B" else "P",
            Place(self.place.current),
        )

    def freeze(self, *, busy: bool) -> None:
        super().freeze(busy=busy)
        if busy:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        for widget in self._frozen:
            widget.setEnabled(not busy)
        self.ok.setText(self._texts("keys.checking" if busy else "keys.ok"))
        self._change_ok()

    def say(self, sentence: str, at: QWidget | None = None, *, calm: bool = False) -> None:
        # What is wrong with the place names it as its note does: one of them is enough.
        for widget in self._tip:
            widget.setVisible(not (sentence and at is self.place))
        super().say(sentence, at, calm=calm)

    def settle(self, error: KisOptError) -> None:
        field = self._field_of(error)
        self.say(error.sentence(self._texts.language), field)
        (field or self.ok).setFocus(Qt.FocusReason.OtherFocusReason)

    def _field_of(self, error: KisOptError) -> QWidget | None:
        """Return where the user mends it, None if the reason is elsewhere."""
        if isinstance(error, ProfileNameError):
            return self.name
        if isinstance(error, ProfileError):
            return self.address
        if isinstance(error, PassphraseError):
            return self.passphrase
        if isinstance(error, AppKeyError) and self.app_key.isVisible():
            alone = Credentials(self.app_key.text(), "-").problem()
            of_both = isinstance(error, SwappedKeyError)
            return self.app_key if alone is not None or of_both else self.app_secret
        of_place = (VariablesError, KeyringMissingError, KeyringLockedError, KeyringFailedError)
        return self.place if isinstance(error, (AppKeyError, *of_place)) else None

    # ----------------------------------------------------------------------

    def _segments(self, name: str, items: Sequence[str], current: str) -> Segments:
        made = Segments([(each, self._texts(f"{name}.{each}")) for each in items], current, self)
        made.setAccessibleDescription(self._texts(name))
        made.chosen.connect(self._change)
        return made

    def _build(self) -> None:
        texts = self._texts
        self.add_row(texts("keys.name"), self.name)
        self.add_row(texts("keys.server"), self.server)
        self._other = self.add_row(texts("keys.address"), self.address)
        self.add_row(texts("keys.custtype"), self.custtype)
        self.add_row(texts("keys.place"), self.place)
        self._tip = self.add_row("", self.place_note)
        self._secret, self._sealed = (
            [widget for name, line in lines for widget in self.add_row(texts(name), line, line.eye)]
            for lines in (
                (("keys.app_key", self.app_key), ("keys.app_secret", self.app_secret)),
                (("keys.passphrase", self.passphrase), ("keys.again", self.again)),
            )
        )
        self.notes.addWidget(note(texts("keys.plain"), self))
        self.stay = self.add_button(texts("keys.demo"))
        self.buttons.addStretch(1)
        self.cancel = self.add_button(texts("keys.cancel"))
        self.ok = self.add_button(texts("keys.ok"))
        self.ok.setDefault(True)
        self.stay.clicked.connect(self._stay)
        self.cancel.clicked.connect(self.reject)
        self.ok.clicked.connect(self._enter)
        secrets = (self.app_key, self.app_secret, self.passphrase, self.again)
        for line in (self.name, self.address, *secrets):
            line.textChanged.connect(self._change_ok)
        self.name.textChanged.connect(self._change)
        order: list[QWidget] = [self.name, self.server, self.address, self.custtype, self.place]
        for secret in secrets:
            order += [secret, secret.eye]
        self._frozen = [*order, self.stay]
        order += [self.ok, self.cancel, self.stay]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
        first = self.app_key if self.name.text() else self.name
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _look_for_keyring(self) -> None:
        self._keyring = await self._keys.keyring_state()
        self._show_fields()

    def _change(self) -> None:
        """Take in another choice: what was wrong with the former one is said no more."""
        name = self._taken()
        self.say(self._texts("keys.taken", what=name) if name else "", self.name)
        self._show_fields()

    def _show_fields(self) -> None:
        """Show the fields that what was chosen needs, and say what it means."""
        place = Place(self.place.current)
        for widgets, shown in (
            (self._other, self.server.current == _OTHER),
            (self._secret, place is not Place.ENVIRONMENT),
            (self._sealed, place is Place.FILE),
        ):
            for widget in widgets:
                widget.setVisible(shown)
        self.place_note.setText(breakable(self._place_words(place)))
        missing = self._keyring is not None and self._keyring.problem is not None
        role = "problem" if missing and place is Place.KEYRING else "muted"
        dress(styled(self.place_note, role))
        self._change_ok()
        self.fit()

    def _taken(self) -> str:
        """The profile that would be replaced, "" if none would."""
        try:
            known = self._known.get(Profile(self.name.text()).identity)
        except KisOptError:
            return ""
        return known.name if known is not None and known != self._given else ""

    def _place_words(self, place: Place) -> str:
        texts = self._texts
        if place is Place.FILE:
            return texts("keys.place.file.tip")
        if place is Place.ENVIRONMENT:
            try:
                key, secret = self._keys.variables(self.profile())
            except KisOptError:
                key, secret = "KISOPT_APP_KEY", "KISOPT_APP_SECRET"
            return texts("keys.place.environment.tip", key=key, secret=secret)
        if self._keyring is None:
            return texts("keys.place.keyring.asking")
        if self._keyring.problem is not None:
            return finished(self._keyring.problem.sentence(texts.language))
        return texts("keys.place.keyring.tip", what=self._keyring.name)

    def _change_ok(self) -> None:
        place = Place(self.place.current)
        complete = bool(self.name.text().strip())
        if self.server.current == _OTHER:
            complete = complete and bool(self.address.text().strip())
        if place is not Place.ENVIRONMENT:
            complete = complete and bool(self.app_key.text().strip())
            complete = complete and bool(self.app_secret.text().strip())
        if place is Place.FILE:
            complete = complete and bool(self.passphrase.text()) and bool(self.again.text())
        if place is Place.KEYRING:
            complete = complete and self._keyring is not None and self._keyring.usable
        self.ok.setEnabled(complete and not self._is_asking)

    @property
    def _is_asking(self) -> bool:
        return not self.stay.isEnabled()

    def _enter(self) -> None:
        if self._is_asking:
            return
        self.say("")
        try:
            profile = self.profile()
        except KisOptError as error:
            self.settle(error)
            return
        if profile.place is Place.FILE:  # before the broker is asked
            if len(self.passphrase.text()) < PASSPHRASE_LENGTH:
                self.settle(ShortPassphraseError(name=profile.name, limit=PASSPHRASE_LENGTH))
                return
            if self.passphrase.text() != self.again.text():
                self.say(self._texts("keys.differ"), self.again)
                self.again.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.run(self._check(profile))

    async def _check(self, profile: Profile) -> None:
        if profile.place is Place.ENVIRONMENT:
            credentials = await self._keys.from_environment(profile)
        else:
            credentials = Credentials(self.app_key.text(), self.app_secret.text())
        problem = credentials.problem()
        if problem is not None:
            raise problem
        passphrase = self.passphrase.text()
        await self._keys.check(profile, credentials)
        left = await self._keep(profile, credentials, passphrase)
        if left is not None:  # said once: kept where it is now, it has been nowhere else
            why = left.sentence(self._texts.language)
            self.say(self._texts("keys.left", problem=why))
            return
        self.entered.emit(f"kis:{profile.name}")
        self.accept()

    async def _keep(
        self, profile: Profile, credentials: Credentials, passphrase: str
    ) -> KisOptError | None:
        keeping = asyncio.ensure_future(self._keys.keep(profile, credentials, passphrase))
        try:
            return await asyncio.shield(keeping)
        except asyncio.CancelledError:
            # The dialog is closed, but a keyring cannot be stopped: what is kept after all goes
            # again, unless it has replaced a key, which cannot be had back.
            new = profile.identity not in self._known
            after = asyncio.ensure_future(_take_back(self._keys, keeping, profile if new else None))
            _AFTER.add(after)
            after.add_done_callback(_AFTER.discard)
            raise

    def _stay(self) -> None:
        self.demo.emit()
        self.accept()


async def _take_back(
    keys: Keys, keeping: asyncio.Future[KisOptError | None], profile: Profile | None
) -> None:
    with suppress(KisOptError):
        await keeping
        if profile is not None:
            await keys.forget(profile)
