"""Where a profile's broker is: the real one, its paper trading, or an address.

App key and secret travel over REST, which is therefore encrypted or on this machine. The stream
is plain because the broker offers no other.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from kisopt_gui.keys.errors import PlainServerError, ServerError

REAL = "real"
PAPER = "paper"

_SHOWN = 80

_BROKER = {
    # docs/spec/PROTOCOL.md section 1, documented by the broker
    REAL: (
        "ws://ops.koreainvestment.com:21000",
        "https://openapi.koreainvestment.com:9443",
    ),
    PAPER: (
        "ws://ops.koreainvestment.com:31000",
        "https://openapivts.koreainvestment.com:29443",
    ),
}
"""Addresses of the stream and of REST."""


def addresses(server: str) -> tuple[str, str]:
    """Return the addresses of the stream and of REST.

    Args:
        server: As `clean_server` returns it.
    """
    if server in _BROKER:
        return _BROKER[server]
    ws, _, http = server.partition(",")
    return ws, http


def clean_server(text: str) -> str:
    """Return a server as it is kept.

    Raises:
        ServerError: It is none.
        PlainServerError: Its REST address is not encrypted and not on this machine.
    """
    word = text.strip()
    if word.lower() in _BROKER:
        return word.lower()
    ws, _, http = (part.strip() for part in word.partition(","))
    stream, rest = _host(ws, ("ws", "wss")), _host(http, ("http", "https"))
    if not stream or not rest:
        raise ServerError(server=_without_login(text)[:_SHOWN])
    if urlsplit(http).scheme == "http" and not _is_loopback(rest):
        raise PlainServerError(http=http)
    return ",".join(
        each.partition("://")[0].lower() + "://" + each.partition("://")[2].rstrip("/")
        for each in (ws, http)
    )


def _host(address: str, schemes: tuple[str, ...]) -> str:
    """Return the host of an address that can be shown and connected to, else "".

    One with a name and password is none: addresses are shown and logged.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        known = host.encode("idna") and parts.port != 0  # a name server is asked in this form
    except ValueError:
        return ""
    odd = parts.query or parts.fragment or "@" in address or address.split() != [address]
    return host if known and parts.scheme in schemes and not odd and address.isprintable() else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _without_login(text: str) -> str:
    return re.sub(r"//[^,/]*@", "//", text)
