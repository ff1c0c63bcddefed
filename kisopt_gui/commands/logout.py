"""`kisopt logout`: forgets a profile, its secrets and what was issued for it."""

import argparse
import os
import sys
from collections.abc import Sequence

from kisopt_gui.app.account import profiles_of, vault_of
from kisopt_gui.console import say
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Place, Profile, Profiles
from kisopt_gui.keys.vault import Vault
from kisopt_gui.settings import Folders, spoken_language

_WORDS = {
    "en": {
        "credentials": "app key and secret",
        "issued": "what the broker had issued",
        "profile": "the profile",
        "removed": "{name}: removed {what}.",
        "variables": "{name}: {key} and {secret} are still set in your environment; unset them.",
        "none": "There is no profile.",
        "broker": "It is forgotten on this machine only: if the key was seen by others, have the "
        "broker withdraw it.",
    },
    "ko": {
        "credentials": "앱키와 앱시크릿",
        "issued": "발급받은 키",
        "profile": "프로필",
        "removed": "{name}: 지움 - {what}.",
        "variables": "{name}: {key}, {secret} 환경 변수는 남아 있습니다. 직접 지우세요.",
        "none": "프로필이 없습니다.",
        "broker": "이 컴퓨터에서만 지웠습니다. 남이 앱키를 보았다면 증권사에 해지를 요청하세요.",
    },
}


class WhoError(KisOptError):
    """It was not said which profile."""

    english = "name the profile to forget, or --all; kisopt profiles lists them"
    korean = "지울 프로필 이름이나 --all을 쓰세요. kisopt profiles로 목록을 봅니다"


def run(argv: Sequence[str]) -> int:
    """Forget one profile or all; return 1 if something could not be removed.

    Raises:
        KisOptError: There is no such profile, or it cannot be removed; it stays then.
    """
    parser = argparse.ArgumentParser(
        prog="kisopt logout",
        description="Forgets an app key. 보관한 앱키를 지웁니다.",
        allow_abbrev=False,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="of the profile")
    parser.add_argument("--all", action="store_true", help="forget every profile")
    given = parser.parse_args(argv)
    if (given.name is not None) is given.all:
        raise WhoError
    folders = Folders.of(os.environ)
    profiles, vault = profiles_of(folders), vault_of(folders)
    words = _WORDS[spoken_language()]
    failed = False
    if given.all:
        known = profiles.all()
        if not known:
            say(words["none"] + "\n", sys.stdout)
        for profile in known:
            try:
                _forget(profile, profiles, vault)
            except KisOptError as error:
                failed = True
                say(f"{profile.name}: {error.sentence(spoken_language())}\n", sys.stderr)
    else:
        known = [profiles.get(given.name)]
        _forget(known[0], profiles, vault)
    if known:
        say(words["broker"] + "\n", sys.stdout)
    return 1 if failed else 0


def _forget(profile: Profile, profiles: Profiles, vault: Vault) -> None:
    words = _WORDS[spoken_language()]
    forgotten = vault.forget(profile)
    profiles.remove(profile.name)
    what = [words[name] for name, there in forgotten._asdict().items() if there]
    line = words["removed"].format(name=profile.name, what=", ".join([*what, words["profile"]]))
    say(line + "\n", sys.stdout)
    if profile.place is Place.ENVIRONMENT and vault.holds(profile):
        key, secret = vault.environment_names(profile)
        say(words["variables"].format(name=profile.name, key=key, secret=secret) + "\n", sys.stdout)
