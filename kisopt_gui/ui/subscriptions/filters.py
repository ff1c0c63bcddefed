"""Chips for product and expiry: what the search and the range are narrowed to."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from kisopt_gui.ui.controls import Chip
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.flow import Flow

NEAREST = 3
"""Expiries that have a chip of their own; the others are in the menu behind them."""
