"""Badges are read in the background: after connecting, on demand, and once a day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from issuing import tasks
from issuing.enums import Role, StopReason
from issuing.exceptions import NotPermitted
from issuing.models import Badge, Connection, Provider
from issuing.services import badges
from tests.factories import make_badge, make_connection, make_provider, make_user

pytestmark = pytest.mark.django_db


def test_task_reads_the_badges_of_its_connection(provider: Provider) -> None:
    tasks.sync_badges(provider.connection_id)
    assert Badge.objects.filter(provider=provider).count() > 60


def test_task_ends_quietly_when_its_connection_is_gone_or_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    tasks.sync_badges(0)
    assert caplog.text == ""
    unreachable = make_provider().connection
    tasks.sync_badges(unreachable.pk)
    assert "could not be read" in caplog.text


def test_task_waits_no_longer_than_its_patience_for_idle_slots(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badges, "PATIENCE", -1.0)
    tasks.sync_badges(provider.connection_id)
    assert Badge.objects.count() == 0


def test_hour_wakes_those_whose_badges_are_a_day_old() -> None:
    now = timezone.now()
    stale, fresh, new = make_provider(navigatr_id=1), make_provider(navigatr_id=2), make_provider(navigatr_id=3)
    make_badge(stale, synced_at=now - timedelta(hours=25))
    make_badge(fresh, synced_at=now - timedelta(hours=23))
    stopped = make_provider(navigatr_id=4).connection
    Connection.objects.filter(pk=stopped.pk).update(stop_reason=StopReason.BY_STAFF, stopped_at=now)
    make_connection()
    tasks.every_hour()
    assert {task.args() for task in OrmQ.objects.all()} == {(stale.connection_id,), (new.connection_id,)}


def test_refresh_wakes_every_account_that_works() -> None:
    make_connection(stop_reason=StopReason.TOKEN_REFUSED, stopped_at=timezone.now())
    running = make_connection()
    assert badges.refresh(by=make_user()) == 1
    assert OrmQ.objects.get().args() == (running.pk,)


def test_sandbox_badge_is_marked_by_managers_alone() -> None:
    badge = make_badge()
    with pytest.raises(NotPermitted):
        badges.mark_sandbox(badge, is_sandbox=True, by=make_user())
    badges.mark_sandbox(badge, is_sandbox=True, by=make_user(role=Role.MANAGER))
    assert Badge.objects.get().is_sandbox is True
