"""Minutes of load with faults: memory stays flat, nothing is left over, the link always comes back.

Run with ``make soak``. KISOPT_SOAK_S says for how many seconds, 240 if not set.
"""

import os
import re
import subprocess
import sys
import time

import psutil
import pytest

SECONDS = float(os.environ.get("KISOPT_SOAK_S", "240"))
RATE = 3_000
BYTES_A_RECORD = 64
FAULTS = ("drop@40", "garbage@60", "restart@90", "silence@130", "truncate@150")


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 120)
def test_memory_grows_by_the_trades_kept_and_by_nothing_else(tmp_path):
    words = f"--rate {RATE} " + " ".join(f"--fault {fault}" for fault in FAULTS)
    picture = tmp_path / "end.png"
    program = subprocess.Popen(
        [
            *(sys.executable, "-m", "kisopt_gui", "--seconds", str(SECONDS)),
            *("--language", "en", "--screenshot", str(picture)),
        ],
        env={**os.environ, "KISOPT_DEMO": words, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process = psutil.Process(program.pid)
    time.sleep(30)
    early = process.memory_info().rss
    late = early
    while program.poll() is None:
        try:
            late = process.memory_info().rss
        except psutil.NoSuchProcess:
            break
        time.sleep(2)
    out, err = program.communicate()
    assert program.returncode == 0, err
    assert err == ""
    records = int(re.search(r"records received +([\d,]+)", out)[1].replace(",", ""))
    assert records > RATE * SECONDS * 0.5
    assert late - early < records * BYTES_A_RECORD + 25e6
    assert picture.stat().st_size > 50_000
