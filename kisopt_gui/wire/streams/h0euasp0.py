"""H0EUASP0, KRX야간옵션 실시간호가: an option's order book in the night session.

Source: docs/spec/PROTOCOL.md section 2; the layout of the day (`h0ioasp0`).
"""

from kisopt_gui.wire.streams.h0ioasp0 import BookRecord, book_stream

STREAM = book_stream("H0EUASP0", "KRX야간옵션 실시간호가", "Night option order book", BookRecord)
