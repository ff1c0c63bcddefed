"""An app key as the feed uses it: its addresses, its secrets, and what the broker issued for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from kisopt_gui.app.aside import leave
from kisopt_gui.app.choice import Choice
from kisopt_gui.app.redaction import hide
from kisopt_gui.errors import KisOptError
from kisopt_gui.feed.source import Source, parse_source

if TYPE_CHECKING:  # their network libraries are imported on the feed's thread
    from kisopt_gui.feed.approvals import Approval, Approvals
    from kisopt_gui.feed.key_lock import KeyLock
    from kisopt_gui.feed.quotations import Quotations
    from kisopt_gui.feed.rest import Token
    from kisopt_gui.keys.issued import Issued
    from kisopt_gui.keys.profile import Profile, Profiles
    from kisopt_gui.keys.vault import Vault
    from kisopt_gui.settings import Folders


class NoProfileError(KisOptError):
    """There is no app key to use."""

    english = "no app key is kept on this computer; add one in the window's menu or by kisopt login"
    korean = (
        "이 컴퓨터에 저장된 앱키가 없습니다. 창의 메뉴에서 추가하거나 kisopt login을 실행하세요"
    )


class Account:
    """One app key at one broker. What the broker issues for it is kept for its day.

    Its secrets are cut from every log and report from its making on.

    Args:
        source: Where the broker is, and the key.
        issued: What was issued to an earlier run.
        keep: Keeps what is issued; called on a thread of its own, because a keyring may ask
            the user. None keeps nothing.
        paper: Whether the broker's limits of paper trading hold.
    """

    def __init__(
        self,
        source: Source,
        issued: Issued | None = None,
        keep: Callable[[Issued], None] | None = None,
        *,
        paper: bool = False,
    ) -> None:
        self.source = source
        self._known = issued
        self._keep = keep
        self._keeping = Lock()
        self._paper = paper
        if not source.is_loopback or keep is not None:  # "demo" is a word, no secret
            for secret in (source.app_key, source.app_secret):
                hide(secret)
        if issued is not None:
            for secret in (issued.approval_key, issued.token):
                hide(secret)

    @property
    def _issued(self) -> Issued:
        if self._known is None:
            from kisopt_gui.keys.issued import Issued

            self._known = Issued()
        return self._known

    def approvals(self) -> Approvals:
        """Return the approval key's keeper."""
        from kisopt_gui.feed.approvals import Approval, Approvals

        kept = self._known
        approval = Approval(kept.approval_key, kept.approval_until) if kept is not None else None
        return Approvals(approval, self._approved)

    def quotations(self, http: str) -> Quotations:
        """Return who asks for this key; all calls of a run must share it, for they share a pace.

        Args:
            http: Address of the broker's HTTP service.
        """
        from kisopt_gui.feed.pace import PAPER, REAL, Pacer
        from kisopt_gui.feed.quotations import Quotations
        from kisopt_gui.feed.rest import Token
        from kisopt_gui.feed.tokens import AppKey, Tokens

        pacer = Pacer(PAPER if self._paper else REAL)
        app = AppKey(self.source.app_key, self.source.app_secret, self.source.custtype)
        issued = self._known
        kept = Token(issued.token, issued.token_until) if issued is not None else None
        return Quotations(http, app, Tokens(http, app, pacer, kept, self._tokened), pacer)

    def lock(self, program: str) -> KeyLock | None:
        """Return this machine's right to the key; None where nothing is to be protected.

        Args:
            program: What others are told holds it.
        """
        from kisopt_gui.feed.key_lock import KeyLock, lock_folder

        if self.source.is_loopback:
            return None
        return KeyLock(lock_folder(), self.source.app_key, program)

    def _approved(self, approval: Approval) -> None:
        hide(approval.key)
        self._note(replace(self._issued, approval_key=approval.key, approval_until=approval.until))

    def _tokened(self, token: Token) -> None:
        hide(token.value)
        self._note(replace(self._issued, token=token.value, token_until=token.expires))

    def _note(self, issued: Issued) -> None:
        self._known = issued
        keep = self._keep
        if keep is None:
            return

        def work() -> None:
            with self._keeping:  # the newest is written last
                keep(self._issued)

        leave(work)


def account_of(profile: Profile, vault: Vault, passphrase: str = "") -> Account:
    """Open the account of a profile. It may block: a keyring may ask the user.

    Args:
        profile: Whose.
        vault: Where its secrets are.
        passphrase: Of a file that is not open yet.

    Raises:
        KisOptError: Its secrets cannot be had.
    """
    from kisopt_gui.keys.profile import PAPER

    credentials = vault.read(profile, passphrase)
    for secret in (credentials.app_key, credentials.app_secret):
        hide(secret)
    source = Source(
        profile.ws,
        profile.http,
        credentials.app_key,
        credentials.app_secret,
        profile.custtype,
    )
    return Account(
        source,
        vault.issued(profile),
        lambda issued: vault.keep(profile, issued, credentials),
        paper=profile.server == PAPER,
    )


def profiles_of(folders: Folders) -> Profiles:
    """Return the user's profiles."""
    from kisopt_gui.keys.profile import Profiles

    return Profiles(folders.config / "profiles.json")


def vault_of(folders: Folders, environment: Mapping[str, str] = os.environ) -> Vault:
    """Return where their secrets are."""
    from kisopt_gui.keys.vault import Vault

    return Vault(folders.config / "keys", environment)


def account_for(text: str, folders: Folders, ask: Callable[[Profile], str]) -> Account:
    """Open the account of a source that is not the embedded broker, for a command.

    Args:
        text: "kis", "kis:PROFILE", or an address.
        folders: Where the program's files are.
        ask: Asks for the passphrase of a profile that is kept in an encrypted file.

    Raises:
        KisOptError: There is no such source or profile, or its secrets cannot be had.
    """
    choice = Choice(text)
    if not choice.is_kis:
        return Account(parse_source(text))
    profiles, vault = profiles_of(folders), vault_of(folders)
    profile = profiles.get(choice.profile) if choice.profile else profiles.default()
    if profile is None:
        raise NoProfileError
    return account_of(profile, vault, ask(profile) if vault.needs_passphrase(profile) else "")
