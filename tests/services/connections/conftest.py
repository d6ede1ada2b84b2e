"""Logins of the practice server, and a clock that moves only when somebody sleeps."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
import requests
from pytest_django import Settings

from issuing import queries
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import Login, pacing

OWNER = Login(token="practice-pat-owner")
PASSWORD = Login(username="owner@example.org", password="practice-password")


def connect(practice: PracticeServer, login: Login = OWNER, **given: object) -> connections.Connected:
    """Connect an account of the practice server; the owner by whatever scheme fits, unless told otherwise."""
    told = {"name": "Main", "base_url": practice.base_url, "scheme": "auto", "by": None} | given
    return connections.connect(login=login, **told)  # type: ignore[arg-type]


def calls(practice: PracticeServer) -> list[str]:
    """Every call the practice server got: method, path below /v1, status."""
    ledger = practice.practice.ledger
    return [f"{call['method']} {call['path'].removeprefix('/v1')} {call['status']}" for call in ledger.calls()]


def expire_sessions(practice: PracticeServer) -> None:
    requests.post(f"{practice.origin}/practice/sessions/expire", timeout=5).raise_for_status()


@dataclass
class VirtualClock:
    """Seconds that pass in sleep only; each sleep may oversleep by the next of `late`."""

    now: float = 1000.0
    late: list[float] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds + (self.late.pop(0) if self.late else 0.0)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> VirtualClock:
    """The clock of pacing and of the database, at the real limit."""
    virtual = VirtualClock()
    settings.NAVIGATR_RATE = "5/2"
    monkeypatch.setattr(queries, "database_time", lambda: virtual.now)
    monkeypatch.setattr(pacing, "time", SimpleNamespace(sleep=virtual.sleep, monotonic=virtual.monotonic))
    return virtual
