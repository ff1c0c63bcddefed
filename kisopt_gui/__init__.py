"""kisopt: a read-only monitor for KOSPI200 index options on the KIS WebSocket stream."""

__version__ = "0.1.0"
