"""Bad messages in the log: at once, then with a count."""

import logging

from kisopt_gui.feed.bad_messages import BadMessages
from kisopt_gui.wire.codec import FrameError, WidthError


def test_the_first_is_said_at_once_and_the_others_once_a_minute(caplog):
    caplog.set_level(logging.INFO, "kisopt_gui")
    now = 100.0
    bad = BadMessages(lambda: now)
    for second in range(150):
        now = 100.0 + second
        bad.note(FrameError("secret"))
    assert [record.args[0] for record in caplog.records] == [1, 60, 60]
    bad.say()
    bad.say()
    assert [record.args[0] for record in caplog.records] == [1, 60, 60, 29]
    assert "secret" not in caplog.text


def test_it_names_the_newest_kind(caplog):
    caplog.set_level(logging.INFO, "kisopt_gui")
    bad = BadMessages(lambda: 0.0)
    bad.note(WidthError("x", tr_id="H0IOCNT0", fields=1, count=1, required=58))
    assert "WidthError" in caplog.text
