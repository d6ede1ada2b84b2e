"""Adds learners and finds the one a name and address belong to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from issuing.exceptions import InvalidInput
from issuing.models import Learner, User, email_key
from issuing.services import audit
from issuing.validators import clean_name, normalise_email

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Names, address and optional student number as they were typed or read."""

    first_name: str
    last_name: str
    email: str
    student_number: str = ""


def lock(learner_id: int) -> Learner:
    """Lock a learner until the transaction ends. Read their consent in a later statement."""
    return Learner.objects.select_for_update().get(pk=learner_id)


def find_or_add(*, person: Person, by: User | None) -> Learner:
    """The learner with this address, added where there is none; an existing one's names stay as they are.

    Raises:
        InvalidInput: a name or the address cannot be used, or the student number is somebody else's.
    """
    first_name, last_name = clean_name(person.first_name), clean_name(person.last_name)
    email = normalise_email(person.email)
    key = email_key(email)
    known = Learner.objects.filter(email_key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            learner = Learner.objects.create(
                first_name=first_name,
                last_name=last_name,
                email=email,
                email_key=key,
                student_number=person.student_number,
            )
            audit.record("add", learner, by=by)
    except IntegrityError:
        return _known_by_now(key)
    return learner


def add_many(*, people: Iterable[tuple[str, Person]], by: User | None) -> dict[str, Learner]:
    """The learners of many checked people, by the key of their address; those not known yet are added.

    A student number that is somebody else's already is left out of the new learner.
    """
    wanted = dict(people)
    found = _by_key(wanted)
    new = {key: person for key, person in wanted.items() if key not in found}
    with transaction.atomic():
        taken = _taken_numbers(person.student_number for person in new.values())
        for key, person in new.items():
            number = "" if person.student_number in taken else person.student_number
            taken.add(number)
            learner = Learner(
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                email_key=key,
                student_number=number,
            )
            found[key] = learner
        Learner.objects.bulk_create([found[key] for key in new], batch_size=CHUNK, ignore_conflicts=True)
    return _by_key(wanted) if new else found


def _by_key(keys: Iterable[str]) -> dict[str, Learner]:
    every = list(keys)
    found: dict[str, Learner] = {}
    for start in range(0, len(every), CHUNK):
        for learner in Learner.objects.filter(email_key__in=every[start : start + CHUNK]):
            found[learner.email_key] = learner
    return found


def _taken_numbers(numbers: Iterable[str]) -> set[str]:
    every = [number for number in numbers if number]
    taken: set[str] = set()
    for start in range(0, len(every), CHUNK):
        known = Learner.objects.filter(student_number__in=every[start : start + CHUNK])
        taken.update(known.values_list("student_number", flat=True))
    return taken


def _known_by_now(key: str) -> Learner:
    learner = Learner.objects.filter(email_key=key).first()
    if learner is None:
        raise InvalidInput("Another learner has this student number already. Nothing was saved.")
    return learner
