"""Corrects a learner's names, address and student number; what was sent stays as it was sent."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from issuing.enums import IssuanceStatus
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Issuance, Learner, User, email_key
from issuing.services import audit
from issuing.services.learners.adding import ADD_AGAIN, Person, asked_to_be_erased, cleaned
from issuing.services.learners.locking import lock_present


@dataclass(frozen=True, slots=True)
class Corrected:
    """A learner as they are now.

    Args:
        changed (list[str]): names of the columns that changed.
        waiting (int): badges that wait and still go out as they were confirmed.
    """

    learner: Learner
    changed: list[str]
    waiting: int


def correct(*, learner: Learner, person: Person, by: User) -> Corrected:
    """Correct who a learner is; their badges, also those that wait, keep what they were confirmed with.

    Raises:
        InvalidInput: a value cannot be used, or the address or number is another learner's.
        AlreadyTaken: the learner was merged or erased meanwhile.
    """
    person = cleaned(person)
    with transaction.atomic():
        locked = lock_present(learner.pk)
        wanted = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "email_key": email_key(person.email),
            "student_number": person.student_number,
        }
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if changed:
            _check_free(locked, wanted)
            _save(locked, {name: wanted[name] for name in changed})
            audit.record("correct", locked, by=by, fields=[name for name in changed if name != "email_key"])
        return Corrected(locked, changed, _waiting_otherwise(locked))


def _check_free(learner: Learner, wanted: dict[str, str]) -> None:
    others = Learner.objects.exclude(pk=learner.pk)
    if other := others.filter(email_key=wanted["email_key"]).first():
        if other.erased_at:
            raise InvalidInput(f"{asked_to_be_erased(other)} Nothing was saved. {ADD_AGAIN}")
        raise InvalidInput(f"{other} has this e-mail address already. If they are one person, merge the two entries.")
    number = wanted["student_number"]
    if number and (other := others.filter(student_number=number).first()):
        raise InvalidInput(f"{other} has this student number already. If they are one person, merge the two entries.")


def _save(learner: Learner, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(learner, name, value)
    try:
        with transaction.atomic():
            learner.save(update_fields=[*values, "search"])
    except IntegrityError as error:
        raise AlreadyTaken("Another learner was given this address or number just now. Nothing was saved.") from error


def _waiting_otherwise(learner: Learner) -> int:
    waiting = Issuance.objects.filter(learner=learner, status=IssuanceStatus.QUEUED)
    as_now = {"first_name": learner.first_name, "last_name": learner.last_name, "email": learner.email}
    return waiting.exclude(**as_now).count()
