"""The environment variables that may hold an app key and its secret, and children without them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

APP_KEY, APP_SECRET = "KISOPT_APP_KEY", "KISOPT_APP_SECRET"
"""Those of a profile have its name behind."""


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a process that has no need of app keys."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith((APP_KEY, APP_SECRET))
    }


@contextmanager
def no_keys() -> Iterator[None]:
    """Let what is started meanwhile, by a library that takes no environment, inherit none."""
    kept = {name: os.environ[name] for name in os.environ.keys() - without_keys(os.environ).keys()}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)
