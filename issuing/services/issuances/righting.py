"""Puts badges right by a person's decision: corrects one that Navigatr refused, stops one, issues one again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import ConsentState, IssuanceStatus, RosterStatus, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady
from issuing.models import TAKEN, Issuance, Learner, Revocation, Roster, User, email_key
from issuing.models.searching import search_key
from issuing.services import audit, learners
from issuing.services.issuances.confirming import DETAILS, Details, check_issuable
from issuing.services.issuances.numbering import HasItAlready, Numbered, numbered
from issuing.services.issuances.revoking import revoke
from issuing.services.learners import Person
from issuing.validators import clean_line, clean_name, normalise_email
from issuing.workflow.likeness import same_name

S = IssuanceStatus
MAX_REASON = 500
MOVED_ON = "A colleague or the background worker was faster: look at what the badge is doing now. Nothing was changed."
WRONG_ADDRESS = "This badge was sent to a wrong address."
"""What whoever got it reads at Navigatr: nothing of the right person."""


@dataclass(frozen=True, slots=True)
class Redirected:
    """A badge sent to the right person, and the revoking of the one that went astray.

    Args:
        revocation (Revocation | None): None where nobody got the badge, or Navigatr's record of it is not known.
    """

    issuance: Issuance
    revocation: Revocation | None


def cancel(*, issuance: Issuance, attempt_no: int, by: User) -> None:
    """Stop one badge that waits or was refused.

    Args:
        attempt_no (int): as the page showed it.

    Raises:
        AlreadyTaken: it is past stopping, or was stopped already.
    """
    with transaction.atomic():
        stopped = Issuance.step(
            issuance.pk,
            attempt_no=attempt_no,
            sources=[S.QUEUED, S.REJECTED],
            to=S.CANCELLED,
            at=timezone.now(),
            reason=StatusReason.STOPPED_BY_STAFF,
        )
        if not stopped:
            raise AlreadyTaken(MOVED_ON)
        audit.record("cancel", issuance, by=by)


def looked(*, issuance: Issuance, reason: str, by: User) -> None:
    """Note that a person looked whether a badge was sent twice, and what they did about it.

    Raises:
        InvalidInput: no reason.
        AlreadyTaken: a colleague did so already.
    """
    reason = clean_line(reason, label="reason", most=MAX_REASON)
    if not reason:
        raise InvalidInput("Say what you saw at Navigatr, and what you did.")
    with transaction.atomic():
        marked = Issuance.objects.filter(pk=issuance.pk, perhaps_twice_since__isnull=False)
        if not marked.update(perhaps_twice_since=None):
            raise AlreadyTaken(MOVED_ON)
        audit.record("look", issuance, by=by, reason=reason)


def correct(
    *, issuance: Issuance, attempt_no: int, person: Person, details: Details, again_reason: str = "", by: User
) -> None:
    """Correct a badge that Navigatr refused, and the learner with it, and let it be sent.

    Args:
        attempt_no (int): as the page showed it.
        again_reason (str): why it is sent although the learner has the badge already.

    Raises:
        InvalidInput: a value cannot be used, the address is another learner's, or the badge cannot be issued.
        NothingReady: there is no current consent, the learner is on hold, or the roster was stopped.
        HasItAlready: they have the badge; give a reason.
        AlreadyTaken: the badge is on its way to them already, or a colleague was faster.
    """
    person, reason = _cleaned(person), _reason(again_reason)
    with transaction.atomic():
        learner = _allowed(issuance, person, by)
        _check_roster(issuance)
        key = email_key(person.email)
        again = _numbered(issuance, learner, key, reason)
        values = _values(person, details) | {"email_key": key, "reissue_no": again.number, "not_before": None}
        values["reissue_reason"] = again.reason or issuance.reissue_reason
        _requeue(issuance, attempt_no, values)
        audit.record("correct", issuance, by=by, reissue_no=again.number)
        enqueue.send(issuance.badge.provider.connection_id)


def reissue(*, issuance: Issuance, person: Person, details: Details, reason: str, by: User) -> Issuance:
    """Issue a sent badge again, to the same learner, perhaps at a corrected address; the two are linked.

    Raises:
        InvalidInput: there is no reason, a value cannot be used, or the badge was never sent.
        NothingReady: there is no current consent, or the learner is on hold.
        AlreadyTaken: this badge is on its way to them already.
    """
    person, reason = _cleaned(person), _reason(reason)
    if not reason:
        raise InvalidInput("Say why the badge is issued again.")
    with transaction.atomic():
        learner = _allowed(issuance, person, by)
        if not Issuance.objects.filter(pk=issuance.pk, status=S.ISSUED).exists():
            raise InvalidInput("Only a badge that was sent can be issued again.")
        key = email_key(person.email)
        again = _numbered(issuance, learner, key, reason)
        made = _again(issuance, learner, _values(person, details), key, again, by)
        audit.record("confirm", made, by=by, replaces=str(issuance.uuid), reissue_no=again.number)
        enqueue.send(issuance.badge.provider.connection_id)
    return made


def redirect(
    *, issuance: Issuance, person: Person, details: Details, reason: str, is_with_somebody_else: bool, by: User
) -> Redirected:
    """Send a badge that went astray to the right address, and have it revoked where somebody else may have it.

    Raises:
        InvalidInput, NothingReady, AlreadyTaken: as for `reissue`; nothing is revoked then either.
    """
    with transaction.atomic():
        made = reissue(issuance=issuance, person=person, details=details, reason=reason, by=by)
        revocation = None
        if is_with_somebody_else and issuance.assertions.exists() and not issuance.revocations.exists():
            revocation = revoke(issuance=issuance, reason=WRONG_ADDRESS, by=by)
    return Redirected(made, revocation)


def _allowed(issuance: Issuance, person: Person, by: User) -> Learner:
    """The locked learner with their corrected names and address, who agrees to this badge now."""
    check_issuable(issuance.badge)
    # Whoever was erased after it was sent, and came back, is somebody new who agreed anew.
    learner = learners.lock_present(issuance.learner.came_back_as_id or issuance.learner_id)
    if learner.on_hold_since:
        raise NothingReady(f"{learner} is on hold; nothing was sent. Take the hold off first.")
    if not same_name(person, learner):
        raise InvalidInput(
            f"{person.first_name} {person.last_name} seems to be somebody else than {learner}, whose consent is not "
            "theirs. For somebody else issue a badge of their own; nothing was sent."
        )
    learner = _correct_learner(issuance, learner, person, by)
    state = queries.consent_of(learner.pk, issuance.badge, now=timezone.now()).state
    if state == ConsentState.UNDER_13:
        raise NothingReady(f"{learner} is under 13, and Navigatr is for people of 13 and over; nothing was sent.")
    if state != ConsentState.GIVEN:
        raise NothingReady(f"{learner} does not agree to this badge ({state.label.lower()}); nothing was sent.")
    return learner


def _correct_learner(issuance: Issuance, learner: Learner, person: Person, by: User) -> Learner:
    """What was changed in the badge is wrong with the learner too; what was left alone stays as it is with them."""
    wanted = {
        name: getattr(person, name) if getattr(person, name) != getattr(issuance, name) else getattr(learner, name)
        for name in ("first_name", "last_name", "email")
    }
    corrected = Person(**wanted, student_number=learner.student_number)
    return learners.correct(learner=learner, person=corrected, by=by).learner


def _numbered(issuance: Issuance, learner: Learner, key: str, reason: str) -> Numbered:
    """The number under which the badge may be sent to this address, in words of its own where it may not."""
    holding = queries.holding(issuance.badge, key, learner.pk)
    if holding.is_open:
        raise AlreadyTaken(f"This badge is on its way to {learner} already; nothing was done twice.")
    if holding.is_held and not reason:
        raise HasItAlready(f"{learner} has this badge already. To send another, say why; else stop this one.")
    return numbered(holding, reason, otherwise=0 if issuance.status == S.ISSUED else issuance.reissue_no)


def _requeue(issuance: Issuance, attempt_no: int, values: dict[str, Any]) -> None:
    if queries.accepted_attempts(issuance.pk).exists():
        raise AlreadyTaken("Navigatr has answered one try of this badge with a yes: it may have been sent already.")
    try:
        with transaction.atomic():
            done = Issuance.step(
                issuance.pk, attempt_no=attempt_no, sources=[S.REJECTED], to=S.QUEUED, at=timezone.now(), **values
            )
    except IntegrityError as error:
        raise AlreadyTaken(TAKEN) from error
    if not done:
        raise AlreadyTaken(MOVED_ON)


def _again(first: Issuance, learner: Learner, values: dict[str, str], key: str, again: Numbered, by: User) -> Issuance:
    now: datetime = timezone.now()
    values = {name: value for name, value in values.items() if not name.endswith("_key")}
    fixed = {"badge": first.badge, "learner": learner, "replaces": first, "email_key": key, "reissue_no": again.number}
    told = {"reissue_reason": again.reason, "changed_at": now, "confirmed_at": now, "confirmed_by": by}
    try:
        with transaction.atomic():
            return Issuance.objects.create(**fixed, **told, **values)
    except IntegrityError as error:
        raise AlreadyTaken(TAKEN) from error


def _values(person: Person, details: Details) -> dict[str, str]:
    names = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
    keys = {"first_key": search_key(person.first_name), "last_key": search_key(person.last_name)}
    return names | keys | {name: getattr(details, name) for name in DETAILS}


def _check_roster(issuance: Issuance) -> None:
    if issuance.roster_id and Roster.objects.filter(pk=issuance.roster_id, status=RosterStatus.STOPPED).exists():
        raise NothingReady("This roster was stopped, so nothing more of it is sent. Issue this badge on its own.")


def _cleaned(person: Person) -> Person:
    first = clean_name(person.first_name)
    last = clean_name(person.last_name, label="last name")
    return replace(person, first_name=first, last_name=last, email=normalise_email(person.email))


def _reason(text: str) -> str:
    return clean_line(text, label="reason", most=MAX_REASON)
