"""What can be said on the command line, whichever command starts the server."""

import argparse
from collections.abc import Callable
from pathlib import Path

from issuing.practice.rate import Rate
from issuing.practice.server import PracticeServer, serve

DEFAULT_PORT = 8099


def add_options(parser: argparse.ArgumentParser, *, ledger: Path) -> None:
    """Add what `run` takes to a parser; `ledger` is where the ledger is kept unless somebody says otherwise."""
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes any free one")
    parser.add_argument("--latency", type=_seconds, default=0.0, metavar="S", help="seconds before every answer")
    parser.add_argument("--rate", type=_rate, default="5/2", metavar="N/S", help="calls/seconds, default %(default)s")
    parser.add_argument("--ledger", type=Path, default=ledger, metavar="FILE", help="default %(default)s")
    parser.add_argument("--verbose", action="store_true", help="write a line per request to stderr")


def run(options: argparse.Namespace, *, say: Callable[[str], object]) -> None:
    """Run the server until SIGTERM or SIGINT; for the main thread of a process.

    Args:
        options (argparse.Namespace): as parsed with `add_options`.
        say (Callable): is given one line with the address when the server listens.

    Raises:
        CannotListen: it could not start.
    """

    def announce(server: PracticeServer) -> None:
        say(f"Practice Navigatr listens on {server.origin} (API below {server.base_url})")

    serve(
        port=options.port,
        ledger=options.ledger,
        latency=options.latency,
        rate=str(options.rate),
        quiet=not options.verbose,
        ready=announce,
    )


def _rate(text: str) -> Rate:
    try:
        return Rate.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0.")
    return seconds
