"""Adds learners and finds the one a name and address belong to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Learner, User, email_key
from issuing.services import audit
from issuing.validators import clean_name, clean_student_number, normalise_email

CHUNK = 500
NOTHING: Mapping[str, str] = {}
NUMBER_TAKEN = "Another learner has this student number already. Nothing was saved."
ADD_AGAIN = "If they agreed anew, a manager can add them again, under Add a learner."


@dataclass(frozen=True, slots=True)
class Person:
    """Names, address and optional student number as they were typed or read."""

    first_name: str
    last_name: str
    email: str
    student_number: str = ""


def cleaned(person: Person) -> Person:
    """The person as they are kept.

    Raises:
        InvalidInput: a name, the address or the student number cannot be used.
    """
    return Person(
        clean_name(person.first_name),
        clean_name(person.last_name, label="last name"),
        normalise_email(person.email),
        clean_student_number(person.student_number),
    )


def asked_to_be_erased(learner: Learner) -> str:
    """The sentence about an address whose owner was erased at their own request."""
    assert learner.erased_at is not None  # noqa: S101 - asked for only of somebody erased
    day = f"{timezone.localtime(learner.erased_at):%-d %B %Y}"
    return f"Whoever has this e-mail address asked to be erased here on {day}."


def add(*, person: Person, by: User) -> Learner:
    """A new learner with this address.

    Raises:
        AlreadyTaken: the address is a learner's already, or of somebody who asked to be erased.
        InvalidInput: a name, the address or the student number cannot be used, or the number is somebody else's.
    """
    person = cleaned(person)
    key = email_key(person.email)
    known = Learner.objects.filter(email_key=key).first()
    if known is not None and known.erased_at:
        raise AlreadyTaken(f"{asked_to_be_erased(known)} Nothing was saved. {ADD_AGAIN}")
    if known is not None:
        raise AlreadyTaken("A learner with this e-mail address exists already. Nothing was saved.")
    return find_or_add(person=person, by=by)


def find_or_add(*, person: Person, by: User | None) -> Learner:
    """The learner with this address, added where there is none; an existing one's names stay as they are.

    Raises:
        InvalidInput: a name, the address or the student number cannot be used, or the number is somebody else's.
    """
    person = cleaned(person)
    key = email_key(person.email)
    known = Learner.objects.filter(email_key=key).first()
    if known is not None:
        return known
    learner = built(key, person, person.student_number)
    try:
        with transaction.atomic():
            learner.save(force_insert=True)
            audit.record("add", learner, by=by)
    except IntegrityError:
        return _known_by_now(key)
    return learner


def add_many(*, people: Iterable[tuple[str, Person]], by: User | None) -> dict[str, Learner]:
    """The learners of many people, by the key of their address; those not known yet are added.

    Of several people under one key the first counts. A student number that is somebody else's already is left out of
    the new learner.

    Args:
        people: the key of each address, and the person, cleaned already as `validators` and `sheets.people` do.
    """
    wanted: dict[str, Person] = {}
    for key, person in people:
        wanted.setdefault(key, person)
    found = _by_key(wanted)
    new = {key: wanted[key] for key in sorted(wanted.keys() - found.keys())}
    if new:
        with transaction.atomic():
            found |= _added(new, by)
    return found


def _added(new: Mapping[str, Person], by: User | None) -> dict[str, Learner]:
    """Insert people nobody knew a moment ago; who was added by somebody else meanwhile is taken as they are."""
    made = _inserted(new, _free_numbers(new))
    found = _by_key(new)
    late = {key: person for key, person in new.items() if key not in found}  # their number was taken meanwhile
    if late:
        made |= _inserted(late, {})
        found |= _by_key(late)
    added = [(learner, NOTHING) for key, learner in found.items() if learner.uuid == made[key].uuid]
    audit.record_many("add", added, by=by)
    return found


def _inserted(new: Mapping[str, Person], numbers: Mapping[str, str]) -> dict[str, Learner]:
    made = {key: built(key, person, numbers.get(key, "")) for key, person in new.items()}
    Learner.objects.bulk_create(made.values(), batch_size=CHUNK, ignore_conflicts=True)
    return made


def _free_numbers(new: Mapping[str, Person]) -> dict[str, str]:
    """The student number of each person whose number is nobody's yet; of several with one number the first's."""
    taken = _taken_numbers(person.student_number for person in new.values())
    free: dict[str, str] = {}
    for key, person in new.items():
        if person.student_number and person.student_number not in taken:
            free[key] = person.student_number
            taken.add(person.student_number)
    return free


def built(key: str, person: Person, student_number: str) -> Learner:
    """The entry of a person, not saved."""
    return Learner(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        email_key=key,
        student_number=student_number,
    )


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
        raise InvalidInput(NUMBER_TAKEN)
    return learner
