"""Blanks a learner whose time is over, as erasing does, but off the list of erasures: nobody asked for it."""

from datetime import datetime

from django.db.models import QuerySet

from issuing.models import Learner
from issuing.services import audit, learners
from issuing.services.erasure import blanking, files
from issuing.services.erasure.erasing import check_settled, check_whole, locked_files, names_of


def lapse(*, learner: Learner, among: QuerySet[Learner], at: datetime) -> bool:
    """Blank everything about a learner, in the caller's transaction, if they are still one of `among` once locked.

    What is sent to the same address later is a new learner's; their badges keep the key of the address, so that none
    is sent a second time. Locks rosters, then the learner, then badges.

    Returns:
        False where they showed a sign of life meanwhile; nothing was changed.

    Raises:
        AlreadyTaken: they were merged, erased, or a class list about them changed at this very moment.
        InvalidInput: a call for them has not ended.
    """
    of_rows, unread = locked_files(learner, [])
    locked = learners.lock_present(learner.pk)
    check_whole(locked, [*of_rows, *unread])
    check_settled(locked)
    if not among.filter(pk=locked.pk).exists():
        return False
    names = names_of(locked)
    blanking.cancel_waiting(locked, at)
    files.blank_rows(locked)
    files.forget(of_rows, [], names)
    blanking.acts(locked)
    blanking.issuances(locked)
    blanking.consent(locked)
    blanking.asking(locked, at, None)
    blanking.learner_itself(locked, at)
    Learner.objects.filter(pk=locked.pk).update(lapsed_at=at, email_key=f"lapsed:{locked.uuid.hex}")
    audit.record("lapse", locked, by=None)
    return True
