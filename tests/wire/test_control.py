"""What is asked of the server and what it answers."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kisopt_gui.wire.control import (
    MEANINGS,
    REGISTER,
    RELEASE,
    ControlError,
    Effect,
    Key,
    Ping,
    Reply,
    read_control,
    request,
    write_ping,
    write_reply,
)
from tests.records import captured, thorough

PROTOCOL = (Path(__file__).parents[2] / "docs" / "spec" / "PROTOCOL.md").read_text("utf-8")
ACK, IN_USE, BAD_JSON, PING = captured("control_acks_and_pingpong.txt")

words = st.text(max_size=12).filter(lambda word: word not in ("(null)", "PINGPONG"))
replies = st.builds(Reply, words, words, st.booleans(), words, words, words.filter(bool), words)


def documented_codes():
    """Return the message codes that PROTOCOL.md lists for registrations."""
    table = PROTOCOL.split("**msg_cd table**")[1].split("REST codes met")[0]
    codes = set()
    for line in table.splitlines():
        cell = line.split("|")[1] if line.startswith("|") else ""
        codes |= {f"OPSP{number}" for number in re.findall(r"\b(?:OPSP)?(\d{4})\b", cell)}
    return codes


@pytest.mark.parametrize(
    ("custtype", "tr_type", "code"), [("P", REGISTER, "B01610A51"), ("B", RELEASE, "2001")]
)
def test_a_request_is_written_to_the_letter(custtype, tr_type, code):
    documented = re.search(r'`(\{"header":\{"approval_key".*?)`', PROTOCOL)[1]
    expected = (
        documented.replace("…", "key-of-36")
        .replace('"custtype":"P"', f'"custtype":"{custtype}"')
        .replace('"tr_type":"1"', f'"tr_type":"{tr_type}"')
        .replace("B01610A51", code)
    )
    assert request("key-of-36", custtype, tr_type, Key("H0IOCNT0", code)) == expected


def test_every_code_of_the_brokers_table_has_a_meaning_and_no_other():
    assert documented_codes() == MEANINGS.keys()
    for meaning in MEANINGS.values():
        assert meaning.korean
        assert meaning.english


@pytest.mark.parametrize(
    ("effect", "codes"),
    [
        (Effect.ACTIVE, "0000 0002"),
        (Effect.RELEASED, "0001 0003"),
        (Effect.RETRY, "0007 0009"),
        (Effect.OVER_CAP, "0008"),
        (Effect.BAD_KEY, "8991 8992 8993"),
        (Effect.NEW_APPROVAL, "0011"),
        (Effect.BACK_OFF, "8999 9993 9995"),
        (Effect.STOP, "0010 8994 8995 8996 9994 9996"),
        (Effect.DEFECT, "8997 8998 9990 9991 9992 9997 9998 9999"),
    ],
)
def test_what_the_codes_ask_of_the_client(effect, codes):
    assert {code for code, meaning in MEANINGS.items() if meaning.effect is effect} == {
        f"OPSP{code}" for code in codes.split()
    }


def test_the_portals_success_reply_is_read_whole():
    assert read_control(ACK) == Reply(
        tr_id="H0EUCNT0",
        code="301V06362",
        success=True,
        msg_cd="OPSP0000",
        text="SUBSCRIBE SUCCESS",
        key="abcdefghijklmnopabcdefghijklmnop",
        iv="0123456789abcdef",
    )


@pytest.mark.parametrize(
    ("message", "msg_cd", "effect"),
    [(IN_USE, "OPSP8996", Effect.STOP), (BAD_JSON, "OPSP9999", Effect.DEFECT)],
)
def test_errors_of_the_session_name_no_key(message, msg_cd, effect):
    reply = read_control(message)
    assert (reply.tr_id, reply.code, reply.success) == ("", "", False)
    assert (reply.msg_cd, reply.effect) == (msg_cd, effect)


@pytest.mark.parametrize(
    "body",
    [
        '{"rt_cd":"0","msg_cd":"OPSP0001","msg1":"UNSUBSCRIBE SUCCESS"}',
        '{"rt_cd":"0","msg_cd":"OPSP0001","msg1":"UNSUBSCRIBE SUCCESS","output":null}',
        '{"rt_cd":"0","msg_cd":"OPSP0001","msg1":"UNSUBSCRIBE SUCCESS","output":{"iv":null}}',
        '{"rt_cd":0,"msg_cd":"OPSP0001","msg1":"UNSUBSCRIBE SUCCESS","output":[],"more":{}}',
    ],
)
def test_parts_that_are_absent_or_null_read_as_nothing(body):
    reply = read_control(f'{{"header":{{"tr_id":"H0IOCNT0","tr_key":"B01610A51"}},"body":{body}}}')
    assert reply == Reply("H0IOCNT0", "B01610A51", True, "OPSP0001", "UNSUBSCRIBE SUCCESS")


def test_a_reply_may_lack_everything_but_a_body():
    assert read_control('{"body":{"rt_cd":null}}') == Reply("", "", False, "", "")
    assert read_control('{"header":null,"body":{"msg1":["x"]}}') == Reply("", "", False, "", "")


@pytest.mark.parametrize(
    ("success", "text", "effect"),
    [
        (True, "SUBSCRIBE SUCCESS", Effect.ACTIVE),
        (True, "", Effect.ACTIVE),
        (True, "UNSUBSCRIBE SUCCESS", Effect.RELEASED),
        (True, "unsub ok", Effect.RELEASED),
        (False, "SOMETHING NEW", Effect.BAD_KEY),
    ],
)
def test_an_unknown_code_is_judged_by_its_success_and_words(success, text, effect):
    reply = Reply("H0IOCNT0", "B01610A51", success, "OPSP7777", text)
    assert reply.effect is effect
    assert reply.reason("ko") == reply.reason("en") == f"{text} (OPSP7777)"


def test_the_reason_is_said_in_the_users_language():
    reply = read_control(IN_USE)
    assert reply.reason("ko") == "앱키를 다른 곳에서 사용 중 (OPSP8996)"
    assert reply.reason() == "the app key is in use elsewhere (OPSP8996)"


def test_a_ping_keeps_its_text_to_be_sent_back():
    assert read_control(PING) == Ping("20260928142700", PING)
    assert write_ping("20260928142700") == PING
    spaced = '{ "header" : {"tr_id":"PINGPONG"} }'
    assert read_control(spaced) == Ping("", spaced)


@pytest.mark.parametrize("line", [ACK, IN_USE, BAD_JSON])
def test_replies_are_written_as_the_server_writes_them(line):
    reply = read_control(line)
    assert write_reply(reply, session_error=not reply.success) == line


@thorough
@given(replies)
def test_a_reply_that_was_written_reads_the_same(reply):
    assert read_control(write_reply(reply)) == reply
    refusal = reply._replace(success=False)
    nameless = refusal._replace(tr_id="", code="")
    assert read_control(write_reply(refusal, session_error=True)) == nameless


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["header", "body", "output", "tr_id", "rt_cd", "key", "msg1"]), inner
        )
    ),
    max_leaves=12,
)


@thorough
@given(st.one_of(st.text(), json_values.map(json.dumps)))
@example("[" * 100_000)
@example('{"body":' * 5_000)
@example('{"body":{"rt_cd":' + "[" * 900 + "]" * 900 + "}}")
@example('{"body":{"rt_cd":1e999}}')
@example("\ud800")
def test_any_text_is_a_reply_or_a_ping_or_a_control_error(text):
    try:
        message = read_control(text)
    except ControlError as error:
        message = error
    assert isinstance(message, Reply | Ping | ControlError)
    if isinstance(message, ControlError):
        assert message.frame == text
    if isinstance(message, Reply):
        assert isinstance(message.effect, Effect)
        assert all(isinstance(word, str | bool) for word in message)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '"x"', "1", '{"header":{}}', "PINGPONG"])
def test_what_is_no_control_message_is_refused_in_both_languages(text):
    with pytest.raises(ControlError) as refusal:
        read_control(text)
    assert "no control message" in str(refusal.value)
    assert "제어 메시지가 아닙니다" in refusal.value.sentence("ko")
