"""What the grid paints with: the theme's colours, two fonts, and texts laid out before."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText, QTransform

from kisopt_gui.ui import theme
from kisopt_gui.ui.theme import Tokens

FADE_S = 0.4
"""How long a changed cell stays tinted."""

_STEPS = 8
_NUMERIC = "0123456789.,:-−▲▼↑↓"
_TOUCH = 0.5
_MOST_TEXTS = 1024
_SIGHTS = 3


class Pen:
    """One font, and the texts that were drawn with it more than once.

    A text that is laid out already costs a third of one that is not, but
    laying it out to keep costs twice: so that happens when it is seen again.
    Prices and greeks come again, cumulative volumes do not.

    Attributes:
        font: The font.
        ascent: Its ascent, pixels.
        height: Height of a line, pixels.
        digit: Width of a digit, pixels; nothing in a number is wider but the marks.
        laid: Texts that are laid out, and their widths.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        metrics = QFontMetricsF(font)
        self.ascent = metrics.ascent()
        self.height = metrics.ascent() + metrics.descent()
        self.digit = metrics.horizontalAdvance("0")
        self._metrics = metrics
        self._advances = {char: metrics.horizontalAdvance(char) for char in _NUMERIC}
        self._sights: dict[str, int] = {}
        self.laid: dict[str, tuple[QStaticText, float]] = {}

    def advance(self, text: str) -> float:
        """Return the width of a text in pixels."""
        try:
            return sum(map(self._advances.__getitem__, text))
        except KeyError:  # words are kerned: they are not the sum of their letters
            return self._metrics.horizontalAdvance(text)

    def right(self, painter: QPainter, x: float, top: float, text: str) -> None:
        """Draw a text that ends at ``x``; the painter has this font already."""
        laid = self.laid.get(text)
        if laid is not None:
            painter.drawStaticText(QPointF(x - laid[1], top), laid[0])
            return
        width = self.advance(text)
        sights = self._sights.get(text, 0)
        if sights >= _SIGHTS:
            self._keep(text, width)
        else:
            self._sights[text] = sights + 1
        painter.drawText(QPointF(x - width, top + self.ascent), text)

    def left(self, painter: QPainter, x: float, top: float, text: str) -> float:
        """Draw a text that begins at ``x``; return where it ends."""
        end = x + self.advance(text)
        self.right(painter, end, top, text)
        return end

    def elided(self, text: str, width: float) -> str:
        """Cut a text that is wider than ``width`` and say so by an ellipsis."""
        if self.advance(text) <= width:
            return text
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def _keep(self, text: str, width: float) -> None:
        if len(self.laid) >= _MOST_TEXTS:
            self.laid.clear()
        if len(self._sights) >= _MOST_TEXTS:
            self._sights.clear()
        laid = QStaticText(text)
        laid.setTextFormat(Qt.TextFormat.PlainText)
        laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        laid.prepare(QTransform(), self.font)
        self.laid[text] = (laid, width)


class Ink:
    """Colours and fonts of one theme.

    Attributes:
        tones: Colour of a fresh text by its tone (see rows).
        dim: Colour of every text of a row by its level, from 1 on.
    """

    def __init__(self, tokens: Tokens) -> None:
        self.plain = Pen(theme.font())
        self.bold = Pen(theme.font(bold=True))
        self.label = Pen(theme.font(theme.LABEL_PX))
        self.panel = QColor(tokens.panel)
        self.raised = QColor(tokens.raised)
        self.line = QColor(tokens.line)
        self.grid = QColor(tokens.grid)
        self.text = QColor(tokens.text)
        self.muted = QColor(tokens.muted)
        self.faint = QColor(tokens.faint)
        self.accent = QColor(tokens.accent)
        self.alive = QColor(tokens.ok)
        self.selection = QColor(tokens.selection)
        self.tones = (self.text, QColor(tokens.up), QColor(tokens.down), self.muted)
        self.dim = (self.text, self.muted, self.faint)
        self._fades = {
            (turn, chosen): [
                mixed(ground, token, token.alphaF() * (1 - step / _STEPS)) for step in range(_STEPS)
            ]
            for chosen, ground in ((False, self.panel), (True, self.selection))
            for turn, token in (
                (1, QColor(tokens.flash_up)),
                (-1, QColor(tokens.flash_down)),
                (0, _thinned(QColor(tokens.flash_flat))),
            )
        }

    def tint(self, turn: int, age: float, *, chosen: bool) -> QColor | None:
        """Return the ground of a cell that changed ``age`` seconds ago; None when it is over.

        Args:
            turn: 1 up, -1 down, 0 neither.
            age: Seconds.
            chosen: Whether the row is selected.
        """
        if age >= FADE_S:
            return None
        return self._fades[turn, chosen][int(max(0.0, age) / FADE_S * _STEPS)]


def _thinned(tint: QColor) -> QColor:
    """A change without a direction is said more quietly: a trade brings several."""
    tint.setAlphaF(tint.alphaF() * _TOUCH)
    return tint


def mixed(ground: QColor, tint: QColor, share: float) -> QColor:
    """Mix a tint into the ground once: filling with alpha costs six times as much."""
    return QColor.fromRgbF(
        ground.redF() * (1 - share) + tint.redF() * share,
        ground.greenF() * (1 - share) + tint.greenF() * share,
        ground.blueF() * (1 - share) + tint.blueF() * share,
    )
