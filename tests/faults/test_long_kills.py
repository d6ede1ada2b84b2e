"""Long runs in which processes are killed or frozen, or are there twice. `make faults` runs them."""

import contextlib
import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.faults import runs
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1", "NAVIGATR_BREAKER_SECONDS": "0.1", "NAVIGATR_READ_TIMEOUT": "5"}

IN_TRANSACTION = """
SELECT 1 FROM pg_stat_activity
WHERE xact_start IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
"""


def people(count: int) -> list[str]:
    return [f"ana{number}@long.example.org" for number in range(count)]


def issued(here: World) -> int:
    return here.statuses().get("issued", 0)


def attempts(here: World) -> int:
    return int(here.sql("SELECT count(*) FROM issuing_attempt")[0][0])


def test_nothing_is_doubled_or_lost_when_three_workers_are_killed_again_and_again(tmp_path: Path) -> None:
    emails, chance = people(100), random.Random(5)
    with world(tmp_path, rate="20/2", latency=0.3, WORKERS="4", **SETTINGS) as here:
        runs.begin(here, emails)
        kills = 0
        while here.statuses().get("queued"):
            before, worker = attempts(here), here.worker()
            until(lambda before=before: attempts(here) > before or not here.statuses().get("queued"))
            time.sleep(chance.uniform(0, 2))
            here.kill(worker)
            runs.prove_all(here, emails, settled=False)
            runs.make_room(here)
            kills += 1
        runs.heal(here)
        runs.prove_all(here, emails)
    assert kills > 3


def freeze(here: World, group: int) -> None:
    """SIGSTOP at a moment when no transaction is open: with one, everybody else would only wait."""
    stop(group)
    while in_transaction(here):
        os.killpg(group, signal.SIGCONT)
        time.sleep(0.05)
        stop(group)


def stop(group: int) -> None:
    """SIGSTOP, which on a busy machine takes a moment to reach them all."""
    os.killpg(group, signal.SIGSTOP)
    until(lambda: all(state in "TZ" for state, _, of in processes().values() if of == group))


def processes() -> dict[int, tuple[str, int, int]]:
    """Of every process its state, its parent and its group."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent, group = stat.read_text().rpartition(")")[2].split()[:3]
            found[int(stat.parent.name)] = state, int(parent), int(group)
    return found


def in_transaction(here: World) -> bool:
    if here.environment["DATABASE_URL"].startswith("postgres"):
        return bool(here.sql(IN_TRANSACTION))
    try:
        with contextlib.closing(sqlite3.connect(here.folder / "db.sqlite3", timeout=0.2)) as file:
            file.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    return False


def test_nothing_is_doubled_when_frozen_workers_go_on_after_their_calls_were_settled(tmp_path: Path) -> None:
    emails = people(60)
    with world(tmp_path, rate="20/2", latency=0.5, **SETTINGS) as here:
        runs.begin(here, emails)
        frozen = []
        for share in (5, 20, 35):
            frozen.append(here.worker())
            # Its lease runs on while it is frozen; then the schedule of the minute wakes the next.
            until(lambda share=share: len(here.emails()) >= share, 180)
            freeze(here, frozen[-1].pid)
            # Past the limit of the first byte: what a frozen worker has claimed may not be sent when it wakes.
            time.sleep(2.5)
            runs.make_room(here)
        here.worker()
        until(lambda: not here.statuses().get("queued"), 180)
        here.later(*runs.LONG_AFTER, command=["settle", "--now"])
        for worker in frozen:
            os.killpg(worker.pid, signal.SIGCONT)
        until(lambda: runs.at_rest(here))
        runs.settle(here)
        runs.prove_all(here, emails)


def test_two_clusters_keep_to_the_limit_when_both_run_by_accident(tmp_path: Path) -> None:
    emails = people(60)
    with world(tmp_path, rate="10/2", latency=0.3, **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker()
        here.worker("supervise")
        until(lambda: runs.at_rest(here))
        runs.prove_all(here, emails)
        assert here.statuses() == {"issued": len(emails)}


def test_only_speed_may_suffer_when_no_lease_keeps_senders_apart(tmp_path: Path) -> None:
    """Four of them, in two clusters: what is right rests on the claim alone."""
    emails = people(60)
    with world(tmp_path, rate="10/2", latency=0.3, WORKERS="3", **SETTINGS) as here:
        runs.begin(here, emails)
        for _ in range(2):
            here.doomed("--without-lease")
        until(lambda: here.sql("SELECT count(DISTINCT worker) FROM issuing_attempt")[0][0] > 1)
        until(lambda: runs.at_rest(here))
        runs.prove_all(here, emails)
        assert here.statuses() == {"issued": len(emails)}


def children(pid: int) -> list[int]:
    """Direct ones, oldest first."""
    return sorted(number for number, (_, parent, _) in processes().items() if parent == pid)


def has_cluster(pid: int) -> bool:
    return bool(children(pid)) and bool(children(children(pid)[0])) and bool(children(children(children(pid)[0])[0]))


def test_everything_is_sent_in_the_end_when_parts_of_an_idle_cluster_are_killed(tmp_path: Path) -> None:
    emails = people(20)
    with world(tmp_path, rate="50/2", **SETTINGS) as here:
        here.connect()
        watcher = here.worker("supervise")
        for number, part in enumerate(("main", "sentinel", "worker", "supervise")):
            until(lambda pid=watcher.pid: has_cluster(pid))
            main = children(watcher.pid)[0]
            sentinel = children(main)[0]
            idle = children(sentinel)[0]
            os.kill(
                {"main": main, "sentinel": sentinel, "worker": idle, "supervise": watcher.pid}[part], signal.SIGKILL
            )
            watcher = here.worker("supervise") if part == "supervise" else watcher
            runs.confirm(here, emails[number * 5 : number * 5 + 5], first=number * 5)
            until(lambda number=number: issued(here) == number * 5 + 5, 180)
        runs.prove_all(here, emails)
