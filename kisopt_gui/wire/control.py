"""Control messages: what is asked of the server and what it answers, as JSON text.

Source: docs/spec/PROTOCOL.md section 1; docs/spec/H0IOCNT0.md for the request.
"""

from enum import Enum
from typing import NamedTuple

import msgspec

from kisopt_gui.wire.codec import FrameError

REGISTER = "1"
RELEASE = "2"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class ControlError(FrameError):
    """A message that is neither a data frame nor a control message."""

    english = "cannot read message: it is no control message of the broker: {shown}"
    korean = "메시지를 읽을 수 없습니다. 증권사의 제어 메시지가 아닙니다: {shown}"


class Key(NamedTuple):
    """What one registration watches: a stream and the code within it."""

    tr_id: str
    code: str


class Effect(Enum):
    """What a reply means for the client."""

    ACTIVE = "the key is subscribed"
    RELEASED = "the key is not subscribed any more"
    RETRY = "ask for the key again, later each time"
    OVER_CAP = "no slot is free: lower the cap, wait for a release"
    BAD_KEY = "the server does not know this key: do not ask again"
    NEW_APPROVAL = "get a new approval key once and connect again"
    BACK_OFF = "the server is short of something: connect again later"
    STOP = "the server will not serve this app key: trying again makes it worse"
    DEFECT = "the request was wrong: a defect of this program"


class Meaning(NamedTuple):
    """A row of the broker's table of codes, with what it means for the user."""

    effect: Effect
    korean: str
    english: str


MEANINGS: dict[str, Meaning] = {
    "OPSP0000": Meaning(Effect.ACTIVE, "구독됨", "subscribed"),
    "OPSP0001": Meaning(Effect.RELEASED, "해제됨", "released"),
    "OPSP0002": Meaning(Effect.ACTIVE, "이미 구독 중", "already subscribed"),
    "OPSP0003": Meaning(Effect.RELEASED, "구독 중이 아니었음", "was not subscribed"),
    "OPSP0007": Meaning(Effect.RETRY, "서버 내부 오류", "internal error at the broker"),
    "OPSP0008": Meaning(Effect.OVER_CAP, "등록 한도 초과", "registration limit reached"),
    "OPSP0009": Meaning(Effect.RETRY, "서버 전송 실패", "the broker could not pass it on"),
    "OPSP0010": Meaning(Effect.STOP, "잘못된 앱키", "invalid app key"),
    "OPSP0011": Meaning(Effect.NEW_APPROVAL, "접속키 만료", "the approval key is not known"),
    "OPSP8991": Meaning(Effect.BAD_KEY, "없는 실시간 TR", "no such stream"),
    "OPSP8992": Meaning(Effect.BAD_KEY, "없는 종목코드", "no such code"),
    "OPSP8993": Meaning(Effect.BAD_KEY, "잘못된 종목코드", "invalid code"),
    "OPSP8994": Meaning(Effect.STOP, "개인 보안키 없음", "personal key not found"),
    "OPSP8995": Meaning(Effect.STOP, "앱시크릿 없음", "app secret not found"),
    "OPSP8996": Meaning(
        Effect.STOP, "앱키를 다른 곳에서 사용 중", "the app key is in use elsewhere"
    ),
    "OPSP8997": Meaning(Effect.DEFECT, "잘못된 tr_type", "invalid tr_type"),
    "OPSP8998": Meaning(Effect.DEFECT, "잘못된 custtype", "invalid custtype"),
    "OPSP8999": Meaning(Effect.BACK_OFF, "서버 자원 부족", "the broker is short of resources"),
    "OPSP9990": Meaning(Effect.DEFECT, "tr_key 없음", "tr_key not found"),
    "OPSP9991": Meaning(Effect.DEFECT, "input 없음", "input not found"),
    "OPSP9992": Meaning(Effect.DEFECT, "body 없음", "body not found"),
    "OPSP9993": Meaning(Effect.BACK_OFF, "서버 내부 오류", "internal error at the broker"),
    "OPSP9994": Meaning(Effect.STOP, "잘못된 앱키", "invalid app key"),
    "OPSP9995": Meaning(Effect.BACK_OFF, "서버 자원 부족", "the broker is short of resources"),
    "OPSP9996": Meaning(Effect.STOP, "잘못된 앱키", "invalid app key"),
    "OPSP9997": Meaning(Effect.DEFECT, "custtype 없음", "custtype not found"),
    "OPSP9998": Meaning(Effect.DEFECT, "header 없음", "header not found"),
    "OPSP9999": Meaning(Effect.DEFECT, "잘못된 JSON", "invalid JSON"),
}
"""Every code of the broker's table that a registration can be answered with."""


class Reply(NamedTuple):
    """An answer to a request.

    Attributes:
        tr_id: The stream, "" if the server did not say.
        code: The key, "" if the server did not say.
        success: Whether ``rt_cd`` says so.
        msg_cd: The broker's code: "OPSP0000".
        text: The broker's words: "SUBSCRIBE SUCCESS".
        key: AES key of the stream's encrypted frames, "" if none came.
        iv: Its initialisation vector, "" if none came.
    """

    tr_id: str
    code: str
    success: bool
    msg_cd: str
    text: str
    key: str = ""
    iv: str = ""

    @property
    def effect(self) -> Effect:
        """What the reply means; an unknown code is judged by ``rt_cd`` and its words."""
        meaning = MEANINGS.get(self.msg_cd)
        if meaning is not None:
            return meaning.effect
        if not self.success:
            return Effect.BAD_KEY
        return Effect.RELEASED if self.text.upper().startswith("UNSUB") else Effect.ACTIVE

    def reason(self, language: str = "en") -> str:
        """Say in the user's language what the code means, with the code."""
        meaning = MEANINGS.get(self.msg_cd)
        if meaning is None:
            return f"{self.text} ({self.msg_cd})"
        return f"{meaning.korean if language == 'ko' else meaning.english} ({self.msg_cd})"


class Ping(NamedTuple):
    """The server's PINGPONG. The answer is the same text.

    Attributes:
        datetime: "YYYYMMDDHHMMSS" of the server's clock, Seoul.
        text: The message as received.
    """

    datetime: str
    text: str


def request(approval_key: str, custtype: str, tr_type: str, key: Key) -> str:
    """Write one registration or release.

    Args:
        approval_key: The 36 characters of /oauth2/Approval. A secret.
        custtype: "P" for a person, "B" for a company.
        tr_type: `REGISTER` or `RELEASE`.
        key: What to watch.
    """
    return _encode(
        {
            "header": {
                "approval_key": approval_key,
                "custtype": custtype,
                "tr_type": tr_type,
                "content-type": "utf-8",
            },
            "body": {"input": {"tr_id": key.tr_id, "tr_key": key.code}},
        }
    ).decode()


def read_control(text: str) -> Reply | Ping:
    """Read one control message.

    A part that is absent or null reads as "". ``tr_id`` "(null)" does too: it
    is what the server writes when it could not tell which request failed.

    Raises:
        ControlError: The text is no JSON object with a header that says
            PINGPONG or a body.
    """
    try:
        message = _decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ControlError(text) from None
    header = _part(message, "header")
    if _word(header, "tr_id") == "PINGPONG":
        return Ping(_word(header, "datetime"), text)
    body = _part(message, "body")
    if not body:
        raise ControlError(text)
    output = _part(body, "output")
    return Reply(
        tr_id=_word(header, "tr_id"),
        code=_word(header, "tr_key"),
        success=_word(body, "rt_cd") == "0",
        msg_cd=_word(body, "msg_cd"),
        text=_word(body, "msg1"),
        key=_word(output, "key"),
        iv=_word(output, "iv"),
    )


def write_reply(reply: Reply, *, session_error: bool = False) -> str:
    """Write an answer as the server does.

    Args:
        reply: The answer; key and iv are left out when they are "".
        session_error: Whether to write ``rt_cd`` "9" and "(null)" as the server
            does for errors of the session or of the JSON.
    """
    failure = "9" if session_error else "1"
    body: dict[str, object] = {
        "rt_cd": "0" if reply.success else failure,
        "msg_cd": reply.msg_cd,
        "msg1": reply.text,
    }
    if reply.key:
        body["output"] = {"iv": reply.iv, "key": reply.key}
    header = {
        "tr_id": "(null)" if session_error else reply.tr_id,
        "tr_key": "" if session_error else reply.code,
        "encrypt": "N",
    }
    return _encode({"header": header, "body": body}).decode()


def write_ping(datetime: str) -> str:
    """Write a PINGPONG with the server's time, "YYYYMMDDHHMMSS"."""
    return _encode({"header": {"tr_id": "PINGPONG", "datetime": datetime}}).decode()


def _part(message: object, name: str) -> dict[str, object]:
    part = message.get(name) if isinstance(message, dict) else None
    return part if isinstance(part, dict) else {}


def _word(part: dict[str, object], name: str) -> str:
    word = part.get(name)
    if isinstance(word, int):  # a code that lost its quotes is still a code
        word = str(word)
    return word if isinstance(word, str) and word != "(null)" else ""
