"""Finds the learner whom a command is about."""

import contextlib
from uuid import UUID

from django.db.models import Q

from issuing.exceptions import InvalidInput
from issuing.models import Learner, email_key


def learner_called(who: str) -> Learner:
    """The learner with this address, student number or uuid.

    Raises:
        InvalidInput: there is none, or they were erased or merged.
    """
    who = who.strip()
    wanted = Q(email_key=email_key(who)) if "@" in who else Q(student_number=who) if who else Q(pk=None)
    with contextlib.suppress(ValueError):
        wanted |= Q(uuid=UUID(who))
    found = Learner.objects.present().filter(wanted).first()
    if found is None:
        raise InvalidInput(f"No learner here is known by “{who}”.")
    return found
