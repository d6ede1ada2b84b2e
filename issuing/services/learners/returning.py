"""Adds somebody again who was erased and came back: as somebody new, by a manager's word."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from issuing.exceptions import AlreadyTaken, InvalidInput, NotPermitted
from issuing.models import Learner, RosterRow, User, email_key
from issuing.permissions import is_manager
from issuing.services import audit
from issuing.services.learners.adding import NUMBER_TAKEN, Person, built, cleaned
from issuing.services.learners.locking import lock
from issuing.validators import clean_line

MAX_REASON = 500
OVERTAKEN = "A colleague added this person again a moment ago. Nothing was saved twice."


def add_again(*, person: Person, reason: str, by: User) -> Learner:
    """A new learner with the address of somebody who asked to be erased; the erased entry stays erased.

    The erased entry gives up the key of the address, as one does whose time is over, and says as whom they came back.
    Nothing that was answered before counts for the new one; badges that were sent before do, whatever the address, so
    that none is sent a second time without a person's reason.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: no reason, or a name, the address or the student number cannot be used.
        AlreadyTaken: the address is a learner's, or nobody's who was erased.
    """
    if not is_manager(by):
        raise NotPermitted("Only a manager may add somebody again who asked to be erased.")
    person, reason = cleaned(person), clean_line(reason, label="reason", most=MAX_REASON)
    if not reason:
        raise InvalidInput("Say why they are added again; they asked to be erased. Nothing was saved.")
    key = email_key(person.email)
    try:
        with transaction.atomic():
            erased = _erased(key)
            _give_up(erased, key)
            learner = built(key, person, person.student_number)
            learner.save(force_insert=True)
            Learner.objects.filter(Q(pk=erased.pk) | Q(came_back_as=erased)).update(came_back_as=learner)
            RosterRow.objects.filter(learner=erased, email_key=key).update(learner=learner)
            audit.record("add_again", learner, by=by, erased_on=_day(erased), reason=reason)
    except IntegrityError as error:
        raise InvalidInput(NUMBER_TAKEN) from error
    return learner


def _erased(key: str) -> Learner:
    """Whoever was erased under this key, locked."""
    known = Learner.objects.filter(email_key=key).first()
    locked = lock(known.pk) if known is not None else None
    # Two managers may press at once: the second finds the key given up by then.
    if locked is None or locked.erased_at is None or locked.email_key != key:
        raise AlreadyTaken(OVERTAKEN)
    return locked


def _day(erased: Learner) -> str:
    return timezone.localdate(erased.erased_at).isoformat()


def _give_up(erased: Learner, key: str) -> None:
    given_up = erased.given_up_key
    Learner.objects.filter(pk=erased.pk).update(email_key=given_up)
    # Blanked then, and to stay nobody's. Rows that came since name the person, and become the new entry's.
    blank = RosterRow.objects.filter(learner=erased, email_key=key, first_name="", last_name="", email="")
    blank.update(email_key=given_up)
