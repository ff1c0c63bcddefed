"""The registration desk: what the broker answers to each request. No socket.

One desk serves all connections. It knows who registered what, and holds the
broker's rules: approval keys, one connection per app key, registrations per app
key. Source: docs/spec/PROTOCOL.md sections 1 and 3.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from kisopt_gui.simulator.faults import AES_KEY, IV
from kisopt_gui.wire.control import REGISTER, RELEASE, Key, Reply, write_reply
from kisopt_gui.wire.session import MOST_SLOTS

WORDS = {
    "OPSP0000": "SUBSCRIBE SUCCESS",
    "OPSP0001": "UNSUBSCRIBE SUCCESS",
    "OPSP0002": "ALREADY IN SUBSCRIBE",
    "OPSP0003": "UNSUBSCRIBE ERROR(not found!)",
    "OPSP0008": "MAX SUBSCRIBE OVER",
    "OPSP0010": "SUBSCRIBE WARNING : invalid appkey",
    "OPSP0011": "invalid approval : NOT FOUND",
    "OPSP8991": "invalid tr_id",
    "OPSP8992": "invalid tr_key",
    "OPSP8993": "JSON PARSING ERROR : invalid tr_key",
    "OPSP8996": "ALREADY IN USE appkey",
    "OPSP8997": "invalid tr_type",
    "OPSP8998": "invalid custtype",
    "OPSP9990": "JSON PARSING ERROR : tr_key not found",
    "OPSP9991": "JSON PARSING ERROR : input not found",
    "OPSP9992": "JSON PARSING ERROR : body not found",
    "OPSP9997": "JSON PARSING ERROR : custtype not found",
    "OPSP9998": "JSON PARSING ERROR : header not found",
    "OPSP9999": "JSON PARSING ERROR : invalid json format",
}
"""The broker's words for each code that the desk uses."""

SUCCESS = ("OPSP0000", "OPSP0001")

_MOST_APPROVALS = 4096

_decode = msgspec.json.Decoder().decode


class Answer(NamedTuple):
    """What to do about a request.

    Attributes:
        text: The message to send.
        code: Its message code.
        taken: A key registered now.
        freed: A key released now.
        close: Whether the connection ends after the answer.
    """

    text: str
    code: str
    taken: Key | None = None
    freed: Key | None = None
    close: bool = False


@dataclass(eq=False)
class Client:
    """A connection as the desk knows it.

    Attributes:
        app_key: Whose it is; "" before the first accepted request.
        keys: What it has registered, in order.
    """

    app_key: str = ""
    keys: dict[Key, None] = field(default_factory=dict)


@dataclass
class Rules:
    """What faults change about the desk.

    Attributes:
        cap: Registrations an app key may hold.
        in_use: Whether every app key counts as used elsewhere.
        no_approval: Whether approval keys are unknown as soon as they are issued.
    """

    cap: int = MOST_SLOTS
    in_use: bool = False
    no_approval: bool = False


class Desk:
    """Answers requests and keeps the books.

    Args:
        streams: Whether there is a stream of this tr_id.
        knows: Whether there is this code in this stream.
    """

    def __init__(self, streams: Callable[[str], bool], knows: Callable[[str, str], bool]) -> None:
        self.rules = Rules()
        self._streams = streams
        self._knows = knows
        self._approvals: dict[str, str] = {}
        self._clients: dict[str, Client] = {}

    def approve(self, app_key: str) -> str:
        """Issue an approval key of 36 characters; earlier ones stay good."""
        digits = os.urandom(16).hex()
        approval = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        if len(self._approvals) >= _MOST_APPROVALS:
            del self._approvals[next(iter(self._approvals))]
        if not self.rules.no_approval:
            self._approvals[approval] = app_key
        return approval

    def forget_approvals(self) -> None:
        """Make every approval key issued so far unknown; open connections go on."""
        self._approvals.clear()

    def answer(self, client: Client, text: str) -> Answer:
        """Answer one message of a client that is no PINGPONG."""
        try:
            message = _decode(text)
        except msgspec.DecodeError:
            return _error("OPSP9999")
        header, body = _part(message, "header"), _part(message, "body")
        if header is None:
            return _error("OPSP9998")
        app_key = self._approvals.get(str(header.get("approval_key")))
        if app_key is None:
            return _error("OPSP0011")
        refusal = self._admit(client, app_key)
        if refusal is not None:
            return refusal
        wanted = _part(body, "input") or {}
        defect = _defect(header, body, wanted)
        if defect:
            return _error(defect)
        tr_id, code = wanted.get("tr_id"), wanted["tr_key"]
        key = Key(str(tr_id), str(code))
        if not isinstance(tr_id, str) or not self._streams(tr_id):
            return _answer("OPSP8991", key)
        if not isinstance(code, str):
            return _answer("OPSP8993", key)
        if header["tr_type"] == REGISTER:
            return self._register(client, key)
        return self._release(client, key)

    def leave(self, client: Client) -> list[Key]:
        """Forget a client whose connection has ended; return what it had registered."""
        if self._clients.get(client.app_key) is client:
            del self._clients[client.app_key]
        keys = list(client.keys)
        client.keys.clear()
        return keys

    def _admit(self, client: Client, app_key: str) -> Answer | None:
        """Give the app key to its first connection, and only to that."""
        if self.rules.in_use or self._clients.setdefault(app_key, client) is not client:
            return _error("OPSP8996", close=True)
        if client.app_key and client.app_key != app_key:
            del self._clients[app_key]
            return _error("OPSP0010")
        client.app_key = app_key
        return None

    def _register(self, client: Client, key: Key) -> Answer:
        if key in client.keys:
            return _answer("OPSP0002", key)
        if not self._knows(*key):
            return _answer("OPSP8992", key)
        if len(client.keys) >= self.rules.cap:
            return _answer("OPSP0008", key)
        client.keys[key] = None
        return _answer("OPSP0000", key)._replace(taken=key)

    def _release(self, client: Client, key: Key) -> Answer:
        if key not in client.keys:
            return _answer("OPSP0003", key)
        del client.keys[key]
        return _answer("OPSP0001", key)._replace(freed=key)


def _defect(
    header: dict[str, object], body: dict[str, object] | None, wanted: dict[str, object]
) -> str:
    """Return the code of what is missing or wrong in the form of a request, "" if nothing is."""
    if "custtype" not in header:
        return "OPSP9997"
    if header["custtype"] not in ("P", "B"):
        return "OPSP8998"
    if header.get("tr_type") not in (REGISTER, RELEASE):
        return "OPSP8997"
    if body is None:
        return "OPSP9992"
    if not wanted:
        return "OPSP9991"
    return "" if wanted.get("tr_key") not in (None, "") else "OPSP9990"


def _answer(code: str, key: Key) -> Answer:
    success = code in SUCCESS
    secret = (AES_KEY, IV) if success else ("", "")
    return Answer(
        write_reply(Reply(key.tr_id, key.code, success, code, WORDS[code], *secret)), code
    )


def _error(code: str, *, close: bool = False) -> Answer:
    reply = Reply("", "", False, code, WORDS[code])
    return Answer(write_reply(reply, session_error=True), code, close=close)


def _part(message: object, name: str) -> dict[str, object] | None:
    part = message.get(name) if isinstance(message, dict) else None
    return part if isinstance(part, dict) else None
