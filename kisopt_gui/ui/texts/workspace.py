"""Texts of the workspace part of the window."""

TABLE: dict[str, tuple[str, str]] = {}
