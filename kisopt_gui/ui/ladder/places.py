"""Where everything of the ladder stands, worked out once for a size."""

from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QRect

from kisopt_gui.market.book import STEPS

HEAD_PX = 24
GAP_PX = 3
"""Between asks and bids."""

FOOT_PX = 46
ROW_PX = 24
LEAST_ROW_PX = 20
MOST_ROW_PX = 30
WIDTH_PX = 300
LEAST_WIDTH_PX = 220
PAD_PX = 7
_PRICE_PX = 70
_PRICE_SHARE = 0.32
_ORDERS_PX = 46
_ORDERS_PAD_PX = 4
_QUANTITY_PX = 62
"""What a quantity with its heading needs; a narrower side has no room for orders."""

LEFT, CENTRE, RIGHT = 0.0, 0.5, 1.0


class Column(NamedTuple):
    """A column of texts.

    Attributes:
        left: Where it begins, pixels.
        right: Where it ends.
        align: Where its texts stand: LEFT, CENTRE or RIGHT.
        pad: Free room at either end; a column without any width has no texts.
    """

    left: float
    right: float
    align: float
    pad: float = PAD_PX

    @property
    def width(self) -> float:
        """Its width, pixels."""
        return self.right - self.left

    def end(self, width: float) -> float:
        """Where a text of that width ends."""
        free = self.right - self.left - 2 * self.pad - width
        return self.left + self.pad + free * self.align + width


class Places:
    """The places of everything on a ladder of one size.

    Attributes:
        row: Height of a step, pixels.
        asks: Top of the highest ask.
        middle: Top of the line between the sides.
        bids: Top of the best bid.
        foot: Top of the sums.
        columns: Orders, asks, price, bids, orders; those of orders have no width where there is
            no room.
        facts: The quarter beside the asks, for the figures of the day.
        prints: The quarter beside the bids, for the last trades.
    """

    def __init__(self, width: int, height: int) -> None:
        free = height - HEAD_PX - GAP_PX - FOOT_PX
        self.row = max(LEAST_ROW_PX, min(MOST_ROW_PX, free // (2 * STEPS)))
        side_height = STEPS * self.row
        self.asks = HEAD_PX
        self.middle = self.asks + side_height
        self.bids = self.middle + GAP_PX
        self.foot = self.bids + side_height
        price = min(_PRICE_PX, round(_PRICE_SHARE * width))
        side = (width - price) // 2
        orders = _ORDERS_PX if side >= _ORDERS_PX + _QUANTITY_PX else 0
        edges = pairwise((0, orders, side, side + price, width - orders, width))
        aligns = (RIGHT, RIGHT, CENTRE, LEFT, LEFT)
        pads = (_ORDERS_PAD_PX, PAD_PX, 0, PAD_PX, _ORDERS_PAD_PX)
        self.columns = tuple(
            Column(left, right, align, pad)
            for (left, right), align, pad in zip(edges, aligns, pads, strict=True)
        )
        right = side + price
        self.facts = QRect(right, self.asks, width - right, side_height)
        self.prints = QRect(0, self.bids, side, side_height)

    def step(self, y: float) -> tuple[str, int] | None:
        """Return the side, "ask" or "bid", and the rank of the step at a height, 0 the best."""
        if self.asks <= y < self.middle:
            return "ask", STEPS - 1 - int((y - self.asks) / self.row)
        if self.bids <= y < self.foot:
            return "bid", int((y - self.bids) / self.row)
        return None


def height(row: int) -> int:
    """Height of a ladder whose steps are as high as that, pixels."""
    return HEAD_PX + 2 * STEPS * row + GAP_PX + FOOT_PX
