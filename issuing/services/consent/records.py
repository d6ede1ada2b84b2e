"""Records what learners said, and stops what a no forbids."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, Decision, Giver, IssuanceStatus, Route, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentRecord, ConsentText, Issuance, Learner, User
from issuing.services import audit, learners
from issuing.services.consent import closing
from issuing.validators import clean_line, clean_name, clean_text, has_control_characters
from issuing.workflow.consent import giver_key
from issuing.workflow.likeness import same_name

MAX_NOTE = 2000
MAX_RELATION = 100
MAX_GIVER_KEY = 230

_OTHER_PERSON = (
    "This address is known here under another name, and one person's answer is not another's. Correct the name or the "
    "address; nothing was recorded."
)
_VERBS = {Decision.GIVEN: "give", Decision.DECLINED: "decline", Decision.WITHDRAWN: "withdraw"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision as it is to be recorded.

    Args:
        text (ConsentText | None): the words they saw; needed for a yes. A no without words is a no to everything.
        decided_at (datetime): when they decided; aware, not in the future.
        giver_name (str): needed for a guardian.
        ends_at (datetime | None): when a yes runs out; aware.
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


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a change of consent did to badges that are without consent now.

    Args:
        cancelled (int): waited and were cancelled.
        on_the_way (int): had been claimed or sent without an answer: too late for these.
    """

    cancelled: int = 0
    on_the_way: int = 0

    def __add__(self, other: "Stopped") -> "Stopped":
        return Stopped(self.cancelled + other.cancelled, self.on_the_way + other.on_the_way)


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
        InvalidInput: a yes without words, a decision in the future, a guardian without name, an end that cannot be.
        AlreadyTaken: it was recorded already, or the learner was merged or erased meanwhile.
    """
    now = timezone.now()
    answer = _checked(answer, now)
    with transaction.atomic():
        learners.lock_present(learner.pk)
        if uuid and ConsentRecord.objects.filter(uuid=uuid).exists():
            raise AlreadyTaken("This answer was recorded already; nothing was recorded twice.")
        return _record([_built(learner.pk, answer, now, by, uuid)], now, by)


def record_for_person(*, person: learners.Person, answer: Answer, by: User, uuid: UUID | None = None) -> Recorded:
    """Record one decision of somebody with this address, who is added where they are not known; see `record`.

    Raises:
        InvalidInput: also where a name or the address cannot be used, or the address is somebody else's here.
        AlreadyTaken: it was recorded already; nothing was recorded twice.
    """
    with transaction.atomic():
        learner = learners.find_or_add(person=person, by=by)
        if learner.erased_at or not same_name(person, learner):
            raise InvalidInput(_OTHER_PERSON)
        return record(learner=learner, answer=answer, by=by, uuid=uuid)


def record_many(*, answers: Iterable[tuple[Learner, Answer]], by: User | None) -> Recorded:
    """Record decisions of several learners in one transaction, each learner locked first; see `record`."""
    now = timezone.now()
    built = [_built(learner.pk, _checked(answer, now), now, by) for learner, answer in answers]
    return _record(sorted(built, key=lambda one: one.learner_id), now, by)


def _record(built: list[ConsentRecord], now: datetime, by: User | None) -> Recorded:
    learner_ids = {one.learner_id for one in built}
    with transaction.atomic():
        learners.lock_many(learner_ids)
        records = ConsentRecord.objects.bulk_create(built)
        stopped = _stop(learner_ids, now)
        for one in records:
            told = _told(stopped.get(one.learner_id))
            audit.record(_VERBS[Decision(one.decision)], one, by=by, route=one.route, **told)
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
        stopped = _stop([record.learner_id], now).get(record.learner_id)
        closing.unfollow(record)
        audit.record("invalidate", record, by=by, **_told(stopped))
    return stopped or Stopped()


def _checked(answer: Answer, now: datetime) -> Answer:
    """The answer with its texts cleaned."""
    if answer.decision == Decision.GIVEN and answer.text is None:
        raise InvalidInput("Say which words they agreed to; a yes without words cannot be recorded.")
    if answer.decided_at > now:
        raise InvalidInput("The decision lies in the future; give the day on which it was made.")
    if answer.ends_at is not None and (answer.decision != Decision.GIVEN or answer.ends_at <= answer.decided_at):
        raise InvalidInput("Only a yes can end, and only after it was given.")
    name = relation = ""
    if answer.giver == Giver.GUARDIAN:
        name = clean_name(answer.giver_name, label="guardian's name")
        relation = clean_line(answer.giver_relation, label="guardian's relation", most=MAX_RELATION)
    if len(giver_key(answer.giver, name)) > MAX_GIVER_KEY:  # a few letters become three in small letters
        raise InvalidInput("The guardian's name is too long.")
    return replace(answer, giver_name=name, giver_relation=relation, evidence_note=_note(answer.evidence_note))


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
        giver_key=giver_key(answer.giver, answer.giver_name),
        decided_at=answer.decided_at,
        recorded_at=now,
        recorded_by=by,
        evidence_note=answer.evidence_note,
        ends_at=answer.ends_at,
    )


def _stop(learner_ids: Collection[int], now: datetime) -> dict[int, Stopped]:
    """Cancel what waits for locked learners whose consent does not cover it, and count what is past stopping."""
    stopped: dict[int, Stopped] = {}
    statuses = [IssuanceStatus.QUEUED, IssuanceStatus.SENDING, IssuanceStatus.UNCONFIRMED]
    rows = Issuance.objects.filter(learner__in=learner_ids, status__in=statuses).select_related("badge").order_by("pk")
    for issuance in rows:
        if queries.consent_of(issuance.learner_id, issuance.badge, now=now).state != ConsentState.GIVEN:
            so_far = stopped.get(issuance.learner_id, Stopped())
            stopped[issuance.learner_id] = so_far + _stop_one(issuance, now)
    return stopped


def _stop_one(issuance: Issuance, now: datetime) -> Stopped:
    if issuance.status != IssuanceStatus.QUEUED:
        return Stopped(on_the_way=1)
    cancelled = Issuance.step(
        issuance.pk,
        attempt_no=issuance.attempt_no,
        sources=[IssuanceStatus.QUEUED],
        to=IssuanceStatus.CANCELLED,
        at=now,
        reason=StatusReason.NO_CONSENT,
    )
    return Stopped(cancelled=int(cancelled))


def _told(stopped: Stopped | None) -> dict[str, int]:
    return {name: count for name, count in asdict(stopped or Stopped()).items() if count}
