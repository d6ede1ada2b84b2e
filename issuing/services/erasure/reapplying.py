"""Cleans a restored backup of everybody who was erased since it was made."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Erasure, Learner
from issuing.services import learners
from issuing.services.erasure import files, lists, sweeping
from issuing.services.erasure.erasing import blank, check_settled, check_whole, locked_files, names_of


@dataclass(frozen=True, slots=True)
class Reapplied:
    """What going through the list came to.

    Args:
        erased (int): people who stood in the database again, and were erased.
        waiting (list[str]): uuids of learners who could not be, for a call for them has not ended.
    """

    listed: int
    erased: int
    waiting: list[str]


def reapply() -> Reapplied:
    """Erase everybody on the list again who stands in the database; whoever is not there stays known as erased.

    Each in a transaction of their own; again and again it does no harm. The list beside the database is written anew.
    """
    erased, waiting = 0, []
    every = list(Erasure.objects.select_related("erased_by").order_by("pk"))
    for erasure in every:
        try:
            erased += int(_reapply(erasure))
        except (InvalidInput, AlreadyTaken):
            waiting.append(str(erasure.learner_uuid))
    lists.rewrite()
    sweeping.tidy()
    return Reapplied(len(every), erased, waiting)


def _reapply(erasure: Erasure) -> bool:
    """Whether they had come back."""
    found = [one for one in _entries(erasure) if not is_blank(one)]
    for learner in found:
        _erase_again(learner, erasure)
    if not Learner.objects.filter(email_key=erasure.email_keys[0]).exists():
        _remember(erasure)
    Erasure.objects.filter(pk=erasure.pk).update(reapplied_at=timezone.now())
    return bool(found)


def _entries(erasure: Erasure) -> list[Learner]:
    """Their entries here: by their uuids, or by today's address; an earlier address may be somebody else's by now."""
    wanted = Learner.objects.filter(uuid__in=[erasure.learner_uuid, *erasure.entries])
    same = Learner.objects.filter(email_key=erasure.email_keys[0])
    return list((wanted | same).filter(merged_into=None).order_by("pk"))


def is_blank(learner: Learner) -> bool:
    """Whether nothing is left that names them."""
    said = (learner.first_name, learner.last_name, learner.email, learner.student_number)
    badges = learner.issuances.exclude(first_name="", last_name="", email="")
    rows = files.naming_rows(learner)
    return learner.erased_at is not None and not any(said) and not badges.exists() and not rows.exists()


def _erase_again(learner: Learner, erasure: Erasure) -> None:
    unread = files.unread_naming(names_of(learner))
    with transaction.atomic():
        of_rows, unread = locked_files(learner, unread)
        locked = learners.lock(learner.pk)
        check_whole(locked, [*of_rows, *unread])
        check_settled(locked)
        at, by = timezone.now(), erasure.erased_by
        blank(locked, of_rows=of_rows, unread=unread, erasure=erasure, by=by, at=at)


def _remember(erasure: Erasure) -> None:
    """An entry that says no more than that they were erased, so that nobody adds them unknowing."""
    known = Learner.objects.filter(uuid=erasure.learner_uuid).exists()
    own = {} if known else {"uuid": erasure.learner_uuid}
    Learner.objects.create(email_key=erasure.email_keys[0], erased_at=erasure.erased_at, **own)
