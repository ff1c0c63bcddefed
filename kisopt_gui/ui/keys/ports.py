"""What the key dialogs need of the outside, as they see it. Nothing here blocks the window."""

from typing import Protocol

from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Credentials, Profile
from kisopt_gui.keys.vault import Forgotten, KeyringState


class Keys(Protocol):
    """The user's profiles and their secrets."""

    def profiles(self) -> list[Profile]:
        """Every profile, in the order in which they were made."""

    def variables(self, profile: Profile) -> tuple[str, str]:
        """The environment variables that would hold a profile's app key and secret."""

    async def keyring_state(self) -> KeyringState:
        """Whether the system has a keyring that keeps secrets."""

    async def from_environment(self, profile: Profile) -> Credentials:
        """App key and secret as the environment has them.

        Raises:
            KisOptError: It does not have them.
        """

    async def check(self, profile: Profile, credentials: Credentials) -> None:
        """Ask the broker whether it takes them.

        Raises:
            KisOptError: It does not, or cannot be asked.
        """

    async def keep(
        self, profile: Profile, credentials: Credentials, passphrase: str
    ) -> KisOptError | None:
        """Keep profile and secrets.

        Returns:
            Why they are also still where they were before; None if they are not.

        Raises:
            KisOptError: They cannot be kept; nothing has changed.
        """

    async def unlock(self, profile: Profile, passphrase: str) -> None:
        """Open an encrypted file for as long as the program runs.

        Raises:
            KisOptError: It does not open.
        """

    async def forget(self, profile: Profile) -> Forgotten:
        """Forget a profile and all that is kept for it.

        Raises:
            KisOptError: It cannot be removed.
        """
