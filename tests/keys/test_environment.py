"""App keys in environment variables stay in the processes that need them."""

import os
import subprocess
import sys

import psutil
import pytest

from kisopt_gui.app.broker import EmbeddedBroker
from kisopt_gui.keys.environment import no_keys, without_keys

SECRETS = {
    "KISOPT_APP_KEY": "canary-1",
    "KISOPT_APP_SECRET": "canary-2",
    "KISOPT_APP_KEY_PAPER_2": "canary-3",
    "KISOPT_APP_SECRET_PAPER_2": "canary-4",
}


@pytest.fixture
def secrets(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def test_only_they_are_left_out(secrets):
    left = without_keys(os.environ)
    assert "canary" not in str(left)
    assert {**left, **SECRETS} == dict(os.environ)


def test_what_is_started_meanwhile_inherits_none_and_then_they_are_back(secrets):
    shows = [sys.executable, "-c", "import os; print(sorted(os.environ))"]
    with no_keys():
        assert "KISOPT_APP" not in subprocess.run(shows, capture_output=True, text=True).stdout
    assert SECRETS.items() <= os.environ.items()


@pytest.mark.e2e
def test_the_embedded_broker_has_none(secrets):
    broker = EmbeddedBroker()
    broker.start()
    try:
        assert "canary" not in str(psutil.Process(broker.pid).environ())
    finally:
        broker.stop()
