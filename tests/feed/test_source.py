"""Addresses of a source, and what must not be said of them."""

import pytest

from kisopt_gui.feed.source import BROKER_PACE, LOOPBACK_PACE, Source, SourceError, parse_source


@pytest.mark.parametrize(
    ("given", "ws", "http"),
    [
        ("ws://127.0.0.1:21000", "ws://127.0.0.1:21000", ""),
        ("ws://ops.koreainvestment.com:21000", "ws://ops.koreainvestment.com:21000", ""),
        ("wss://host", "wss://host", ""),
        ("WS://host:1", "ws://host:1", ""),
        ("ws://[::1]:5", "ws://[::1]:5", ""),
        ("ws://host:1/tryitout/H0IOCNT0", "ws://host:1/tryitout/H0IOCNT0", ""),
        ("ws://host:1/", "ws://host:1", ""),
        ("ws://host:1,http://host:2", "ws://host:1", "http://host:2"),
        (" ws://host:1 , https://web:9443/ ", "ws://host:1", "https://web:9443"),
        ("ws://host:1,", "ws://host:1", ""),
    ],
)
def test_a_source_is_the_address_of_the_stream_and_may_be_that_of_the_service(given, ws, http):
    source = parse_source(given)
    assert (source.ws, source.http) == (ws, http)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "demo",
        "host:21000",
        "http://host:1",
        "ws://",
        "ws://:21000",
        "ws://host:0",
        "ws://host:99999",
        "ws://host:port",
        "ws://[::1",
        "ws://a..b:1",  # not a name that a name server can be asked for
        f"ws://{'a' * 70}:1",
        "ws://ho st:1",
        "ws://host:1#part",
        "ws://name:password@host:1",  # it would be shown
        "ws://host:1,ftp://host",
        "ws://host:1,host:2",
        "ws://host:1,http://a..b",
    ],
)
def test_anything_else_is_an_error_that_says_how_to_write_it(given):
    with pytest.raises(SourceError) as caught:
        parse_source(given)
    assert "ws://HOST:PORT" in caught.value.sentence("en")
    assert "ws://호스트:포트" in caught.value.sentence("ko")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "[::1]", "localhost"])
def test_a_broker_on_this_machine_may_be_asked_fast(host):
    source = parse_source(f"ws://{host}:1")
    assert source.is_loopback
    assert source.pace == LOOPBACK_PACE


@pytest.mark.parametrize("host", ["ops.koreainvestment.com", "10.0.0.1", "localhost.example"])
def test_any_other_is_asked_at_the_broker_s_pace(host):
    source = parse_source(f"ws://{host}:1")
    assert not source.is_loopback
    assert source.pace == BROKER_PACE


def test_keys_are_never_shown():
    source = Source("ws://host:1", "http://host:2", "canary-key", "canary-secret")
    for text in (repr(source), str(source), f"{source}", f"{[source]}"):
        assert text.strip("[]") == "Source('ws://host:1', 'http://host:2')"


def test_a_source_is_another_one_when_its_keys_are_others():
    assert Source("ws://host:1") == parse_source("ws://host:1")
    assert Source("ws://host:1") != Source("ws://host:1", app_key="another")
