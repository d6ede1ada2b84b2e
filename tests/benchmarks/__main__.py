"""All benchmarks: `make bench`, or `make bench ARGS="--only=pace --people=20 --runs=1"` for a quick look."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from tests.benchmarks import lists

PARTS = ("pace", "engine", "lists", "reading")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("make bench")
    parser.add_argument("--people", type=int, default=200, help="in each run of the pace, default %(default)s")
    parser.add_argument("--runs", type=int, default=3, help="of the pace, default %(default)s")
    parser.add_argument("--singles", type=int, default=50, help="urgent badges, default %(default)s")
    parser.add_argument("--behind", type=int, default=10_000, help="badges they wait behind, default %(default)s")
    parser.add_argument("--badges", type=int, default=1_000_000, help="in the lists, default %(default)s")
    parser.add_argument("--rows", type=int, default=100_000, help="of the files that are read, default %(default)s")
    parser.add_argument("--only", choices=PARTS, default="", help="one of them alone")
    options = parser.parse_args(arguments)
    chosen = (options.only,) if options.only else PARTS
    if "pace" in chosen:
        on_both("pace", options.people, options.runs)
    if "engine" in chosen:
        on_both("engine", 5 * options.people, options.singles, options.behind)
    if "lists" in chosen:
        lists.main(max(1000, options.badges // 5), options.badges)
    if "reading" in chosen:
        on_both("reading", options.rows)
    return 0


def on_both(part: str, *arguments: int) -> None:
    """Run a part on SQLite and on PostgreSQL, each in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.{part}", *map(str, arguments)]
    for before in ([], [sys.executable, "-m", "tests.postgres", "--"]):
        subprocess.run([*before, *command], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
