"""Records what learners said, and stops what a no forbids."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from issuing.enums import Decision, Giver, Route
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentRecord, ConsentText, Learner, User
from issuing.services import audit, learners
from issuing.services.consent import closing, evidence
from issuing.services.consent.stopping import Stopped, stop
from issuing.validators import clean_line, clean_name, clean_text, has_control_characters
from issuing.workflow.consent import giver_key
from issuing.workflow.likeness import same_name

MAX_NOTE = 2000
MAX_RELATION = 100
MAX_REASON = 300
MAX_CONTACT = 200
MAX_GIVER_KEY = 230

_OTHER_PERSON = (
    "This address is known here under another name, and one person's answer is not another's. Correct the name or the "
    "address; nothing was recorded."
)
_LABELS = {Giver.GUARDIAN: "guardian", Giver.ATTORNEY: "attorney", Giver.DEPUTY: "deputy"}
_LINES = {
    "giver_relation": ("relation", MAX_RELATION),
    "giver_reason": ("reason", MAX_REASON),
    "giver_contact": ("contact", MAX_CONTACT),
}
_VERBS = {Decision.GIVEN: "give", Decision.DECLINED: "decline", Decision.WITHDRAWN: "withdraw"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision as it is to be recorded.

    Args:
        text (ConsentText | None): the words they saw; needed for a yes. A no without words is a no to everything.
        decided_at (datetime): when they decided; aware, not in the future.
        evidence_file (UUID | None): a file that was put by (`evidence.put_by`) and proves the answer.
        giver_name (str): needed for everybody but the learner.
        giver_reason (str): why somebody answers for the learner.
        giver_contact (str): where they can be asked again.
        ends_at (datetime | None): when a yes runs out; aware.
    """

    decision: Decision
    route: Route
    decided_at: datetime
    text: ConsentText | None = None
    evidence_note: str = ""
    evidence_file: UUID | None = None
    giver: Giver = Giver.LEARNER
    giver_name: str = ""
    giver_relation: str = ""
    giver_reason: str = ""
    giver_contact: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The records that were written, by the learners' ids, and what they stopped."""

    records: list[ConsentRecord]
    stopped: Stopped


def record(*, learner: Learner, answer: Answer, by: User | None, uuid: UUID | None = None) -> Recorded:
    """Record one decision and cancel what waits for this learner without consent.

    Args:
        uuid (UUID | None): the record's identity, so that the same press twice records once.

    Raises:
        InvalidInput: a yes without words, a decision in the future, a guardian without name, an end that cannot be, or
            the file that proves it is put by no more.
        AlreadyTaken: it was recorded already, or the learner was merged or erased meanwhile.
    """
    now = timezone.now()
    answer = _checked(answer, now)
    with transaction.atomic():
        learners.lock_present(learner.pk)
        if uuid and ConsentRecord.objects.filter(uuid=uuid).exists():
            raise AlreadyTaken("This answer was recorded already; nothing was recorded twice.")
        recorded = _record([_built(learner.pk, answer, now, by, uuid)], by)
        if answer.evidence_file:
            evidence.attach(record=recorded.records[0], token=answer.evidence_file)
        return recorded


def record_for_person(*, person: learners.Person, answer: Answer, by: User, uuid: UUID | None = None) -> Recorded:
    """Record one decision of somebody with this address, who is added where they are not known; see `record`.

    Raises:
        InvalidInput: also where a name or the address cannot be used, or the address is somebody else's here.
        AlreadyTaken: it was recorded already; nothing was recorded twice.
    """
    with transaction.atomic():
        learner = learners.find_or_add(person=person, by=by)
        if learner.erased_at:
            raise InvalidInput(f"{learners.asked_to_be_erased(learner)} Nothing was recorded. {learners.ADD_AGAIN}")
        if not same_name(person, learner):
            raise InvalidInput(_OTHER_PERSON)
        return record(learner=learner, answer=answer, by=by, uuid=uuid)


def record_many(*, answers: Iterable[tuple[Learner, Answer]], by: User | None) -> Recorded:
    """Record decisions of several learners in one transaction, each learner locked first; see `record`."""
    now = timezone.now()
    built = [_built(learner.pk, _checked(answer, now), now, by) for learner, answer in answers]
    return _record(sorted(built, key=lambda one: one.learner_id), by)


def _record(built: list[ConsentRecord], by: User | None) -> Recorded:
    learner_ids = {one.learner_id for one in built}
    with transaction.atomic():
        learners.lock_many(learner_ids)
        # Once nobody else is at it: a roster checked meanwhile is older than this, and is checked again.
        now = timezone.now()
        for one in built:
            one.recorded_at = now
        records = ConsentRecord.objects.bulk_create(built)
        stopped = stop(learner_ids, now)
        for decision, verb in _VERBS.items():
            theirs = [one for one in records if one.decision == decision]
            told = ({"route": one.route, **stopped.get(one.learner_id, Stopped()).told} for one in theirs)
            audit.record_many(verb, zip(theirs, told, strict=True), by=by)
        closing.follow(records)
    return Recorded(records, sum(stopped.values(), Stopped()))


def proposed(*, learner: Learner | None, answer: Answer, by: User) -> ConsentRecord:
    """The record an answer would make, not saved, for showing what it would come to.

    Raises:
        InvalidInput: as for `record`.
    """
    now = timezone.now()
    return _built(learner.pk if learner else 0, _checked(answer, now), now, by)


def invalidate(*, record: ConsentRecord, note: str, by: User) -> Stopped:
    """Mark a record as written in error; it counts no more, and what waits without consent is cancelled.

    Raises:
        InvalidInput: no note says why.
        AlreadyTaken: it has been marked already.
    """
    note = _note(note)
    if not note:
        raise InvalidInput("Say why this record was made in error.")
    now = timezone.now()
    with transaction.atomic():
        learners.lock(record.learner_id)
        changed = ConsentRecord.objects.filter(pk=record.pk, invalidated_at=None).update(
            invalidated_at=now, invalidated_by=by, invalidated_note=note
        )
        if not changed:
            raise AlreadyTaken("This record has been marked as made in error already.")
        stopped = stop([record.learner_id], now).get(record.learner_id, Stopped())
        closing.unfollow(record)
        audit.record("invalidate", record, by=by, **stopped.told)
    return stopped


def _checked(answer: Answer, now: datetime) -> Answer:
    """The answer with its texts cleaned."""
    if answer.decision == Decision.GIVEN and answer.text is None:
        raise InvalidInput("Say which words they agreed to; a yes without words cannot be recorded.")
    if answer.decided_at > now:
        raise InvalidInput("The decision lies in the future; give the day on which it was made.")
    if answer.ends_at is not None and (answer.decision != Decision.GIVEN or answer.ends_at <= answer.decided_at):
        raise InvalidInput("Only a yes can end, and only after it was given.")
    who: dict[str, Any] = {"giver_name": "", "giver_relation": "", "giver_reason": "", "giver_contact": ""}
    if answer.giver != Giver.LEARNER:
        who["giver_name"] = clean_name(answer.giver_name, label=f"{_LABELS[answer.giver]}'s name")
        for name, (label, most) in _LINES.items():
            who[name] = clean_line(getattr(answer, name), label=f"{_LABELS[answer.giver]}'s {label}", most=most)
    if len(giver_key(answer.giver, who["giver_name"])) > MAX_GIVER_KEY:  # a few letters become three in small letters
        raise InvalidInput(f"The {_LABELS[answer.giver]}'s name is too long.")
    return replace(answer, **who, evidence_note=_note(answer.evidence_note))


def _note(text: str) -> str:
    note = clean_text(text)
    if len(note) > MAX_NOTE:
        raise InvalidInput(f"The note is longer than {MAX_NOTE:,} characters.")
    if has_control_characters(note.replace("\n", "")):
        raise InvalidInput("The note holds a character that cannot be kept.")
    return note


def _built(learner_id: int, answer: Answer, now: datetime, by: User | None, uuid: UUID | None = None) -> ConsentRecord:
    return ConsentRecord(
        uuid=uuid or uuid4(),
        learner_id=learner_id,
        decision=answer.decision,
        text=answer.text,
        route=answer.route,
        giver=answer.giver,
        giver_name=answer.giver_name,
        giver_relation=answer.giver_relation,
        giver_reason=answer.giver_reason,
        giver_contact=answer.giver_contact,
        giver_key=giver_key(answer.giver, answer.giver_name),
        decided_at=answer.decided_at,
        recorded_at=now,
        recorded_by=by,
        evidence_note=answer.evidence_note,
        ends_at=answer.ends_at,
    )
