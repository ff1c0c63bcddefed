"""`kisopt decode`, rule by rule."""

import io
import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.commands.decode import InputError, decode
from kisopt_gui.commands.decode import run as decode_run
from kisopt_gui.wire.control import Key, Reply, write_ping, write_reply
from kisopt_gui.wire.streams import INDEX_OPTION, STREAMS
from tests.records import FRAMES, STREAM_LIST, base, frame, record, thorough

ROOT = Path(__file__).parents[2]
TEXT_FIELDS = {
    "OPTN_SHRN_ISCD",
    "BSOP_HOUR",
    "OPRC_HOUR",
    "HGPR_HOUR",
    "LWPR_HOUR",
    "PRDY_VRSS_SIGN",
    "OPRC_VRSS_PRPR_SIGN",
    "HGPR_VRSS_PRPR_SIGN",
    "LWPR_VRSS_PRPR_SIGN",
    "DYNM_PRC_LIMT_YN",
}


class Run:
    """What decoding some lines gave."""

    def __init__(self, *lines):
        out, problems = io.StringIO(), io.StringIO()
        data = [line if isinstance(line, bytes) else line.encode() for line in lines]
        self.status = decode(io.BytesIO(b"\n".join(data)), out, problems)
        # A line of JSON ends with "\n" and nothing else; splitlines knows ten more ends.
        self.lines = out.getvalue().removesuffix("\n").split("\n") if out.getvalue() else []
        self.rows = [json.loads(line) for line in self.lines]
        self.problems = problems.getvalue().splitlines()


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")


def ordered(line):
    """Return the names of a JSON object in the order written."""
    return json.loads(line, object_pairs_hook=lambda pairs: [name for name, _ in pairs])


# one object a record --------------------------------------------------------------


@pytest.mark.parametrize("stream", STREAM_LIST, ids=lambda stream: stream.tr_id)
def test_a_record_is_one_object_with_the_stream_first_then_its_fields_in_wire_order(stream):
    run = Run(frame(stream=stream))
    assert (run.status, run.problems) == (0, [])
    [line] = run.lines
    assert ordered(line) == ["tr_id", *(field.wire for field in stream.fields.values())]
    assert run.rows[0]["tr_id"] == stream.tr_id


def test_the_documented_fields_are_there():
    documented = (ROOT / "docs" / "spec" / "H0IOCNT0.md").read_text("utf-8")
    [row] = Run(frame()).rows
    assert len(row) == 59
    for name in list(row)[1:]:
        assert name in documented


def test_every_record_of_a_frame_is_written_in_the_order_sent():
    run = Run(frame(record(price="1.01"), record(price="1.02"), record(price="1.03")), frame())
    assert [row["OPTN_PRPR"] for row in run.rows] == [1.01, 1.02, 1.03, 11.7]


def test_codes_times_signs_and_the_limit_code_are_text_and_all_else_is_a_number():
    [row] = Run(frame()).rows
    texts = {name for name, value in row.items() if isinstance(value, str)}
    assert texts == TEXT_FIELDS | {"tr_id"}
    assert all(isinstance(row[name], int | float) for name in row.keys() - texts)


def test_values_are_as_sent():
    [row] = Run(frame()).rows
    for name, field in INDEX_OPTION.fields.items():
        sent = base(INDEX_OPTION)[name]
        assert row[field.wire] == (sent if field.wire in TEXT_FIELDS else float(sent)), name


def test_counts_are_written_whole_and_prices_with_their_decimals():
    [line] = Run(frame(record(volume="238", price="11.70", change="-1.05"))).lines
    assert '"ACML_VOL":238,' in line
    assert '"OPTN_PRPR":11.7,' in line
    assert '"OPTN_PRDY_VRSS":-1.05,' in line


def test_leading_zeros_of_a_time_stay():
    [row] = Run(frame(record(time="090005"))).rows
    assert row["BSOP_HOUR"] == "090005"


@pytest.mark.parametrize("sent", ["", "nan", "-nan", "NaN"])
def test_a_number_that_was_not_sent_is_null(sent):
    [row] = Run(frame(record(delta=sent, price=sent))).rows
    assert row["DELTA"] is None
    assert row["OPTN_PRPR"] is None


def test_a_zero_that_means_none_is_null_and_any_other_zero_stays():
    [row] = Run(frame(record(ask="0.00", bid="0", open_time="000000", change="0.00"))).rows
    assert (row["OPTN_ASKP1"], row["OPTN_BIDP1"], row["OPRC_HOUR"]) == (None, None, None)
    assert row["OPTN_PRDY_VRSS"] == 0


def test_midnight_is_a_time():
    [row] = Run(frame(record(time="000000"))).rows
    assert row["BSOP_HOUR"] == "000000"


def test_an_empty_text_is_null():
    [row] = Run(frame(record(limit_code="", sign=""))).rows
    assert (row["DYNM_PRC_LIMT_YN"], row["PRDY_VRSS_SIGN"]) == (None, None)


@pytest.mark.parametrize("sent", ["9007199254740993", "12345678901234567890", "1e25", "-1e29"])
def test_a_count_beyond_all_measure_is_still_a_number(sent):
    run = Run(frame(record(volume=sent)))
    assert run.status == 0
    assert run.rows[0]["ACML_VOL"] == float(sent)


def test_half_a_contract_is_written_as_it_is():
    [row] = Run(frame(record(volume="238.5"))).rows
    assert row["ACML_VOL"] == 238.5


# what else may stand in a file -----------------------------------------------------


def test_acks_pingpong_and_empty_lines_give_no_output():
    ack = write_reply(Reply("H0IOCNT0", "B01610A34", True, "OPSP0000", "SUBSCRIBE SUCCESS"))
    refusal = write_reply(
        Reply("", "", False, "OPSP8996", "ALREADY IN USE appkey"), session_error=True
    )
    run = Run(ack, "", write_ping("20261123090500"), "   ", refusal, frame(), "")
    assert (len(run.rows), run.status, run.problems) == (1, 0, [])


def test_the_frames_of_the_public_record_are_decoded():
    for name in ("live_H0IFCNT0_messiah_20260722.txt", "live_H0UPCNT0_2001_20261001.txt"):
        text = (FRAMES / name).read_text("utf-8")
        run = Run(text)
        assert run.status == 0
        assert len(run.rows) == text.count("|001|")


def test_line_ends_of_windows_and_a_byte_order_mark_do_not_matter():
    run = Run(b"\xef\xbb\xbf" + frame().encode() + b"\r", frame().encode() + b"\r", b"\r")
    assert run.status == 0
    assert run.rows[0] == run.rows[1]
    assert run.rows[0]["DYNM_PRC_LIMT_YN"] == "2"


def test_a_last_line_without_an_end_counts():
    assert len(Run(frame() + "\n" + frame()).rows) == 2


def test_more_fields_than_documented_are_told_once_a_stream_and_the_first_ones_read():
    wider = frame(record(extra=["7", "8"]))
    run = Run(wider, frame(), wider)
    assert run.status == 0
    assert run.rows[0] == run.rows[1] == run.rows[2]
    assert run.problems == [
        "line 1: H0IOCNT0 has 60 fields, more than documented; the first ones are read"
    ]


# bad lines ----------------------------------------------------------------------


def test_a_bad_line_is_told_with_its_number_and_reason_and_the_rest_is_decoded():
    run = Run(frame(), "", "junk", frame(record(price="x")), frame())
    assert run.status == 1
    assert len(run.rows) == 2
    assert len(run.problems) == 2
    assert run.problems[0].startswith("line 3: cannot read message")
    assert run.problems[1].startswith("line 4: cannot read frame: field 3 OPTN_PRPR of H0IOCNT0")
    assert "'x', not a number" in run.problems[1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("junk", "no control message"),
        ("[1]", "no control message"),
        ("0|H0IOCNT0", "no"),
        ("0|H0ZZCNT0|001|1^2", "'H0ZZCNT0' is not known"),
        ("0|H0IOCNT0|001|1^2^3", "3 fields for 1 record"),
        (frame().replace("|001|", "|002|"), "58 fields for 2 record"),
        (frame()[:-20], "fields for 1 record"),
        ("1|H0IOCNT0|001|c2VjcmV0", "no key"),
    ],
)
def test_every_kind_of_bad_line_has_its_reason(line, reason):
    run = Run(line, frame())
    assert run.status == 1
    assert len(run.rows) == 1
    assert reason in run.problems[0]


def test_of_a_frame_with_a_bad_record_nothing_is_written():
    run = Run(frame(record(), record(gamma="x"), record()))
    assert (run.status, run.rows) == (1, [])
    assert "GAMA" in run.problems[0]


def test_bytes_that_are_no_utf_8_are_replaced():
    run = Run(frame().encode().replace(b"B01610A34", b"B0161\xff\xfe34"), b"\xff\xfe\xff")
    assert run.rows[0]["OPTN_SHRN_ISCD"] == "B0161\ufffd\ufffd34"
    assert run.status == 1
    assert run.problems[0].startswith("line 2: ")


def test_a_bad_line_is_told_in_korean_where_korean_is_spoken(monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    run = Run("0|H0ZZCNT0|001|1", frame(record(extra=["7"])))
    assert "모르는 실시간 TR" in run.problems[0]
    assert "필드가 59개" in run.problems[1]


@thorough
@given(st.lists(st.binary(max_size=80), max_size=5))
def test_no_input_is_a_defect(lines):
    run = Run(*lines, frame())
    assert run.status in (0, 1)
    assert run.rows[-1:] in ([], Run(frame()).rows)


@thorough
@given(st.dictionaries(st.sampled_from(list(STREAMS["H0IOCNT0"].fields)), st.text(max_size=8)))
def test_whatever_stands_in_a_field_every_line_written_is_one_json_object(values):
    safe = {name: value.replace("^", "").replace("|", "") for name, value in values.items()}
    run = Run(frame(record(**safe)))
    for line in run.lines:
        assert len(json.loads(line)) == 59


# encrypted frames ------------------------------------------------------------------

AES_KEY, IV = "abcdefghijklmnopabcdefghijklmnop", "0123456789abcdef"


def sealed(text):
    """Return a frame with its body encrypted as the broker does."""
    head, body = "1" + text[1:15], text[15:]
    padder = PKCS7(128).padder()
    padded = padder.update(body.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(AES_KEY.encode()), modes.CBC(IV.encode())).encryptor()
    return head + b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def test_an_ack_in_between_carries_the_key_of_encrypted_frames():
    key = Key("H0IOCNT0", "B01610A34")
    ack = write_reply(Reply(*key, True, "OPSP0000", "SUBSCRIBE SUCCESS", AES_KEY, IV))
    run = Run(sealed(frame()), ack, sealed(frame()))
    assert run.status == 1
    assert run.problems[0].startswith("line 1: cannot decrypt frame of H0IOCNT0: no key")
    assert run.rows == Run(frame()).rows


# as a program ---------------------------------------------------------------------


def kisopt(*words, data=b"", lang="C", **environment):
    """Run the command; return status, output and errors."""
    settings = {**os.environ, "LANG": lang, **environment}
    settings.pop("LC_ALL", None)
    ended = subprocess.run(
        [sys.executable, "-m", "kisopt_gui.cli", "decode", *words],
        cwd=ROOT,
        env=settings,
        input=data,
        capture_output=True,
        check=False,
        timeout=20,
    )
    return ended.returncode, ended.stdout, ended.stderr.decode()


def test_it_reads_a_file(tmp_path):
    path = tmp_path / "프레임.txt"
    path.write_text(f"{frame()}\n{frame()}\n", "utf-8")
    status, out, err = kisopt(str(path))
    assert (status, err) == (0, "")
    assert [json.loads(line)["tr_id"] for line in out.splitlines()] == ["H0IOCNT0"] * 2


def test_a_file_and_standard_input_give_the_same(tmp_path, monkeypatch, capsys):
    path = tmp_path / "frames.txt"
    path.write_text(f"{frame()}\njunk\n", "utf-8")
    assert decode_run([str(path)]) == 1
    of_file = capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    assert decode_run([]) == 1
    assert capsys.readouterr() == of_file
    monkeypatch.setattr(sys, "stdout", io.StringIO())  # as some host of ours might
    assert decode_run([str(path)]) == 1
    assert sys.stdout.getvalue() == of_file.out


@pytest.mark.parametrize("words", [(), ("-",)])
def test_it_reads_standard_input(words):
    status, out, err = kisopt(*words, data=f"{frame()}\njunk\n{frame()}".encode())
    assert status == 1
    assert len(out.splitlines()) == 2
    assert err.startswith("line 2: ")
    assert err.count("\n") == 1


def test_no_input_is_no_error():
    assert kisopt(data=b"") == (0, b"", "")


@pytest.mark.parametrize("lang", ["C", "ko_KR.UTF-8"])
@pytest.mark.parametrize("path", ["not/there.txt", "."])
def test_a_file_that_cannot_be_read_is_one_sentence(path, lang):
    status, out, err = kisopt(path, lang=lang)
    assert (status, out) == (2, b"")
    assert err.count("\n") == 1
    words = f"kisopt: cannot read {path}: " if lang == "C" else f"kisopt: {path}을(를) 읽을 수"
    assert err.startswith(words)


def test_a_name_that_no_file_can_have_is_the_same_error():
    with pytest.raises(InputError, match="null byte"):
        decode_run(["a\0b"])


def test_json_is_utf_8_whatever_the_terminal_is():
    data = frame(record(code="한글코드")).encode()
    status, out, _ = kisopt(data=data, PYTHONIOENCODING="ascii")
    assert status == 0
    assert json.loads(out.decode("utf-8"))["OPTN_SHRN_ISCD"] == "한글코드"


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    path = tmp_path / "frames.txt"
    path.write_text(f"{frame()}\n" * 2_000)
    for lines in (2_000, 1):  # more and less than what Python keeps before it writes
        path.write_text(f"{frame()}\n" * lines)
        with subprocess.Popen(
            [sys.executable, "-m", "kisopt_gui.cli", "decode", str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(10) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("lines", [1, 2_000])
def test_a_full_disk_is_one_sentence_about_the_output(lines):
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "kisopt_gui.cli", "decode"],
            cwd=ROOT,
            input=f"{frame()}\n".encode() * lines,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=20,
        )
    assert ended.returncode == 2
    assert ended.stderr == b"kisopt: No space left on device\n"


def test_frames_that_come_one_by_one_are_written_one_by_one():
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-m", "kisopt_gui.cli", "decode"],
        cwd=ROOT,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        for _ in range(3):
            process.stdin.write(f"{frame()}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["tr_id"] == "H0IOCNT0"
        process.stdin.close()
        assert process.wait(10) == 0
