"""Every text exists in both languages, is used, and is given the facts that it speaks of."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from kisopt_gui.ui import texts as tables
from kisopt_gui.ui.texts import LANGUAGES, TABLE, Texts

PACKAGE = Path(__file__).parents[2] / "kisopt_gui"
HANGUL = re.compile("[가-힣]")
PARTS = [
    getattr(tables, name).TABLE
    for name in (
        "window",
        "subscriptions",
        "quotes",
        "charts",
        "workspace",
        "inspector",
        "about",
        "report",
        "session",
        "keys",
        "ladder",
    )
]
PREFIXES = sorted({name.split(".")[0] for name in TABLE if "." in name})
NAME = re.compile(rf"(?:{'|'.join(PREFIXES)})(?:\.\w+)+")
"""What looks like the name of a text."""


def placeholders(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def sources():
    """Return (where, tree) of each module that may show texts."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "texts" not in path.relative_to(PACKAGE).parts:
            yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))


def pattern(node):
    """Return what an f-string may turn out as, None if that may be anything."""
    parts = [
        re.escape(part.value) if isinstance(part, ast.Constant) else "[^.]+" for part in node.values
    ]
    text = "".join(parts)
    return re.compile(text) if re.match(rf"(?:{'|'.join(PREFIXES)})\\\.", text) else None


def docstrings(tree):
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def words(tree):
    """Return every string in a module's code but its documentation."""
    skipped = docstrings(tree)
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
    ]


def asked(node):
    """Return the names that the first argument of a call may be, as far as the code shows."""
    if isinstance(node, ast.IfExp):
        return asked(node.body) + asked(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []


def calls(tree):
    """Return each call of texts(…): its line, possible names, and facts (None if not shown)."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        if called in ("texts", "_texts"):
            facts = {word.arg for word in node.keywords}
            yield node.lineno, asked(node.args[0]), None if None in facts else facts


def test_a_text_is_written_in_both_languages_about_the_same_facts():
    for name, (korean, english) in TABLE.items():
        assert korean.strip(), name
        assert english.strip(), name
        assert placeholders(korean) == placeholders(english), name
        # The switch names the other language in that language.
        assert not HANGUL.search(english) or name == "menu.language", name


def test_no_two_parts_have_a_text_of_the_same_name():
    assert sum(map(len, PARTS)) == len(TABLE)


def test_every_text_that_the_code_names_exists():
    missing = []
    for where, tree in sources():
        for node in words(tree):
            is_file = node.value.endswith(".json")
            if NAME.fullmatch(node.value) and node.value not in TABLE and not is_file:
                missing.append(f"{where}:{node.lineno} {node.value}")
        for line, names, _ in calls(tree):
            missing += [f"{where}:{line} {name}" for name in names if name not in TABLE]
        for node in ast.walk(tree):
            made = pattern(node) if isinstance(node, ast.JoinedStr) else None
            if made is not None and not any(made.fullmatch(name) for name in TABLE):
                missing.append(f"{where}:{node.lineno} {ast.unparse(node)}")
    assert not missing, sorted(set(missing))


def test_every_text_is_given_its_facts():
    wrong = [
        f"{where}:{line} {name} wants {sorted(placeholders(TABLE[name][0]))}, gets {sorted(facts)}"
        for where, tree in sources()
        for line, names, facts in calls(tree)
        for name in names
        if name in TABLE and facts is not None and not placeholders(TABLE[name][0]) <= facts
    ]
    assert not wrong, wrong


def test_every_text_is_used():
    used, made = set(), []
    for _, tree in sources():
        used |= {node.value for node in words(tree)}
        made += [pattern(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    made = [each for each in made if each is not None]
    unused = [
        name
        for name in TABLE
        if name not in used and not any(each.fullmatch(name) for each in made)
    ]
    assert not unused, unused


def test_texts_speak_one_language():
    name = next(name for name, both in TABLE.items() if not placeholders(both[0]))
    assert (Texts("ko")(name), Texts("en")(name)) == TABLE[name]
    assert (Texts("ko").pick("가", "a"), Texts("en").pick("가", "a")) == ("가", "a")
    assert [Texts(language).language for language in LANGUAGES] == ["ko", "en"]


def test_facts_stand_where_the_text_has_them():
    name = next(name for name, both in TABLE.items() if placeholders(both[0]))
    facts = {fact: f"<{fact}>" for fact in placeholders(TABLE[name][0])}
    for language in LANGUAGES:
        said = Texts(language)(name, **facts)
        assert all(value in said for value in facts.values())
    with pytest.raises(KeyError):
        Texts("ko")(name)


def test_there_is_no_text_and_no_language_of_another_name():
    with pytest.raises(KeyError):
        Texts("ko")("no.such.text")
    with pytest.raises(ValueError, match="not in tuple"):
        Texts("fr")
