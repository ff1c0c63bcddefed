"""Defects are logged and said, and no secret is in what is logged."""

import asyncio
import gc
import json
import logging
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from kisopt_gui.app import crash, redaction
from kisopt_gui.app.crash import Defects, Redaction, hide, log_to, redacted
from kisopt_gui.app.redaction import homeless
from kisopt_gui.app.report import Report, log_tail, save
from kisopt_gui.wire.control import REGISTER, Key, request

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


# values ---------------------------------------------------------------------------


@pytest.fixture
def hidden(monkeypatch):
    """Hide values until the end of the test."""
    monkeypatch.setattr(redaction, "_pieces", frozenset())
    monkeypatch.setattr(redaction, "_short", ())
    return hide


VALUE = "canary+0123/4567=canary"


@pytest.mark.parametrize(
    "written",
    [
        VALUE,
        VALUE * 2,
        f"in the middle{VALUE}of a word",
        VALUE[:12],  # cut short
        VALUE[-12:],
        quote(VALUE),
        quote(VALUE, safe=""),
        quote(VALUE, safe="").lower(),
        quote_plus(VALUE),
        json.dumps(VALUE),
        json.dumps(json.dumps({"x": VALUE})),
        json.dumps(VALUE).replace("/", "\\/"),
        repr(VALUE.encode()),
        f"GET /oauth2/{VALUE}/x HTTP/1.1",
        f"two\nlines {VALUE}\nof it",
    ],
)
def test_a_hidden_value_is_cut_wherever_it_stands_and_however_it_is_written(hidden, written):
    hidden(VALUE)
    found = redacted(f"before {written} after")
    assert "canary" not in found.lower()
    assert found.startswith("before ")
    assert found.endswith(" after")


@pytest.mark.parametrize("value", ['quote"canary"quote', "back\\canary\\slash", "한글canary열쇠"])
def test_a_hidden_value_with_odd_characters_is_cut_from_json_and_repr(hidden, value):
    hidden(value)
    for written in (json.dumps(value), json.dumps([json.dumps(value)]), repr(value), quote(value)):
        assert "canary" not in redacted(written)


def test_a_short_hidden_value_is_cut_whole_and_a_shorter_one_cannot_be(hidden):
    hidden("70012")
    hidden("abc")
    assert redacted("account 70012, 7001 abc") == "account ***, 7001 abc"


def test_what_is_no_hidden_value_stays(hidden):
    hidden(VALUE)
    hidden("")
    text = "0|H0IOCNT0|001|B01612A30^090500^11.70 canary"
    assert redacted(text) == text


def test_a_login_in_an_address_is_cut():
    assert redacted("ws://me:canary@host:1/x") == "ws://***@host:1/x"


def test_a_hidden_value_is_in_no_line_of_the_log(hidden, logger, tmp_path):
    hidden(VALUE)
    path = log_to(tmp_path)
    logging.getLogger("kisopt_gui.feed").info("connected with %s", VALUE)
    assert "connected with ***" in path.read_text("utf-8")


def test_a_log_that_is_open_is_not_opened_again(logger, tmp_path):
    assert log_to(tmp_path) == log_to(tmp_path)
    logging.getLogger("kisopt_gui.feed").info("once")
    assert (tmp_path / "kisopt.log").read_text("utf-8").count("once") == 1


# the user's name ------------------------------------------------------------------


def test_the_home_folder_is_written_as_a_tilde():
    home = Path("/homes/김 트레이더")
    text = 'File "/homes/김 트레이더/kisopt/a.py", /homes/김 트레이더, /homes/김 트레이더2/x'
    assert homeless(text, home) == 'File "~/kisopt/a.py", ~, /homes/김 트레이더2/x'
    assert homeless(f"file://{quote(str(home))}/x", home) == "file://~/x"


def test_a_home_that_is_the_root_of_everything_changes_nothing():
    assert homeless("/usr/lib/x.py", Path("/")) == "/usr/lib/x.py"


# the report -----------------------------------------------------------------------


def test_a_report_says_what_is_known_and_no_secret(hidden, tmp_path, monkeypatch):
    hidden(VALUE)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    text = Report(
        title="ended unexpectedly",
        what=f"ValueError: {VALUE}",
        began=time.time() - 65,
        language="ko",
        words=("--source", f"ws://127.0.0.1:1/?appkey={CANARY}"),
        trace=f'File "{tmp_path}/x.py", line 1\nValueError: {VALUE}',
        native=f"Fatal Python error: {VALUE}",
        log=f"approval_key={CANARY}\nlast line",
    ).text()
    assert "canary" not in text
    assert str(tmp_path) not in text
    assert 'File "~/x.py", line 1' in text
    assert "1 min 5 s after the start" in text
    assert "Qt 6." in text
    assert "language  ko" in text
    assert text.endswith("--- end of the log ---\napproval_key=***\nlast line\n")


def test_the_end_of_a_log_goes_back_into_the_file_before_it(tmp_path):
    (tmp_path / "kisopt.log.1").write_text("".join(f"old {n}\n" for n in range(500)))
    (tmp_path / "kisopt.log").write_text("new 1\nnew 2\n")
    lines = log_tail(tmp_path).splitlines()
    assert len(lines) == 200
    assert lines[-3:] == ["old 499", "new 1", "new 2"]
    assert log_tail(tmp_path, 1) == "new 2"
    assert log_tail(tmp_path / "nowhere") == ""


def test_a_long_log_is_not_read_whole(tmp_path):
    (tmp_path / "kisopt.log").write_text("x" * 1_000_000 + "\n" + "y" * 5_000 + "\nlast\n")
    assert log_tail(tmp_path, 2).endswith("yyy\nlast")


def test_only_the_newest_reports_are_kept(tmp_path):
    for number in range(15):
        (tmp_path / f"report-20200101-0000{number:02}.txt").write_text("old")
    path = save(tmp_path, "new")
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 10
    assert kept[-1] == path
    assert path.read_text() == "new"


# defects ------------------------------------------------------------------------


@pytest.fixture
def defects(tmp_path, logger):
    """Defects that are caught, and what they told."""
    found = Defects(lambda: log_to(tmp_path))
    found.catch()
    yield found
    found.release()


def raised(number=0):
    """Return an exception with a traceback, each time from the same line."""
    try:
        raise ZeroDivisionError(f"appkey={CANARY} was divided {number}")
    except ZeroDivisionError as error:
        return type(error), error, error.__traceback__


@pytest.mark.logs_warnings
def test_an_uncaught_exception_is_logged_and_told_without_secrets(defects, tmp_path, capfd):
    told = []
    defects.tell(told.append)
    sys.excepthook(*raised())
    [defect] = told
    assert defect.what == "ZeroDivisionError: appkey=*** was divided 0"
    assert "in raised" in defect.trace
    assert "canary" not in defect.trace.replace("{CANARY}", "").replace("CANARY", "")
    text = (tmp_path / "kisopt.log").read_text("utf-8")
    assert "CRITICAL kisopt_gui.app.crash: uncaught" in text
    assert "ZeroDivisionError: appkey=***" in text
    assert "canary-" not in text
    assert "canary" not in capfd.readouterr().err


@pytest.mark.logs_warnings
def test_a_defect_of_every_frame_is_told_ever_more_rarely(defects, tmp_path):
    told = []
    defects.tell(lambda defect: told.append((defect.count, defect.title)))
    for number in range(1_500):
        sys.excepthook(*raised(number))
    what = "ZeroDivisionError: appkey=*** was divided 0"
    assert told == [
        (1, what),
        (10, f"{what} (×10)"),
        (100, f"{what} (×100)"),
        (1000, f"{what} (×1,000)"),
    ]
    [defect] = defects
    assert defect.count == 1_500
    assert len((tmp_path / "kisopt.log").read_text("utf-8").splitlines()) < 20


@pytest.mark.logs_warnings
def test_other_places_are_other_defects_up_to_a_bound(defects):
    for number in range(130):
        code = compile("\n" * number + "1 / 0", "made.py", "exec")
        try:
            exec(code)
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    assert len(list(defects)) == 100
    assert defects.beyond == 30


@pytest.mark.logs_warnings
def test_what_came_before_anybody_listened_is_told_then(defects):
    sys.excepthook(*raised())
    told = []
    defects.tell(told.append)
    assert [defect.count for defect in told] == [1]


@pytest.mark.logs_warnings
def test_an_exception_of_a_thread_is_a_defect(defects):
    thread = threading.Thread(target=lambda: 1 / 0, name="feed")
    thread.start()
    thread.join()
    [defect] = defects
    assert defect.what == "ZeroDivisionError: division by zero"


@pytest.mark.logs_warnings
def test_an_exception_of_a_destructor_is_a_defect(defects):
    class Falls:
        def __del__(self):
            raise ValueError("at the end")

    Falls()
    [defect] = defects
    assert defect.what == "ValueError: at the end"


@pytest.mark.logs_warnings
def test_an_exception_that_nobody_awaited_is_a_defect(defects):
    async def fall():
        raise ValueError("in a task")

    async def main():
        task = asyncio.create_task(fall())
        await asyncio.sleep(0)
        del task

    asyncio.run(main())
    gc.collect()
    [defect] = defects
    assert defect.what == "ValueError: in a task"


@pytest.mark.logs_warnings
def test_an_exception_of_a_callback_in_the_windows_loop_is_a_defect(defects, qapp):
    from qasync import QEventLoop

    async def main():
        asyncio.get_running_loop().call_exception_handler(
            {"message": "odd", "exception": raised()[1]}
        )

    with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
        runner.run(main())
    assert [defect.count for defect in defects] == [1]


@pytest.mark.logs_warnings
def test_an_exception_of_a_slot_is_a_defect(defects, qapp):
    from PySide6.QtWidgets import QPushButton

    button = QPushButton()
    button.clicked.connect(lambda: 1 / 0)
    button.click()
    [defect] = defects
    assert defect.what == "ZeroDivisionError: division by zero"


@pytest.mark.logs_warnings
def test_a_defect_whose_message_cannot_be_made_is_still_one(defects):
    class MuteError(Exception):
        def __str__(self):
            raise KeyError("no message")

    sys.excepthook(MuteError, MuteError(), None)
    [defect] = defects
    assert "MuteError" in defect.what


def test_the_hooks_are_given_back():
    before = (sys.excepthook, sys.unraisablehook, threading.excepthook)
    handlers = logging.getLogger("asyncio").handlers[:]
    defects = Defects()
    defects.catch()
    assert sys.excepthook is not before[0]
    defects.release()
    defects.release()
    assert (sys.excepthook, sys.unraisablehook, threading.excepthook) == before
    assert logging.getLogger("asyncio").handlers == handlers


def test_ctrl_c_is_no_defect(defects, capfd):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert list(defects) == []
    assert "KeyboardInterrupt" in capfd.readouterr().err


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
