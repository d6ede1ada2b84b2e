"""Answers that come when their row has moved on: nothing is lost, nothing is sent again."""

from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus, Outcome
from issuing.models import Attempt, Badge, Issuance, Pace
from issuing.services import issuances
from issuing.services.issuances import recording
from issuing.services.issuances.calls import Ended
from tests.factories import make_issuance

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


def test_late_yes_issues_a_row_that_waits_again(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.QUEUED)
    recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.ISSUED


def test_late_yes_stays_on_file_while_a_newer_attempt_is_sent_which_then_ends_issued(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.QUEUED)
    newer = claim(badge)
    recording.record(late, ISSUED)
    assert status_of(late.issuance) == S.SENDING
    recording.record(newer, NOT_BEGUN)
    assert (status_of(late.issuance), Attempt.objects.filter(effect=Effect.ONE).count()) == (S.ISSUED, 1)


def test_late_yes_leaves_a_cancelled_row_and_is_kept(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.CANCELLED, reason="stopped_by_staff")
    recording.record(late, ISSUED)
    assert (status_of(late.issuance), Attempt.objects.get().effect) == (S.CANCELLED, Effect.ONE)


def test_late_yes_leaves_a_rejected_row_whose_key_another_holds(badge: Badge) -> None:
    make_issuance(badge)
    late = claim(badge)
    move(late.issuance, S.REJECTED, reason="refused_by_navigatr")
    make_issuance(badge, late.issuance.learner)
    recording.record(late, ISSUED)
    assert (status_of(late.issuance), Attempt.objects.get().effect) == (S.REJECTED, Effect.ONE)


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
