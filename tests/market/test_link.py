"""The snapshot of the feed."""

import math

import pytest

from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import MOST_SLOTS, Slot, State

KEY, OTHER = Key("H0IOCNT0", "B01610A34"), Key("H0IOCNT0", "C01610A34")


def test_before_anything_happened_nothing_is_known():
    status = LinkStatus()
    assert (status.link, status.slots, status.held, status.error) == (Link.STARTING, (), 0, None)
    assert (status.limit, status.overflow, status.drift) == (MOST_SLOTS, 0, ())
    assert all(math.isnan(moment) for moment in (status.heard, status.pinged, status.retry_at))


def test_the_slot_of_a_key_is_found_by_the_key():
    slot = Slot(KEY, State.ACTIVE)
    status = LinkStatus(slots=(Slot(OTHER, State.WANTED), slot))
    assert status.slot(KEY) is slot
    assert status.slot(Key("H0EUCNT0", KEY.code)) is None


def test_a_snapshot_cannot_be_changed():
    with pytest.raises(AttributeError):
        LinkStatus().held = 1
