"""Texts of the subscriptions part of the window."""

TABLE: dict[str, tuple[str, str]] = {}
