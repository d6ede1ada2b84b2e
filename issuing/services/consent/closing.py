"""Lets requests follow the answers, however those came: who has answered is neither asked nor reminded."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from issuing import queries
from issuing.enums import MailStatus
from issuing.models import ConsentMail, ConsentRecord, ConsentRequest


def follow(records: Iterable[ConsentRecord]) -> None:
    """Note on the requests what their learners answered; in the transaction that recorded it, learners locked."""
    by_learner: dict[int, list[ConsentRecord]] = {}
    for record in records:
        by_learner.setdefault(record.learner_id, []).append(record)
    asked = ConsentRequest.objects.filter(
        Q(learner__in=list(by_learner)) | Q(learner__merged_into__in=list(by_learner))
    )
    changed = [
        request
        for request in asked.select_related("learner", "text__statement").order_by("pk")
        if _follow(request, by_learner.get(request.learner.merged_into_id or request.learner_id, ()))
    ]
    _write(changed, {learner_id for learner_id, theirs in by_learner.items() if len(theirs) == 1})
    end(request.pk for request in changed)


def unfollow(record: ConsentRecord) -> None:
    """A record made in error answers nothing: its requests end without an answer."""
    ConsentRequest.objects.filter(record=record).update(
        answer="", answered_at=None, record=None, stopped_at=timezone.now()
    )


def end(requests: Iterable[int]) -> None:
    """Take back what waits to be e-mailed for these requests."""
    ConsentMail.objects.filter(request__in=list(requests), status=MailStatus.WAITING).update(status=MailStatus.DROPPED)


def _follow(request: ConsentRequest, records: Iterable[ConsentRecord]) -> bool:
    """Note on a request the latest answer to it; whether there is a new one."""
    is_changed = False
    for record in sorted(records, key=lambda one: (one.decided_at, one.pk)):
        is_later = request.answered_at is None or request.answered_at <= record.decided_at
        if is_later and _is_answered_by(request, record):
            request.answer, request.answered_at = record.decision, record.decided_at
            request.record, request.remind_at, is_changed = record, None, True
    return is_changed


def _write(changed: Iterable[ConsentRequest], once: Collection[int]) -> None:
    """Write the answers; those of learners who gave one alone, at the same moment, in one statement for many."""
    alike: dict[tuple[str, datetime, datetime], list[int]] = {}
    for request in changed:
        record = request.record
        assert record is not None and request.answered_at is not None  # noqa: S101 - it was just answered
        if request.learner_id == record.learner_id and request.learner_id in once:
            alike.setdefault((request.answer, request.answered_at, record.recorded_at), []).append(request.pk)
        else:
            request.save(update_fields=["answer", "answered_at", "record", "remind_at"])
    for (answer, at, recorded_at), ids in alike.items():
        theirs = ConsentRecord.objects.filter(learner=OuterRef("learner"), decided_at=at, recorded_at=recorded_at)
        latest = Subquery(theirs.filter(decision=answer).order_by("-pk").values("pk")[:1])
        for part in queries.batched(ids):
            ConsentRequest.objects.filter(pk__in=part).update(
                answer=answer, answered_at=at, record=latest, remind_at=None
            )


def _is_answered_by(request: ConsentRequest, record: ConsentRecord) -> bool:
    """Whether it asks for what the record answers; without words that is everything."""
    if record.text is None:
        return True
    statement = record.text.statement
    if statement.badge_id is not None:
        return request.about == f"badge:{statement.badge_id}"
    return request.text.statement.provider_id == statement.provider_id
