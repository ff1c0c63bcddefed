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
) -> KisOptError | None:
    """Keep a profile and its secrets, and forget them where the profile kept them before.

    Returns:
        Why they are still where they were before, as in a keyring that is out of reach now;
        None if they are not.

    Raises:
        KisOptError: They cannot be kept, and nothing has changed; see `Vault.write` and
            `Profiles.save`.
    """
    former = next((each for each in profiles.all() if each.identity == profile.identity), None)
    # The secrets last: a profile can be put back as it was, and a secret without a profile
    # would be one that no logout finds.
    profiles.save(profile)
    try:
        vault.write(profile, credentials, passphrase)
    except BaseException:  # even if the user gives up waiting
        with suppress(KisOptError):
            if former is None:
                profiles.remove(profile.name)
            else:
                profiles.save(former)
        raise
    if former is not None and former.place is not profile.place:
        try:
            vault.forget(former)
        except KisOptError as error:
            return error
    return None
