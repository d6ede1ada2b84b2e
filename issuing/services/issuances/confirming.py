"""Confirms badges for learners who agreed: from here on they are on their way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import ConsentState
from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady
from issuing.models import TAKEN, Badge, Issuance, Learner, Roster, RosterRow, User, email_key
from issuing.models.inserting import insert_many
from issuing.services import audit, badges, learners
from issuing.services.issuances.numbering import FIRST, Numbered, numbered
from issuing.services.learners import Person
from issuing.validators import clean_name, normalise_email
from issuing.workflow.likeness import same_name


@dataclass(frozen=True, slots=True)
class Details:
    """What may be sent beside names and address, as it will be sent; empty is not sent. Dates as ISO 8601."""

    organisation: str = ""
    issue_date: str = ""
    end_date: str = ""
    evidence_text: str = ""
    evidence_url: str = ""


NO_DETAILS = Details()
DETAILS = tuple(field.name for field in fields(Details))
_OF_ROW = ("learner_id", "email_key", "first_name", "last_name", "email", *DETAILS)


def check_issuable(badge: Badge) -> None:
    """Refuse a badge that cannot be issued as things stand.

    Raises:
        InvalidInput: it is held, not published or not made in Navigatr.
    """
    if not Badge.objects.issuable().filter(pk=badge.pk).exists():
        why = badge.hold_detail or f"Navigatr says it is {badge.status or 'of an unknown status'}"
        raise InvalidInput(f"The badge {badge.name} cannot be issued now: {why.rstrip('.')}. Nothing was sent.")


def issue(
    *, badge: Badge, person: Person, details: Details = NO_DETAILS, key: UUID | None = None, by: User
) -> Issuance:
    """Confirm one badge for one learner who is known and agreed; it is sent as soon as the limit allows.

    Args:
        key (UUID | None): the new issuance's uuid, chosen by whoever asks: asked again with it, the same is returned.

    Raises:
        InvalidInput: a name or the address cannot be used or is somebody else's, or the badge cannot be issued.
        NothingReady: there is no current consent, or the learner is on hold or was erased.
        AlreadyTaken: they are being sent this badge or have it, from here or from elsewhere.
        NavigatrError: who has the badge from elsewhere was not known for ten minutes, and could not be read.
    """
    person = _cleaned(person)
    known = Learner.objects.filter(email_key=email_key(person.email)).first()
    if known is None:
        check_issuable(badge)
        raise NothingReady(f"No consent is recorded for {person.email}. Record it first; nothing was sent.")
    if key is None or not Issuance.objects.filter(uuid=key).exists():
        badges.refresh_recipients(badge)
    with transaction.atomic():
        learner = learners.lock(known.pk)
        if key and (same := Issuance.objects.filter(uuid=key, badge=badge, learner=learner).first()):
            return same
        check_issuable(badge)
        now = timezone.now()
        _check_person(learner, person)
        _check_agreed(badge, learner, now)
        again = _check_free(badge, learner)
        issuance = _queued(badge, learner, person, details, again, key or uuid4(), by, now)
        audit.record("confirm", issuance, by=by, badge=badge.navigatr_id, **_told(again))
        enqueue.send(badge.provider.connection_id)
    return issuance


def _cleaned(person: Person) -> Person:
    first, last = clean_name(person.first_name), clean_name(person.last_name, label="last name")
    return Person(first, last, normalise_email(person.email))


def _check_person(learner: Learner, person: Person) -> None:
    """Refuse where the consent on record may be somebody else's, or the learner is not to be sent anything."""
    if learner.lapsed_at:
        raise NothingReady("The time was over for which this person is kept. Add them anew; nothing was sent.")
    if learner.erased_at:
        raise NothingReady(f"{learners.asked_to_be_erased(learner)} Nothing was sent. {learners.ADD_AGAIN}")
    if learner.on_hold_since:
        raise NothingReady(f"{learner} is on hold; nothing was sent. Take the hold off first.")
    if not same_name(person, learner):
        raise InvalidInput(
            f"{learner.email} is known here as {learner}, whose consent is not {person.first_name} "
            f"{person.last_name}’s. Correct the name or the address; nothing was sent."
        )


def _check_agreed(badge: Badge, learner: Learner, now: datetime) -> None:
    state = queries.consent_of(learner.pk, badge, now=now).state
    if state == ConsentState.NONE:
        raise NothingReady(f"No consent to this badge is recorded for {learner}. Record it first; nothing was sent.")
    if state == ConsentState.UNDER_13:
        raise NothingReady(f"{learner} is under 13, and Navigatr is for people of 13 and over; nothing was sent.")
    if state != ConsentState.GIVEN:
        raise NothingReady(f"{learner} did not agree to this badge ({state.label.lower()}); nothing was sent.")


def _check_free(badge: Badge, learner: Learner) -> Numbered:
    """Refuse where they have it or are being sent it; else the number it gets, which is the next where they had it."""
    holding = queries.holding(badge, learner.email_key, learner.pk)
    if not (holding.is_held or holding.is_open):
        return numbered(holding)
    if any(one.email_key != learner.email_key for one in holding.ours):
        raise AlreadyTaken(
            f"{learner} was sent this badge at another address already; nothing was sent. To send it again, open that "
            "badge and choose Wrong person or address."
        )
    if any(not record.is_over for record in holding.records):
        raise AlreadyTaken(f"{learner} has this badge already, as Navigatr shows; nothing was sent.")
    raise AlreadyTaken(TAKEN)


def _told(again: Numbered) -> dict[str, int]:
    return {"reissue_no": again.number} if again.number else {}


def _queued(
    badge: Badge,
    learner: Learner,
    person: Person,
    details: Details,
    again: Numbered,
    key: UUID,
    by: User,
    now: datetime,
) -> Issuance:
    try:
        with transaction.atomic():
            return Issuance.objects.create(
                uuid=key,
                badge=badge,
                learner=learner,
                email_key=learner.email_key,
                reissue_no=again.number,
                reissue_reason=again.reason,
                replaces_id=again.replaces_id,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                changed_at=now,
                confirmed_at=now,
                confirmed_by=by,
                **{name: getattr(details, name) for name in DETAILS},
            )
    except IntegrityError as error:
        raise AlreadyTaken(TAKEN) from error


def queue_rows(
    *,
    roster: Roster,
    rows: Sequence[RosterRow],
    by: User,
    at: datetime,
    not_before: datetime | None = None,
    again: Mapping[int, Numbered] = MappingProxyType({}),
) -> None:
    """Confirm a roster's ready rows, in the caller's transaction; a row whose key is taken by now is left out.

    Args:
        again: by the row's id, the number it gets; a row that is not named gets the first.
    """
    common: dict[str, Any] = {"badge_id": roster.badge_id, "roster_id": roster.pk, "confirmed_by_id": by.pk}
    common |= {"changed_at": at, "confirmed_at": at, "not_before": not_before}
    made = (_of_row(row) | _of_number(again.get(row.pk, FIRST)) for row in rows)
    insert_many(Issuance, made, common=common, skip_taken=True)


def _of_row(row: RosterRow) -> dict[str, Any]:
    return {"row_id": row.pk} | {name: getattr(row, name) for name in _OF_ROW}


def _of_number(again: Numbered) -> dict[str, Any]:
    return {"reissue_no": again.number, "reissue_reason": again.reason, "replaces_id": again.replaces_id}
