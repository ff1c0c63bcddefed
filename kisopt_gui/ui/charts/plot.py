"""One of the stacked plots: its view, heading and scale."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from kisopt_gui.ui import figures
from kisopt_gui.ui.charts.marks import HEADING_PX, Heading
from kisopt_gui.ui.charts.scales import Scale, Tag
from kisopt_gui.ui.charts.ticks import multiples, value_step
from kisopt_gui.ui.charts.traces import Trace
from kisopt_gui.ui.theme import Tokens

_BELOW_PX = 10
_LOOSE = 0.55
_HEADROOM = 0.06


class Plot:
    """A view whose values are fitted now and then, and whose times are set from outside.

    Attributes:
        box: The view.
        decimals: Decimals of its values.
        heading: The line of words inside, at the top left.
        scale: The numbers at its right.
        rules: Pixels from the top at which the lines of the grid stand.
    """

    def __init__(self, tokens: Tokens, *, decimals: int, least: float, narrowest: float) -> None:
        """Make an empty plot.

        Args:
            tokens: Colours of the theme.
            decimals: Decimals of the values.
            least: Least distance of two numbers on the scale.
            narrowest: Least range of values: what is flat stays flat.
        """
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self.box.disableAutoRange()
        self.box.setAcceptHoverEvents(False)
        self.decimals = decimals
        self.heading = Heading(tokens)
        self.scale = Scale(tokens)
        self.rules: list[float] = []
        self._traces: list[Trace] = []
        self._least = least
        self._narrowest = narrowest
        self._low = self._high = float("nan")

    def add(self, trace: Trace) -> None:
        """Put something to draw into the view."""
        self._traces.append(trace)
        self.box.addItem(trace, ignoreBounds=True)
        trace.set_frame(self.box.viewRect())

    def remove(self, trace: Trace) -> None:
        """Take something out of the view."""
        self._traces.remove(trace)
        self.box.removeItem(trace)

    @property
    def values(self) -> tuple[float, float]:
        """Lowest and highest value shown."""
        low, high = self.box.viewRange()[1]
        return low, high

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return float(self.box.height())

    def fit(self, low: float, high: float) -> bool:
        """Fit the scale to values if they are not inside or too small; return whether it moved.

        The heading keeps its own room above them.
        """
        if low != low:
            return False
        if high - low < self._narrowest:
            middle = (low + high) / 2
            low, high = middle - self._narrowest / 2, middle + self._narrowest / 2
        inside = self._low <= low and high <= self._high
        if inside and high - low >= _LOOSE * (self._high - self._low):
            return False
        room = _HEADROOM * (high - low)
        self._low, self._high = low - room, high + room
        return True

    def arrange(self, times: tuple[float, float]) -> None:
        """Show the time between two edges, and the values fitted last."""
        height = max(self.height, 1.0)
        low, high = (0.0, 1.0) if self._low != self._low else (self._low, self._high)
        pixel = (high - low) / max(height - HEADING_PX - _BELOW_PX, 8.0)
        low, high = low - _BELOW_PX * pixel, high + HEADING_PX * pixel
        self.box.setRange(xRange=times, yRange=(low, high), padding=0, disableAutoRange=False)
        frame = QRectF(times[0], low, times[1] - times[0], high - low)
        for trace in self._traces:
            trace.set_frame(frame)
        values = multiples(value_step(high - low, height, self._least), low, high)
        self.heading.set_room(self.box.width())
        self.rules = [(high - value) / (high - low) * height for value in values]
        self.scale.set_numbers(
            [Tag(at, self.text_of(value)) for at, value in zip(self.rules, values, strict=True)],
            height,
        )

    def text_of(self, value: float) -> str:
        """Write a value with the decimals of the plot."""
        return figures.number(value, self.decimals)

    def pixel_of(self, value: float) -> float:
        """Return how many pixels under the top a value stands."""
        low, high = self.values
        return (high - value) / (high - low) * self.height

    def value_of(self, pixel: float) -> float:
        """Return the value that stands so many pixels under the top."""
        low, high = self.values
        return high - pixel / max(self.height, 1.0) * (high - low)
