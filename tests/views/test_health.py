"""What a watcher is told."""

import pytest
from django.db import OperationalError
from django.test import Client

from issuing.models import Heartbeat


def test_healthz_says_ok_when_the_database_answers(stranger: Client) -> None:
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_healthz_says_503_and_no_reason_when_the_database_is_away(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise OperationalError("password of postgres://secret refused")

    monkeypatch.setattr(Heartbeat.objects, "exists", away)
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_healthz_changes_nothing(stranger: Client) -> None:
    assert stranger.post("/healthz").status_code == 405
