"""The command line of the window."""

from pathlib import Path

import pytest

from kisopt_gui import __version__
from kisopt_gui.app.options import HEADLESS_S, Options, parse, without_screen


def test_without_words_it_is_what_was_saved():
    assert parse([]) == Options(
        source="",
        layout="",
        seconds=None,
        screenshot=None,
        language="",
        theme="",
        headless=False,
    )


def test_every_word_finds_its_place():
    words = "--source ws://host:1 --layout 만기 --seconds 2.5 --screenshot a/b.png"
    options = parse([*words.split(), "--language", "ko", "--theme", "light"])
    assert options == Options("ws://host:1", "만기", 2.5, Path("a/b.png"), "ko", "light")


@pytest.mark.parametrize(
    "words",
    [
        ["--seconds", "0"],
        ["--seconds", "-1"],
        ["--seconds", "soon"],
        ["--seconds", "nan"],
        ["--seconds", "inf"],
        ["--seconds", "1e9"],
        ["--language", "fr"],
        ["--theme", "blue"],
        ["--nothing"],
        ["a file"],
    ],
)
def test_wrong_words_end_the_program_with_a_sentence(words, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(words)
    assert ended.value.code == 2
    assert words[0].lstrip("-") in capsys.readouterr().err


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        parse(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"kisopt {__version__}\n"


@pytest.mark.parametrize(
    ("platform", "environment"),
    [
        ("linux", {"DISPLAY": ":0"}),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}),
        ("darwin", {}),
        ("win32", {}),
    ],
)
def test_where_there_is_a_screen_nothing_changes(platform, environment):
    options = Options()
    assert without_screen(options, environment, platform) is options


def test_without_a_screen_it_runs_for_a_while_and_leaves_a_picture():
    options = without_screen(Options(theme="light"), {"DISPLAY": ""}, "linux")
    assert options.headless
    assert options.seconds == HEADLESS_S
    assert options.screenshot == Path("kisopt-screenshot.png")
    assert options.theme == "light"


def test_what_the_user_said_holds_without_a_screen_too():
    given = Options(seconds=3.0, screenshot=Path("x.png"))
    options = without_screen(given, {}, "linux")
    assert (options.seconds, options.screenshot) == (3.0, Path("x.png"))
