"""Records at once a yes that staff hold for many people of a roster; whoever said no is never touched."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from issuing import queries
from issuing.enums import AskedState, ConsentState, Disposition, NotRecorded, RosterStatus
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, ConsentRecord, Learner, Roster, RosterRow, User
from issuing.queries import roster_consent as reads
from issuing.services import audit, consent, learners
from issuing.services.consent.asking import mail_receipts
from issuing.services.rosters.changing import BEING_READ, lock, open_ids
from issuing.services.rosters.checking import check_again
from issuing.workflow.consent import giver_key

D = Disposition
MOST_AT_ONCE: Final = 10_000
"""People for whom a yes is recorded at once: as many as a request has time for."""
GIVE: Final = "give"
LATELY: Final = timedelta(hours=1)
_WHY: Final[Mapping[str, NotRecorded]] = {
    D.INVALID: NotRecorded.INVALID,
    D.LEFT_OUT: NotRecorded.LEFT_OUT,
    D.NEEDS_DECISION: NotRecorded.TO_DECIDE,
    D.CONSENT_DECLINED: NotRecorded.DECLINED,
}
_STATES: Final[Mapping[ConsentState, NotRecorded]] = {
    ConsentState.DECLINED: NotRecorded.DECLINED,
    ConsentState.WITHDRAWN: NotRecorded.WITHDRAWN,
    ConsentState.CONFLICT: NotRecorded.CONFLICT,
    ConsentState.UNDER_13: NotRecorded.UNDER_13,
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody of the roster for whom no yes would be recorded."""

    row: RosterRow
    why: NotRecorded


@dataclass(frozen=True, slots=True)
class Held:
    """What recording a yes for a roster's people comes to.

    Args:
        going (list[RosterRow]): for whom it would be recorded, in the file's order.
        left_out (list[LeftOut]): who may expect nothing of it, in the file's order.
        later (int): for whom there is no room this time.
        seen (str): equal as long as it is recorded for the same people.
    """

    going: list[RosterRow]
    left_out: list[LeftOut]
    later: int
    seen: str


def foresee_yes(*, roster: Roster, answer: consent.Answer, among: AskedState | None = None) -> Held:
    """What `record_yes` would come to as the roster was last checked; records nothing.

    Args:
        among (AskedState | None): only those who need consent and were asked so; None: all who need it.
    """
    now, rows = timezone.now(), _open_rows(roster)
    needing = _needing(roster, rows, among, now)
    against = _against(roster, [row for row in rows if row.disposition == D.NEEDS_CONSENT], answer)
    every = [row for row in needing if row.pk not in against]
    left_out = {row.pk: _WHY[row.disposition] for row in rows if row.disposition in _WHY}
    left_out |= _nearer(roster, [row for row in rows if row.pk in left_out], now)
    left_out |= {row.pk: against[row.pk] for row in needing if row.pk in against}
    named = [LeftOut(row, left_out[row.pk]) for row in rows if row.pk in left_out]
    return Held(every[:MOST_AT_ONCE], named, len(every[MOST_AT_ONCE:]), seen_of(every[:MOST_AT_ONCE]))


def record_yes(
    *,
    roster: Roster,
    answer: consent.Answer,
    seen: str,
    once: UUID,
    by: User,
    among: AskedState | None = None,
    receipts: bool = False,
) -> int:
    """Record one yes for every person of a roster who needs consent, all of them or nobody, and check the roster again.

    Who is not known yet is added. Nobody is touched who said no or withdrew, whoever said it, nor anybody whose row is
    not plain. Roster, then learners in their order are locked before it is looked at who they are and what they said.

    Args:
        seen (str): the people that were shown, by `Held.seen`.
        once (UUID): names the press of the button, so that the same twice records once.
        receipts (bool): e-mail each of them what was recorded.

    Returns:
        For how many it was recorded.

    Raises:
        AlreadyTaken: this press recorded it already, for how many is said.
        InvalidInput: others would be recorded than were shown, or the answer cannot be recorded, as for
            `consent.record`; nothing was recorded.
    """
    with transaction.atomic():
        roster = lock(roster)
        _refuse_twice(roster, once)
        rows = list(roster.rows.order_by("row_no"))
        going = _as_shown(roster, rows, answer, among, seen)
        _make_known(going, by)
        at = timezone.now()
        check_again(roster, rows, now=at, among=open_ids(roster))
        going = _as_shown(roster, rows, answer, among, seen)
        records = _record(going, answer, by)
        if receipts:
            mail_receipts(records=records, by=by)
        audit.record(GIVE, roster, by=by, rows=len(records), once=str(once))
        # Dated as the check of all: what was written about others meanwhile is still to be looked at.
        check_again(roster, going, now=at)
    return len(records)


def _open_rows(roster: Roster) -> list[RosterRow]:
    rows = list(roster.rows.order_by("row_no"))
    among = open_ids(roster)
    return rows if among is None else [row for row in rows if row.pk in among]


def _needing(roster: Roster, rows: Sequence[RosterRow], among: AskedState | None, now: datetime) -> list[RosterRow]:
    """The rows that need consent, of those that were asked so."""
    needing = [row for row in rows if row.disposition == D.NEEDS_CONSENT]
    if among is None:
        return needing
    asked = reads.asked_of(roster.rows.all(), roster.badge, now=now)
    return [row for row in needing if asked.get(row.pk) == among]


def _against(roster: Roster, needing: Sequence[RosterRow], answer: consent.Answer) -> dict[int, NotRecorded]:
    """What stands against recording the yes for some of these rows, by their ids."""
    if answer.text is None or not needing:
        return {}
    statement, key = answer.text.statement, giver_key(answer.giver, answer.giver_name)
    whose = {row.learner_id: row.pk for row in needing if row.learner_id is not None}
    found: dict[int, NotRecorded] = {}
    for part in queries.batched(list(whose)):
        later = queries.answered_after(roster.badge, part, key, answer.decided_at)
        found |= dict.fromkeys(later, NotRecorded.LATER_ANSWER)
        if statement.badge_id is None:
            refused = queries.refusers_in(statement.provider, part)
            found |= dict.fromkeys(refused, NotRecorded.SAID_NO_ELSEWHERE)
    return {whose[learner_id]: why for learner_id, why in found.items()}


def _nearer(roster: Roster, rows: Sequence[RosterRow], now: datetime) -> dict[int, NotRecorded]:
    """Of rows that are left out why, where their learners tell more than the disposition does."""
    found: dict[int, NotRecorded] = {}
    refused = {row.learner_id: row.pk for row in rows if row.disposition == D.CONSENT_DECLINED and row.learner_id}
    for part in queries.batched(list(refused)):
        states = queries.consent_states(Learner.objects.filter(pk__in=part), roster.badge, now=now)
        found |= {refused[pk]: _STATES[state] for pk, state in states.items() if state in _STATES}
    doubtful = {row.learner_id: row.pk for row in rows if row.disposition == D.NEEDS_DECISION and row.learner_id}
    for part in queries.batched(list(doubtful)):
        kept = Learner.objects.filter(Q(on_hold_since__isnull=False) | Q(erased_at__isnull=False), pk__in=part)
        for pk, erased_at in kept.values_list("pk", "erased_at"):
            found[doubtful[pk]] = NotRecorded.ERASED if erased_at else NotRecorded.ON_HOLD
    return found


def seen_of(rows: Sequence[RosterRow]) -> str:
    """Equal as long as these are the same people, in the same order."""
    people = json.dumps([[row.row_no, row.email_key] for row in rows])
    return hashlib.sha256(people.encode()).hexdigest()


def _refuse_twice(roster: Roster, once: UUID) -> None:
    if roster.status == RosterStatus.UPLOADED:
        raise InvalidInput(BEING_READ.format(roster=roster))
    event = _recorded(roster).filter(details__once=str(once)).first()
    if event is not None:
        raise AlreadyTaken(f"{_told(event)} Nothing was recorded twice.")


def _recorded(roster: Roster) -> QuerySet[AuditEvent]:
    events = AuditEvent.objects.filter(subject="roster", subject_uuid=roster.uuid, verb=GIVE)
    return events.select_related("actor").order_by("-pk")


def _told(event: AuditEvent) -> str:
    who = event.actor.display_name if event.actor else "Somebody"
    count, at = event.details["rows"], f"{timezone.localtime(event.at):%H:%M}"
    return f"{who} recorded a yes for {count:,} {'person' if count == 1 else 'people'} of this list at {at}."


def _as_shown(
    roster: Roster, rows: Sequence[RosterRow], answer: consent.Answer, among: AskedState | None, seen: str
) -> list[RosterRow]:
    """The rows for which it is recorded, if they are still those that were shown.

    Raises:
        InvalidInput: others would be recorded.
    """
    now, ids = timezone.now(), open_ids(roster)
    needing = _needing(roster, [row for row in rows if ids is None or row.pk in ids], among, now)
    against = _against(roster, needing, answer)
    going = [row for row in needing if row.pk not in against][:MOST_AT_ONCE]
    if not going or seen_of(going) != seen:
        lately = _recorded(roster).filter(at__gt=now - LATELY).first()
        raise InvalidInput(
            "Since this page was shown the list has changed, and a yes would be recorded for others than it named. "
            f"{_told(lately) + ' ' if lately else ''}Look at it again; nothing was recorded now."
        )
    return going


def _make_known(going: Sequence[RosterRow], by: User) -> None:
    """Add who is not known yet, lock all of them, and note on the rows who they are."""
    new = [row for row in going if row.learner_id is None]
    people = ((row.email_key, learners.Person(*_person(row))) for row in new)
    added = learners.add_many(people=people, by=by)
    whose = {row.learner_id for row in going if row.learner_id} | {one.pk for one in added.values()}
    for part in queries.batched(sorted(whose)):
        learners.lock_many(part)
    for rows in queries.batched(new):
        known = Learner.objects.filter(email_key=OuterRef("email_key")).values("pk")[:1]
        RosterRow.objects.filter(pk__in=[row.pk for row in rows]).update(learner=Subquery(known))
        for row in rows:
            row.learner_id = added[row.email_key].pk


def _person(row: RosterRow) -> tuple[str, str, str, str]:
    return row.first_name, row.last_name, row.email, row.student_number


def _record(going: Sequence[RosterRow], answer: consent.Answer, by: User) -> list[ConsentRecord]:
    records: list[ConsentRecord] = []
    alone = replace(answer, evidence_file=None)
    for rows in queries.batched(going):
        theirs = [(Learner(pk=row.learner_id), alone) for row in rows]
        records += consent.record_many(answers=theirs, by=by).records
    if answer.evidence_file:
        consent.evidence.share(records=records, token=answer.evidence_file)
    return records
