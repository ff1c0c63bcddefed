"""Opening the stream's WebSocket: straight to its address, or a sentence that says why not."""

import re

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from kisopt_gui.feed.troubles import ConnectionLostError, ProxyError, StreamPageError
from kisopt_gui.feed.web import masked

_USER = re.compile(r"//[^/@\s]*@")
_ANSWERED = range(200, 400)


class Straight(connect):
    """Connects to the address that was given and to no other.

    The stream is not encrypted: whoever stands on the way could answer with a redirect, would be
    sent the approval key, and its numbers would be shown as the broker's. What libraries raise
    beside errors of the network, for a proxy that cannot be used, becomes one of ours.
    """

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc

    async def __aenter__(self) -> ClientConnection:
        try:
            return await super().__aenter__()
        except (ImportError, ValueError) as error:
            raise ProxyError(address=self.uri, reason=without_secrets(str(error))) from None


def not_connected(address: str, error: Exception, *secrets: str) -> ConnectionLostError:
    """Say why a connection could not be opened, or broke.

    Args:
        address: Of the stream.
        error: What the network or the library says.
        secrets: What must not be repeated.
    """
    if isinstance(error, InvalidStatus) and error.response.status_code in _ANSWERED:
        return StreamPageError(address=address, reason=f"HTTP {error.response.status_code}")
    reason = str(error) or type(error).__name__
    return ConnectionLostError(address=address, reason=without_secrets(reason, *secrets))


def without_secrets(text: str, *secrets: str) -> str:
    """Return words of others without secrets, nor the user and password of a proxy."""
    return _USER.sub("//***@", masked(text, *secrets))
