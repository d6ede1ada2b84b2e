"""What learners ask for by right: noted with its day, due in a month, closed when it was answered."""

import calendar
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing.enums import Right
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Learner, RightsRequest, User
from issuing.services import audit, learners

OLDEST_DAYS = 366


def due_on(received_on: date) -> date:
    """The same day of the next month, or its last day where it is shorter."""
    year, month = received_on.year + received_on.month // 12, received_on.month % 12 + 1
    return date(year, month, min(received_on.day, calendar.monthrange(year, month)[1]))


def note(*, learner: Learner, right: Right, received_on: date, by: User) -> RightsRequest:
    """Note that a learner asked for something, and when; it is due in a month.

    Args:
        received_on (date): the day it reached the provider, by whatever way.

    Raises:
        InvalidInput: the day has not come yet, or lies more than a year back.
        AlreadyTaken: the same is noted already, or they were erased or merged meanwhile.
    """
    today = timezone.localdate()
    if received_on > today:
        raise InvalidInput("That day has not come yet. Give the day on which they asked.")
    if (today - received_on).days > OLDEST_DAYS:
        raise InvalidInput("That day is more than a year ago; is it mistyped?")
    days = {"received_on": received_on, "due_on": due_on(received_on)}
    try:
        with transaction.atomic():
            locked = learners.lock_present(learner.pk)
            told = {"learner": locked, "right": right, "noted_at": timezone.now(), "noted_by": by}
            asked = RightsRequest.objects.create(**told, **days)
            audit.record("note", asked, by=by, right=str(right))
    except IntegrityError as error:
        raise AlreadyTaken("This request is noted already.") from error
    return asked


def close(*, request: RightsRequest, by: User) -> None:
    """Say that a request was answered.

    Raises:
        AlreadyTaken: a colleague said so already.
    """
    with transaction.atomic():
        still_open = RightsRequest.objects.filter(pk=request.pk, closed_at=None)
        if not still_open.update(closed_at=timezone.now(), closed_by=by):
            raise AlreadyTaken("This request was closed already.")
        audit.record("close", request, by=by)
