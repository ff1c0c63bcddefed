"""Where a watched contract stands, in words and in the tone that its row is painted in."""

from dataclasses import dataclass
from enum import Enum

from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import figures
from kisopt_gui.ui.texts import Texts
from kisopt_gui.wire.control import Effect
from kisopt_gui.wire.session import Slot, State


class Tone(Enum):
    """What a row looks like."""

    ALIVE = "alive"
    QUIET = "quiet"
    ASKED = "asked"
    WAITING = "waiting"
    REFUSED = "refused"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contract stands.

    Attributes:
        tone: What its row looks like.
        note: Two or three words for the row; "" when there is nothing to say but "it works".
        sentence: The same for a tool tip and for those who hear the window.
    """

    tone: Tone
    note: str
    sentence: str


def standing(slot: Slot | None, status: LinkStatus, age: float, texts: Texts) -> Standing:
    """Say where a contract stands.

    Args:
        slot: Its slot; None if the feed does not know of the wish yet.
        status: The feed's snapshot that the slot is of.
        age: Seconds since its newest record, NaN before the first.
        texts: Texts in the user's language.
    """
    state = slot.state if slot is not None else State.WANTED
    if state is State.ACTIVE:
        return _active(age, texts)
    if state is State.WANTED:
        return _wanted(slot, status, texts)
    if state is State.REJECTED:
        reason = slot.reply.reason(texts.language) if slot is not None and slot.reply else ""
        # The row is narrow: the broker's code stands in the tool tip only.
        short = reason.rpartition(" (")[0] or reason
        return Standing(
            Tone.REFUSED,
            texts("subs.refused", reason=short),
            texts("subs.refused_long", reason=reason),
        )
    if state is State.PENDING:
        return _plain(Tone.ASKED, "subs.asked", texts)
    return _plain(Tone.LEAVING, "subs.leaving", texts)


def rotated(time: str, texts: Texts) -> Standing:
    """Say that a contract has no slot while the slots follow the money.

    Args:
        time: When it lost its slot, "HH:MM:SS"; "" if it never had one.
        texts: Texts in the user's language.
    """
    if not time:
        return _plain(Tone.QUIET, "subs.left_out", texts)
    return Standing(
        Tone.QUIET, texts("subs.rotated", time=time), texts("subs.rotated_long", time=time)
    )


def _active(age: float, texts: Texts) -> Standing:
    if age != age:
        return _plain(Tone.ALIVE, "subs.no_trade", texts)
    if age >= figures.FRESH_S:
        return Standing(Tone.QUIET, "", texts("subs.quiet_long"))
    return Standing(Tone.ALIVE, "", texts("subs.active_long"))


def _wanted(slot: Slot | None, status: LinkStatus, texts: Texts) -> Standing:
    reply = slot.reply if slot is not None else None
    if status.link not in (Link.LIVE, Link.SILENT):
        return _plain(Tone.WAITING, "subs.no_link", texts)
    if reply is not None and reply.effect is Effect.RETRY:
        reason = reply.reason(texts.language)
        return Standing(Tone.ASKED, texts("subs.retry"), texts("subs.retry_long", reason=reason))
    if status.held >= status.limit:
        return Standing(
            Tone.WAITING, texts("subs.no_slot"), texts("subs.no_slot_long", limit=status.limit)
        )
    return _plain(Tone.ASKED, "subs.next", texts)


def _plain(tone: Tone, name: str, texts: Texts) -> Standing:
    return Standing(tone, texts(name), texts(f"{name}_long"))
