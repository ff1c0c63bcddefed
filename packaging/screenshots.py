"""The pictures of the README, made by the program itself: `make screenshots`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SECONDS = "24"
MARKET = "--speed 60 --rate 900 --start 10:40:00"
"""A minute a second, so that the charts have something to show."""


def main() -> int:
    """Take the window in both themes and both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    failed = 0
    for theme in ("dark", "light"):
        for language in ("en", "ko"):
            picture = PICTURES / f"window-{theme}-{language}.png"
            with tempfile.TemporaryDirectory() as home:
                words = [sys.executable, "-m", "kisopt_gui", "--seconds", SECONDS]
                words += ["--theme", theme, "--language", language, "--screenshot", str(picture)]
                environment = {
                    **os.environ,
                    "QT_QPA_PLATFORM": "offscreen",
                    "KISOPT_HOME": home,
                    "KISOPT_DEMO": MARKET,
                }
                failed += bool(subprocess.call(words, env=environment))
            print(picture.name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
