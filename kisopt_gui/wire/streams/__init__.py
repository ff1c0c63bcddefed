"""The streams the program can read, one table each."""

from kisopt_gui.wire.schema import Stream
from kisopt_gui.wire.streams import h0eucnt0, h0ifcnt0, h0iocnt0, h0upcnt0

STREAMS: dict[str, Stream] = {
    stream.tr_id: stream
    for stream in (h0iocnt0.STREAM, h0ifcnt0.STREAM, h0upcnt0.STREAM, h0eucnt0.STREAM)
}
"""Every known stream by its tr_id."""

INDEX_OPTION = h0iocnt0.STREAM
"""The stream the program exists for."""
