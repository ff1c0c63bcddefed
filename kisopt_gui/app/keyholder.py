"""What the key dialogs ask of the machine and of the broker; nothing here blocks the window."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from kisopt_gui.app.account import Account, account_of
from kisopt_gui.app.aside import aside
from kisopt_gui.app.redaction import hide
from kisopt_gui.keys.enrolment import enrol
from kisopt_gui.keys.profile import Credentials, Profile, Profiles
from kisopt_gui.keys.vault import Forgotten, Issued, Vault

if TYPE_CHECKING:
    from kisopt_gui.errors import KisOptError
    from kisopt_gui.keys.vault import KeyringState


class Keyholder:
    """The profiles of this user and their secrets.

    Args:
        profiles: Which there are.
        vault: Where their secrets are.
    """

    def __init__(self, profiles: Profiles, vault: Vault) -> None:
        self._profiles = profiles
        self._vault = vault
        self._issued: dict[str, Issued] = {}

    def profiles(self) -> list[Profile]:
        """Every profile, in the order in which they were made."""
        return self._profiles.all()

    def profile(self, name: str) -> Profile | None:
        """The profile of a name, of "" the one used last; None if there is none.

        Raises:
            UnknownProfileError: There is none of this name.
        """
        return self._profiles.get(name) if name else self._profiles.default()

    def use(self, profile: Profile) -> None:
        """Remember that this profile was used last."""
        self._profiles.use(profile.name)

    def needs_passphrase(self, profile: Profile) -> bool:
        """Whether only the user can open it."""
        return self._vault.needs_passphrase(profile)

    def variables(self, profile: Profile) -> tuple[str, str]:
        """The environment variables that hold its app key and secret, if it is kept there."""
        return self._vault.environment_names(profile)

    async def keyring_state(self) -> KeyringState:
        """Whether the system has a keyring that keeps secrets."""
        return await aside(self._vault.keyring_state)

    async def from_environment(self, profile: Profile) -> Credentials:
        """App key and secret as the environment has them.

        Raises:
            VariablesError: It does not have them.
        """
        return self._vault.read(profile)

    async def check(self, profile: Profile, credentials: Credentials) -> None:
        """Have the broker issue an approval key, which proves app key and secret.

        Raises:
            KisOptError: It does not, with the reason.
        """
        from kisopt_gui.feed.approvals import LASTS_S
        from kisopt_gui.feed.rest import approval_key
        from kisopt_gui.feed.source import Source

        for secret in (credentials.app_key, credentials.app_secret):
            hide(secret)
        source = Source(
            profile.ws, profile.http, credentials.app_key, credentials.app_secret, profile.custtype
        )
        key = await approval_key(source, profile.http)
        hide(key)
        self._issued[profile.name] = Issued(approval_key=key, approval_until=time() + LASTS_S)

    async def keep(
        self, profile: Profile, credentials: Credentials, passphrase: str = ""
    ) -> KisOptError | None:
        """Keep the profile and its secrets, and what the check had issued.

        Returns:
            Why they are also still where they were before; None if they are not.

        Raises:
            KisOptError: They cannot be kept; nothing has changed.
        """
        issued = self._issued.pop(profile.name, None)

        def work() -> KisOptError | None:
            left = enrol(self._profiles, self._vault, profile, credentials, passphrase)
            if issued is not None:
                self._vault.keep(profile, issued, credentials)
            return left

        return await aside(work)

    async def forget(self, profile: Profile) -> Forgotten:
        """Forget a profile, its secrets and what was issued for it.

        Raises:
            KisOptError: It cannot be removed.
        """

        def work() -> Forgotten:
            gone = self._vault.forget(profile)
            self._profiles.remove(profile.name)
            return gone

        return await aside(work)

    async def unlock(self, profile: Profile, passphrase: str) -> None:
        """Open an encrypted file for as long as the program runs.

        Raises:
            KisOptError: The passphrase is wrong, or the file is damaged.
        """
        await aside(lambda: self._vault.read(profile, passphrase))

    async def account(self, profile: Profile) -> Account:
        """Open the account of a profile whose secrets need no passphrase.

        Raises:
            KisOptError: They cannot be had.
        """
        return await aside(lambda: account_of(profile, self._vault))
