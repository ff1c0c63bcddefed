"""The session: every row of docs/SESSION.md, messages, and a model of a server to talk to."""

import json
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kisopt_gui.wire.cipher import encrypt
from kisopt_gui.wire.codec import CipherError, Frame, FrameError, WidthError, split_records
from kisopt_gui.wire.control import (
    MEANINGS,
    REGISTER,
    RELEASE,
    ControlError,
    Effect,
    Key,
    Ping,
    Reply,
    request,
    write_ping,
    write_reply,
)
from kisopt_gui.wire.session import MOST_SLOTS, Session, Slot, State
from tests.records import captured, frame, record

DOCUMENT = (Path(__file__).parents[2] / "docs" / "SESSION.md").read_text("utf-8")
KEY = Key("H0IOCNT0", "B01610A34")
OTHER = Key("H0IOCNT0", "C01610A34")
SECRET, IV = "abcdefghijklmnopabcdefghijklmnop", "0123456789abcdef"
NAMES = {REGISTER: "register", RELEASE: "release"}


def table(heading):
    """Return the rows of the table under a heading of the document."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def reply(code, key=KEY, **more):
    """Write the server's answer with this message code, as it would."""
    number = f"OPSP{code}"
    success = MEANINGS[number].effect in (Effect.ACTIVE, Effect.RELEASED)
    return write_reply(Reply(*key, success, number, "ITS WORDS", **more))


def drained(session):
    """Return everything the session wants to send, read as (kind, key)."""
    sent = []
    while (text := session.to_send()) is not None:
        message = json.loads(text)
        key = Key(message["body"]["input"]["tr_id"], message["body"]["input"]["tr_key"])
        sent.append((message["header"]["tr_type"], key))
    return sent


def free_a_slot(session):
    session.release(OTHER)
    session.to_send()
    session.receive(reply("0001", OTHER))


WISHES = {
    "want": lambda session: session.want(KEY),
    "release": lambda session: session.release(KEY),
    "disconnected": lambda session: session.disconnected(),
    "connected": lambda session: session.connected("approval"),
}
"""Events that need no connection."""

EVENTS = WISHES | {
    "retry": lambda session: session.retry(KEY),
    "slot freed": free_a_slot,
    "unanswered": lambda session: session.unanswered(),
    "heard": lambda session: session.heard({KEY}),
    "9999 nameless": lambda session: session.receive(reply("9999", Key("", ""))),
}
for code in ("0000", "0001", "0002", "0003", "0007", "0008", "8992", "8996", "9998"):
    EVENTS[code] = lambda session, code=code: session.receive(reply(code))

WAYS = {
    "none": [],
    "offline": ["disconnected", "want"],
    "waiting": ["want"],
    "delayed": ["want", "0007"],
    "rejected": ["want", "8992"],
    "pending": ["want"],
    "asked again": ["want", "unanswered"],
    "in doubt": ["want", "unanswered", "0007"],
    "dropped": ["want", "release"],
    "dropped again": ["want", "unanswered", "release"],
    "active": ["want", "0000"],
    "releasing": ["want", "0000", "release"],
    "wanted again": ["want", "0000", "release", "want"],
    "stuck": ["want", "0000", "release", "0007"],
}
"""How a key gets into each state, beside another one that is active."""

TRANSITIONS = {
    (state, event): (becomes, sends)
    for state, events, becomes, sends, _ in table("Transitions")
    for event in events.split(", ")
}
PAIRS = [(state, event) for state in WAYS for event in (WISHES if state == "offline" else EVENTS)]


def brought(state):
    """Return a connected session in which the key is in a state and another one is active."""
    session = Session(limit=1 if state == "waiting" else 2)
    session.connected("approval")
    session.want(OTHER)
    session.to_send()
    session.receive(reply("0000", OTHER))
    for event in WAYS[state]:
        EVENTS[event](session)
        drained(session)
    return session


def observed(session, *, online=True):
    """Name the state of the key by what anybody may see of it."""
    slot = next((slot for slot in session.slots() if slot.key == KEY), None)
    if slot is None:
        return "none"
    wished = KEY in session.wishes
    if slot.state is State.WANTED:
        if not online:
            return "offline"
        return "delayed" if slot.reply and slot.reply.effect is Effect.RETRY else "waiting"
    if slot.state is State.RELEASING:
        if wished:
            return "wanted again"
        if KEY in session.pending:
            return "dropped again" if KEY in session.unsure else "dropped"
        return "releasing" if session.awaiting else "stuck"
    if KEY in session.unsure:
        return "asked again" if session.awaiting else "in doubt"
    return slot.state.value


def test_the_tables_name_the_same_states_and_events():
    states = [row[0] for row in table("States")]
    events = [event for row in table("Events") for event in row[0].split(", ")]
    assert states == list(WAYS)
    assert sorted(events) == sorted(EVENTS)
    assert TRANSITIONS.keys() <= set(PAIRS)


@pytest.mark.parametrize("row", table("States"), ids=lambda row: row[0])
def test_a_state_is_as_described(row):
    state, wished, slot, shown, _ = row
    session = brought(state)
    assert observed(session, online=state != "offline") == state
    assert (KEY in session.wishes) == (wished == "yes")
    assert session.held - (0 if state == "offline" else 1) == (slot == "yes")
    seen = next((each.state.value for each in session.slots() if each.key == KEY), "-")
    assert seen == shown


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=map(" + ".join, PAIRS))
def test_a_transition_is_as_listed_and_what_is_not_listed_changes_nothing(state, event):
    session = brought(state)
    online = event != "disconnected" and (state != "offline" or event == "connected")
    unchanged = ("offline" if state == "waiting" and not online else state, "")
    becomes, sends = TRANSITIONS.get((state, event), unchanged)
    EVENTS[event](session)
    sent = [NAMES[kind] for kind, key in drained(session) if key == KEY]
    assert observed(session, online=online) == becomes
    assert sent == ([sends] if sends else [])


# messages -----------------------------------------------------------------


@pytest.fixture
def session():
    session = Session()
    session.connected("approval")
    return session


def test_a_request_carries_the_approval_key_and_the_customer_type():
    session = Session()
    session.connected("the-approval-key", "B")
    session.want(KEY)
    assert session.to_send() == request("the-approval-key", "B", REGISTER, KEY)
    assert session.to_send() is None


def test_data_frames_come_back_as_frames(session):
    read = session.receive(frame(record(), record(price="11.75")))
    assert isinstance(read, Frame)
    assert len(split_records(read)) == 2


def test_a_ping_is_answered_with_its_own_text_before_anything_else(session):
    session.want(KEY)
    text = captured("control_acks_and_pingpong.txt")[3]
    assert isinstance(session.receive(text), Ping)
    assert session.to_send(changes=False) == text
    assert session.to_send(changes=False) is None
    assert drained(session) == [(REGISTER, KEY)]


def test_an_answer_to_the_server_is_of_no_use_on_the_next_connection(session):
    session.receive(write_ping("20261123090000"))
    session.connected("approval")
    assert session.to_send() is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0|H0IOCNT0|001|x", WidthError),
        ("1|H0EUCNI0|001|AAAA", CipherError),
        ("1|H0EUCNI0|001", FrameError),
        ("nonsense", ControlError),
    ],
)
def test_what_cannot_be_read_is_an_error_and_changes_nothing(session, text, error):
    session.want(KEY)
    drained(session)
    with pytest.raises(error):
        session.receive(text)
    assert session.slots() == [Slot(KEY, State.PENDING)]


def test_streams_that_grew_are_told_once_with_their_width(session):
    for extra in (0, 2, 3):
        session.receive(frame(record(extra=["new"] * extra)))
    assert session.drift == {"H0IOCNT0": 60}


def test_an_encrypted_frame_opens_with_the_key_of_its_streams_reply(session):
    session.want(KEY)
    drained(session)
    sealed = f"1|H0IOCNT0|001|{encrypt(record(), SECRET, IV)}"
    with pytest.raises(CipherError, match="cannot decrypt frame of H0IOCNT0: no key"):
        session.receive(sealed)
    session.receive(reply("0000", key=KEY)[:-2] + f',"output":{{"iv":"{IV}","key":"{SECRET}"}}}}}}')
    assert session.receive(sealed).body == record()
    session.receive(reply("0002"))  # without a key: the one that came is still good
    assert session.receive(sealed).body == record()
    session.connected("approval")
    with pytest.raises(CipherError, match="no key"):  # the next connection has keys of its own
        session.receive(sealed)


def test_a_frame_that_the_key_does_not_open_says_why(session):
    session.want(KEY)
    drained(session)
    session.receive(write_reply(Reply(*KEY, True, "OPSP0000", "OK", SECRET, IV)))
    other = SECRET[::-1]
    with pytest.raises(CipherError, match="cannot decrypt frame of H0IOCNT0: Invalid padding"):
        session.receive(f"1|H0IOCNT0|001|{encrypt(record(), other, IV)}")
    with pytest.raises(CipherError, match="cannot decrypt frame of H0IOCNT0"):
        session.receive("1|H0IOCNT0|001|no base64 at all")


def test_the_portals_encrypted_sample_needs_a_key(session):
    with pytest.raises(CipherError, match="cannot decrypt frame of H0EUCNI0: no key"):
        session.receive(captured("portal_H0EUCNI0_encrypted.txt")[0])


# several keys -------------------------------------------------------------


def keys(count):
    return [Key("H0IOCNT0", f"B01610A{number:02}") for number in range(count)]


def states(session):
    return [slot.state for slot in session.slots()]


def test_an_app_key_gets_41_slots_and_the_rest_waits_in_order(session):
    wished = keys(45)
    for key in wished:
        session.want(key)
    assert [key for _, key in drained(session)] == wished[:MOST_SLOTS] == wished[:41]
    assert session.held == session.awaiting == 41
    assert states(session) == [State.PENDING] * 41 + [State.WANTED] * 4
    for key in wished[:41]:
        session.receive(reply("0000", key))
    session.release(wished[7])
    assert drained(session) == [(RELEASE, wished[7])]  # its slot is not free yet
    session.receive(reply("0001", wished[7]))
    assert drained(session) == [(REGISTER, wished[41])]


def test_who_comes_first_gets_the_free_slot(session):
    session.limit = 1
    a, b, c, stranger = keys(4)
    for key in (a, b, c):
        session.want(key)
    session.reorder([c, stranger, b])
    assert session.wishes == [c, b, a]
    assert drained(session) == [(REGISTER, c)]


def test_a_wish_that_is_repeated_keeps_its_place(session):
    a, b = keys(2)
    for key in (a, b, a):
        session.want(key)
    assert [key for _, key in drained(session)] == [a, b]


def test_a_wish_taken_back_before_it_was_sent_never_reaches_the_wire(session):
    session.want(KEY)
    session.release(KEY)
    assert drained(session) == []
    session.want(KEY)
    drained(session)
    session.receive(reply("0000"))
    session.release(KEY)
    session.want(KEY)
    assert drained(session) == []
    assert states(session) == [State.ACTIVE]


def test_releases_go_before_registrations(session):
    a, b = keys(2)
    session.want(a)
    drained(session)
    session.receive(reply("0000", a))
    session.release(a)
    session.want(b)
    assert drained(session) == [(RELEASE, a), (REGISTER, b)]


def test_the_first_refusal_for_lack_of_slots_lowers_the_limit(session):
    wished = keys(5)
    for key in wished:
        session.want(key)
    drained(session)
    for key in wished[:3]:
        session.receive(reply("0000", key))
    for key in wished[3:]:
        session.receive(reply("0008", key))
    assert session.limit == 3
    assert drained(session) == []
    assert states(session) == [State.ACTIVE] * 3 + [State.WANTED] * 2
    assert [slot.reply.msg_cd for slot in session.slots()[3:]] == ["OPSP0008"] * 2
    session.release(wished[0])
    drained(session)
    session.receive(reply("0001", wished[0]))
    assert drained(session) == [(REGISTER, wished[3])]
    session.receive(reply("0000", wished[3]))
    assert session.slots()[2] == Slot(wished[3], State.ACTIVE)


def test_requests_whose_answers_went_astray_count_as_held(session):
    """The server answers in order: what was asked before a refusal was taken."""
    wished = keys(4)
    for key in wished:
        session.want(key)
    drained(session)
    session.receive(reply("0008", wished[2]))
    assert session.limit == 2
    session.receive(reply("0000", wished[0]))
    session.unanswered()
    assert drained(session) == [(REGISTER, wished[1])]


def test_a_lowered_limit_is_forgotten_when_the_user_says_so(session):
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    session.receive(reply("0000", a))
    session.receive(reply("0008", b))
    session.connected("approval")
    assert drained(session) == [(REGISTER, a)]  # what was learned outlives the connection
    session.forget_cap()
    assert session.limit == MOST_SLOTS
    assert drained(session) == [(REGISTER, b)]


def test_no_slot_with_nothing_held_is_waited_out_and_then_tried_with_one_key_at_a_time(session):
    wished = keys(4)
    for key in wished:
        session.want(key)
    drained(session)
    for key in wished:
        session.receive(reply("0008", key))
    assert (session.full, session.limit, session.held) == (True, MOST_SLOTS, 0)
    assert drained(session) == []
    session.probe()
    assert drained(session) == [(REGISTER, wished[0])]
    session.receive(reply("0008", wished[0]))
    assert (session.full, drained(session)) == (True, [])
    session.probe()
    assert drained(session) == [(REGISTER, wished[0])]
    session.receive(reply("0000", wished[0]))
    assert drained(session) == [(REGISTER, key) for key in wished[1:]]
    session.receive(reply("0000", wished[1]))
    session.receive(reply("0008", wished[2]))
    assert session.limit == 2


@pytest.mark.parametrize("said", ["forget_cap", "connected"])
def test_a_full_server_is_tried_again_on_request_and_on_the_next_connection(session, said):
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    session.receive(reply("0008", a))
    session.receive(reply("0008", b))
    if said == "connected":
        session.connected("approval")
    else:
        session.forget_cap()
    assert drained(session) == [(REGISTER, a)]


def test_a_probe_that_fails_otherwise_is_followed_by_the_next_key(session):
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    session.receive(reply("0008", a))
    session.receive(reply("0008", b))
    session.probe()
    drained(session)
    session.receive(reply("0007", a))
    assert drained(session) == [(REGISTER, b)]


def test_nothing_changes_when_a_server_that_is_not_full_is_probed(session):
    for key in keys(3):
        session.want(key)
    session.probe()
    assert len(drained(session)) == 3


def test_a_key_that_the_server_may_hold_keeps_its_slot_until_that_is_said(session):
    """A slot that is free here and taken there would be given out twice."""
    session.limit = 1
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    session.unanswered()
    assert drained(session) == [(REGISTER, a)]
    session.receive(reply("0007", a))
    assert (session.held, drained(session)) == (1, [])
    session.release(a)
    assert drained(session) == [(RELEASE, a)]
    session.receive(reply("0003", a))
    assert drained(session) == [(REGISTER, b)]


def test_a_nameless_error_belongs_to_the_oldest_request_and_is_returned_with_its_key(session):
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    answer = session.receive(reply("0007", Key("", "")))
    assert (answer.tr_id, answer.code, answer.effect) == (*a, Effect.RETRY)
    assert states(session) == [State.WANTED, State.PENDING]
    session.retry(Key(answer.tr_id, answer.code))
    assert drained(session) == [(REGISTER, a)]


def test_answers_out_of_order_find_their_requests(session):
    a, b, c = keys(3)
    for key in (a, b, c):
        session.want(key)
    drained(session)
    for key in (c, a, b):
        session.receive(reply("0000", key))
    assert states(session) == [State.ACTIVE] * 3
    assert session.awaiting == 0


def test_answers_that_repeat_themselves_answer_nobody_else(session):
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    session.receive(reply("0000", a))
    assert session.receive(reply("0000", a)).msg_cd == "OPSP0000"
    session.receive(reply("8992", a))
    assert states(session) == [State.ACTIVE, State.PENDING]
    assert session.awaiting == 1


def test_a_late_confirmation_is_no_answer_to_the_release_that_followed(session):
    session.want(KEY)
    drained(session)
    session.heard({KEY, OTHER})
    session.release(KEY)
    assert drained(session) == [(RELEASE, KEY)]
    session.receive(reply("0000"))
    assert states(session) == [State.RELEASING]
    session.receive(reply("0001"))
    assert session.slots() == []
    assert drained(session) == []


def test_a_late_answer_settles_a_request_that_was_taken_as_lost(session):
    session.want(KEY)
    drained(session)
    session.unanswered()
    assert session.awaiting == 0
    session.receive(reply("0000"))
    assert states(session) == [State.ACTIVE]
    assert drained(session) == []


def test_a_release_taken_as_lost_is_not_settled_by_a_late_registration(session):
    session.want(KEY)
    drained(session)
    session.receive(reply("0000"))
    session.release(KEY)
    drained(session)
    session.unanswered()
    session.receive(reply("0000"))
    assert drained(session) == [(RELEASE, KEY)]


def test_a_late_refusal_of_a_request_taken_as_lost_counts(session):
    session.want(KEY)
    drained(session)
    session.unanswered()
    session.receive(reply("8992"))
    assert states(session) == [State.REJECTED]
    assert drained(session) == []


def test_a_late_release_of_a_request_taken_as_lost_counts(session):
    session.want(KEY)
    drained(session)
    session.receive(reply("0000"))
    session.release(KEY)
    drained(session)
    session.unanswered()
    session.receive(reply("0001"))
    assert (session.slots(), drained(session)) == ([], [])


def test_a_record_settles_a_request_that_was_taken_as_lost(session):
    session.want(KEY)
    drained(session)
    session.unanswered()
    session.heard({KEY})
    assert states(session) == [State.ACTIVE]
    assert drained(session) == []


def test_a_late_refusal_lowers_the_limit_to_what_was_asked_for_before(session):
    a, b, c = keys(3)
    for key in (a, b, c):
        session.want(key)
    drained(session)
    session.receive(reply("0000", a))
    session.unanswered()  # about b
    session.receive(reply("0008", b))
    assert session.limit == 1


def test_doubts_end_with_the_connection(session):
    a, b = keys(2)
    session.want(a)
    session.want(b)
    drained(session)
    session.unanswered()
    session.unanswered()
    session.limit = 1
    session.connected("approval")
    assert drained(session) == [(REGISTER, a)]


def test_a_confirmation_that_comes_unasked_takes_the_refusal_away(session):
    session.want(KEY)
    drained(session)
    session.receive(reply("8992"))
    session.receive(reply("0000"))
    assert session.slots() == [Slot(KEY, State.ACTIVE)]


def test_nothing_is_unanswered_when_nothing_was_asked(session):
    session.unanswered()
    assert drained(session) == []


@pytest.mark.parametrize("code", ["0010", "0011", "8996", "8999"])
def test_replies_about_the_connection_change_no_key(session, code):
    session.want(KEY)
    drained(session)
    answer = session.receive(reply(code))
    assert answer.msg_cd == f"OPSP{code}"
    assert session.awaiting == 1
    assert states(session) == [State.PENDING]


def test_the_refusal_is_shown_until_the_key_is_wanted_again(session):
    session.want(KEY)
    drained(session)
    refusal = session.receive(reply("8992"))
    assert session.slots() == [Slot(KEY, State.REJECTED, refusal)]
    session.want(KEY)
    assert session.slots() == [Slot(KEY, State.WANTED)]
    session.release(OTHER)  # never wanted
    assert drained(session) == [(REGISTER, KEY)]


def test_keys_being_released_are_listed_behind_the_wishes(session):
    a, b = keys(2)
    session.want(a)
    drained(session)
    session.receive(reply("0000", a))
    session.release(a)
    session.want(b)
    assert session.slots() == [Slot(b, State.WANTED), Slot(a, State.RELEASING)]


def test_nothing_is_sent_without_a_connection():
    session = Session()
    session.want(KEY)
    assert session.to_send() is None
    session.connected("approval")
    session.disconnected()
    assert session.to_send() is None


# a server to talk to --------------------------------------------------------

FEW = keys(6)


class Server:
    """What the broker does with requests, with a cap of its own and an order of its own."""

    def __init__(self, cap):
        self.cap = cap
        self.held = set()
        self.most = 0

    def answer(self, kind, key, *, fails):
        """Do what is asked; return the message code, or None for no answer."""
        if fails == "before":
            return None
        if fails == "later":
            return "0007"
        if kind == RELEASE:
            code = "0001" if key in self.held else "0003"
            self.held.discard(key)
        elif key in self.held:
            code = "0002"
        elif len(self.held) == self.cap:
            code = "0008"
        else:
            self.held.add(key)
            code = "0000"
        self.most = max(self.most, len(self.held))
        return None if fails == "after" else code


def test_a_limit_learned_while_an_answer_was_lost_gives_way_to_what_the_server_holds():
    first, second, third = FEW[:3]
    session = Session(limit=3)
    session.connected("approval")
    for key in (first, second, third):
        session.want(key)
        session.to_send()
    session.receive(reply("0000", first))
    # The second was lost on its way, the third was taken, and neither is answered.
    session.unanswered()
    session.unanswered()
    assert session.to_send() == request("approval", "P", REGISTER, second)
    assert session.to_send() == request("approval", "P", REGISTER, third)
    session.receive(reply("0008", second))
    assert session.limit == 1
    session.receive(reply("0002", third))
    assert session.limit == session.held == 2


class Conversation(RuleBasedStateMachine):
    """A session and a server that may lose, delay, repeat and refuse."""

    @initialize(cap=st.integers(1, 7), limit=st.integers(1, 7))
    def start(self, cap, limit):
        self.server = Server(cap)
        self.session = Session(limit=limit)
        self.limit = limit
        self.asked = []  # what the server has not looked at
        self.answers = []  # what the session has not seen
        self.owed = {}  # requests that are answered by nothing yet, oldest first
        self.session.connected("approval")
        self.online = True
        self.repeated = False  # an answer that comes twice may say what is not true any more

    @rule(key=st.sampled_from(FEW))
    def want(self, key):
        self.session.want(key)

    @rule(key=st.sampled_from(FEW))
    def release(self, key):
        self.session.release(key)

    @rule(key=st.sampled_from(FEW))
    def retry(self, key):
        self.session.retry(key)

    @rule()
    def probe(self):
        self.session.probe()

    @rule(order=st.permutations(FEW))
    def reorder(self, order):
        self.session.reorder(order)

    @rule()
    def send(self):
        before = self.session.held
        text = self.session.to_send()
        if text is None:
            return
        assert self.online
        message = json.loads(text)
        kind = message["header"]["tr_type"]
        key = Key(**dict(zip(("tr_id", "code"), message["body"]["input"].values(), strict=True)))
        # No request is repeated before it is answered or taken as lost, and none without a wish.
        assert key not in self.owed
        assert (key in self.session.wishes) == (kind == REGISTER)
        if self.session.held > before:
            assert self.session.held <= self.session.limit
        self.owed[key] = kind
        self.asked.append((kind, key))

    @precondition(lambda self: self.asked)
    @rule(fails=st.sampled_from([None, None, None, "before", "after", "later"]))
    def serve(self, fails):
        kind, key = self.asked.pop(0)
        code = self.server.answer(kind, key, fails=fails)
        if code is not None:
            self.answers.append((code, key))

    @precondition(lambda self: self.answers)
    @rule(again=st.sampled_from([False, False, True]))
    def hear(self, again):
        again = again and self.answers[0][0] != "0007"  # which may well be said twice
        code, key = self.answers[0] if again else self.answers.pop(0)
        self.repeated |= again
        self.session.receive(reply(code, key))
        self.forget(code, key)

    def forget(self, code, key):
        kinds = {"0000": REGISTER, "0002": REGISTER, "0001": RELEASE, "0003": RELEASE}
        if self.owed.get(key) == kinds.get(code, self.owed.get(key)):
            self.owed.pop(key, None)

    @precondition(lambda self: self.server.held)
    @rule(data=st.data())
    def record(self, data):
        key = data.draw(st.sampled_from(sorted(self.server.held)))
        if key in self.session.pending:
            self.owed.pop(key, None)
        self.session.heard({key})

    @precondition(lambda self: self.session.awaiting and not self.asked and not self.answers)
    @rule()
    def lose_patience(self):
        self.owed.pop(next(iter(self.owed)), None)
        self.session.unanswered()

    @precondition(lambda self: self.online)
    @rule()
    def disconnect(self):
        self.session.disconnected()
        self.online = False
        self.server.held.clear()
        self.asked.clear()
        self.answers.clear()
        self.owed.clear()

    @precondition(lambda self: not self.online)
    @rule()
    def connect(self):
        self.session.connected("approval")
        self.online = True

    @invariant()
    def the_limits_are_kept(self):
        if hasattr(self, "server"):
            assert self.server.most <= self.server.cap
            assert self.session.limit <= self.limit
            slots = self.session.slots()
            assert len(slots) == len({slot.key for slot in slots})
            assert [slot.key for slot in slots[: len(self.session.wishes)]] == self.session.wishes
            assert self.session.awaiting == len(self.owed)
            held = {slot.key for slot in slots if slot.state not in (State.WANTED, State.REJECTED)}
            assert len(held) == self.session.held
            assert self.repeated or self.server.held <= held  # no slot leaks

    def teardown(self):
        """From here on the server is kind: all must come to rest, and be right."""
        if not hasattr(self, "server"):
            return
        if not self.online:
            self.connect()
        for _ in range(20 * len(FEW)):
            for key in FEW:
                self.session.retry(key)
            self.session.probe()
            sent = len(self.asked)
            self.send()
            if self.asked:
                self.serve(None)
            elif self.answers:
                self.hear(again=False)
            elif self.session.awaiting:
                self.lose_patience()
            elif len(self.asked) == sent:
                break
        assert [self.asked, self.answers, self.owed] == [[], [], {}]
        wishes = self.session.wishes
        active = {slot.key for slot in self.session.slots() if slot.state is State.ACTIVE}
        assert active == self.server.held
        assert active <= set(wishes)
        assert len(active) == min(len(wishes), self.session.limit)
        assert min(self.limit, self.server.cap) <= self.session.limit


Conversation.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestConversation = Conversation.TestCase
