"""Which columns each set shows, in what order and how wide: what the user chose, set by set."""

from collections.abc import Iterable, Mapping

from kisopt_gui.ui.quotes.columns import FIRST_SET, PLACES, SETS, known

MOST_WIDTH_PX = 2000
LEAST_WIDTH_PX = 40


class Arrangement:
    """The sets of columns as the user left them.

    Attributes:
        current: Name of the set that is shown.
    """

    def __init__(self) -> None:
        self.current = FIRST_SET
        self._orders: dict[str, tuple[str, ...]] = {}
        self._widths: dict[str, dict[str, int]] = {}

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the current set from left to right."""
        return self._orders.get(self.current, SETS[self.current])

    @property
    def widths(self) -> dict[str, int]:
        """Widths the user gave to columns of the current set, pixels; empty if none."""
        return dict(self._widths.get(self.current, {}))

    @property
    def touched(self) -> bool:
        """Whether the current set is not as it comes."""
        return self.current in self._orders or self.current in self._widths

    def choose(self, name: str) -> None:
        """Show another set; an unknown one changes nothing."""
        if name in SETS:
            self.current = name

    def set_order(self, names: Iterable[str]) -> None:
        """Show these columns in the current set; with none left, the last one stays."""
        order = known(names) or self.order[:1]
        if order == SETS[self.current]:
            self._orders.pop(self.current, None)
        else:
            self._orders[self.current] = order

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Keep these widths for the current set, pixels."""
        self._widths[self.current] = dict(widths)

    def reset(self) -> None:
        """Have the current set as it comes."""
        self._orders.pop(self.current, None)
        self._widths.pop(self.current, None)

    def state(self) -> dict[str, object]:
        """Return what a layout keeps: only what differs from how it comes."""
        return {
            "set": self.current,
            "orders": {name: list(order) for name, order in self._orders.items()},
            "widths": {name: dict(widths) for name, widths in self._widths.items()},
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take over what `state` returned; what is unknown or missing is as it comes."""
        current = state.get("set")
        self.current = current if isinstance(current, str) and current in SETS else FIRST_SET
        self._orders = {}
        for name, names in _entries(state.get("orders")):
            order = known(names) if isinstance(names, list | tuple) else ()
            if name in SETS and order:
                self._orders[name] = order
        self._widths = {}
        for name, widths in _entries(state.get("widths")):
            kept = {
                column: int(width)
                for column, width in _entries(widths)
                if column in PLACES
                and isinstance(width, int | float)
                and LEAST_WIDTH_PX <= width <= MOST_WIDTH_PX
            }
            if name in SETS and kept:
                self._widths[name] = kept


def _entries(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, Mapping):
        return ()
    return [(name, entry) for name, entry in value.items() if isinstance(name, str)]
