"""`python -m issuing.practice`: the practice server without anything else."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from issuing.practice.options import add_options, run
from issuing.practice.server import CannotListen

LEDGER = Path("var/practice/ledger.sqlite3")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server; return 0 when it was told to stop, 2 when it could not start."""
    parser = argparse.ArgumentParser("python -m issuing.practice", description="A stand-in for Navigatr.")
    add_options(parser, ledger=LEDGER)
    try:
        run(parser.parse_args(arguments), say=lambda line: print(line, flush=True))  # noqa: T201
    except CannotListen as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
