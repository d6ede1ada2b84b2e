"""`python -m issuing.practice`: the practice server without anything else."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from issuing.practice.rate import Rate
from issuing.practice.server import CannotListen, PracticeServer, serve

DEFAULT_PORT = 8099


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server; return 0 when it was told to stop, 2 when it could not start."""
    options = _parser().parse_args(arguments)
    try:
        serve(
            port=options.port,
            ledger=options.ledger,
            latency=options.latency,
            rate=str(options.rate),
            quiet=not options.verbose,
            ready=_announce,
        )
    except CannotListen as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m issuing.practice", description="A stand-in for Navigatr.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes any free one")
    parser.add_argument("--latency", type=_seconds, default=0.0, help="seconds before every answer of the API")
    parser.add_argument("--rate", type=_rate, default="5/2", help="calls/seconds, default %(default)s")
    parser.add_argument("--ledger", type=Path, default=Path("var/practice/ledger.sqlite3"), help="default %(default)s")
    parser.add_argument("--verbose", action="store_true", help="write a line per request to stderr")
    return parser


def _rate(text: str) -> Rate:
    try:
        return Rate.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError("A number of seconds from 0.")
    return seconds


def _announce(server: PracticeServer) -> None:
    sys.stdout.write(f"Practice Navigatr listens on {server.origin} (API below {server.base_url})\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
