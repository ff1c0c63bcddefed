"""Qt's own words, as in its file dialog or the menu of a text field, in the window's language."""

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

_NAME = "kisopt-qtbase"


def speak(app: QApplication, language: str) -> bool:
    """Let Qt speak a language from now on; False if it cannot, and then it speaks English.

    Args:
        app: The application.
        language: "ko" or "en".
    """
    for old in app.findChildren(QTranslator, _NAME):
        app.removeTranslator(old)
        old.setParent(None)
    if language == "en":  # what is in Qt's code is English
        return True
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator(app)
    translator.setObjectName(_NAME)
    return translator.load(f"qtbase_{language}", folder) and app.installTranslator(translator)
