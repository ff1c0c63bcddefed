"""What the user types and nobody may see: without a terminal, the next line of the input."""

import getpass
import sys
import warnings

from kisopt_gui.errors import KisOptError


class OpenTerminalError(KisOptError):
    """The terminal would show what is typed."""

    english = (
        "this terminal would show what is typed; use another, or give it as lines of the input"
    )
    korean = "이 터미널은 입력을 가릴 수 없습니다. 다른 터미널을 쓰거나 표준 입력의 줄로 넣으세요"


def is_typed() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def asked(prompt: str) -> str:
    """Ask for a secret without showing it; "" if the input has ended.

    Raises:
        OpenTerminalError: It would be shown.
    """
    if not is_typed():
        return sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except EOFError:
            return ""
        except getpass.GetPassWarning:
            raise OpenTerminalError from None
