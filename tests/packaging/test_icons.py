"""The icon files of Windows and macOS, read by their own layouts."""

import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage, QImageReader

PACKAGING = Path(__file__).parent.parent.parent / "packaging"
ICO = PACKAGING / "windows" / "kisopt.ico"
ICNS = PACKAGING / "macos" / "kisopt.icns"

PIXELS = {
    "ic04": 16,
    "ic05": 32,
    "ic07": 128,
    "ic08": 256,
    "ic09": 512,
    "ic10": 1024,
    "ic11": 32,
    "ic12": 64,
    "ic13": 256,
    "ic14": 512,
}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("render_icons", PACKAGING / "render_icons.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rendered(script, qapp):
    return script.files()


def ico_entries(data):
    """Return (side, picture) of each entry of an .ico file."""
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind) == (0, 1)
    entries = []
    expected = 6 + 16 * count
    for index in range(count):
        width, height, colours, zero, planes, bits, length, offset = struct.unpack_from(
            "<BBBBHHII", data, 6 + 16 * index
        )
        assert (width, colours, zero, planes, bits) == (height, 0, 0, 1, 32)
        assert offset == expected
        expected += length
        entries.append((width or 256, data[offset : offset + length]))
    assert expected == len(data)
    return entries


def icns_entries(data):
    """Return kind and content of each entry of an .icns file."""
    magic, length = struct.unpack_from(">4sI", data)
    assert (magic, length) == (b"icns", len(data))
    entries = {}
    at = 8
    while at < len(data):
        kind, length = struct.unpack_from(">4sI", data, at)
        assert length > 8
        entries[kind.decode()] = data[at + 8 : at + length]
        at += length
    assert at == len(data)
    return entries


def of_bitmap(data):
    """Decode an icon's bitmap and check its mask."""
    size, width, height, planes, bits, compression = struct.unpack_from("<IiiHHI", data)
    assert (size, height, planes, bits, compression) == (40, 2 * width, 1, 32, 0)
    pixels = data[40 : 40 + 4 * width * width]
    stride = (width + 31) // 32 * 4
    mask = data[40 + len(pixels) :]
    assert len(mask) == stride * width
    image = QImage(pixels, width, width, QImage.Format.Format_ARGB32).flipped()
    clear = np.unpackbits(np.frombuffer(mask, np.uint8).reshape(width, stride), axis=1)
    assert np.array_equal(clear[::-1, :width] == 1, array(image)[..., 3] == 0)
    return image


def of_argb(data, side):
    """Decode four channels of runs."""
    assert data[:4] == b"ARGB"
    values, at = bytearray(), 4
    while at < len(data):
        code = data[at]
        if code < 128:
            values += data[at + 1 : at + 2 + code]
            at += 2 + code
        else:
            values += data[at + 1 : at + 2] * (code - 125)
            at += 2
    assert len(values) == 4 * side * side
    argb = np.frombuffer(values, np.uint8).reshape(4, side * side)
    bgra = np.ascontiguousarray(argb[::-1].T)
    return QImage(bgra.tobytes(), side, side, QImage.Format.Format_ARGB32).copy()


def pictures(path, data):
    """Return every picture in an icon file, with a name for each."""
    if path.suffix == ".ico":
        return {
            str(side): QImage.fromData(part) if part[:4] == b"\x89PNG" else of_bitmap(part)
            for side, part in ico_entries(data)
        }
    if path.suffix == ".icns":
        return {
            kind: of_argb(part, PIXELS[kind]) if part[:4] == b"ARGB" else QImage.fromData(part)
            for kind, part in icns_entries(data).items()
        }
    return {"": QImage.fromData(data)}


def array(image):
    """Return B, G, R, A of every pixel."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(bytes(image.constBits()), np.uint8).reshape(shape).astype(int)


def assert_is_the_mark(image):
    """It has clear corners, a solid middle and the colours of the two wings."""
    pixels = array(image)
    side = len(pixels)
    blue, green, red, alpha = (pixels[..., channel] for channel in range(4))
    assert max(alpha[0, 0], alpha[0, -1], alpha[-1, 0], alpha[-1, -1]) < 32
    assert alpha[side // 2, side // 2] == 255
    assert ((blue > 180) & (red < 130) & (alpha == 255)).sum() > side * side / 60
    assert ((red > 200) & (blue < 130) & (green < 130) & (alpha == 255)).sum() > side * side / 60


def test_windows_finds_every_size_that_its_scalings_ask_for():
    entries = ico_entries(ICO.read_bytes())
    assert [side for side, _ in entries] == [16, 20, 24, 32, 40, 48, 64, 256]
    for side, data in entries:
        assert (data[:8] == b"\x89PNG\r\n\x1a\n") is (side == 256)


def test_macos_finds_every_size_and_its_double():
    entries = icns_entries(ICNS.read_bytes())
    assert list(entries) == list(PIXELS)
    for kind, data in entries.items():
        assert data.startswith(b"ARGB" if kind in ("ic04", "ic05") else b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("path", [ICO, ICNS], ids=lambda path: path.suffix)
def test_every_picture_has_its_size_and_shows_the_mark(path, qapp):
    for name, image in pictures(path, path.read_bytes()).items():
        side = PIXELS.get(name) or int(name)
        assert (image.width(), image.height()) == (side, side)
        assert_is_the_mark(image)


def test_qt_reads_the_windows_file_as_we_do(qapp):
    reader = QImageReader(str(ICO), b"ico")
    ours = list(pictures(ICO, ICO.read_bytes()).values())
    assert reader.imageCount() == len(ours)
    for index, image in enumerate(ours):
        assert reader.jumpToImage(index)
        read = reader.read()
        # Of bitmaps Qt keeps colours multiplied by their alpha, which rounds some.
        assert np.array_equal(array(read), array(image.convertToFormat(read.format())))


def test_the_tile_stands_on_apples_grid(qapp):
    tiles = {16: 14, 32: 28, 64: 52, 128: 104, 256: 206, 512: 412, 1024: 824}
    for image in pictures(ICNS, ICNS.read_bytes()).values():
        side = image.width()
        alpha = array(image)[..., 3]
        middle = np.flatnonzero(alpha[side // 2] > 127)
        assert len(middle) == tiles[side]
        assert middle[0] == (side - tiles[side]) // 2
        assert np.array_equal(middle, np.flatnonzero(alpha[:, side // 2] > 127))


def test_rendering_twice_gives_the_same_bytes(script, rendered):
    assert script.files() == rendered


def test_the_files_in_the_tree_are_what_the_script_draws_now(rendered):
    for path, content in rendered.items():
        drawn, kept = pictures(path, content), pictures(path, path.read_bytes())
        assert drawn.keys() == kept.keys()
        for name, image in drawn.items():
            # Another processor may round a colour of the gradient the other way.
            difference = np.abs(array(image) - array(kept[name])).max()
            assert difference <= 2, f"{path.name} {name}: run packaging/render_icons.py"


def test_runs_are_packed_as_macos_unpacks_them(script):
    for channel in (
        b"",
        bytes(300),
        bytes(range(256)),
        b"\1\1\2\2\2\3",
        b"\5" * 131 + b"\6" * 2,
        bytes(range(200)) + b"\7" * 3 + b"\1\2" * 90,
    ):
        coded, values, at = script.packed(channel), b"", 0
        while at < len(coded):
            code = coded[at]
            if code < 128:
                values += coded[at + 1 : at + 2 + code]
                at += 2 + code
            else:
                values += coded[at + 1 : at + 2] * (code - 125)
                at += 2
        assert values == channel
