"""What follows from a verdict, and a person's word: fenced by the attempt it belongs to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Assertion, Attempt, AuditEvent, Badge, Issuance, Look
from issuing.services import settling
from issuing.services.settling.deciding import apply, judgement
from issuing.workflow.settling import Doubt, Judged, Verdict
from tests.factories import make_agreed, make_badge, make_issuance, make_running, make_user

S = IssuanceStatus
CALL = timezone.now() - timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def unconfirmed(badge: Badge, number: int = 1, **fields: object) -> Issuance:
    """A row whose attempt got no usable answer an hour ago."""
    learner = make_agreed(badge)
    given = {"allowed_by": learner.consent_records.get(), "status": S.UNCONFIRMED, "attempt_no": number} | fields
    row = make_issuance(badge, learner, **given)
    unknown = {"outcome": Outcome.UNKNOWN, "effect": Effect.UNKNOWN, "ended_at": CALL}
    make_attempt(row, number, **unknown)
    return row


def make_attempt(row: Issuance, number: int, **fields: object) -> Attempt:
    return Attempt.objects.create(
        issuance=row,
        number=number,
        connection=row.badge.provider.connection,
        secret_version=1,
        worker="gone",
        claimed_at=CALL,
        slot_at=CALL,
        **fields,
    )


def make_look(row: Issuance, minutes: int, *, attempt_no: int = 1, **fields: object) -> Look:
    at = CALL + timedelta(minutes=minutes)
    return Look.objects.create(issuance=row, attempt_no=attempt_no, began_at=at, **fields)


def status(row: Issuance) -> str:
    row.refresh_from_db()
    return row.status


@pytest.mark.parametrize("by_now", [S.SENDING, S.UNCONFIRMED])
def test_verdict_of_an_old_attempt_changes_nothing(badge: Badge, by_now: S) -> None:
    row = unconfirmed(badge)
    Assertion.objects.create(badge=badge, navigatr_id="8001", read_at=CALL)
    Issuance.objects.update(status=by_now, attempt_no=2)
    for judged in (Judged(Verdict.ABSENT), Judged(Verdict.FOUND, "8001"), Judged(Verdict.PERSON, why=Doubt.HIDDEN)):
        apply(row, judged)
    row.refresh_from_db()
    assert (row.status, row.reason, row.attempt_no) == (by_now, "", 2)


def test_record_that_another_row_was_given_since_the_look_is_no_presence(badge: Badge) -> None:
    row, other = unconfirmed(badge), make_issuance(badge)
    Assertion.objects.create(badge=badge, navigatr_id="8001", issuance=other, read_at=CALL)
    apply(row, Judged(Verdict.FOUND, "8001"))
    assert status(row) == S.UNCONFIRMED
    Assertion.objects.update(issuance=None)
    apply(row, Judged(Verdict.FOUND, "8001"))
    assert (status(row), row.assertions.get().navigatr_id) == (S.ISSUED, "8001")


def test_look_belongs_to_its_attempt(badge: Badge) -> None:
    row = unconfirmed(badge, number=2)
    make_look(row, 10, attempt_no=1, newer_control="8005")
    make_look(row, 12, attempt_no=1, newer_control="8005")
    assert judgement(row).verdict == Verdict.AGAIN


def test_row_of_a_stopped_run_is_cancelled_when_it_is_proven_absent(badge: Badge) -> None:
    row = unconfirmed(badge, roster=make_running(badge, status="stopped"))
    apply(row, Judged(Verdict.ABSENT))
    assert status(row) == S.CANCELLED


def test_row_is_rejected_when_it_went_back_twice_already(badge: Badge) -> None:
    row = unconfirmed(badge)
    for minutes in (10, 20, 30):
        make_look(row, minutes, verdict=Verdict.ABSENT)
    apply(row, Judged(Verdict.ABSENT))
    assert (status(row), row.reason) == (S.REJECTED, StatusReason.REFUSED_BY_NAVIGATR)


def test_row_goes_back_again_when_a_person_acted_since(badge: Badge) -> None:
    row = unconfirmed(badge)
    for minutes in (10, 20, 30):
        make_look(row, minutes, verdict=Verdict.ABSENT)
    act = {"verb": "settle", "subject": "issuance", "subject_uuid": row.uuid, "actor": make_user()}
    AuditEvent.objects.create(at=timezone.now(), **act)
    apply(row, Judged(Verdict.ABSENT))
    assert status(row) == S.QUEUED


@pytest.mark.parametrize(
    "ended",
    [
        {"outcome": Outcome.UNKNOWN, "effect": Effect.UNKNOWN, "ended_at": CALL},
        {"outcome": Outcome.ISSUED, "effect": Effect.ONE, "ended_at": CALL},
        {},
    ],
)
def test_found_record_is_a_persons_to_judge_while_another_row_of_the_key_may_own_it(
    badge: Badge, ended: dict[str, object]
) -> None:
    row = unconfirmed(badge, reissue_no=1, reissue_reason="Lost")
    rival = make_issuance(badge, row.learner, status=S.ISSUED, issued_at=CALL, attempt_no=1)
    make_attempt(rival, 1, **ended)
    make_look(row, 10, matches=["8001"])
    assert judgement(row) == Judged(Verdict.PERSON, why=Doubt.RIVAL)
    Assertion.objects.create(badge=badge, navigatr_id="8000", issuance=rival, read_at=CALL)
    assert judgement(row) == Judged(Verdict.FOUND, "8001")


def test_persons_word_that_it_was_sent_is_taken_and_kept(badge: Badge) -> None:
    row, ann = unconfirmed(badge), make_user("ann")
    settling.mark_sent(issuance=row, attempt_no=1, reason="Listed as 8812", by=ann)
    event = AuditEvent.objects.get(verb="settle")
    assert (status(row), event.actor) == (S.ISSUED, ann)
    assert event.details == {"verdict": "marked_sent", "attempt": 1, "reason": "Listed as 8812"}


def test_persons_word_that_it_was_not_sent_sends_it_again(badge: Badge) -> None:
    row = unconfirmed(badge)
    settling.send_again(issuance=row, attempt_no=1, reason="Not on the list", by=make_user())
    assert status(row) == S.QUEUED


@pytest.mark.parametrize("act", [settling.mark_sent, settling.send_again])
def test_word_of_a_stale_page_is_refused(badge: Badge, act: object) -> None:
    row = unconfirmed(badge, number=2)
    with pytest.raises(AlreadyTaken, match="nothing was changed"):
        act(issuance=row, attempt_no=1, reason="Seen", by=make_user())  # type: ignore[operator]
    assert (status(row), AuditEvent.objects.count()) == (S.UNCONFIRMED, 0)


@pytest.mark.parametrize("act", [settling.mark_sent, settling.send_again])
def test_word_without_a_reason_is_refused(badge: Badge, act: object) -> None:
    row = unconfirmed(badge)
    with pytest.raises(InvalidInput, match="Say what you saw"):
        act(issuance=row, attempt_no=1, reason="  ", by=make_user())  # type: ignore[operator]
    assert status(row) == S.UNCONFIRMED


def test_waking_leaves_alone_what_a_person_must_decide(badge: Badge) -> None:
    unconfirmed(badge, reason=StatusReason.TO_DECIDE)
    assert settling.wake_due() == 0
    unconfirmed(badge)
    assert settling.wake_due() == 1
