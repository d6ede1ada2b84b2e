"""All benchmarks: `make bench`, or `make bench ARGS=--people=20` for a quick look."""

import argparse
import sys
from collections.abc import Sequence

from tests.benchmarks import pace


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("make bench")
    parser.add_argument("--people", type=int, default=100, help="in each run, default %(default)s")
    options = parser.parse_args(arguments)
    pace.main(options.people)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
