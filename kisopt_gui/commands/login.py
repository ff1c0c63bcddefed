"""`kisopt login`: an app key and its secret, checked with the broker and kept.

They are typed, or come in two lines of the input; never as arguments, which other users of the
machine see and shells remember.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from time import time

from kisopt_gui.app.account import profiles_of, vault_of
from kisopt_gui.app.redaction import hide
from kisopt_gui.commands.typed import asked, is_typed
from kisopt_gui.console import say
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.enrolment import enrol
from kisopt_gui.keys.errors import (
    AppKeyError,
    KeyringLockedError,
    KeyringMissingError,
    ShortPassphraseError,
)
from kisopt_gui.keys.profile import KEY_LIKE, PAPER, REAL, Credentials, Place, Profile, Profiles
from kisopt_gui.keys.vault import PASSPHRASE_LENGTH, Issued, Vault
from kisopt_gui.settings import Folders, spoken_language

_WORDS = {
    "en": {
        "about": "Profile {name}: {server}. App key and secret are asked once, stay on this "
        "machine, and travel only to {http}.",
        "plain": "The stream itself is {ws}, unencrypted, for the broker offers no other: whoever "
        "shares your network can read the prices and the approval key of the day.",
        "plain-tls": "The stream is {ws}.",
        "key": "App key: ",
        "secret": "App secret: ",
        "passphrase": "Passphrase of the encrypted file ({limit} characters or more): ",
        "again": "The same passphrase again: ",
        "variables": "App key and secret are taken from {key} and {secret}.",
        "where": "{problem}\nKeep them in [f] an encrypted file, [e] environment variables, or "
        "[n] nowhere: ",
        "unchecked": "Not checked, as you wished.",
        "checked": "The broker took the key and issued an approval key, which holds until {until}.",
        "keyring": "Kept in {keyring}.",
        "file": "Kept in an encrypted file; the program asks for its passphrase when it needs it.",
        "environment": "Nothing is kept: set both variables wherever you start the program.",
        "left": "The former app key is still where it was: {problem}.",
        "next": 'Start with: kisopt-gui --source "kis:{name}"',
    },
    "ko": {
        "about": "프로필 {name}: {server}. 앱키와 앱시크릿은 한 번만 묻고 이 컴퓨터에만 두며, "
        "{http}에만 보냅니다.",
        "plain": "실시간 시세는 증권사가 암호화 접속을 제공하지 않아 {ws} 평문입니다. 같은 "
        "네트워크에서 시세와 하루짜리 접속키를 엿볼 수 있습니다.",
        "plain-tls": "실시간 시세 주소는 {ws}입니다.",
        "key": "앱키: ",
        "secret": "앱시크릿: ",
        "passphrase": "암호화 파일의 암호({limit}자 이상): ",
        "again": "같은 암호를 한 번 더: ",
        "variables": "앱키와 앱시크릿을 {key}, {secret}에서 읽었습니다.",
        "where": "{problem}\n어디에 보관할까요? [f] 암호화 파일, [e] 환경 변수, [n] 보관하지 "
        "않음: ",
        "unchecked": "요청대로 확인하지 않았습니다.",
        "checked": "증권사가 앱키를 확인하고 {until}까지 쓸 접속키를 발급했습니다.",
        "keyring": "{keyring}에 보관했습니다.",
        "file": "암호화 파일에 보관했습니다. 필요할 때 프로그램이 암호를 묻습니다.",
        "environment": "아무것도 저장하지 않았습니다. 프로그램을 시작하는 곳에 두 변수를 "
        "설정하세요.",
        "left": "이전 앱키가 원래 자리에 남아 있습니다. {problem}.",
        "next": '시작: kisopt-gui --source "kis:{name}"',
    },
}


class KeyArgumentError(KisOptError):
    """Something stands on the command line that may be a key; it is not repeated."""

    english = (
        "the command line has a word that is no option, and might be a key: keys are never "
        "arguments, they are asked for; if it was one, have the broker issue another"
    )
    korean = (
        "명령줄에 알 수 없는 단어가 있습니다. 앱키는 인자로 주지 않고 물을 때 입력합니다. "
        "앱키를 적었다면 증권사에서 새로 발급받으세요"
    )


class NameNeededError(KisOptError):
    """A profile of an address was given no name."""

    english = "a profile for an address needs a name: kisopt login NAME --server ADDRESS"
    korean = "주소를 쓰는 프로필에는 이름이 필요합니다: kisopt login 이름 --server 주소"


class PlaceNeededError(KeyringMissingError):
    """There is no keyring, and nobody to ask where else."""

    english = (
        "this system has no keyring that keeps secrets ({reason}); "
        "choose --keep file, which is encrypted, or --keep environment"
    )
    korean = (
        "이 시스템에는 비밀을 보관할 키링이 없습니다({reason}). "
        "암호화 파일은 --keep file, 환경 변수는 --keep environment로 고르세요"
    )


class PlaceLockedError(KeyringLockedError):
    """The keyring stays locked, as it does where nobody is asked to open it."""

    english = (
        "{keyring} is locked; unlock it and try again, "
        "or choose --keep file, which is encrypted, or --keep environment"
    )
    korean = (
        "{keyring}이(가) 잠겨 있습니다. 잠금을 풀고 다시 시도하거나 "
        "--keep file(암호화 파일), --keep environment(환경 변수)로 고르세요"
    )


class NotKeptError(KisOptError):
    """Nothing was kept, because the check did not succeed.

    Attributes:
        facts: ``problem``, the error of the check.
    """

    english = "{problem}. Nothing was kept"
    korean = "{problem}. 아무것도 저장하지 않았습니다"

    def __init__(self, problem: KisOptError) -> None:
        super().__init__(problem=problem)
        self._problem = problem

    def sentence(self, language: str = "en") -> str:
        """Return the reason and what it means, both in ``language``."""
        template = self.korean if language == "ko" else self.english
        return template.format(problem=self._problem.sentence(language))


class UncheckedError(NotKeptError):
    """It could not even be asked."""

    english = "{problem}. Nothing was kept; --no-check keeps the key without asking the broker"
    korean = "{problem}. 저장하지 않았습니다. 확인 없이 저장하려면 --no-check를 붙이세요"


class DifferentPassphraseError(KisOptError):
    """The passphrase was not typed the same twice."""

    english = "the two passphrases differ; nothing was kept"
    korean = "두 암호가 다릅니다. 저장하지 않았습니다"


def run(argv: Sequence[str]) -> int:
    """Ask for an app key, check it with the broker and keep it.

    Returns:
        0; 1 if the user wants it nowhere.

    Raises:
        KisOptError: It cannot be checked or kept; then nothing has changed.
    """
    given = _arguments(argv)
    folders = Folders.of(os.environ)
    profiles, vault = profiles_of(folders), vault_of(folders)
    profile, former = _profile(given, profiles)
    for problem in profiles.problems:
        _tell(problem.sentence(spoken_language()))
    place = Place(given.keep) if given.keep else former and former.place
    place = place or _choice(vault)
    if place is None:
        return 1
    profile = replace(profile, place=place)
    _prepare(profile, vault)
    _say("about", name=profile.name, server=profile.server, http=profile.http)
    _say("plain" if profile.ws.startswith("ws:") else "plain-tls", ws=profile.ws)
    credentials = _credentials(profile, vault)
    passphrase = _passphrase() if place is Place.FILE else ""
    issued = None if given.no_check else _checked(profile, credentials)
    left = enrol(profiles, vault, profile, credentials, passphrase)
    if issued is not None:
        vault.keep(profile, issued, credentials)
    _report(profile, vault, issued)
    if left is not None:
        _say("left", problem=left.sentence(spoken_language()))
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kisopt login",
        description="Keeps an app key for the real broker. 증권사 앱키를 보관합니다. "
        "App key and secret are asked for, or read as two lines of the standard input.",
        allow_abbrev=False,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="of the profile; real or paper")
    parser.add_argument("--server", help="real (default), paper, or ws://HOST:PORT,https://…")
    parser.add_argument("--custtype", choices=("P", "B"), help="P: person (default), B: company")
    parser.add_argument(
        "--keep", choices=[each.value for each in Place], help="where; the keyring if there is one"
    )
    parser.add_argument("--no-check", action="store_true", help="do not ask the broker")
    # Before argparse, which repeats what it does not know.
    if any(map(KEY_LIKE.fullmatch, argv)):
        raise KeyArgumentError
    given, unknown = parser.parse_known_args(argv)
    if unknown:
        raise KeyArgumentError
    return given


def _profile(given: argparse.Namespace, profiles: Profiles) -> tuple[Profile, Profile | None]:
    """Return the profile that is meant, and as it was before; what is not said stays as it was."""
    server = given.server
    name = given.name
    if name is None:
        name = (server or REAL).strip().lower()
        if name not in (REAL, PAPER):
            raise NameNeededError
    wanted = Profile(name)
    former = next((each for each in profiles.all() if each.identity == wanted.identity), None)
    if former is None:
        standard = PAPER if wanted.identity == PAPER else REAL
        return Profile(name, server or standard, given.custtype or "P"), None
    server = server or former.server
    return replace(former, server=server, custtype=given.custtype or former.custtype), former


def _choice(vault: Vault) -> Place | None:
    """Return the keyring if there is one, else what the user chooses, None for nothing.

    Raises:
        PlaceNeededError: There is none, and nobody to choose.
    """
    state = vault.keyring_state()
    if state.problem is None:
        return Place.KEYRING
    if not is_typed():
        raise PlaceNeededError(**state.problem.facts)
    language = spoken_language()
    question = _WORDS[language]["where"].format(problem=state.problem.sentence(language))
    say(question, sys.stdout)
    chosen = {"f": Place.FILE, "e": Place.ENVIRONMENT}
    return chosen.get(sys.stdin.readline().strip().lower()[:1])


def _prepare(profile: Profile, vault: Vault) -> None:
    """Have the keyring opened before anything is typed, and before the broker issues a key.

    Raises:
        KisOptError: It could not keep anything.
    """
    if profile.place is not Place.KEYRING:
        return
    try:
        vault.holds(profile)
    except KeyringMissingError as error:
        raise PlaceNeededError(**error.facts) from None
    except KeyringLockedError as error:
        raise PlaceLockedError(**error.facts) from None


def _credentials(profile: Profile, vault: Vault) -> Credentials:
    if profile.place is Place.ENVIRONMENT:
        credentials = vault.read(profile)
        key, secret = vault.environment_names(profile)
        _say("variables", key=key, secret=secret)
    else:
        credentials = Credentials(_secret("key"), _secret("secret"))
    for value in (credentials.app_key, credentials.app_secret):
        hide(value)
    problem = credentials.problem()
    if problem is not None:
        raise problem
    return credentials


def _passphrase() -> str:
    passphrase = _secret("passphrase", limit=PASSPHRASE_LENGTH)
    hide(passphrase)
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise ShortPassphraseError(limit=PASSPHRASE_LENGTH)
    if is_typed() and _secret("again") != passphrase:
        raise DifferentPassphraseError
    return passphrase


def _checked(profile: Profile, credentials: Credentials) -> Issued:
    """Have the broker issue an approval key, which proves app key and secret."""
    from kisopt_gui.feed.approvals import LASTS_S
    from kisopt_gui.feed.rest import KeyRefusedError, approval_key
    from kisopt_gui.feed.source import Source

    source = Source(
        profile.ws, profile.http, credentials.app_key, credentials.app_secret, profile.custtype
    )
    begun = time()
    try:
        key = asyncio.run(approval_key(source, profile.http))
    except (KeyRefusedError, AppKeyError) as error:
        raise NotKeptError(error) from None
    except KisOptError as error:
        raise UncheckedError(error) from None
    hide(key)
    return Issued(approval_key=key, approval_until=begun + LASTS_S)


def _report(profile: Profile, vault: Vault, issued: Issued | None) -> None:
    if issued is None:
        _say("unchecked")
    else:
        until = datetime.fromtimestamp(issued.approval_until)
        _say("checked", until=f"{until:%Y-%m-%d %H:%M}")
    keyring = vault.keyring_state().name if profile.place is Place.KEYRING else ""
    _say(profile.place.value, keyring=keyring)
    _say("next", name=profile.name)


def _secret(word: str, **facts: object) -> str:
    return asked(_WORDS[spoken_language()][word].format(**facts))


def _say(word: str, **facts: object) -> None:
    _tell(_WORDS[spoken_language()][word].format(**facts))


def _tell(line: str) -> None:
    say(f"{line}\n", sys.stdout)
