"""Puts learners on hold: while they are, nothing that waits for them is sent."""

from django.db import transaction
from django.utils import timezone

from issuing import enqueue
from issuing.enums import IssuanceStatus
from issuing.exceptions import AlreadyTaken
from issuing.models import Issuance, Learner, User
from issuing.services import audit
from issuing.services.learners.locking import lock_present
from issuing.validators import clean_line

MAX_NOTE = 500


def hold(*, learner: Learner, note: str, by: User) -> Learner:
    """Put a learner on hold; their badges that wait stay waiting.

    A badge whose call has been claimed by now is not stopped.

    Raises:
        InvalidInput: the note cannot be kept.
        AlreadyTaken: they are on hold, merged or erased already.
    """
    note = clean_line(note, label="reason", most=MAX_NOTE)
    with transaction.atomic():
        locked = lock_present(learner.pk)
        if locked.on_hold_since is not None:
            raise AlreadyTaken(f"{locked} is on hold already.")
        locked.on_hold_since, locked.on_hold_note = timezone.now(), note
        locked.save(update_fields=["on_hold_since", "on_hold_note"])
        audit.record("hold", locked, by=by)
    return locked


def release(*, learner: Learner, by: User) -> Learner:
    """Take the hold off and wake what waits.

    Raises:
        AlreadyTaken: they are not on hold any more, or were merged or erased.
    """
    with transaction.atomic():
        locked = lock_present(learner.pk)
        if locked.on_hold_since is None:
            raise AlreadyTaken(f"{locked} is not on hold any more.")
        locked.on_hold_since, locked.on_hold_note = None, ""
        locked.save(update_fields=["on_hold_since", "on_hold_note"])
        audit.record("release", locked, by=by)
        waiting = Issuance.objects.filter(learner=locked, status=IssuanceStatus.QUEUED).order_by()
        for connection_id in set(waiting.values_list("badge__provider__connection", flat=True)):
            enqueue.send(connection_id)
    return locked
