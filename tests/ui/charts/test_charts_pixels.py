"""The thinned line lights the pixels of the whole line."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from kisopt_gui.market.pyramid import Pyramid, buckets, outline
from kisopt_gui.ui.charts.traces import Line

WIDTH, HEIGHT = 900, 300
MOST_FAR = 0.001


def lit(x, y, start, end):
    """Draw a line on a surface of 900 x 300 and return which pixels are not black."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_Grayscale8)
    image.fill(0)
    low, high = -1.0, 1.0
    line = Line("#ffffff", layer=0)
    line.set_frame(QRectF(start, low, end - start, high - low))
    line.set_points(x, y)
    painter = QPainter(image)
    painter.scale(WIDTH / (end - start), HEIGHT / (low - high))
    painter.translate(-start, -high)
    line.paint(painter, None)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(HEIGHT, image.bytesPerLine())[:, :WIDTH] > 0


def near(mask):
    """The pixels of a mask and their neighbours."""
    grown = np.zeros_like(mask)
    padded = np.pad(mask, 1)
    for down in range(3):
        for right in range(3):
            grown |= padded[down : down + HEIGHT, right : right + WIDTH]
    return grown


def shapes(name, length):
    random = np.random.default_rng(length)
    seconds = np.sort(random.uniform(0, 1000, length))
    walk = np.cumsum(random.normal(0, 1, length))
    column = walk / np.abs(walk).max()
    if name == "in bursts":
        seconds = np.sort(np.floor(random.uniform(0, 40, length)) * 25 + random.random(length) * 3)
    elif name == "with gaps":
        column[(seconds % 100) < 15] = np.nan
    elif name == "with spikes":
        column[:: length // 50] *= -1
    return seconds, column.astype(np.float32)


@pytest.mark.parametrize("name", ["evenly", "in bursts", "with gaps", "with spikes"])
@pytest.mark.parametrize("length", [5_000, 40_000, 300_000, 1_000_000])
def test_at_most_one_lit_pixel_in_a_thousand_is_farther_than_one_from_the_whole_line(
    qapp, name, length
):
    seconds, column = shapes(name, length)
    pyramid = Pyramid()
    pyramid.extend(column)
    edges = buckets(seconds, 0.0, 1000.0, WIDTH)
    whole = lit(seconds, column, 0.0, 1000.0)
    thinned = lit(*outline(seconds, pyramid.envelope(edges), edges), 0.0, 1000.0)
    missed = whole & ~near(thinned)
    invented = thinned & ~near(whole)
    assert whole.sum() > 1000
    assert missed.sum() + invented.sum() <= MOST_FAR * whole.sum()
