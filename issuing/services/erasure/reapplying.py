"""Cleans a restored backup of everybody who was erased since it was made."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
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
        since (list[str]): uuids of learners who were added under such an address since, and were left as they are.
    """

    listed: int
    erased: int
    waiting: list[str]
    since: list[str] = field(default_factory=list)


def reapply() -> Reapplied:
    """Erase everybody on the list again who stands in the database; whoever is not there stays known as erased.

    Each in a transaction of their own; again and again it does no harm. The list beside the database is written anew.
    """
    erased, waiting, since = 0, [], set[str]()
    every = list(Erasure.objects.select_related("erased_by").order_by("pk"))
    for erasure in every:
        try:
            erased += int(_reapply(erasure))
        except (InvalidInput, AlreadyTaken):
            waiting.append(str(erasure.learner_uuid))
        since |= {str(one.uuid) for one in _strangers(erasure) if _is_later(one, erasure)}
    lists.rewrite()
    sweeping.tidy()
    return Reapplied(len(every), erased, waiting, sorted(since))


def _reapply(erasure: Erasure) -> bool:
    """Whether they had come back, if only as a row of a class list that is older than their entry."""
    entries = _entries(erasure)
    is_known = Learner.objects.filter(email_key=erasure.email_keys[0]).exists()
    if not (is_known or _own(erasure).filter(came_back_as__isnull=False).exists()):
        entries.append(_remember(erasure))
    found = [one for one in entries if not is_blank(one)]
    for learner in found:
        _erase_again(learner, erasure)
    Erasure.objects.filter(pk=erasure.pk).update(reapplied_at=timezone.now())
    return bool(found)


def _entries(erasure: Erasure) -> list[Learner]:
    """Their entries here: by their uuids; else by the address they had then, if nobody was added under it since."""
    if own := list(_own(erasure).filter(merged_into=None).order_by("pk")):
        return own
    return [one for one in _strangers(erasure) if not _is_later(one, erasure)]


def _own(erasure: Erasure) -> QuerySet[Learner]:
    return Learner.objects.filter(uuid__in=[erasure.learner_uuid, *erasure.entries])


def _strangers(erasure: Erasure) -> list[Learner]:
    """Whoever has the address they had then, in a database older than their entry.

    Where their own entry stands here, whoever has the address beside it came by it in another way: was added again by
    a manager, or was given it later.
    """
    if _own(erasure).exists():
        return []
    return list(Learner.objects.filter(email_key=erasure.email_keys[0], erased_at=None))


def _is_later(learner: Learner, erasure: Erasure) -> bool:
    return learner.created_at > erasure.erased_at


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


def _remember(erasure: Erasure) -> Learner:
    """An entry that says no more than that they were erased, so that nobody adds them unknowing."""
    known = Learner.objects.filter(uuid=erasure.learner_uuid).exists()
    own = {} if known else {"uuid": erasure.learner_uuid}
    return Learner.objects.create(email_key=erasure.email_keys[0], erased_at=erasure.erased_at, **own)
