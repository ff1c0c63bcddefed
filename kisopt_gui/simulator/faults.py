"""What can go wrong on purpose, by ``--fault`` or ``POST /control``.

A fault is written ``NAME[=VALUE][@SECONDS]``; it begins SECONDS after the start
of the broker, at once without them. Faults that last go on until ``none``.

    drop                every connection is cut, without a closing frame; once
    silence[=SECONDS]   connections go half-open for good: TCP stays, nothing is sent, read or
                        answered any more; new ones too until SECONDS are over or until none
    garbage[=N]         a message of junk follows every Nth frame (20)
    truncate[=N]        every Nth frame (20) is cut in the middle of a record
    extra[=N]           each record has N more fields (3) at its end
    nan                 the greeks of every option record are "nan", "-nan" or ""
    encrypt             every frame is encrypted, as those of private notices are
    late-acks[=SECONDS] answers to requests come so much later (3), trades do not
    duplicate-acks      each answer comes twice
    cap[=N]             OPSP0008 to registrations past N (20)
    in-use              OPSP8996 to every request, then the connection is closed
    refuse-key          /oauth2/Approval, /oauth2/tokenP and REST answer EGW00103
    stale-key[=1]       approval keys issued so far are unknown (OPSP0011); with 1 new ones too
    restart[=SECONDS]   the Friday restart: every socket is closed, and connecting is refused for
                        so long (3)
    no-pingpong         no PINGPONG is sent
    lose[=N]            N records (1) that count in the volume are not sent; GET /control tells
                        which contracts they were of
    rest-html           REST answers with a web page, as the login of a network does
    rest-slow[=SECONDS] REST answers so much later (5)
    rest-no-key         REST answers success without what was asked for
    rest-limit[=N]      EGW00201 from the Nth request of a second on (1); else it is 18 as usual
    token-expired[=1]   access tokens issued so far have expired (EGW00123), and the minute until
                        the next one is over; with 1 new ones have too
    paper               REST is that of paper trading: one request a second, EGW00213 to boards
                        and minute bars
    no-permission       REST answers EGW00206
    clock-off[=HOURS]   the Date of HTTP answers is so far ahead (3)
    master-cut          the master file ends in the middle
    none                all faults end; records still to lose are not lost
"""

import re
from typing import NamedTuple

from kisopt_gui.errors import KisOptError
from kisopt_gui.wire.cipher import encrypt

DEFAULTS: dict[str, float] = {
    "drop": 0.0,
    "silence": 0.0,
    "garbage": 20.0,
    "truncate": 20.0,
    "extra": 3.0,
    "nan": 0.0,
    "encrypt": 0.0,
    "late-acks": 3.0,
    "duplicate-acks": 0.0,
    "cap": 20.0,
    "in-use": 0.0,
    "refuse-key": 0.0,
    "stale-key": 0.0,
    "restart": 3.0,
    "no-pingpong": 0.0,
    "lose": 1.0,
    "rest-html": 0.0,
    "rest-slow": 5.0,
    "rest-no-key": 0.0,
    "rest-limit": 1.0,
    "token-expired": 0.0,
    "paper": 0.0,
    "no-permission": 0.0,
    "clock-off": 3.0,
    "master-cut": 0.0,
    "none": 0.0,
}
"""The value of each fault that is given none."""

IV = "0123456789abcdef"
AES_KEY = "abcdefghijklmnopabcdefghijklmnop"
"""As in the portal's sample. They come with the ack of every stream, encrypted or not."""

_FORM = re.compile(r"([a-z-]+)(?:=(\d+(?:\.\d+)?))?(?:@(\d+(?:\.\d+)?))?")

_JUNK = (
    "garbage",
    "0|H0IOCNT0|001|",
    "0|H0IOCNT0|xyz|B01612A31^090500^",
    '{"header":{"tr_id":"H0IOCNT0"',
    "0|H0ZZCNT9|001|1^2^3",
    "1|H0IOCNT0|001|bm90IGVuY3J5cHRlZA==",
    "",
)

_GREEKS = range(28, 34)  # delta, gamma, vega, theta, rho, volatility of an option record
_OPTIONS = ("H0IOCNT0", "H0EUCNT0")
_NOT_SENT = ("nan", "-nan", "")


class FaultError(KisOptError):
    """A fault that does not exist or is written wrong."""

    english = "there is no fault {given!r}; write NAME[=VALUE][@SECONDS] with one of {names}"
    korean = "{given!r}(이)라는 장애는 없습니다. 이름[=값][@초]로 쓰세요. 이름: {names}"


class Fault(NamedTuple):
    """One fault.

    Attributes:
        name: One of `DEFAULTS`.
        value: What its name says, 0 or more.
        at: Seconds from the start of the broker.
    """

    name: str
    value: float
    at: float = 0.0


def parse_fault(given: str) -> Fault:
    """Read ``NAME[=VALUE][@SECONDS]``.

    Raises:
        FaultError: There is no such fault.
    """
    match = _FORM.fullmatch(given)
    if match is None or match[1] not in DEFAULTS:
        raise FaultError(given=given, names=", ".join(DEFAULTS))
    value = DEFAULTS[match[1]] if match[2] is None else float(match[2])
    return Fault(match[1], value, float(match[3] or 0.0))


class Tamper:
    """Spoils frames on their way out, as the active faults say.

    Args:
        active: Value of each active fault by name; shared, read at every frame.
    """

    def __init__(self, active: dict[str, float]) -> None:
        self._active = active
        self._frames = 0

    def __call__(self, frame: str) -> list[str]:
        """Return the messages that are sent in place of a frame."""
        active = self._active
        self._frames += 1
        if "nan" in active or "extra" in active:
            frame = self._rewritten(frame)
        if self._turn("truncate"):
            frame = frame[: frame.rindex("^", 0, len(frame) - len(frame) // 5)]
        if "encrypt" in active:
            frame = _sealed(frame)
        if self._turn("garbage"):
            return [frame, _JUNK[self._frames // max(1, int(active["garbage"])) % len(_JUNK)]]
        return [frame]

    def _turn(self, name: str) -> bool:
        every = self._active.get(name)
        return every is not None and self._frames % max(1, int(every)) == 0

    def _rewritten(self, frame: str) -> str:
        head, records = split(frame)
        more = ["0"] * int(self._active.get("extra", 0.0))
        for number, values in enumerate(records):
            if "nan" in self._active and head[2:-1] in _OPTIONS:
                for at in _GREEKS:
                    values[at] = _NOT_SENT[(self._frames + number + at) % len(_NOT_SENT)]
            values += more
        return join(head, records)


def _sealed(frame: str) -> str:
    """Return the frame as the broker sends private notices; it may do so with any stream."""
    _, tr_id, count, body = frame.split("|", 3)
    return f"1|{tr_id}|{count}|{encrypt(body, AES_KEY, IV)}"


class Losses:
    """Records that were taken out of the stream, and how many more are to be.

    Attributes:
        pending: Records still to lose.
        lost: Records and contracts lost, by code.
    """

    def __init__(self) -> None:
        self.pending = 0
        self.lost: dict[str, dict[str, int]] = {}

    def take(self, frame: str) -> str:
        """Return the frame without what is lost; "" if nothing is left.

        Only records with a quantity that counts in a volume are lost, those of
        options and futures.
        """
        head, records = split(frame)
        kept = records[self.pending :]
        for values in records[: self.pending]:
            one = self.lost.setdefault(values[0], {"records": 0, "contracts": 0})
            one["records"] += 1
            one["contracts"] += int(values[9])
        self.pending -= len(records) - len(kept)
        return join(head, kept) if kept else ""


def split(frame: str) -> tuple[str, list[list[str]]]:
    """Cut a frame of ours into ``0|tr_id|`` and the fields of its records."""
    flag, tr_id, count, body = frame.split("|", 3)
    values = body.split("^")
    width = len(values) // int(count)
    records = [values[at : at + width] for at in range(0, len(values), width)]
    return f"{flag}|{tr_id}|", records


def join(head: str, records: list[list[str]]) -> str:
    """Undo `split`."""
    return f"{head}{len(records):03}|{'^'.join('^'.join(values) for values in records)}"
