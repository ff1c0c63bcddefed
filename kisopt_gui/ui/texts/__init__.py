"""Every text the window shows, in Korean and English, one table a part of it.

A table maps a name to ``(korean, english)``; facts stand in braces.
"""

from kisopt_gui.ui.texts import (
    about,
    charts,
    inspector,
    keys,
    ladder,
    quotes,
    report,
    session,
    subscriptions,
    window,
    workspace,
)

LANGUAGES = ("ko", "en")

TABLE: dict[str, tuple[str, str]] = {
    **window.TABLE,
    **subscriptions.TABLE,
    **quotes.TABLE,
    **charts.TABLE,
    **workspace.TABLE,
    **inspector.TABLE,
    **about.TABLE,
    **report.TABLE,
    **session.TABLE,
    **keys.TABLE,
    **ladder.TABLE,
}


class Texts:
    """The texts of one language.

    Attributes:
        language: "ko" or "en".
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = LANGUAGES.index(language)

    def __call__(self, name: str, **facts: object) -> str:
        """Return a text with its facts filled in.

        Raises:
            KeyError: No table has the name, or the text wants another fact.
        """
        return TABLE[name][self._place].format_map(facts)

    def pick(self, korean: str, english: str) -> str:
        """Return the one of two texts that is in this language."""
        return english if self._place else korean
