"""What a timed run says at its end: each figure at its name, and what is missing is no number."""

from pathlib import Path

import pytest

from kisopt_gui.app.summary import Summary
from kisopt_gui.market.latency import Percentiles

NAN = float("nan")
RUN = Summary(
    seconds=20.04,
    records=12_345,
    lost=2_001,
    bad=3,
    rows=45_678,
    frames=1_234,
    delay=Percentiles(4.44, 16.66, 99.0),
    first_paint=0.314,
    first_quote=0.876,
    picture=Path("window.png"),
)
QUIET = Summary(
    seconds=2.0,
    records=0,
    lost=0,
    bad=0,
    rows=0,
    frames=0,
    delay=Percentiles(NAN, NAN, NAN),
    first_paint=0.3,
    first_quote=NAN,
    picture=None,
)


def test_in_english_each_figure_stands_at_its_name():
    assert RUN.text("en").splitlines() == [
        "  ran for           20.0 s",
        "  records received  12,345",
        "  lost              2,001",
        "  bad frames        3",
        "  rows painted      45,678",
        "  frames painted    1,234",
        "  receive to paint  p50 4.4 ms, p99 16.7 ms",
        "  first paint       0.31 s",
        "  first quote       0.88 s",
        "  screenshot        window.png",
    ]


def test_in_korean_each_figure_stands_at_its_name():
    assert RUN.text("ko").splitlines() == [
        "  실행 시간: 20.0 s",
        "  수신: 12,345",
        "  유실: 2,001",
        "  불량 프레임: 3",
        "  그린 행: 45,678",
        "  그린 프레임: 1,234",
        "  수신→화면: p50 4.4 ms, p99 16.7 ms",
        "  첫 화면: 0.31 s",
        "  첫 시세: 0.88 s",
        "  그림: window.png",
    ]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_run_without_a_quote_says_so_and_claims_no_delay(language):
    told = QUIET.text(language)
    assert "nan" not in told
    assert "p50 - ms, p99 - ms" in told
    assert told.splitlines()[8].endswith("- s")
    assert told.splitlines()[9].endswith("-")
    assert told.endswith("\n")
