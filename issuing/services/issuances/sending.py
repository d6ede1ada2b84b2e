"""The sender: claims in its own thread, makes the calls in eight others, hands on after twenty seconds."""

import logging
import os
import threading
import time
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime

from django.core.cache import cache
from django.db import connection as database
from django.utils import timezone

from issuing import queries
from issuing.exceptions import NavigatrError
from issuing.models import Connection
from issuing.navigatr import Channel
from issuing.services import connections
from issuing.services.issuances import calls, leases, recording
from issuing.services.issuances.claim import Claimed, Idle, Silent, claim, worker_name
from issuing.workflow import pace as rules

log = logging.getLogger(__name__)

BUDGET = 20.0
OLDEST_CHANNEL = 5.0
IN_FLIGHT_PAUSE = 0.1
UNREACHABLE_REST = 10.0
"""Seconds a connection rests when its host cannot be reached, or its password token cannot be had."""


def send(connection_id: int, *, with_lease: bool = True) -> None:
    """Send what is due over a connection for at most twenty seconds, hand on, and wait for the calls in flight.

    Args:
        with_lease (bool): False sends beside whoever has the lease: slower for both, never wrong.
    """
    owner = f"{worker_name()}:{uuid.uuid4().hex[:8]}"
    if with_lease and not leases.take(connection_id, owner):
        return
    with ThreadPoolExecutor(rules.MAX_IN_FLIGHT, thread_name_prefix="call") as threads:
        sender = _Sender(connection_id, owner, threads, with_lease=with_lease)
        try:
            sender.run()
        finally:
            sender.close()
            if with_lease:
                leases.hand_on(connection_id, owner)


class _Sender:
    def __init__(self, connection_id: int, owner: str, threads: ThreadPoolExecutor, *, with_lease: bool) -> None:
        self._connection_id = connection_id
        self._owner = owner
        self._threads = threads
        self._with_lease = with_lease
        self._free = threading.Semaphore(rules.MAX_IN_FLIGHT)
        self._channel: Channel | None = None
        self._calls: list[Future[None]] = []
        self._ends = time.monotonic() + BUDGET

    def run(self) -> None:
        """Until nothing is due within the budget, the budget is spent, or the worker is being stopped."""
        while self._goes_on():
            if not self._free.acquire(timeout=max(0.0, self._ends - time.monotonic())):
                return
            pause = self._next()
            if pause is None or time.monotonic() + pause > self._ends:
                return
            self._rest(pause)

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _rest(self, seconds: float) -> None:
        """That long, or until a call in flight ends: it may have sent its row back, due at once."""
        if in_flight := [call for call in self._calls if not call.done()]:
            wait(in_flight, seconds, FIRST_COMPLETED)
        else:
            time.sleep(seconds)

    def _goes_on(self) -> bool:
        if time.monotonic() >= self._ends or cache.get(f"stopping:{os.getpgrp()}"):
            return False
        return not self._with_lease or leases.keep(self._connection_id, self._owner)

    def _next(self) -> float | None:
        """Send one badge off, or not; returns seconds until it is worth going on, None for not at all."""
        pause = self._make_ready()
        if pause == 0.0:
            found = claim(self._connection_id, worker=worker_name())
            if isinstance(found, Claimed):
                self._hand_over(found)
                return 0.0
            if isinstance(found, Silent):
                self._calls.append(self._threads.submit(self._ask))
                return IN_FLIGHT_PAUSE
            pause = found.seconds if isinstance(found, rules.Wait) else self._until(found)
        self._free.release()
        return pause

    def _until(self, idle: Idle) -> float | None:
        """A call in flight may send its row back at any moment: nothing due is no end while one is."""
        pause = None if idle.stopped else self._seconds_until(idle.next_due)
        self._calls = [call for call in self._calls if not call.done()]
        return IN_FLIGHT_PAUSE if pause is None and self._calls and not idle.stopped else pause

    def _seconds_until(self, due: datetime | None) -> float | None:
        """None where it lies beyond the budget."""
        if due is None:
            return None
        seconds = (due - timezone.now()).total_seconds()
        return max(0.0, seconds) if seconds < self._ends - time.monotonic() else None

    def _make_ready(self) -> float | None:
        """Have an open channel and a fresh token before anything is claimed; 0.0 where both are there."""
        if self._channel is not None and self._channel.age < OLDEST_CHANNEL:
            return 0.0
        self.close()
        pause = self._until(Idle(queries.next_due(self._connection_id, timezone.now())))
        if pause != 0.0:
            return pause
        try:
            connection = Connection.objects.get(pk=self._connection_id)
            if connection.is_stopped:
                return None
            connections.renew_token(connection)
            self._channel = Channel.open(connections.config(connection.base_url))
        except NavigatrError as error:
            log.warning("Connection %s rests: %s", self._connection_id, error)
            connections.pause(self._connection_id, UNREACHABLE_REST)
            return UNREACHABLE_REST
        return 0.0

    def _hand_over(self, claimed: Claimed) -> None:
        channel, self._channel = self._channel, None
        assert channel is not None  # noqa: S101 - nothing is claimed without one
        self._calls.append(self._threads.submit(self._call, claimed, channel))

    def _call(self, claimed: Claimed, channel: Channel) -> None:
        try:
            with channel:
                ended = calls.make(claimed, channel)
            recording.record(claimed, ended)
        except Exception as error:  # noqa: BLE001
            # Its row stays `SENDING`; the reaper finds it. The text of an exception may hold a name.
            log.error("An outcome was not recorded (attempt %s): %s", claimed.attempt.pk, type(error).__name__)
        finally:
            database.close()
            self._free.release()

    def _ask(self) -> None:
        """Ask whether Navigatr is back; whoever waits for it is woken when it is."""
        try:
            connections.ask(Connection.objects.get(pk=self._connection_id))
        except NavigatrError as error:
            log.warning("Connection %s rests: %s", self._connection_id, error)
        except Exception as error:  # noqa: BLE001
            log.error("Navigatr was not asked (connection %s): %s", self._connection_id, type(error).__name__)
        finally:
            database.close()
            self._free.release()
