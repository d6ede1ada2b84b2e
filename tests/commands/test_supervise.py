"""The watcher of the background workers: its decisions by a clock of the test's own, then with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.db import connection as database
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from issuing.management.commands import supervise
from issuing.models import Connection, Heartbeat, Pace
from tests.factories import make_badge, make_issuance

CANARY, SEND = "issuing.tasks.canary", "issuing.tasks.send"
PROGRAM = """
import django
django.setup()
from issuing.management.commands.supervise import Timings, supervise
supervise(Timings(tick=0.02, beat=0.75, grace=20, pause=0.1))
"""


class FakeCluster(supervise.Cluster):
    """Runs nothing; counts how often it was started."""

    def __init__(self) -> None:
        super().__init__()
        self.starts = 0
        self.runs = False
        self.ended = False

    @property
    def pid(self) -> int | None:
        return 1 if self.runs else None

    def start(self) -> None:
        self.starts += 1
        self.runs, self.ended = True, False

    def has_ended(self) -> bool:
        return self.ended

    def kill(self) -> None:
        self.runs = False


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def watch() -> supervise.Watch:
    return supervise.Watch(supervise.Timings())


def answer() -> None:
    Heartbeat.objects.update_or_create(name="canary", defaults={"answered_at": timezone.now()})


def queued(func: str) -> int:
    return Counter(row.func() for row in OrmQ.objects.all())[func]


# Asking for a sign of life


@pytest.mark.django_db
def test_watch_asks_every_beat_when_each_question_is_answered(cluster: FakeCluster, watch: supervise.Watch) -> None:
    for now in (0, 15, 30, 45, 60, 75, 90):
        watch.turn(cluster, now)
        answer()
    assert (cluster.starts, queued(CANARY)) == (1, 7)


@pytest.mark.django_db
def test_watch_replaces_the_cluster_when_four_beats_are_missed(cluster: FakeCluster, watch: supervise.Watch) -> None:
    for now in (0, 15, 30, 45):
        watch.turn(cluster, now)
    assert (cluster.starts, cluster.runs) == (1, True)
    watch.turn(cluster, 60)
    assert cluster.runs is False
    watch.turn(cluster, 61)
    assert (cluster.starts, cluster.runs) == (2, True)


@pytest.mark.django_db
def test_watch_piles_no_questions_up_when_nobody_answers(cluster: FakeCluster, watch: supervise.Watch) -> None:
    for now in range(0, 1200, 5):
        watch.turn(cluster, now)
    assert (cluster.starts, queued(CANARY)) == (13, 8)


@pytest.mark.django_db(transaction=True)
def test_watch_replaces_nothing_when_the_database_is_away(
    cluster: FakeCluster, watch: supervise.Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError

    watch.turn(cluster, 0)
    monkeypatch.setattr(supervise, "_heard", away)
    for beat in range(1, 20):
        watch.turn(cluster, beat * 15)
    monkeypatch.undo()
    watch.turn(cluster, 300)
    assert (cluster.starts, cluster.runs) == (1, True)


@pytest.mark.django_db
def test_watch_waits_longer_each_time_when_the_cluster_ends_by_itself(
    cluster: FakeCluster, watch: supervise.Watch
) -> None:
    started = []
    for now in range(200):
        before = cluster.starts
        watch.turn(cluster, now)
        cluster.ended = True
        started += [now] * (cluster.starts - before)
    assert started == [0, 2, 5, 10, 19, 36, 69, 130, 191]


@pytest.mark.django_db
# Waking what fell due


@pytest.mark.django_db
def test_watch_wakes_a_connection_once_in_a_few_seconds_when_something_is_due(
    cluster: FakeCluster, watch: supervise.Watch
) -> None:
    make_issuance(make_badge())
    counts = []
    for now in range(16):
        watch.turn(cluster, now)
        counts.append(queued(SEND))
    assert counts == [1] * 5 + [2] * 10 + [3]


@pytest.mark.django_db
def test_watch_wakes_nobody_when_a_sender_has_the_lease(cluster: FakeCluster, watch: supervise.Watch) -> None:
    make_issuance(make_badge())
    Pace.objects.update(lease_until=time.time() + 10)
    watch.turn(cluster, 0)
    assert queued(SEND) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["not yet", "stopped"])
def test_watch_wakes_nobody_when_nothing_may_be_sent(cluster: FakeCluster, watch: supervise.Watch, why: str) -> None:
    later = timezone.now() + timedelta(hours=1)
    make_issuance(make_badge(), not_before=later if why == "not yet" else None)
    if why == "stopped":
        Connection.objects.update(stop_reason="by_staff", stopped_at=timezone.now())
    watch.turn(cluster, 0)
    assert queued(SEND) == 0


# Real processes


def slow(folder: str, seconds: float) -> None:
    """A task that says when it begins, and when it ends whether it could see that its cluster is being stopped."""
    Path(folder, "begun").touch()
    time.sleep(seconds)
    Path(folder, "ended").write_text(str(cache.get(f"stopping:{os.getpgrp()}")))


def database_url() -> str:
    to = database.settings_dict
    if database.vendor == "sqlite":
        return f"sqlite:///{to['NAME']}"
    return f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"


@pytest.fixture
def supervisor(transactional_db: None, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A running supervisor whose workers have answered once."""
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "navigatr_admin.settings",
        "WORKERS": "2",
    }
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=settings.BASE_DIR, env=env)
    try:
        wait_for(Heartbeat.objects.exists)
        yield process
    finally:
        left = main_process(process)
        process.kill()
        process.wait()
        for pid in group(left):
            os.kill(pid, signal.SIGKILL)


def wait_for(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def processes() -> Iterator[tuple[int, int, int]]:
    """Number, parent and group of every process that is not dead."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, pgrp = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if state != "Z":
            yield int(path.parent.name), int(parent), int(pgrp)


def children(parent: int) -> list[int]:
    return sorted(pid for pid, its_parent, _ in processes() if its_parent == parent)


def group(number: int) -> list[int]:
    return [pid for pid, _, pgrp in processes() if number and pgrp == number]


def main_process(supervisor: "subprocess.Popen[bytes]") -> int:
    return next(iter(children(supervisor.pid)), 0)


@pytest.mark.processes
@pytest.mark.once
def test_supervise_replaces_the_cluster_when_its_idle_workers_were_killed(
    supervisor: "subprocess.Popen[bytes]",
) -> None:
    frozen = main_process(supervisor)
    (sentinel,) = children(frozen)
    workers = children(sentinel)[:2]  # started first; then the monitor and the pusher
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    killed_at = timezone.now()
    wait_for(lambda: main_process(supervisor) not in (0, frozen))
    wait_for(Heartbeat.objects.filter(answered_at__gt=killed_at).exists)
    assert group(frozen) == []


@pytest.mark.processes
@pytest.mark.once
def test_supervise_lets_calls_end_and_leaves_nothing_when_stopped_once(
    supervisor: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    cluster = main_process(supervisor)
    async_task("tests.commands.test_supervise.slow", str(tmp_path), 1.0)
    wait_for((tmp_path / "begun").exists)
    supervisor.terminate()
    assert supervisor.wait(20) == 0
    assert (tmp_path / "ended").read_text() == "True"
    assert group(cluster) == []


@pytest.mark.processes
@pytest.mark.once
def test_supervise_kills_everything_when_stopped_twice(supervisor: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    cluster = main_process(supervisor)
    async_task("tests.commands.test_supervise.slow", str(tmp_path), 60.0)
    wait_for((tmp_path / "begun").exists)
    supervisor.terminate()
    wait_for(lambda: list((tmp_path / "cache").glob("*.djcache")))
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(10) == 0
    assert group(cluster) == []
    assert not (tmp_path / "ended").exists()


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
@pytest.mark.once
def test_supervise_takes_the_cluster_along_when_it_is_killed_itself(supervisor: "subprocess.Popen[bytes]") -> None:
    cluster = main_process(supervisor)
    supervisor.kill()
    wait_for(lambda: group(cluster) == [])
    assert supervisor.wait() == -signal.SIGKILL
