"""What the tests of the key dialogs share."""

import pytest

from kisopt_gui.ui import theme
from tests.ui.keys.scene import Scene


@pytest.fixture
def scene(qapp, tmp_path, monkeypatch):
    theme.apply(qapp, theme.DARK)
    made = Scene(qapp, tmp_path / "keys of mine")
    yield made
    made.window.deleteLater()
    qapp.setStyleSheet("")
