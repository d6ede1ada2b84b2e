"""Long runs in which the database or Navigatr goes away. `make faults` runs them."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.faults import runs
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

IS_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
on_postgres = pytest.mark.skipif(not IS_POSTGRES, reason="PostgreSQL only")
on_sqlite = pytest.mark.skipif(IS_POSTGRES, reason="SQLite only")
SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1", "NAVIGATR_BREAKER_SECONDS": "0.1", "NAVIGATR_READ_TIMEOUT": "5"}
OUTAGE = 20.0
"""Seconds; less than an outcome waits to be recorded."""


def people(count: int) -> list[str]:
    return [f"ana{number}@outage.example.org" for number in range(count)]


@on_sqlite
def test_nothing_is_lost_when_sqlite_is_locked_by_another_for_twenty_seconds(tmp_path: Path) -> None:
    emails = people(40)
    with world(tmp_path, rate="20/2", latency=0.3, **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker("supervise")
        until(lambda: len(here.emails()) >= 5)
        with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(OUTAGE)
            other.execute("ROLLBACK")
        until(lambda: runs.at_rest(here, left=runs.open_calls(here)), 180)
        runs.settle(here)
        runs.prove_all(here, emails)


class Server:
    """A PostgreSQL that can be ended at once and started again. What it has committed it keeps."""

    def __init__(self, folder: Path) -> None:
        self._user = postgres.UNPRIVILEGED if os.geteuid() == 0 else None
        self._programs = postgres._programs(folder, self._user)
        self._data = postgres._new_data(folder, self._programs, self._user)
        self._port = postgres._free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        settings = postgres.SETTINGS | {"synchronous_commit": "on"}
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        log = self._data / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, *(f"-c{name}={value}" for name, value in settings.items())],
                user=self._user, cwd=self._data, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        process = self._process
        postgres._wait_until(lambda: postgres._is_ready(process, self._data, log))

    def crash(self) -> None:
        """What `pg_ctl stop -m immediate` does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(runs.PATIENCE)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    made = Server(folder)
    made.start()
    monkeypatch.setenv("DATABASE_URL", made.url)
    try:
        yield made
    finally:
        made.crash()
        shutil.rmtree(folder, ignore_errors=True)


@on_postgres
def test_nothing_is_lost_when_postgresql_crashes_every_few_seconds(tmp_path: Path, server: Server) -> None:
    emails = people(60)
    with world(tmp_path, rate="10/2", latency=0.3, **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker("supervise")
        for share in (5, 15, 25, 35, 45):
            until(lambda share=share: len(here.emails()) >= share, 180)
            server.crash()
            server.start()
        until(lambda: runs.at_rest(here, left=runs.open_calls(here)), 180)
        runs.settle(here)
        runs.prove_all(here, emails)


@on_postgres
def test_answers_are_kept_when_postgresql_is_away_between_answer_and_result(tmp_path: Path, server: Server) -> None:
    emails = people(20)
    with world(tmp_path, rate="10/2", latency=1.5, **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker("supervise")
        # Their badges are issued, and the answers are still to come.
        until(lambda: len(here.emails()) >= 5)
        server.crash()
        sent = len(here.emails())
        time.sleep(OUTAGE)
        server.start()
        until(lambda: here.statuses().get("issued", 0) >= sent)
        until(lambda: runs.at_rest(here), 180)
        runs.prove_all(here, emails)
        assert here.sql("SELECT count(*) FROM issuing_attempt WHERE outcome = 'unknown'") == [(0,)]


def terminate_sessions(here: World) -> None:
    with psycopg.connect(here.environment["DATABASE_URL"]) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@on_postgres
def test_nothing_is_lost_when_all_sessions_are_ended_again_and_again(tmp_path: Path) -> None:
    emails = people(60)
    with world(tmp_path, rate="10/2", latency=0.3, **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker("supervise")
        for share in range(4, 52, 4):
            until(lambda share=share: len(here.emails()) >= share, 180)
            terminate_sessions(here)
        until(lambda: runs.at_rest(here, left=runs.open_calls(here)), 180)
        runs.settle(here)
        runs.prove_all(here, emails)


def test_nothing_is_lost_and_no_loop_is_busy_when_every_call_is_told_to_slow_down(tmp_path: Path) -> None:
    emails = people(20)
    with world(tmp_path, rate="50/2", **SETTINGS) as here:
        runs.begin(here, emails)
        practice = here.practice.practice
        practice.change(replace(practice.settings, outage="429"))
        before = practice.summary()["calls"]
        here.worker("supervise")
        time.sleep(OUTAGE)
        storm = practice.summary()["calls"] - before
        practice.change(replace(practice.settings, outage=""))
        until(lambda: runs.at_rest(here), 180)
        runs.prove_all(here, emails)
        assert here.statuses() == {"issued": len(emails)}
    # Eight may be on their way at first; then the rests double: 2, 4, 8, 16 seconds.
    assert 1 <= storm <= 8 * 5
