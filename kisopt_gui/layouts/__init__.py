"""Named layouts: what is watched, how it is shown, where the panels stand. No Qt."""

from kisopt_gui.layouts.arrangement import Arrangement, Docks, Screen, Window
from kisopt_gui.layouts.book import LayoutBook
from kisopt_gui.layouts.layout import Entry, Layout

__all__ = ["Arrangement", "Docks", "Entry", "Layout", "LayoutBook", "Screen", "Window"]
