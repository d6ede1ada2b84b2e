"""Merges two entries of one person: the histories join, and any no wins."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from issuing import queries
from issuing.enums import MailStatus
from issuing.exceptions import InvalidInput
from issuing.models import (
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Issuance,
    Learner,
    RightsRequest,
    RosterRow,
    User,
)
from issuing.services import audit
from issuing.services.learners.locking import lock_many, lock_present
from issuing.workflow.merging import Said, noes_to_repeat

REPEATED = "Said again when two entries of this learner were merged, for any no wins. It was given on {day}."


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge moved, and how many noes it had to say again."""

    issuances: int
    records: int
    noes: int


def merge(*, kept: Learner, other: Learner, by: User) -> Merged:
    """Move everything of `other` to `kept`; `other` keeps no name, address or number and points to `kept`.

    Badges keep the address they were confirmed with; where both hold the same badge, both stay as they are. A no that a
    later yes of the other entry would override is recorded again, so that it stands. Of what both were asked by e-mail,
    or both asked for by right, one question stays open. Personal links stay where they are: each leads on to `kept`.
    Locks both in the order of keys.

    Raises:
        InvalidInput: they are the same entry.
        AlreadyTaken: one of them was merged or erased meanwhile.
    """
    if kept.pk == other.pk:
        raise InvalidInput("Choose another entry; this is the same one.")
    now = timezone.now()
    with transaction.atomic():
        lock_many([kept.pk, other.pk])
        kept, other = lock_present(kept.pk), lock_present(other.pk)
        repeats = noes_to_repeat(_history(kept), _history(other))
        merged = Merged(
            issuances=Issuance.objects.filter(learner=other).update(learner=kept),
            records=ConsentRecord.objects.filter(learner=other).update(learner=kept),
            noes=len(repeats),
        )
        RosterRow.objects.filter(learner=other).update(learner=kept)
        Learner.objects.filter(came_back_as=other).update(came_back_as=kept)
        for no_id, words_id in repeats:
            _say_again(kept, no_id, words_id, now, by)
        _join_asking(kept, other, now, by)
        _join_rights(kept, other, now, by)
        _join(kept, other)
        moved = {"issuances": merged.issuances, "records": merged.records, "noes": merged.noes}
        audit.record("merge", kept, by=by, other=str(other.uuid), **moved)
    return merged


def _history(learner: Learner) -> list[Said]:
    records = ConsentRecord.objects.filter(learner=learner, invalidated_at=None).select_related("text__statement")
    return [_said(record) for record in records]


def _said(record: ConsentRecord) -> Said:
    statement = record.text.statement if record.text else None
    return Said(
        id=record.pk,
        giver=record.giver_key,
        is_no=record.decision != "given",
        decided_at=record.decided_at,
        provider=statement.provider_id if statement else None,
        badge=statement.badge_id if statement else None,
    )


def _say_again(kept: Learner, no_id: int, words_id: int, now: datetime, by: User) -> None:
    no, words = ConsentRecord.objects.get(pk=no_id), ConsentRecord.objects.get(pk=words_id)
    day = f"{timezone.localtime(no.decided_at):%-d %B %Y}"
    repeated = ConsentRecord.objects.create(
        learner=kept,
        decision=no.decision,
        text=words.text,
        route=no.route,
        giver=no.giver,
        giver_name=no.giver_name,
        giver_relation=no.giver_relation,
        giver_reason=no.giver_reason,
        giver_contact=no.giver_contact,
        giver_key=no.giver_key,
        decided_at=now,
        recorded_at=now,
        recorded_by=by,
        evidence_note=REPEATED.format(day=day),
    )
    audit.record("repeat", repeated, by=by, of=str(no.uuid))


def _join_asking(kept: Learner, other: Learner, at: datetime, by: User) -> None:
    """What the other was asked and e-mailed is the kept entry's; nothing is asked twice, or once more than answered."""
    # E-mails before their requests, as whoever writes down what came of one locks them.
    ConsentMail.objects.filter(learner=other).update(learner=kept)
    asked = ConsentRequest.objects.open().filter(learner__in=[kept, other]).select_related("text__statement__provider")
    told, seen = {"stopped_at": at, "stopped_by": by, "remind_at": None}, set[str]()
    for request in sorted(asked, key=lambda one: (one.learner_id != kept.pk, one.pk)):
        if request.about in seen or _is_answered(kept, request, at):
            for mail in request.mails.filter(status=MailStatus.WAITING):
                ConsentMail.step(mail.pk, tries=mail.tries, sources=[MailStatus.WAITING], to=MailStatus.DROPPED)
            ConsentRequest.objects.filter(pk=request.pk).update(**told)
        seen.add(request.about)
    ConsentRequest.objects.filter(learner=other).update(learner=kept)


def _is_answered(kept: Learner, request: ConsentRequest, at: datetime) -> bool:
    """Whether what both said together answers it."""
    statement = request.text.statement
    return kept.pk in queries.scope_states([kept], statement.provider, statement.badge, now=at)


def _join_rights(kept: Learner, other: Learner, at: datetime, by: User) -> None:
    """What the other asked for by right is still to be answered; of the same asked twice, what is due first."""
    still_open = RightsRequest.objects.filter(learner__in=[kept, other], closed_at=None)
    seen = set[str]()
    for asked in still_open.order_by("due_on", "pk"):
        if asked.right in seen:
            RightsRequest.objects.filter(pk=asked.pk).update(closed_at=at, closed_by=by)
            audit.record("close", asked, by=by)
        seen.add(asked.right)
    RightsRequest.objects.filter(learner=other).update(learner=kept)


def _join(kept: Learner, other: Learner) -> None:
    """Empty the other entry first: its number may be the one the kept entry lacks. A hold on either stays a hold, and
    whoever is under 13 by either is."""
    number = kept.student_number or other.student_number
    since, note = other.on_hold_since, other.on_hold_note
    other.first_name = other.last_name = other.email = other.email_key = other.student_number = other.on_hold_note = ""
    other.on_hold_since, other.merged_into = None, kept
    other.save()
    if kept.on_hold_since is None and since is not None:
        kept.on_hold_since, kept.on_hold_note = since, note
    kept.student_number, kept.under_13_since = number, kept.under_13_since or other.under_13_since
    kept.save(update_fields=["student_number", "on_hold_since", "on_hold_note", "under_13_since", "search"])
