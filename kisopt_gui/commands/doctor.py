"""`kisopt doctor`: what works on this machine, what does not, and what to do about it."""

import argparse
import asyncio
import platform
import sys
from collections.abc import AsyncIterator, Sequence

from kisopt_gui import __version__
from kisopt_gui.app.redaction import homeless, redacted
from kisopt_gui.commands import checkup
from kisopt_gui.commands.checkup import Finding, State
from kisopt_gui.commands.watch import SOURCES
from kisopt_gui.console import say
from kisopt_gui.settings import spoken_language

_MARKS = {State.GOOD: "ok", State.DOUBTFUL: "!!", State.BAD: "XX", State.SKIPPED: "--"}

_WORDS = {
    "en": {
        "head": "kisopt {version}, Python {python}, {system}",
        "good": "Nothing is in the way.",
        "bad": "{count} of {total} checks found something to do; it stands behind the arrows.",
        "safe": "No key, secret or user name is in this report: it may be passed on.",
    },
    "ko": {
        "head": "kisopt {version}, Python {python}, {system}",
        "good": "문제가 없습니다.",
        "bad": "{total}개 점검 가운데 {count}개에서 할 일이 있습니다. 화살표 뒤에 적었습니다.",
        "safe": "이 보고서에는 키, 시크릿, 사용자 이름이 없으므로 그대로 전달해도 됩니다.",
    },
}


def run(argv: Sequence[str]) -> int:
    """Check everything and print a line each; return 1 if something does not work.

    Raises:
        SourceError: The source is no address.
    """
    parser = argparse.ArgumentParser(
        prog="kisopt doctor",
        description="Checks this machine and the connection. 이 컴퓨터와 연결을 점검합니다.",
    )
    parser.add_argument("--source", default="demo", help=SOURCES)
    parser.add_argument("--language", choices=("ko", "en"), default=spoken_language())
    given = parser.parse_args(argv)
    return asyncio.run(_report(checkup.everything(given.source), given.language))


async def _report(findings: AsyncIterator[Finding], language: str) -> int:
    words = _WORDS[language]
    _print(
        words["head"].format(
            version=__version__, python=platform.python_version(), system=platform.platform()
        )
    )
    total = todo = failed = 0
    async for finding in findings:
        total += 1
        todo += finding.state in (State.BAD, State.DOUBTFUL)
        failed += finding.state is State.BAD
        _print(f"[{_MARKS[finding.state]}] {finding.text(language)}")
        if finding.advice:
            _print(f"     -> {finding.advice_text(language)}")
    _print(words["bad"].format(count=todo, total=total) if todo else words["good"])
    _print(words["safe"])
    return 1 if failed else 0


def _print(line: str) -> None:
    say(homeless(redacted(line)) + "\n", sys.stdout)
