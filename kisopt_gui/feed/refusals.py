"""What goes wrong with the broker's HTTP service: one clear sentence each.

The broker's codes: docs/spec/PROTOCOL.md section 1, "REST codes met".
"""

from kisopt_gui.errors import KisOptError

What = tuple[str, str]
"""What was asked for, in English and Korean."""

_OFF_S = 300.0
"""Clocks of one machine and another are seconds apart, not minutes."""


class ServiceError(KisOptError):
    """An HTTP service that cannot be reached or answers with something else."""

    english = "cannot get {what} from {address}: {reason}; check the address and the network"
    korean = "{address}에서 {what}을(를) 받지 못했습니다({reason}). 주소와 네트워크를 확인하세요"

    def __init__(self, what: What, address: str, reason: str) -> None:
        self._what = what
        super().__init__(what=what[0], address=address, reason=reason)

    def sentence(self, language: str = "en") -> str:
        self.facts["what"] = self._what[language == "ko"]
        return super().sentence(language)


# no answer ------------------------------------------------------------------


class PlainAddressError(ServiceError):
    """An address without encryption that is not on this machine."""

    english = (
        "{address} is not encrypted, so {what} is not asked for there; "
        "give an address that begins with https://"
    )
    korean = (
        "{address}은(는) 암호화되지 않은 주소라서 {what}을(를) 요청하지 않습니다. "
        "https://로 시작하는 주소를 쓰세요"
    )


class UnknownHostError(ServiceError):
    """A name server that cannot be reached or does not know the host."""

    english = (
        "the address of {address} cannot be found ({reason}); check the network or its name server"
    )
    korean = "{address}의 주소를 찾지 못했습니다({reason}). 네트워크와 DNS를 확인하세요"


class NoNetworkError(ServiceError):
    """There is no way to the host."""

    english = "there is no network to reach {address} ({reason}); check the connection"
    korean = "{address}에 닿을 네트워크가 없습니다({reason}). 연결을 확인하세요"


class CertificateError(ServiceError):
    """Whoever answered is not who was asked, or the clock is wrong."""

    english = (
        "{address} could not prove who it is ({reason}); nothing was sent. "
        "Check this computer's clock, log in to the network in a browser if it asks for that, and "
        "mind that something may read along"
    )
    korean = (
        "{address}의 인증서를 확인할 수 없어({reason}) 아무것도 보내지 않았습니다. "
        "컴퓨터의 시계를 확인하고, 로그인이 필요한 네트워크이면 브라우저에서 로그인하세요"
    )


class LateError(ServiceError):
    """A service that takes too long."""

    english = "{address} did not send {what} within {seconds:g} s; it is asked for again later"
    korean = (
        "{address}이(가) {seconds:g}초 안에 {what}을(를) 보내지 않았습니다. 나중에 다시 요청합니다"
    )

    def __init__(self, what: What, address: str, seconds: float) -> None:
        super().__init__(what, address, f"timed out, {seconds:g} s")
        self.facts["seconds"] = seconds


class PageError(ServiceError):
    """A web page in place of an answer: the login of a network, or a server under maintenance."""

    english = (
        "{address} answered with a web page ({reason}) in place of {what}; "
        "log in to the network in a browser, or wait if the broker is under maintenance"
    )
    korean = (
        "{address}이(가) {what} 대신 웹 페이지를 보냈습니다({reason}). "
        "브라우저에서 네트워크에 로그인하거나, 증권사 점검이면 기다리세요"
    )


class ShapeError(ServiceError):
    """An answer without something that it must have."""

    english = "{address} sent {what} without {reason}; the broker may have changed it"
    korean = "{address}이(가) 보낸 {what}에 {reason}이(가) 없습니다. 증권사가 바꾸었을 수 있습니다"


# the broker says no ---------------------------------------------------------


class KeyRefusedError(KisOptError):
    """The broker will not have an app key or its secret: trying again makes it worse."""

    english = "the broker refused the app key: {reason}; check the app key and secret"
    korean = "증권사가 앱키를 거부했습니다({reason}). 앱키와 시크릿을 확인하세요"


class RefusalError(ServiceError):
    """The broker answers a question with no.

    Attributes:
        code: The broker's code: "EGW00201".
    """

    english = "the broker did not give {what}: {reason}"
    korean = "증권사가 {what}을(를) 주지 않았습니다: {reason}"
    code = ""


class TooFastError(RefusalError):
    """EGW00201: more requests in a second than an app key may make."""

    english = "the broker was asked too fast for {what} ({reason}); it is asked more slowly"
    korean = "{what} 요청이 초당 한도를 넘었습니다({reason}). 더 천천히 요청합니다"


class TokenTooSoonError(RefusalError):
    """EGW00133: one access token a minute."""

    english = (
        "the broker issues one access token a minute ({reason}); it is asked again in a minute"
    )
    korean = "접근토큰은 1분에 한 번만 발급됩니다({reason}). 1분 뒤 다시 요청합니다"


class TokenExpiredError(RefusalError):
    """EGW00121, EGW00123: the access token is not good any more, and a new one was not either."""

    english = "the broker does not accept the access token for {what} ({reason})"
    korean = "증권사가 {what}에 접근토큰을 받아들이지 않았습니다({reason})"


class TokenDeadError(KisOptError):
    """A token and the one issued instead were refused: more of them change nothing."""

    english = (
        "the broker refuses the access token that it issued, so REST is asked for nothing for six "
        "hours; the stream is not affected. Start the program again to try sooner"
    )
    korean = (
        "증권사가 발급한 접근토큰을 스스로 거부하여 6시간 동안 REST 조회를 멈춥니다. "
        "실시간 시세에는 영향이 없습니다. 더 일찍 시도하려면 프로그램을 다시 시작하세요"
    )


class NoPermissionError(RefusalError):
    """EGW00206: the account has no right to it."""

    english = (
        "this app key has no permission for {what} ({reason}); "
        "apply for futures and options data at the broker"
    )
    korean = "이 앱키에는 {what} 권한이 없습니다({reason}). 증권사에서 선물옵션 시세를 신청하세요"


class NotInPaperError(RefusalError):
    """EGW00213: paper trading does not have it."""

    english = "paper trading has no {what} ({reason}); it needs an app key of a real account"
    korean = "모의투자에는 {what}이(가) 없습니다({reason}). 실전 앱키가 필요합니다"


class ClockOffError(KisOptError):
    """This computer's clock, by which ages and delays are told, is wrong.

    Attributes:
        facts: ``minutes`` with their sign, + when this computer is ahead.
    """

    english = (
        "this computer's clock is {minutes} minutes off the broker's; "
        "set it, or ages and delays are wrong"
    )
    korean = (
        "컴퓨터 시계가 증권사 시계와 {minutes}분 차이 납니다. "
        "시계를 맞추지 않으면 경과와 지연이 틀립니다"
    )


_BY_CODE: dict[str, type[RefusalError]] = {
    "EGW00121": TokenExpiredError,
    "EGW00123": TokenExpiredError,
    "EGW00133": TokenTooSoonError,
    "EGW00201": TooFastError,
    "EGW00206": NoPermissionError,
    "EGW00213": NotInPaperError,
}
_BAD_KEY = ("EGW00103", "EGW00105")


def refusal(what: What, address: str, code: str, words: str) -> KisOptError:
    """Return the error that a code of the broker means.

    Args:
        what: What was asked for.
        address: Of whom.
        code: The broker's code.
        words: The broker's words, without secrets.
    """
    reason = f"{words.strip() or 'no'} ({code})"
    if code in _BAD_KEY:
        return KeyRefusedError(reason=reason)
    error = _BY_CODE.get(code, RefusalError)(what, address, reason)
    error.code = code
    return error


def clock_problem(offset: float) -> ClockOffError | None:
    """Return what is wrong with this computer's clock, None if nothing is or it is not known.

    Args:
        offset: Seconds that the broker's clock is ahead of ours. Our embedded broker's is of
            no use here: it makes its own time.
    """
    if not abs(offset) > _OFF_S:
        return None
    return ClockOffError(minutes=f"{-offset / 60:+,.0f}")
