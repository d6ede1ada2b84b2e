"""Lets requests follow the answers, however those came: who has answered is neither asked nor reminded."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

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
    whose = {merged or learner for learner, merged in asked.values_list("learner", "learner__merged_into")}
    for learner_id in sorted(whose & by_learner.keys()):
        for record in sorted(by_learner[learner_id], key=lambda one: (one.decided_at, one.pk)):
            _follow(record)


def unfollow(record: ConsentRecord) -> None:
    """A record made in error answers nothing: its requests end without an answer."""
    ConsentRequest.objects.filter(record=record).update(
        answer="", answered_at=None, record=None, stopped_at=timezone.now()
    )


def end(requests: Iterable[int]) -> None:
    """Take back what waits to be e-mailed for these requests."""
    ConsentMail.objects.filter(request__in=list(requests), status=MailStatus.WAITING).update(status=MailStatus.DROPPED)


def _follow(record: ConsentRecord) -> None:
    theirs = Q(learner=record.learner_id) | Q(learner__merged_into=record.learner_id)
    found = ConsentRequest.objects.filter(_borne_by(record), theirs)
    found = found.filter(Q(answered_at=None) | Q(answered_at__lte=record.decided_at))
    ids = list(found.values_list("pk", flat=True))
    ConsentRequest.objects.filter(pk__in=ids).update(
        answer=record.decision, answered_at=record.decided_at, record=record, remind_at=None
    )
    end(ids)


def _borne_by(record: ConsentRecord) -> Q:
    """Requests that ask for what the record answers; without words it answers everything."""
    if record.text is None:
        return Q()
    statement = record.text.statement
    if statement.badge_id is not None:
        return Q(about=f"badge:{statement.badge_id}")
    return Q(text__statement__provider=statement.provider_id)
