"""Settling against the practice server's list: never a false absence, never a false presence."""

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from issuing.enums import IssuanceStatus, StatusReason
from issuing.models import Assertion, Attempt, AuditEvent, Badge, Issuance, Look
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import settling
from issuing.workflow.settling import Doubt, Verdict
from tests.services.settling.conftest import Pass, Send

S = IssuanceStatus
SETTLE = timedelta(minutes=10, seconds=5)
MINUTE = timedelta(seconds=61)


def settle(badge: Badge) -> int:
    return settling.settle(badge.provider.connection_id)


def read(row: Issuance) -> tuple[str, str]:
    row.refresh_from_db()
    return row.status, row.reason


def test_nothing_is_looked_up_before_the_settle_time(badge: Badge, send: Send, later: Pass) -> None:
    row = send("ana+500-after@example.org")
    later(timedelta(minutes=9))
    assert (settle(badge), Look.objects.count(), read(row)[0]) == (0, 0, S.UNCONFIRMED)


def test_badge_that_was_issued_is_found_with_its_record(badge: Badge, send: Send, later: Pass) -> None:
    row = send("ana+500-after@example.org")
    later(SETTLE)
    assert (settle(badge), read(row)[0]) == (1, S.ISSUED)
    record = Assertion.objects.get(issuance=row)
    look = Look.objects.get()
    assert (look.matches, look.verdict, look.attempt_no) == ([record.navigatr_id], Verdict.FOUND, 1)
    assert AuditEvent.objects.get(verb="settle").details == {"verdict": "found", "assertion": record.navigatr_id}
    assert Attempt.objects.get().outcome == "unknown"


def test_badge_that_was_not_issued_is_sent_again_after_two_looks_past_a_later_call(
    badge: Badge, send: Send, later: Pass, practice: PracticeServer
) -> None:
    row = send("ana+500-before-once@example.org")
    send("zoe@example.org")
    later(SETTLE)
    assert (settle(badge), read(row)[0]) == (0, S.UNCONFIRMED)
    later(MINUTE)
    assert (settle(badge), read(row)) == (1, (S.QUEUED, StatusReason.SENT_BACK))
    assert [look.verdict for look in Look.objects.order_by("pk")] == ["", Verdict.ABSENT]
    assert OrmQ.objects.count() >= 1


def test_last_row_of_a_run_is_sent_again_only_after_three_settle_times(badge: Badge, send: Send, later: Pass) -> None:
    send("zoe@example.org")
    row = send("ana+500-before@example.org")
    later(SETTLE)
    settle(badge)
    later(MINUTE)
    assert (settle(badge), read(row)[0], Look.objects.count()) == (0, S.UNCONFIRMED, 2)
    later(timedelta(minutes=20))
    assert (settle(badge), read(row)[0]) == (1, S.QUEUED)


def test_first_row_of_a_badge_waits_for_a_person(badge: Badge, send: Send, later: Pass) -> None:
    row = send("ana+500-before@example.org")
    later(SETTLE)
    settle(badge)
    later(MINUTE)
    settle(badge)
    assert read(row) == (S.UNCONFIRMED, StatusReason.TO_DECIDE)
    assert row.detail == settling.SENTENCES[Doubt.NO_CONTROL]
    later(timedelta(hours=1))
    assert (settle(badge), Look.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    ("tags", "doubt"), [("500-after+redacted", Doubt.HIDDEN), ("500-after+not-listed", Doubt.NO_CONTROL)]
)
def test_list_that_does_not_show_it_waits_for_a_person(
    badge: Badge, send: Send, later: Pass, tags: str, doubt: Doubt
) -> None:
    row = send(f"ana+{tags}@example.org")
    later(SETTLE)
    settle(badge)
    later(MINUTE)
    settle(badge)
    assert read(row) == (S.UNCONFIRMED, StatusReason.TO_DECIDE)
    assert row.detail == settling.SENTENCES[doubt]


def test_two_records_of_the_address_wait_for_a_person(
    badge: Badge, send: Send, later: Pass, practice: PracticeServer
) -> None:
    row = send("ana+500-after@example.org")
    practice.practice.ledger.issue_outside(Wanted(51, 12, row.email, "Ana", "Ng"))
    later(SETTLE)
    settle(badge)
    assert (read(row)[1], row.detail) == (StatusReason.TO_DECIDE, settling.SENTENCES[Doubt.SEVERAL])


def test_record_of_another_row_is_never_taken(badge: Badge, send: Send, later: Pass) -> None:
    send("ana@example.org")
    row = send("ben+500-before@example.org")
    send("cy@example.org")
    later(SETTLE)
    settle(badge)
    later(MINUTE)
    settle(badge)
    assert read(row)[0] == S.QUEUED
    assert Assertion.objects.filter(issuance=row).count() == 0


def test_record_from_before_the_call_is_no_presence(
    badge: Badge, send: Send, later: Pass, practice: PracticeServer
) -> None:
    later(timedelta(hours=-2))
    practice.practice.ledger.issue_outside(Wanted(51, 12, "ana+500-before@example.org", "Ana", "Ng"))
    later(timedelta(hours=2))
    row = send("ana+500-before@example.org")
    send("zoe@example.org")
    later(SETTLE)
    settle(badge)
    later(MINUTE)
    settle(badge)
    assert read(row)[0] == S.QUEUED


def test_settling_hands_on_when_its_time_is_up(badge: Badge, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send("ana+500-after@example.org")
    OrmQ.objects.all().delete()
    monkeypatch.setattr(settling, "BUDGET", 0.0)
    settle(badge)
    assert [(task.func(), task.args()) for task in OrmQ.objects.all()] == [
        ("issuing.tasks.settle", (badge.provider.connection_id,))
    ]
