"""Why a connection is not up, in words for the user."""

from kisopt_gui.errors import KisOptError
from kisopt_gui.wire.control import Reply


class RefusedError(KisOptError):
    """The server will not serve this app key; trying again makes it worse.

    Attributes:
        reply: The broker's reply.
    """

    english = (
        "the broker refused the session: {reason}; "
        "close the other program or check the key, then reconnect"
    )
    korean = (
        "증권사가 접속을 거부했습니다: {reason}. "
        "다른 프로그램을 닫거나 키를 확인한 뒤 다시 연결하세요"
    )

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reason=reply.reason("en"))

    def sentence(self, language: str = "en") -> str:
        self.facts["reason"] = self.reply.reason(language)
        return super().sentence(language)


class ConnectionLostError(KisOptError):
    """The connection could not be opened or broke."""

    english = "no connection to {address}: {reason}; the program keeps trying"
    korean = "{address}에 연결되어 있지 않습니다({reason}). 계속 다시 시도합니다"


class StreamPageError(ConnectionLostError):
    """Something else than the stream answers at its address, as the login page of a network."""

    english = (
        "{address} answered with a web page ({reason}); log in to the network in a browser, or "
        "wait if the broker is under maintenance. The program keeps trying"
    )
    korean = (
        "{address}이(가) 웹 페이지로 답했습니다({reason}). 브라우저에서 네트워크에 로그인하거나, "
        "증권사 점검이면 기다리세요. 계속 다시 시도합니다"
    )


class ProxyError(ConnectionLostError):
    """The system names a proxy that cannot be used for the stream."""

    english = (
        "the proxy of this system cannot be used for {address} ({reason}); set an HTTP proxy or "
        "none for it (https_proxy, no_proxy). The program keeps trying"
    )
    korean = (
        "시스템에 설정된 프록시로는 {address}에 연결할 수 없습니다({reason}). HTTP 프록시를 쓰거나 "
        "프록시를 끄세요(https_proxy, no_proxy). 계속 다시 시도합니다"
    )


class SilenceError(KisOptError):
    """Nothing was heard for too long, not even a PINGPONG."""

    english = "nothing heard from {address} for {seconds:.0f} s; connecting again"
    korean = "{address}에서 {seconds:.0f}초 동안 아무것도 오지 않아 다시 연결합니다"


class TooOftenError(KisOptError):
    """Connecting was tried too often lately, also by a program that has ended since."""

    english = (
        "this app key was connected too often in the last hour; "
        "waiting a moment, so that the broker does not block it"
    )
    korean = (
        "최근 한 시간 동안 이 앱키로 너무 자주 접속했습니다. "
        "증권사가 차단하지 않도록 잠시 기다립니다"
    )
