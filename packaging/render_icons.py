"""Render resources/icons/kisopt.svg to the PNG sizes that desktops ask for.

Run it after a change of the drawing::

    .venv/bin/python packaging/render_icons.py

Up to 24 pixels kisopt-small.svg is used: the same picture with thicker lines.
"""

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "resources" / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
SMALL = 24


def render(svg: Path, size: int) -> QImage:
    """Draw a square picture of ``size`` pixels on a transparent ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    return image


def main() -> int:
    """Write ``kisopt-<size>.png`` for each size; return 1 if one cannot be written."""
    _app = QGuiApplication([])
    for size in SIZES:
        svg = ICONS / ("kisopt-small.svg" if size <= SMALL else "kisopt.svg")
        target = ICONS / f"kisopt-{size}.png"
        if not render(svg, size).save(str(target)):
            print(f"cannot write {target}", file=sys.stderr)
            return 1
        print(target.relative_to(ICONS.parent.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
