"""`kisopt watch`: the feed as text, and when it ends."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kisopt_gui import cli
from kisopt_gui.app.account import Account
from kisopt_gui.commands import watch
from kisopt_gui.commands.watch import CodeError
from kisopt_gui.feed.source import Source, SourceError
from kisopt_gui.wire.control import Key
from tests.feed.peers import FUTURE, HOST, INDEX, OPTIONS, asked, inject, reply, speaking, trading
from tests.records import frame, record

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
A, B = OPTIONS[:2]
NOBODY = Source(f"ws://{HOST}:9")
END = re.compile(r"(\d+) records, (\d+) contracts lost in (\d+) gaps, (\d+) bad frames")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")


class Told:
    """What was written, apart by kind."""

    def __init__(self, captured):
        self.lines = captured.out.splitlines()
        self.problems = captured.err.splitlines()
        found = END.fullmatch(self.problems[-1])
        self.records, self.lost, self.gaps, self.bad = (int(each) for each in found.groups())


# lines --------------------------------------------------------------------------


async def test_each_record_is_a_line_with_its_most_wanted_fields(capsys):
    async with trading() as broker:
        assert await watch._watch(Account(broker.source), [A, FUTURE, INDEX], 1.5) == 0
    told = Told(capsys.readouterr())
    assert told.problems[0] == "kisopt: connected"
    assert told.records == len(told.lines) > 50
    assert (told.lost, told.bad) == (0, 0)
    by_code = {line.split()[0]: line for line in told.lines}
    assert set(by_code) == {A.code, FUTURE.code, INDEX.code}
    option = by_code[A.code].split()
    assert re.fullmatch(r"10\d{4}", option[1])
    assert [word.partition("=")[0] for word in option[2:]] == [
        "OPTN_PRPR",
        "OPTN_PRDY_VRSS",
        "LAST_CNQN",
        "ACML_VOL",
        "OPTN_BIDP1",
        "OPTN_ASKP1",
        "HTS_INTS_VLTL",
        "DELTA",
        "HTS_OTST_STPL_QTY",
    ]
    assert re.search(r" OPTN_PRPR=\d+\.\d\d ", by_code[A.code])
    assert re.search(r" LAST_CNQN=\d+ ", by_code[A.code])


def serving(*frames):
    """Answer the first request and send frames."""

    async def talk(socket):
        _, key = asked(await socket.recv())
        await socket.send(reply(key))
        for text in frames:
            await socket.send(text)
        await socket.wait_closed()

    return talk


async def test_what_was_not_sent_is_a_dash(capsys):
    sent = frame(record(code=A.code, delta="nan", bid="0.00", time=""))
    async with speaking(serving(sent)) as source:
        assert await watch._watch(Account(source), [A], 0.5) == 0
    [line] = Told(capsys.readouterr()).lines
    assert " DELTA=-" in line
    assert " OPTN_BIDP1=-" in line
    assert line.startswith(f"{A.code} BSOP_HOUR=- ")


async def test_a_record_cannot_play_tricks_with_the_terminal(capsys):
    sent = frame(record(code="B\x1b[2J\x07"))
    async with speaking(serving(sent)) as source:
        assert await watch._watch(Account(source), [A], 0.5) == 0
    [line] = Told(capsys.readouterr()).lines
    assert line.startswith(r"'B\x1b[2J\x07' 092202 ")


async def test_what_cannot_be_read_is_a_sentence_and_the_rest_goes_on(capsys):
    good = record(code=A.code, volume=10, quantity=1)
    texts = [
        frame(good),
        "junk",
        frame(record(code=A.code, volume=11, quantity=1, theoretical="x")),
        frame(record(code=A.code, volume=12, quantity=1)),
    ]
    async with speaking(serving(*texts)) as source:
        assert await watch._watch(Account(source), [A], 0.5) == 0
    told = Told(capsys.readouterr())
    assert (told.records, told.bad, told.lost) == (3, 2, 0)
    assert len(told.lines) == 2
    assert any("no control message" in problem for problem in told.problems)
    assert any("HTS_THPR" in problem and "'x'" in problem for problem in told.problems)


async def test_lost_contracts_are_told_when_they_are_noticed_and_at_the_end(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    texts = [frame(record(code=A.code, volume=each, quantity=1)) for each in (10, 15, 16, 20)]
    async with speaking(serving(*texts)) as source:
        assert await watch._watch(Account(source), [A], 0.5) == 0
    problems = capsys.readouterr().err.splitlines()
    assert problems[0] == "kisopt: 연결됨"
    assert sum(int(re.search(r"(\d+)계약 유실", each)[1]) for each in problems[1:-1]) == 7
    assert problems[-1] == "4건, 유실 7계약(2회), 읽지 못한 프레임 0개"


async def test_a_connection_that_breaks_is_told_and_comes_back(capsys):
    async with trading() as broker:
        running = asyncio.create_task(watch._watch(Account(broker.source), [A, B], 2.0))
        await asyncio.sleep(0.4)
        await inject(broker, "drop")
        assert await running == 0
    told = Told(capsys.readouterr())
    assert told.problems.count("kisopt: connected") == 2
    assert sum("the program keeps trying" in problem for problem in told.problems) == 1
    assert told.lost > 0


# when it ends ---------------------------------------------------------------------


async def test_without_a_server_it_says_so_and_ends_when_the_time_is_over(capsys):
    began = time.perf_counter()
    assert await watch._watch(Account(NOBODY), [A], 0.4) == 1
    assert time.perf_counter() - began < 2
    told = Told(capsys.readouterr())
    assert told.problems[0].startswith(f"kisopt: cannot get its HTTP address from http://{HOST}:9")
    assert told.records == 0


async def test_a_refused_key_ends_it_for_nobody_is_there_to_correct_it(capsys):
    async with trading("in-use") as broker:
        assert await asyncio.wait_for(watch._watch(Account(broker.source), [A], None), 4) == 1
    told = Told(capsys.readouterr())
    assert sum("OPSP8996" in problem for problem in told.problems) == 1


async def test_it_ends_when_every_code_was_refused(capsys):
    async with trading() as broker:
        keys = [Key("H0IOCNT0", "B01612ZZ9"), Key("H0IOCNT0", "C01612ZZ9")]
        assert await asyncio.wait_for(watch._watch(Account(broker.source), keys, None), 4) == 1
    told = Told(capsys.readouterr())
    assert sum("OPSP8992" in problem for problem in told.problems) == 2
    assert "kisopt: B01612ZZ9: " in "\n".join(told.problems)


async def test_one_refused_code_is_told_once_and_the_others_go_on(capsys):
    async with trading() as broker:
        keys = [Key("H0IOCNT0", "B01612ZZ9"), A]
        assert await watch._watch(Account(broker.source), keys, 0.6) == 1
    told = Told(capsys.readouterr())
    assert sum("OPSP8992" in problem for problem in told.problems) == 1
    assert told.records > 10


async def test_a_defect_ends_it_with_its_traceback(monkeypatch):
    async def broken(self):
        raise ZeroDivisionError

    monkeypatch.setattr("kisopt_gui.feed.connection.Connection._serve", broken)
    with pytest.raises(ZeroDivisionError):
        await watch._watch(Account(NOBODY), [A], None)


# words ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["?", "B0", "B01612A3", "콜1085", "", "b01612a30x"])
def test_a_word_that_is_no_code_is_an_error(code):
    with pytest.raises(CodeError) as caught:
        watch.run([code, "--source", NOBODY.ws])
    assert "write one like B01612A30" in str(caught.value)
    assert "종목코드가 아닙니다" in caught.value.sentence("ko")


def test_a_source_that_is_none_is_an_error():
    with pytest.raises(SourceError):
        watch.run(["2001", "--source", "http://host"])


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_a_time_that_is_none_is_told(seconds, capsys):
    with pytest.raises(SystemExit) as ended:
        watch.run(["2001", "--seconds", seconds])
    assert ended.value.code == 2
    assert "--seconds" in capsys.readouterr().err


def test_the_demo_is_the_embedded_broker_which_ends_with_it(capsys):
    assert watch.run(["b01612a34", "b01612a34", "2001", "--seconds", "2"]) == 0
    told = Told(capsys.readouterr())
    assert {line.split()[0] for line in told.lines} == {"B01612A34", "2001"}


def test_a_given_source_is_used(capsys):
    assert watch.run(["2001", "--source", NOBODY.ws, "--seconds", "0.2"]) == 1
    assert Told(capsys.readouterr()).records == 0


def test_a_demo_that_does_not_start_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sys, "executable", str(ROOT / "no such python"))
    assert cli.main(["watch", "2001"]) == 2
    problems = capsys.readouterr().err
    assert problems.startswith("kisopt: the embedded broker did not start: No such file")
    assert problems.count("\n") == 1


# as a program ---------------------------------------------------------------------


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "kisopt_gui.cli", "watch", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_it_with_the_sum_of_what_came():
    with started("B01612A34") as process:
        assert process.stdout.readline().startswith("B01612A34 ")
        process.send_signal(signal.SIGINT)
        _, problems = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in problems
    assert END.fullmatch(problems.splitlines()[-1])


def test_a_reader_that_goes_away_ends_it_without_a_word():
    with started("B01612A34", "2001") as process:
        process.stdout.readline()
        process.stdout.close()
        problems = process.stderr.read()
        assert process.wait(10) == 0
    assert "Traceback" not in problems
    assert "Broken" not in problems
