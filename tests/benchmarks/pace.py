"""How much of the limit is used, side by side on one server: our worker, the plain loop, threads without a shared pace.

Started once for each database; `DATABASE_URL` names the server, where it is not SQLite.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
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


CLUSTERS = (1, 3)
THREADS = 5
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Measured:
    """One run.

    Args:
        share (float): calls a second between the first and the last, as a part of what the limit allows.
        refused (int): calls answered with 429.
        most (int): arrivals in the busiest window of the limit.
        missed (float): by how much of the time the finish was wrong that was said at the start.
    """

    calls: int
    seconds: float
    share: float
    refused: int
    most: int
    missed: float = 0.0


def main(arguments: Sequence[str]) -> int:
    """Print a table: medians of so many runs of so many people."""
    people, runs = (int(text) for text in arguments)
    print(f"Share of the limit ({RATE} s), {people} people, {database_name()}, medians of {runs}:")
    heads = (
        f"{'latency':>8} {'who':<22} {'seconds':>8} {'share':>7} {'429':>4} {'most in 2 s':>12} {'finish off by':>14}"
    )
    print(f"{heads} {'ours : this':>12}", flush=True)
    for latency in LATENCIES:
        found = [_side_by_side(people, latency) for _ in range(runs)]
        best = statistics.median(one["our worker"].share for one in found)
        for who in found[0]:
            _print(latency, who, [one[who] for one in found], best)
    return 0


def database_name() -> str:
    return "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"


def _print(latency: float, who: str, runs: Sequence[Measured], best: float) -> None:
    def median(of: Callable[[Measured], float]) -> float:
        return statistics.median(of(one) for one in runs)

    share = median(lambda one: one.share)
    cells = f"{latency:>6} s {who:<22} {median(lambda one: one.seconds):>8.1f} {share:>7.1%}"
    cells += f" {max(one.refused for one in runs):>4} {max(one.most for one in runs):>12}"
    print(f"{cells} {median(lambda one: one.missed):>14.1%} {best / share:>12.2f}", flush=True)


def _side_by_side(people: int, latency: float) -> dict[str, Measured]:
    found = {}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        world(Path(folder), rate=RATE, latency=latency) as here,
    ):
        here.connect()
        for clusters in CLUSTERS:
            emails = [f"ours{clusters}-{number}@example.org" for number in range(people)]
            path = here.agreed(emails)
            for _ in range(clusters - len(found)):
                here.worker("supervise")
            time.sleep(2.0)  # so that no window holds calls of both
            name = "our worker" if clusters == 1 else f"our worker, {clusters} clusters"
            found[name] = _with_worker(here, path, people)
        for name, run in {"plain loop": _plain_loop, f"{THREADS} threads, no pace": _threads}.items():
            time.sleep(2.0)
            emails = [f"{name[:3].strip()}-{number}@example.org" for number in range(people)]
            found[name] = _measured(here, lambda run=run, emails=emails: run(here.practice, emails))  # type: ignore[misc]
    return found


def _with_worker(here: World, path: Path, people: int) -> Measured:
    already, said, ended = len(here.emails()), [], []

    def run() -> None:
        began = time.time()
        roster = here.json("issue_roster", str(path), "--badge", str(BADGE), "--by", "ann")
        said.append((began, datetime.fromisoformat(roster["finish_at"]).timestamp()))
        until(lambda: len(here.emails()) == already + people, patience=60 + 2 * people)
        ended.append(time.time())

    found = _measured(here, run)
    began, finish = said[0]
    return replace(found, missed=abs(finish - ended[0]) / (ended[0] - began))


def _plain_loop(server: PracticeServer, emails: Sequence[str]) -> None:
    for email in emails:
        _put(server, email)
        time.sleep(PAUSE)


def _put(server: PracticeServer, email: str) -> requests.Response:
    return requests.put(
        f"{server.base_url}/badge/{BADGE}/issue",
        json={"recipient_firstname": "Ana", "recipient_lastname": "Ng", "recipient_email": email},
        headers={"X-Access-Token": TOKEN},
        timeout=60,
    )


def _threads(server: PracticeServer, emails: Sequence[str]) -> None:
    """Each thread keeps to its own share, as if it were alone, and sends again what was refused."""

    def send(email: str) -> None:
        while _put(server, email).status_code == TOO_MANY:
            time.sleep(PAUSE)
        time.sleep(PAUSE * THREADS)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(send, emails))


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
