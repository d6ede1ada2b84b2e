"""How much of the limit is used: our worker beside the plain loop, one after the other on the same server."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from issuing.practice import PracticeServer
from tests.world import TOKEN, World, until, world

RATE = "5/2"
PER_SECOND = 2.5
BADGE = 51
LATENCIES = (0.3, 1.0)
PAUSE = 0.4
"""Seconds the plain loop sleeps after every call, as five calls in two seconds suggest."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run.

    Args:
        share (float): calls a second between the first and the last, as a part of what the limit allows.
        refused (int): calls answered with 429.
        most (int): arrivals in the busiest window of the limit.
    """

    calls: int
    seconds: float
    share: float
    refused: int
    most: int


def main(people: int) -> None:
    """Print a table."""
    print(f"Share of the limit ({RATE} s), {people} people, SQLite, one worker cluster, one run each:")
    print(f"{'latency':>8} {'who':<12} {'seconds':>8} {'share':>7} {'429':>4} {'most in 2 s':>12} {'ours : loop':>12}")
    for latency in LATENCIES:
        ours, loop = _side_by_side(people, latency)
        _print(latency, "our worker", ours, f"{ours.share / loop.share:.2f}")
        _print(latency, "plain loop", loop, "")


def _print(latency: float, who: str, found: Measured, ratio: str) -> None:
    cells = f"{latency:>6} s {who:<12} {found.seconds:>8.1f} {found.share:>7.1%} {found.refused:>4} {found.most:>12}"
    print(f"{cells} {ratio:>12}", flush=True)


def _side_by_side(people: int, latency: float) -> tuple[Measured, Measured]:
    ours = [f"ours{number}@example.org" for number in range(people)]
    theirs = [f"loop{number}@example.org" for number in range(people)]
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), rate=RATE, latency=latency) as here:
        here.connect()
        path = here.agreed(ours)
        here.worker("supervise")
        first = _measured(here, lambda: _with_worker(here, path, people))
        time.sleep(2.0)  # so that no window holds calls of both
        second = _measured(here, lambda: _plain_loop(here.practice, theirs))
    return first, second


def _with_worker(here: World, path: Path, people: int) -> None:
    here.json("issue_roster", str(path), "--badge", str(BADGE), "--by", "ann")
    until(lambda: len(here.emails()) == people, patience=60 + 2 * people)


def _plain_loop(server: PracticeServer, emails: Sequence[str]) -> None:
    for email in emails:
        requests.put(
            f"{server.base_url}/badge/{BADGE}/issue",
            json={"recipient_firstname": "Ana", "recipient_lastname": "Ng", "recipient_email": email},
            headers={"X-Access-Token": TOKEN},
            timeout=60,
        )
        time.sleep(PAUSE)


def _measured(here: World, run: Callable[[], None]) -> Measured:
    """What the server saw of the calls that issue, and of every call for the windows."""
    ledger = here.practice.practice.ledger
    before = max((call["id"] for call in ledger.calls()), default=0)
    run()
    calls = ledger.calls(before)
    issues = [call for call in calls if call["method"] == "PUT"]
    arrivals = sorted(call["monotonic"] for call in issues)
    seconds = arrivals[-1] - arrivals[0]
    share = (len(arrivals) - 1) / seconds / PER_SECOND
    return Measured(len(issues), seconds, share, sum(call["refused"] for call in calls), _most(calls))


def _most(calls: Sequence[dict[str, float]]) -> int:
    arrivals = sorted(call["monotonic"] for call in calls)
    return max(sum(0 <= other - arrived < 2.0 for other in arrivals) for arrived in arrivals)
