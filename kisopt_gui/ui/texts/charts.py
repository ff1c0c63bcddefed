"""Texts of the charts part of the window."""

TABLE: dict[str, tuple[str, str]] = {}
