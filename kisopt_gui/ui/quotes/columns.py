"""The columns of the grid: every field of an option's record, the age, and named sets of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kisopt_gui.wire.schema import Field, Kind
from kisopt_gui.wire.streams import INDEX_OPTION

AGE = "age"
CONTRACT = "contract"
"""The frozen column at the left; it is no column of the model, but one may sort by it."""


class Flash(Enum):
    """How a cell says that its value has changed."""

    NONE = "not at all"
    TURN = "up or down, against the price shown before"
    TOUCH = "without a direction"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        place: Its number in the model.
        name: The field's name in the record, or `AGE`.
        field: The field in the option's table; None for the age.
        against_close: Whether its colour is that of the change against the previous close.
        signed: Whether it is coloured by its own sign.
        flash: How it says that its value has changed.
        sample: A long text of its kind, which its natural width is made for.
    """

    place: int
    name: str
    field: Field | None
    against_close: bool
    signed: bool
    flash: Flash
    sample: str


_SAMPLES = {
    Kind.CODE: "B01612A30",
    Kind.TIME: "00:00:00",
    Kind.SIGN: "▲",
    Kind.FLAG: "N",
    Kind.PRICE: "1,234.56",
    Kind.CHANGE: "▲23.45",
    Kind.PERCENT: "−123.45",
    Kind.RATIO: "123.45",
    Kind.QUANTITY: "123,456",
    Kind.QUANTITY_CHANGE: "−12,345",
    Kind.AMOUNT: "123,456,789,000",
    Kind.GREEK: "−0.1234",
    Kind.VOLATILITY: "123.45",
}
_CLOSE = frozenset(("price", "change", "change_percent"))
# Changes over time; a basis or a mispricing has a sign too, but goes neither up nor down by it.
_SIGNED = frozenset(
    (
        "open_change",
        "high_change",
        "low_change",
        "open_interest_change",
        "open_interest_tick_change",
        "net_buy_trades",
    )
)
_TURNS = frozenset(("price", "bid", "ask", "open", "high", "low", "upper_limit", "lower_limit"))
# What moves with every trade would only say once more that there was one.
_TOUCHES = frozenset(
    (
        "bid_quantity",
        "ask_quantity",
        "implied_volatility",
        "open_interest",
        "delta",
        "gamma",
        "vega",
        "theta",
        "rho",
        "limit_code",
    )
)


def _flash(name: str) -> Flash:
    if name in _TURNS:
        return Flash.TURN
    return Flash.TOUCH if name in _TOUCHES else Flash.NONE


def _column(place: int, name: str, field: Field) -> Column:
    return Column(
        place=place,
        name=name,
        field=field,
        against_close=name in _CLOSE,
        signed=name in _SIGNED,
        flash=_flash(name),
        sample=_SAMPLES[field.kind],
    )


COLUMNS: tuple[Column, ...] = (
    *(_column(at, name, field) for at, (name, field) in enumerate(INDEX_OPTION.fields.items())),
    Column(
        place=INDEX_OPTION.width,
        name=AGE,
        field=None,
        against_close=False,
        signed=False,
        flash=Flash.NONE,
        sample="",
    ),
)
"""Every column; its place here is its number in the model, whatever is shown and in what order."""

PLACES: dict[str, int] = {column.name: column.place for column in COLUMNS}

_GREEKS = ("delta", "gamma", "theta", "vega", "rho")
_HEAD = ("price", "change", "change_percent")

# The age comes first: behind the last column of a wide set nobody would see it.
SETS: dict[str, tuple[str, ...]] = {
    "quotes": (
        AGE, *_HEAD, "bid", "ask", "quantity", "volume", "strength", "open", "high", "low",
        "open_interest", "open_interest_change", "time",
    ),
    "book": (
        AGE, "price", "change", "bid_quantity", "bid", "ask", "ask_quantity", "total_bid_quantity",
        "total_ask_quantity", "buy_ratio", "buy_trades", "sell_trades", "net_buy_trades",
        "buy_volume", "sell_volume",
    ),
    "greeks": (
        AGE, *_HEAD, "bid", "ask", "implied_volatility", *_GREEKS, "theoretical",
        "mispricing_percent", "open_interest", "open_interest_change", "volume",
    ),
    "volatility": (
        AGE, "price", "change", "implied_volatility", "historical_volatility", "average_volatility",
        "vega", "theoretical", "mispricing", "mispricing_percent", "intrinsic", "time_value",
        "premium", "theoretical_basis", "market_basis",
    ),
    "interest": (
        AGE, *_HEAD, "open_interest", "open_interest_change", "open_interest_tick_change",
        "quantity", "volume", "volume_ratio", "buy_volume", "sell_volume", "block_volume",
    ),
    "all": (AGE, *INDEX_OPTION.fields),
}  # fmt: skip
"""The named sets and the columns each shows until the user changes it."""

FIRST_SET = "greeks"


def known(names: Iterable[object]) -> tuple[str, ...]:
    """Return the names that are columns, each once, in order; for what was saved elsewhere."""
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name in PLACES))
