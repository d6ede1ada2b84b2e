"""Answers that come when their row has moved on: nothing is lost, nothing is sent again."""

import pytest
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Attempt, AuditEvent, Badge, Issuance, Pace
from issuing.services import issuances
from issuing.services.issuances import recording
from issuing.services.issuances.calls import Ended
from tests.factories import make_issuance, make_user

S = IssuanceStatus
ISSUED = Ended(Outcome.ISSUED, "", 200, None, "8001", {"id": 8001, "badge_id": 51, "status": "Pending"})
NOT_BEGUN = Ended(Outcome.ABORTED, "The moment had passed.")


def claim(badge: Badge) -> issuances.Claimed:
    Pace.objects.update(next_slot=0.0)
    found = issuances.claim(badge.provider.connection_id, worker="test")
    assert isinstance(found, issuances.Claimed)
    return found


def move(issuance: Issuance, status: str, **fields: object) -> None:
    Issuance.objects.filter(pk=issuance.pk).update(status=status, changed_at=timezone.now(), **fields)


def status_of(issuance: Issuance) -> str:
    issuance.refresh_from_db()
    return issuance.status


def test_late_yes_issues_a_row_that_was_given_up_as_unconfirmed(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.UNCONFIRMED)
    recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.ISSUED


@pytest.mark.parametrize(("status", "reason"), [(S.QUEUED, ""), (S.REJECTED, StatusReason.REFUSED_BY_NAVIGATR)])
def test_late_yes_issues_a_row_that_waits_again_or_was_given_up(badge: Badge, status: str, reason: str) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, status, reason=reason)
    recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.ISSUED
    assert late.issuance.perhaps_twice_since is None


def test_late_yes_issues_a_row_whose_newer_call_got_no_answer_and_marks_it(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.QUEUED)
    recording.record(claim(badge), Ended(Outcome.UNKNOWN, "No answer."))
    recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.ISSUED
    assert late.issuance.perhaps_twice_since is not None


@pytest.mark.parametrize("without_effect", [NOT_BEGUN, Ended(Outcome.REJECTED, "No.", 422)])
def test_late_yes_stays_on_file_while_a_newer_attempt_is_sent_which_then_ends_issued(
    badge: Badge, without_effect: Ended
) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.QUEUED)
    newer = claim(badge)
    recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.SENDING
    recording.record(newer, without_effect)
    assert (status_of(late.issuance), Attempt.objects.filter(effect=Effect.ONE).count()) == (S.ISSUED, 1)
    assert late.issuance.perhaps_twice_since is None


@pytest.mark.parametrize("how", [ISSUED, Ended(Outcome.UNKNOWN, "No answer.")])
def test_row_is_marked_when_two_attempts_may_have_made_a_badge(badge: Badge, how: Ended) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.QUEUED)
    newer = claim(badge)
    recording.record(late, ISSUED)
    recording.record(newer, how)
    late.issuance.refresh_from_db()
    assert late.issuance.perhaps_twice_since is not None


def test_row_is_not_marked_when_one_answer_is_written_twice(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    for _ in range(2):
        recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.ISSUED
    assert late.issuance.perhaps_twice_since is None


def test_person_says_once_that_they_looked(badge: Badge) -> None:
    issuance, robin = make_issuance(badge), make_user()
    move(issuance, S.CANCELLED, reason="stopped_by_staff", perhaps_twice_since=timezone.now())
    with pytest.raises(InvalidInput):
        issuances.looked(issuance=issuance, reason=" ", by=robin)
    issuances.looked(issuance=issuance, reason="Only one is listed", by=robin)
    with pytest.raises(AlreadyTaken):
        issuances.looked(issuance=issuance, reason="Only one is listed", by=robin)
    event = AuditEvent.objects.get(verb="look")
    assert (event.actor, event.details["reason"]) == (robin, "Only one is listed")


def test_late_yes_leaves_a_cancelled_row_and_is_kept(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.CANCELLED, reason="stopped_by_staff")
    recording.record(late, ISSUED)
    assert (status_of(late.issuance), Attempt.objects.get().effect) == (S.CANCELLED, Effect.ONE)
    assert late.issuance.perhaps_twice_since is not None


def test_late_yes_leaves_a_rejected_row_whose_key_another_holds(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.REJECTED, reason="refused_by_navigatr")
    make_issuance(badge, late.issuance.learner)
    recording.record(late, ISSUED)
    assert (status_of(late.issuance), Attempt.objects.get().effect) == (S.REJECTED, Effect.ONE)
    assert late.issuance.perhaps_twice_since is not None


def test_late_no_of_an_old_attempt_changes_nothing_for_a_newer_one(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.QUEUED)
    newer = claim(badge)
    recording.record(late, Ended(Outcome.REJECTED, "No.", 422))
    newer.issuance.refresh_from_db()
    assert (newer.issuance.status, newer.issuance.attempt_no) == (S.SENDING, 2)


def test_outcome_is_recorded_once_when_it_is_written_twice(badge: Badge) -> None:
    make_issuance(badge)
    found = claim(badge)
    recording.record(found, ISSUED)
    recording.record(found, Ended(Outcome.UNKNOWN, "Again."))
    attempt = Attempt.objects.get()
    assert (status_of(found.issuance), attempt.outcome, attempt.detail) == (S.ISSUED, Outcome.ISSUED, "")
