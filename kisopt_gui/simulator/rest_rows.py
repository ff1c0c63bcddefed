"""What REST answers about the market: rows with the broker's names, every value a text.

Shapes and traps: docs/spec/PROTOCOL.md section 5; names of the fields: the
broker's own samples. What the simulated market does not have is "0" as the
broker has it.
"""

from collections.abc import Mapping

from kisopt_gui.market.contract import PRODUCTS, Product, Side
from kisopt_gui.simulator.bars import Bar
from kisopt_gui.simulator.books import book_of
from kisopt_gui.simulator.chain import OptionFacts
from kisopt_gui.simulator.standing import Standing
from kisopt_gui.simulator.ticker import Ticker, points, sign
from kisopt_gui.simulator.traded import Traded, UnknownCodeError

MOST_ROWS = 100
"""Of the board, on each side, from the highest strike down."""

MOST_BARS = 102

OPTIONS, FUTURES = "H0IOCNT0", "H0IFCNT0"
_MARKETS = {"O": OPTIONS, "F": FUTURES, "EU": "H0EUCNT0", "CM": "H0MFCNT0"}
"""The stream of what a market of REST has; by night the day's boards stand still."""

Row = dict[str, str]
Parts = dict[str, object]


def product_of(market_class: str) -> Product | None:
    """Return the product that a market class of REST means, None if there is no such."""
    return PRODUCTS.get(market_class or "K2I")


def months(market: Traded, product: Product) -> Parts:
    """Return the expiries of a product: `output`, where the documentation has output1."""
    listed = {
        facts.month: facts.expiry
        for facts in market.chain.options.values()
        if facts.product is product
    }
    terms = [_term(month) for month in sorted(listed, key=lambda month: listed[month])]
    return {"output": [{"mtrt_yymm_code": term[2:], "mtrt_yymm": term} for term in terms]}


def callput(market: Traded, product: Product, term: str) -> Parts:
    """Return calls and puts of an expiry, cut as the broker cuts them."""
    sides: dict[Side, list[OptionFacts]] = {Side.CALL: [], Side.PUT: []}
    for facts in market.chain.options.values():
        if facts.product is product and _term(facts.month) == term:
            sides[facts.side].append(facts)
    index = float(market.underlying()["unas_prpr"])
    return {
        f"output{at}": [
            _board_row(market.look(OPTIONS, facts.code), facts, index)
            for facts in sorted(sides[side], key=lambda each: -each.strike)[:MOST_ROWS]
        ]
        for at, side in enumerate(sides, 1)
    }


def futures(market: Traded, product: Product) -> Parts:
    """Return the futures of a product."""
    head = f"A{product.code}"
    listed = [code for code in market.chain.futures if code.startswith(head)]
    return {"output": [_future_row(code, market.look(FUTURES, code)) for code in listed]}


def top(market: Traded, code: str) -> Parts:
    """Return the index and the futures on it."""
    listed = [each for each in market.chain.futures if each[:3] == code[:3]]
    rows = [_future_row(each, market.look(FUTURES, each)) for each in listed]
    return {"output1": market.underlying(), "output2": rows}


def price(market: Traded, division: str, code: str) -> Parts:
    """Return one contract without bid and ask; of an unknown code the parts are empty."""
    ticker = _looked(market, division, code)
    if ticker is None:
        return {"output1": {}, "output2": {}, "output3": {}}
    stands = ticker.standing()
    analysis = ticker.analysis()
    row = {
        "hts_kor_isnm": code,
        **_quote(stands, "futs_prpr", "futs_prdy_vrss", "futs_prdy_ctrt"),
        "futs_prdy_clpr": points(stands.previous),
        "futs_oprc": points(stands.open),
        "futs_hgpr": points(stands.high),
        "futs_lwpr": points(stands.low),
        "futs_sdpr": points(stands.previous),
        "acpr": "0.00",
        **dict.fromkeys(("delta_val", "gama", "vega", "theta", "rho"), "0.0000"),
        **dict.fromkeys(("hist_vltl", "hts_ints_vltl"), "0.0000"),
        **{name: text for name, text in analysis.items() if name not in ("invl_val", "tmvl_val")},
        "futs_last_tr_date": _expiry(market, code),
    }
    told = market.underlying()
    index = {
        "bstp_cls_code": "2001",
        "hts_kor_isnm": "KOSPI200",
        "bstp_nmix_prpr": told["unas_prpr"],
        "prdy_vrss_sign": told["unas_prdy_vrss_sign"],
        "bstp_nmix_prdy_vrss": told["unas_prdy_vrss"],
        "bstp_nmix_prdy_ctrt": told["unas_prdy_ctrt"],
    }
    return {"output1": row, "output2": {}, "output3": index}


def asking_price(market: Traded, division: str, code: str) -> Parts:
    """Return five steps of the order book; the best of them are those of the stream."""
    ticker = _looked(market, division, code)
    if ticker is None:
        return {"output1": {}, "output2": {}}
    stands, book = ticker.standing(), book_of(ticker)
    steps: Row = {}
    for side, told in (("askp", book.asks), ("bidp", book.bids)):
        for at, step in enumerate(told, 1):
            steps[f"futs_{side}{at}"] = points(step.price)
            steps[f"{side}_rsqn{at}"] = f"{step.quantity}"
            steps[f"{side}_csnu{at}"] = f"{step.orders}"
    head = {
        "hts_kor_isnm": code,
        **_quote(stands, "futs_prpr", "futs_prdy_vrss", "futs_prdy_ctrt"),
        "futs_prdy_clpr": points(stands.previous),
        "futs_shrn_iscd": code,
    }
    totals = {
        "total_askp_rsqn": f"{stands.asks}",
        "total_bidp_rsqn": f"{stands.bids}",
        "aspr_acpt_hour": f"{market.clock:%H%M%S}",
    }
    return {"output1": head, "output2": steps | totals}


def minutes(market: Traded, asked: Mapping[str, str]) -> Parts:
    """Return minutes of today, the newest first, those that begin by the time asked for."""
    code = asked.get("FID_INPUT_ISCD", "")
    ticker = _looked(market, asked.get("FID_COND_MRKT_DIV_CODE", ""), code)
    today = f"{market.trading_date:%Y%m%d}"
    if ticker is None:
        return {"output1": {}, "output2": []}
    stands = ticker.standing()
    bars = ticker.minutes() if asked.get("FID_INPUT_DATE_1") == today else []
    until = asked.get("FID_INPUT_HOUR_1", "")
    rows = [
        _bar_row(today, bar, before, ticker.multiplier)
        for bar, before in zip(bars, [0, *(bar.total for bar in bars)], strict=False)
        if bar.minute + "00" <= until
    ]
    head = {
        **_quote(stands, "futs_prpr", "futs_prdy_vrss", "futs_prdy_ctrt"),
        "futs_shrn_iscd": code,
        "kospi200_nmix": market.underlying()["unas_prpr"],
        "futs_askp": points(stands.ask),
        "futs_bidp": points(stands.bid),
    }
    return {"output1": head, "output2": rows[: -MOST_BARS - 1 : -1]}


def _bar_row(day: str, bar: Bar, before: int, multiplier: int) -> Row:
    volume = bar.total - before
    return {
        "stck_bsop_date": day,
        "stck_cntg_hour": f"{bar.minute}00",
        "futs_prpr": points(bar.close),
        "futs_oprc": points(bar.open),
        "futs_hgpr": points(bar.high),
        "futs_lwpr": points(bar.low),
        "cntg_vol": f"{volume}",
        "acml_tr_pbmn": f"{volume * bar.close * multiplier // 100000}",
    }


def _board_row(ticker: Ticker, facts: OptionFacts, index: float) -> Row:
    stands = ticker.standing()
    call = facts.side is Side.CALL
    inside = facts.strike < index if call else facts.strike > index
    return {
        "unch_prpr": "0.00",
        "optn_shrn_iscd": facts.code,
        **_quote(stands, "optn_prpr", "optn_prdy_vrss", "optn_prdy_ctrt"),
        "optn_bidp": points(stands.bid),
        "optn_askp": points(stands.ask),
        "nmix_sdpr": f"{index:.2f}",
        "seln_rsqn": f"{stands.ask_size}",
        "shnu_rsqn": f"{stands.bid_size}",
        "optn_oprc": points(stands.open),
        "optn_hgpr": points(stands.high),
        "optn_lwpr": points(stands.low),
        "optn_mxpr": "0.00",
        "optn_llam": "0.00",
        "atm_cls_name": "ITM" if inside else "OTM",
        "rgbf_vrss_icdc": "0",
        **_totals(stands),
        **ticker.analysis(),
    }


def _future_row(code: str, ticker: Ticker) -> Row:
    stands = ticker.standing()
    return {
        "futs_shrn_iscd": code,
        "hts_kor_isnm": code,
        **_quote(stands, "futs_prpr", "futs_prdy_vrss", "futs_prdy_ctrt"),
        "futs_askp": points(stands.ask),
        "futs_bidp": points(stands.bid),
        "futs_hgpr": points(stands.high),
        "futs_lwpr": points(stands.low),
        **_totals(stands),
        **ticker.analysis(),
    }


def _quote(stands: Standing, last: str, change: str, percent: str) -> Row:
    """Return the fields that every answer has; untraded it is yesterday's close, volume 0."""
    price = stands.last or stands.previous
    moved = price - stands.previous
    return {
        last: points(price),
        change: points(moved),
        "prdy_vrss_sign": sign(moved),
        percent: f"{100.0 * moved / stands.previous:.2f}",
        "acml_vol": f"{stands.volume}",
        "acml_tr_pbmn": f"{stands.turnover}",
        "hts_otst_stpl_qty": f"{stands.interest}",
        "otst_stpl_qty_icdc": f"{stands.interest_change}",
    }


def _totals(stands: Standing) -> Row:
    return {"total_askp_rsqn": f"{stands.asks}", "total_bidp_rsqn": f"{stands.bids}"}


def _looked(market: Traded, division: str, code: str) -> Ticker | None:
    tr_id = _MARKETS.get(division)
    if tr_id is None or not market.knows(tr_id, code):
        return None
    try:
        return market.look(tr_id, code)
    except UnknownCodeError:  # of a session that was not held yet
        return None


def _expiry(market: Traded, code: str) -> str:
    option = market.chain.options.get(code)
    day = option.expiry if option is not None else market.chain.futures[code].expiry
    return f"{day:%Y%m%d}"


def _term(month: str) -> str:
    return month.replace("W", "0")
