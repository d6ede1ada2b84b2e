"""Notes who is under 13, of whom nothing is sent whoever agrees, and who is not any more; keeps no birthday."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Learner, User
from issuing.services import audit, learners
from issuing.services.consent.stopping import Stopped, stop
from issuing.validators import clean_line

MAX_REASON = 300


def note_under_13(*, learner_ids: Collection[int], by: User) -> Stopped:
    """Note that learners are under 13, and cancel what waits for them; who is noted or was erased stays as they are."""
    now, done = timezone.now(), Stopped()
    with transaction.atomic():
        learners.lock_many(learner_ids)
        noted = list(Learner.objects.present().filter(pk__in=learner_ids, under_13_since=None).order_by("pk"))
        Learner.objects.filter(pk__in=[one.pk for one in noted]).update(under_13_since=now)
        stopped = stop([one.pk for one in noted], now)
        for one in noted:
            theirs = stopped.get(one.pk, Stopped())
            audit.record("note_under_13", one, by=by, **theirs.told)
            done += theirs
    return done


def note_13(*, learner: Learner, reason: str, by: User) -> None:
    """Note that a learner is 13 or over: what they, or somebody for them, answered counts from now on.

    Raises:
        InvalidInput: no reason says how this is known.
        AlreadyTaken: it is noted already, or they were merged or erased.
    """
    reason = clean_line(reason, label="reason", most=MAX_REASON)
    if not reason:
        raise InvalidInput("Say how you know that they are 13 or over.")
    with transaction.atomic():
        locked = learners.lock_present(learner.pk)
        if locked.under_13_since is None:
            raise AlreadyTaken(f"{locked} is not noted as under 13 any more.")
        Learner.objects.filter(pk=locked.pk).update(under_13_since=None)
        audit.record("note_13", locked, by=by, reason=reason)


def came_of_age(*, learner_ids: Collection[int], by: User) -> int:
    """Take the note off learners whose date of birth in a file says that they are 13 by now; how many had it."""
    with transaction.atomic():
        learners.lock_many(learner_ids)
        noted = list(Learner.objects.present().filter(pk__in=learner_ids).exclude(under_13_since=None).order_by("pk"))
        Learner.objects.filter(pk__in=[one.pk for one in noted]).update(under_13_since=None)
        for one in noted:
            audit.record("note_13", one, by=by)
    return len(noted)
