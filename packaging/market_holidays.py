"""Write the holidays of resources/calendar/krx.toml anew from the library `holidays`.

Run it when a new release of the library knows more, or to name another year:
``.venv/bin/python packaging/market_holidays.py 2025 2028``. The program itself does
not carry the library (docs/decisions/0015-calendar.md).
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import holidays

FILE = Path(__file__).parent.parent / "resources" / "calendar" / "krx.toml"
_HEADING = "\n[holidays]\n"
_SATURDAY = 5


def main(words: Sequence[str]) -> int:
    """Write the holidays from one year to another, or of the years that the file has now."""
    text = FILE.read_text("utf-8")
    before, _, table = text.partition(_HEADING)
    named = [int(line[1:5]) for line in table.splitlines() if line]
    first, last = map(int, words) if words else (min(named), max(named))
    written = before + _HEADING + "".join(f"{line}\n" for line in lines(first, last))
    FILE.write_text(written, "utf-8")
    print(f"{FILE.name}: holidays {first} to {last}, {'as before' if written == text else 'new'}")
    return 0


def lines(first: int, last: int) -> list[str]:
    """Return a line for each weekday without trading in these years."""
    told = holidays.financial_holidays("XKRX", years=range(first, last + 1), language="en_US")
    return [
        f'"{day.isoformat()}" = "{told[day]}"'
        for day in sorted(told)
        if day.weekday() < _SATURDAY and first <= day.year <= last
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
