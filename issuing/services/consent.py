"""Records what learners said, and stops what a no forbids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, Decision, Giver, IssuanceStatus, Route, StatusReason
from issuing.exceptions import InvalidInput
from issuing.models import ConsentRecord, ConsentText, Issuance, Learner, User
from issuing.services import audit, learners
from issuing.workflow.consent import giver_key


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision as it is to be recorded.

    Args:
        text (ConsentText | None): the words they saw; needed for a yes.
        decided_at (datetime): when they decided; aware, not in the future.
        giver_name (str): needed for a guardian.
        ends_at (datetime | None): when a yes runs out.
    """

    decision: Decision
    route: Route
    decided_at: datetime
    text: ConsentText | None = None
    evidence_note: str = ""
    giver: Giver = Giver.LEARNER
    giver_name: str = ""
    giver_relation: str = ""
    ends_at: datetime | None = None


def record(*, learner: Learner, answer: Answer, by: User | None) -> ConsentRecord:
    """Record one decision; a no cancels what waits for this learner without consent.

    Raises:
        InvalidInput: a yes without words, a decision in the future, a guardian without name.
    """
    return record_many(answers=[(learner, answer)], by=by)[0]


def record_many(*, answers: Iterable[tuple[Learner, Answer]], by: User | None) -> list[ConsentRecord]:
    """Record decisions of several learners in one transaction, each learner locked first; see `record`."""
    pairs = sorted(answers, key=lambda pair: pair[0].pk)
    now = timezone.now()
    for _, answer in pairs:
        _check(answer, now)
    with transaction.atomic():
        ids = [learner.pk for learner, _ in pairs]
        list(Learner.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
        records = ConsentRecord.objects.bulk_create([_built(learner, answer, now, by) for learner, answer in pairs])
        for one in records:
            audit.record(_VERBS[Decision(one.decision)], one, by=by, route=one.route)
            if one.decision != Decision.GIVEN:
                _cancel_waiting(one.learner_id, now)
    return records


_VERBS = {Decision.GIVEN: "give", Decision.DECLINED: "decline", Decision.WITHDRAWN: "withdraw"}


def invalidate(*, record: ConsentRecord, note: str, by: User) -> None:
    """Mark a record as written in error; it counts no more, and what waits without it is cancelled.

    Raises:
        InvalidInput: no note says why.
    """
    if not note.strip():
        raise InvalidInput("Say why this record was made in error.")
    now = timezone.now()
    with transaction.atomic():
        learners.lock(record.learner_id)
        changed = ConsentRecord.objects.filter(pk=record.pk, invalidated_at=None).update(
            invalidated_at=now, invalidated_by=by, invalidated_note=note.strip()
        )
        if changed:
            audit.record("invalidate", record, by=by)
            _cancel_waiting(record.learner_id, now)


def _check(answer: Answer, now: datetime) -> None:
    if answer.decision == Decision.GIVEN and answer.text is None:
        raise InvalidInput("Say which words they agreed to; a yes without words cannot be recorded.")
    if answer.decided_at > now:
        raise InvalidInput("The decision lies in the future; give the day on which it was made.")
    if answer.giver == Giver.GUARDIAN and not answer.giver_name.strip():
        raise InvalidInput("Give the guardian's name.")


def _built(learner: Learner, answer: Answer, now: datetime, by: User | None) -> ConsentRecord:
    return ConsentRecord(
        learner=learner,
        decision=answer.decision,
        text=answer.text,
        route=answer.route,
        giver=answer.giver,
        giver_name=answer.giver_name.strip(),
        giver_relation=answer.giver_relation.strip(),
        giver_key=giver_key(answer.giver, answer.giver_name),
        decided_at=answer.decided_at,
        recorded_at=now,
        recorded_by=by,
        evidence_note=answer.evidence_note,
        ends_at=answer.ends_at,
    )


def _cancel_waiting(learner_id: int, now: datetime) -> None:
    """Cancel what is queued for a locked learner whose consent no longer covers it."""
    waiting = Issuance.objects.filter(learner=learner_id, status=IssuanceStatus.QUEUED).select_related("badge")
    for issuance in waiting:
        if queries.consent_of(learner_id, issuance.badge, now=now).state != ConsentState.GIVEN:
            Issuance.step(
                issuance.pk,
                attempt_no=issuance.attempt_no,
                sources=[IssuanceStatus.QUEUED],
                to=IssuanceStatus.CANCELLED,
                at=now,
                reason=StatusReason.NO_CONSENT,
            )
