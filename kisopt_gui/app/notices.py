"""What the user must know and no panel shows: sentences on the window's banner, each said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kisopt_gui.errors import KisOptError

if TYPE_CHECKING:
    from kisopt_gui.ui.main_window import MainWindow


class Notices:
    """Puts problems on the banner of whatever is the window then.

    Args:
        window: The window.
        language: The language of its texts.
    """

    def __init__(self, window: Callable[[], MainWindow], language: Callable[[], str]) -> None:
        self._window = window
        self._language = language
        self._going: dict[str, KisOptError] = {}

    def tell(self, problem: KisOptError) -> None:
        """Say something that happened."""
        self._window().banner.say(type(problem).__name__, problem.sentence(self._language()))

    def tell_of(self, name: str, problem: KisOptError | None) -> None:
        """Say what is wrong with something, or take it back when nothing is any more.

        What goes on is said once: what the user has closed comes back only as news.
        """
        before = self._going.get(name)
        if problem is None:
            if self._going.pop(name, None) is not None:
                self._window().banner.withdraw(name)
        elif before is None or before.sentence() != problem.sentence():
            self._going[name] = problem
            self._window().banner.say(name, problem.sentence(self._language()))

    def again(self) -> None:
        """Say what goes on to a window that was made anew, perhaps in another language."""
        for name, problem in self._going.items():
            self._window().banner.say(name, problem.sentence(self._language()))
