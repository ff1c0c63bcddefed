"""The panel of quotes and greeks: its head, the grid, and how the user asks for things."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from kisopt_gui.ui.controls import PanelHead, Segments, TextButton, icon, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.quotes import copying
from kisopt_gui.ui.quotes.arrangement import Arrangement
from kisopt_gui.ui.quotes.chooser import ColumnChooser
from kisopt_gui.ui.quotes.columns import COLUMNS, CONTRACT, PLACES, SETS
from kisopt_gui.ui.quotes.header import arrow
from kisopt_gui.ui.quotes.ink import Ink
from kisopt_gui.ui.quotes.model import QuoteModel
from kisopt_gui.ui.quotes.rows import Row
from kisopt_gui.ui.quotes.view import QuoteView
from kisopt_gui.wire.control import Key

_STYLE_EVENTS = (QEvent.Type.StyleChange, QEvent.Type.PaletteChange)
