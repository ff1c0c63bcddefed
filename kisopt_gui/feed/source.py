"""Where the stream comes from: its addresses and how fast it may be asked."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from kisopt_gui.errors import KisOptError

LOOPBACK_PACE = 0.002
BROKER_PACE = 0.1
"""Seconds between requests. The broker's own samples wait 0.05 to 0.5 (PROTOCOL.md section 1)."""


class SourceError(KisOptError):
    """A source address that cannot be used."""

    english = (
        "{given!r} is no source; write demo, kis, kis:PROFILE or ws://HOST:PORT, with "
        ",http://HOST:PORT behind it if the broker does not name its HTTP address itself"
    )
    korean = (
        "{given!r}은(는) 원천이 아닙니다. demo, kis, kis:프로필 또는 ws://호스트:포트로 쓰고, "
        "필요하면 뒤에 ,http://호스트:포트를 붙이세요"
    )


@dataclass(frozen=True, slots=True)
class Source:
    """The addresses of a broker.

    Attributes:
        ws: Address of the stream, "ws://127.0.0.1:21000".
        http: Address of its HTTP service, "" when it must be asked for.
        app_key: What identifies the program to the broker.
        app_secret: The secret that goes with it.
        custtype: "P" for a person, "B" for a company.
    """

    ws: str
    http: str = ""
    app_key: str = "demo"
    app_secret: str = "demo"
    custtype: str = "P"

    def __repr__(self) -> str:
        """Return the addresses; never the secret."""
        return f"Source({self.ws!r}, {self.http!r})"

    @property
    def is_loopback(self) -> bool:
        """Whether the broker runs on this machine."""
        host = urlsplit(self.ws).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def pace(self) -> float:
        """Seconds to leave between two requests."""
        return LOOPBACK_PACE if self.is_loopback else BROKER_PACE


def parse_source(given: str) -> Source:
    """Read a source as the command line writes it: ``ws://…`` or ``ws://…,http://…``.

    Raises:
        SourceError: It is neither.
    """
    ws, _, http = (part.strip() for part in given.partition(","))
    if not is_address(ws, "ws") or (http and not is_address(http, "http")):
        raise SourceError(given=given)
    scheme, separator, rest = ws.partition("://")
    return Source(scheme.lower() + separator + rest.rstrip("/"), http.rstrip("/"))


def is_address(text: str, scheme: str) -> bool:
    """Whether a text is an address of a scheme, plain or encrypted, that can be connected to.

    One with a name and password is not: addresses are shown and logged.
    """
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna")  # a name server is asked in this form
        port = parts.port
    except ValueError:
        return False
    known = parts.scheme in (scheme, scheme + "s") and host and port != 0
    return bool(known) and not parts.fragment and "@" not in text and text.split() == [text]
