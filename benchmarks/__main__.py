"""`make bench`: every benchmark, one after the other, each in a process of its own."""

import subprocess
import sys

NAMES = ("ticks", "grid", "ladder", "charts", "memory", "start", "simulator", "end_to_end")


def main() -> int:
    """Run the benchmarks named on the command line, all of them if none is; 1 if one failed."""
    failed = 0
    for name in sys.argv[1:] or NAMES:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        failed += bool(subprocess.call([sys.executable, "-m", f"benchmarks.{name}"]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
