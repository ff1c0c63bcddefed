"""Every error a user can meet says what it knows in both languages."""

import importlib
import re
from pathlib import Path
from string import Formatter

import pytest

from kisopt_gui.errors import KisOptError
from kisopt_gui.wire.codec import FieldError, WidthError

PACKAGE = Path(__file__).parents[1] / "kisopt_gui"
HANGUL = re.compile("[가-힣]")


class PortError(KisOptError):
    """An error as a module would define it."""

    english = "port {port} is in use; choose another with --port"
    korean = "포트 {port}을(를) 이미 쓰고 있습니다. --port로 다른 포트를 고르세요"


def every_error():
    """Return all classes of errors that the modules of the package define."""
    for path in PACKAGE.rglob("*.py"):
        if re.search(r"^class \w+Error\(", path.read_text("utf-8"), re.MULTILINE):
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            importlib.import_module(name.removesuffix(".__init__"))
    found, waiting = [], [KisOptError]
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each.__module__.startswith("kisopt_gui."):
                found.append(each)
                waiting.append(each)
    return sorted(set(found), key=lambda each: (each.__module__, each.__name__))


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_an_error_keeps_its_facts_and_says_its_sentence_in_both_languages():
    error = PortError(port=8010)
    assert error.facts == {"port": 8010}
    assert error.args == (8010,)
    assert str(error) == error.sentence() == "port 8010 is in use; choose another with --port"
    assert error.sentence("ko").startswith("포트 8010을(를)")


def test_an_error_without_a_sentence_of_its_own_says_its_reason():
    error = KisOptError(reason="nothing to do")
    assert (str(error), error.sentence("ko")) == ("nothing to do", "nothing to do")


def test_a_fact_with_braces_is_shown_as_it_is():
    assert str(KisOptError(reason='{"header": {}}')) == '{"header": {}}'


@pytest.mark.parametrize("error", every_error(), ids=lambda each: each.__name__)
def test_both_sentences_of_an_error_exist_and_speak_of_the_same_facts(error):
    assert error.english
    assert placeholders(error.english) == placeholders(error.korean)
    assert not HANGUL.search(error.english)
    assert HANGUL.search(error.korean) or error.korean == "{reason}"
    assert error.__doc__


def test_errors_of_frames_tell_how_to_find_the_place():
    width = WidthError("0|…", tr_id="H0IOCNT0", fields=57, count=1, required=58)
    assert "57 fields for 1 record(s), a record needs 58" in str(width)
    field = FieldError("0|…", tr_id="H0IOCNT0", position=3, wire="OPTN_PRPR", value="x")
    assert "3번째 필드 OPTN_PRPR 값 'x'" in field.sentence("ko")
