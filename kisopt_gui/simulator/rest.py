"""REST of the embedded broker: access tokens, limits, and who may ask what. No socket.

Source: docs/spec/PROTOCOL.md section 1 (codes), 3 (limits), 5 (questions). The
gateway's own refusals come with status 500, those of the token service with
403, as public clients report them.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from urllib.parse import parse_qsl

import msgspec

from kisopt_gui.market.hours import SEOUL
from kisopt_gui.simulator import rest_rows as rows
from kisopt_gui.simulator.http import Response
from kisopt_gui.simulator.traded import Traded

TOKEN_PATH = "/oauth2/tokenP"
QUOTATIONS = "/uapi/domestic-futureoption/v1/quotations/"

REAL_LIMIT = 18
PAPER_LIMIT = 1
_TOKEN_EVERY_S = 60.0
_SAME_TOKEN_S = 6 * 3600.0
_TOKEN_LASTS_S = 86_400

WORDS = {
    "EGW00101": "유효하지 않은 요청입니다.",
    "EGW00103": "유효하지 않은 AppKey입니다.",
    "EGW00105": "유효하지 않은 AppSecret입니다.",
    "EGW00121": "유효하지 않은 token 입니다.",
    "EGW00123": "기간이 만료된 token 입니다.",
    "EGW00133": "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)",
    "EGW00201": "초당 거래건수를 초과하였습니다.",
    "EGW00206": "API 사용 권한이 없습니다.",
    "EGW00213": "모의투자 TR 이 아닙니다.",
    "OPSQ0002": "없는 서비스 코드 입니다",
}
"""The broker's words for its codes, as near as public clients tell them."""

_PAGE = b"<!DOCTYPE html><html><head><title>Wi-Fi</title></head><body>Log in</body></html>"

_Asked = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Question:
    tr_id: str
    answer: Callable[[Traded, _Asked], rows.Parts | None]
    paper: bool = False


@dataclass(slots=True)
class _Issued:
    value: str
    at: float
    good: bool = True


def _callput(market: Traded, asked: _Asked) -> rows.Parts | None:
    product = rows.product_of(asked.get("FID_COND_MRKT_CLS_CODE", ""))
    calls, puts = asked.get("FID_MRKT_CLS_CODE"), asked.get("FID_MRKT_CLS_CODE1")
    if product is None or (calls, puts) != ("CO", "PO"):
        return None
    return rows.callput(market, product, asked.get("FID_MTRT_CNT", ""))


def _months(market: Traded, asked: _Asked) -> rows.Parts | None:
    product = rows.product_of(asked.get("FID_COND_MRKT_CLS_CODE", ""))
    return rows.months(market, product) if product is not None else None


def _futures(market: Traded, asked: _Asked) -> rows.Parts | None:
    product = rows.product_of(asked.get("FID_COND_MRKT_CLS_CODE", ""))
    return rows.futures(market, product) if product is not None else None


def _top(market: Traded, asked: _Asked) -> rows.Parts | None:
    return rows.top(market, asked.get("FID_INPUT_ISCD", ""))


def _price(market: Traded, asked: _Asked) -> rows.Parts | None:
    return rows.price(
        market, asked.get("FID_COND_MRKT_DIV_CODE", ""), asked.get("FID_INPUT_ISCD", "")
    )


def _asking(market: Traded, asked: _Asked) -> rows.Parts | None:
    return rows.asking_price(
        market, asked.get("FID_COND_MRKT_DIV_CODE", ""), asked.get("FID_INPUT_ISCD", "")
    )


_QUESTIONS = {
    "display-board-callput": _Question("FHPIF05030100", _callput),
    "display-board-option-list": _Question("FHPIO056104C0", _months),
    "display-board-futures": _Question("FHPIF05030200", _futures),
    "display-board-top": _Question("FHPIF05030000", _top),
    "inquire-price": _Question("FHMIF10000000", _price, paper=True),
    "inquire-asking-price": _Question("FHMIF10010000", _asking, paper=True),
    "inquire-time-fuopchartprice": _Question("FHKIF03020200", rows.minutes),
}


class Rest:
    """Answers REST for one market.

    Args:
        market: What is asked about.
        faults: Value of each active fault by name; shared, read at every request.
        clock: Monotonic seconds.

    Attributes:
        asked: How many quotations were asked for, by path; refused ones too.
        refused: How many times each code was answered.
        tokens: How many access tokens were issued.
    """

    def __init__(
        self, market: Traded, faults: dict[str, float], clock: Callable[[], float] = monotonic
    ) -> None:
        self.asked: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.tokens = 0
        self._market = market
        self._faults = faults
        self._clock = clock
        self._issued: dict[str, _Issued] = {}
        self._recent: dict[str, deque[float]] = {}

    @property
    def date(self) -> float:
        """The broker's clock, seconds since the epoch: that of the market, or another's fault."""
        off = 3600.0 * self._faults.get("clock-off", 0.0)
        return self._market.clock.replace(tzinfo=SEOUL).timestamp() + off

    def told(self) -> dict[str, object]:
        """Return what has happened so far, for tests."""
        return {"asked": self.asked, "refused": self.refused, "tokens": self.tokens}

    async def answer(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Response | None:
        """Answer one request; None if it is not REST's."""
        path, _, query = path.partition("?")
        is_token = (method, path) == ("POST", TOKEN_PATH)
        if not is_token and not (method == "GET" and path.startswith(QUOTATIONS)):
            return None
        if "rest-slow" in self._faults:
            await asyncio.sleep(self._faults["rest-slow"])
        if "rest-html" in self._faults:
            return Response(200, "text/html", _PAGE, self.date)
        if is_token:
            return self._token(body)
        lower = {name.lower(): value for name, value in headers.items()}
        asked = dict(parse_qsl(query, keep_blank_values=True))
        return self._quotation(path.removeprefix(QUOTATIONS), asked, lower)

    # tokens ----------------------------------------------------------------

    def _token(self, body: bytes) -> Response:
        asked = _object(body)
        app_key, secret = asked.get("appkey"), asked.get("appsecret")
        if asked.get("grant_type") != "client_credentials":
            return self._no_token("EGW00101")
        if not isinstance(app_key, str) or not app_key or "refuse-key" in self._faults:
            return self._no_token("EGW00103")
        if not isinstance(secret, str) or not secret:
            return self._no_token("EGW00105")
        self._expire()
        now, held = self._clock(), self._issued.get(app_key)
        if held is not None and now - held.at < _TOKEN_EVERY_S:
            return self._no_token("EGW00133")
        # Within six hours it is the same one again.
        if held is None or now - held.at >= _SAME_TOKEN_S:
            self._issued[app_key] = held = _Issued(os.urandom(48).hex(), now)
        self.tokens += 1
        held.good = "token-expired" not in self._faults
        ends = self._market.clock + timedelta(seconds=_TOKEN_LASTS_S)
        told = {
            "access_token": held.value,
            "access_token_token_expired": f"{ends:%Y-%m-%d %H:%M:%S}",
            "token_type": "Bearer",
            "expires_in": _TOKEN_LASTS_S,
        }
        return self._json(200, told)

    def _expire(self) -> None:
        """Make the tokens so far a day old, once, if that is the fault of the moment."""
        if self._faults.get("token-expired") == 0.0:
            del self._faults["token-expired"]
            for held in self._issued.values():
                held.at -= _TOKEN_LASTS_S
        for held in self._issued.values():
            if self._clock() - held.at >= _TOKEN_LASTS_S:
                held.good = False
        if "token-expired" in self._faults:
            for held in self._issued.values():
                held.good = False

    def _no_token(self, code: str) -> Response:
        self.refused[code] = self.refused.get(code, 0) + 1
        return self._json(403, {"error_description": WORDS[code], "error_code": code})

    # quotations ------------------------------------------------------------

    def _quotation(self, name: str, asked: _Asked, headers: _Asked) -> Response:
        self.asked[name] = self.asked.get(name, 0) + 1
        question = _QUESTIONS.get(name)
        paper = "paper" in self._faults
        refused = self._unknown(headers)
        if refused is None and self._too_fast(headers.get("appkey", ""), paper):
            refused = "EGW00201"
        if refused is None and (question is None or headers.get("tr_id") != question.tr_id):
            refused = "OPSQ0002"
        if refused is None and "no-permission" in self._faults:
            refused = "EGW00206"
        if refused is None and paper and question is not None and not question.paper:
            refused = "EGW00213"
        if refused is not None or question is None:
            return self._no(refused or "OPSQ0002")
        parts = question.answer(self._market, asked)
        if parts is None:
            return self._no("EGW00101")
        told: dict[str, object] = {
            "rt_cd": "0",
            "msg_cd": "MCA00000",
            "msg1": "정상처리 되었습니다.",
        }
        if "rest-no-key" not in self._faults:
            told |= parts
        return self._json(200, told)

    def _unknown(self, headers: _Asked) -> str | None:
        """Return the code for who has no good token; None for who has."""
        self._expire()
        app_key = headers.get("appkey", "")
        if not app_key or "refuse-key" in self._faults:
            return "EGW00103"
        if not headers.get("appsecret"):
            return "EGW00105"
        held = self._issued.get(app_key)
        if held is None or headers.get("authorization") != f"Bearer {held.value}":
            return "EGW00121"
        return None if held.good else "EGW00123"

    def _too_fast(self, app_key: str, paper: bool) -> bool:
        """Count a request; those that are refused count too."""
        now, recent = self._clock(), self._recent.setdefault(app_key, deque(maxlen=4096))
        recent.append(now)
        while recent[0] <= now - 1.0:
            recent.popleft()
        limit = self._faults.get("rest-limit", PAPER_LIMIT if paper else REAL_LIMIT)
        return len(recent) > limit

    def _no(self, code: str) -> Response:
        self.refused[code] = self.refused.get(code, 0) + 1
        return self._json(500, {"rt_cd": "1", "msg_cd": code, "msg1": WORDS[code]})

    def _json(self, status: int, content: object) -> Response:
        body = msgspec.json.encode(content)
        return Response(status, "application/json; charset=utf-8", body, self.date)


def _object(body: bytes) -> dict[str, object]:
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return content if isinstance(content, dict) else {}
