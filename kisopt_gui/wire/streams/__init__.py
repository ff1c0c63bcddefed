"""The streams the program can read, one table each, and which of them belong together."""

from kisopt_gui.wire.schema import Stream
from kisopt_gui.wire.streams import (
    h0euasp0,
    h0eucnt0,
    h0ifasp0,
    h0ifcnt0,
    h0ioasp0,
    h0iocnt0,
    h0mfasp0,
    h0mfcnt0,
    h0upcnt0,
)

STREAMS: dict[str, Stream] = {
    stream.tr_id: stream
    for stream in (
        h0iocnt0.STREAM,
        h0ifcnt0.STREAM,
        h0upcnt0.STREAM,
        h0eucnt0.STREAM,
        h0mfcnt0.STREAM,
        h0ioasp0.STREAM,
        h0ifasp0.STREAM,
        h0euasp0.STREAM,
        h0mfasp0.STREAM,
    )
}
"""Every known stream by its tr_id."""

INDEX_OPTION = h0iocnt0.STREAM
"""The stream the program exists for."""

BOOK_OF = {
    "H0IOCNT0": "H0IOASP0",
    "H0IFCNT0": "H0IFASP0",
    "H0EUCNT0": "H0EUASP0",
    "H0MFCNT0": "H0MFASP0",
}
"""The order book's stream by the trades' of the same contracts; an index has none."""

NIGHT_OF = {
    "H0IOCNT0": "H0EUCNT0",
    "H0IFCNT0": "H0MFCNT0",
    "H0IOASP0": "H0EUASP0",
    "H0IFASP0": "H0MFASP0",
}
"""The night session's stream by the day's; the short codes are the same [L]."""
