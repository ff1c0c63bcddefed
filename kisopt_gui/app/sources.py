"""The source that this run shows, the user's other ones, and what only the user can tell of them.

Another source is another program: the user's choice is remembered, the window closes, and we start
again (`app/start.py`). So no number of one source ever stands among those of another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kisopt_gui.app.choice import DEMO, KIS, Choice
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.source import parse_source
from kisopt_gui.keys.errors import (
    KeyringFailedError,
    KeyringLockedError,
    KeyringMissingError,
    PassphraseError,
    VariablesError,
)
from kisopt_gui.ui.keys.source_button import Kind, Shown, shown_as

if TYPE_CHECKING:  # the demo, which most starts show, needs no vault before its first quote
    from kisopt_gui.app.account import Account
    from kisopt_gui.app.keyholder import Keyholder
    from kisopt_gui.keys.profile import Profile
    from kisopt_gui.settings import Folders, SettingsFile
    from kisopt_gui.ui.main_window import MainWindow

logger = logging.getLogger(__name__)

_BANNER = "key"

_PASSING = (KeyringMissingError, KeyringLockedError, KeyringFailedError, VariablesError)
"""What the user puts right outside of the program; the key is there, so it is not asked for."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What the user is asked, and who waits for the answer.

    Attributes:
        profile: Whose passphrase or key; None if there is no profile.
        problem: What is wrong with it; None if only its passphrase is missing.
        answered: Set on the loop of the one who waits.
        loop: That loop.
    """

    profile: Profile | None
    problem: KisOptError | None
    answered: asyncio.Event
    loop: asyncio.AbstractEventLoop


class Sources:
    """Opens the account of the chosen source, asking the user if it must.

    Args:
        choice: The source of this run.
        folders: Where the program's files are.
        settings: Where another choice is remembered.

    Attributes:
        next: The source that the user wants instead, "" for none.
    """

    def __init__(self, choice: Choice, folders: Folders, settings: SettingsFile) -> None:
        self.next = ""
        self._choice = choice
        self._settings = settings
        self._folders = folders
        self._wanted = choice.profile
        self._opened: Profile | None = None
        self._question: _Question | None = None
        self._window: Callable[[], MainWindow] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: Callable[[], None] = lambda: None

    @cached_property
    def _keyholder(self) -> Keyholder:
        from kisopt_gui.app.account import profiles_of, vault_of
        from kisopt_gui.app.keyholder import Keyholder

        return Keyholder(profiles_of(self._folders), vault_of(self._folders))

    @property
    def profile(self) -> Profile | None:
        """The profile that is shown, None if it is none or there is none of its name.

        Once opened it is what it was then, whatever is written under its name meanwhile: its
        stream goes on.
        """
        if not self._choice.is_kis:
            return None
        if self._opened is not None:
            return self._opened
        try:
            return self._keyholder.profile(self._wanted)
        except KisOptError:
            return None

    @property
    def shown(self) -> Shown:
        """How the window names the source."""
        if self._choice.is_demo:
            return Shown(Kind.DEMO)
        profile = self.profile
        if profile is not None:
            return shown_as(profile)
        return Shown(Kind.ADDRESS, self._wanted or self._choice.text)

    # for the feed, on its loop ------------------------------------------------

    async def open(self) -> Account:
        """Open the account; waits for the user as long as it must."""
        if not self._choice.is_kis:
            from kisopt_gui.app.account import Account

            return Account(parse_source(self._choice.text))
        while True:
            profile, problem = None, None
            try:
                profile = self._keyholder.profile(self._wanted)
                if profile is not None and not self._keyholder.needs_passphrase(profile):
                    account = await self._keyholder.account(profile)
                    self._opened = profile
                    self._use(profile)
                    return account
            except KisOptError as error:
                logger.info("no app key: %s", error)
                problem = error
            await self._ask(profile, problem)

    def _use(self, profile: Profile) -> None:
        try:
            self._keyholder.use(profile)
        except KisOptError as error:  # the key is good all the same
            logger.warning("the profile is not remembered: %s", error)

    async def _ask(self, profile: Profile | None, problem: KisOptError | None) -> None:
        loop = asyncio.get_running_loop()
        self._question = _Question(profile, problem, asyncio.Event(), loop)
        answered = self._question.answered
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._show)
        await answered.wait()

    # for the window -------------------------------------------------------------

    def attend(self, window: Callable[[], MainWindow], end: Callable[[], None]) -> None:
        """Answer to a window from now on. Call it inside its loop.

        Args:
            window: Whatever is the window then.
            end: Ends the program.
        """
        self._loop = asyncio.get_running_loop()
        self._window = window
        self._end = end
        if self._question is not None:
            self._show()

    def join(self, window: MainWindow) -> None:
        """Answer the source menu of a new window, and ask there what is still asked."""
        source = window.top.source
        source.source_requested.connect(self.switch)
        source.add_requested.connect(self.add_key)
        source.manage_requested.connect(self.manage_keys)
        source.sources.aboutToShow.connect(self._list)
        window.banner.action_requested.connect(self._act)
        if self._question is not None and self._window is not None:
            self._show()

    def switch(self, source: str, *, anew: bool = False) -> None:
        """Show another source: remember it, end, start again.

        Args:
            source: What to show; the one that is shown changes nothing.
            anew: Unless its key or its server is another one now.
        """
        if not source or (source == self._choice_shown() and not anew):
            return
        self.next = source
        try:
            self._settings.change(source=source)
        except KisOptError as error:
            logger.warning("the source is not remembered: %s", error)
        self._end()

    def add_key(self) -> None:
        """Open the dialog for another key."""
        self._open_key_dialog(None)

    def manage_keys(self) -> None:
        """Open the list of profiles."""
        from kisopt_gui.ui.keys.profiles_dialog import ProfilesDialog

        assert self._window is not None
        window = self._window()
        desk = window.desk
        dialog = ProfilesDialog(
            window, desk.texts, desk.tokens, self._keyholder, self._choice_shown()
        )
        dialog.use_requested.connect(self.switch)
        dialog.add_requested.connect(self.add_key)
        dialog.changed.connect(self._list)
        dialog.open()

    def _choice_shown(self) -> str:
        profile = self.profile
        return f"{KIS}:{profile.name}" if profile is not None else self._choice.text

    def _list(self) -> None:
        if self._window is not None:
            self._window().top.source.set_sources(self._keyholder.profiles())

    # asking ----------------------------------------------------------------------

    def _show(self) -> None:
        question = self._question
        if question is None or self._window is None:
            return
        if isinstance(question.problem, _PASSING):
            self._wait()
            return
        opens = question.problem is None or isinstance(question.problem, PassphraseError)
        if question.profile is None or not opens:
            self._open_key_dialog(question.problem, question.profile)
            return
        from kisopt_gui.ui.keys.unlock_dialog import UnlockDialog

        window = self._window()
        desk = window.desk
        dialog = UnlockDialog(window, desk.texts, desk.tokens, self._keyholder, question.profile)
        dialog.entered.connect(self._done)
        dialog.demo.connect(lambda: self.switch(DEMO))
        dialog.rejected.connect(self._wait)
        dialog.open()

    def _open_key_dialog(self, problem: KisOptError | None, profile: Profile | None = None) -> None:
        from kisopt_gui.app.account import NoProfileError
        from kisopt_gui.ui.keys.key_dialog import KeyDialog

        assert self._window is not None
        window = self._window()
        desk = window.desk
        dialog = KeyDialog(window, desk.texts, desk.tokens, self._keyholder, profile)
        if problem is not None and not isinstance(problem, NoProfileError):
            dialog.say(problem.sentence(desk.texts.language))
        dialog.entered.connect(self._done)
        dialog.demo.connect(lambda: self.switch(DEMO))
        dialog.rejected.connect(self._wait)
        dialog.open()

    def _done(self, source: str) -> None:
        """The user has given a key, or opened one."""
        question = self._question
        if question is None:  # a further one, while another source is shown
            self.switch(source, anew=True)
            return
        self._question = None
        self._wanted = Choice(source).profile
        assert self._window is not None
        self._window().banner.withdraw(_BANNER)
        self._list()
        question.loop.call_soon_threadsafe(question.answered.set)

    def _wait(self) -> None:
        """The dialog was closed without an answer: say what is missing, and how to go on."""
        if self._question is None or self._window is None:
            return
        window, problem = self._window(), self._question.problem
        texts = window.desk.texts
        if isinstance(problem, _PASSING):
            sentence, action = problem.sentence(texts.language), texts("source.again")
        else:
            sentence, action = texts("source.no_key"), texts("source.enter_key")
        window.banner.say(_BANNER, sentence, action=action)

    def _act(self, name: str) -> None:
        question = self._question
        if name != _BANNER or question is None:
            return
        if not isinstance(question.problem, _PASSING):
            self._show()
            return
        self._question = None
        assert self._window is not None
        self._window().banner.withdraw(_BANNER)
        question.loop.call_soon_threadsafe(question.answered.set)
