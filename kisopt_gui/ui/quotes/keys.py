"""The keys of the grid and what they ask for; the row's menu shows the same ones."""

from enum import Enum

from PySide6.QtCore import QKeyCombination, Qt

_KEY, _WITH = Qt.Key, Qt.KeyboardModifier


class Ask(Enum):
    """What a key asks for."""

    PIN = "pin the selected rows to the charts, or take their pins away"
    INSPECT = "look at the record of the current row"
    COPY = "copy the selected rows"
    COPY_FRAMES = "copy their records as the wire wrote them"
    REMOVE = "stop watching the selected rows"
    DESCENDING = "sort by the current column, the highest first"
    ASCENDING = "sort by the current column, the lowest first"
    UNSORT = "return to the watchlist's order"


KEYS: dict[QKeyCombination, Ask] = {
    QKeyCombination(_WITH.NoModifier, _KEY.Key_Space): Ask.PIN,
    QKeyCombination(_WITH.NoModifier, _KEY.Key_Return): Ask.INSPECT,
    QKeyCombination(_WITH.KeypadModifier, _KEY.Key_Enter): Ask.INSPECT,
    QKeyCombination(_WITH.ControlModifier, _KEY.Key_C): Ask.COPY,
    QKeyCombination(_WITH.ControlModifier | _WITH.ShiftModifier, _KEY.Key_C): Ask.COPY_FRAMES,
    QKeyCombination(_WITH.NoModifier, _KEY.Key_Delete): Ask.REMOVE,
    QKeyCombination(_WITH.AltModifier, _KEY.Key_Down): Ask.DESCENDING,
    QKeyCombination(_WITH.AltModifier, _KEY.Key_Up): Ask.ASCENDING,
    QKeyCombination(_WITH.AltModifier, _KEY.Key_Backspace): Ask.UNSORT,
}
"""By key, not by character: they work while the Korean input method is on."""
