"""Colours, fonts and the style sheet: two themes made of the same tokens.

Red and blue mean up and down against the previous close and nothing else;
amber is the user's own choice, green is alive, grey is old or missing.
"""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from kisopt_gui.assets import resource


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as "#rrggbb"; ``flash`` ones carry alpha in front."""

    name: str
    bg: str
    panel: str
    raised: str
    line: str
    grid: str
    text: str
    muted: str
    faint: str
    up: str
    down: str
    accent: str
    ok: str
    selection: str
    flash_up: str
    flash_down: str
    flash_flat: str
    series: tuple[str, ...]


DARK = Tokens(
    name="dark",
    bg="#0d1015",
    panel="#12161d",
    raised="#181d26",
    line="#222935",
    grid="#1a212b",
    text="#d9e0ea",
    muted="#8792a1",
    faint="#4c5664",
    up="#ff6059",
    down="#5a9dff",
    accent="#e3b54a",
    ok="#3bb98f",
    selection="#1d2a3c",
    flash_up="#40ff6059",
    flash_down="#405a9dff",
    flash_flat="#30d9e0ea",
    series=("#e3b54a", "#62c6d6", "#b48cf2", "#8fbf5a", "#e08fb8", "#c9a27e"),
)

LIGHT = Tokens(
    name="light",
    bg="#eef0f3",
    panel="#ffffff",
    raised="#f7f8fa",
    line="#dfe3e9",
    grid="#eceff3",
    text="#18212d",
    muted="#5f6b7a",
    faint="#a3adba",
    up="#cf2128",
    down="#0b57c9",
    accent="#8a6100",
    ok="#0c7a54",
    selection="#e6eefb",
    flash_up="#30cf2128",
    flash_down="#300b57c9",
    flash_flat="#2018212d",
    series=("#a87400", "#0f7f92", "#7246c4", "#4f7d1f", "#b0407d", "#805a33"),
)

THEMES = {"dark": DARK, "light": LIGHT}

FAMILY = "Noto Sans KR"
TEXT_PX = 12
LABEL_PX = 11


def load_fonts() -> None:
    """Make the font that travels with the program known to Qt.

    Raises:
        ResourceError: The font files are missing.
    """
    for weight in ("Regular", "Bold"):
        path = resource("fonts", f"NotoSansKR-{weight}-ksx1001.ttf")
        QFontDatabase.addApplicationFont(str(path))


def font(pixels: int = TEXT_PX, *, bold: bool = False) -> QFont:
    """Return the program's font; its digits have one width."""
    made = QFont()
    made.setFamilies([FAMILY, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR"])
    made.setPixelSize(pixels)
    made.setBold(bold)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def color(token: str) -> QColor:
    """Return a token as a QColor."""
    return QColor(token)


def palette(tokens: Tokens) -> QPalette:
    """Return the palette behind what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, token in (
        (role.Window, tokens.bg),
        (role.Base, tokens.panel),
        (role.AlternateBase, tokens.raised),
        (role.Button, tokens.raised),
        (role.ToolTipBase, tokens.raised),
        (role.Highlight, tokens.selection),
        (role.WindowText, tokens.text),
        (role.Text, tokens.text),
        (role.ButtonText, tokens.text),
        (role.ToolTipText, tokens.text),
        (role.HighlightedText, tokens.text),
        (role.PlaceholderText, tokens.muted),
        (role.Link, tokens.accent),
    ):
        made.setColor(which, QColor(token))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(disabled, which, QColor(tokens.faint))
    return made


def apply(app: QApplication, tokens: Tokens) -> None:
    """Dress the application: style, font, palette and style sheet."""
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens))


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet of a theme: every file of resources/qss, its tokens filled in."""
    files = sorted(resource("qss").glob("*.qss"))
    sheet = "\n".join(file.read_text("utf-8") for file in files)
    for name in Tokens.__slots__:
        value = getattr(tokens, name)
        if isinstance(value, str):
            sheet = sheet.replace(f"@{name}@", value)
    return sheet
