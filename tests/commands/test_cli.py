"""`kisopt` itself: its words, its sentences, its exit statuses."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kisopt_gui import __main__, __version__, cli
from tests.records import frame

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def environment(**more):
    """Return ours without what says which language is spoken."""
    said = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")
    return {name: value for name, value in os.environ.items() if name not in said} | more


def kisopt(*words, **more):
    """Run the command; return status, output and errors."""
    ended = subprocess.run(
        [sys.executable, "-m", "kisopt_gui.cli", *words],
        cwd=ROOT,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=20,
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def test_the_version_is_told():
    assert kisopt("--version") == (0, f"kisopt {__version__}\n", "")


@pytest.mark.parametrize("words", [["--help"], ["decode", "--help"], ["watch", "--help"]])
def test_help_is_in_both_languages_also_where_no_korean_can_be_written(words):
    status, out, err = kisopt(*words, PYTHONIOENCODING="utf-8")
    assert (status, err) == (0, "")
    assert any("가" <= character <= "힣" for character in out)
    status, out, err = kisopt(*words, PYTHONIOENCODING="ascii")
    assert (status, err) == (0, "")
    assert "\\u" in out


@pytest.mark.parametrize("words", [[], ["buy"], ["--nothing"], ["decode", "a", "b"], ["watch"]])
def test_wrong_words_are_told_with_the_usage(words):
    status, out, err = kisopt(*words)
    assert (status, out) == (2, "")
    assert err.startswith("usage: kisopt")
    assert "Traceback" not in err


def test_a_word_after_the_command_belongs_to_the_command():
    assert kisopt("decode", "--version")[0] == 2


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("C.UTF-8", "kisopt: 'x' is no source; write demo, kis, kis:PROFILE or ws://HOST:PORT"),
        ("ko_KR.UTF-8", "kisopt: 'x'은(는) 원천이 아닙니다."),
    ],
)
def test_what_went_wrong_is_one_sentence_in_the_language_spoken(lang, sentence):
    status, out, err = kisopt("watch", "2001", "--source", "x", LANG=lang)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_korean_can_be_told_where_it_cannot_be_written():
    status, _, err = kisopt(
        "watch", "x", LANG="ko_KR.EUC-KR", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert status == 2
    assert "\\uc740" in err


@POSIX
def test_ctrl_c_ends_it_without_a_traceback():
    with subprocess.Popen(
        [sys.executable, "-m", "kisopt_gui.cli", "decode"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(f"{frame()}\n".encode())
        process.stdin.flush()
        assert process.stdout.readline()  # now it waits for more
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == b""


def test_in_this_process_too(tmp_path, capsys):
    path = tmp_path / "frames.txt"
    path.write_text(f"{frame()}\n")
    assert cli.main(["decode", str(path)]) == 0
    assert '"tr_id":"H0IOCNT0"' in capsys.readouterr().out
    assert cli.main(["decode", str(tmp_path / "none.txt")]) == 2
    assert cli.main(["simulate", "--fault", "fire"]) == 2
    assert cli.main(["watch", "?"]) == 2
    assert capsys.readouterr().err.count("kisopt: ") == 3


def test_words_are_taken_from_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["kisopt", "--version"])
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().out == f"kisopt {__version__}\n"


@pytest.mark.parametrize(
    ("trouble", "status", "said"),
    [
        (BrokenPipeError(), 0, ""),
        (OSError(28, "No space left on device"), 2, "kisopt: No space left on device\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_how_it_ends_when_its_output_fails(monkeypatch, capfd, trouble, status, said):
    def run(argv):
        raise trouble

    monkeypatch.setattr("kisopt_gui.commands.decode.run", run)
    closed = []
    monkeypatch.setattr(cli, "_close_output", lambda: closed.append(True))
    assert cli.main(["decode"]) == status
    assert capfd.readouterr() == ("", said)
    assert bool(closed) == (status != 130)


def test_the_bundle_knows_every_command():
    assert __main__.COMMANDS == cli._COMMANDS
