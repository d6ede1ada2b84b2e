"""What all tests share: loopback only, a fast hasher, a practice server, triggers that let a flush pass."""

import gc
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL
from pytest_django import Settings

from issuing.models import keys, triggers
from issuing.practice import PracticeServer
from tests.checks import PLACES

DATABASE_FIXTURES = {"db", "transactional_db"}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks a database: the rest would say the same on every kind, and runs once."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        asks = item.get_closest_marker("django_db") or item.get_closest_marker("processes") or names & DATABASE_FIXTURES
        if asks and not item.get_closest_marker("once"):
            item.add_marker("database")
        for mark, places in PLACES.items():
            if item.get_closest_marker(mark) and not item.nodeid.startswith(tuple(places)):
                raise pytest.UsageError(f"{item.nodeid} is marked {mark}, which runs only {', '.join(places)}.")


def pytest_collection_finish() -> None:
    """What was imported stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"A test reached for {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _plain_settings(settings: Settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> None:
    """PostgreSQL empties few rows sooner by deleting them than by truncating every table."""

    def sql_flush(self: PostgreSQL, _style: object, tables: Iterable[str], **_: bool) -> list[str]:
        deletes = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
        # Without foreign keys and triggers, which would have their own ideas of the order.
        return ["SET session_replication_role = replica", *deletes, "SET session_replication_role = DEFAULT"]

    PostgreSQL.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _flushable(request: pytest.FixtureRequest) -> Iterator[None]:
    """Takes the triggers away before a transactional test's flush, which puts them back and makes a new key."""
    keys._email_hash_key.cache_clear()
    marker = request.node.get_closest_marker("django_db")
    transactional = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if transactional:
        request.getfixturevalue("transactional_db")
    yield
    if transactional and database.vendor != "postgresql":
        triggers.remove(database)


@pytest.fixture
def practice(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PracticeServer]:
    """A practice Navigatr without a limit, the only host that may be called."""
    with PracticeServer(tmp_path / "ledger.sqlite3", rate="100000/1") as server:
        settings.NAVIGATR_HOSTS = [f"{server.host}:{server.port}"]
        settings.NAVIGATR_RATE = "100000/1"
        # Without a limit, a read need not wait for its slot to come.
        monkeypatch.setattr("issuing.workflow.pace.LEAD", 0.001)
        yield server
