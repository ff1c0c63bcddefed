"""H0MFASP0, KRX야간선물 실시간호가: a future's order book in the night session.

Source: docs/spec/PROTOCOL.md section 2; the layout of the day (`h0ifasp0`). The
portal's sample has eight fields more than the layout, some of them empty.
"""

from kisopt_gui.wire.streams.h0ifasp0 import FutureBookRecord
from kisopt_gui.wire.streams.h0ioasp0 import book_stream

STREAM = book_stream(
    "H0MFASP0", "KRX야간선물 실시간호가", "Night future order book", FutureBookRecord
)
