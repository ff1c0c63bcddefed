"""Render resources/icons/kisopt.svg to the icon files that the systems ask for.

Run it after a change of the drawing::

    .venv/bin/python packaging/render_icons.py

Writes PNGs for Linux desktops, `windows/kisopt.ico` and `macos/kisopt.icns`. Where a
picture is seen at 24 pixels or less it is made from kisopt-small.svg: the same
drawing with thicker lines.
"""

import os
import struct
import sys
from itertools import groupby
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).parent
ICONS = HERE.parent / "resources" / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
SMALL = 24

ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""What Windows takes at 100, 125, 150, 200 and 250 %, and its large views."""

ICNS = {
    "ic04": (16, 16),
    "ic05": (32, 32),
    "ic07": (128, 128),
    "ic08": (256, 256),
    "ic09": (512, 512),
    "ic10": (512, 1024),
    "ic11": (16, 32),
    "ic12": (32, 64),
    "ic13": (128, 256),
    "ic14": (256, 512),
}
"""Kind of entry: its size in points, as it is seen, and in pixels."""

_TILES = {16: 14, 32: 28, 64: 52, 128: 104, 256: 206, 512: 412, 1024: 824}
"""Apple's icon grid: size of the picture and of the tile in it; the rest is a clear margin."""

_TILE_OF_DRAWING = (QRectF(16, 16, 480, 480), 512)
"""Where the tile lies in kisopt.svg, its edge included; kisopt-small.svg has no margin."""


def render(svg: Path, size: int, area: QRectF | None = None) -> QImage:
    """Draw a square picture of ``size`` pixels on a transparent ground.

    Args:
        svg: The drawing.
        size: Pixels of the picture.
        area: Where the drawing goes; everywhere if not given.
    """
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    # A picture takes over the screen's, and would be another file on another screen.
    image.setDotsPerMeterX(3780)
    image.setDotsPerMeterY(3780)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter, area or QRectF(0, 0, size, size))
    painter.end()
    return image


def drawing(points: int) -> Path:
    """Return the drawing for a picture that is seen at so many points."""
    return ICONS / ("kisopt-small.svg" if points <= SMALL else "kisopt.svg")


def on_grid(points: int, pixels: int) -> QImage:
    """Draw a picture for macOS: the tile on Apple's grid, a margin around it."""
    side = _TILES[pixels]
    edge = (pixels - side) / 2
    svg = drawing(points)
    if svg.stem == "kisopt-small":
        return render(svg, pixels, QRectF(edge, edge, side, side))
    tile, whole = _TILE_OF_DRAWING
    scale = side / tile.width()
    origin = edge - tile.x() * scale
    return render(svg, pixels, QRectF(origin, origin, whole * scale, whole * scale))


def png(image: QImage) -> bytes:
    """Return the picture as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(image):
        raise OSError(writer.errorString())
    return bytes(data.data())


def bitmap(image: QImage) -> bytes:
    """Return the picture as an icon's bitmap: header, BGRA from the bottom, mask.

    Source: BITMAPINFOHEADER of Windows; its height counts the mask too.
    """
    size = image.width()
    pixels = bytes(image.constBits())
    rows = [pixels[row : row + 4 * size] for row in range(0, len(pixels), 4 * size)]
    mask = b"".join(_mask_row(row) for row in reversed(rows))
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    return header + b"".join(reversed(rows)) + mask


def ico() -> bytes:
    """Return kisopt.ico: bitmaps, and the 256 as a PNG.

    Windows reads PNGs of every size since Vista, but not all that show icons do: tools
    that read .ico files themselves expect bitmaps except at 256, where nobody has one.
    """
    pictures = []
    for size in ICO_SIZES:
        image = render(drawing(size), size)
        pictures.append(png(image) if size == 256 else bitmap(image))
    directory = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(directory) + 16 * len(pictures)
    for size, data in zip(ICO_SIZES, pictures, strict=True):
        side = size % 256  # 0 stands for 256
        directory += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return directory + b"".join(pictures)


def argb(image: QImage) -> bytes:
    """Return the picture as macOS packs its smallest: A, R, G and B, each run-length coded."""
    pixels = bytes(image.constBits())  # B, G, R, A in memory
    return b"ARGB" + b"".join(packed(pixels[channel::4]) for channel in (3, 2, 1, 0))


def packed(channel: bytes) -> bytes:
    """Code runs: up to 127, so many literal bytes and one follow; from 128, a byte n - 125 times.

    Some versions of macOS lose the last run. Ours is of the clear margin, as is what is
    not there.
    """
    result = bytearray()
    literal = bytearray()

    def flush() -> None:
        for start in range(0, len(literal), 128):
            part = literal[start : start + 128]
            result.extend((len(part) - 1, *part))
        literal.clear()

    for value, same in groupby(channel):
        count = len(list(same))
        while count >= 3:
            flush()
            length = min(count, 130)
            result.extend((length + 125, value))
            count -= length
        literal.extend([value] * count)
    flush()
    return bytes(result)


def icns() -> bytes:
    """Return kisopt.icns.

    The entries ic04 and ic05 are what Apple's own `iconutil` writes there: a PNG in them
    shows in Finder, but not as the icon of a program.
    """
    entries = b""
    for kind, (points, pixels) in ICNS.items():
        image = on_grid(points, pixels)
        data = argb(image) if kind in ("ic04", "ic05") else png(image)
        entries += struct.pack(">4sI", kind.encode(), 8 + len(data)) + data
    return struct.pack(">4sI", b"icns", 8 + len(entries)) + entries


def files() -> dict[Path, bytes]:
    """Return every icon file with its content."""
    pictures = {ICONS / f"kisopt-{size}.png": png(render(drawing(size), size)) for size in SIZES}
    return pictures | {
        HERE / "windows" / "kisopt.ico": ico(),
        HERE / "macos" / "kisopt.icns": icns(),
    }


def main() -> int:
    """Write the files; return 1 if one cannot be written."""
    _app = QGuiApplication([])
    for target, content in files().items():
        try:
            target.write_bytes(content)
        except OSError as error:
            print(f"cannot write {target}: {error.strerror}", file=sys.stderr)
            return 1
        print(target.relative_to(HERE.parent))
    return 0


def _mask_row(row: bytes) -> bytes:
    """Return a row's mask: a bit for each pixel that is clear, padded to 4 bytes."""
    clear = "".join("1" if alpha == 0 else "0" for alpha in row[3::4])
    bits = len(clear) + -len(clear) % 32
    return int(clear.ljust(bits, "0"), 2).to_bytes(bits // 8, "big")


if __name__ == "__main__":
    sys.exit(main())
