"""Texts of the quotes part of the window."""

TABLE: dict[str, tuple[str, str]] = {}
