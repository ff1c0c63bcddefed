"""The feed without its socket: wishes and frames in, records and frames to send out.

A session is a value. It knows what the user wants, what the server has been
asked and has confirmed, and what to send next. The caller owns the socket, the
clock and the pace; docs/SESSION.md has the states as a table, which the tests
read.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from kisopt_gui.wire.cipher import decrypt
from kisopt_gui.wire.codec import CipherError, Frame, is_data, read_frame
from kisopt_gui.wire.control import (
    REGISTER,
    RELEASE,
    Effect,
    Key,
    Ping,
    Reply,
    read_control,
    request,
)

MOST_SLOTS = 41
"""Registrations an app key may hold, all streams together (broker's notice 2025-08-07)."""


class State(Enum):
    """Where a key stands."""

    WANTED = "wanted"
    PENDING = "pending"
    ACTIVE = "active"
    RELEASING = "releasing"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Slot:
    """A key as the user sees it.

    Attributes:
        key: What is watched.
        state: Where it stands.
        reply: The refusal or delay behind the state, if the server gave one.
    """

    key: Key
    state: State
    reply: Reply | None = None


class Session:
    """Subscriptions of one connection, and of the next one after it drops.

    A key holds one of ``limit`` slots from the moment its registration is sent
    until its release is confirmed. Wishes past the limit wait, in order, and
    move up when a slot is freed. What to send is worked out only when the
    caller asks for it, so a wish that was taken back before never reaches the
    wire.

    No request is repeated before it is answered or its connection is gone,
    unless the caller says that no answer will come. What the server holds is
    not known then: the key keeps its slot and is asked for, or released, anew,
    until the server has said clearly whether it holds it.

    Attributes:
        limit: Slots that may be held; lowered when the server says OPSP0008.
        full: Whether the server said OPSP0008 although nothing is held here: its slots are
            taken by what this session cannot release. Nothing is registered until `probe`.
        drift: Streams that sent more fields than documented, and how many.
    """

    def __init__(self, *, limit: int = MOST_SLOTS) -> None:
        self.limit = limit
        self.full = False
        self.drift: dict[str, int] = {}
        self._custtype = "P"
        self._approval_key = ""
        self._connected = False
        self._wishes: dict[Key, None] = {}
        self._held: dict[Key, State] = {}
        self._replies: dict[Key, Reply] = {}
        self._delayed: set[Key] = set()
        self._doubted: set[Key] = set()
        self._unsure: set[Key] = set()
        self._probing = False
        self._outstanding: deque[tuple[str, Key]] = deque()
        self._answers: deque[str] = deque()
        self._ciphers: dict[str, tuple[str, str]] = {}

    # wishes ------------------------------------------------------------

    def want(self, key: Key) -> None:
        """Watch ``key``; a key that was refused is asked for again."""
        self._wishes[key] = None
        self._replies.pop(key, None)
        self._delayed.discard(key)

    def release(self, key: Key) -> None:
        """Stop watching ``key``."""
        self._wishes.pop(key, None)
        self._replies.pop(key, None)
        self._delayed.discard(key)

    def reorder(self, keys: list[Key]) -> None:
        """Put the wishes in this order: who waits for a slot gets it in this order.

        Keys that are not wished for are passed over, others keep their place behind.
        """
        first = {key: None for key in keys if key in self._wishes}
        self._wishes = first | self._wishes

    def retry(self, key: Key) -> None:
        """Ask again for a key whose registration the server could not take (`Effect.RETRY`)."""
        self._delayed.discard(key)

    def forget_cap(self) -> None:
        """Believe in `MOST_SLOTS` again: the user says that the cap was another program's."""
        self.limit = MOST_SLOTS
        self.probe()

    def probe(self) -> None:
        """Try one registration on a server that was full, the next when it is taken."""
        self._probing = self._probing or self.full
        self.full = False

    def unanswered(self) -> None:
        """Take the oldest request as lost: no answer came for too long."""
        if self._outstanding:
            key = self._outstanding.popleft()[1]
            self._doubted.add(key)
            self._unsure.add(key)

    # connection --------------------------------------------------------

    def connected(self, approval_key: str, custtype: str = "P") -> None:
        """Start over on a new connection: the server remembers nothing.

        Args:
            approval_key: What every request carries; a secret.
            custtype: "P" for a person, "B" for a company.
        """
        self.disconnected()
        self._approval_key = approval_key
        self._custtype = custtype
        self._connected = True
        self.probe()

    def disconnected(self) -> None:
        """Forget what the server held."""
        self._connected = False
        self._held.clear()
        self._delayed.clear()
        self._doubted.clear()
        self._unsure.clear()
        self._outstanding.clear()
        self._answers.clear()
        self._ciphers.clear()

    def to_send(self, *, changes: bool = True) -> str | None:
        """Return the next text to send, None if there is nothing to say.

        Answers to the server come first, then releases, then registrations in
        the order wished.

        Args:
            changes: Whether the pace allows a request now; an answer always may go.
        """
        if self._answers:
            return self._answers.popleft()
        change = self._next_change() if changes and self._connected else None
        if change is None:
            return None
        tr_type, key = change
        self._held[key] = State.PENDING if tr_type == REGISTER else State.RELEASING
        self._doubted.discard(key)
        self._outstanding.append(change)
        return request(self._approval_key, self._custtype, tr_type, key)

    def receive(self, text: str) -> Frame | Reply | Ping:
        """Take in one message.

        Returns:
            A `Frame` whose records the caller reads; a `Reply`, already applied
            to the slots, with the key it answers although the server may not
            have named it, whose effect may ask the caller to act on the
            connection; a `Ping`, whose answer `to_send` returns next.

        Raises:
            FrameError: A data frame that cannot be read.
            ControlError: Neither a data frame nor a control message.
        """
        if is_data(text):
            frame = read_frame(text if text[0] == "0" else self._opened(text))
            shape = frame.shape
            if shape.width > shape.stream.width:
                self.drift.setdefault(shape.stream.tr_id, shape.width)
            return frame
        message = read_control(text)
        if isinstance(message, Ping):
            self._answers.append(message.text)
            return message
        return self._apply(message)

    def heard(self, keys: set[Key]) -> None:
        """Take records of a pending key as its ack: the server would not send them otherwise."""
        for key in self.pending & keys:
            self._settle(key)
            self._held[key] = State.ACTIVE
            self._outstanding = deque(item for item in self._outstanding if item[1] != key)

    # state -------------------------------------------------------------

    @property
    def wishes(self) -> list[Key]:
        """The wished keys in order."""
        return list(self._wishes)

    @property
    def pending(self) -> set[Key]:
        """Keys whose registration is not answered yet."""
        return {key for key, state in self._held.items() if state is State.PENDING}

    @property
    def unsure(self) -> set[Key]:
        """Keys that the server may hold or not: it did not answer a request for them."""
        return set(self._unsure)

    @property
    def awaiting(self) -> int:
        """How many requests are not answered yet."""
        return len(self._outstanding)

    @property
    def held(self) -> int:
        """How many slots are held at the server, as far as is known."""
        return len(self._held)

    def slots(self) -> list[Slot]:
        """Return every wished key in order, then those still being released."""
        wished = [Slot(key, self._state(key), self._replies.get(key)) for key in self._wishes]
        leaving = [Slot(key, State.RELEASING) for key in self._held if key not in self._wishes]
        return wished + leaving

    def _state(self, key: Key) -> State:
        held = self._held.get(key)
        if held is not None:
            return held
        reply = self._replies.get(key)
        if reply is not None and reply.effect in (Effect.BAD_KEY, Effect.DEFECT):
            return State.REJECTED
        return State.WANTED

    def _next_change(self) -> tuple[str, Key] | None:
        for key, state in self._held.items():
            due = state is State.ACTIVE or key in self._doubted
            if due and key not in self._wishes and key not in self._delayed:
                return RELEASE, key
        for key in self._wishes:
            if key in self._doubted and key not in self._delayed:
                return REGISTER, key
        if len(self._held) >= self.limit or self.full or (self._probing and self.pending):
            return None
        for key in self._wishes:
            if key not in self._delayed and self._state(key) is State.WANTED:
                return REGISTER, key
        return None

    def _apply(self, reply: Reply) -> Reply:
        effect = reply.effect
        if effect in (Effect.STOP, Effect.NEW_APPROVAL, Effect.BACK_OFF):
            return reply
        if reply.key:
            self._ciphers[reply.tr_id] = (reply.key, reply.iv)
        asked = self._answered(reply)
        if asked is None:
            self._believe(Key(reply.tr_id, reply.code), effect)
            return reply
        (tr_type, key), later = asked
        reply = reply._replace(tr_id=key.tr_id, code=key.code)
        if effect is Effect.RETRY and (tr_type == RELEASE or key in self._unsure):
            self._keep(tr_type, key, reply)
            return reply
        self._settle(key)
        if effect is Effect.ACTIVE:
            self._held[key] = State.ACTIVE
            self.full = self._probing = False
            # What it holds it can hold: a registration whose answer was lost had a slot already.
            active = sum(state is State.ACTIVE for state in self._held.values())
            self.limit = max(self.limit, active)
        else:
            # A release that failed for good was of a key that the server does not hold.
            del self._held[key]
            if tr_type == REGISTER:
                self._refused(key, reply, later)
        return reply

    def _refused(self, key: Key, reply: Reply, later: int) -> None:
        if reply.effect is Effect.OVER_CAP:
            # All that was asked for before is taken to be held: the server answers in order.
            held = len(self._held) - later
            if held > 0:
                self.limit = min(self.limit, held)
            else:
                self.full, self._probing = True, False
        if key in self._wishes:
            self._replies[key] = reply
            if reply.effect is Effect.RETRY:
                self._delayed.add(key)

    def _keep(self, tr_type: str, key: Key, reply: Reply) -> None:
        """Keep the slot of a key that the server may hold: free here, it would leak there."""
        self._doubted.add(key)
        self._unsure.add(key)
        # What is still to be done is done later; if it is the opposite by now, at once.
        if (tr_type == REGISTER) == (key in self._wishes):
            self._delayed.add(key)
        if tr_type == REGISTER and key in self._wishes:
            self._replies[key] = reply

    def _settle(self, key: Key) -> None:
        """Forget what was doubtful about a key: the server has said how it stands."""
        self._replies.pop(key, None)
        self._delayed.discard(key)
        self._doubted.discard(key)
        self._unsure.discard(key)

    def _believe(self, key: Key, effect: Effect) -> None:
        """Take the server's word for a key of which it was asked nothing, or no longer.

        It may hold a key that was given up here, or not hold one that is used here.
        """
        state = self._held.get(key)
        if effect is Effect.ACTIVE and key.code and state is None:
            self._held[key] = State.ACTIVE
            self._replies.pop(key, None)
        elif effect is Effect.RELEASED and state is State.ACTIVE:
            del self._held[key]

    def _answered(self, reply: Reply) -> tuple[tuple[str, Key], int] | None:
        """Find the request a reply belongs to, and take it off the list.

        A reply that names its key answers the oldest request for that key, one
        taken as lost too, or none when it repeats itself; one that names none
        answers the oldest. A confirmation answers only a request of its kind.

        Returns:
            The request, and how many registrations were sent after it; None if
            the reply answers nothing.
        """
        kinds = {Effect.ACTIVE: (REGISTER,), Effect.RELEASED: (RELEASE,)}
        fits = kinds.get(reply.effect, (REGISTER, RELEASE))
        named = Key(reply.tr_id, reply.code)
        requests = list(self._outstanding)
        if named in self._doubted:
            tr_type = REGISTER if self._held[named] is State.PENDING else RELEASE
            requests.insert(0, (tr_type, named))
        for place, asked in enumerate(requests):
            if asked[0] in fits and (asked[1] == named or not reply.code):
                if named in self._doubted:
                    self._doubted.discard(named)
                else:
                    self._outstanding.remove(asked)
                return asked, sum(later[0] == REGISTER for later in requests[place + 1 :])
        return None

    def _opened(self, text: str) -> str:
        try:
            _, tr_id, count, body = text.split("|", 3)
        except ValueError:
            return text
        key, iv = self._ciphers.get(tr_id, ("", ""))
        if not key:
            raise CipherError(text, tr_id=tr_id, reason="no key")
        try:
            return f"0|{tr_id}|{count}|{decrypt(body, key, iv)}"
        except ValueError as error:
            raise CipherError(text, tr_id=tr_id, reason=str(error)) from None
