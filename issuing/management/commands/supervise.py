"""Runs django-q2's cluster, watches it, and replaces it when it ends or freezes.

A cluster one of whose idle workers was killed stands still without a word, and SIGTERM then hangs: only a process
outside of it can tell, and only SIGKILL of the whole group helps.
"""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from issuing import enqueue, queries
from issuing.management.commands._shared import DONE, IssuingCommand
from issuing.models import Heartbeat

log = logging.getLogger(__name__)

COMMAND = (sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster")
STOPPING_SECONDS = 300
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds, all but `misses`; shorter in tests."""

    tick: float = 0.1
    beat: float = 15.0
    """Between two questions to the workers."""
    misses: int = 4
    """Beats without an answer, the database being up, after which the cluster counts as frozen."""
    wake: float = 1.0
    """Between two looks for what fell due."""
    wake_again: float = 5.0
    """Before the same connection is woken once more; doubled while nobody takes its lease, up to a minute."""
    grace: float = 150.0
    """For calls in flight, when it is told to stop."""
    pause: float = 1.0
    """Before a cluster is started again; doubled each time that none of its workers ever answered, up to a minute."""


LONGEST_PAUSE = 60.0
MOST_UNANSWERED = 8
"""Questions that may lie unanswered; one lost with its worker is delivered again by django-q2 after `retry`."""


class Command(IssuingCommand):
    help = "Runs the background workers, watches them and replaces them when they end or freeze, until SIGTERM."

    def run(self, **options: Any) -> int:
        supervise(Timings())
        return DONE


def supervise(timings: Timings) -> None:
    """Keep a cluster going until SIGTERM or SIGINT; nothing of it is left when this returns.

    A second signal cuts the calls in flight short.
    """
    signals = _Signals()
    cluster = Cluster()
    watch = Watch(timings)
    try:
        while not signals.count:
            close_old_connections()
            watch.turn(cluster, time.monotonic())
            time.sleep(timings.tick)
        cluster.stop(timings.grace, hurried=lambda: signals.count > 1)
    finally:
        cluster.kill()


class _Signals:
    """How often it was asked to stop."""

    def __init__(self) -> None:
        self.count = 0
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # `nohup` stays in force
                signal.signal(number, self._received)

    def _received(self, *_: object) -> None:
        self.count += 1


class Cluster:
    """The processes of one `manage.py qcluster`, in a session of their own, so that no terminal's Ctrl-C reaches them.

    SIGTERM goes to the main process only: sent to the group, it would leave the main process hanging.
    """

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the main process, which is also the group's; None where none was started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        parent = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: _end_with(parent),  # noqa: PLW1509 - this process has one thread
        )

    def has_ended(self) -> bool:
        """Whether the main process is gone; it is not reaped yet, so that its number still means this group."""
        if self._process is None:
            return True
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def stop(self, grace: float, *, hurried: Callable[[], bool]) -> None:
        """Let the calls in flight end, for `grace` seconds or until somebody is `hurried`; then kill the group."""
        if self._process is not None and not self.has_ended():
            log.info("Stopping; waiting for calls in flight to end, at most %.0f s.", grace)
            _tell_senders(self._process.pid)
            self._process.terminate()
            deadline = time.monotonic() + grace
            while not (self.has_ended() or hurried() or time.monotonic() > deadline):
                time.sleep(0.05)
        self.kill()

    def kill(self) -> None:
        """End the whole group at once, orphans included; nothing where there is none."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def _tell_senders(group: int) -> None:
    """Senders of this process group claim nothing more."""
    try:
        cache.set(f"stopping:{group}", True, STOPPING_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever a cache raises: the senders then end within their budget
        log.warning("The cache did not take the word to stop: %s", type(error).__name__)


def _end_with(parent: int) -> None:
    """In the new process: ask Linux to end it in good order should the supervisor itself be killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


class Watch:
    """What is done from time to time: start the cluster, ask for a sign of life, wake what fell due.

    No clock of this or another machine is compared with another: an answer is a heartbeat that changed.
    """

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._start_at = 0.0
        self._starts_without_answer = 0
        self._beat_at = 0.0
        self._wake_at = 0.0
        self._missed = 0
        self._unanswered = 0
        self._heard: datetime | None = None
        self._naps: dict[int, _Nap] = {}

    def turn(self, cluster: Cluster, now: float) -> None:
        """One look at everything; returns soon, except where the database keeps it waiting.

        Args:
            now (float): seconds on the monotonic clock.
        """
        if cluster.pid is None:
            if now >= self._start_at:
                self._start(cluster, now)
        elif cluster.has_ended():
            log.error("The background workers ended by themselves.")
            self._replace(cluster, now)
        elif now >= self._beat_at:
            self._beat_at = now + self._timings.beat
            if self._is_frozen():
                log.error("No background worker answered %d times; replacing them all.", self._timings.misses)
                self._replace(cluster, now)
        if now >= self._wake_at:
            self._wake_at = now + self._timings.wake
            _with_database(lambda: self._wake(now))

    def _start(self, cluster: Cluster, now: float) -> None:
        try:
            cluster.start()
        except OSError as error:
            log.error("The background workers could not be started: %s", error.strerror)
            self._start_at = now + LONGEST_PAUSE
            return
        self._starts_without_answer += 1
        self._missed = 0
        self._beat_at = now + self._timings.beat
        _with_database(self._greet)

    def _replace(self, cluster: Cluster, now: float) -> None:
        cluster.kill()
        self._start_at = now + _growing(self._timings.pause, self._starts_without_answer - 1)

    def _is_frozen(self) -> bool:
        """Count a beat. One that the database did not see counts for nothing, nor do those before it."""
        if not _with_database(self._count):
            self._missed = 0
        return self._missed >= self._timings.misses

    def _count(self) -> None:
        heard = _heard()
        if heard != self._heard:
            self._heard, self._missed, self._unanswered, self._starts_without_answer = heard, 0, 0, 0
        else:
            self._missed += 1
        if self._missed in (0, 2):  # one may have been lost with its worker, so a second is asked
            self._ask()

    def _greet(self) -> None:
        self._heard = _heard()
        self._ask()

    def _ask(self) -> None:
        if self._unanswered < MOST_UNANSWERED:
            enqueue.canary()
            self._unanswered += 1

    def _wake(self, now: float) -> None:
        clock = queries.database_time()
        due = queries.due_connections(queries.moment(clock)).filter(pace__lease_until__lt=clock)
        waiting = set(due.values_list("pk", flat=True))
        self._naps = {number: nap for number, nap in self._naps.items() if number in waiting or now < nap.until}
        for number in waiting:
            nap = self._naps.setdefault(number, _Nap())
            if now >= nap.until:
                enqueue.send(number)
                nap.until = now + _growing(self._timings.wake_again, nap.times)
                nap.times += 1


@dataclass(slots=True)
class _Nap:
    """How long a connection that was woken is left alone."""

    until: float = 0.0
    times: int = 0


def _growing(seconds: float, times: int) -> float:
    return min(LONGEST_PAUSE, seconds * 2.0 ** min(max(0, times), 10))


def _heard() -> datetime | None:
    return Heartbeat.objects.filter(name="canary").values_list("answered_at", flat=True).first()


def _with_database(work: Callable[[], None]) -> bool:
    """Do it if the database is up; whether it was."""
    try:
        work()
    except DatabaseError as error:
        log.warning("The database did not answer: %s", type(error).__name__)
        connection.close()
        return False
    return True
