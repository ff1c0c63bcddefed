"""The passphrase of an encrypted file, asked at a terminal; never an argument, which others see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kisopt_gui.app.redaction import hide
from kisopt_gui.commands.typed import asked
from kisopt_gui.settings import spoken_language

if TYPE_CHECKING:
    from kisopt_gui.keys.profile import Profile

_PROMPT = {
    "en": "Passphrase of profile {name}: ",
    "ko": "프로필 {name}의 암호: ",
}


def ask_passphrase(profile: Profile) -> str:
    """Ask for it without showing it; without a terminal it is the next line of the input.

    Raises:
        OpenTerminalError: The terminal would show it.
    """
    passphrase = asked(_PROMPT[spoken_language()].format(name=profile.name))
    hide(passphrase)
    return passphrase
