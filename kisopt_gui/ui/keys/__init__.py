"""The source mark and its menu, and the dialogs of app keys."""
