"""SIGKILL of a whole cluster at every point of a call: nothing twice, nothing lost, whatever a plain worker finds."""

import signal
from pathlib import Path

import pytest

from tests.faults import runs
from tests.faults.worker import POINTS
from tests.world import World, world

pytestmark = pytest.mark.processes

EMAILS = [f"ana{number}@kill.example.org" for number in range(40)]


def kill_at(here: World, point: str) -> None:
    """A worker begins, and dies there; what it leaves is right at every moment, if not settled yet."""
    worker = here.doomed("--die-at", f"{point}:2")
    assert runs.await_end(worker) == -signal.SIGKILL, point
    runs.prove_all(here, EMAILS, settled=False)


def test_nobody_is_sent_a_badge_twice_or_lost_when_workers_die_at_every_point(tmp_path: Path) -> None:
    with world(tmp_path, rate="50/2", NAVIGATR_SETTLE_SECONDS="1", NAVIGATR_BREAKER_SECONDS="0.1") as here:
        runs.begin(here, EMAILS)
        for point in POINTS:
            kill_at(here, point)
            runs.make_room(here)
        runs.heal(here)
        runs.prove_all(here, EMAILS)
        assert here.statuses() == {"issued": len(EMAILS)}
