"""The broker's REST quotations of futures and options, typed, within its pace.

Paths, parameters and traps: docs/spec/PROTOCOL.md section 5; names of the
fields: the broker's own samples (open-trading-api, domestic_futureoption).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from kisopt_gui.errors import KisOptError
from kisopt_gui.feed import rest_fields as fields
from kisopt_gui.feed.pace import Kind, Pacer, Rank
from kisopt_gui.feed.refusals import (
    PageError,
    RefusalError,
    ServiceError,
    ShapeError,
    TokenExpiredError,
    TooFastError,
    What,
    refusal,
)
from kisopt_gui.feed.rest_fields import Told
from kisopt_gui.feed.tokens import AppKey, Tokens
from kisopt_gui.feed.web import PATIENCE_S, Request, exchange
from kisopt_gui.market.contract import Product
from kisopt_gui.market.snapshot import Depth, MinuteBars, Snapshot, Terms
from kisopt_gui.wire.control import Key

_PATH = "/uapi/domestic-futureoption/v1/quotations/"
_BREATH_S = 1.0
"""The limits are of a second, so a refusal for haste is over in one."""


@dataclass(frozen=True, slots=True)
class Question:
    """One of the broker's questions.

    Attributes:
        path: Behind the common path.
        tr_id: The broker's name of it.
        what: What it brings, in English and Korean.
    """

    path: str
    tr_id: str
    what: What


CALLPUT = Question("display-board-callput", "FHPIF05030100", ("the option board", "옵션 전광판"))
MONTHS = Question(
    "display-board-option-list", "FHPIO056104C0", ("the list of expiries", "월물 목록")
)
FUTURES = Question(
    "display-board-futures", "FHPIF05030200", ("the board of futures", "선물 전광판")
)
UNDERLYING = Question("display-board-top", "FHPIF05030000", ("the index", "기초자산 시세"))
PRICE = Question("inquire-price", "FHMIF10000000", ("a price", "현재가"))
ASKING = Question("inquire-asking-price", "FHMIF10010000", ("an order book", "호가"))
MINUTES = Question("inquire-time-fuopchartprice", "FHKIF03020200", ("minute bars", "분봉"))

_MARKETS = {"H0IOCNT0": "O", "H0IFCNT0": "F", "H0EUCNT0": "EU", "H0MFCNT0": "CM"}
"""Market of a stream's contracts, as REST calls it."""


class Quotations:
    """Asks one broker for one app key.

    Args:
        http: Address of the broker's HTTP service.
        app: Who asks.
        tokens: The access token.
        pacer: The queue of the app key.
        seconds: How long an answer may take.

    Attributes:
        offset: Seconds that the broker's clock is ahead of ours, NaN before the first answer;
            see `refusals.clock_problem`.
    """

    def __init__(
        self,
        http: str,
        app: AppKey,
        tokens: Tokens,
        pacer: Pacer,
        seconds: float = PATIENCE_S,
    ) -> None:
        self.offset = float("nan")
        self._http = http
        self._app = app
        self._tokens = tokens
        self._pacer = pacer
        self._seconds = seconds

    async def callput(
        self, product: Product, month: str, rank: Rank = Rank.SCREEN
    ) -> list[Snapshot]:
        """Return the calls and puts of an expiry; not of all strikes if there are very many.

        At most 100 of either come, from the highest strike down.

        Args:
            product: A family of options.
            month: As in the master file: "202612", of weeklies "2612W1".
            rank: Who goes first.
        """
        told = await self._ask(
            CALLPUT,
            {
                "FID_COND_MRKT_DIV_CODE": "O",
                "FID_COND_SCR_DIV_CODE": "20503",
                "FID_MRKT_CLS_CODE": "CO",
                "FID_MTRT_CNT": fields.term(month),
                "FID_MRKT_CLS_CODE1": "PO",
                "FID_COND_MRKT_CLS_CODE": fields.market_class(product),
            },
            rank,
            Kind.BOARD,
        )
        return fields.board(told)

    async def months(self, product: Product, rank: Rank = Rank.WATCHED) -> list[str]:
        """Return the expiries of a product's options as the master file names them."""
        told = await self._ask(
            MONTHS,
            {
                "FID_COND_SCR_DIV_CODE": "509",
                "FID_COND_MRKT_DIV_CODE": "",
                "FID_COND_MRKT_CLS_CODE": fields.market_class(product),
            },
            rank,
        )
        return fields.months(told)

    async def futures(self, product: Product, rank: Rank = Rank.WATCHED) -> list[Snapshot]:
        """Return the futures of a product."""
        told = await self._ask(
            FUTURES,
            {
                "FID_COND_MRKT_DIV_CODE": "F",
                "FID_COND_SCR_DIV_CODE": "20503",
                "FID_COND_MRKT_CLS_CODE": fields.market_class(product),
            },
            rank,
        )
        return fields.futures(told)

    async def underlying(self, future: str, rank: Rank = Rank.SCREEN) -> Snapshot:
        """Return the index under a future.

        Args:
            future: Short code of the nearest one.
            rank: Who goes first.
        """
        asked = {"FID_COND_MRKT_DIV_CODE": "F", "FID_INPUT_ISCD": future}
        return fields.underlying(await self._ask(UNDERLYING, asked, rank))

    async def price(self, key: Key, rank: Rank = Rank.WATCHED) -> Terms:
        """Return a contract's quote without bid and ask, its strike and last trading day."""
        return fields.price(key, await self._ask(PRICE, _of(key), rank))

    async def asking_price(self, key: Key, rank: Rank = Rank.WATCHED) -> Depth:
        """Return a contract's order book, five steps a side."""
        return fields.depth(key, await self._ask(ASKING, _of(key), rank))

    async def minutes(
        self, key: Key, day: str, until: str, rank: Rank = Rank.CHART, *, newest: bool = True
    ) -> MinuteBars:
        """Return minutes that are over, at most 102, the newest that begin by a time.

        Args:
            key: The contract.
            day: Day on which the session began, "20261123".
            until: Time, "HHMMSS"; past 24 h after midnight: "253000".
            rank: Who goes first.
            newest: Whether that time is now.
        """
        asked = {
            **_of(key),
            "FID_HOUR_CLS_CODE": "60",
            "FID_PW_DATA_INCU_YN": "N",
            "FID_FAKE_TICK_INCU_YN": "N",
            "FID_INPUT_DATE_1": day,
            "FID_INPUT_HOUR_1": until,
        }
        told = await self._ask(MINUTES, asked, rank)
        return fields.minutes(key, day, told, newest=newest)

    # one question ----------------------------------------------------------

    async def _ask(
        self, question: Question, asked: Mapping[str, str], rank: Rank, kind: Kind = Kind.QUOTATION
    ) -> Told:
        """Ask; with a new token if the old one is refused, once more if it was too fast.

        Raises:
            KisOptError: There is no answer, or it is no.
        """
        renewed = slowed = False
        while True:
            held = await self._tokens.current()
            await self._pacer.turn(kind, rank)
            try:
                return await self._once(question, asked, held.value)
            except TokenExpiredError:
                self._tokens.forget(held)
                if renewed:
                    raise
                renewed = True
            except TooFastError:
                self._pacer.too_fast(_BREATH_S)
                if slowed:
                    raise
                slowed = True

    async def _once(self, question: Question, asked: Mapping[str, str], token: str) -> Told:
        app, what = self._app, question.what
        headers = {
            "content-type": "application/json; charset=utf-8",
            "authorization": f"Bearer {token}",
            "appkey": app.key,
            "appsecret": app.secret,
            "tr_id": question.tr_id,
            "custtype": app.custtype,
        }
        address = f"{self._http}{_PATH}{question.path}"
        request = Request(
            f"{address}?{urlencode(asked)}",
            what,
            headers=headers,
            secrets=(token, app.key, app.secret),
            seconds=self._seconds,
        )
        answer = await exchange(request)
        if answer.offset == answer.offset:
            self.offset = answer.offset
        if answer.is_page:
            raise PageError(what, address, f"HTTP {answer.status}")
        body = _object(answer.body)
        if body is None:
            raise ServiceError(what, address, f"HTTP {answer.status}, no JSON")
        refused = _refused(request, address, body)
        if refused is not None:
            raise refused
        if answer.status != 200:
            raise ServiceError(what, address, f"HTTP {answer.status}")
        if body.get("rt_cd") != "0":
            raise ShapeError(what, address, "rt_cd")
        return Told(what, address, body, answer.told, answer.received)


def _of(key: Key) -> dict[str, str]:
    return {"FID_COND_MRKT_DIV_CODE": _MARKETS[key.tr_id], "FID_INPUT_ISCD": key.code}


def _object(body: bytes) -> dict[str, object] | None:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _refused(
    request: Request, address: str, body: Mapping[str, object]
) -> KisOptError | RefusalError | None:
    """Return the broker's no, in either of the two forms that it writes; None if it is none."""
    code, words = body.get("error_code"), body.get("error_description")
    if code is None and body.get("rt_cd", "0") != "0":
        code, words = body.get("msg_cd"), body.get("msg1")
    if code is None:
        return None
    return refusal(request.what, address, request.hide(str(code)), request.hide(str(words or "")))
