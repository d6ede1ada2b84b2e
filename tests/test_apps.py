"""What the program puts in place by itself."""

import pytest
from django.db import DatabaseError
from django_q.models import OrmQ, Schedule
from django_q.signals import post_spawn

from issuing.services import issuances
from tests.factories import make_badge, make_issuance

pytestmark = pytest.mark.django_db


def test_migrating_puts_the_minutes_net_in_place() -> None:
    net = Schedule.objects.get(name="minute")
    assert (net.func, net.schedule_type, net.minutes, net.repeats) == ("issuing.tasks.every_minute", "I", 1, -1)


def test_worker_that_starts_wakes_what_waits() -> None:
    connection = make_issuance(make_badge()).badge.provider.connection
    post_spawn.send(sender="django_q", proc_name="worker")
    assert OrmQ.objects.get().task["args"] == (connection.pk,)


def test_worker_starts_all_the_same_when_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> int:
        raise DatabaseError("secret words")

    monkeypatch.setattr(issuances, "wake_due", away)
    post_spawn.send(sender="django_q", proc_name="worker")
    assert "DatabaseError" in caplog.text
    assert "secret words" not in caplog.text
