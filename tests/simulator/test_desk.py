"""The desk alone: its books, and that nothing a client sends can upset it."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.simulator.desk import WORDS, Client, Desk, Rules
from kisopt_gui.wire.control import MEANINGS, Effect, Key, read_control, request

KEY = Key("H0IOCNT0", "B01612A34")


def desk(**rules):
    made = Desk(lambda tr_id: tr_id == "H0IOCNT0", lambda tr_id, code: code.startswith("B"))
    made.rules = Rules(**rules)
    return made


def ask(desk, client, approval, code="B01612A34", tr_type="1"):
    return desk.answer(client, request(approval, "P", tr_type, Key("H0IOCNT0", code)))


def test_an_approval_key_has_36_characters_and_is_never_the_same():
    keys = {desk().approve("app") for _ in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key) for key in keys)


def test_what_is_registered_and_released_is_told():
    counter, client = desk(), Client()
    approval = counter.approve("app")
    answer = ask(counter, client, approval)
    assert (answer.taken, answer.freed, answer.close) == (KEY, None, False)
    assert list(client.keys) == [KEY]
    answer = ask(counter, client, approval, tr_type="2")
    assert (answer.taken, answer.freed) == (None, KEY)
    assert not client.keys


def test_a_refused_request_changes_nothing():
    counter, client = desk(), Client()
    approval = counter.approve("app")
    for code, tr_type in (("X1", "1"), ("B01612A34", "2")):
        answer = ask(counter, client, approval, code, tr_type)
        assert (answer.taken, answer.freed) == (None, None)
    assert not client.keys


def test_our_client_reads_every_answer_as_it_is_meant():
    counter, client = desk(cap=1), Client()
    approval = counter.approve("app")
    replies = [
        read_control(ask(counter, client, *arguments).text)
        for arguments in (
            (approval,),
            (approval,),
            (approval, "B01612A35"),
            (approval, "X"),
            (approval, "B01612A34", "2"),
            ("unknown",),
        )
    ]
    assert [reply.effect for reply in replies] == [
        Effect.ACTIVE, Effect.ACTIVE, Effect.OVER_CAP, Effect.BAD_KEY, Effect.RELEASED,
        Effect.NEW_APPROVAL,
    ]  # fmt: skip
    assert [reply.success for reply in replies] == [True, False, False, False, True, False]
    assert len(replies[0].key) == 32
    assert len(replies[0].iv) == 16


def test_every_code_used_is_in_the_broker_s_table():
    assert set(WORDS) <= set(MEANINGS)


def test_a_client_that_leaves_gives_back_its_keys_and_its_app_key():
    counter, first, second = desk(), Client(), Client()
    approval = counter.approve("app")
    ask(counter, first, approval)
    refused = ask(counter, second, approval)
    assert refused.close
    assert read_control(refused.text).effect is Effect.STOP
    assert counter.leave(second) == []
    assert ask(counter, second, approval).code == "OPSP8996"  # still the first one's
    assert counter.leave(first) == [KEY]
    assert counter.leave(first) == []
    assert ask(counter, second, approval).code == "OPSP0000"


def test_old_approval_keys_are_forgotten_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr("kisopt_gui.simulator.desk._MOST_APPROVALS", 3)
    counter = desk()
    keys = [counter.approve("app") for _ in range(5)]
    codes = [ask(counter, Client(), key).code for key in keys]
    assert codes == ["OPSP0011", "OPSP0011", "OPSP0000", "OPSP8996", "OPSP8996"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["header", "body", "input", "tr_id", "tr_key", "tr_type", "custtype"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything | st.text())
def test_any_message_gets_an_answer_that_can_be_read(message):
    text = message if isinstance(message, str) else json.dumps(message)
    answer = desk().answer(Client(), text)
    assert read_control(answer.text).msg_cd in WORDS


@given(anything, anything, anything, anything)
def test_any_parts_get_an_answer_that_can_be_read(custtype, tr_type, tr_id, code):
    counter = desk()
    header = {"approval_key": counter.approve("app"), "custtype": custtype, "tr_type": tr_type}
    text = json.dumps({"header": header, "body": {"input": {"tr_id": tr_id, "tr_key": code}}})
    assert read_control(counter.answer(Client(), text).text).msg_cd in WORDS


@pytest.mark.parametrize("approval", [None, 5, [], {}])
def test_an_approval_key_that_is_no_text_is_unknown(approval):
    text = json.dumps({"header": {"approval_key": approval}})
    assert desk().answer(Client(), text).code == "OPSP0011"
