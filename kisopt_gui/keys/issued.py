"""What the broker issued for an app key, and the form in which it is kept beside that."""

import hashlib
from dataclasses import dataclass, field
from typing import Self

import msgspec

from kisopt_gui.keys.profile import Credentials


@dataclass(frozen=True, slots=True)
class Issued:
    """What the broker issued for an app key: secrets, each until its time.

    Attributes:
        approval_key: What opens the stream, "" if there is none.
        approval_until: When it ends, seconds since the epoch by this machine's clock.
        token: What opens REST, "" if there is none.
        token_until: When it ends, likewise.
    """

    approval_key: str = field(default="", repr=False)
    approval_until: float = 0.0
    token: str = field(default="", repr=False)
    token_until: float = 0.0


class Kept(msgspec.Struct):
    """What was issued, and a mark of the app key that it was issued for."""

    mark: str
    approval_key: str = ""
    approval_until: float = 0.0
    token: str = ""
    token_until: float = 0.0

    @classmethod
    def of(cls, mark: str, issued: Issued) -> Self:
        """Return the form of what was issued for the app key of a mark."""
        approval = (issued.approval_key, issued.approval_until)
        return cls(mark, *approval, issued.token, issued.token_until)

    def issued(self) -> Issued:
        """Return it without its mark."""
        return Issued(self.approval_key, self.approval_until, self.token, self.token_until)

    def __repr__(self) -> str:
        """Return nothing of it: all are secrets."""
        return "Kept()"


def mark_of(credentials: Credentials) -> str:
    """Return what tells one app key from another, and tells nothing of it."""
    both = f"{credentials.app_key}\n{credentials.app_secret}"
    return hashlib.sha256(both.encode("utf-8", "surrogatepass")).hexdigest()[:32]
