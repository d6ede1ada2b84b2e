"""All benchmarks: `make bench`, or `make bench ARGS=--people=20` for a quick look."""

import argparse
import sys
from collections.abc import Sequence

from tests.benchmarks import lists, pace


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("make bench")
    parser.add_argument("--people", type=int, default=100, help="in each run, default %(default)s")
    parser.add_argument("--badges", type=int, default=1_000_000, help="in the lists, default %(default)s")
    parser.add_argument("--only", choices=("pace", "lists"), default="", help="one of them alone")
    options = parser.parse_args(arguments)
    if options.only != "lists":
        pace.main(options.people)
    if options.only != "pace":
        lists.main(max(1000, options.badges // 5), options.badges)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
