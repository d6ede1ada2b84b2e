"""Removals begin at night, go on where they were broken off, and may be doubled without harm."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from issuing import tasks
from issuing.enums import Role
from issuing.exceptions import AlreadyTaken, InvalidInput, NotPermitted
from issuing.models import AuditEvent, Learner, RetentionRule, RetentionRun
from issuing.queries import retention as reads
from issuing.services import retention
from issuing.services.retention import running
from issuing.workflow.keeping import Kind, Rule
from tests import factories as make
from tests.services.retention.olden import DAY, learner, make_olden

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def woken() -> list[tuple[int, ...]]:
    return [queued.task["args"] for queued in OrmQ.objects.all() if queued.task["func"] == "issuing.tasks.retain"]


def work_off() -> None:
    """Do what was woken, as a worker would."""
    for args in woken():
        tasks.retain(*args)


def test_first_night_removes_nothing_and_the_next_one_does() -> None:
    make_olden()
    retention.wake(NIGHT - timedelta(days=1))
    (first,) = RetentionRun.objects.all()
    assert (first.removed, first.ended_at is not None, woken()) == ({}, True, [])
    for hour in (0, 1):
        retention.wake(NIGHT + timedelta(hours=hour))
    run = RetentionRun.objects.exclude(pk=first.pk).get()
    assert (run.day, run.started_by, run.amounts["rows"]) == (DAY, None, 12)
    work_off()
    run.refresh_from_db()
    assert run.removed == {kind: 1 for kind in Kind if kind != Kind.LOGS}


def test_night_goes_on_where_a_log_cannot_be_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(today: date) -> None:
        raise OSError("No space left on device")

    RetentionRun.objects.create(day=DAY - timedelta(days=1), started_at=NIGHT, ended_at=NIGHT)
    monkeypatch.setattr(running.logs, "begin_anew", full)
    with pytest.raises(OSError, match="No space"):
        retention.wake(NIGHT)
    assert len(set(woken())) == 1


def test_night_is_told_by_the_sites_clock(settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    timezone.get_default_timezone.cache_clear()
    RetentionRun.objects.create(day=date(2026, 11, 24), started_at=NIGHT, ended_at=NIGHT)
    retention.wake(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))
    assert woken() == []
    retention.wake(datetime(2026, 11, 24, 13, 30, tzinfo=UTC))
    assert RetentionRun.objects.order_by("-pk")[0].day == date(2026, 11, 25)
    timezone.get_default_timezone.cache_clear()


def test_removal_that_was_broken_off_goes_on_where_it_stood() -> None:
    make_olden()
    run = RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NIGHT)
    for _ in range(6):
        running._step(run.pk)
    run.refresh_from_db()
    assert (run.ended_at, run.removed) == (None, {Kind.UNREAD: 1, Kind.FILE: 1, Kind.ENDED_FILE: 1})
    retention.wake(NIGHT)
    work_off()
    run.refresh_from_db()
    assert (run.ended_at is not None, sum(run.removed.values())) == (True, 7)


def test_time_is_up_and_the_next_task_goes_on() -> None:
    make_olden()
    run = RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NIGHT)
    retention.go_on(run.pk, seconds=-1)
    assert woken() == [(run.pk,)]


def test_doubled_and_late_it_does_no_harm() -> None:
    make_olden()
    run = RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NIGHT)
    for _ in range(3):
        retention.go_on(run.pk)
    run.refresh_from_db()
    assert sum(run.removed.values()) == 7
    retention.go_on(run.pk + 1)


def test_crash_in_a_part_leaves_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    one = learner(datetime(2020, 1, 1, tzinfo=UTC))
    run = RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NIGHT, kind=Kind.UNISSUED)

    def dies(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(running, "_count", dies)
        running._step(run.pk)
    assert Learner.objects.get(pk=one.pk).full_name == "Zoë Núñez"
    retention.go_on(run.pk)
    assert Learner.objects.get(pk=one.pk).full_name == ""


# By hand


def test_manager_has_removed_at_once_what_the_next_night_would() -> None:
    by = make.make_user(role=Role.MANAGER)
    day = reads.next_day(timezone.now())
    run = retention.remove_now(day=day, mark=retention.foresee(day).mark, by=by)
    assert (run.day, run.started_by, woken()) == (day, by, [(run.pk,)])
    assert AuditEvent.objects.get(verb="retain").actor == by


def test_staff_may_not_have_anything_removed_nor_change_rules() -> None:
    by = make.make_user()
    with pytest.raises(NotPermitted):
        retention.remove_now(day=reads.next_day(timezone.now()), mark="", by=by)
    with pytest.raises(NotPermitted):
        retention.change(amounts={Rule.ROWS: 1}, by=by)
    assert (RetentionRun.objects.count(), RetentionRule.objects.count()) == (0, 0)


def test_stale_preview_and_a_second_removal_are_refused() -> None:
    by = make.make_user(role=Role.MANAGER)
    day = reads.next_day(timezone.now())
    with pytest.raises(AlreadyTaken, match="from another day"):
        retention.remove_now(day=day - timedelta(days=1), mark="", by=by)
    retention.remove_now(day=day, mark=retention.foresee(day).mark, by=by)
    with pytest.raises(AlreadyTaken, match="under way"):
        retention.remove_now(day=day, mark=retention.foresee(day).mark, by=by)


def test_changed_rule_is_kept_and_told_once() -> None:
    by = make.make_user(role=Role.MANAGER)
    assert retention.change(amounts={Rule.ROWS: 6, Rule.LOGS: 90}, by=by) == 1
    assert retention.change(amounts={Rule.ROWS: 6}, by=by) == 0
    assert reads.amounts()["rows"] == 6
    event = AuditEvent.objects.get(verb="change")
    assert (event.details, event.actor) == ({"rule": "rows", "was": 12, "now": 6}, by)


def test_number_out_of_bounds_changes_nothing() -> None:
    by = make.make_user(role=Role.MANAGER)
    with pytest.raises(InvalidInput):
        retention.change(amounts={Rule.ROWS: 6, Rule.RECORDS: 0}, by=by)
    assert RetentionRule.objects.count() == 0


@pytest.mark.parametrize("change", ["rule", "more", "less", "log"])
def test_preview_that_is_out_of_date_removes_nothing(change: str, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    make_olden()
    by, day = make.make_user(role=Role.MANAGER), reads.next_day(timezone.now())
    mark, gone = retention.foresee(day).mark, retention.foresee(day).rows[Kind.UNISSUED].get()
    if change == "rule":
        retention.change(amounts={Rule.LOGS: 89}, by=by)
    elif change == "more":
        learner(NIGHT - timedelta(days=9 * 366))
    elif change == "less":
        Learner.objects.filter(pk=gone.pk).update(created_at=timezone.now())
    else:
        (tmp_path / "log").mkdir()
        (tmp_path / "log" / "web.log.2020-01-01").write_text("2020-01-01 10:00:00 said")
    with pytest.raises(AlreadyTaken, match="Nothing was removed"):
        retention.remove_now(day=day, mark=mark, by=by)
    assert RetentionRun.objects.count() == 0
    retention.remove_now(day=day, mark=retention.foresee(day).mark, by=by)
