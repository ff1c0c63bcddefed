"""A profile and its secrets, kept together or not at all."""

from contextlib import suppress

from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Credentials, Profile, Profiles
from kisopt_gui.keys.vault import Vault


def enrol(
    profiles: Profiles,
    vault: Vault,
    profile: Profile,
    credentials: Credentials,
    passphrase: str = "",
) -> None:
    """Keep a profile and its secrets, and forget them where the profile kept them before.

    Raises:
        KisOptError: They cannot be kept; see `Vault.write` and `Profiles.save`.
    """
    former = next((each for each in profiles.all() if each.identity == profile.identity), None)
    vault.write(profile, credentials, passphrase)
    try:
        profiles.save(profile)
    except KisOptError:
        if former is None:
            with suppress(KisOptError):
                vault.forget(profile)
        raise
    if former is not None and former.place is not profile.place:
        with suppress(KisOptError):
            vault.forget(former)
