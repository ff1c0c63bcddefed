"""The table of recoveries at the end of a run that tried the faults."""

from tests.feed.recoveries import PROPERTY, table


def pytest_terminal_summary(terminalreporter):
    """Print from fault to all-active, and what was asked of the broker meanwhile."""
    found = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if found:
        terminalreporter.section("from fault to all-active")
        terminalreporter.write_line(table(found))
