"""Texts of the window part of the window."""

TABLE: dict[str, tuple[str, str]] = {}
