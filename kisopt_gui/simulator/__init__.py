"""A broker on loopback: a market that lives, and a server that speaks the broker's protocol.

`market` is a value without socket and wall clock; `broker` serves it. The demo
and the tests of the feed use the same code, and so does ``kisopt simulate``.
"""
