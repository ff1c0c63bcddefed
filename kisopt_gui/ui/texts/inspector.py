"""Texts of the inspector part of the window."""

TABLE: dict[str, tuple[str, str]] = {}
