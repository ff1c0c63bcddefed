"""Both themes: complete, legible, and made of nothing but their tokens."""

import re
from dataclasses import fields
from itertools import product

import pytest
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QLabel

from kisopt_gui.assets import resource
from kisopt_gui.ui import theme
from kisopt_gui.ui.theme import DARK, LIGHT, THEMES, Tokens

GROUNDS = ("bg", "panel", "raised", "selection")
INKS = ("text", "muted", "up", "down", "accent", "ok")
"""Tokens of text. ``faint`` is for what is old or missing, which may be hard to read."""

both = pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)


@pytest.fixture
def app(qapp):
    """The application, undressed again afterwards."""
    style, font, palette = qapp.style().objectName(), qapp.font(), qapp.palette()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setFont(font)
    qapp.setPalette(palette)


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@both
def test_every_text_is_legible_on_every_ground(tokens):
    measured = {
        f"{ink} on {ground}": contrast(getattr(tokens, ink), getattr(tokens, ground))
        for ink, ground in product(INKS, GROUNDS)
    }
    assert {pair: round(value, 2) for pair, value in measured.items() if value < 4.5} == {}


@both
def test_lines_of_charts_stand_out_from_their_ground_and_from_each_other(tokens):
    assert all(contrast(color, tokens.panel) >= 3 for color in tokens.series)
    assert len(set(tokens.series)) == len(tokens.series) >= 6


@both
def test_up_is_red_and_down_is_blue_and_nothing_else_is(tokens):
    hues = {ink: theme.color(getattr(tokens, ink)).hue() for ink in ("up", "down", "accent", "ok")}
    assert hues["up"] < 15 or hues["up"] > 345
    assert 200 < hues["down"] < 240
    assert 30 < hues["accent"] < 60
    assert 140 < hues["ok"] < 180


@both
def test_a_flash_is_its_colour_seen_through(tokens):
    for flash, ink in (("flash_up", "up"), ("flash_down", "down"), ("flash_flat", "text")):
        seen = theme.color(getattr(tokens, flash))
        assert 0 < seen.alpha() < 100
        assert seen.name() == getattr(tokens, ink)


def test_themes_differ_in_values_only():
    assert {name: tokens.name for name, tokens in THEMES.items()} == {
        "dark": "dark",
        "light": "light",
    }
    assert len(DARK.series) == len(LIGHT.series)
    for field in fields(Tokens):
        for tokens in THEMES.values():
            value = getattr(tokens, field.name)
            colors = value if isinstance(value, tuple) else (value,)
            assert field.name == "name" or all(
                re.fullmatch("#([0-9a-f]{2})?[0-9a-f]{6}", color) for color in colors
            )


def test_style_sheets_name_tokens_that_exist_and_no_colours_of_their_own():
    names = {field.name for field in fields(Tokens)} - {"series"}
    for file in resource("qss").glob("*.qss"):
        sheet = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"@(\w*)@", sheet)) <= names, file.name
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet) == [], file.name


@both
def test_the_style_sheet_is_every_file_with_its_tokens_filled_in(tokens):
    sheet = theme.style_sheet(tokens)
    assert "@" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert tokens.panel in sheet
    assert sheet.count("{") == sheet.count("}") > 0
    for file in resource("qss").glob("*.qss"):
        first = re.search(r"^[\w.#\[\]\"=:-]+", file.read_text("utf-8"), re.MULTILINE)
        assert first is None or first[0] in sheet


@both
def test_the_application_is_dressed_without_a_complaint_of_qt(app, tokens):
    theme.apply(app, tokens)
    QLabel("so that the sheet is read").ensurePolished()
    assert app.styleSheet() == theme.style_sheet(tokens)
    palette = app.palette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    assert palette.color(role.Window).name() == tokens.bg
    assert palette.color(role.Base).name() == tokens.panel
    assert palette.color(role.Text).name() == tokens.text
    assert palette.color(role.PlaceholderText).name() == tokens.muted
    assert palette.color(group.Disabled, role.Text).name() == tokens.faint
    assert app.font().pixelSize() == theme.TEXT_PX


def test_the_font_that_travels_with_the_program_is_the_one_that_is_used(app):
    theme.load_fonts()
    for bold in (False, True):
        font = theme.font(13, bold=bold)
        info = QFontInfo(font)
        assert info.family() == theme.FAMILY
        assert (font.pixelSize(), info.bold()) == (13, bold)
        assert font.hintingPreference() is QFont.HintingPreference.PreferNoHinting
