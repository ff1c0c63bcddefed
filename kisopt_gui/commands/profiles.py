"""`kisopt profiles`: which app keys there are; never a part of one."""

import argparse
import os
import sys
import unicodedata
from collections.abc import Sequence

from kisopt_gui.app.account import profiles_of, vault_of
from kisopt_gui.console import say
from kisopt_gui.errors import KisOptError
from kisopt_gui.keys.profile import Place, Profile
from kisopt_gui.keys.vault import Vault
from kisopt_gui.settings import Folders, spoken_language

_WORDS = {
    "en": {
        "heads": ("", "NAME", "SERVER", "CUSTOMER", "KEPT IN", "APP KEY"),
        "P": "person",
        "B": "company",
        "keyring": "keyring",
        "environment": "environment",
        "file": "encrypted file",
        "there": "there",
        "missing": "missing",
        "none": "There is no profile; make one by kisopt login.",
        "used": "* is used by --source kis.",
    },
    "ko": {
        "heads": ("", "이름", "서버", "고객", "보관", "앱키"),
        "P": "개인",
        "B": "법인",
        "keyring": "키링",
        "environment": "환경 변수",
        "file": "암호화 파일",
        "there": "있음",
        "missing": "없음",
        "none": "프로필이 없습니다. kisopt login으로 만드세요.",
        "used": "*는 --source kis가 쓰는 프로필입니다.",
    },
}


def run(argv: Sequence[str]) -> int:
    """List the profiles; return 1 if one has no app key or it cannot be asked for."""
    parser = argparse.ArgumentParser(
        prog="kisopt profiles",
        description="Lists the profiles of app keys. 앱키 프로필 목록을 보여줍니다.",
        allow_abbrev=False,
    )
    parser.parse_args(argv)
    folders = Folders.of(os.environ)
    profiles, vault = profiles_of(folders), vault_of(folders)
    language = spoken_language()
    words = _WORDS[language]
    known, used = profiles.all(), profiles.default()
    for problem in profiles.problems:
        say(f"kisopt: {problem.sentence(language)}\n", sys.stderr)
    if not known:
        say(f"{words['none']}\n", sys.stdout)
        return 1 if profiles.problems else 0
    rows = [tuple(words["heads"])]
    failed = False
    for profile in known:
        state, well = _state(profile, vault, language)
        failed |= not well
        mark = "*" if profile == used else ""
        place = str(words[profile.place.value])
        rows.append(
            (mark, profile.name, profile.server, str(words[profile.custtype]), place, state)
        )
    say(_table(rows) + f"{words['used']}\n", sys.stdout)
    return 1 if failed else 0


def _state(profile: Profile, vault: Vault, language: str) -> tuple[str, bool]:
    """Say whether there is an app key; where in the environment, for that is the user's."""
    words = _WORDS[language]
    try:
        there = vault.holds(profile)
    except KisOptError as error:
        return error.sentence(language), False
    state = str(words["there" if there else "missing"])
    if profile.place is Place.ENVIRONMENT:
        state += f" ({', '.join(vault.environment_names(profile))})"
    return state, there


def _table(rows: list[tuple[str, ...]]) -> str:
    """Return rows of a table, each column as wide as a terminal shows its widest text."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        )
        for row in rows
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def _width(text: str) -> int:
    """Return the cells that a text takes: Hangul takes two each."""
    return sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in text)
