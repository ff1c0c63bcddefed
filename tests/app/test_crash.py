"""Defects are logged and said, and no secret is in what is logged."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from kisopt_gui.app import crash
from kisopt_gui.app.crash import Redaction, catch, log_to, redacted
from kisopt_gui.wire.control import REGISTER, Key, request

ROOT = Path(__file__).parents[2]
CANARY = "canary-0123-4567"
REQUEST = request(CANARY, "P", REGISTER, Key("H0IOCNT0", "B01612A30"))


@pytest.fixture
def logger():
    """The program's logger, put back as it was."""
    root = logging.getLogger("kisopt_gui")
    handlers, level = root.handlers[:], root.level
    yield root
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


@pytest.fixture
def hook(monkeypatch):
    """Python's hook for uncaught exceptions, put back as it was."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


# secrets ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        REQUEST,
        repr(REQUEST),
        json.dumps(REQUEST),
        json.dumps(json.dumps(REQUEST)),
        repr(REQUEST.encode()),
        REQUEST[: REQUEST.index(CANARY) + 9],  # cut short, as frames are when shown
        json.dumps({"appkey": CANARY, "secretkey": CANARY, "custtype": "P"}),
        repr({"app_key": CANARY, "app_secret": CANARY}),
        f'{{"secretkey": "a\\"b{CANARY}"}}',
        f"approval_key={CANARY}",
        f"appkey : {CANARY}, and more",
        f"https://host/path?APPKEY={CANARY}&appsecret={CANARY}",
        f"authorization: Bearer {CANARY}\r\nappkey: {CANARY}\r\n",
        f"Authorization: Basic {CANARY}",
        f"headers={{'authorization': 'Bearer {CANARY}', 'appSecret': '{CANARY}'}}",
        f'{{"access_token":"{CANARY}","token_type":"Bearer"}}',
        f"Source(app_key='{CANARY}', app_secret=\"{CANARY}\")",
        f"secret_key = {CANARY}",
    ],
)
def test_what_stands_behind_the_name_of_a_secret_is_taken_out(text):
    found = redacted(text)
    assert "canary" not in found
    assert "***" in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ALREADY IN USE appkey (OPSP8996)",
        "invalid approval : NOT FOUND",
        "the broker refused the app key: 유효하지 않은 AppKey입니다. (EGW00103)",
        '{"header":{"tr_id":"H0IOCNT0","tr_key":"B01612A30"}}',
        "0|H0IOCNT0|001|B01612A30^090500^11.70",
    ],
)
def test_what_is_no_secret_stays(text):
    assert redacted(text) == text


def test_what_stands_around_a_secret_stays():
    found = redacted(REQUEST)
    assert found == REQUEST.replace(f'"{CANARY}"', "***")
    assert '"tr_key":"B01612A30"' in found


def test_a_long_text_is_redacted_in_no_time():
    text = "appkey" * 20_000 + ' "approval_key":"' + "\\" * 20_000
    assert redacted(text)


# the log ------------------------------------------------------------------------


def test_the_log_is_a_file_below_the_given_folder(logger, tmp_path):
    path = log_to(tmp_path / "not" / "there" / "yet")
    logging.getLogger("kisopt_gui.feed").info("한글 %s", REQUEST)
    logging.getLogger("kisopt_gui.feed").debug("not for the file")
    assert path == tmp_path / "not" / "there" / "yet" / "kisopt.log"
    text = path.read_text("utf-8")
    assert "INFO kisopt_gui: started, Python" in text
    assert "INFO kisopt_gui.feed: 한글" in text
    assert "not for the file" not in text
    assert "canary" not in text


def test_the_log_stays_small(logger, tmp_path, monkeypatch):
    monkeypatch.setattr(crash, "_LOG_BYTES", 2_000)
    log_to(tmp_path)
    for number in range(500):
        logging.getLogger("kisopt_gui.feed").info("line %s", number)
    files = sorted(tmp_path.glob("kisopt.log*"))
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) <= 8_000
    assert "line 499" in files[0].read_text("utf-8")


@pytest.mark.parametrize("place", ["a file", "a file/below"])
def test_a_folder_that_cannot_be_written_means_no_log(logger, tmp_path, place):
    (tmp_path / "a file").write_text("")
    before = logger.handlers[:]
    assert log_to(tmp_path / place) is None
    assert logger.handlers == before


def test_a_log_that_is_a_folder_means_no_log(logger, tmp_path):
    (tmp_path / "kisopt.log").mkdir()
    before = logger.handlers[:]
    assert log_to(tmp_path) is None
    assert logger.handlers == before


def test_secrets_in_a_traceback_are_redacted_too():
    try:
        raise ValueError(REQUEST)
    except ValueError:
        record = logging.LogRecord("x", 40, __file__, 1, "failed", (), sys.exc_info())
    text = Redaction("%(message)s").format(record)
    assert "ValueError" in text
    assert "canary" not in text


# defects ------------------------------------------------------------------------


@pytest.mark.logs_warnings
@pytest.mark.usefixtures("hook")
def test_an_uncaught_exception_is_logged_and_told_without_secrets(logger, tmp_path, capfd):
    path = log_to(tmp_path)
    told = []
    catch(told.append)
    error = ZeroDivisionError(f"appkey={CANARY} was divided")
    sys.excepthook(ZeroDivisionError, error, None)
    assert told == ["ZeroDivisionError: appkey=*** was divided"]
    text = path.read_text("utf-8")
    assert "CRITICAL kisopt_gui.crash: uncaught" in text
    assert "ZeroDivisionError: appkey=***" in text
    assert "canary" not in capfd.readouterr().err


@pytest.mark.usefixtures("hook")
def test_ctrl_c_is_no_defect(capfd):
    told = []
    catch(told.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert told == []
    assert "KeyboardInterrupt" in capfd.readouterr().err


def test_a_defect_ends_a_program_with_its_log_written(tmp_path):
    program = (
        "from pathlib import Path\n"
        "from kisopt_gui.app import crash\n"
        f"crash.log_to(Path({str(tmp_path)!r}))\n"
        "crash.catch(lambda what: print('told:', what))\n"
        "1 / 0\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == "told: ZeroDivisionError: division by zero\n"
    log = (tmp_path / "kisopt.log").read_text("utf-8")
    assert "ZeroDivisionError: division by zero" in log


def test_messages_of_qt_go_to_the_log(qapp, caplog):
    from PySide6.QtCore import qDebug, qInstallMessageHandler

    before = qInstallMessageHandler(None)
    try:
        crash.log_qt()
        with caplog.at_level(logging.INFO, "kisopt_gui.qt"):
            qDebug("a message of Qt")
    finally:
        qInstallMessageHandler(before)
    assert ("kisopt_gui.qt", logging.INFO, "a message of Qt") in caplog.record_tuples


@pytest.mark.logs_warnings
def test_serious_messages_of_qt_are_errors(qapp, caplog):
    from PySide6.QtCore import qCritical, qInstallMessageHandler, qWarning

    before = qInstallMessageHandler(None)
    try:
        crash.log_qt()
        with caplog.at_level(logging.INFO, "kisopt_gui.qt"):
            qWarning("odd")
            qCritical("serious")
    finally:
        qInstallMessageHandler(before)
    levels = {text: level for _, level, text in caplog.record_tuples}
    assert (levels["odd"], levels["serious"]) == (logging.INFO, logging.ERROR)
